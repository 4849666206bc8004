"""What the buttons, menus and forms under an answer do. Each acknowledges in its first line."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot import feedback, store
from bot.acknowledge import acknowledge, asker_of, defer
from bot.asking import Asked, answer_question, error_line, pages_of, show_stored
from bot.modals import follow_up_form, reason_form
from bot.panels import passage_panel, why_panel
from bot.parts import Parts
from bot.privacy import delete_asked, delete_now, export_data
from bot.render import Page
from bot.reply import NO_PINGS, embeds_of
from bot.store import GoneError, Stored
from bot.topics import turn_list
from bot.views import Press, answer_view, next_first, sources_menu
from retrieval import Citation, Passage, UnknownPassageError, UsageError

Interaction = discord.Interaction[Any]
Handler = Callable[[Parts, Interaction, Press, dict[str, str]], Awaitable[None]]


async def press(parts: Parts, interaction: Interaction, pressed: Press, fields: dict[str, str] | None = None) -> None:
    """Does what a component or form stands for; an error becomes one line to the person."""
    handler = _HANDLERS.get(pressed.action)
    try:
        if handler is None:
            await tell(interaction, "This button is from another version of me.")
            return
        await handler(parts, interaction, pressed, fields or {})
    except Exception as error:
        line = error_line(parts, error, f"press {pressed.action}", *(fields or {}).values())
        await tell(interaction, line)


async def tell(interaction: Interaction, line: str) -> None:
    """One line to the person alone, whether or not the interaction is acknowledged."""
    if interaction.response.is_done():
        await interaction.followup.send(line, ephemeral=True, allowed_mentions=NO_PINGS)
    else:
        await interaction.response.send_message(line, ephemeral=True, allowed_mentions=NO_PINGS)


async def stored_for(parts: Parts, interaction: Interaction, answer_id: str) -> Stored:
    """The answer a component belongs to; outside servers also the person's own, which came late and so by message.

    Raises:
        GoneError: it is not stored any more, or belongs to another server.
    """
    stored = await parts.database.run(store.load, answer_id)
    here = interaction.guild_id or 0
    if stored.guild_id != here and (here or stored.user_id != interaction.user.id):
        raise GoneError
    return stored


async def _source(parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    reply = await defer(parts, interaction)
    stored = await stored_for(parts, interaction, pressed.answer_id)
    onwards = next_first(pressed)
    if onwards is not None:
        menu = sources_menu(stored, onwards)
        view = discord.ui.View(timeout=None)
        if menu is not None:
            view.add_item(menu)
        await reply.finish(Page("More passages:"), view)
        return
    number = int(pressed.values[0]) if pressed.values and pressed.values[0].isdigit() else 0
    citation, passage = _cited(stored, number)
    if passage is None:
        passage = await _show(parts, stored, citation)
    await reply.finish(Page(passage_panel(citation, passage)), None)


async def _why(parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    reply = await defer(parts, interaction)
    stored = await stored_for(parts, interaction, pressed.answer_id)
    if stored.answer is None:
        raise GoneError
    await reply.finish(Page(why_panel(stored.answer)), None)


async def _page(parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    """Turns the page where only this person sees it or they asked; else shows them a copy of the page."""
    message = interaction.message
    asked_by = message.interaction_metadata.user.id if message and message.interaction_metadata else 0
    if message is not None and (message.flags.ephemeral or asked_by == interaction.user.id):
        await interaction.response.defer()
        stored = await stored_for(parts, interaction, pressed.answer_id)
        pages = pages_of(stored, embeds=True)
        number = min(pressed.number, len(pages) - 1)
        await interaction.edit_original_response(
            content=pages[number].content,
            embeds=embeds_of(pages[number]),
            view=answer_view(stored, number, len(pages)),
            allowed_mentions=NO_PINGS,
        )
        return
    reply = await defer(parts, interaction)
    stored = await stored_for(parts, interaction, pressed.answer_id)
    await show_stored(stored, reply, pressed.number)


async def _share(parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    reply = await acknowledge(parts, interaction, chosen=False)
    if reply is None:
        return
    stored = await stored_for(parts, interaction, pressed.answer_id)
    if stored.user_id != interaction.user.id:
        await reply.refuse("Only who asked can share an answer.")
        return
    if not await parts.database.run(store.mark_shared, stored.id):
        await reply.refuse("This answer was shared already.")
        return
    shared = dataclasses.replace(stored, shared=True)
    message_id = await show_stored(shared, reply, remarks=(f"Shared by {interaction.user.display_name}",))
    await parts.database.run(store.link_message, message_id, stored.id)


async def _follow(_parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    await interaction.response.send_modal(follow_up_form(pressed.answer_id))


async def _followed(parts: Parts, interaction: Interaction, pressed: Press, fields: dict[str, str]) -> None:
    private = True if interaction.message is not None and interaction.message.flags.ephemeral else None
    await _ask(parts, interaction, fields, private, pressed.answer_id)


async def _asked(parts: Parts, interaction: Interaction, _pressed: Press, fields: dict[str, str]) -> None:
    await _ask(parts, interaction, fields, None, "")


async def _ask(
    parts: Parts, interaction: Interaction, fields: dict[str, str], private: bool | None, parent_id: str
) -> None:
    reply = await acknowledge(parts, interaction, private)
    if reply is None:
        return
    asked = Asked(
        question=fields.get("question", ""),
        asker=asker_of(interaction),
        channel_id=interaction.channel_id or 0,
        surface="modal",
        private=reply.private,
        parent_id=parent_id,
        about=fields.get("about", ""),
    )
    await answer_question(parts, asked, reply)


async def _rate(parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    rating = 1 if pressed.action == "up" else -1
    await interaction.response.send_modal(reason_form(pressed.answer_id, rating))
    await stored_for(parts, interaction, pressed.answer_id)
    await parts.database.run(feedback.rate, pressed.answer_id, interaction.user.id, rating)


async def _reason(parts: Parts, interaction: Interaction, pressed: Press, fields: dict[str, str]) -> None:
    reply = await defer(parts, interaction)
    rating = 1 if pressed.action == "goodwhy" else -1
    await stored_for(parts, interaction, pressed.answer_id)
    reason = fields.get("reason", "").strip()
    await parts.database.run(feedback.explain, pressed.answer_id, interaction.user.id, rating, reason)
    await reply.finish(Page("Thank you: your rating is stored. `/privacy` shows and deletes it."), None)


async def _list(parts: Parts, interaction: Interaction, pressed: Press, _fields: dict[str, str]) -> None:
    await turn_list(parts, interaction, pressed.number)


async def _export(parts: Parts, interaction: Interaction, _pressed: Press, _fields: dict[str, str]) -> None:
    await export_data(parts, interaction)


async def _delete(parts: Parts, interaction: Interaction, _pressed: Press, _fields: dict[str, str]) -> None:
    await delete_asked(parts, interaction)


async def _delete_now(parts: Parts, interaction: Interaction, _pressed: Press, _fields: dict[str, str]) -> None:
    await delete_now(parts, interaction)


def _cited(stored: Stored, number: int) -> tuple[Citation, Passage | None]:
    """The citation of that number and its passage as far as it is stored; of an abstention the nearest passage."""
    answer = stored.answer
    if answer is not None and not answer.answered:
        if not 1 <= number <= len(answer.nearest):
            raise UsageError("This answer has no such passage.")
        passage = answer.nearest[number - 1].passage
        return Citation(number, passage.id, passage.source, "", passage.start, passage.start), passage
    citation = next((cited for cited in stored.citations if cited.n == number), None)
    if citation is None:
        raise UsageError("This answer has no such source.")
    hits = answer.retrieved if answer is not None else ()
    found = next((hit.passage for hit in hits if hit.passage.id == citation.passage and hit.passage.text), None)
    return citation, found


async def _show(parts: Parts, stored: Stored, citation: Citation) -> Passage:
    """The passage from the index; where that has let it go, the quoted words as they were stored."""
    try:
        return await parts.pool.run(lambda: parts.shelves.engine(stored.guild_id).show(citation.passage))
    except UnknownPassageError:
        text_hash = citation.passage.partition("@")[2].partition("#")[0]
        return Passage(citation.source, text_hash, citation.start, citation.end, citation.quote)


_HANDLERS: dict[str, Handler] = {
    "source": _source,
    "why": _why,
    "page": _page,
    "share": _share,
    "follow": _follow,
    "followed": _followed,
    "asked": _asked,
    "up": _rate,
    "down": _rate,
    "goodwhy": _reason,
    "badwhy": _reason,
    "list": _list,
    "export": _export,
    "delete": _delete,
    "deletenow": _delete_now,
}
