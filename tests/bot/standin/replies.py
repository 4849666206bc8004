"""Answers as Discord writes them: JSON, with a content type that names no charset, as its clients expect."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web


def write_json(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json", headers=headers)
