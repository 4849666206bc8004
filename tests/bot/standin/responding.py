"""The rules of answering an interaction: 3 seconds, once, what after what, 15 minutes, follow-ups."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.bot.standin import faults
from tests.bot.standin.exchange import Act, Callback, Exchange
from tests.bot.standin.faults import ApiError, Problems
from tests.bot.standin.messages import Flag, Message
from tests.bot.standin.payloads import user_json
from tests.bot.standin.posting import Payload, Posting, Upload
from tests.bot.standin.validate_modal import check_choices, check_modal

FIRST_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
USER_INSTALL_FOLLOWUPS = 5

_ALLOWED = {
    Act.COMMAND: (Callback.MESSAGE, Callback.DEFER, Callback.MODAL),
    Act.COMPONENT: (Callback.MESSAGE, Callback.DEFER, Callback.DEFER_UPDATE, Callback.UPDATE, Callback.MODAL),
    Act.AUTOCOMPLETE: (Callback.CHOICES,),
    Act.MODAL: (Callback.MESSAGE, Callback.DEFER),
}


class Responding:
    """All interactions so far, by id and by token."""

    def __init__(self, posting: Posting) -> None:
        self.posting = posting
        self.first_seconds = FIRST_SECONDS
        self.by_id: dict[int, Exchange] = {}
        self.by_token: dict[str, Exchange] = {}

    def add(self, exchange: Exchange) -> None:
        self.by_id[exchange.id] = exchange
        self.by_token[exchange.token] = exchange

    # the first answer

    def respond(self, exchange_id: int, token: str, body: Payload, uploads: Sequence[Upload]) -> Exchange:
        """Takes the first answer to an interaction.

        Raises:
            ApiError: it is unknown or too late (10062), answered already (40060), or the answer is malformed.
        """
        exchange = self.by_id.get(exchange_id)
        if exchange is None or exchange.token != token:
            raise faults.error(faults.UNKNOWN_INTERACTION)
        try:
            if exchange.callback is not None:
                raise faults.error(faults.ACKNOWLEDGED)
            if self.posting.world.clock.now() - exchange.created > self.first_seconds:
                raise faults.error(faults.UNKNOWN_INTERACTION)
            self._take(exchange, body, uploads)
        except ApiError as error:
            exchange.refused.append(error)
            raise
        exchange.acknowledged_after = time.monotonic() - exchange.sent
        self.posting.bell.ring()
        return exchange

    def _take(self, exchange: Exchange, body: Payload, uploads: Sequence[Upload]) -> None:
        problems = Problems()
        allowed = list(_ALLOWED[exchange.act])
        if exchange.act is Act.MODAL and exchange.message is not None:
            allowed += [Callback.DEFER_UPDATE, Callback.UPDATE]
        problems.choice("type", body.get("type"), tuple(int(kind) for kind in allowed))
        problems.check()
        kind = Callback(body["type"])
        data = body.get("data") or {}
        if kind is Callback.CHOICES:
            check_choices(data)
            exchange.choices = list(data["choices"])
        elif kind is Callback.MODAL:
            check_modal(data)
            exchange.modal = dict(data)
        elif kind is Callback.DEFER:
            self._defer(exchange, data)
        elif kind is Callback.MESSAGE:
            exchange.private = self._private(exchange, data)
            exchange.original = self._create(exchange, data, uploads, private=exchange.private)
        else:
            exchange.original = exchange.message
            if kind is Callback.UPDATE and exchange.message is not None:
                self._edit(exchange, exchange.message, data, uploads)
        exchange.callback = kind

    def _defer(self, exchange: Exchange, data: Payload) -> None:
        flags = int(data.get("flags") or 0)
        if flags & ~Flag.EPHEMERAL:
            problems = Problems()
            problems.add("data.flags", "INTERACTION_DEFER_FLAGS_INVALID", "Only the EPHEMERAL flag may be set")
            problems.check()
        exchange.private = self._private(exchange, data)
        seen_by = exchange.user if exchange.private else None
        exchange.original = self.posting.loading(exchange.channel, self.metadata(exchange), seen_by)

    def _private(self, exchange: Exchange, data: Payload) -> bool:
        return bool(int(data.get("flags") or 0) & Flag.EPHEMERAL) or exchange.forced_private

    # edits and follow-ups, under the token

    def find(self, application_id: int, token: str) -> Exchange:
        """The answered interaction whose token this is.

        Raises:
            ApiError: 10015 where it is unknown or unanswered, 50027 where its 15 minutes are over.
        """
        exchange = self.by_token.get(token)
        if exchange is None or application_id != self.posting.world.bot.id or exchange.callback is None:
            raise faults.error(faults.UNKNOWN_WEBHOOK)
        if self.posting.world.clock.now() - exchange.created > TOKEN_SECONDS:
            expired = faults.error(faults.INVALID_TOKEN)
            exchange.refused.append(expired)
            raise expired
        return exchange

    def message(self, exchange: Exchange, name: str) -> Message:
        """A message of the interaction: "@original" or an id.

        Raises:
            ApiError: 10008 where there is none.
        """
        candidates = [exchange.original, *exchange.followups]
        if name == "@original":
            found = exchange.original
        else:
            found = next((item for item in candidates if item is not None and str(item.id) == name), None)
        if found is None or found.deleted:
            raise faults.error(faults.UNKNOWN_MESSAGE)
        return found

    def edit(self, exchange: Exchange, message: Message, payload: Payload, uploads: Sequence[Upload]) -> None:
        """Edits a message of the interaction."""
        try:
            self._edit(exchange, message, payload, uploads)
        except ApiError as error:
            exchange.refused.append(error)
            raise

    def _edit(self, exchange: Exchange, message: Message, payload: Payload, uploads: Sequence[Upload]) -> None:
        self.posting.edit(message, payload, uploads, interaction=True)
        exchange.note_edit(message)

    def follow_up(self, exchange: Exchange, payload: Payload, uploads: Sequence[Upload]) -> Message:
        """A further message; the first one after a defer takes the place, and the privacy, of "thinking"."""
        try:
            if exchange.original is not None and exchange.original.loading and not exchange.original.deleted:
                self._edit(exchange, exchange.original, payload, uploads)
                return exchange.original
            if exchange.user_install_only and len(exchange.followups) >= USER_INSTALL_FOLLOWUPS:
                raise faults.error(faults.MAXIMUM_FOLLOWUPS)
            private = self._private(exchange, payload)
            message = self._create(exchange, payload, uploads, private=private)
        except ApiError as error:
            exchange.refused.append(error)
            raise
        exchange.followups.append(message)
        self.posting.bell.ring()
        return message

    def _create(self, exchange: Exchange, data: Payload, uploads: Sequence[Upload], *, private: bool) -> Message:
        return self.posting.create(
            exchange.channel,
            data,
            uploads,
            interaction=self.metadata(exchange),
            seen_by=exchange.user if private else None,
        )

    def metadata(self, exchange: Exchange) -> dict[str, Any]:
        """What a message says of the interaction it answers."""
        body = {
            "id": str(exchange.id),
            "type": int(exchange.act),
            "user": user_json(exchange.user),
            "authorizing_integration_owners": exchange.payload.get("authorizing_integration_owners", {}),
        }
        if exchange.data.get("target_id"):
            body["target_message_id"] = exchange.data["target_id"]
        if exchange.message is not None:
            body["interacted_message_id"] = str(exchange.message.id)
        if exchange.act is Act.MODAL:
            body["triggering_interaction_metadata"] = {**body, "type": 2}
        return body
