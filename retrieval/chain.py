"""The same steps as a LangChain Runnable, and the index as a LangChain retriever. The command line runs this chain.

LangChain's tracing is off here whatever the environment says: a question goes nowhere that Parley was not told of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from retrieval.ask import steps
from retrieval.ask.state import State, Tools
from retrieval.types import Answer, Hit


def build_chain(tools: Tools) -> Runnable[State, Answer]:
    """condense | retrieve | rerank | answer | verify | finish: a `State` with a question in, an `Answer` out."""

    def stage(name: str, step: Callable[[State, Tools], State]) -> Runnable[State, State]:
        timed = steps.timed(name, step)
        return RunnableLambda(lambda state: timed(state, tools), name=name)

    chain: Runnable[State, Answer] = (
        stage("condense", steps.condense_question)
        | stage("retrieve", steps.find)
        | stage("rerank", steps.weigh_evidence)
        | stage("answer", steps.write)
        | stage("verify", steps.check)
        | RunnableLambda(lambda state: steps.finish(state, tools), name="finish")
    )
    return chain


class ParleyRetriever(BaseRetriever):
    """The index as a LangChain retriever: hits as documents, best first, their scores and offsets in the metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    engine: Any
    k: int = 10
    mode: str = "hybrid"

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [_as_document(hit) for hit in self.engine.search(query, self.k, self.mode)]


def _as_document(hit: Hit) -> LangChainDocument:
    passage = hit.passage
    metadata = {
        "source": passage.source.id,
        "title": passage.source.title,
        "publisher": passage.source.publisher,
        "date": passage.source.date,
        "url": passage.source.url,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
    }
    return LangChainDocument(page_content=passage.text, metadata=metadata, id=passage.id)
