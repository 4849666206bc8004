"""LangChain and Chroma imported in less time: what their imports do for other uses is put off or left out.

A cold question spends most of its time on imports. Three things can be spared without touching what either does: the
building of a hundred Pydantic models that a question never uses (Pydantic's own `defer_build` builds them at their
first use), the search for Pydantic's plugins through every installed package, and the comparison of each method's
signature with its base class by the package `overrides` (Chroma's own tests are the place for that). The first and the
last are switched back when the imports are done, plugins stay off in this process. If a newer version of any of these
packages ignores this, the imports take longer and nothing else changes; a test says so. Only the command line calls it:
a library must not set another package's switches.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable, Iterator
from typing import Any

MODULES = ("langchain_core.runnables.base", "langchain_core.retrievers", "chromadb", "chromadb.api.rust")


def import_quickly() -> None:
    """Imports what a question needs of LangChain and Chroma; nothing where it is imported already."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    with _models_built_when_used(), _signatures_not_compared():
        for name in MODULES:
            with contextlib.suppress(ImportError):  # moved, or truly missing: the ordinary import will tell
                importlib.import_module(name)


@contextlib.contextmanager
def _models_built_when_used() -> Iterator[None]:
    from pydantic import BaseModel, ConfigDict

    before = BaseModel.model_config
    BaseModel.model_config = ConfigDict(**before)
    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        BaseModel.model_config = before


@contextlib.contextmanager
def _signatures_not_compared() -> Iterator[None]:
    try:
        import overrides
    except ImportError:  # Chroma does without it some day
        yield
        return
    before = overrides.override
    overrides.override = _marked  # type: ignore[assignment]
    try:
        yield
    finally:
        overrides.override = before


def _marked(method: Callable[..., Any]) -> Callable[..., Any]:
    """What `overrides.override` leaves behind once it has compared, and `typing.override` from the start."""
    method.__override__ = True  # type: ignore[attr-defined]
    return method
