"""Judges a message's form as Discord does: lengths, embeds, what may stand beside what. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.bot.standin import faults
from tests.bot.standin.faults import Problems, width
from tests.bot.standin.messages import Flag
from tests.bot.standin.validate_components import check_components

CONTENT_LIMIT = 2000
EMBEDS_LIMIT = 10
EMBEDS_TOTAL = 6000
FILES_LIMIT = 10
FILE_BYTES = 10 * 1024 * 1024
SETTABLE_FLAGS = Flag.SUPPRESS_EMBEDS | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2

_MENTION_KINDS = ("users", "roles", "everyone")
_ID = re.compile(r"\d{15,20}")


def check_message(payload: Mapping[str, Any], *, files: int = 0, before: Mapping[str, Any] | None = None) -> None:
    """Judges a message to be sent, or with `before` (the message's fields as they are) an edit.

    Raises:
        ApiError: 50035 with every field at fault, or 50006 where nothing would be shown.
    """
    problems = Problems()
    after = {**(before or {}), **{key: value for key, value in payload.items() if value is not None}}
    for key in ("content", "embeds", "components", "attachments"):
        if key in payload and payload[key] is None:
            after[key] = "" if key == "content" else []
    flags = after.get("flags", 0)
    problems.number("flags", flags, 0, (1 << 31) - 1)
    second = bool(isinstance(flags, int) and flags & Flag.COMPONENTS_V2)
    if payload.get("content") is not None:
        problems.text("content", payload["content"], 0, CONTENT_LIMIT)
    if payload.get("embeds") is not None:
        _check_embeds(problems, problems.size("embeds", payload["embeds"], 0, EMBEDS_LIMIT))
    if payload.get("components") is not None:
        check_components(problems, payload["components"], second=second)
    if second:
        _check_second(problems, after, before)
    if payload.get("allowed_mentions") is not None:
        _check_mentions(problems, payload["allowed_mentions"])
    problems.text("nonce", payload.get("nonce"), 0, 25, required=False)
    if files > FILES_LIMIT:
        problems.add("files", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {FILES_LIMIT} in length.")
    problems.check()
    if not _shows_something(after, files):
        raise faults.error(faults.EMPTY_MESSAGE)


def _check_second(problems: Problems, after: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    taken = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if after.get(key):
            problems.add(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", taken)
    if before is not None and not int(before.get("flags", 0)) & Flag.COMPONENTS_V2 and not after.get("components"):
        problems.add("components", "BASE_TYPE_REQUIRED", "This field is required")


def _shows_something(after: Mapping[str, Any], files: int) -> bool:
    embeds = [embed for embed in after.get("embeds") or [] if _embed_text(embed) or embed.get("image")]
    shown = (str(after.get("content") or "").strip(), embeds, after.get("components"), after.get("attachments"))
    return bool(any(shown) or files or after.get("sticker_ids") or after.get("poll"))


def _check_embeds(problems: Problems, embeds: list[Any]) -> None:
    total = 0
    for number, embed in enumerate(embeds):
        path = f"embeds.{number}"
        if not isinstance(embed, dict):
            problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            continue
        total += sum(width(text) for text in _embed_text(embed))
        _check_embed(problems, path, embed)
    if total > EMBEDS_TOTAL:
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDS_TOTAL}")


def _check_embed(problems: Problems, path: str, embed: Mapping[str, Any]) -> None:
    problems.text(f"{path}.title", embed.get("title"), 0, 256, required=False)
    problems.text(f"{path}.description", embed.get("description"), 0, 4096, required=False)
    problems.url(f"{path}.url", embed.get("url"))
    problems.number(f"{path}.color", embed.get("color"), 0, 0xFFFFFF)
    if embed.get("footer") is not None:
        problems.text(f"{path}.footer.text", embed["footer"].get("text"), 0, 2048)
    if embed.get("author") is not None:
        problems.text(f"{path}.author.name", embed["author"].get("name"), 0, 256)
        problems.url(f"{path}.author.url", embed["author"].get("url"))
    for key in ("image", "thumbnail"):
        if embed.get(key) is not None:
            problems.url(f"{path}.{key}.url", embed[key].get("url"), schemes=("http", "https", "attachment"))
    fields = problems.size(f"{path}.fields", embed.get("fields", []), 0, 25)
    for number, item in enumerate(fields):
        problems.text(f"{path}.fields.{number}.name", item.get("name"), 1, 256)
        problems.text(f"{path}.fields.{number}.value", item.get("value"), 1, 1024)


def _embed_text(embed: Mapping[str, Any]) -> list[str]:
    """The texts of an embed that count towards the total."""
    parts = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for item in embed.get("fields") or []:
        parts += [item.get("name"), item.get("value")]
    return [part for part in parts if isinstance(part, str) and part.strip()]


def _check_mentions(problems: Problems, allowed: object) -> None:
    if not isinstance(allowed, dict):
        problems.add("allowed_mentions", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    parse = allowed.get("parse") or []
    for number, kind in enumerate(parse):
        problems.choice(f"allowed_mentions.parse.{number}", kind, _MENTION_KINDS)
    for kind in ("users", "roles"):
        ids = problems.size(f"allowed_mentions.{kind}", allowed.get(kind) or [], 0, 100)
        for number, item in enumerate(ids):
            if not _ID.fullmatch(str(item)):
                problems.add(f"allowed_mentions.{kind}.{number}", "NUMBER_TYPE_COERCE", f'Value "{item}" is no id.')
        if ids and kind in parse:
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            problems.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
