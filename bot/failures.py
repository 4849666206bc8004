"""What a failure becomes: one line with an id for the person, the traceback under that id in the log.

The log never holds what people typed, so every trace of the question is taken out of the traceback.
"""

from __future__ import annotations

import logging
import secrets
import traceback

_log = logging.getLogger("bot.failures")
_SHORTEST_REDACTED = 4


def record_failure(error: BaseException, where: str, *typed: str) -> str:
    """Logs the traceback without the words in `typed`, and gives the failure's id."""
    failure = secrets.token_hex(4)
    text = "".join(traceback.format_exception(error))
    _log.error("failure", extra={"failure": failure, "where": where, "trace": redact(text, *typed)})
    return failure


def redact(text: str, *typed: str) -> str:
    """The text with everything that was typed replaced; also as Python prints it inside quotes."""
    for words in typed:
        words = words.strip()
        for form in (words, repr(words)[1:-1], words.encode("unicode_escape").decode()):
            if len(form) >= _SHORTEST_REDACTED:
                text = text.replace(form, "[what was typed]")
    return text


def failure_line(failure: str) -> str:
    """What the person reads."""
    return (
        f"Something went wrong on my side (failure `{failure}`). Nothing was counted. Try again in a minute; if it"
        " stays, give this id to whoever runs me."
    )
