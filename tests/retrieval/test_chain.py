"""The same steps through LangChain: the chain is what the engine runs, the retriever gives what search gives."""

from __future__ import annotations

from retrieval.ask.state import State
from retrieval.chain import ParleyRetriever, build_chain
from retrieval.engine import Engine

QUESTION = "Which ship was the first to leave Odesa under the grain deal?"


def test_the_chain_answers_as_the_engine_does(engine: Engine) -> None:
    chain = build_chain(engine._tools)
    answer, asked = chain.invoke(State(QUESTION, engine.index)), engine.ask(QUESTION)
    assert answer.answered
    assert (answer.statements, answer.citations, answer.support) == (asked.statements, asked.citations, asked.support)


def test_the_retriever_gives_the_hits_as_documents(engine: Engine) -> None:
    documents = ParleyRetriever(engine=engine, k=4).invoke(QUESTION)
    hits = engine.search(QUESTION, 4)
    assert [document.id for document in documents] == [hit.passage.id for hit in hits]
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]
    assert documents[0].metadata["source"] == hits[0].passage.source.id
    assert documents[0].metadata["score"] == hits[0].score
