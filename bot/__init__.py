"""Parley in Discord: a thin adapter that knows Discord and knows nothing of vectors."""
