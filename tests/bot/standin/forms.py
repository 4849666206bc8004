"""Reads the bodies of requests: JSON, and multipart forms with files."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
from aiohttp import web

from tests.bot.standin.faults import ApiError
from tests.bot.standin.posting import Upload

REQUEST_BYTES = 25 * 1024 * 1024

_FILE = re.compile(r"files\[\d+\]")


async def read_form(request: web.Request) -> tuple[Any, list[Upload]]:
    """The JSON of a request and the files that came with it.

    Raises:
        ApiError: the body is no JSON (50109), or a part of the form is unknown.
    """
    if not request.content_type.startswith("multipart/"):
        return _parse(await request.text() or "{}"), []
    payload: Any = {}
    uploads: list[Upload] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, aiohttp.BodyPartReader):
            raise ApiError(400, 50035, "Invalid Form Body")
        if part.name == "payload_json":
            payload = _parse(await part.text())
        elif _FILE.fullmatch(part.name or ""):
            data = bytes(await part.read())
            uploads.append(Upload(part.filename or "file", data))
        else:
            raise ApiError(400, 50035, "Invalid Form Body", {str(part.name): {"_errors": [{"code": "UNKNOWN_PART"}]}})
    return payload, uploads


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
