"""REST: the first answer to an interaction, its edits and follow-ups. The token in the address is the only key."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.bot.standin.exchange import Callback, Exchange
from tests.bot.standin.forms import read_form
from tests.bot.standin.messages import Message
from tests.bot.standin.payloads import message_json
from tests.bot.standin.replies import write_json
from tests.bot.standin.responding import Responding
from tests.bot.standin.server import Server


class InteractionRest:
    """Addresses of interactions and of their webhooks."""

    def __init__(self, server: Server, responding: Responding) -> None:
        self.responding = responding
        self.world = server.posting.world
        one = "/webhooks/{app}/{token}/messages/{message}"
        server.route("POST", "/interactions/{id}/{token}/callback", self.respond)
        server.route("POST", "/webhooks/{app}/{token}", self.follow_up)
        server.route("GET", one, self.get)
        server.route("PATCH", one, self.edit)
        server.route("DELETE", one, self.delete)

    async def respond(self, request: web.Request) -> web.Response:
        body, uploads = await read_form(request)
        exchange_id, token = int(request.match_info["id"]), request.match_info["token"]
        exchange = self.responding.respond(exchange_id, token, body, uploads)
        if request.query.get("with_response") not in ("1", "true"):
            return web.Response(status=204)
        return write_json(self._outcome(exchange))

    def _outcome(self, exchange: Exchange) -> dict[str, Any]:
        shown = exchange.original if exchange.callback in (Callback.MESSAGE, Callback.DEFER, Callback.UPDATE) else None
        interaction: dict[str, Any] = {"id": str(exchange.id), "type": int(exchange.act)}
        if shown is not None:
            interaction |= {
                "response_message_id": str(shown.id),
                "response_message_loading": shown.loading,
                "response_message_ephemeral": shown.private,
            }
        body: dict[str, Any] = {"interaction": interaction}
        if exchange.callback is not None and shown is not None:
            body["resource"] = {"type": int(exchange.callback), "message": self._json(shown)}
        return body

    def _exchange(self, request: web.Request) -> Exchange:
        return self.responding.find(int(request.match_info["app"]), request.match_info["token"])

    def _json(self, message: Message) -> dict[str, Any]:
        return message_json(self.world, message)

    async def follow_up(self, request: web.Request) -> web.Response:
        body, uploads = await read_form(request)
        message = self.responding.follow_up(self._exchange(request), body, uploads)
        return write_json(self._json(message))

    async def get(self, request: web.Request) -> web.Response:
        exchange = self._exchange(request)
        return write_json(self._json(self.responding.message(exchange, request.match_info["message"])))

    async def edit(self, request: web.Request) -> web.Response:
        body, uploads = await read_form(request)
        exchange = self._exchange(request)
        message = self.responding.message(exchange, request.match_info["message"])
        self.responding.edit(exchange, message, body, uploads)
        return write_json(self._json(message))

    async def delete(self, request: web.Request) -> web.Response:
        exchange = self._exchange(request)
        self.responding.posting.delete(self.responding.message(exchange, request.match_info["message"]))
        return web.Response(status=204)
