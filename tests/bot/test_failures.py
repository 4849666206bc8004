"""What a failure becomes."""

from __future__ import annotations

from bot.failures import redact


def test_what_was_typed_is_taken_out_of_a_trace() -> None:
    typed = 'Why "now"?\nТак'
    trace = f"ValueError: {typed} and {typed!r} and {typed.encode('unicode_escape').decode()}"
    assert "now" not in redact(trace, typed)
