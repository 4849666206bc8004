"""`/privacy`: what is kept about a person, as they see it, take it away with them, and delete it."""

from __future__ import annotations

import io
import json
from typing import Any

import discord

from bot import personal, store
from bot.acknowledge import defer
from bot.parts import Parts
from bot.render import Page
from bot.reply import NO_PINGS
from bot.views import button
from bot.words import plural


def policy(retention_days: int) -> str:
    """What is kept, why and for how long, in words."""
    kept = f"{retention_days} days" if retention_days else "until you delete it here"
    return (
        "**What I keep about you**: your user id with each question you asked me and its answer, where you asked it,"
        " your ratings with their reasons, and a count of your questions by day.\n"
        f"**Why**: so that the buttons and follow-ups work. **How long**: {kept}; counts go after a day.\n"
        "**What I do not do**: read messages that are not addressed to me, train models on anything you wrote, put"
        " questions into logs, or send anything to third parties unless whoever runs me has set up a language model."
    )


async def show_privacy(parts: Parts, interaction: discord.Interaction[Any]) -> None:
    """The policy, what is kept about this person, and the buttons."""
    reply = await defer(parts, interaction)
    kept = await parts.database.run(personal.show, interaction.user.id)
    since = f", the first of {kept.since}" if kept.since else ""
    now = f"**At present**: {plural(kept.answers, 'question')}{since}; {plural(kept.ratings, 'rating')}."
    view = discord.ui.View(timeout=None)
    view.add_item(button("export", "-", "Export my data"))
    view.add_item(button("delete", "-", "Delete my data", style=discord.ButtonStyle.danger))
    await reply.finish(Page(f"{policy(parts.settings.retention_days)}\n{now}"), view)


async def export_data(parts: Parts, interaction: discord.Interaction[Any]) -> None:
    """Everything kept about this person, as a JSON file that only they see."""
    await defer(parts, interaction)
    data = await parts.database.run(personal.export, interaction.user.id)
    content = json.dumps(data, ensure_ascii=False, indent=1).encode()
    if len(content) > interaction.filesize_limit:
        data["answers"] = [_without_payload(row) for row in _rows(data["answers"])]
        content = json.dumps(data, ensure_ascii=False).encode()
    file = discord.File(io.BytesIO(content), "parley-data.json")
    await interaction.edit_original_response(
        content="All that I keep about you.", attachments=[file], allowed_mentions=NO_PINGS
    )


async def delete_asked(parts: Parts, interaction: discord.Interaction[Any]) -> None:
    """Asks once more before deleting."""
    reply = await defer(parts, interaction)
    kept = await parts.database.run(personal.show, interaction.user.id)
    view = discord.ui.View(timeout=None)
    view.add_item(button("deletenow", "-", "Delete it all", style=discord.ButtonStyle.danger))
    counts = f"{plural(kept.answers, 'question')} with answers and {plural(kept.ratings, 'rating')}"
    await reply.finish(
        Page(f"This deletes your {counts}, in every server, for good. Buttons under them will end."), view
    )


async def delete_now(parts: Parts, interaction: discord.Interaction[Any]) -> None:
    """Deletes everything kept about this person."""
    reply = await defer(parts, interaction)
    gone = await parts.database.run(personal.forget, interaction.user.id, store.now().date())
    counts = f"{plural(gone.answers, 'question')} with answers and {plural(gone.ratings, 'rating')}"
    await reply.finish(Page(f"Deleted: {counts}. Today's count of questions goes at midnight UTC."), None)


def _rows(value: object) -> list[dict[str, object]]:
    return [dict(row) for row in value] if isinstance(value, list) else []


def _without_payload(row: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if key != "shown"}
