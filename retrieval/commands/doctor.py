"""`parley doctor`: tries each part and says what is wrong and what mends it; never sends anything unasked."""

from __future__ import annotations

import argparse
import dataclasses
import shutil
from collections.abc import Callable, Iterator

from retrieval.commands.common import add_index_option, add_json_option, print_json
from retrieval.errors import ParleyError
from retrieval.settings import Settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `doctor`."""
    parser = commands.add_parser("doctor", help="try each part and say what is wrong")
    add_json_option(parser)
    add_index_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each part; 1 when one is not right."""
    from retrieval.settings import load_settings

    settings = load_settings()
    if arguments.index:
        settings = dataclasses.replace(settings, index=arguments.index)
    good = True
    for name, fine, text in examine(settings):
        good = good and fine
        if arguments.json:
            print_json({"part": name, "ok": fine, "text": text})
        else:
            print(f"{'ok ' if fine else 'BAD'}  {name:<15} {text}")
    return 0 if good else 1


def examine(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Each part's name, whether it is right, and what there is to say of it."""
    parts: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("settings", _settings),
        ("room on disk", _disk),
        ("embedding", _embedding),
        ("index", _index),
        ("a question", _question),
        ("language model", _writer),
    )
    for name, look in parts:
        try:
            yield name, True, look(settings)
        except (ParleyError, OSError) as error:
            yield name, False, str(error)


def _settings(settings: Settings) -> str:
    defaults = Settings()
    names = [field.name for field in dataclasses.fields(Settings)]
    changed = [n for n in names if getattr(settings, n) != getattr(defaults, n)]
    return ", ".join(f"{name}={getattr(settings, name)}" for name in changed) or "all as they come"


def _disk(settings: Settings) -> str:
    place = settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < 500_000_000:
        raise ParleyError(f"only {free / 1e6:.0f} MB free for {settings.home}; free some, or set PARLEY_HOME elsewhere")
    return f"{free / 1e9:.1f} GB free for {settings.home}"


def _embedding(settings: Settings) -> str:
    from retrieval.export import ensure_exported
    from retrieval.models import OnnxEmbedder

    folder = ensure_exported(settings.models_folder, settings.embedding)
    embedder = OnnxEmbedder(folder, settings.precision, settings.threads)
    same, other = embedder.embed(["ceasefire talks", "truce negotiations"])
    if not 0.3 < float(same @ other) <= 1.0:
        raise ParleyError(f"the exported model in {folder} gives nonsense; delete that folder and ask again")
    return f"{embedder.name} {embedder.fingerprint}, {embedder.dimension} numbers a passage"


def _index(settings: Settings) -> str:
    from retrieval.engine import open_engine

    index = open_engine(settings).index
    return f"{len(index.sources)} sources, {index.manifest.passages} passages, version {index.version}"


def _question(settings: Settings) -> str:
    from retrieval.engine import open_engine

    engine = open_engine(settings)
    title = engine.sources()[0].title if engine.sources() else ""
    answer = engine.ask(f"What do the sources say about {title}?")
    return f"asked and {'answered' if answer.answered else 'abstained'} in {answer.seconds['total']:.2f} s"


def _writer(settings: Settings) -> str:
    if not settings.model:
        return "none set: answers are the sources' own sentences, and nothing is sent anywhere"
    from retrieval.writer import open_writer

    return open_writer(settings).try_once()
