"""Any Answer that the engine's contract allows, and any text that people or sources may hold."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from retrieval import Answer, Check, Citation, Dropped, Hit, Passage, Query, Source, Statement, Trace

# Each answer drawn is large: this many keep the suite quick.
properties = settings(max_examples=30, deadline=None)

NASTY = (
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@&123456789012345678>",
    "<#123>",
    "</ask:1>",
    "<t:1700000000:R>",
    "<:smile:123>",
    "[click](https://evil.example/x)",
    "[1]",
    "[12](<https://evil.example>)",
    "```py\nprint()\n```",
    "``` ",
    "> quote\n>>> all",
    "# Title\n-# small",
    "- item\n1. item",
    "||spoiler||",
    "**bold** __under__ ~~gone~~ *it* `code`",
    "https://example.org/a_b_c?d=(e)",
    "\\",
    "\\[1]",
    "\u202eright to left\u202c",
    "\u200b\ufeff",
    "🇺🇦🕊️👩‍👩‍👧",
    "Отказ от прекращения огня — «нет».",
    "a" * 700,
    "word " * 300,
    "\x00\x07\x1b[31m",
    "\n\n\n",
)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
texts = st.lists(st.one_of(st.sampled_from(NASTY), words), min_size=0, max_size=6).map(" ".join)
sentences = st.one_of(
    texts, st.lists(st.sampled_from(("Moscow", "said", "no.", "In 2022,", "yes!")), min_size=1).map(" ".join)
)
dates = st.one_of(
    st.just(""), st.dates().map(lambda day: day.isoformat()), st.sampled_from(("2022", "2022-09", "soon", "2022-13-45"))
)
addresses = st.one_of(
    st.just(""),
    st.sampled_from(
        (
            "https://www.un.org/en/ga/a_(b)/x?q=1&r=2#part-3",
            "http://[::1",
            "javascript:alert(1)",
            "https://example.org/" + "x" * 900,
            "https://пример.рф/страница",
            "ftp://example.org/x",
        )
    ),
    words,
)
sources = st.builds(
    Source,
    id=st.text("abc-", min_size=1, max_size=8),
    title=texts,
    publisher=texts,
    date=dates,
    kind=st.sampled_from(("document", "brief")),
    url=addresses,
)
supports = st.floats(0, 1)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    text = draw(sentences)
    start = draw(st.integers(0, 5000))
    headings = tuple(draw(st.lists(texts, max_size=3)))
    return Passage(draw(sources), "0a1b2c3d", start, start + len(text), text, headings)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    ranks = st.one_of(st.none(), st.integers(1, 99))
    return Hit(
        draw(passages()), draw(supports), draw(ranks), draw(ranks), score_reader=draw(st.one_of(st.none(), supports))
    )


@st.composite
def citations(draw: st.DrawFn, n: int, passage: Passage) -> Citation:
    first = draw(st.integers(passage.start, passage.end))
    last = draw(st.integers(first, passage.end))
    middle = draw(st.integers(first, last))
    bold = ((first, middle),) if draw(st.booleans()) else ()
    return Citation(n, passage.id, passage.source, passage.slice(first, last), first, last, bold)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    question = draw(texts)
    standalone = draw(st.one_of(st.just(question), texts))
    retrieved = tuple(draw(st.lists(hits(), min_size=1, max_size=5)))
    answered = draw(st.booleans())
    cited: tuple[Citation, ...] = ()
    statements: tuple[Statement, ...] = ()
    if answered:
        count = draw(st.sampled_from((1, 1, 2, 3, 5, 8, 30)))
        found = [draw(citations(n, draw(st.sampled_from(retrieved)).passage)) for n in range(1, count + 1)]
        cited = tuple(found)
        numbers = st.lists(st.integers(1, count), min_size=1, max_size=6, unique=True).map(tuple)
        some = draw(st.lists(st.builds(Statement, sentences, numbers), min_size=1, max_size=6))
        named = {n for statement in some for n in statement.citations}
        rest = tuple(n for n in range(1, count + 1) if n not in named)
        statements = (*some, *((Statement(draw(sentences), rest),) if rest else ()))
    trace = Trace(
        (),
        tuple(draw(st.lists(st.builds(Dropped, texts, texts), max_size=3))),
        tuple(draw(st.lists(texts, max_size=3))),
        tuple(draw(st.lists(texts, max_size=3))),
        {},
    )
    return Answer(
        query=Query(question, standalone),
        answered=answered,
        support=draw(supports),
        reason=None if answered else draw(st.sampled_from(("no_evidence", "unsupported", "empty_question"))),
        statements=statements,
        citations=cited,
        nearest=() if answered else tuple(draw(st.lists(hits(), max_size=4))),
        retrieved=retrieved,
        engine="extractive",
        index_version="0123456789ab",
        seconds={"retrieve": 0.1, "total": 0.2},
        trace=trace,
    )


@st.composite
def checks(draw: st.DrawFn) -> Check:
    found = [draw(citations(n, draw(passages()))) for n in range(1, draw(st.integers(0, 4)) + 1)]
    cut = draw(st.integers(0, len(found)))
    verdict = draw(st.sampled_from(("supported", "contradicted", "not_enough")))
    return Check(draw(texts), verdict, draw(supports), tuple(found[:cut]), tuple(found[cut:]), {"total": 0.1})
