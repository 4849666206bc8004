"""The steps of an answer, in order: condense -> retrieve -> weigh -> write -> verify. Plain functions over one state.

Each takes the state and the tools and returns a new state; `chain.py` strings them together. No step reads settings
from the environment, loads a model or touches the network.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from retrieval.ask.atlarge import SURE, at_large, extend, foretells
from retrieval.ask.cite import renumbered
from retrieval.ask.clean import clean_question, is_foreign, without_orders
from retrieval.ask.condense import asks_something, condense
from retrieval.ask.evidence import weigh
from retrieval.ask.extract import extract
from retrieval.ask.names import unnamed
from retrieval.ask.preamble import last_asked, without_preamble
from retrieval.ask.read import mix, read, with_scores
from retrieval.ask.retrieve import retrieve, retrieve_given
from retrieval.ask.select import select
from retrieval.ask.sides import both, marks, sides
from retrieval.ask.speaker import reports, speaking_of, spoken_by, told_in
from retrieval.ask.spelling import mended
from retrieval.ask.state import EXTRACTIVE, State, Tools, forms, stored_vectors, text_of
from retrieval.ask.support import THRESHOLDS, least, support
from retrieval.ask.titled import opening, titled
from retrieval.ask.verify import verify
from retrieval.errors import ModelError
from retrieval.types import Answer, Query, Reason, Statement, Trace

if TYPE_CHECKING:
    from retrieval.ask.generate import Author

NEAREST = 3
AT_LARGE = 0.5  # of the least support where a recognised finding holds every word of what a question asks about
SPOKEN_OF = 0.5  # support of a unit with every word of the topic that a text is asked about: set, not fitted
IN_ENGLISH = "Questions are read in English; ask this one in English."
STAGES = ("condense", "retrieve", "rerank", "answer", "verify")


def timed(stage: str, step: Callable[[State, Tools], State]) -> Callable[[State, Tools], State]:
    """The step, telling `on_stage` that it begins and adding its seconds to the state."""

    def run(state: State, tools: Tools) -> State:
        if state.on_stage:
            state.on_stage(stage)
        started = time.perf_counter()
        after = step(state, tools)
        took = time.perf_counter() - started + after.seconds.get(stage, 0.0)
        return dataclasses.replace(after, seconds={**after.seconds, stage: took})

    return run


def condense_question(state: State, tools: Tools) -> State:
    """The question cleaned, its slips of the keyboard mended, and made to stand alone where it follows on."""
    question, slips = mended(clean_question(state.question), lambda: forms(state))
    notes = tuple(f"“{written}” was read as “{meant}”." for written, meant in slips)
    state = dataclasses.replace(state, notes=(*state.notes, *notes))
    question = without_preamble(without_orders(question))
    query = dataclasses.replace(condense(question, state.history), sources=state.sources)
    if state.author is None or not state.history or not _is_question(query):
        return dataclasses.replace(state, query=query)
    from retrieval.ask.rewrite import rewrite  # what only a language model needs is imported only for it

    try:
        query, (taken, given) = rewrite(query, state.author)
    except ModelError as error:
        note = f"The follow-up was completed by rules, not by the language model ({error})."
        return dataclasses.replace(state, query=query, notes=(*state.notes, note))
    return dataclasses.replace(_with_tokens(state, taken, given), query=query)


def find(state: State, tools: Tools) -> State:
    """The passages to read: retrieved, or the given ones in the order of their likeness to the question."""
    if not _is_question(state.query):
        return state
    if state.context is not None:
        hits = retrieve_given(state.query, state.context, tools.embedder)
    else:
        assert state.index is not None
        hits = retrieve(state.query, state.index, tools.embedder, tools.settings.passages)
    return dataclasses.replace(state, hits=tuple(hits))


def weigh_evidence(state: State, tools: Tools) -> State:
    """Each unit of the passages weighed as an answer, and how well the best is supported.

    Of a long message the last part is asked too, and the better supported of the two counts. What somebody says is
    looked for in that speaker's own texts as well, and taken from there unless another source that names the speaker
    answers better; what a text says in that text alone.
    """
    sources = state.index.sources if state.index and _is_question(state.query) else []
    if told := told_in(state.query, sources) or titled(state.query, sources):
        return _of_texts(state, told, tools)
    weighed = _weighed(state, state.query, tools)
    if (last := last_asked(state.query.standalone)) != state.query.standalone:
        asked = dataclasses.replace(state.query, standalone=last)
        alone = dataclasses.replace(_weighed(state, asked, tools), asked=asked)
        weighed = max(weighed, alone, key=lambda one: one.support)
    if parts := sides(state.query.standalone):
        return _compared(weighed, parts, tools)
    spoken = spoken_by(state.query, sources)
    if spoken is None:
        return weighed
    own = _of_texts(state, spoken, tools)
    best = weighed.evidence[0].quote if weighed.evidence else ""
    named = reports(best) and not unnamed(state.query.standalone, best)
    enough = weighed.support if named else THRESHOLDS[tools.settings.abstain]
    return own if own.evidence and own.support >= enough else weighed


def _of_texts(state: State, asked: Query, tools: Tools) -> State:
    """What the texts that `asked` is limited to have; of what they say of a topic, the units with its words first."""
    assert state.index is not None
    hits = retrieve(asked, state.index, tools.embedder, tools.settings.passages)
    own = dataclasses.replace(_weighed(dataclasses.replace(state, hits=tuple(hits)), asked, tools), asked=asked)
    telling = speaking_of(asked, own.evidence) or opening(asked, own.evidence)
    if not telling:
        return own
    rest = (one for one in own.evidence if one not in telling)
    return dataclasses.replace(own, evidence=(*telling, *rest), support=max(own.support, SPOKEN_OF))


def _compared(whole: State, parts: tuple[str, str], tools: Tools) -> State:
    """The question for each side asked alone, of its own passages and the whole question's; the best unit of each.

    Units of two passages must each be supported; those of one passage stand together as the whole question stands.
    """
    found = []
    for part in parts:
        query = dataclasses.replace(whole.query, standalone=part)
        own = find(dataclasses.replace(whole, query=query), tools).hits
        hits = (*own, *(hit for hit in whole.hits if all(hit.passage.id != one.passage.id for one in own)))
        found.append(_weighed(dataclasses.replace(whole, hits=hits), query, tools))
    if not all(side.evidence for side in found):
        return whole
    best = both([side.evidence for side in found], marks(parts))
    least_of_both = min(side.support for side in found)
    apart = len({one.hit.passage.id for one in best}) > 1
    if apart and least_of_both < THRESHOLDS[tools.settings.abstain]:
        return whole
    rest = (one for one in whole.evidence if all(one.quote != side.quote for side in best))
    return dataclasses.replace(whole, evidence=(*best, *rest), sides=best, support=max(whole.support, least_of_both))


def _weighed(state: State, query: Query, tools: Tools) -> State:
    if not state.hits:
        return state
    evidence = weigh(query, state.hits, tools.embedder, stored_vectors(state))
    hits = state.hits
    if tools.reader is not None and evidence:
        evidence = read(query, evidence, tools.reader)
        hits = tuple(with_scores(hits, evidence))
    probability, missing = support(query, evidence)
    return dataclasses.replace(state, hits=hits, evidence=tuple(evidence), support=probability, missing=missing)


def write(state: State, tools: Tools) -> State:
    """A draft where the evidence is good enough, none where it is not."""
    if not state.evidence:
        return state
    query = state.asked or state.query
    wanted = at_large(query.standalone) if state.survey and state.index else None
    if wanted and wanted.kind == "tactic" and wanted.words and foretells(state.evidence[0]):
        wanted = None
    found = state.survey(wanted, query) if wanted and state.survey else None
    given = state.context is not None
    needed = least(tools.settings.abstain, state.evidence, given=given) * (AT_LARGE if found and found.exact else 1.0)
    happens = wanted is not None and wanted.kind == "tactic" and bool(wanted.words)
    if happens and not (found and found.exact):  # "what happens if": something is always near enough
        needed = max(needed, SURE)
    if found and found.narrowed:  # every head found names who is asked after, which is what support may have missed
        needed = 0.0
    if state.support < needed:
        return state
    if state.author is not None:
        return _write_by_model(state, tools, state.author)
    extracted = _extracted(state, at_large=wanted is not None and wanted.kind in ("factor", "tactic"))
    if wanted and found and found.groups and extracted.draft:
        draft = extend(extracted.draft, query, wanted, found)
        return dataclasses.replace(extracted, draft=draft, support=draft.support)
    return extracted


def _extracted(state: State, *, at_large: bool = False) -> State:
    asked = state.asked or state.query
    groups = select(asked, state.evidence, at_large=at_large, sides=state.sides)
    draft = extract(asked, groups, state.support, compared=bool(state.sides))
    return dataclasses.replace(state, draft=draft)


def _write_by_model(state: State, tools: Tools, author: Author) -> State:
    """The model's verified draft; the extractive one, with a note that says so, where the model gives none."""
    from retrieval.ask.generate import Material, Unusable, generate, passages_of

    version = state.index.version if state.index else ""
    material = Material(passages_of(state.evidence), text_of(state), tools.embedder, version)
    try:
        made = generate(state.query, material, author, state.support, state.on_statement)
    except Unusable as error:
        note = f"The language model gave no usable answer ({error}); this answer is extractive."
        kept = dataclasses.replace(_with_tokens(state, error.read, error.written), notes=(*state.notes, note))
        extracted = _extracted(kept)
        assert extracted.draft is not None
        dropped = error.dropped + extracted.draft.dropped
        return dataclasses.replace(extracted, draft=dataclasses.replace(extracted.draft, dropped=dropped))
    return dataclasses.replace(
        _with_tokens(state, made.read, made.written), draft=made.draft, engine=author.writer.name
    )


def _with_tokens(state: State, read: int, written: int) -> State:
    return dataclasses.replace(state, tokens=(state.tokens[0] + read, state.tokens[1] + written))


def check(state: State, tools: Tools) -> State:
    """The draft with every citation compared with the characters of its document."""
    if state.draft is None:
        return state
    draft = verify(state.draft, text_of(state), tools.embedder)
    if state.engine == EXTRACTIVE:  # a model's statements were told as they came, with their numbers
        draft = renumbered(draft)
        for statement in draft.statements:
            _tell(state, statement)
    return dataclasses.replace(state, draft=draft)


def _tell(state: State, statement: Statement) -> None:
    if state.on_statement:
        state.on_statement(statement)


def finish(state: State, tools: Tools) -> Answer:
    """The answer: statements with citations, or an abstention with its reason and the nearest passages."""
    draft = state.draft if state.draft and state.draft.statements else None
    foreign = draft is None and is_foreign(state.query.standalone)
    trace = Trace(
        evidence=state.evidence[:20],
        dropped=state.draft.dropped if state.draft else (),
        missing=() if draft or foreign else state.missing,
        notes=state.notes + (state.draft.notes if state.draft else ()) + ((IN_ENGLISH,) if foreign else ()),
        settings=_settings(state, tools),
    )
    return Answer(
        query=dataclasses.replace(state.query, question=state.question),
        answered=draft is not None,
        support=state.support,
        reason=None if draft else _reason(state),
        statements=draft.statements if draft else (),
        citations=draft.citations if draft else (),
        nearest=() if draft else state.hits[:NEAREST],
        retrieved=state.hits,
        engine=state.engine,
        index_version=state.index.version if state.index else "",
        seconds={**dict.fromkeys(STAGES, 0.0), **state.seconds, "total": sum(state.seconds.values())},
        trace=trace,
        prompt_hash=state.author.prompts.hash if state.author else "",
    )


def _settings(state: State, tools: Tools) -> dict[str, str]:
    settings = {"abstain": tools.settings.abstain, "embedding": tools.embedder.fingerprint}
    if tools.reader is not None:
        settings["reader"] = mix().model[:12]
    if state.author:
        taken, given = state.tokens
        settings |= {"model": state.author.writer.name, "tokens read": str(taken), "tokens written": str(given)}
    return settings


def _is_question(query: Query) -> bool:
    return any(character.isalnum() for character in query.standalone) and asks_something(query.standalone)


def _reason(state: State) -> Reason:
    if not _is_question(state.query):
        return "empty_question"
    return "unsupported" if state.draft else "no_evidence"
