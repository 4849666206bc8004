"""Trains the reader. `python train.py --data DATA --minilm FOLDER --out FOLDER --minutes 60`; stops by itself.

Knows the mixture of data and the schedule. Must not know the measuring sets: those are read by measure.py alone.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from derive import Pair, matched, natural, reading, window
from model import ReaderNet, answer_logit, from_minilm, loss_of
from statements import pairs_of
from tokenizers import Encoding, Tokenizer

QUESTION_TOKENS, PASSAGE_TOKENS = 40, 288
Batch = dict[str, torch.Tensor]
Duo = tuple[Pair, Pair]


def tokenizer_of(folder: Path) -> Tokenizer:
    """MiniLM's tokenizer without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def collate(pairs: Sequence[Pair], tokenizer: Tokenizer) -> tuple[Batch, list[Encoding]]:
    """Tensors (b, t) of a batch, and the passages' encodings (their offsets are characters of the passage)."""
    questions = tokenizer.encode_batch([pair.question for pair in pairs])
    passages = tokenizer.encode_batch([pair.text for pair in pairs])
    for question, passage in zip(questions, passages, strict=True):
        question.truncate(QUESTION_TOKENS)
        passage.truncate(PASSAGE_TOKENS)
    width = max(len(q.ids) + len(p.ids) for q, p in zip(questions, passages, strict=True))
    names = ("ids", "places", "side", "mask", "starts", "ends", "inside", "passage")
    batch = {name: torch.zeros(len(pairs), width, dtype=torch.long) for name in names}
    for row, (pair, q, p) in enumerate(zip(pairs, questions, passages, strict=True)):
        n, m = len(q.ids), len(p.ids)
        batch["ids"][row, : n + m] = torch.tensor(q.ids + p.ids)
        batch["places"][row, : n + m] = torch.tensor([*range(n), *range(m)])
        batch["side"][row, n:] = 1
        batch["mask"][row, : n + m] = 1
        batch["passage"][row, n : n + m] = 1 - torch.tensor(p.special_tokens_mask)
        for start, end in pair.spans:
            within = [n + k for k, (a, b) in enumerate(p.offsets) if a < end and b > start and b > a]
            if within:
                batch["starts"][row, within[0]] = batch["ends"][row, within[-1]] = 1
                batch["inside"][row, within[0] : within[-1] + 1] = 1
    batch["label"] = torch.tensor([int(pair.answers) for pair in pairs])
    batch["known"] = torch.tensor([bool(pair.spans) or not pair.answers for pair in pairs])
    return batch, passages


def duos(pairs: Sequence[Pair]) -> list[Duo]:
    """Neighbours that are one question in both roles, the answering one first."""
    found = []
    for one, other in itertools.pairwise(pairs):
        if one.question == other.question and one.answers != other.answers:
            found.append((one, other) if one.answers else (other, one))
    return found


def batches(found: list[Duo], tokens: int, rng: random.Random) -> Iterator[list[Pair]]:
    """Shuffled batches of about `tokens` tokens, duos of like length together, every few hundred."""
    rng.shuffle(found)
    for first in range(0, len(found), 256):
        chunk = sorted(found[first : first + 256], key=lambda duo: len(duo[0].text))
        made: list[list[Pair]] = [[]]
        for duo in chunk:
            if made[-1] and (len(made[-1]) + 2) * (len(duo[0].text) / 4.2 + 20) > tokens:
                made.append([])
            made[-1].extend(duo)
        rng.shuffle(made)
        yield from made


def statement_pairs(data: Path, rng: random.Random, each: int) -> list[Pair]:
    """Questions out of statements of real passages (no passage of a measuring set)."""
    texts: list[tuple[str, str]] = []
    for name in ("2wiki", "mtrag_un", "nq_oracle"):
        texts += [
            (row["title"], row["text"])
            for row in map(json.loads, (data / name / "corpus.jsonl").open(encoding="utf-8"))
        ]
    for path in sorted((data / "ukraine").glob("*.md")):
        paragraphs = [p for p in path.read_text(encoding="utf-8").split("\n\n")[1:] if len(p.split()) > 12]
        texts += [("", " ".join(paragraphs[n : n + 3])) for n in range(0, len(paragraphs), 3)]
    pool = [title for title, _ in texts if 1 <= len(title.split()) <= 4]
    found: list[Pair] = []
    for title, text in texts:
        found += [
            window(pair, rng, 110)
            for pair in pairs_of(" ".join(text.split()[:400]), title, pool, rng, "statements", each)
        ]
    return found


def mixture(
    data: Path, rng: random.Random, epoch: int, made: list[Duo], share: int, near: dict[str, list[str]]
) -> list[Duo]:
    """One epoch: the reading set, real questions, `share` duos of the statements (a third of that later on)."""
    pairs = reading(data / "reading", held_out=False, rng=rng)
    found = [_cut(duo, rng, [60, 120, 220]) for duo in duos(pairs)]
    for name in ("xquad_en", "nq_oracle"):
        found += [_cut(duo, rng, [60, 110]) for duo in duos(natural(data, name, rng, near))][:1300]
    share = share if epoch == 0 else share // 3
    first = epoch * share % max(len(made), 1)
    return found + (made + made)[first : first + share]


def _cut(duo: Duo, rng: random.Random, lengths: list[int]) -> Duo:
    """Both roles of like length, cut alike."""
    length = rng.choice(lengths)
    return window(matched(*duo), rng, length), window(duo[1], rng, length)


def train(arguments: argparse.Namespace) -> None:
    """Trains until the minutes are over; writes weights.pt every few minutes."""
    rng = random.Random(arguments.seed)
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    data, out = Path(arguments.data), Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_of(Path(arguments.minilm))
    net = from_minilm(Path(arguments.minilm), arguments.apart)
    if arguments.start:
        net.load_state_dict(torch.load(arguments.start))
    made = duos(statement_pairs(data, rng, 2)) if arguments.share else []
    rng.shuffle(made)
    near = json.loads(Path(arguments.near).read_text(encoding="utf-8")) if arguments.near else {}
    print(f"{len(made)} statement duos, {len(near)} questions with near passages", flush=True)
    fresh = [p for n, p in net.named_parameters() if p.requires_grad and not n.startswith("layers")]
    upper = [p for n, p in net.named_parameters() if p.requires_grad and n.startswith("layers")]
    optimizer = torch.optim.AdamW(
        [{"params": upper, "peak": arguments.rate}, {"params": fresh, "peak": 3 * arguments.rate}], weight_decay=0.01
    )
    began, seen, step, epoch, saved = time.time(), 0, 0, 0, time.time()
    sums, count = [0.0, 0.0], 0
    length = arguments.minutes * 60
    while time.time() - began < length:
        for batch in batches(mixture(data, rng, epoch, made, arguments.share, near), arguments.tokens, rng):
            done = (time.time() - began) / length
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * done) * 0.98)
            loss, right = _step(net, optimizer, batch, tokenizer)
            if not math.isfinite(loss):
                raise SystemExit(f"the loss is {loss} at step {step}")
            sums, count, seen, step = (
                [sums[0] + loss * len(batch), sums[1] + right],
                count + len(batch),
                seen + len(batch),
                step + 1,
            )
            if step % 20 == 0:
                spent = time.time() - began
                figures = f"loss {sums[0] / count:.3f} right {sums[1] / count:.3f} rate {seen / spent:.1f}/s"
                print(f"epoch {epoch} step {step} pairs {seen} minutes {spent / 60:.1f} {figures}", flush=True)
                sums, count = [0.0, 0.0], 0
            if time.time() - saved > 180:
                torch.save(net.state_dict(), out / "weights.new")
                (out / "weights.new").replace(out / "weights.pt")
                saved = time.time()
        epoch += 1
    torch.save(net.state_dict(), out / "weights.pt")
    (out / "done.json").write_text(
        json.dumps({"pairs": seen, "epochs": epoch, "seconds": time.time() - began, **vars(arguments)})
    )


def _step(
    net: ReaderNet, optimizer: torch.optim.Optimizer, pairs: list[Pair], tokenizer: Tokenizer
) -> tuple[float, int]:
    batch, _ = collate(pairs, tokenizer)
    net.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        tokens, verdict = net(batch["ids"], batch["places"], batch["side"], batch["mask"])
    gold = [batch[name].bool() for name in ("passage", "starts", "ends", "inside")]
    loss = loss_of(tokens, verdict, *gold, batch["known"].bool(), batch["label"])
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    right = ((answer_logit(tokens, verdict, gold[0]) > 0).long() == batch["label"]).sum()
    return loss.item(), int(right)


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--minilm", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--start", default="", help="weights to go on from")
    parser.add_argument(
        "--near", default="", help="JSON: NAME/QUERY -> ids of near passages that do not hold the answer"
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--apart", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--tokens", type=int, default=3000)
    parser.add_argument("--share", type=int, default=4000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())
    return 0


if __name__ == "__main__":
    sys.exit(main())
