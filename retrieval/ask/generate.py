"""A draft written by a language model, verified sentence by sentence while it comes.

The model sees numbered passages and writes sentences with their numbers; which characters of a passage carry a sentence
is found here, and every sentence passes `verify` before anybody sees it. Knows prompts, replies and passages; must not
know which model writes, nor how an answer is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from retrieval.ask.budget import Budget, estimate
from retrieval.ask.cache import Cache, key_of
from retrieval.ask.cite import Cites
from retrieval.ask.prompts import ABSTAIN, Prompts
from retrieval.ask.prose import Reply, Written
from retrieval.ask.quotes import visible
from retrieval.ask.verify import verify
from retrieval.errors import ModelError
from retrieval.models import Embedder, Writer
from retrieval.types import Citation, Draft, Dropped, Evidence, Passage, Query, Statement

PASSAGES = 8  # passages that the model reads: those of the best evidence
STATEMENTS = 12  # sentences that an answer may have
ATTEMPTS = 2
PAUSE = 0.5  # seconds before the second attempt
_BRACKETS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")"})

Tell = Callable[[Statement], None]


@dataclass(frozen=True, slots=True)
class Author:
    """A language model with its prompts, the day's budget, and the cache where one is kept."""

    writer: Writer
    prompts: Prompts
    budget: Budget
    cache: Cache | None
    most_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class Material:
    """What a draft is made of and checked against. `text_of` opens a passage's document by the passage's id."""

    passages: tuple[Passage, ...]
    text_of: Callable[[str], str]
    embedder: Embedder
    index_version: str = ""


@dataclass(frozen=True, slots=True)
class Generated:
    """The verified draft, and the tokens that it took; `read` and `written` are 0 for a reply from the cache."""

    draft: Draft
    read: int
    written: int


@dataclass(slots=True)
class _Growing:
    """A draft while its sentences come."""

    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    abstained: bool = False
    read: int = 0
    written: int = 0


def generate(query: Query, material: Material, author: Author, support: float, tell: Tell | None = None) -> Generated:
    """A draft by the model; `tell` is given every verified sentence as soon as it is verified.

    A failed or unusable reply is asked for once more, unless sentences of it were told: then they are the answer.
    No statements and no failure mean that the model abstained.

    Raises:
        Unusable: the model failed twice, or none of its sentences held, or the day's tokens are spent.
    """
    growing = _Growing()
    failure = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        try:
            _write(query, material, author, growing, tell, fresh=attempt > 0)
            failure = "" if growing.statements or growing.abstained else "none of its sentences held"
        except ModelError as error:
            failure = str(error)
        if growing.statements or growing.abstained:
            break
    if not growing.statements and not growing.abstained:
        raise Unusable(failure, tuple(growing.dropped), growing.read, growing.written)
    notes = (f"The language model broke off ({failure}); the answer may be incomplete.",) if failure else ()
    if not growing.statements:
        notes = ("The language model found no answer in the passages.",)
    draft = Draft(tuple(growing.statements), tuple(growing.citations), support, tuple(growing.dropped), notes)
    return Generated(draft, growing.read, growing.written)


class Unusable(ModelError):
    """The model gave nothing to show; what was dropped and what it cost are kept for the trace."""

    def __init__(self, why: str, dropped: tuple[Dropped, ...], read: int, written: int) -> None:
        """`why` is for the reader of the answer."""
        super().__init__(why)
        self.dropped, self.read, self.written = dropped, read, written


def passages_of(evidence: Sequence[Evidence], most: int = PASSAGES) -> tuple[Passage, ...]:
    """The passages of the best evidence, each once, best first."""
    found = dict.fromkeys(one.hit.passage.id for one in evidence)
    by_id = {one.hit.passage.id: one.hit.passage for one in evidence}
    return tuple(by_id[passage_id] for passage_id in list(found)[:most])


def show_passages(passages: Sequence[Passage]) -> str:
    """The passages as the model sees them: numbered, fenced, without anything that could pass for fence or marker."""
    shown = []
    for number, passage in enumerate(passages, 1):
        source = passage.source
        about = ", ".join(part for part in (source.title, source.publisher, source.date or "no date") if part)
        where = " > ".join(passage.headings)
        head = _plain(f"{about}{'; ' + where if where else ''}").replace('"', "'").replace("\n", " ")
        shown.append(f'<passage number="{number}" source="{head}">\n{_plain(passage.text)}\n</passage>')
    return "\n\n".join(shown)


def _plain(text: str) -> str:
    return visible(text).translate(_BRACKETS)


def _write(query: Query, material: Material, author: Author, growing: _Growing, tell: Tell | None, fresh: bool) -> None:
    """One reply, from the cache or the model, read into the growing draft."""
    prompt = author.prompts.answer
    system, user = prompt.fill(
        abstain=ABSTAIN, passages=show_passages(material.passages), question=_plain(query.standalone)
    )
    key = key_of(query.standalone, material.index_version, author.writer.name, author.prompts.hash, system, user)
    kept = author.cache.get(key) if author.cache and not fresh else None
    reply = Reply()
    cites = Cites(material.passages)
    if kept is not None:
        _take([*reply.add(kept), *reply.rest()], cites, material, growing, tell)
        return
    with closing(_stream(author, system, user, reply, growing)) as sentences:
        for written in sentences:
            _take([written], cites, material, growing, tell)
            if growing.abstained or len(growing.statements) >= STATEMENTS:
                break
    if author.cache and (growing.statements or growing.abstained):
        author.cache.put(key, reply.text)


def _stream(author: Author, system: str, user: str, reply: Reply, growing: _Growing) -> Generator[Written, None, None]:
    """The model's sentences as they are finished; the tokens are counted whatever becomes of them."""
    author.budget.check()
    read = written = 0
    pieces = author.writer.write(system, user)
    try:
        for piece in pieces:
            read, written = max(read, piece.read), max(written, piece.written)
            yield from reply.add(piece.text) if piece.text else reply.pause()
            if estimate(reply.text) > 2 * author.most_tokens:
                raise ModelError("it wrote on and on")
        yield from reply.rest()
    finally:
        read, written = read or estimate(system + user), written or estimate(reply.text)
        growing.read, growing.written = growing.read + read, growing.written + written
        author.budget.add(read + written)


def _take(sentences: Sequence[Written], cites: Cites, material: Material, growing: _Growing, tell: Tell | None) -> None:
    """Verifies sentences one by one; what holds is told, what does not is dropped with its reason."""
    for written in sentences:
        if written.text.strip(" .") == ABSTAIN:
            growing.abstained = not growing.statements
            return
        if any(written.text == statement.text for statement in growing.statements):
            continue
        statement, citations, why = cites.place(written, growing.citations)
        if not why:
            draft = Draft((statement,), citations, 1.0)
            others = [passage.text for passage in material.passages]
            checked = verify(draft, material.text_of, material.embedder, others)
            why = checked.dropped[0].why if checked.dropped else ""
        if why:
            growing.dropped.append(Dropped(written.text, why))
            continue
        growing.statements.append(statement)
        growing.citations += [one for one in citations if one not in growing.citations]
        if tell:
            tell(statement)
