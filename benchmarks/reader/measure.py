"""Measures a reader on what it never saw: held-out passages of the reading set and of what was written, NoMIRACL.

`python measure.py --data DATA --minilm FOLDER --weights weights.pt [--passages FOLDER --written FOLDER]`. Knows the
measures and the question-only baseline. Must not know how a reader is trained.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from derive import Pair, load_beir, matched, reading, sentences
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Score = Callable[
    [Sequence[Pair]], tuple[Scores, list[list[float]]]
]  # a score a pair, and a score for each of its sentences
WORDS = 45

if TYPE_CHECKING:
    from model import ReaderNet


def auroc(scores: Scores, labels: NDArray[np.bool_]) -> float:
    """The chance that an answering pair scores above one that does not answer."""
    order = np.argsort(np.argsort(scores, kind="stable")) + 1.0
    for value in np.unique(scores):
        same = scores == value
        order[same] = order[same].mean()
    yes = int(labels.sum())
    return float((order[labels].sum() - yes * (yes + 1) / 2) / (yes * (len(labels) - yes)))


def threshold(scores: Scores, labels: NDArray[np.bool_]) -> float:
    """The threshold with the best balanced accuracy."""
    candidates = np.quantile(scores, np.linspace(0.02, 0.98, 97))
    return float(max(candidates, key=lambda value: balanced(scores >= value, labels)))


def balanced(said: NDArray[np.bool_], labels: NDArray[np.bool_]) -> float:
    """Mean of the recall on answering and on not answering pairs."""
    return float((said[labels].mean() + (~said[~labels]).mean()) / 2)


def crossed(scores: Scores, labels: NDArray[np.bool_], folds: Sequence[int]) -> float:
    """Balanced accuracy with each fold's threshold chosen on the other folds."""
    fold = np.asarray(folds)
    said = np.zeros(len(scores), dtype=bool)
    for value in np.unique(fold):
        said[fold == value] = scores[fold == value] >= threshold(scores[fold != value], labels[fold != value])
    return balanced(said, labels)


def within_words(pair: Pair, by_sentence: list[float]) -> str:
    """The best sentences, as many as fit in 45 words (the best one always)."""
    units, kept, words = sentences(pair.text), [], 0
    for place in sorted(range(len(units)), key=lambda n: -by_sentence[n]):
        length = len(pair.text[units[place][0] : units[place][1]].split())
        if kept and words + length > WORDS:
            break
        kept.append(place)
        words += length
    return " ".join(pair.text[units[n][0] : units[n][1]] for n in sorted(kept))


def nomiracl(folder: Path) -> list[list[Pair]]:
    """Ten passages a question; `answers` says whether any of them does."""
    corpus, queries, _ = load_beir(folder)
    return [
        [Pair(q["text"], corpus[key]["text"], q["answerable"], (), "nomiracl", q["_id"]) for key in q["context_ids"]]
        for q in queries
    ]


def report(score: Score, data: Path, sets: Sequence[str] = ("reading", "nomiracl")) -> dict[str, float]:
    """Every figure of the model card."""
    found = of_reading(score, data) if "reading" in sets else {}
    return found | (of_nomiracl(score, data) if "nomiracl" in sets else {})


def of_reading(score: Score, data: Path) -> dict[str, float]:
    """The held-out passages of the reading set in pairs."""
    found: dict[str, float] = {}
    pairs = reading(data / "reading", held_out=True)
    even = [matched(*pairs[n : n + 2]) for n in range(0, len(pairs), 2)]
    both, by_sentence = score(pairs + even)
    scores = both[: len(pairs)]
    labels = np.array([pair.answers for pair in pairs])
    level = scores.copy()
    level[0::2] = both[len(pairs) :]
    lengths = np.array([float(len(pair.text)) for pair in pairs])
    found["reading pairs, AUROC of the passage's length alone"] = auroc(lengths, labels)
    lengths[0::2] = [float(len(pair.text)) for pair in even]
    found["reading pairs of like length, AUROC of the length alone"] = auroc(lengths, labels)
    found["reading pairs of like length, AUROC"] = auroc(level, labels)
    folds = [int(pair.group.strip("abcdefghijklmnopqrstuvwxyz")) % 2 for pair in pairs]
    found["reading pairs, AUROC"] = auroc(scores, labels)
    found["reading pairs of like length, balanced accuracy"] = crossed(level, labels, folds)
    found["reading pairs, balanced accuracy"] = crossed(scores, labels, folds)
    for kind in ("answerable", "near miss"):
        chosen = np.array([pair.source.endswith(kind) for pair in pairs])
        found[f"reading pairs, {kind}, AUROC"] = auroc(scores[chosen], labels[chosen])
    right = scores[0::2] > scores[1::2]
    found["reading, the answering role scores higher"] = float(right.mean())
    for kind in ("answerable", "near miss"):
        given = [
            (pair, by)
            for pair, by in zip(pairs, by_sentence, strict=False)
            if pair.answers and pair.source.endswith(kind)
        ]
        whole = [all(pair.text[s:e] in within_words(pair, by) for s, e in pair.spans) for pair, by in given]
        found[f"reading, {kind}, answers contained in {WORDS} words"] = float(np.mean(whole))
    return found


def of_nomiracl(score: Score, data: Path) -> dict[str, float]:
    """Ten passages a question: does any answer?"""
    found: dict[str, float] = {}
    groups = nomiracl(data / "nomiracl_en")
    flat, _ = score([pair for group in groups for pair in group])
    each = flat.reshape(len(groups), 10)
    labels = np.array([group[0].answers for group in groups])
    for name, value in (
        ("best", each.max(1)),
        ("best three", np.sort(each)[:, -3:].mean(1)),
        ("sum of odds", np.logaddexp.reduce(each, axis=1)),
    ):
        found[f"nomiracl {name}, AUROC"] = auroc(value, labels)
        found[f"nomiracl {name}, balanced accuracy"] = crossed(value, labels, [n % 5 for n in range(len(labels))])
    return found


def load(weights: Path) -> ReaderNet:
    """A trained network."""
    import torch
    from model import ReaderNet

    net = ReaderNet()
    net.load_state_dict(torch.load(weights), strict=False)
    return net.eval()


def network(net: ReaderNet, minilm: Path) -> Score:
    """A trained network as a scorer: logits, and the mass of start and inside per sentence."""
    import torch
    from model import answer_logit
    from train import collate, tokenizer_of

    tokenizer = tokenizer_of(minilm)

    def score(pairs: Sequence[Pair]) -> tuple[Scores, list[list[float]]]:
        scores, by_sentence = np.zeros(len(pairs)), [[0.0]] * len(pairs)
        order = sorted(range(len(pairs)), key=lambda n: len(pairs[n].text))
        for first in range(0, len(order), 16):
            rows = order[first : first + 16]
            batch, passages = collate([pairs[n] for n in rows], tokenizer)
            with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
                tokens, verdict, *_ = net(batch["ids"], batch["places"], batch["side"], batch["mask"])
            scores[rows] = answer_logit(tokens, verdict, batch["passage"].bool()).numpy()
            for row, n in enumerate(rows):
                over = len(pairs[n].frame) + 1 if pairs[n].frame else 0
                offsets = [(a - over, b - over) for a, b in passages[row].offsets]
                by_sentence[n] = mass_by_sentence(pairs[n].text, tokens[row], batch["side"][row], offsets)
        return scores, by_sentence

    return score


def mass_by_sentence(text: str, tokens: object, side: object, offsets: list[tuple[int, int]]) -> list[float]:
    """Probability mass of starts and ends in each sentence. `offsets` are characters of the text, negative above it."""
    import torch

    assert isinstance(tokens, torch.Tensor)
    assert isinstance(side, torch.Tensor)
    first = int(side.argmax())
    real = torch.zeros(len(tokens), dtype=torch.bool)
    real[first : first + len(offsets)] = torch.tensor([a >= 0 and b > a for a, b in offsets])
    mass = sum(torch.softmax(tokens[:, column].masked_fill(~real, -1e9), 0) for column in (0, 1))
    assert isinstance(mass, torch.Tensor)
    units = sentences(text)
    found = [0.0] * len(units)
    at = 0
    for k, (start, end) in enumerate(offsets):
        while at < len(units) - 1 and start >= units[at][1]:
            at += 1
        if end > start >= 0:
            found[at] += float(mass[first + k])
    return found


def dumped(score: Score, folder: Path) -> Score:
    """The same scorer; each call's scores are kept as a numbered JSON file, in the order of the pairs."""
    folder.mkdir(parents=True, exist_ok=True)

    def keeping(pairs: Sequence[Pair]) -> tuple[Scores, list[list[float]]]:
        scores, by_sentence = score(pairs)
        number = len(list(folder.glob("*.json")))
        kept = {"scores": scores.tolist(), "sentences": by_sentence}
        (folder / f"{number}-{pairs[0].source.split()[0]}.json").write_text(json.dumps(kept), encoding="utf-8")
        return scores, by_sentence

    return keeping


def question_only(train: Sequence[Pair]) -> Score:
    """A bag of words that sees the question alone: what it reaches is style, not reading."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    bag = TfidfVectorizer(ngram_range=(1, 2), lowercase=False, token_pattern=r"\w+|[^\w\s]")
    model = LogisticRegression(C=3, max_iter=500).fit(
        bag.fit_transform([p.question for p in train]), [p.answers for p in train]
    )

    def score(pairs: Sequence[Pair]) -> tuple[Scores, list[list[float]]]:
        return np.asarray(model.decision_function(bag.transform([p.question for p in pairs]))), [
            [0.0] * len(sentences(p.text)) for p in pairs
        ]

    return score


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--minilm", required=True)
    parser.add_argument("--weights", default="", help="without it: the question-only baseline")
    parser.add_argument("--sets", default="reading,nomiracl")
    parser.add_argument("--passages", type=Path)
    parser.add_argument("--written", type=Path)
    parser.add_argument("--dump", type=Path, help="a folder for every pair's score, to mix with other features")
    arguments = parser.parse_args()
    data, minilm = Path(arguments.data), Path(arguments.minilm)
    net = load(Path(arguments.weights)) if arguments.weights else None
    score = network(net, minilm) if net else question_only(reading(data / "reading", held_out=False))
    if arguments.dump:
        score = dumped(score, arguments.dump)
    found = report(score, data, arguments.sets.split(","))
    if arguments.written:
        from measure_written import of_claims, of_questions
        from written import blocks

        given = blocks(arguments.passages, arguments.written)
        found |= of_questions(score, given) | (of_claims(net, minilm, given) if net else {})
    for name, value in found.items():
        print(f"{value:.3f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
