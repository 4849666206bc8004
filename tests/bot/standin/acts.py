"""What people do in Discord, sent to the bot as Discord sends it. Refuses what Discord's own client would not offer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bot.standin.exchange import Act, Exchange
from tests.bot.standin.faults import ClientWouldNot
from tests.bot.standin.gateway import Gateway
from tests.bot.standin.messages import Message
from tests.bot.standin.options import fill, fill_form
from tests.bot.standin.payloads import channel_json, guild_fields, member_json, message_json, user_json
from tests.bot.standin.permissions import EVERY_PERMISSION, Permission
from tests.bot.standin.pings import mentions_by, roles_in
from tests.bot.standin.posting import Posting, Upload
from tests.bot.standin.responding import Responding
from tests.bot.standin.rest_application import ApplicationRest
from tests.bot.standin.validate_commands import CHAT_INPUT, MESSAGE
from tests.bot.standin.validate_components import Part
from tests.bot.standin.world import Channel, Guild, Kind, User, World

Json = dict[str, Any]
GUILD, BOT_DM, PRIVATE_CHANNEL = 0, 1, 2


class Acts:
    """People at their keyboards."""

    def __init__(self, posting: Posting, responding: Responding, rest: ApplicationRest) -> None:
        self.posting = posting
        self.world: World = posting.world
        self.gateway: Gateway = posting.gateway
        self.responding = responding
        self.rest = rest

    # commands

    def command(self, user: User, channel: Channel, name: str, kind: int = CHAT_INPUT) -> Json:
        """The registered command, if the client shows it to this user here.

        Raises:
            ClientWouldNot: it is unknown, not for this place, or not for people with so few permissions.
        """
        guild = self.world.guild_of(channel)
        places = [guild.id, 0] if guild is not None and guild.has_bot else [0]
        for place in places:
            for found in self.rest.commands.get(place, []):
                if found["name"] == name and found["type"] == kind:
                    self._check_offered(found, user, channel, guild)
                    return found
        known = sorted(item["name"] for items in self.rest.commands.values() for item in items)
        raise ClientWouldNot(f"no command {name!r} is registered, only {known}")

    def _check_offered(self, command: Json, user: User, channel: Channel, guild: Guild | None) -> None:
        context = self.context(channel)
        contexts = command["contexts"]
        if contexts is not None and context not in contexts:
            raise ClientWouldNot(f"{command['name']!r} is not offered in context {context}")
        by_guild = guild is not None and guild.has_bot and 0 in command["integration_types"]
        by_user = user.id in self.world.installed_by and 1 in command["integration_types"]
        if not by_guild and not by_user and context != BOT_DM:
            raise ClientWouldNot(f"{command['name']!r} is installed neither here nor by {user.name}")
        if guild is None:
            return
        bits = self.world.permissions(user, channel)
        needed = command["default_member_permissions"]
        if not bits & Permission.USE_APPLICATION_COMMANDS:
            raise ClientWouldNot(f"{user.name} may use no commands here")
        if needed is not None and bits != EVERY_PERMISSION and (int(needed) == 0 or bits & int(needed) != int(needed)):
            raise ClientWouldNot(f"{command['name']!r} is not offered to {user.name}")

    def slash(self, user: User, channel: Channel, name: str, values: Mapping[str, Any]) -> Exchange:
        """`/name sub-command option:value`."""
        first, *path = name.split()
        command = self.command(user, channel, first)
        filled = fill(command, path, values, self.world.clock, self.world.guild_of(channel))
        data: Json = {"id": command["id"], "name": first, "type": CHAT_INPUT, "options": filled.options}
        if filled.resolved:
            data["resolved"] = filled.resolved
        return self.send(Act.COMMAND, user, channel, data)

    def complete(self, user: User, channel: Channel, name: str, focused: str, values: Mapping[str, Any]) -> Exchange:
        """Typing in an option that offers choices."""
        first, *path = name.split()
        command = self.command(user, channel, first)
        filled = fill(command, path, values, self.world.clock, self.world.guild_of(channel), focused=focused)
        data: Json = {"id": command["id"], "name": first, "type": CHAT_INPUT, "options": filled.options}
        return self.send(Act.AUTOCOMPLETE, user, channel, data)

    def context_menu(self, user: User, message: Message, name: str) -> Exchange:
        """A command from a message's menu: its content goes with it, whatever the intents."""
        command = self.command(user, message.channel, name, MESSAGE)
        body = message_json(self.world, message)
        data: Json = {"id": command["id"], "name": name, "type": MESSAGE, "target_id": str(message.id)}
        data["resolved"] = {"messages": {str(message.id): body}}
        return self.send(Act.COMMAND, user, message.channel, data)

    # components and modals

    def press(self, user: User, message: Message, wanted: str) -> Exchange:
        """A press on a button, by its custom_id, label or emoji."""
        button = message.button(wanted)
        if button.disabled or button.url:
            raise ClientWouldNot(f"the button {wanted!r} is {'disabled' if button.disabled else 'a link'}")
        return self._component(user, message, {"custom_id": button.custom_id, "component_type": int(Part.BUTTON)})

    def choose(self, user: User, message: Message, values: Sequence[str], wanted: str = "") -> Exchange:
        """A choice in a menu, by values or labels; `wanted`: the menu's custom_id or placeholder."""
        menu = message.menu(wanted)
        by_label = {label: value for label, value, _description in menu.options}
        known = set(by_label.values())
        chosen = [value if value in known else by_label.get(value, value) for value in values]
        if menu.disabled or not menu.least <= len(chosen) <= menu.most:
            raise ClientWouldNot(f"the menu takes {menu.least} to {menu.most} values, disabled {menu.disabled}")
        if menu.kind is Part.STRING_SELECT and not set(chosen) <= known:
            raise ClientWouldNot(f"the menu offers {sorted(by_label)}, not {chosen}")
        data = {"custom_id": menu.custom_id, "component_type": int(menu.kind), "values": chosen}
        return self._component(user, message, data)

    def _component(self, user: User, message: Message, data: Json) -> Exchange:
        if message.deleted or (message.seen_by is not None and message.seen_by is not user):
            raise ClientWouldNot(f"{user.name} does not see this message")
        return self.send(Act.COMPONENT, user, message.channel, data, message=message)

    def submit(self, user: User, opened: Exchange, values: Mapping[str, Any]) -> Exchange:
        """Sends off the modal that an interaction opened, with values by label or custom_id."""
        if opened.modal is None or opened.user is not user:
            raise ClientWouldNot(f"{user.name} has no modal open")
        data = {"custom_id": opened.modal["custom_id"], "components": fill_form(opened.modal, values)}
        return self.send(Act.MODAL, user, opened.channel, data, message=opened.message)

    # sending

    def context(self, channel: Channel) -> int:
        """Where an interaction happens, by Discord's numbers."""
        if channel.guild_id is not None:
            return GUILD
        return BOT_DM if channel.kind is Kind.DM else PRIVATE_CHANNEL

    def send(self, act: Act, user: User, channel: Channel, data: Json, message: Message | None = None) -> Exchange:
        """Creates an interaction and sends it to the shard that it belongs to."""
        guild = self.world.guild_of(channel)
        bot_here = guild.has_bot if guild is not None else channel.kind is Kind.DM
        clock = self.world.clock
        exchange = Exchange(
            id=clock.new_id(),
            token=secrets.token_urlsafe(48),
            act=act,
            user=user,
            channel=channel,
            created=clock.now(),
            bell=self.posting.bell,
            data=data,
            message=message,
            user_install_only=not bot_here,
        )
        external = self.world.permissions(user, channel) & Permission.USE_EXTERNAL_APPS
        exchange.forced_private = not bot_here and guild is not None and not external
        exchange.payload = self._payload(exchange, guild)
        self.responding.add(exchange)
        place = guild.id if guild is not None else None
        self.gateway.dispatch("INTERACTION_CREATE", lambda _session: exchange.payload, guild_id=place)
        return exchange

    def _payload(self, exchange: Exchange, guild: Guild | None) -> Json:
        world, channel, user = self.world, exchange.channel, exchange.user
        owners = {"1": str(user.id)} if user.id in world.installed_by else {}
        if not exchange.user_install_only:
            owners["0"] = str(guild.id) if guild is not None else "0"
        body: Json = {
            "id": str(exchange.id),
            "application_id": str(world.bot.id),
            "type": int(exchange.act),
            "token": exchange.token,
            "version": 1,
            "data": exchange.data,
            "channel_id": str(channel.id),
            "channel": channel_json(channel, world.clock) | {"permissions": str(world.permissions(user, channel))},
            "app_permissions": str(world.permissions(world.bot, channel)),
            "locale": "en-US",
            "context": self.context(channel),
            "authorizing_integration_owners": owners,
            "entitlements": [],
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if exchange.message is not None:
            body["message"] = message_json(world, exchange.message)
        if guild is None:
            return body | {"user": user_json(user)}
        member = member_json(guild.members[user.id], world.clock)
        body["member"] = member | {"permissions": str(world.permissions(user, channel))}
        short = {"id": str(guild.id), "locale": "en-US", "features": guild_fields(guild)["features"]}
        return body | {"guild_id": str(guild.id), "guild": short, "guild_locale": "en-US"}

    # messages

    def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Sequence[Upload] = (),
    ) -> Message:
        """A message of a person. `ping`: whether a reply mentions whom it replies to."""
        if not self.world.permissions(user, channel) & Permission.VIEW_CHANNEL:
            raise ClientWouldNot(f"{user.name} does not see this channel")
        if not (text.strip() or files) or len(text) > 4000:
            raise ClientWouldNot(f"nobody can send {len(text)} characters")
        world = self.world
        message = Message(world.clock.new_id(), channel, user, text.strip(), created=world.clock.now())
        mentioned = mentions_by(world, text)
        if reply_to is not None:
            message.reference, message.reference_id = reply_to, reply_to.id
            if ping and reply_to.author.id not in mentioned:
                mentioned.append(reply_to.author.id)
        message.mentions = [world.users[user_id] for user_id in mentioned]
        message.mention_roles = roles_in(world, channel, text)
        message.attachments = [self.posting.store(channel, upload) for upload in files]
        world.add_message(message)
        self.posting.announce("MESSAGE_CREATE", message)
        return message
