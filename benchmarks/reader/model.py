"""The reader's network: MiniLM's lower layers read question and passage apart, its upper layers read them together.

Knows torch and the MiniLM weights. Must not know any data. Reading apart below keeps what the sentence-embedding
model has learnt (it never saw a pair), and costs no gradient (Cao et al. 2020, "DeFormer").
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HIDDEN, HEADS, LAYERS = 384, 12, 6


class Drop(nn.Module):
    """Dropout whose masks are slices of one pool: drawing them anew is a sixth of a step on a processor."""

    def __init__(self, rate: float = 0.1, size: int = 1 << 23) -> None:
        """`size` values are drawn once."""
        super().__init__()
        self.pool, self.rate, self.size = torch.empty(0), rate, size

    def forward(self, x: Tensor) -> Tensor:
        """x of any shape, at most the pool's size; the very x when not training."""
        if not self.training or not torch.is_grad_enabled():
            return x
        if not len(self.pool):
            self.pool = ((torch.rand(self.size) > self.rate) / (1 - self.rate)).to(torch.bfloat16)
        first = random.randrange(0, self.size - x.numel())
        return x * self.pool[first : first + x.numel()].view(x.shape)


class Layer(nn.Module):
    """One BERT layer."""

    def __init__(self, drop: nn.Module) -> None:
        """Shapes as in MiniLM-L6."""
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.norm_attention, self.norm_out = nn.LayerNorm(HIDDEN, eps=1e-12), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up, self.down = nn.Linear(HIDDEN, 4 * HIDDEN), nn.Linear(4 * HIDDEN, HIDDEN)
        self.drop = drop

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """x (b, t, h); hidden (b, 1, t or 1, t): 0 where a token may look, far below 0 where not."""
        b, t, _ = x.shape
        q, k, v = (f(x).view(b, t, HEADS, HIDDEN // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        weights = (torch.matmul(q, k.transpose(-1, -2)) * (HIDDEN // HEADS) ** -0.5 + hidden).softmax(-1)
        seen = torch.matmul(weights.to(v.dtype), v).transpose(1, 2).reshape(b, t, HIDDEN)
        x = self.norm_attention(x + self.drop(self.out(seen)))
        return self.norm_out(x + self.drop(self.down(F.gelu(self.up(x)))))


class ReaderNet(nn.Module):
    """[CLS] question [SEP] [CLS] passage [SEP] -> what answers, and whether; a claim in the question's place, how.

    Logits of start, end and inside per token, with "nothing" at token 0.
    """

    def __init__(self, apart: int = 3, vocabulary: int = 30522) -> None:
        """`apart` lower layers see each side alone."""
        super().__init__()
        self.apart = apart
        self.words, self.places = nn.Embedding(vocabulary, HIDDEN), nn.Embedding(512, HIDDEN)
        self.kind = nn.Parameter(torch.zeros(HIDDEN))
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        drop = Drop()
        self.layers = nn.ModuleList(Layer(drop) for _ in range(LAYERS))
        self.side, self.match = nn.Embedding(2, HIDDEN), nn.Embedding(2, HIDDEN)
        self.heads = nn.Linear(HIDDEN, 3)
        self.verdict = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
        self.claim = nn.Sequential(nn.Linear(2 * HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 3))
        self.sort = nn.Linear(2 * HIDDEN, 3)
        nn.init.normal_(self.side.weight, std=0.02)
        nn.init.normal_(self.match.weight, std=0.02)

    def forward(self, ids: Tensor, places: Tensor, side: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """All (b, t): token ids, positions within the own side, side (0 question, 1 passage), real or padding.

        Returns logits (b, t, 3) for start, end, inside; the verdict's logit (b,): higher is "it answers"; of a claim
        the logits (b, 3) of supported, contradicted, not enough; of a sentence those of neither, factor, tactic.
        """
        real = mask.bool()
        both = real[:, None, :].expand(-1, ids.shape[1], -1)  # a padded token looks at real ones; nobody looks at it
        alone = both & (side[:, None, :] == side[:, :, None])
        same = (
            (ids[:, None, :] == ids[:, :, None])
            & (side[:, None, :] != side[:, :, None])
            & both
            & (ids > 999)[:, None, :]
        )
        x = self.norm(self.words(ids) + self.places(places) + self.kind)
        apart, together = _hidden(alone)[:, None], _hidden(both[:, :1])[:, None]
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.apart == 0):
            for layer in self.layers[: self.apart]:
                x = layer(x, apart)
        x = x + self.side(side) + self.match(same.any(-1).long())
        for layer in self.layers[self.apart :]:
            x = layer(x, together)
        asked = (real & (side == 0)).unsqueeze(-1).to(x.dtype)
        mean = (x * asked).sum(1) / asked.sum(1)
        claim = self.claim(torch.cat([x[:, 0], mean], -1))
        told = (real & (side == 1)).unsqueeze(-1).to(x.dtype)
        sort = self.sort(torch.cat([x[:, 0], (x * told).sum(1) / told.sum(1)], -1))
        return self.heads(x).float(), self.verdict(x[:, 0]).squeeze(-1).float(), claim.float(), sort.float()


def _hidden(seen: Tensor) -> Tensor:
    kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
    return torch.zeros(seen.shape, dtype=kind).masked_fill(~seen, -1e4)


def from_minilm(folder: Path, apart: int = 3) -> ReaderNet:
    """The network with MiniLM's weights and fresh heads; the lower layers and embeddings are frozen."""
    from safetensors.torch import load_file

    weights = load_file(folder / "model.safetensors")
    vocabulary = json.loads((folder / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    net = ReaderNet(apart, vocabulary)
    state = net.state_dict()
    state["words.weight"] = weights["embeddings.word_embeddings.weight"]
    state["places.weight"] = weights["embeddings.position_embeddings.weight"]
    state["kind"] = weights["embeddings.token_type_embeddings.weight"][0]
    names = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "norm_attention": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm_out": "output.LayerNorm",
    }
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = weights[f"embeddings.LayerNorm.{part}"]
        for layer in range(LAYERS):
            for ours, theirs in names.items():
                state[f"layers.{layer}.{ours}.{part}"] = weights[f"encoder.layer.{layer}.{theirs}.{part}"]
    net.load_state_dict(state)
    for module in (net.words, net.places, net.norm, *net.layers[:apart]):
        module.requires_grad_(False)
    net.kind.requires_grad_(False)
    return net


def answer_logit(tokens: Tensor, verdict: Tensor, passage: Tensor) -> Tensor:
    """How far the best start and end stand above "nothing", with the verdict. passage (b, t): tokens of the passage."""
    void = torch.finfo(tokens.dtype).min
    start, end = tokens[..., 0].masked_fill(~passage, void), tokens[..., 1].masked_fill(~passage, void)
    gap = torch.logsumexp(start, -1) - tokens[:, 0, 0] + torch.logsumexp(end, -1) - tokens[:, 0, 1]
    return gap / 2 + verdict


def loss_of(
    tokens: Tensor,
    verdict: Tensor,
    passage: Tensor,
    starts: Tensor,
    ends: Tensor,
    inside: Tensor,
    known: Tensor,
    label: Tensor,
) -> Tensor:
    """Mean loss of duos: rows 0, 2, ... answer, rows 1, 3, ... are the same questions unanswered.

    `starts`, `ends`, `inside` (b, t) mark gold tokens; `known` (b,) says that the spans are known.
    """
    void = torch.finfo(tokens.dtype).min
    allowed = passage.clone()
    allowed[:, 0] = True
    total = torch.zeros(len(label))
    for column, gold in ((0, starts), (1, ends)):
        logits = tokens[..., column].masked_fill(~allowed, void)
        seen = gold.any(-1, keepdim=True) & known[:, None]  # an answer may lie beyond the cut
        target = torch.where(seen, gold, passage & (label > 0)[:, None])
        target[:, 0] = label == 0
        total = total + torch.logsumexp(logits, -1) - torch.logsumexp(logits.masked_fill(~target, void), -1)
    tag = F.binary_cross_entropy_with_logits(tokens[..., 2], inside.float(), reduction="none")
    tag = (tag * passage).sum(-1) / passage.sum(-1).clamp(min=1) * 4
    score = answer_logit(tokens, verdict, passage)
    overall = F.binary_cross_entropy_with_logits(score, label.float(), reduction="none")
    apart = F.softplus(score[1::2] - score[0::2])
    return (total / 2 + tag * known + overall).mean() + apart.mean()


def claim_loss(logits: Tensor, label: Tensor) -> Tensor:
    """Mean loss of duos of claims: rows 0, 2, ... are supported, rows 1, 3, ... the same claims or texts and not."""
    overall = F.cross_entropy(logits, label)
    support = logits[:, 0] - torch.logsumexp(logits[:, 1:], -1)
    return overall + F.softplus(support[1::2] - support[0::2]).mean()
