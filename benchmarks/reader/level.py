"""Levels a trained reader's activations, so that int8 holds them: SmoothQuant (Xiao et al. 2022).

A few of MiniLM's channels are ten to twenty times as wide as the rest, and one range a tensor leaves the rest a handful
of steps. Each channel is divided by a number before a matrix and the matrix multiplied by it: the same product. Knows
the network's layers; must not know ONNX.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import written
from derive import Pair
from model import ReaderNet
from torch import Tensor, nn
from train import collate, tokenizer_of

ALPHA = 0.75
"""How much of a channel's width goes into the matrix (the paper's alpha)."""
SEEN = 64
"""Passages that the widths are measured on."""
PARTS = (("query", "key", "value"), ("up",), ("down",), ("out",))
HERE = Path(__file__).parent / "written"


class Levelled(nn.Module):
    """A linear layer whose input channels are divided before and whose matrix is multiplied to match."""

    def __init__(self, linear: nn.Linear, width: Tensor) -> None:
        """`width` (channels,) is what each channel is divided by."""
        super().__init__()
        linear.weight.data *= width[None, :]
        self.linear, self.scale = linear, nn.Parameter(1 / width)

    def forward(self, x: Tensor) -> Tensor:
        """As the linear layer."""
        return self.linear(x * self.scale)  # type: ignore[no-any-return]


def passages() -> list[Pair]:
    """Some of the invented passages, each with a question it answers."""
    blocks = written.blocks(HERE / "passages", HERE, "inv*.txt")
    duos = written.questions(blocks, held_out=False)
    return [one for one, _ in duos[:: max(1, len(duos) // SEEN)]][:SEEN]


def widths(net: ReaderNet, pairs: Sequence[Pair], minilm: Path) -> dict[str, Tensor]:
    """Per linear layer the mean over `pairs` of the largest absolute value of each input channel (channels,)."""
    found: dict[str, list[Tensor]] = {}
    tokenizer = tokenizer_of(minilm)

    def watch(name: str) -> object:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            found.setdefault(name, []).append(inputs[0].abs().flatten(0, -2).amax(0))

        return hook

    hooks = [
        module.register_forward_pre_hook(watch(name))  # type: ignore[arg-type]
        for name, module in net.named_modules()
        if isinstance(module, nn.Linear) and name.startswith("layers")
    ]
    with torch.no_grad():
        for pair in pairs:
            batch, _ = collate([pair], tokenizer)
            net(batch["ids"], batch["places"], batch["side"], batch["mask"])
    for hook in hooks:
        hook.remove()
    return {name: torch.stack(seen).mean(0) for name, seen in found.items()}


def level(net: ReaderNet, minilm: Path) -> None:
    """Puts a `Levelled` in every linear layer's place. The network's outputs stay the same."""
    seen = widths(net, passages(), minilm)
    for number, layer in enumerate(net.layers):
        for names in PARTS:
            wide = seen[f"layers.{number}.{names[0]}"].clamp(min=1e-3)
            linear = [getattr(layer, name) for name in names]
            heavy = torch.stack([one.weight.detach().abs().amax(0) for one in linear]).amax(0).clamp(min=1e-4)
            width = wide**ALPHA / heavy ** (1 - ALPHA)
            width = (width / width.log().mean().exp()).clamp(min=1e-2)
            for name, one in zip(names, linear, strict=True):
                setattr(layer, name, Levelled(one, width))
