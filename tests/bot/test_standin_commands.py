"""The stand-in's judgement of commands, and how permissions add up: each limit, on both sides of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.standin.faults import ApiError
from tests.bot.standin.permissions import EVERY_PERMISSION, Overwrite, Permission, compute
from tests.bot.standin.validate_commands import check_commands
from tests.bot.test_standin_rules import path_of

Json = dict[str, Any]


def command(**values: Any) -> Json:
    return {"name": "ask", "description": "Ask", **values}


def option(**values: Any) -> Json:
    return {"type": 3, "name": "question", "description": "What", **values}


COMMANDS: list[tuple[list[Json], list[Json], str]] = [
    ([command(name="запитай")], [command(name="Ask")], "0.name"),
    ([command(name="a" * 32)], [command(name="a" * 33)], "0.name"),
    ([command(name="a-b_c")], [command(name="a b")], "0.name"),
    ([command(name="Ask this", type=3, description="")], [command(name="Ask this", type=3)], "0.description"),
    ([command(description="d" * 100)], [command(description="d" * 101)], "0.description"),
    ([command()], [command(description="")], "0.description"),
    ([command(options=[option()])], [command(options=[option(name="My question")])], "0.options.0.name"),
    (
        [command(options=[option(name=f"o{number}") for number in range(25)])],
        [command(options=[option(name=f"o{number}") for number in range(26)])],
        "0.options",
    ),
    (
        [command(options=[option(required=True), option(name="b")])],
        [command(options=[option(), option(name="b", required=True)])],
        "0.options.1",
    ),
    (
        [command(options=[option(autocomplete=True)])],
        [command(options=[option(autocomplete=True, choices=[{"name": "n", "value": "v"}])])],
        "0.options.0",
    ),
    ([command(), command(name="b")], [command(), command()], "1"),
    (
        [command(name=f"m{number}", type=3, description="") for number in range(15)],
        [command(name=f"m{number}", type=3, description="") for number in range(16)],
        "",
    ),
    (
        [command(contexts=[0, 2], integration_types=[0, 1])],
        [command(contexts=[0, 2], integration_types=[0])],
        "0.contexts",
    ),
]


@pytest.mark.parametrize(("good", "bad", "path"), COMMANDS)
def test_commands_at_the_limit_pass_and_beyond_are_refused(good: list[Json], bad: list[Json], path: str) -> None:
    check_commands(good)
    with pytest.raises(ApiError) as refused:
        check_commands(bad)
    assert path_of(refused.value) == [path]


def test_permissions_add_up_in_discords_order() -> None:
    def bits(*overwrites: Overwrite, owner: bool = False, role: int = 0) -> int:
        roles = {1: int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES), 2: role}
        return compute(owner=owner, everyone_id=1, role_permissions=roles, overwrites=overwrites, user_id=9)

    assert bits() == Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES
    denied = Overwrite(1, deny=Permission.SEND_MESSAGES)
    assert not bits(denied) & Permission.SEND_MESSAGES
    assert bits(denied, Overwrite(2, allow=Permission.SEND_MESSAGES)) & Permission.SEND_MESSAGES
    own = Overwrite(9, deny=Permission.SEND_MESSAGES, is_member=True)
    assert not bits(Overwrite(2, allow=Permission.SEND_MESSAGES), own) & Permission.SEND_MESSAGES
    assert bits(Overwrite(1, deny=Permission.VIEW_CHANNEL)) == 0
    assert bits(denied, owner=True) == EVERY_PERMISSION
    assert bits(denied, role=int(Permission.ADMINISTRATOR)) == EVERY_PERMISSION
