"""Discord on loopback: REST and gateway over real sockets, with Discord's own rules, for tests of a real client."""

from tests.bot.standin.driver import DiscordStandIn
from tests.bot.standin.exchange import Callback, Exchange
from tests.bot.standin.faults import ApiError, ClientWouldNot
from tests.bot.standin.gateway import Intent
from tests.bot.standin.messages import Flag, Message
from tests.bot.standin.permissions import EVERY_PERMISSION, Overwrite, Permission
from tests.bot.standin.posting import Upload
from tests.bot.standin.world import Channel, Guild, Role, User

__all__ = [
    "EVERY_PERMISSION",
    "ApiError",
    "Callback",
    "Channel",
    "ClientWouldNot",
    "DiscordStandIn",
    "Exchange",
    "Flag",
    "Guild",
    "Intent",
    "Message",
    "Overwrite",
    "Permission",
    "Role",
    "Upload",
    "User",
]
