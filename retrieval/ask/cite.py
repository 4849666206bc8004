"""Which units of a passage carry a sentence: the fewest that hold its words, its quoted words, its figures and names.

Knows units and words; must not know models or prompts. A unit that only follows from the one before it brings that one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.ask.entail import coverage

MOST = 3  # units that one sentence may rest on
GAIN = 0.08  # share of a sentence's content that a further unit must add


def choose(sentence: str, units: Sequence[str], needed: Sequence[int] = ()) -> list[int]:
    """Indexes of the units to cite, in their order; `needed` are those that hold the words quoted in the sentence.

    Greedy: the unit that adds most of the sentence's content, weighted by rarity, until a further one adds too little.
    """
    if not units:
        return []
    rarity, held = coverage(sentence, units)
    weights = rarity / max(float(rarity.sum()), 1e-6)
    chosen = list(dict.fromkeys(needed))
    best = held[:, chosen].max(axis=1) if chosen and len(rarity) else np.zeros(len(rarity), np.float32)
    while len(chosen) < MOST and len(rarity):
        gains = weights @ np.maximum(held - best[:, None], 0)
        gains[chosen] = -1.0
        index = int(np.argmax(gains))
        if gains[index] < GAIN and chosen:
            break
        chosen.append(index)
        best = np.maximum(best, held[:, index])
    return sorted(chosen or [0])
