"""Asks every case of a set, in parallel, and keeps what came back; goes on where a run was interrupted.

Knows the engine only as the protocol below, and the run's folder as `retrieval.evaluate.results`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from retrieval.errors import UsageError
from retrieval.evaluate.cases import Case, Claim, Question, QuestionSet
from retrieval.evaluate.gold import Occurrences, context_document, locate_gold
from retrieval.evaluate.metrics_citation import citation_scores
from retrieval.evaluate.results import (
    LOCK,
    Finished,
    Journal,
    Run,
    earlier_stamp,
    finish_folder,
    read_run,
    start_folder,
)
from retrieval.types import Answer, Check, Citation, Document, Passage, Turn

KEPT_TEXTS = 10  # retrieved passages whose texts a run keeps, besides those cited


Judge = Callable[[str, Sequence[str]], bool]  # a statement and quotes: do they support it?
Progress = Callable[[int, int], None]  # how many cases are finished, of how many


class Engine(Protocol):
    """What a run needs of the engine. It must be thread-safe."""

    def ask(self, question: str, history: Sequence[Turn] = (), *, context: Sequence[Passage] | None = None) -> Answer:
        """A cited answer or an abstention; from `context` alone if it is given."""
        ...

    def check(self, claim: str, *, context: Sequence[Passage] | None = None) -> Check:
        """What the sources, or `context` alone, say of a claim."""
        ...

    def show(self, passage_id: str) -> Passage:
        """The passage of an id."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What turns answers into rows. `judge` and `delivery` are optional."""

    answer_form: Callable[[Answer], dict[str, Any]]
    check_form: Callable[[Check], dict[str, Any]]
    split: Callable[[Document], list[Passage]]
    delivery: Callable[[Answer], list[str]] | None = None
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What every case needs."""

    engine: Engine
    tools: Tools
    index_version: str


def run_set(
    questions: QuestionSet,
    documents: Iterable[Document],
    engine: Engine,
    folder: Path,
    tools: Tools,
    *,
    stamp: Mapping[str, Any],
    jobs: int = 2,
    again: bool = False,
    progress: Progress = lambda done, of: None,
) -> Run:
    """Runs a set into `folder` and gives the finished run; cases finished there before are not asked again.

    A case that crashes is a row with "error". `documents` are where gold quotes are looked up; `stamp` says what is
    asked, with "index_version" in it.

    Raises:
        QuestionSetError: a gold quote is nowhere; nothing was asked.
        UsageError: the folder holds something else, or another process is running into it.
    """
    gold = locate_gold(questions, documents)
    asking = Asking(engine, tools, str(stamp.get("index_version", "")))
    checked = {"delivery": tools.delivery is not None, "judged": tools.judge is not None}
    stamp = {**stamp, **checked, "cases": len(questions.cases), "started": _now(), "finished": None}
    earlier_stamp(folder)  # refuses a folder of something else before anything is written into it
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            _run_in(folder, questions.cases, gold, asking, stamp, jobs, again, progress)
        with contextlib.suppress(OSError):  # another process may have taken it just now; it will clear it away
            (folder / LOCK).unlink()
    except Timeout as error:
        raise UsageError(f"another process is running into {folder}; wait for it or name a new folder") from error
    return read_run(folder)


def _run_in(
    folder: Path,
    cases: Sequence[Case],
    gold: Sequence[Sequence[Occurrences]],
    asking: Asking,
    stamp: Mapping[str, Any],
    jobs: int,
    again: bool,
    progress: Progress,
) -> None:
    """Asks what is left to ask in a folder that nobody else is writing to, and finishes it."""
    stamp = start_folder(folder, stamp, cases, gold, again)
    if stamp["finished"]:
        return
    journal = Journal(folder, [case.id for case in cases])
    try:
        _ask_all(cases, asking, journal, jobs, progress)
    finally:
        journal.close()
    finish_folder(folder, {**stamp, "finished": _now()}, [journal.finished[case.id] for case in cases])


def _ask_all(cases: Sequence[Case], asking: Asking, journal: Journal, jobs: int, progress: Progress) -> None:
    left = iter([case for case in cases if case.id not in journal.finished])
    progress(len(journal.finished), len(cases))
    with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="case") as pool:
        going: set[Future[Finished]] = set()
        while True:
            # No more than the workers can hold: an interrupt then waits for the cases in hand and no others.
            for case in left:
                going.add(pool.submit(_finish_case, case, asking))
                if len(going) >= jobs:
                    break
            if not going:
                return
            ended, going = wait(going, return_when=FIRST_COMPLETED)
            for one in ended:
                journal.add(one.result())
                progress(len(journal.finished), len(cases))


def _finish_case(case: Case, asking: Asking) -> Finished:
    began = time.perf_counter()
    engine, tools = asking.engine, asking.tools
    try:
        context = [p for text in case.context for p in tools.split(context_document(text))] if case.context else None
        if isinstance(case, Claim):
            return _finish_claim(case, engine, context, tools)
        return _finish_question(case, engine, context, tools)
    except Exception as error:  # whatever went wrong in one case is that case's result; the others must still be asked
        return Finished(_crashed(case, asking.index_version, error, time.perf_counter() - began), {}, {})


def _finish_question(case: Question, engine: Engine, context: list[Passage] | None, tools: Tools) -> Finished:
    answer = engine.ask(case.question, case.history, context=context)
    row = {"id": case.id, **tools.answer_form(answer)}
    checks: dict[str, Any] = {}
    if answer.prompt_hash:
        checks["prompt"] = answer.prompt_hash
    if tools.delivery is not None:
        checks["delivery"] = _delivery_faults(answer, tools.delivery)
    if tools.judge is not None and case.answerable:
        checks["judged"] = _judge_row(row, tools.judge)
    texts = {hit.passage.id: hit.passage.text for hit in (*answer.retrieved[:KEPT_TEXTS], *answer.nearest)}
    return Finished(row, checks, texts | _cited_texts(answer.citations, context, engine, texts))


def _delivery_faults(answer: Answer, delivery: Callable[[Answer], list[str]]) -> list[str]:
    try:
        return delivery(answer)
    except Exception as error:  # an answer that cannot be rendered is a fault of delivery, not a lost answer
        return [f"{type(error).__name__}: {error}"]


def _judge_row(row: Mapping[str, Any], judge: Judge) -> dict[str, Any]:
    try:
        scores = citation_scores(row, lambda text, cited: judge(text, [str(one["quote"]) for one in cited]))
    except Exception as error:  # a judge that fails scores nothing, and the row says so; the answer stands
        return {"error": f"{type(error).__name__}: {error}"}
    return dict(zip(("citation_recall", "citation_precision"), scores, strict=True))


def _finish_claim(case: Claim, engine: Engine, context: list[Passage] | None, tools: Tools) -> Finished:
    check = engine.check(case.claim, context=context)
    citations = (*check.evidence_for, *check.evidence_against)
    texts = _cited_texts(citations, context, engine, {})  # whole passages, as for questions: the last one told is kept
    return Finished({"id": case.id, **tools.check_form(check)}, {}, texts)


def _cited_texts(
    citations: Sequence[Citation], context: list[Passage] | None, engine: Engine, known: Mapping[str, str]
) -> dict[str, str]:
    given = {passage.id: passage.text for passage in context or ()}
    wanted = [one.passage for one in citations if one.passage not in known]
    return {name: given[name] if name in given else engine.show(name).text for name in wanted}


def _crashed(case: Case, index_version: str, error: Exception, seconds: float) -> dict[str, Any]:
    """The row of a case that crashed: every field there, nothing answered, and why."""
    why = f"{type(error).__name__}: {error}"
    if isinstance(case, Claim):
        form: dict[str, Any] = {"claim": case.claim, "verdict": "not_enough", "support": 0.0, "for": [], "against": []}
    else:
        form = {"question": case.question, "standalone": case.question, "answered": False, "support": 0.0}
        form |= {"reason": None, "statements": [], "citations": [], "nearest": [], "retrieved": []}
        form |= {"engine": "", "index_version": index_version}
    return {"id": case.id, **form, "seconds": {"total": seconds}, "error": why}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
