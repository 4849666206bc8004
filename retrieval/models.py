"""What is learnt, behind one-method protocols, and the embedder that runs an exported model.

Knows ONNX Runtime and the tokenizer; must not import torch or sentence-transformers (see export.py).
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelError
from retrieval.types import Passage

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

T = TypeVar("T")
Vectors = NDArray[np.float32]
BATCH_TOKENS = 512  # tokens a batch may hold, padding included: what one core's cache holds while a layer runs


class Embedder(Protocol):
    """Texts to unit vectors: the cosine of two texts is the dot product of their vectors."""

    name: str
    fingerprint: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """An array (n, dimension), each row of length 1, in the order of `texts`."""
        ...


class TokenVectors(NamedTuple):
    """One text in its tokens: `vectors` (t, dimension) of unit length, `spans` (t, 2) character offsets in the text."""

    vectors: Vectors
    spans: NDArray[np.int32]


class TokenEmbedder(Embedder, Protocol):
    """An embedder that also gives the token vectors of the same forward pass."""

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The vectors as `embed` gives them, and the tokens' own, special tokens left out."""
        ...


class Reading(NamedTuple):
    """What a reader made of one passage, in log-odds: that it answers the question, and that each of its units does.

    `spans` are the words of each unit that it takes for the answer, in characters of the document.
    """

    answers: float
    units: tuple[float, ...]
    spans: tuple[tuple[int, int], ...]


class Reader(Protocol):
    """Reads question and passage together."""

    def read(self, question: str, passages: Sequence[Passage]) -> Sequence[Reading]:
        """A reading for each passage, in their order."""
        ...


class Piece(NamedTuple):
    """A piece of a model's reply, "" when nothing came for a while; tokens read and written where the model tells."""

    text: str
    read: int = 0
    written: int = 0


class Writer(Protocol):
    """A language model. `name` is provider:model, as it stands in every answer that it wrote."""

    name: str

    def write(self, system: str, user: str) -> Iterator[Piece]:
        """The reply, piece by piece as it comes.

        Raises:
            ModelError: the model fails, falls silent for too long or breaks off.
        """
        ...


class OnnxEmbedder:
    """A sentence-transformers model exported by `retrieval.export`, run by ONNX Runtime. Thread-safe.

    A batch runs on one thread and several batches at once: threads that share the work of a batch wait for each other
    at every layer, which costs a third on idle cores and more than half on busy ones.
    """

    def __init__(self, folder: Path, precision: str = "int8", threads: int = 0) -> None:
        """Loads the model; 0 threads means one for each core.

        Raises:
            ModelError: a file is missing or damaged.
        """
        self.folder, self.precision, self.threads = folder, precision, threads or os.cpu_count() or 1
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            self.name = str(meta["name"])
            self.dimension = int(meta["dimension"])
            self.max_tokens = int(meta["max_tokens"])
            self.fingerprint = f"{meta['weights'][:16]}-{precision}"
            self._tokenizer = load_tokenizer(folder / "tokenizer.json", self.max_tokens)
            self._session = load_session(folder / f"model.{precision}.onnx", 1)
        except Exception as error:
            raise ModelError(
                f"the exported model in {folder} is damaged ({error}); delete that folder and ask again"
            ) from error
        self._inputs = {node.name for node in self._session.get_inputs()}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """An array (n, dimension), each row of length 1, in the order of `texts`."""
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for rows, (vectors,) in self._each(texts, lambda encodings: self._run(["sentence"], encodings)):
            result[rows] = vectors
        return result

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """The vectors as `embed` gives them, and the tokens' own, special tokens left out."""
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens: dict[int, TokenVectors] = {}
        for rows, (vectors, found) in self._each(texts, self._run_tokens):
            result[rows] = vectors
            tokens.update(zip(rows, found, strict=True))
        return result, [tokens[row] for row in range(len(texts))]

    def _each(
        self, texts: Sequence[str], run: Callable[[list[tokenizers.Encoding]], T]
    ) -> Iterator[tuple[list[int], T]]:
        """What `run` makes of each batch, with its rows; on as many threads as there are."""
        batches = list(self._batches(texts))
        encodings = [batch for _, batch in batches]
        if len(batches) < 2 or self.threads < 2:
            yield from ((rows, run(batch)) for rows, batch in batches)
            return
        with ThreadPoolExecutor(min(self.threads, len(batches))) as pool:
            yield from zip((rows for rows, _ in batches), pool.map(run, encodings), strict=True)

    def _run_tokens(self, encodings: list[tokenizers.Encoding]) -> tuple[Vectors, list[TokenVectors]]:
        states, vectors = self._run(["tokens", "sentence"], encodings)
        tokens = []
        for encoding, state in zip(encodings, states, strict=True):
            real = (np.array(encoding.attention_mask) > 0) & (np.array(encoding.special_tokens_mask) == 0)
            found = state[: len(real)][real]  # the state is padded to the longest of its batch
            norms = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
            tokens.append(TokenVectors(found / norms, np.array(encoding.offsets, dtype=np.int32)[real]))
        return vectors, tokens

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[tokenizers.Encoding]]]:
        """Rows with their encodings, texts of like length together: padding is what costs."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda row: len(encodings[row].ids))
        rows: list[int] = []
        for row in order:
            if rows and (len(rows) + 1) * len(encodings[row].ids) > BATCH_TOKENS:
                yield rows, [encodings[done] for done in rows]
                rows = []
            rows.append(row)
        if rows:
            yield rows, [encodings[done] for done in rows]

    def _run(self, outputs: list[str], encodings: list[tokenizers.Encoding]) -> list[NDArray[np.float32]]:
        width = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask}
        return list(self._session.run(outputs, {name: feed[name] for name in self._inputs}))


def load_tokenizer(path: Path, max_tokens: int) -> tokenizers.Tokenizer:
    """The tokenizer of a model, without padding, that cuts at `max_tokens`."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def onnx_runtime() -> ModuleType:
    """ONNX Runtime with its telemetry off.

    From 1.29 on it keeps a device id in the user's cache and tells its maker what it ran, unless this variable is set
    before it is imported.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    return importlib.import_module("onnxruntime")


def load_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """An ONNX model on the CPU; 0 threads means one for each core."""
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # to spin is to take a core from others
    options.enable_mem_pattern = False  # lengths differ from batch to batch: a pattern is never met again
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
