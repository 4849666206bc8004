"""Factors or tactics as one self-contained page: a picture, then every head with its sources' words.

The picture of factors is heads against sources, that of tactics is tactics against the outcomes that their sources
expect. Pure: groups in, HTML out; no network, no script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from retrieval.render import describe
from retrieval.types import Source
from retrieval.views.build import Group
from retrieval.views.outcomes import KINDS, NONE, OTHER, kinds_of
from retrieval.views.recognise import Finding, Kind

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--dim:#5d6878;--line:#d8dee6;--for:#2f6db3;--against:#b4432f;--ground:#fff;
--band:#f4f6f9}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa6b5;--line:#33404f;--for:#7db3ec;--against:#f0907b;
--ground:#12171e;--band:#19202a}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);
max-width:76rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .3rem;
overflow-wrap:anywhere}.dim{color:var(--dim)}a{color:inherit;text-decoration-color:var(--line)}
blockquote{margin:.4rem 0;padding:.1rem 0 .1rem .9rem;border-left:3px solid var(--line);overflow-wrap:anywhere}
blockquote.denies{fill:none;border-left-color:var(--against)}
.picture{overflow:auto;max-height:85vh;border:1px solid var(--line);border-radius:6px;margin:1rem 0}
table{border-collapse:separate;border-spacing:0;font-size:.8rem;line-height:1.25}
th{font-weight:400;text-align:left}thead th{position:sticky;top:0;background:var(--ground);z-index:1;
vertical-align:bottom;padding:.4rem .2rem;border-bottom:1px solid var(--line)}
thead th.up div{writing-mode:vertical-rl;transform:rotate(180deg);max-height:11rem;overflow:hidden;white-space:nowrap;
text-overflow:ellipsis;margin:0 auto}thead th.wide{min-width:5.2rem;text-align:center}
tbody th{position:sticky;left:0;background:var(--ground);padding:.25rem .6rem;width:24rem;min-width:9rem;
max-width:42vw;border-right:1px solid var(--line)}thead th:first-child{left:0;z-index:2;border-right:1px solid
var(--line);padding-left:.6rem}
td{text-align:center;padding:.1rem .25rem;min-width:1.6rem}td.count{white-space:nowrap;text-align:left;padding:0 .6rem}
tbody tr:nth-child(even) td,tbody tr:nth-child(even) th{background:var(--band)}
td svg{display:inline-block;vertical-align:middle;margin:1px}.for{fill:var(--for);stroke:var(--for)}
.reports{fill:none;stroke:var(--for);stroke-width:2.5}.denies{fill:var(--against);stroke:var(--against)}
code{font-size:.8rem;color:var(--dim);overflow-wrap:anywhere}
@media(max-width:44rem){tbody th{min-width:8.5rem;max-width:36vw;padding:.25rem .4rem}thead th.wide{min-width:1.5rem}
thead th.wide div{writing-mode:vertical-rl;transform:rotate(180deg);margin:0 auto;white-space:nowrap}
td{padding:.1rem .05rem}td svg{display:block;margin:1px auto}}
"""
_MARKS = {"asserts": "for", "reports": "reports", "denies": "denies"}
_WORDS = {"asserts": "says so", "reports": "reports it as another's word", "denies": "denies it, or that it had effect"}


def page(kind: Kind, groups: Sequence[Group], index_version: str) -> str:
    """The whole page as HTML."""
    title = "Factors, by source" if kind == "factor" else "Tactics, and what each is expected to bring"
    sources = {m.passage.source.id: m.passage.source for group in groups for m in group.members}
    sections = "\n".join(_section(number, group) for number, group in enumerate(groups, 1))
    picture = _by_source(groups, sources) if kind == "factor" else _by_outcome(groups)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{_STYLE}</style></head><body>
<h1>{escape(title)}</h1>
<p class="dim">{len(groups)} heads from {len(sources)} sources; index {escape(index_version)}. Every quotation below
is a source's own words; counts and columns are Parley's.</p>
{picture}
{sections}
</body></html>
"""


def _by_source(groups: Sequence[Group], sources: Mapping[str, Source]) -> str:
    """Heads down, sources across, those that name the most heads first; a mark where a source names a head."""
    named = [member.passage.source.id for group in groups for member in group.members]
    columns = sorted(sources, key=lambda source: -named.count(source))
    heads = "".join(
        f'<th class="up" scope="col" title="{escape(describe(sources[one]))}">'
        f"<div>{escape(_cut(_name(sources[one]), 34))}</div></th>"
        for one in columns
    )
    rows = []
    for number, group in enumerate(groups, 1):
        cells = "".join(
            f"<td>{''.join(_mark(m, m.words) for m in group.members if m.passage.source.id == one)}</td>"
            for one in columns
        )
        rows.append(_row(number, group, cells))
    return _table("factor", "Which source names which factor", heads, rows)


def _by_outcome(groups: Sequence[Group]) -> str:
    """Tactics down, kinds of outcome across; a mark where a source expects, or tells, an outcome of that kind."""
    columns = [*(kind for kind in KINDS if kind != NONE), NONE, OTHER]
    told = [(number, group) for number, group in enumerate(groups, 1) if any(m.outcome for m in group.members)]
    heads = "".join(f'<th class="wide" scope="col"><div>{escape(one)}</div></th>' for one in columns)
    rows = []
    for number, group in told:
        members = [member for member in group.members if member.outcome]
        cells = "".join(
            f"<td>{''.join(_mark(m, m.outcome) for m in members if one in kinds_of(m.outcome))}</td>" for one in columns
        )
        rows.append(_row(number, group, cells))
    silent = len(groups) - len(told)
    note = f'<p class="dim">{silent} more tactics are named without an outcome; they are below.</p>' if silent else ""
    return _table("tactic", "Which tactic is expected to bring which kind of outcome", heads, rows) + note


def _name(source: Source) -> str:
    """The title of a source, or who and when where its title is only a code."""
    return source.title if " " in source.title else f"{source.publisher or source.id} {source.date}".strip()


def _table(kind: str, label: str, heads: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    legend = " ".join(f"{_dot(says)} {escape(words)}&ensp;" for says, words in _WORDS.items())
    return (
        f'<p class="dim">{legend}</p>'
        f'<div class="picture" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table><thead><tr><th scope="col">{kind}</th>{heads}<th scope="col">sources</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(number: int, group: Group, cells: str) -> str:
    against = f", {group.against} against" if group.against else ""
    counted = f"{group.sources - group.against} for{against} · {group.newest or 'undated'}"
    head = f'<a href="#h{number}">{escape(_cut(group.head, 90))}</a>'
    return f'<tr><th scope="row">{head}</th>{cells}<td class="count dim">{escape(counted)}</td></tr>\n'


def _mark(member: Finding, words: str) -> str:
    title = f"{words} — {_WORDS[member.says]}; {member.passage.source.title}, {member.passage.source.date or 'undated'}"
    return _dot(member.says, " ".join(title.split()))


def _dot(says: str, title: str = "") -> str:
    """A filled circle, a ring, or a filled diamond: told apart without colour."""
    inside = f"<title>{escape(title)}</title>" if title else ""
    shape = '<path d="M7 1l6 6-6 6-6-6z"' if says == "denies" else '<circle cx="7" cy="7" r="5"'
    close = "path" if says == "denies" else "circle"
    return f'<svg width="14" height="14" role="img">{shape} class="{_MARKS[says]}">{inside}</{close}></svg>'


def _section(number: int, group: Group) -> str:
    members = "".join(_member(member) for member in group.members)
    counted = group.counted + (f". {group.difference}" if group.difference else "")
    return f'<h2 id="h{number}">{number}. {escape(group.head)}</h2><p class="dim">{escape(counted)}</p>{members}'


def _member(member: Finding) -> str:
    outcome = f"<br><b>Expected:</b> {escape(member.outcome)}" if member.outcome else ""
    by = f", {member.speaker}" if member.speaker else ""
    return (
        f'<blockquote class="{member.says}">{escape(member.words)}{outcome}<br>'
        f'<span class="dim">{escape(_WORDS[member.says] + by)}: {escape(describe(member.passage.source))}</span><br>'
        f"<code>{escape(member.passage.id)}</code></blockquote>"
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
