"""Writes a trained reader as int8 ONNX: `python export.py --weights weights.pt --minilm FOLDER --out FOLDER`.

OUT gets reader.int8.onnx (run by `retrieval.reader`, without torch) and the tokenizer it was trained with. What
int8 holds badly is levelled (`level.py`) or left as it is: against the trained network, log-odds move by .25 (root mean
square), without either by .70.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from level import level
from model import ReaderNet
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

INPUTS = ["ids", "places", "side", "mask"]
WHOLE = tuple(f"/layers.{number}/down/" for number in range(3))
"""Matrices that stay float: after the activation a few values are far out, and each costs 1.8 MB."""


class Outputs(nn.Module):
    """The network with what a passage is judged by: logits of start, end and inside per token, and the verdict's."""

    def __init__(self, net: ReaderNet) -> None:
        """`net` is trained."""
        super().__init__()
        self.net = net

    def forward(self, ids: Tensor, places: Tensor, side: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """As `ReaderNet.forward`, less what it is only trained by."""
        tokens, verdict, *_ = self.net(ids, places, side, mask)
        return tokens, verdict


def mean(weights: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of several trainings' weights, which have one beginning (Wortsman et al. 2022, "model soups")."""
    states = [torch.load(path) for path in weights]
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def export(weights: Sequence[Path], minilm: Path, out: Path, apart: int = 3) -> None:
    """Averages, levels, traces, quantises the weights (per channel, dynamic activations) and copies the tokenizer."""
    net = ReaderNet(apart)
    net.load_state_dict(mean(weights))
    net.eval()
    level(net, minilm)
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 2000, (2, 9))
    side = torch.tensor([[0, 0, 0, 1, 1, 1, 1, 1, 1]] * 2)
    places = torch.tensor([[0, 1, 2, 0, 1, 2, 3, 4, 5]] * 2)
    mask = torch.ones(2, 9, dtype=torch.long)
    axes = {0: "passage", 1: "token"}
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "reader.onnx"
        with torch.no_grad():
            torch.onnx.export(
                Outputs(net),
                (ids, places, side, mask),
                str(plain),
                input_names=INPUTS,
                output_names=["tokens", "verdict"],
                dynamic_axes={
                    **dict.fromkeys([*INPUTS, "tokens"], axes),
                    "verdict": {0: "passage"},
                },
                opset_version=17,
                dynamo=False,
            )
        nodes = [node.name for node in onnx.load(str(plain)).graph.node if node.op_type == "MatMul"]
        quantize_dynamic(
            str(plain),
            str(out / "reader.int8.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=[name for name in nodes if any(part in name for part in WHOLE)],
        )
    shutil.copy(minilm / "tokenizer.json", out / "tokenizer.json")


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, type=Path, nargs="+", help="of one training, or of several")
    for option in ("minilm", "out"):
        parser.add_argument(f"--{option}", required=True, type=Path)
    arguments = parser.parse_args()
    export(arguments.weights, arguments.minilm, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
