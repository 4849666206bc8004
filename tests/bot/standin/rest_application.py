"""REST: who the bot is, where the gateway is, and its commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.bot.standin import faults
from tests.bot.standin.forms import read_form
from tests.bot.standin.payloads import guild_fields, member_json, user_json
from tests.bot.standin.replies import write_json
from tests.bot.standin.server import Server
from tests.bot.standin.validate_commands import CHAT_INPUT, check_commands
from tests.bot.standin.world import World

Json = dict[str, Any]


class ApplicationRest:
    """The bot's own account and its commands, by guild id (0: global)."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.world: World = server.posting.world
        self.commands: dict[int, list[Json]] = {}
        server.route("GET", "/gateway/bot", self.gateway)
        server.route("GET", "/users/@me", self.me)
        server.route("GET", "/users/{user}", self.user)
        for path in ("/applications/@me", "/oauth2/applications/@me"):
            server.route("GET", path, self.application)
        for path in ("/applications/{app}/commands", "/applications/{app}/guilds/{guild}/commands"):
            server.route("GET", path, self.list_commands)
            server.route("PUT", path, self.overwrite_commands)
            server.route("POST", path, self.create_command)
            server.route("DELETE", path + "/{command}", self.delete_command)
        server.route("GET", "/guilds/{guild}", self.guild)
        server.route("GET", "/guilds/{guild}/members/{user}", self.member)

    async def gateway(self, _request: web.Request) -> web.Response:
        gateway = self.server.posting.gateway
        limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
        return write_json({"url": gateway.url(), "shards": gateway.shards, "session_start_limit": limit})

    async def me(self, _request: web.Request) -> web.Response:
        return write_json({**user_json(self.world.bot), "verified": True, "mfa_enabled": True, "email": None})

    async def user(self, request: web.Request) -> web.Response:
        found = self.world.users.get(int(request.match_info["user"]))
        if found is None:
            raise faults.error(faults.UNKNOWN_USER)
        return write_json(user_json(found))

    async def application(self, _request: web.Request) -> web.Response:
        bot = self.world.bot
        body: Json = {
            "id": str(bot.id),
            "name": bot.name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": user_json(self.world.owner),
            "team": None,
            "flags": 0,
            "tags": [],
            "integration_types_config": {"0": {}, "1": {}},
            "approximate_guild_count": len(self.world.guilds),
            "approximate_user_install_count": len(self.world.installed_by),
        }
        return write_json(body)

    async def guild(self, request: web.Request) -> web.Response:
        found = self.world.guilds.get(int(request.match_info["guild"]))
        if found is None or not found.has_bot:
            raise faults.error(faults.UNKNOWN_GUILD)
        return write_json(guild_fields(found))

    async def member(self, request: web.Request) -> web.Response:
        guild = self.world.guilds.get(int(request.match_info["guild"]))
        if guild is None or not guild.has_bot:
            raise faults.error(faults.UNKNOWN_GUILD)
        found = guild.members.get(int(request.match_info["user"]))
        if found is None:
            raise faults.error(faults.UNKNOWN_MEMBER)
        return write_json(member_json(found, self.world.clock))

    # commands

    async def list_commands(self, request: web.Request) -> web.Response:
        return write_json(self.commands.get(self._place(request), []))

    async def overwrite_commands(self, request: web.Request) -> web.Response:
        place = self._place(request)
        body, _uploads = await read_form(request)
        check_commands(body)
        known = self.commands.get(place, [])
        self.commands[place] = [self._registered(command, place, known) for command in body]
        self.server.posting.bell.ring()
        return write_json(self.commands[place])

    async def create_command(self, request: web.Request) -> web.Response:
        place = self._place(request)
        body, _uploads = await read_form(request)
        known = self.commands.setdefault(place, [])
        others = [item for item in known if _key(item) != _key(body)]
        check_commands([*others, body])
        made = self._registered(body, place, known)
        self.commands[place] = [*others, made]
        self.server.posting.bell.ring()
        return write_json(made, 200 if len(others) < len(known) else 201)

    async def delete_command(self, request: web.Request) -> web.Response:
        place = self._place(request)
        known = self.commands.get(place, [])
        kept = [item for item in known if item["id"] != request.match_info["command"]]
        if len(kept) == len(known):
            raise faults.error(faults.UNKNOWN_COMMAND)
        self.commands[place] = kept
        return web.Response(status=204)

    def _place(self, request: web.Request) -> int:
        if int(request.match_info["app"]) != self.world.bot.id:
            raise faults.error(faults.MISSING_ACCESS)
        guild_id = int(request.match_info.get("guild", 0))
        if guild_id and guild_id not in self.world.guilds:
            raise faults.error(faults.MISSING_ACCESS)
        return guild_id

    def _registered(self, command: Mapping[str, Any], place: int, known: list[Json]) -> Json:
        old = next((item for item in known if _key(item) == _key(command)), None)
        made = {"type": CHAT_INPUT, "description": "", "nsfw": False, "default_member_permissions": None, **command}
        made["contexts"] = command.get("contexts")
        made["integration_types"] = command.get("integration_types") or [0, 1]
        made |= {"application_id": str(self.world.bot.id), "version": str(self.world.clock.new_id())}
        made["id"] = old["id"] if old else str(self.world.clock.new_id())
        if place:
            made["guild_id"] = str(place)
        return made


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return command.get("type", CHAT_INPUT), str(command["name"])
