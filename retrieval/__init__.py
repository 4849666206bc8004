"""Parley: cited answers from a corpus, or silence.

What is exported here is all that other packages (the bot) may use. Each part is imported when it is first asked for, so
that `parley --help` is instant.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.engine import Engine, open_engine
    from retrieval.errors import (
        FetchError,
        IndexBusyError,
        NoIndexError,
        ParleyError,
        SettingsError,
        SourceError,
        UnknownPassageError,
        UnusableIndexError,
        UsageError,
    )
    from retrieval.ingest.ingest import Report
    from retrieval.ingest.origins import batches_of
    from retrieval.settings import Settings, load_settings
    from retrieval.types import (
        Answer,
        Check,
        Citation,
        Document,
        Draft,
        Dropped,
        Evidence,
        Hit,
        Passage,
        Query,
        Reason,
        Reference,
        Source,
        Statement,
        Trace,
        Turn,
        Unit,
        Verdict,
    )
    from retrieval.views.build import Dated, Group
    from retrieval.views.compare import Pair

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Check",
    "Citation",
    "Dated",
    "Document",
    "Draft",
    "Dropped",
    "Engine",
    "Evidence",
    "FetchError",
    "Group",
    "Hit",
    "IndexBusyError",
    "NoIndexError",
    "Pair",
    "ParleyError",
    "Passage",
    "Query",
    "Reason",
    "Reference",
    "Report",
    "Settings",
    "SettingsError",
    "Source",
    "SourceError",
    "Statement",
    "Trace",
    "Turn",
    "Unit",
    "UnknownPassageError",
    "UnusableIndexError",
    "UsageError",
    "Verdict",
    "__version__",
    "batches_of",
    "load_settings",
    "open_engine",
]

_ERRORS = (
    "FetchError",
    "IndexBusyError",
    "NoIndexError",
    "ParleyError",
    "SettingsError",
    "SourceError",
    "UnknownPassageError",
    "UnusableIndexError",
    "UsageError",
)
_NOUNS = (
    "Answer",
    "Check",
    "Citation",
    "Document",
    "Draft",
    "Dropped",
    "Evidence",
    "Hit",
    "Passage",
    "Query",
    "Reason",
    "Reference",
    "Source",
    "Statement",
    "Trace",
    "Turn",
    "Unit",
    "Verdict",
)
_WHERE = {
    **dict.fromkeys(_ERRORS, "retrieval.errors"),
    **dict.fromkeys(_NOUNS, "retrieval.types"),
    "Dated": "retrieval.views.build",
    "Group": "retrieval.views.build",
    "Pair": "retrieval.views.compare",
    "Engine": "retrieval.engine",
    "open_engine": "retrieval.engine",
    "Report": "retrieval.ingest.ingest",
    "Settings": "retrieval.settings",
    "batches_of": "retrieval.ingest.origins",
    "load_settings": "retrieval.settings",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'retrieval' has no attribute {name!r}")
