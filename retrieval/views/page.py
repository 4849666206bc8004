"""Factors or tactics as one self-contained page: a picture of heads against sources, then every head with its words.

Pure: groups in, HTML out; no network, no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from retrieval.render import describe
from retrieval.types import Source
from retrieval.views.build import Group
from retrieval.views.recognise import Finding, Kind

_ROW, _LEFT, _CELL, _TOP = 24, 380, 26, 190
_STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--dim:#5d6878;--line:#d8dee6;--fill:#2f6db3;--ground:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa6b5;--line:#33404f;--fill:#7db3ec;--ground:#12171e}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:72rem;margin:2rem auto;
padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .3rem}.dim{color:var(--dim)}
blockquote{margin:.4rem 0;padding:.1rem 0 .1rem .9rem;border-left:3px solid var(--line)}.picture{overflow-x:auto}
svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg .grid{stroke:var(--line)}svg circle{fill:var(--fill)}
code{font-size:.8rem;color:var(--dim);overflow-wrap:anywhere}
"""


def page(kind: Kind, groups: Sequence[Group], index_version: str) -> str:
    """The whole page as HTML."""
    title = "Factors, by source" if kind == "factor" else "Tactics, and what each is expected to bring"
    sources = list({m.passage.source.id: m.passage.source for group in groups for m in group.members}.values())
    sections = "\n".join(_section(number, group) for number, group in enumerate(groups, 1))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{_STYLE}</style></head><body>
<h1>{escape(title)}</h1>
<p class="dim">{len(groups)} heads from {len(sources)} sources; index {escape(index_version)}. Every line below is a
source's own words.</p>
<div class="picture">{_picture(groups, sources)}</div>
{sections}
</body></html>
"""


def _picture(groups: Sequence[Group], sources: Sequence[Source]) -> str:
    """Heads down, sources across, a dot where a source names a head."""
    width, height = _LEFT + _CELL * len(sources) + 160, _TOP + _ROW * len(groups) + 10
    parts = [
        f'<svg role="img" aria-label="Which source names which head" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">'
    ]
    for column, source in enumerate(sources):
        x = _LEFT + _CELL * column + _CELL // 2
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height - 8}"/>')
        parts.append(
            f'<text transform="translate({x + 4} {_TOP - 12}) rotate(-55)">{escape(_cut(source.id, 30))}</text>'
        )
    for row, group in enumerate(groups):
        y = _TOP + _ROW * row + _ROW // 2
        parts.append(f'<line class="grid" x1="0" x2="{width - 150}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="0" y="{y - 3}">{escape(_cut(group.head, 58))}</text>')
        for member in group.members:
            at = next(n for n, source in enumerate(sources) if source.id == member.passage.source.id)
            x = _LEFT + _CELL * at + _CELL // 2
            parts.append(f'<circle cx="{x}" cy="{y}" r="6"><title>{escape(member.words)}</title></circle>')
    return "".join([*parts, "</svg>"])


def _section(number: int, group: Group) -> str:
    newest = group.newest or "undated"
    counted = f"{group.sources} source{'s' if group.sources > 1 else ''}, newest {newest}"
    members = "".join(_member(member) for member in group.members)
    counted += f". {group.difference}" if group.difference else ""
    return f'<h2 id="h{number}">{number}. {escape(group.head)}</h2><p class="dim">{escape(counted)}</p>{members}'


def _member(member: Finding) -> str:
    outcome = f"<br><b>Expected:</b> {escape(member.outcome)}" if member.outcome else ""
    return (
        f"<blockquote>{escape(member.words)}{outcome}<br>"
        f'<span class="dim">{escape(describe(member.passage.source))}</span><br>'
        f"<code>{escape(member.passage.id)}</code></blockquote>"
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
