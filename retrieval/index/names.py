"""Names in texts: the titles of the documents, found as words in a question or a passage.

A title is matched as words, as HippoRAG's graph (Gutiérrez et al. 2024, arXiv 2405.14831) links by phrases, but without
a language model: the links are made once, when passages are indexed. Knows titles and texts; no scores, files, vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from retrieval.index.lexical import fold, is_common

LONGEST_NAME = 8  # words: a longer title is a headline, and nobody mentions a headline
_WORD = re.compile(r"[^\W_]+")
_QUALIFIER = re.compile(r"\s*\([^)]*\)\s*$")


class Mention(NamedTuple):
    """A name at `[start, end)` of a text, and the documents that bear it as their title."""

    documents: tuple[int, ...]
    start: int
    end: int


class Names:
    """Titles by their words: "Wrong Turn 5 (film)" is found as "Wrong Turn 5" and with its qualifier."""

    def __init__(self, titles: Sequence[str]) -> None:
        """`titles[i]` is the title of document `i`; one that is no name (too long, common words alone) is left out."""
        found: dict[tuple[str, ...], list[int]] = {}
        for document, title in enumerate(titles):
            for key in {_key(title), _key(_QUALIFIER.sub("", title))}:
                if 0 < len(key) <= LONGEST_NAME and not all(is_common(word) or len(word) < 2 for word in key):
                    found.setdefault(key, []).append(document)
        self._documents = {key: tuple(documents) for key, documents in found.items()}
        self._longest = max(map(len, found), default=0)

    def find(self, text: str) -> list[Mention]:
        """The names in a text from left to right, the longest wherever several begin.

        A name must be written as one, with a capital or a figure; in a text without any capital two words are enough.
        """
        words = list(_WORD.finditer(text))
        keys = [fold(word.group()) for word in words]
        lower = not any(character.isupper() for character in text[1:])
        mentions: list[Mention] = []
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                documents = self._documents.get(tuple(keys[at : at + length]))
                start, end = words[at].start(), words[at + length - 1].end()
                if documents and _is_written_as_name(text[start:end], length, lower):
                    mentions.append(Mention(documents, start, end))
                    at += length - 1
                    break
            at += 1
        return mentions


def link_passages(names: Names, texts: Sequence[str], documents: Sequence[int]) -> list[list[list[int]]]:
    """For each passage the documents that its names lead to, its own left out: to be stored with the word index.

    Args:
        names: the titles of all documents.
        texts: the passages' own texts, without title and headings.
        documents: the document of each passage.
    """
    links = []
    for text, own in zip(texts, documents, strict=True):
        found = {mention.documents for mention in names.find(text) if own not in mention.documents}
        links.append([list(reached) for reached in sorted(found)])
    return links


def _key(title: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(title))


def _is_written_as_name(span: str, length: int, lower: bool) -> bool:
    """Capitals make a name; a single word needs its first, a figure alone is none."""
    if length == 1:
        return span[0].isupper()
    return lower or any(character.isupper() for character in span)
