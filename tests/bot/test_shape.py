"""The shape of the bot's code: what every handler and every send must have."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.client import ParleyClient
from bot.presses import _HANDLERS

FILES = sorted((Path(__file__).parents[2] / "bot").glob("*.py"))
SENDS = {"send", "send_message", "edit_original_response", "edit", "edit_message", "reply"}
ACKNOWLEDGES = {"acknowledge", "defer", "send_message", "send_modal", "_managing", "_check", "_ask"}
# These acknowledge first themselves, and are looked at in their own modules.
HANDED_ON = {
    *("_show", "show_sources", "show_groups", "show_timeline", "show_comparison", "show_about", "show_privacy"),
    *("show_quota", "turn_list", "export_data", "delete_asked", "delete_now"),
}


def functions(path: Path) -> list[ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_send_forbids_mentions(path: Path) -> None:
    """By name, whatever the client's own setting says."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDS:
            keywords = {keyword.arg for keyword in node.keywords}
            assert keywords & {"allowed_mentions", None}, f"{path.name}:{node.lineno} may ping"


def test_the_client_forbids_mentions_and_asks_for_nothing_privileged() -> None:
    source = Path(FILES[0].parent / "client.py").read_text(encoding="utf-8")
    assert "allowed_mentions=NO_PINGS" in source
    assert ParleyClient.__mro__[1].__name__ == "AutoShardedClient"


@pytest.mark.parametrize("name", ["commands.py", "admin.py", "topics.py", "privacy.py"])
def test_every_handlers_first_await_acknowledges(name: str) -> None:
    """Before anything that takes time: a store, an engine, a file."""
    for function in functions(FILES[0].parent / name):
        arguments = {argument.arg for argument in function.args.args}
        awaits = [node.value for node in ast.walk(function) if isinstance(node, ast.Await)]
        if "interaction" not in arguments or not awaits or function.name in ("_source_pages", "_change"):
            continue
        first = min(awaits, key=lambda node: (node.lineno, node.col_offset))
        assert isinstance(first, ast.Call)
        assert name_of(first) in ACKNOWLEDGES | HANDED_ON, (
            f"{name}:{first.lineno} {function.name} does {name_of(first)} first"
        )


def test_every_press_acknowledges_first() -> None:
    by_name = {function.name: function for function in functions(FILES[0].parent / "presses.py")}
    for handler in _HANDLERS.values():
        awaits = [node.value for node in ast.walk(by_name[handler.__name__]) if isinstance(node, ast.Await)]
        first = min(awaits, key=lambda node: (node.lineno, node.col_offset))
        assert isinstance(first, ast.Call)
        assert name_of(first) in ACKNOWLEDGES | HANDED_ON, f"{handler.__name__} does {name_of(first)} first"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_modules_are_small_and_say_what_they_know(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text))
