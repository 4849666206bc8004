"""Data goes one way: a walk over every import holds the layering of the packages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*(ROOT / "retrieval").rglob("*.py"), *(ROOT / "bot").rglob("*.py")])
# A package may import itself and those named after it; what is not named here is a top-level module of `retrieval`.
NOUNS = {"types", "errors", "settings", "models", "shipped", "render"}
ALLOWED = {
    "index": NOUNS,
    "ingest": NOUNS | {"index"},
    "ask": NOUNS | {"index", "ingest", "writer", "read"},
    "views": NOUNS | {"index", "ingest", "ask"},
}
HEAVY = {"torch", "sentence_transformers", "transformers"}


def imports(path: Path) -> list[tuple[str, bool]]:
    """Each module that the file imports, and whether only when a function of it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    found: list[tuple[str, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, id(node) in inside))
            found += [(f"{node.module}.{alias.name}", id(node) in inside) for alias in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_layering(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    for module, _ in imports(path):
        first = module.split(".")
        if parts[0] == "retrieval":
            assert first[0] not in ("bot", "discord"), f"{path} imports {module}"
            package = parts[1]
            if package in ALLOWED and first[0] == "retrieval" and len(first) > 1:
                assert first[1] in ALLOWED[package] | {package}, f"{package} must not know {module}"
            if package == "types":
                assert first[0] != "retrieval"
        elif first[0] == "retrieval" and len(first) > 1:
            exported = ast.parse((ROOT / "retrieval" / "__init__.py").read_text()).body
            names = next(
                ast.literal_eval(node.value)
                for node in exported
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
            )
            assert first[1] in names, f"the bot uses what retrieval exports, not {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_torch_is_only_where_a_model_is_exported(path: Path) -> None:
    if path.name != "export.py":
        assert not {module.split(".")[0] for module, _ in imports(path)} & HEAVY


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_grows_past_what_a_reader_holds(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
