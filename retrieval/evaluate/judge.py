"""A language model as judge of whether quotes support a statement: optional, beside the deterministic figures."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.errors import ModelError
from retrieval.evaluate.run import Judge
from retrieval.models import Writer
from retrieval.shipped import prompts_folder


def make_judge(writer: Writer) -> Judge:
    """A judge that asks `writer` with the prompt in prompts/judge.md.

    It raises ModelError for a reply that is neither yes nor no: such a case is told, not guessed.
    """
    system = (prompts_folder() / "judge.md").read_text(encoding="utf-8")

    def judge(statement: str, quotes: Sequence[str]) -> bool:
        listed = "\n".join(f"<quote>{quote.replace('<', '‹')}</quote>" for quote in quotes)
        user = f"{listed}\n<statement>{statement.replace('<', '‹')}</statement>"
        reply = "".join(piece.text for piece in writer.write(system, user)).strip()
        word = reply.lower().strip("*\"'. \n")
        if word not in ("yes", "no"):
            raise ModelError(f"the judge {writer.name} said {reply[:80]!r}, neither yes nor no; try another model")
        return word == "yes"

    return judge
