"""A light reader over frozen token vectors: attention between the two sides, two narrow layers, the same heads.

`python light.py --data DATA --minilm FOLDER --onnx MODEL --near near.json --cache FILE --minutes 15`. The vectors are
made once by the embedding model's export (output `tokens`), so training never runs the encoder.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from derive import Pair, matched, natural, reading, window
from measure import Score, Scores, mass_by_sentence, nomiracl, report
from model import answer_logit, loss_of
from tokenizers import Encoding
from torch import Tensor, nn
from train import PASSAGE_TOKENS, QUESTION_TOKENS, Batch, Duo, batches, collate, duos, statement_pairs, tokenizer_of

WIDTH = 128


class Store:
    """Token vectors by text, float16, kept in memory; texts not seen before are embedded when asked for."""

    def __init__(self, onnx: Path, minilm: Path) -> None:
        """Opens the exported model on one thread."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])
        self.tokenizer = tokenizer_of(minilm)
        self.kept: dict[str, np.ndarray] = {}

    def save(self, path: Path) -> None:
        """Keeps every vector in a file."""
        lengths = np.array([len(value) for value in self.kept.values()])
        np.savez(path, vectors=np.concatenate(list(self.kept.values())), lengths=lengths)
        path.with_suffix(".json").write_text(json.dumps(list(self.kept)), encoding="utf-8")

    def load(self, path: Path) -> None:
        """Reads what `save` wrote."""
        with np.load(path) as kept:
            parts = np.split(kept["vectors"], np.cumsum(kept["lengths"])[:-1])
        self.kept.update(zip(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")), parts, strict=True))

    def add(self, texts: Sequence[str], limit: int) -> None:
        """Embeds what is missing, in batches of like length."""
        missing = sorted({text for text in texts if text not in self.kept}, key=len)
        for first in range(0, len(missing), 24):
            chunk = missing[first : first + 24]
            encodings = self.tokenizer.encode_batch(chunk)
            for encoding in encodings:
                encoding.truncate(limit)
            width = max(len(e.ids) for e in encodings)
            ids = np.zeros((len(chunk), width), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, e in enumerate(encodings):
                ids[row, : len(e.ids)], mask[row, : len(e.ids)] = e.ids, 1
            states = self.session.run(["tokens"], {"input_ids": ids, "attention_mask": mask})[0]
            for row, (text, e) in enumerate(zip(chunk, encodings, strict=True)):
                self.kept[text] = states[row, : len(e.ids)].astype(np.float16)


class LightNet(nn.Module):
    """Vectors of both sides (b, t, 384) in one row as collate lays them, ids and sides -> the reader's logits."""

    def __init__(self) -> None:
        """Two narrow transformer layers over what attention brought together."""
        super().__init__()
        self.narrow = nn.Linear(384, WIDTH)
        self.kind = nn.Embedding(30522, 16)  # what the token itself is: wh-words, digits
        self.mix = nn.Linear(4 * WIDTH + 16 + 16 + 6, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, 0.1, activation="gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.heads, self.verdict = nn.Linear(WIDTH, 3), nn.Linear(WIDTH, 1)
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.side = nn.Embedding(2, WIDTH)

    def forward(self, vectors: Tensor, ids: Tensor, side: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """As ReaderNet.forward."""
        unit = F.normalize(vectors, dim=-1)
        cosine = unit @ unit.transpose(1, 2)
        real = mask.bool() & (ids > 200)
        across = (side[:, :, None] != side[:, None, :]) & real[:, None, :]
        weights = torch.softmax(torch.where(across, cosine * self.scale.exp(), torch.full_like(cosine, -1e4)), -1)
        x = F.gelu(self.narrow(vectors))
        there = weights @ x
        same = ((ids[:, :, None] == ids[:, None, :]) & across).any(-1, keepdim=True).float()
        top = torch.where(across, cosine, torch.full_like(cosine, -1)).topk(3, -1).values
        near = (
            F.avg_pool1d(top[..., 0][:, None], 15, 1, 7)[:, 0, :, None],
            F.avg_pool1d(same.transpose(1, 2), 25, 1, 12).transpose(1, 2),
        )
        kind = self.kind(ids)
        first = (side == 0) & mask.bool()
        wh = (kind * first[..., None]).sum(1, keepdim=True) / first.sum(1)[:, None, None]
        y = self.mix(
            torch.cat([x, there, x * there, (x - there).abs(), kind, wh.expand_as(kind), same, top, *near], -1)
        )
        y = self.layers(F.gelu(y) + self.side(side), src_key_padding_mask=~mask.bool())
        return self.heads(y).float(), self.verdict(y[:, 0]).squeeze(-1).float()


class AlignNet(nn.Module):
    """Learnt late interaction: which question tokens must be met near a passage token, and is it what was asked.

    Starts as MiniLM's own late interaction (the metric begins as the identity), so little is left to learn.
    """

    def __init__(self) -> None:
        """Few weights: a metric, a weight for each question token, eight answer types."""
        super().__init__()
        self.metric = nn.Linear(384, 384, bias=False)
        nn.init.eye_(self.metric.weight)
        self.weight = nn.Linear(384, 3)
        self.asked, self.offered = nn.Linear(384, 8 * 16), nn.Linear(384, 8 * 16)
        self.heads = nn.Sequential(nn.Linear(3 + 3 + 8 + 2, 48), nn.GELU(), nn.Linear(48, 3))
        self.verdict = nn.Sequential(nn.Linear(9, 24), nn.GELU(), nn.Linear(24, 1))
        self.drop = nn.Dropout(0.2)

    def forward(self, vectors: Tensor, ids: Tensor, side: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """As ReaderNet.forward."""
        b, t, _ = vectors.shape
        real = mask.bool() & (ids > 200)
        asking, offering = real & (side == 0), real & (side == 1)
        unit = F.normalize(self.metric(vectors), dim=-1)
        cosine = (unit @ unit.transpose(1, 2)).masked_fill(~(asking[:, :, None] & offering[:, None, :]), -1)
        same = ((ids[:, :, None] == ids[:, None, :]) & asking[:, :, None] & offering[:, None, :]).float()
        weights = torch.softmax(self.weight(self.drop(vectors)).masked_fill(~asking[..., None], -1e4), 1)  # (b, q, 3)
        near = []
        for kernel, column in ((9, 0), (41, 1), (161, 2)):
            best = F.max_pool1d(cosine, kernel, 1, kernel // 2)
            near.append((best * weights[..., column, None]).sum(1))
            found = F.max_pool1d(same, kernel, 1, kernel // 2)
            near.append((found * weights[..., column, None]).sum(1))
        wh = (self.drop(vectors) * weights[..., :1]).sum(1) + vectors[:, 0]
        types = (self.asked(wh).view(b, 1, 8, 16) * self.offered(self.drop(vectors)).view(b, t, 8, 16)).sum(-1) / 4
        own = torch.stack([same.amax(1), cosine.amax(1)], -1)
        features = torch.cat([torch.stack(near, -1), types, own], -1)
        tokens = self.heads(features)
        void = torch.where(offering[..., None], torch.stack(near, -1), torch.full((1,), -1.0))
        least = torch.where(asking, cosine.amax(2), torch.ones(1)).topk(2, largest=False).values
        summary = torch.cat(
            [
                void.amax(1),
                least,
                (cosine.amax(2) * asking).sum(1, keepdim=True) / asking.sum(1, keepdim=True).clamp(min=1),
            ],
            -1,
        )
        nothing = torch.zeros_like(tokens)
        return torch.where((torch.arange(t) == 0)[None, :, None], nothing, tokens).float(), self.verdict(
            summary
        ).squeeze(-1).float()


def vectors_of(pairs: Sequence[Pair], store: Store, width: int) -> Tensor:
    """(b, width, 384) in the layout of collate."""
    found = np.zeros((len(pairs), width, 384), dtype=np.float32)
    for row, pair in enumerate(pairs):
        q, p = store.kept[pair.question][:QUESTION_TOKENS], store.kept[pair.text][:PASSAGE_TOKENS]
        found[row, : len(q)], found[row, len(q) : len(q) + len(p)] = q, p
    return torch.from_numpy(found)


def training(data: Path, rng: random.Random, share: int, near: dict[str, list[str]]) -> list[Duo]:
    """The reading set, real questions and `share` statement duos, of like length, the same in every epoch."""
    found = [matched_cut(duo, 250) for duo in duos(reading(data / "reading", held_out=False))]
    for name in ("xquad_en", "nq_oracle"):
        found += [matched_cut(duo, 100) for duo in duos(natural(data, name, rng, near))]
    return found + (rng.sample(duos(statement_pairs(data, rng, 1)), share) if share else [])


def matched_cut(duo: Duo, words: int) -> Duo:
    """Both roles of like length, at most `words` words."""
    rng = random.Random(duo[0].question)
    return window(matched(*duo), rng, words), window(duo[1], rng, words)


def embed(found: list[Duo], data: Path, store: Store, cache: str) -> None:
    """The vectors of everything trained or measured on, kept in a file between runs."""
    if cache and Path(cache).exists():
        store.load(Path(cache))
    known, pairs = len(store.kept), [pair for duo in found for pair in duo]
    if cache:
        pairs += asked_of(data)
    store.add([pair.question for pair in pairs], QUESTION_TOKENS)
    store.add([pair.text for pair in pairs], PASSAGE_TOKENS)
    if cache and len(store.kept) > known:
        store.save(Path(cache))


def asked_of(data: Path) -> list[Pair]:
    """Every pair that report() will ask for."""
    pairs = reading(data / "reading", held_out=True)
    pairs += [matched(*pairs[n : n + 2]) for n in range(0, len(pairs), 2)]
    return pairs + [pair for group in nomiracl(data / "nomiracl_en") for pair in group]


def logits_of(net: nn.Module, pairs: Sequence[Pair], store: Store) -> tuple[Batch, list[Encoding], Tensor, Tensor]:
    """The batch, its passages' encodings, and what the network says."""
    batch, passages = collate(pairs, store.tokenizer)
    tokens, verdict = net(vectors_of(pairs, store, batch["ids"].shape[1]), batch["ids"], batch["side"], batch["mask"])
    return batch, passages, tokens, verdict


def train(net: nn.Module, found: list[Duo], store: Store, rng: random.Random, minutes: float, peak: float) -> int:
    """Trains until the minutes are over; the number of pairs seen."""
    optimizer = torch.optim.AdamW(net.parameters(), peak, weight_decay=0.02)
    began, seen, step = time.time(), 0, 0
    while time.time() - began < minutes * 60:
        sums, count = np.zeros(2), 0
        for pairs in batches(found, 6000, rng):
            done = min((time.time() - began) / minutes / 60, 1)
            optimizer.param_groups[0]["lr"] = peak * min(1, (step + 1) / 200) * (0.51 + 0.49 * math.cos(math.pi * done))
            net.train()
            batch, _, tokens, verdict = logits_of(net, pairs, store)
            gold = [batch[name].bool() for name in ("passage", "starts", "ends", "inside")]
            loss = loss_of(tokens, verdict, *gold, batch["known"].bool(), batch["label"])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            right = ((answer_logit(tokens, verdict, gold[0]) > 0).long() == batch["label"]).sum()
            step, seen, count = step + 1, seen + len(pairs), count + len(pairs)
            sums += [loss.item() * len(pairs), int(right)]
            if done >= 1:
                break
        spent = (time.time() - began) / 60
        print(f"pairs {seen} minutes {spent:.1f} loss {sums[0] / count:.3f} right {sums[1] / count:.3f}", flush=True)
    return seen


def scorer(net: nn.Module, store: Store) -> Score:
    """The trained network as measure.py asks for it."""

    def score(asked: Sequence[Pair]) -> tuple[Scores, list[list[float]]]:
        store.add([pair.question for pair in asked], QUESTION_TOKENS)
        store.add([pair.text for pair in asked], PASSAGE_TOKENS)
        scores, by = np.zeros(len(asked)), [[0.0]] * len(asked)
        for first in range(0, len(asked), 16):
            rows = asked[first : first + 16]
            with torch.no_grad():
                batch, passages, tokens, verdict = logits_of(net, rows, store)
            scores[first : first + 16] = answer_logit(tokens, verdict, batch["passage"].bool()).numpy()
            for row, pair in enumerate(rows):
                by[first + row] = mass_by_sentence(pair.text, tokens[row], batch["passage"][row], passages[row].offsets)
        return scores, by

    net.eval()
    return score


def main() -> int:
    """Embeds, trains, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "minilm", "onnx"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--near", type=Path, required=True, help="what near.py wrote")
    parser.add_argument("--cache", default="", help="where the vectors are kept between runs")
    parser.add_argument("--net", choices=["light", "align"], default="light")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--share", type=int, default=2500)
    parser.add_argument("--rate", type=float, default=1e-3)
    arguments = parser.parse_args()
    rng = random.Random(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    near = json.loads(arguments.near.read_text(encoding="utf-8"))
    store = Store(arguments.onnx, arguments.minilm)
    found = training(arguments.data, rng, arguments.share, near)
    embed(found, arguments.data, store, arguments.cache)
    print(f"{len(found)} duos embedded", flush=True)
    net: nn.Module = AlignNet() if arguments.net == "align" else LightNet()
    print(f"{train(net, found, store, rng, arguments.minutes, arguments.rate)} pairs seen", flush=True)
    for name, value in report(scorer(net, store), arguments.data).items():
        print(f"{value:.3f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
