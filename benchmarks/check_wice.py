"""`check` on WiCE: every claim beside the page that its article cites, and nothing else.

    python benchmarks/check_wice.py WICE.jsonl MODEL_FOLDER

A line of WICE.jsonl is a claim: `claim`, `evidence` (sentences of the cited page), `label` (Kamoi et al. 2023, arXiv
2303.01432). Each page is split as at ingest and given as the passages to check the claim against. The entailment model
was fitted on the even claims, counted from 0: the odd ones stand apart. WiCE has no contradicted claims; "partially
supported" means that a part of the claim is not on the page.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from retrieval.ask.check import check_claim  # noqa: E402
from retrieval.ask.state import Tools  # noqa: E402
from retrieval.ingest.ingest import make_document  # noqa: E402
from retrieval.ingest.load import Loaded  # noqa: E402
from retrieval.ingest.split import split  # noqa: E402
from retrieval.models import OnnxEmbedder  # noqa: E402
from retrieval.settings import Settings  # noqa: E402
from retrieval.types import Passage, Source  # noqa: E402

LABELS = ("supported", "partially_supported", "not_supported")
VERDICTS = ("supported", "contradicted", "not_enough")


def page_of(claim: dict[str, object], number: int) -> list[Passage]:
    """The cited page as passages."""
    sentences = [str(sentence) for sentence in claim["evidence"]]  # type: ignore[attr-defined]
    title = sentences[0].removeprefix("(meta data) TITLE: ") if sentences[0].startswith("(meta data) TITLE") else ""
    body = [sentence for sentence in sentences if not sentence.startswith("(meta data)")]
    return list(split(make_document(Loaded(Source(f"page-{number}", title or "A page"), "\n\n".join(body)))))


def main(wice: Path, model: Path) -> None:
    """Prints how many claims of each label got each verdict, on all and on the odd ones."""
    tools = Tools(Settings(), OnnxEmbedder(model, "int8", 1))
    claims = [json.loads(line) for line in wice.read_text(encoding="utf-8").splitlines()]
    verdicts = [
        check_claim(claim["claim"], None, tools, page_of(claim, number)).verdict for number, claim in enumerate(claims)
    ]
    for name, step in (("all", 1), ("odd", 2)):
        pairs = list(zip((claim["label"] for claim in claims), verdicts, strict=True))[step - 1 :: step]
        counted: Counter[tuple[str, str]] = Counter(pairs)
        print(f"{name}: {len(pairs)} claims")
        for label in LABELS:
            told = ", ".join(f"{verdict} {counted[label, verdict]}" for verdict in VERDICTS)
            print(f"  {label:<20} {told}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
