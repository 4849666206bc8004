"""Measures a reader on the held-out passages of what was written by hand: questions in both roles, claims in both.

Knows the measures. Must not know how a reader is trained. Run by `measure.py --written`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import written
from measure import WORDS, Score, auroc, crossed, within_words

if TYPE_CHECKING:
    from model import ReaderNet

FALSE = 0.02  # share of claims with one thing changed that may be called supported


def of_questions(score: Score, blocks: Sequence[written.Block]) -> dict[str, float]:
    """The held-out passages of what was written: questions in both roles, of like length."""
    duos = written.questions(blocks, held_out=True)
    flat = [pair for duo in duos for pair in duo]
    scores, by_sentence = score(flat)
    labels = np.array([pair.answers for pair in flat])
    found = {
        "written questions, AUROC": auroc(scores, labels),
        "written questions, balanced accuracy": crossed(scores, labels, [n // 2 % 2 for n in range(len(flat))]),
        "written questions, the answering role scores higher": float((scores[0::2] > scores[1::2]).mean()),
    }
    for kind in ("answerable", "near miss"):
        given = [n for n, pair in enumerate(flat) if pair.answers and pair.source.endswith(kind)]
        whole = [
            all(flat[n].text[s:e] in within_words(flat[n], by_sentence[n]) for s, e in flat[n].spans) for n in given
        ]
        found[f"written, {kind}, answers contained in {WORDS} words"] = float(np.mean(whole))
    return found


def of_claims(net: ReaderNet, minilm: Path, blocks: Sequence[written.Block]) -> dict[str, float]:
    """Held-out claims beside their sentences, each in both roles: how many true ones are called supported where few
    of those with one thing changed are."""
    import torch
    from train import collate, tokenizer_of

    claims = [c for duo in written.claims(blocks, random.Random(0), held_out=True) for c in duo]
    tokenizer, logits = tokenizer_of(minilm), []
    for first in range(0, len(claims), 16):
        batch, _ = collate(claims[first : first + 16], tokenizer)
        with torch.no_grad():
            logits.append(net(batch["ids"], batch["places"], batch["side"], batch["mask"])[2].numpy())
    each = np.concatenate(logits)
    support = each[:, 0] - np.logaddexp(each[:, 1], each[:, 2])
    labels = np.array([c.label for c in claims])
    false = np.sort(support[labels == written.CONTRADICTED])[::-1]
    least = false[int(FALSE * len(false))]
    found = {
        "claims, AUROC of supported": auroc(support, labels == written.SUPPORTED),
        "claims, right of three verdicts": float((each.argmax(1) == labels).mean()),
        f"claims, true ones above all but {FALSE:.0%} of the changed": float((support[labels == 0] > least).mean()),
        "claims, the duo's true one higher": float((support[0::2] > support[1::2]).mean()),
    }
    for kind in sorted({c.kind for c in claims}):
        chosen = np.array([c.kind == kind for c in claims]) & (labels < written.NOT_ENOUGH)
        if chosen.sum() >= 20:
            found[f"claims, {kind}, AUROC"] = auroc(support[chosen], labels[chosen] == written.SUPPORTED)
    return found
