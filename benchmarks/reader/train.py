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
from dataclasses import replace
from pathlib import Path

import torch
import written
from claims import derived
from derive import Pair, cut, matched, natural, reading, set_texts, speech_texts, window
from model import ReaderNet, answer_logit, claim_loss, from_minilm, loss_of
from statements import pairs_of
from tokenizers import Encoding, Tokenizer
from written import Claim, Labelled

from retrieval.reader import PASSAGE_TOKENS, kept

AVERAGED = 0.998
"""How much of the running average of the weights, which is what is kept, a step leaves (Polyak and Juditsky 1992)."""
DRAWN = 0.5  # share of what was written that an epoch draws, so that files written meanwhile come in soon
Batch = dict[str, torch.Tensor]
Duo = tuple[Pair, Pair]
Item = Pair | Claim | Labelled
SORT = "Factor or tactic?"
"""What stands in the question's place where a sentence is to be sorted."""


def tokenizer_of(folder: Path) -> Tokenizer:
    """MiniLM's tokenizer without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def collate(items: Sequence[Item], tokenizer: Tokenizer) -> tuple[Batch, list[Encoding]]:
    """Tensors (b, t) of a batch, and the passages' encodings (offsets are characters of frame, line end, text)."""
    questions = tokenizer.encode_batch([_asked(item) for item in items])
    frames = [f"{item.frame}\n" if item.frame else "" for item in items]
    passages = tokenizer.encode_batch([frame + item.text for frame, item in zip(frames, items, strict=True)])
    asked = [kept(question.ids) for question in questions]
    for passage in passages:
        passage.truncate(PASSAGE_TOKENS)
    width = max(len(q) + len(p.ids) for q, p in zip(asked, passages, strict=True))
    names = ("ids", "places", "side", "mask", "starts", "ends", "inside", "passage")
    batch = {name: torch.zeros(len(items), width, dtype=torch.long) for name in names}
    for row, (item, frame, q, p) in enumerate(zip(items, frames, asked, passages, strict=True)):
        n, m = len(q), len(p.ids)
        batch["ids"][row, : n + m] = torch.tensor([*q, *p.ids])
        batch["places"][row, : n + m] = torch.tensor([*range(n), *range(m)])
        batch["side"][row, n:] = 1
        batch["mask"][row, : n + m] = 1
        batch["passage"][row, n : n + m] = torch.tensor([int(a >= len(frame) and b > a) for a, b in p.offsets])
        for start, end in item.spans if isinstance(item, Pair) else ():
            start, end = start + len(frame), end + len(frame)
            within = [n + k for k, (a, b) in enumerate(p.offsets) if a < end and b > start and b > a]
            if within:
                batch["starts"][row, within[0]] = batch["ends"][row, within[-1]] = 1
                batch["inside"][row, within[0] : within[-1] + 1] = 1
    batch["label"] = torch.tensor([int(item.answers) if isinstance(item, Pair) else item.label for item in items])
    batch["known"] = torch.tensor([isinstance(i, Pair) and (bool(i.spans) or not i.answers) for i in items])
    return batch, passages


def _asked(item: Item) -> str:
    if isinstance(item, Labelled):
        return SORT
    return item.question if isinstance(item, Pair) else item.claim


def duos(pairs: Sequence[Pair]) -> list[Duo]:
    """Neighbours that are one question in both roles, the answering one first."""
    found = []
    for one, other in itertools.pairwise(pairs):
        if one.question == other.question and one.answers != other.answers:
            found.append((one, other) if one.answers else (other, one))
    return found


def batches(found: Sequence[tuple[Item, Item]], tokens: int, rng: random.Random) -> Iterator[list[Item]]:
    """Shuffled batches of about `tokens` tokens, duos of like length together, questions apart from claims."""
    made: list[list[Item]] = []
    for kind in (Pair, Claim):
        chosen = [duo for duo in found if isinstance(duo[0], kind)]
        rng.shuffle(chosen)
        for first in range(0, len(chosen), 256):
            chunk = sorted(chosen[first : first + 256], key=_length)
            made.append([])
            for duo in chunk:
                if made[-1] and (len(made[-1]) + 2) * (_length(duo) / 4.2 + 20) > tokens:
                    made.append([])
                made[-1].extend(duo)
    rng.shuffle(made)
    yield from (batch for batch in made if batch)


def sorted_batches(path: Path, rng: random.Random) -> list[list[Item]]:
    """Batches of the labelled sentences of the half that is trained on; `path` holds JSON lines."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    label = {"neither": 0, "factor": 1, "tactic": 2}
    items = [Labelled(row["quote"], label[row["label"]]) for row in rows if row["half"] == "tune"]
    rng.shuffle(items)
    parts = [sorted(items[n : n + 256], key=lambda one: len(one.text)) for n in range(0, len(items), 256)]
    return [part[n : n + 24] for part in parts for n in range(0, len(part), 24)]


def _length(duo: tuple[Item, Item]) -> int:
    return max(len(item.frame) + len(item.text) for item in duo)


def statement_pairs(data: Path, rng: random.Random, each: int) -> list[Pair]:
    """Questions out of statements of real passages (no passage of a measuring set)."""
    texts = [*set_texts(data), *speech_texts(data)]
    pool = [title for title, _ in texts if 1 <= len(title.split()) <= 4]
    found: list[Pair] = []
    for title, text in texts:
        found += [
            window(pair, rng, 110)
            for pair in pairs_of(" ".join(text.split()[:400]), title, pool, rng, "statements", each)
        ]
    return found


def mixture(
    arguments: argparse.Namespace, rng: random.Random, epoch: int, made: list[Duo], near: dict[str, list[str]]
) -> list[tuple[Item, Item]]:
    """One epoch: the reading set, real questions, what was written by hand (read anew), `share` duos of the statements
    (a third of that later on), and claims, written and derived. What stands over a passage is left out of some."""
    data = Path(arguments.data)
    pairs = reading(data / "reading", held_out=False, rng=rng)
    found: list[tuple[Item, Item]] = [cut(_even(duo), rng, [60, 120, 220]) for duo in duos(pairs)]
    for name in ("xquad_en", "nq_oracle"):
        found += [cut(_even(duo), rng, [60, 110]) for duo in duos(natural(data, name, rng, near))][:1300]
    share = arguments.share if epoch == 0 else arguments.share // 3
    first = epoch * share % max(len(made), 1)
    found += (made + made)[first : first + share]
    if arguments.written:
        blocks = written.blocks(Path(arguments.passages), Path(arguments.written))
        questions = written.questions(blocks, held_out=False, rng=rng)
        questions = rng.sample(questions, round(DRAWN * len(questions)))
        found += [cut(duo, rng, [60, 110, 200]) for duo in questions]
        claims = written.claims(blocks, rng, held_out=False)
        found += rng.sample(claims, round(arguments.claims * len(claims)))
        found += derived(data, rng, round(2 * arguments.claims * share))
    return [_bare(duo) if rng.random() < 0.3 else duo for duo in found]


def _even(duo: Duo) -> Duo:
    """Both roles of like length."""
    return matched(*duo), duo[1]


def _bare(duo: tuple[Item, Item]) -> tuple[Item, Item]:
    return replace(duo[0], frame=""), replace(duo[1], frame="")


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
        net.load_state_dict(torch.load(arguments.start), strict=False)  # an older reader has no head for claims
    made = duos(statement_pairs(data, rng, 2)) if arguments.share else []
    rng.shuffle(made)
    near = json.loads(Path(arguments.near).read_text(encoding="utf-8")) if arguments.near else {}
    print(f"{len(made)} statement duos, {len(near)} questions with near passages", flush=True)
    fresh = [p for n, p in net.named_parameters() if p.requires_grad and not n.startswith("layers")]
    upper = [p for n, p in net.named_parameters() if p.requires_grad and n.startswith("layers")]
    optimizer = torch.optim.AdamW(
        [{"params": upper, "peak": arguments.rate}, {"params": fresh, "peak": 3 * arguments.rate}], weight_decay=0.01
    )
    average = {name: p.detach().clone() for name, p in net.named_parameters() if p.requires_grad}
    began, seen, step, epoch, saved = time.time(), 0, 0, 0, time.time()
    sums = [[0.0, 0.0, 0] for _ in range(3)]  # loss, right, pairs: of questions, of claims, of labelled sentences
    length = arguments.minutes * 60
    while time.time() - began < length:
        found = list(batches(mixture(arguments, rng, epoch, made, near), arguments.tokens, rng))
        found += sorted_batches(Path(arguments.labels), rng) if arguments.labels else []
        rng.shuffle(found)
        for batch in found:
            done = (time.time() - began) / length
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * done) * 0.98)
            loss, right = _step(net, optimizer, batch, tokenizer)
            if not math.isfinite(loss):
                raise SystemExit(f"the loss is {loss} at step {step}")
            with torch.no_grad():
                for name, p in net.named_parameters():
                    if name in average:
                        average[name].lerp_(p, 1 - min(AVERAGED, (1 + step) / (10 + step)))
            seen, step = seen + len(batch), step + 1
            kind = sums[[Pair, Claim, Labelled].index(type(batch[0]))]
            kind[:] = [kind[0] + loss * len(batch), kind[1] + right, kind[2] + len(batch)]
            if step % 100 == 0:
                spent = time.time() - began
                figures = " ".join(f"loss {a / max(n, 1):.3f} right {b / max(n, 1):.3f}" for a, b, n in sums)
                rate = f"rate {seen / spent:.1f}/s"
                print(f"epoch {epoch} step {step} pairs {seen} minutes {spent / 60:.1f} {figures} {rate}", flush=True)
                sums = [[0.0, 0.0, 0] for _ in range(3)]
            if time.time() - saved > 180:
                torch.save(net.state_dict() | average, out / "weights.new")
                (out / "weights.new").replace(out / "weights.pt")
                saved = time.time()
        epoch += 1
    torch.save(net.state_dict() | average, out / "weights.pt")
    (out / "done.json").write_text(
        json.dumps({"pairs": seen, "epochs": epoch, "seconds": time.time() - began, **vars(arguments)})
    )


def _step(
    net: ReaderNet, optimizer: torch.optim.Optimizer, items: list[Item], tokenizer: Tokenizer
) -> tuple[float, int]:
    batch, _ = collate(items, tokenizer)
    net.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        tokens, verdict, claim, sort = net(batch["ids"], batch["places"], batch["side"], batch["mask"])
    if isinstance(items[0], Labelled):
        loss = torch.nn.functional.cross_entropy(sort, batch["label"])
        right = (sort.argmax(-1) == batch["label"]).sum()
    elif isinstance(items[0], Claim):
        loss = claim_loss(claim, batch["label"])
        right = (claim.argmax(-1) == batch["label"]).sum()
    else:
        gold = [batch[name].bool() for name in ("passage", "starts", "ends", "inside")]
        loss = loss_of(tokens, verdict, *gold, batch["known"].bool(), batch["label"])
        right = ((answer_logit(tokens, verdict, gold[0]) > 0).long() == batch["label"]).sum()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.requires_grad], 1.0)
    optimizer.step()
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
    parser.add_argument("--written", default="", help="folder of questions and claims written on passages")
    parser.add_argument("--passages", default="", help="folder of those passages")
    parser.add_argument("--labels", default="", help="JSON lines of sentences labelled factor, tactic or neither")
    parser.add_argument("--claims", type=float, default=0.5, help="share of the written claims that an epoch draws")
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
