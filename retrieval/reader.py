"""The reader: a small network of ours that reads question and passage together, run by ONNX Runtime without torch.

It starts from MiniLM: the lower layers read each side alone, the upper ones both (Cao et al. 2020, "DeFormer"). How it
was trained, on what and what it is worth: benchmarks/reader. Knows its model file; must not know scores of retrieval.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelError
from retrieval.models import Reading, load_session, load_tokenizer
from retrieval.types import Passage

QUESTION_TOKENS, PASSAGE_TOKENS = 48, 304
ABOVE_MAX = 240
"""Characters of what stands over a passage that are read with it."""
LONGEST = 20
"""Tokens of the longest answer."""

NOTHING = -20.0
"""Log-odds of a unit of which the reader saw no token, because the passage was cut."""

Logits = NDArray[np.float32]


class OnnxReader:
    """Reads passages for a question with the model that ships with the package. Thread-safe; loads at its first use.

    Passages are read side by side, a thread each: two threads within one wait for each other at every layer.
    """

    def __init__(self, threads: int = 0) -> None:
        """`threads` that read at once at most; 0 for one to each core."""
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """A reading for each passage, in their order.

        Raises:
            ModelError: the model's files are missing or damaged.
        """
        session, tokenizer = self.load()
        asked = kept(tokenizer.encode(question).ids)

        def one(passage: Passage) -> Reading:
            over = f"{head}\n" if (head := above(passage)) else ""
            text = tokenizer.encode(over + passage.text)
            tokens, verdict = _run(session, asked, text.ids)
            offsets = np.array(text.offsets) - len(over)
            return _reading(passage, tokens[0, :, :2], float(verdict[0]), offsets, len(asked))

        if self._threads == 1 or len(passages) < 2:
            return [one(passage) for passage in passages]
        with ThreadPoolExecutor(min(self._threads, len(passages))) as pool:
            return list(pool.map(one, passages))

    def load(self) -> tuple[Any, Any]:
        """The session and the tokenizer, opened once."""
        with self._lock:
            if self._loaded is None:
                self._loaded = _open()
            return self._loaded


@lru_cache(maxsize=1)
def _open() -> tuple[Any, Any]:
    folder = files("retrieval") / "data" / "reader"
    try:
        with as_file(folder / "reader.int8.onnx") as model, as_file(folder / "tokenizer.json") as tokenizer:
            return load_session(model, 1), load_tokenizer(tokenizer, PASSAGE_TOKENS)
    except Exception as error:
        raise ModelError(
            f"the reader's model cannot be loaded ({error}); reinstall parley, or set PARLEY_READER=false to do without"
        ) from error


def kept(ids: Sequence[int]) -> Sequence[int]:
    """A question's tokens; of a long one the first, which stands for the whole, and the last: there it is asked."""
    return ids if len(ids) <= QUESTION_TOKENS else [ids[0], *ids[len(ids) - QUESTION_TOKENS + 1 :]]


def above(passage: Passage) -> str:
    """What stands over a passage, as the reader was trained on it: title and headings, publisher and date, lead-in.

    A brief speaks of others' words and days, so who wrote it and when is not told.
    """
    source = passage.source
    names = " > ".join(dict.fromkeys(name for name in (source.title, *passage.headings) if name))
    told = "" if source.kind == "brief" else ", ".join(part for part in (source.publisher, source.date) if part)
    over = " | ".join(part for part in (names, told) if part)[:ABOVE_MAX]
    return "\n".join(part for part in (over, passage.lead_in) if part)


def _run(session: Any, asked: Sequence[int], text: Sequence[int]) -> Any:
    """One text read by itself: in a batch, the range of one would set the rounding of the others (int8)."""
    feed = {
        "ids": [*asked, *text],
        "places": [*range(len(asked)), *range(len(text))],
        "side": [0] * len(asked) + [1] * len(text),
        "mask": [1] * (len(asked) + len(text)),
    }
    inputs = {name: np.array([values], dtype=np.int64) for name, values in feed.items()}
    return session.run(["tokens", "verdict"], inputs)


def _reading(passage: Passage, tokens: Logits, verdict: float, offsets: NDArray[np.int64], first: int) -> Reading:
    """From a passage's logits (t, 2) what it answers as a whole, each of its units, and with which words.

    Each is the log of all starts and of all ends against "nothing", which stands at the first token (Devlin et al. 2019
    for SQuAD 2.0); the passage has the verdict besides.
    """
    nothing, logits = tokens[0], tokens[first : first + len(offsets)]
    real = (offsets[:, 1] > offsets[:, 0]) & (offsets[:, 0] >= 0)
    places = offsets + passage.start
    units, spans = [], []
    for unit in passage.units:
        inside = np.flatnonzero(real & (places[:, 0] < unit.end) & (places[:, 1] > unit.start))
        units.append(_gap(logits[inside], nothing) if len(inside) else NOTHING)
        spans.append(_span(logits[inside], places[inside]) if len(inside) else (unit.start, unit.start))
    return Reading(_gap(logits[real], nothing) + verdict if real.any() else NOTHING, tuple(units), tuple(spans))


def _span(logits: Logits, places: NDArray[np.int64]) -> tuple[int, int]:
    """The characters from the start to the end whose logits together are the highest, at most LONGEST tokens apart."""
    starts, ends = logits[:, 0], logits[:, 1]
    size = len(starts)
    allowed = np.tri(size, size, LONGEST - 1, dtype=bool) & ~np.tri(size, size, -1, dtype=bool)
    first, last = np.unravel_index(np.argmax(np.where(allowed, starts[:, None] + ends[None, :], -np.inf)), (size, size))
    return int(places[first, 0]), int(places[last, 1])


def _gap(logits: Logits, nothing: Logits) -> float:
    return float((np.logaddexp.reduce(logits, axis=0) - nothing).mean())
