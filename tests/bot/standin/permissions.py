"""Discord's permission bits, as far as a bot that answers questions meets them, and how they add up."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping


class Permission(enum.IntFlag):
    """The bits; those that the stand-in asks for, and a few that decide who is a manager."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


EVERY_PERMISSION = (1 << 53) - 1
# What a new server gives everyone; it lets nobody ping @everyone.
DEFAULT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)
DM_PERMISSIONS = DEFAULT_PERMISSIONS | Permission.MENTION_EVERYONE


class Overwrite:
    """What a channel allows and denies to one role or member."""

    __slots__ = ("allow", "deny", "is_member", "target_id")

    def __init__(self, target_id: int, *, allow: int = 0, deny: int = 0, is_member: bool = False) -> None:
        self.target_id = target_id
        self.allow = int(allow)
        self.deny = int(deny)
        self.is_member = is_member

    def to_json(self) -> dict[str, object]:
        return {
            "id": str(self.target_id),
            "type": int(self.is_member),
            "allow": str(self.allow),
            "deny": str(self.deny),
        }


def compute(
    *,
    owner: bool,
    everyone_id: int,
    role_permissions: Mapping[int, int],
    overwrites: Iterable[Overwrite],
    user_id: int,
) -> int:
    """What a member may do in a channel, by Discord's order: roles, @everyone, role overwrites, the member's own.

    Args:
        owner: whether the guild is theirs.
        everyone_id: the guild's id, which is the id of its @everyone role.
        role_permissions: the bits of each role they have, @everyone's included.
        overwrites: the channel's (or, of a thread, its parent's).
        user_id: the member.
    """
    base = 0
    for bits in role_permissions.values():
        base |= bits
    if owner or base & Permission.ADMINISTRATOR:
        return EVERY_PERMISSION
    known = list(overwrites)
    for chosen in (
        [item for item in known if not item.is_member and item.target_id == everyone_id],
        [item for item in known if not item.is_member and item.target_id != everyone_id],
        [item for item in known if item.is_member and item.target_id == user_id],
    ):
        mine = [item for item in chosen if item.is_member or item.target_id in role_permissions]
        for item in mine:
            base &= ~item.deny
        for item in mine:
            base |= item.allow
    return base if base & Permission.VIEW_CHANNEL else 0
