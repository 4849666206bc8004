"""The operator's page and the bot hold each other: every setting and every command is in it, and nothing else."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from bot.admin import group
from bot.commands import COMMANDS
from bot.settings import BotSettings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bot.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"(?m)^\| (`PARLEY_BOT_\w+`.*?) \| (.*?) \|", PAGE)
    named: dict[str, str] = {}
    for names, defaults in rows:
        parts = re.findall(r"`(?:PARLEY_BOT)?_(\w+)`", names)
        values = defaults.split(", ") if len(parts) > 1 else [defaults]
        named |= dict(zip((part.lower() for part in parts), values, strict=True))
    fields = {field.name: field.default for field in dataclasses.fields(BotSettings)}
    assert set(named) == set(fields) - {"token", "api"}
    assert "`DISCORD_TOKEN`" in PAGE
    assert "`PARLEY_DISCORD_API`" in PAGE
    for name, shown in named.items():
        default = fields[name]
        if isinstance(default, bool):
            assert shown == ("on" if default else "off"), name
        elif isinstance(default, int | float):
            assert float(shown.split()[0]) == default, name


def test_every_command_is_documented() -> None:
    for command in COMMANDS:
        assert f"/{command.name}" in PAGE or f"Apps → {command.name}" in PAGE, command.name
    for command in group.commands:
        assert re.search(rf"`/parley [^`]*\b{command.name}\b", PAGE), command.name


def test_the_unit_gives_the_bot_more_time_to_stop_than_its_grace() -> None:
    unit = (ROOT / "deploy" / "parley.service").read_text(encoding="utf-8")
    seconds = re.search(r"(?m)^TimeoutStopSec=(\d+)$", unit)
    assert seconds is not None
    assert int(seconds[1]) > BotSettings().grace
    assert "RestartPreventExitStatus=2" in unit  # a refused token is not refused again and again
