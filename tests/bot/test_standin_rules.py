"""The stand-in's judgement of forms: each of Discord's limits, on both sides of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.standin.faults import ApiError
from tests.bot.standin.validate_message import check_message
from tests.bot.standin.validate_modal import check_choices, check_modal

Json = dict[str, Any]
V2 = 1 << 15


def button(**values: Any) -> Json:
    return {"type": 2, "style": 1, "label": "More", "custom_id": "more", **values}


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def menu(count: int = 2, **values: Any) -> Json:
    offered = [{"label": f"n{number}", "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "which", "options": offered, **values}


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def fields(count: int) -> list[Json]:
    return [{"name": "n", "value": "v"}] * count


def path_of(error: ApiError) -> list[str]:
    """The dotted paths at fault."""
    found: list[str] = []

    def walk(node: Json, path: str) -> None:
        for key, value in node.items():
            if key == "_errors":
                found.append(path)
            else:
                walk(value, f"{path}.{key}" if path else key)

    walk(dict(error.errors or {}), "")
    return found


MESSAGES: list[tuple[Json, Json, str]] = [
    ({"content": "x" * 2000}, {"content": "x" * 2001}, "content"),
    ({"content": "🕊" * 1000}, {"content": "🕊" * 1001}, "content"),
    ({"embeds": [{"title": "t"}] * 10}, {"embeds": [{"title": "t"}] * 11}, "embeds"),
    ({"embeds": [{"title": "t" * 256}]}, {"embeds": [{"title": "t" * 257}]}, "embeds.0.title"),
    ({"embeds": [{"description": "d" * 4096}]}, {"embeds": [{"description": "d" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{"fields": fields(25)}]}, {"embeds": [{"fields": fields(26)}]}, "embeds.0.fields"),
    (
        {"embeds": [{"fields": [{"name": "n" * 256, "value": "v"}]}]},
        {"embeds": [{"fields": [{"name": "n" * 257, "value": "v"}]}]},
        "embeds.0.fields.0.name",
    ),
    (
        {"embeds": [{"fields": [{"name": "n", "value": "v" * 1024}]}]},
        {"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]},
        "embeds.0.fields.0.value",
    ),
    (
        {"embeds": [{"fields": [{"name": "n", "value": "v"}]}]},
        {"embeds": [{"fields": [{"name": "n", "value": ""}]}]},
        "embeds.0.fields.0.value",
    ),
    (
        {"embeds": [{"footer": {"text": "f" * 2048}}]},
        {"embeds": [{"footer": {"text": "f" * 2049}}]},
        "embeds.0.footer.text",
    ),
    (
        {"embeds": [{"author": {"name": "a" * 256}}]},
        {"embeds": [{"author": {"name": "a" * 257}}]},
        "embeds.0.author.name",
    ),
    (
        {"embeds": [{"description": "d" * 3000}, {"description": "d" * 3000}]},
        {"embeds": [{"description": "d" * 3000}, {"description": "d" * 3001}]},
        "embeds",
    ),
    (
        {"embeds": [{"title": "t", "url": "https://example.org"}]},
        {"embeds": [{"title": "t", "url": "javascript:alert(1)"}]},
        "embeds.0.url",
    ),
    ({"components": [row(button())]}, {"components": [button()]}, "components.0.type"),
    (
        {"components": [row(button(custom_id=str(number))) for number in range(5)]},
        {"components": [row(button(custom_id=str(number))) for number in range(6)]},
        "components",
    ),
    (
        {"components": [row(*(button(custom_id=str(number)) for number in range(5)))]},
        {"components": [row(*(button(custom_id=str(number)) for number in range(6)))]},
        "components.0.components",
    ),
    (
        {"components": [row(button(), button(custom_id="b"))]},
        {"components": [row(button(), button())]},
        "components",
    ),
    (
        {"components": [row(button(custom_id="c" * 100))]},
        {"components": [row(button(custom_id="c" * 101))]},
        "components.0.components.0.custom_id",
    ),
    (
        {"components": [row(button(label="l" * 80))]},
        {"components": [row(button(label="l" * 81))]},
        "components.0.components.0.label",
    ),
    (
        {"components": [row(button(label="", emoji={"name": "👍"}))]},
        {"components": [row(button(label=""))]},
        "components.0.components.0.label",
    ),
    (
        {"components": [row({"type": 2, "style": 5, "label": "l", "url": "https://example.org/" + "a" * 492})]},
        {"components": [row({"type": 2, "style": 5, "label": "l", "url": "https://example.org/" + "a" * 493})]},
        "components.0.components.0.url",
    ),
    (
        {"components": [row({"type": 2, "style": 5, "label": "l", "url": "https://example.org"})]},
        {"components": [row({"type": 2, "style": 5, "label": "l", "url": "ftp://example.org"})]},
        "components.0.components.0.url",
    ),
    ({"components": [row(menu(25))]}, {"components": [row(menu(26))]}, "components.0.components.0.options"),
    ({"components": [row(menu())]}, {"components": [row(menu(), button())]}, "components.0.components"),
    (
        {"components": [row(menu(placeholder="p" * 150))]},
        {"components": [row(menu(placeholder="p" * 151))]},
        "components.0.components.0.placeholder",
    ),
    (
        {"components": [row(menu(1, options=[{"label": "l" * 100, "value": "v" * 100, "description": "d" * 100}]))]},
        {"components": [row(menu(1, options=[{"label": "l" * 101, "value": "v"}]))]},
        "components.0.components.0.options.0.label",
    ),
    (
        {"components": [row(menu(max_values=2))]},
        {"components": [row(menu(max_values=3))]},
        "components.0.components.0.max_values",
    ),
    ({"flags": V2, "components": [text("t")]}, {"flags": V2, "components": [text("t")], "content": "c"}, "content"),
    ({"flags": V2, "components": [text("t")]}, {"components": [text("t")]}, "components.0.type"),
    (
        {"flags": V2, "components": [text("t" * 2000), text("t" * 2000)]},
        {"flags": V2, "components": [text("t" * 2000), text("t" * 2001)]},
        "components",
    ),
    (
        {"flags": V2, "components": [{"type": 17, "components": [text("t")] * 39}]},
        {"flags": V2, "components": [{"type": 17, "components": [text("t")] * 40}]},
        "components",
    ),
    (
        {"content": "c", "allowed_mentions": {"parse": ["users"]}},
        {"content": "c", "allowed_mentions": {"parse": ["users"], "users": ["1" * 18]}},
        "allowed_mentions",
    ),
    (
        {"content": "c", "allowed_mentions": {"parse": []}},
        {"content": "c", "allowed_mentions": {"parse": ["all"]}},
        "allowed_mentions.parse.0",
    ),
]


@pytest.mark.parametrize(("good", "bad", "path"), MESSAGES)
def test_a_message_at_the_limit_passes_and_one_beyond_is_refused(good: Json, bad: Json, path: str) -> None:
    check_message(good)
    with pytest.raises(ApiError) as refused:
        check_message(bad)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert path_of(refused.value) == [path]


@pytest.mark.parametrize("empty", [{}, {"content": " \n"}, {"embeds": [{}]}, {"content": None, "components": []}])
def test_an_empty_message_is_refused(empty: Json) -> None:
    with pytest.raises(ApiError) as refused:
        check_message(empty)
    assert refused.value.code == 50006


def test_an_edit_keeps_what_it_leaves_out() -> None:
    before = {"content": "c", "embeds": [], "components": [], "attachments": [], "flags": 0}
    check_message({"components": [row(button())]}, before=before)
    with pytest.raises(ApiError) as refused:
        check_message({"content": ""}, before=before)
    assert refused.value.code == 50006


def field(**values: Any) -> Json:
    return {"type": 18, "label": "Why", "component": {"type": 4, "custom_id": "why", "style": 2, **values}}


def modal(*components: Json, **values: Any) -> Json:
    return {"title": "Why?", "custom_id": "form", "components": list(components), **values}


MODALS: list[tuple[Json, Json, str]] = [
    (modal(field(), title="t" * 45), modal(field(), title="t" * 46), "data.title"),
    (modal(field(), custom_id="c" * 100), modal(field(), custom_id=""), "data.custom_id"),
    (modal(field()), modal(), "data.components"),
    (modal(field() | {"label": "l" * 45}), modal(field() | {"label": "l" * 46}), "data.components.0.label"),
    (modal(field(max_length=4000)), modal(field(max_length=4001)), "data.components.0.component.max_length"),
    (modal(field(value="v" * 4000)), modal(field(value="v" * 4001)), "data.components.0.component.value"),
    (
        modal(field(placeholder="p" * 100)),
        modal(field(placeholder="p" * 101)),
        "data.components.0.component.placeholder",
    ),
    (
        modal(*(field(custom_id=str(number)) for number in range(5))),
        modal(*(field(custom_id=str(number)) for number in range(6))),
        "data.components",
    ),
    (modal(field(), field(custom_id="b")), modal(field(), field()), "data.components"),
    (modal(field()), modal(row(button())), "data.components.0.components.0.type"),
]


@pytest.mark.parametrize(("good", "bad", "path"), MODALS)
def test_a_modal_at_the_limit_passes_and_one_beyond_is_refused(good: Json, bad: Json, path: str) -> None:
    check_modal(good)
    with pytest.raises(ApiError) as refused:
        check_modal(bad)
    assert path_of(refused.value) == [path]


def test_choices_of_an_autocomplete() -> None:
    choice = {"name": "n" * 100, "value": "v" * 100}
    check_choices({"choices": [choice] * 25})
    for bad in (
        [choice] * 26,
        [choice | {"name": ""}],
        [choice | {"name": "n" * 101}],
        [choice | {"value": "v" * 101}],
    ):
        with pytest.raises(ApiError):
            check_choices({"choices": bad})
