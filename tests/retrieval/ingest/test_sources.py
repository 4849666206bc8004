"""The list of sources is read with all its mistakes named, and what it says wins over what a text says."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import SourceError
from retrieval.ingest.load import Failed, Loaded
from retrieval.ingest.sources import load_listed, read_sources
from retrieval.shipped import corpus_folder


def write(folder: Path, text: str) -> Path:
    (folder / "a.md").write_text("---\ntitle: Own title\npublisher: Own\n---\nThe words.", encoding="utf-8")
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_list_has_no_mistake_and_every_text_loads():
    entries = read_sources(corpus_folder() / "sources.toml")
    offline = [entry for entry in entries if not entry.online]
    results = list(load_listed(offline))
    assert [result for result in results if isinstance(result, Failed)] == []
    assert [result.source.id for result in results if isinstance(result, Loaded)] == [e.source.id for e in offline]
    assert all(result.source.title and result.source.date for result in results if isinstance(result, Loaded))
    assert all(not Path(entry.source.path).is_absolute() for entry in entries)
    assert sum(entry.online for entry in entries) >= 25


def test_the_list_wins_over_the_text(tmp_path: Path):
    text = '[[source]]\nid = "a"\npath = "a.md"\ntitle = "Listed title"\ndate = "2024-05"\nkind = "brief"\n'
    (loaded,) = load_listed(read_sources(write(tmp_path, text)))
    assert isinstance(loaded, Loaded)
    source = loaded.source
    assert (source.id, source.title, source.publisher, source.date) == ("a", "Listed title", "Own", "2024-05")
    assert (source.kind, source.path) == ("brief", "a.md")


def test_all_mistakes_are_named_at_once(tmp_path: Path):
    text = """
[[source]]
id = "Not An Id"
path = "none.md"
colour = "red"

[[source]]
id = "page"
url = "ftp://example.org"
date = "soon"
online = "yes"

[[source]]
id = "page-two"
url = "https://example.org"
title = "Two"
kind = 3
"""
    with pytest.raises(SourceError) as raised:
        read_sources(write(tmp_path, text))
    message = str(raised.value)
    for words in (
        "has 8 mistake(s)",
        "source 1 (Not An Id): no key is called 'colour'",
        "source 1 (Not An Id): id must be there, in small letters",
        "source 1 (Not An Id): there is no file none.md",
        "source 2 (page): the url 'ftp://example.org' is not",
        "source 2 (page): give a title",
        "source 2 (page): the date 'soon' is not ISO 8601",
        "source 2 (page): online must be true or false",
        "source 3 (page-two): kind must be text",
    ):
        assert words in message, words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[source]\n", "mend it or put it back"),
        ("[source]\nid = 'a'\n", "double brackets"),
        ("[[sources]]\nid = 'a'\n", "no key is called 'sources'"),
        ("[[source]]\nid = 'a'\npath = 'a.md'\n[[source]]\nid = 'a'\npath = 'a.md'\n", "the id 'a' is taken"),
        ("[[source]]\nid = 'a'\n", "give a path or a url"),
    ],
)
def test_a_list_that_cannot_be_used(tmp_path: Path, text: str, words: str):
    with pytest.raises(SourceError) as raised:
        read_sources(write(tmp_path, text))
    assert words in str(raised.value)


def test_a_listed_page_is_fetched_and_named_by_the_list(tmp_path: Path, site: str):
    text = f'[[source]]\nid = "talks"\nurl = "{site}/page"\ntitle = "Listed"\npublisher = "UN"\nonline = true\n'
    text += f'[[source]]\nid = "gone"\nurl = "{site}/missing"\ntitle = "Gone"\nonline = true\n'
    entries = read_sources(write(tmp_path, text))
    loaded, failed = load_listed(entries, private_addresses=True, fetch_seconds=10)
    assert isinstance(loaded, Loaded)
    assert (loaded.source.id, loaded.source.title, loaded.source.publisher) == ("talks", "Listed", "UN")
    assert loaded.source.url == f"{site}/page"
    assert isinstance(failed, Failed)
    assert failed.name == f"{site}/missing"
