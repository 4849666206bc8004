"""Answers and checks as JSON for the store, and back: the same objects, with what no button shows left out. Pure."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, cast

from retrieval import Answer, Check, Hit, Trace

_TEXTS_KEPT = 8


def trim(answer: Answer) -> Answer:
    """The answer without the evidence's inner figures, and of the passages read only the best and cited ones' text.

    All passages stay in the list, so what is said of their number stays true; `show` finds any text by its id.
    """
    cited = {citation.passage for citation in answer.citations}
    trace = Trace((), answer.trace.dropped, answer.trace.missing, answer.trace.notes, dict(answer.trace.settings))
    return dataclasses.replace(
        answer,
        nearest=tuple(_light(hit, True) for hit in answer.nearest),
        retrieved=tuple(
            _light(hit, place < _TEXTS_KEPT or hit.passage.id in cited) for place, hit in enumerate(answer.retrieved)
        ),
        trace=trace,
    )


def to_json(kept: Answer | Sequence[Check]) -> str:
    """One JSON value with everything of it."""
    return json.dumps(_plain(kept), ensure_ascii=False, separators=(",", ":"))


def answer_from_json(text: str) -> Answer:
    """The answer that `to_json` wrote."""
    return cast(Answer, _build(Answer, json.loads(text)))


def checks_from_json(text: str) -> tuple[Check, ...]:
    """The checks that `to_json` wrote."""
    return cast("tuple[Check, ...]", _build(tuple[Check, ...], json.loads(text)))


def _light(hit: Hit, with_text: bool) -> Hit:
    text = hit.passage.text if with_text else ""
    return dataclasses.replace(hit, passage=dataclasses.replace(hit.passage, units=(), text=text))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # half a surrogate pair has no place in a database
    return value if value is None or isinstance(value, bool | int) else float(cast(float, value))  # also numpy's


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    """`value` as the annotated `kind`: a dataclass, a tuple, a mapping, a union with None or a plain value."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _build(hints[name], item) for name, item in value.items()})
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _build(next(item for item in inner if item is not type(None)), value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_build(item_kind, item) for item_kind, item in zip(kinds, value, strict=True))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _build(inner[1], item) for key, item in value.items()}
    return value
