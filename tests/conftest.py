"""Real parts, made once a session: the exported model, an index of the shipped corpus, an engine over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from retrieval.engine import Engine
from retrieval.export import ensure_exported
from retrieval.models import OnnxEmbedder
from retrieval.settings import DEFAULT_EMBEDDING, Settings

# The same examples each time: what CI refuses was changed, not drawn. PARLEY_TEST_SEARCH=1 looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("default" if os.environ.get("PARLEY_TEST_SEARCH") else "same")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of the test run's own, also for the processes that tests start; no hub is ever asked."""
    folder = tmp_path_factory.mktemp("home")
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("PARLEY_", "DISCORD_"))]:
        if not name.startswith("PARLEY_TEST_"):
            del os.environ[name]
    os.environ |= {"PARLEY_HOME": str(folder), "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    yield folder
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """Settings as a newcomer has them, in the test run's home."""
    return Settings(home=home)


@pytest.fixture(scope="session")
def exported(settings: Settings) -> Path:
    """The folder of the exported model."""
    return ensure_exported(settings.models_folder, DEFAULT_EMBEDDING)


@pytest.fixture(scope="session")
def embedder(exported: Path) -> OnnxEmbedder:
    """The real model, int8 as it runs by default."""
    return OnnxEmbedder(exported)


@pytest.fixture(scope="session")
def engine(settings: Settings, embedder: OnnxEmbedder) -> Engine:
    """A real engine over the shipped corpus, in the home's own index folder: the command line finds it too."""
    from retrieval.ingest.origins import shipped_batch

    made = Engine(settings, embedder)
    made.ingest([shipped_batch(settings)])
    return made
