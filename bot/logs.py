"""Logs as one JSON object a line on stderr. Knows the logging library, not what is logged."""

from __future__ import annotations

import datetime
import json
import logging
import sys
import traceback

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


# Below these levels libraries log messages' text, statements' parameters or one line a request.
_LEAST = {
    "discord": logging.INFO,
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "openai": logging.WARNING,
    "chromadb": logging.WARNING,
    "bm25s": logging.WARNING,
}


class JsonFormatter(logging.Formatter):
    """time, level, logger, message, then what `extra` held, then the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, object] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info and record.exc_info[1] is not None:
            line["trace"] = "".join(traceback.format_exception(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(level: str) -> None:
    """Sends all logs to stderr as JSON, of libraries only what cannot hold what people typed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _LEAST.items():
        logging.getLogger(name).setLevel(max(least, root.level))
