"""Everything that Parley raises on purpose. Each message says what went wrong and what to do next.

ParleyError                  exit status 1
├── UsageError               what was typed cannot be done as typed (exit status 2)
├── SettingsError            parley.toml or a PARLEY_* variable is wrong (exit status 2)
├── SourceError              a source could not be read
│   └── FetchError           an address could not be fetched
├── UnusableIndexError       the index cannot be used
│   ├── NoIndexError         there is none yet
│   ├── IndexMismatchError   it was made with another model or another splitter
│   └── IndexBusyError       another ingest is writing to it
├── UnknownPassageError      a passage id resolves to nothing
├── ModelError               a learnt part is missing, damaged or failed
└── QuestionSetError         a question set has mistakes, all named by line
"""

from __future__ import annotations


class ParleyError(Exception):
    """Base of all: its text is for the person who typed the command, `exit_status` for the shell."""

    exit_status = 1


class UsageError(ParleyError):
    """What was typed cannot be done as typed."""

    exit_status = 2


class SettingsError(ParleyError):
    """A setting is wrong; the message names it, its value and what it may be."""

    exit_status = 2


class SourceError(ParleyError):
    """A source could not be read; the message names it."""


class FetchError(SourceError):
    """An address could not be fetched."""


class UnusableIndexError(ParleyError):
    """The index cannot be used; the message holds the command that mends it."""


class NoIndexError(UnusableIndexError):
    """There is no index yet."""


class IndexMismatchError(UnusableIndexError):
    """The index was made with another model or another splitter."""


class IndexBusyError(UnusableIndexError):
    """Another ingest is writing to the index."""


class UnknownPassageError(ParleyError):
    """A passage id resolves to nothing."""


class ModelError(ParleyError):
    """A learnt part is missing, damaged or failed."""


class QuestionSetError(ParleyError):
    """A question set has mistakes; `mistakes` are all of them, each beginning with its line."""

    exit_status = 2

    def __init__(self, path: str, mistakes: list[str]) -> None:
        """Names the file and every mistake in it."""
        self.mistakes = mistakes
        listed = "\n".join(f"  {mistake}" for mistake in mistakes)
        super().__init__(f"{path} has {len(mistakes)} mistake(s); mend them and run again:\n{listed}")
