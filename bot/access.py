"""Who may ask, where, how often and how privately: a server's settings and the decisions from them. Pure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import BotSettings
from bot.words import plural, seconds_words


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the managers of a server chose. None: as the operator set it. Empty channels or roles: all of them.

    `role_quotas` maps a role to questions a day (0: no limit); a person has the most generous of their roles'.
    """

    channels: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    private: bool | None = None
    cooldown: int | None = None
    quota: int | None = None
    role_quotas: Mapping[int, int] = field(default_factory=dict)
    threads: bool = False

    def to_json(self) -> str:
        """As stored."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> GuildSettings:
        """What `to_json` wrote; keys of a later version are left out."""
        raw = json.loads(text)
        known = {item.name for item in dataclasses.fields(cls)}
        values = {name: value for name, value in raw.items() if name in known}
        for name in ("channels", "roles"):
            values[name] = tuple(values.get(name, ()))
        values["role_quotas"] = {int(role): int(quota) for role, quota in values.get("role_quotas", {}).items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. `guild_id` is 0 outside servers; `place_ids`: the channel and, of a thread, its parent."""

    user_id: int
    guild_id: int = 0
    place_ids: tuple[int, ...] = ()
    role_ids: tuple[int, ...] = ()
    manager: bool = False


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often one person may ask: questions a day (0: no limit) and seconds between two."""

    quota: int
    cooldown: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person has used today, and whether the question at hand was taken."""

    taken: bool
    count: int
    wait: float = 0.0


def refusal(settings: GuildSettings, asker: Asker) -> str:
    """Why this person may not ask here, in words for them; "" when they may. Managers may always."""
    if not asker.guild_id or asker.manager:
        return ""
    if settings.channels and not set(settings.channels) & set(asker.place_ids):
        places = ", ".join(f"<#{channel}>" for channel in settings.channels[:10])
        return f"This server keeps me to other channels: {places}."
    if settings.roles and not set(settings.roles) & set(asker.role_ids):
        roles = ", ".join(f"<@&{role}>" for role in settings.roles[:10])
        return f"This server lets only some roles ask me: {roles}."
    return ""


def allowance(operator: BotSettings, settings: GuildSettings, asker: Asker) -> Allowance:
    """How often this person may ask here."""
    quota = operator.quota if settings.quota is None else settings.quota
    theirs = [settings.role_quotas[role] for role in asker.role_ids if role in settings.role_quotas]
    if theirs:
        quota = 0 if 0 in theirs else max(theirs)
    return Allowance(quota, operator.cooldown if settings.cooldown is None else settings.cooldown)


def is_private(operator: BotSettings, settings: GuildSettings, chosen: bool | None) -> bool:
    """Whether a slash command's answer is for the asker alone: as they chose, else the server, else the operator."""
    if chosen is not None:
        return chosen
    return operator.private if settings.private is None else settings.private


def usage_refusal(usage: Usage, allowed: Allowance) -> str:
    """Why the question was not taken, in words; "" when it was."""
    if usage.taken:
        return ""
    if usage.wait > 0:
        return f"One moment: you can ask again in {seconds_words(max(1.0, usage.wait))}."
    return f"You have asked your {plural(allowed.quota, 'question')} for today; you can ask again after 00:00 UTC."


def quota_words(usage: Usage, allowed: Allowance) -> str:
    """What `/quota` says."""
    lines = [f"You have asked {plural(usage.count, 'question')} here today."]
    if allowed.quota:
        lines.append(
            f"{plural(max(0, allowed.quota - usage.count), 'question')} left of {allowed.quota}, until 00:00 UTC."
        )
    else:
        lines.append("There is no daily limit for you here.")
    if allowed.cooldown:
        lines.append(f"Between two questions there must be {seconds_words(float(allowed.cooldown))}.")
    return "\n".join(lines)
