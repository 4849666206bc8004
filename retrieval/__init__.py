"""Parley: cited answers from a corpus, or silence."""
