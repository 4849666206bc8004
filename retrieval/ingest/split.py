"""From a document to its passages."""

from __future__ import annotations

from retrieval.ingest.sentences import sentences

__all__ = ["sentences"]
