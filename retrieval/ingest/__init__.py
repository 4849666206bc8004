"""Bytes of a source become a document and its passages."""
