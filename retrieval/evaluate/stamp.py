"""What produced a run: the program's version and revision, the index, the settings, the models and the prompts."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from retrieval.evaluate.cases import QuestionSet
from retrieval.evaluate.results import UNCOMMITTED
from retrieval.settings import Settings
from retrieval.shipped import prompts_folder

# Where things lie on one machine and how fast they go there: they change no answer, so runs may differ in them.
LOCAL = frozenset({"home", "index", "threads", "chroma_url", "model_url", "cache", "fetch_seconds", "max_bytes"})


def make_stamp(questions: QuestionSet, settings: Settings, index_version: str, fingerprint: str) -> dict[str, Any]:
    """The stamp of a run; `fingerprint` is the embedding model's. Holds no secret: settings have none."""
    return {
        "parley": _version(),
        "revision": revision(Path(__file__).parent),
        "set": {"path": questions.path, "sha256": questions.sha256},
        "index_version": index_version,
        "embedding": fingerprint,
        "settings": {k: v for k, v in dataclasses.asdict(settings).items() if k not in LOCAL},
        "prompts": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _prompts()},
    }


def revision(folder: Path) -> str:
    """The git commit of the code in `folder`, "+changes" after it if files differ; "" outside a checkout."""
    if _git(folder, "ls-files", "--error-unmatch", "stamp.py") is None:  # installed inside another project's checkout
        return ""
    commit, changes = _git(folder, "rev-parse", "HEAD"), _git(folder, "status", "--porcelain", "--untracked-files=no")
    return (commit or "") + (UNCOMMITTED if commit and changes else "")


def _version() -> str:
    try:
        return version("parley")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""


def _prompts() -> list[Path]:
    folder = prompts_folder()
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _git(folder: Path, *arguments: str) -> str | None:
    """What git printed, or None if there is no git or it refused."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
