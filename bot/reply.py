"""Where an answer goes: the reply to an interaction, or a message in a channel. Knows discord.py, not answers.

Every send and edit forbids mentions, whatever the text.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

import discord

from bot.render import Page

_log = logging.getLogger("bot.reply")

NO_PINGS = discord.AllowedMentions.none()
COLOUR = 0x3A6EA5
# Unknown interaction, unknown webhook, invalid webhook token, unknown message: the 15 minutes are over, or the reply
# was deleted.
_EXPIRED = {10062, 10015, 50027, 10008}
# A message that is replied to and was deleted, or a channel whose history the bot may not read.
_NO_REFERENCE = {50035, 160002}
AUTOMOD = {200000, 200001}


class Reply(Protocol):
    """Where the answer to one question is shown."""

    @property
    def embeds(self) -> bool:
        """Whether it may hold an embed."""

    async def progress(self, text: str) -> None:
        """Shows what is being done."""

    async def finish(self, page: Page, view: discord.ui.View | None) -> int:
        """Shows the answer; the id of the message that shows it."""

    async def refuse(self, text: str) -> None:
        """Shows why there is no answer, to the asker alone where that can be."""


def embeds_of(page: Page) -> list[discord.Embed]:
    """The page's embed, in a list that may be empty."""
    return [discord.Embed(description=page.sources, colour=COLOUR)] if page.sources else []


class InteractionReply:
    """The reply to an interaction that was deferred with "thinking"."""

    embeds = True  # an application's reply to an interaction may always hold one

    def __init__(self, interaction: discord.Interaction[Any], private: bool) -> None:
        self._interaction = interaction
        self.private = private

    async def progress(self, text: str) -> None:
        """Edits the reply."""
        await self._interaction.edit_original_response(content=text, allowed_mentions=NO_PINGS)

    async def finish(self, page: Page, view: discord.ui.View | None) -> int:
        """Edits the reply; where its 15 minutes are over, writes a message instead."""
        try:
            message = await self._interaction.edit_original_response(
                content=page.content, embeds=embeds_of(page), view=view, allowed_mentions=NO_PINGS
            )
        except discord.HTTPException as error:
            if error.code not in _EXPIRED:
                raise
            _log.info("a reply had expired", extra={"code": error.code})
            return await self._write_anew(page, view)
        return message.id

    async def refuse(self, text: str) -> None:
        """Tells the asker alone: a public "thinking" is taken away first."""
        if not self.private:
            try:
                await self._interaction.delete_original_response()
            except discord.HTTPException as error:
                _log.info("could not take a reply away", extra={"code": error.code})
                await self.progress(text)
                return
            await self._interaction.followup.send(text, ephemeral=True, allowed_mentions=NO_PINGS)
            return
        await self._interaction.edit_original_response(content=text, embeds=[], view=None, allowed_mentions=NO_PINGS)

    async def _write_anew(self, page: Page, view: discord.ui.View | None) -> int:
        place: discord.abc.Messageable = self._interaction.user
        channel = self._interaction.channel
        if not self.private and isinstance(channel, discord.abc.Messageable):
            place = channel
        options: dict[str, Any] = {"view": view} if view is not None else {}
        sent = await place.send(page.content, embeds=embeds_of(page), allowed_mentions=NO_PINGS, **options)
        return sent.id


class MessageReply:
    """A message of ours that answers somebody's message."""

    def __init__(self, message: discord.Message, place: discord.abc.Messageable, embeds: bool = True) -> None:
        self._message = message
        self._place = place
        self._sent: discord.Message | None = None
        self.embeds = embeds

    @property
    def place_id(self) -> int:
        """The channel or thread that it is in."""
        return int(getattr(self._place, "id", self._message.channel.id))

    async def begin(self, text: str) -> None:
        """Acknowledges: the message that will become the answer."""
        self._sent = await self._send(content=text)

    async def progress(self, text: str) -> None:
        """Edits our message."""
        if self._sent is not None:
            await self._sent.edit(content=text, allowed_mentions=NO_PINGS)

    async def finish(self, page: Page, view: discord.ui.View | None) -> int:
        """Edits our message; writes another where somebody deleted it."""
        if self._sent is not None:
            try:
                edited = await self._sent.edit(
                    content=page.content, embeds=embeds_of(page), view=view, allowed_mentions=NO_PINGS
                )
                return edited.id
            except discord.NotFound:
                _log.info("a message of ours was deleted while it was being answered")
        options: dict[str, Any] = {"view": view} if view is not None else {}
        sent = await self._send(content=page.content, embeds=embeds_of(page), **options)
        return sent.id

    async def refuse(self, text: str) -> None:
        """Says why there is no answer."""
        await self.finish(Page(text), None)

    async def _send(self, **content: Any) -> discord.Message:
        content["allowed_mentions"] = NO_PINGS
        if self.place_id == self._message.channel.id:
            reference = self._message.to_reference(fail_if_not_exists=False)
            try:
                return await self._place.send(**content, reference=reference, mention_author=False)
            except discord.HTTPException as error:
                if error.code not in _NO_REFERENCE:
                    raise
        return await self._place.send(**content)
