"""A slash command as a user fills it in: checked as Discord's client checks, written as Discord sends it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bot.standin.clock import Clock
from tests.bot.standin.faults import ClientWouldNot
from tests.bot.standin.messages import Attachment
from tests.bot.standin.payloads import attachment_json, channel_json, member_json, role_json, user_json
from tests.bot.standin.validate_commands import SUB_COMMAND, SUB_COMMAND_GROUP
from tests.bot.standin.world import Channel, Guild, Role, User

Json = dict[str, Any]

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    NUMBER: (int, float),
    ATTACHMENT: (Attachment,),
}


@dataclass(slots=True)
class Filled:
    """The options as sent, and what their ids stand for."""

    options: list[Json] = field(default_factory=list)
    resolved: dict[str, dict[str, Json]] = field(default_factory=dict)


def find_leaf(command: Mapping[str, Any], path: Sequence[str]) -> list[Mapping[str, Any]]:
    """The command and its sub-commands along a path of names.

    Raises:
        ClientWouldNot: there is no such sub-command, or the path ends before one.
    """
    chain = [command]
    for name in path:
        below = chain[-1].get("options") or []
        found = [item for item in below if item["name"] == name and item["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
        if not found:
            raise ClientWouldNot(f"/{command['name']} has no sub-command {' '.join(path)!r}")
        chain.append(found[0])
    if any(item["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for item in chain[-1].get("options") or []):
        raise ClientWouldNot(f"/{command['name']} needs a sub-command after {' '.join(path)!r}")
    return chain


def fill(
    command: Mapping[str, Any],
    path: Sequence[str],
    values: Mapping[str, Any],
    clock: Clock,
    guild: Guild | None,
    *,
    focused: str = "",
) -> Filled:
    """The options for `values`. `focused`: the one being typed, of an autocomplete; then nothing else is required.

    Raises:
        ClientWouldNot: a value is unknown, missing, or not of the kind, length or choice that the command wants.
    """
    chain = find_leaf(command, path)
    known = {item["name"]: item for item in chain[-1].get("options") or []}
    for name in values:
        if name not in known:
            raise ClientWouldNot(f"/{command['name']} has no option {name!r}, only {sorted(known)}")
    filled = Filled()
    for name, option in known.items():
        if name not in values:
            if option.get("required") and not focused:
                raise ClientWouldNot(f"/{command['name']} needs {name!r}")
            continue
        _check_value(option, values[name], typing=name == focused)
        item: Json = {"name": name, "type": option["type"], "value": _plain(values[name])}
        if name == focused:
            item["focused"] = True
        filled.options.append(item)
        for kind, key, body in _resolve(values[name], clock, guild):
            filled.resolved.setdefault(kind, {})[key] = body
    for link in reversed(chain[1:]):
        filled.options = [{"name": link["name"], "type": link["type"], "options": filled.options}]
    return filled


def _check_value(option: Mapping[str, Any], value: Any, *, typing: bool) -> None:
    name = option["name"]
    if typing:
        return
    wanted = _TYPES[option["type"]]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise ClientWouldNot(f"{name!r} takes {wanted}, not {value!r}")
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        raise ClientWouldNot(f"{name!r} offers no {value!r}")
    size = len(value) if isinstance(value, str) else value
    ends = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    if isinstance(size, (int, float)) and not isinstance(value, bool):
        least, most = option.get(ends[0]), option.get(ends[1], 6000 if isinstance(value, str) else None)
        if (least is not None and size < least) or (most is not None and size > most):
            raise ClientWouldNot(f"{name!r} takes {least} to {most}, not {size}")
    if isinstance(value, Channel) and option.get("channel_types") and int(value.kind) not in option["channel_types"]:
        raise ClientWouldNot(f"{name!r} takes no channel of kind {value.kind!r}")


def _plain(value: Any) -> Any:
    return str(value.id) if isinstance(value, (User, Channel, Role, Attachment)) else value


def _resolve(value: Any, clock: Clock, guild: Guild | None) -> Iterator[tuple[str, str, Json]]:
    if isinstance(value, User):
        yield "users", str(value.id), user_json(value)
        if guild is not None and value.id in guild.members:
            member = member_json(guild.members[value.id], clock, with_user=False)
            yield "members", str(value.id), member | {"permissions": "0"}
    elif isinstance(value, Channel):
        yield "channels", str(value.id), channel_json(value, clock) | {"permissions": "0"}
    elif isinstance(value, Role):
        yield "roles", str(value.id), role_json(value)
    elif isinstance(value, Attachment):
        yield "attachments", str(value.id), attachment_json(value)


def fill_form(modal: Mapping[str, Any], values: Mapping[str, Any]) -> list[Json]:
    """A modal's components as a user submits them. `values` by custom_id or by label.

    Raises:
        ClientWouldNot: a value is for no field, missing, or not of the length or choice that the field wants.
    """
    left = dict(values)
    submitted = [_submit_top(component, left) for component in modal["components"]]
    if left:
        raise ClientWouldNot(f"the modal has no field {sorted(left)}")
    return submitted


def _submit_top(component: Mapping[str, Any], left: dict[str, Any]) -> Json:
    number = component.get("id", 0)
    if component["type"] == 10:
        return {"type": 10, "id": number}
    if component["type"] == 18:
        inner = component["component"]
        return {"type": 18, "id": number, "component": _submit_field(inner, component["label"], left)}
    inner = component["components"][0]
    return {"type": 1, "id": number, "components": [_submit_field(inner, inner["label"], left)]}


def _submit_field(part: Mapping[str, Any], label: str, left: dict[str, Any]) -> Json:
    key = part["custom_id"] if part["custom_id"] in left else label
    value = left.pop(key, None)
    body = {"type": part["type"], "id": part.get("id", 0), "custom_id": part["custom_id"]}
    if part["type"] == 4:
        text = part.get("value") or "" if value is None else value
        _check_typed(part, label, text)
        return body | {"value": text}
    required = part.get("required", True)
    if part["type"] == 23:
        return body | {"value": bool(part.get("default") if value is None else value)}
    if value is None and required:
        raise ClientWouldNot(f"the modal needs {label!r}")
    offered = [option["value"] for option in part.get("options") or []]
    chosen = [] if value is None else [value] if isinstance(value, str) else list(value)
    if any(item not in offered for item in chosen):
        raise ClientWouldNot(f"{label!r} offers {offered}, not {chosen}")
    return body | ({"value": chosen[0] if chosen else None} if part["type"] == 21 else {"values": chosen})


def _check_typed(part: Mapping[str, Any], label: str, text: str) -> None:
    if not text:
        if part.get("required", True):
            raise ClientWouldNot(f"the modal needs {label!r}")
        return
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if not least <= len(text) <= most:
        raise ClientWouldNot(f"{label!r} takes {least} to {most} characters, not {len(text)}")
