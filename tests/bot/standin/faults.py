"""Discord's refusals: an HTTP status, a code, and for a bad form the path of every field at fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """Answered as `{"code", "message"}` with its status."""

    def __init__(self, status: int, code: int, message: str, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}{f' {dict(errors)}' if errors else ''}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.errors:
            body["errors"] = self.errors
        return body


class ClientWouldNot(AssertionError):
    """A test acts as a user in a way that Discord's own client does not offer, such as on a disabled button."""


UNAUTHORIZED = (401, 0, "401: Unauthorized")
UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_USER = (404, 10013, "Unknown User")
UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
ENTITY_TOO_LARGE = (413, 40005, "Request entity too large")
ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
MAXIMUM_FOLLOWUPS = (400, 40094, "Maximum number of follow up messages reached for this interaction")
MISSING_ACCESS = (403, 50001, "Missing Access")
NOT_YOURS = (403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
CANNOT_DM = (403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
INVALID_TOKEN = (401, 50027, "Invalid Webhook Token")
ARCHIVED = (400, 50083, "Thread is archived")
HAS_THREAD = (400, 160004, "A thread has already been created for this message")
NO_HISTORY = (403, 160002, "Cannot reply without permission to read message history")
AUTOMOD = (400, 200000, "Message was blocked by automatic moderation")


def error(fault: tuple[int, int, str]) -> ApiError:
    return ApiError(*fault)


class Problems:
    """Collects what is wrong with a form, field by field, and raises it all at once as Discord does (50035)."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Notes a fault at a dotted path, "embeds.0.title"; "" is the form itself."""
        node = self._tree
        for step in filter(None, path.split(".")):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: str, value: object, least: int, most: int, *, required: bool = True) -> bool:
        """Whether a field is a string of `least` to `most` characters; notes why not."""
        if value is None:
            if required:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return not required
        if not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
            return False
        count = width(value)
        if least and not value.strip():
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif least <= count <= most:
            return True
        elif least == 0:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        else:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        return False

    def number(self, path: str, value: object, least: int, most: int) -> None:
        """Notes a number that is out of bounds; a missing one is fine."""
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif not least <= value <= most:
            self.add(path, "NUMBER_TYPE_BETWEEN", f"int value should be between {least} and {most}.")

    def size(self, path: str, value: object, least: int, most: int) -> list[Any]:
        """The field as a list; notes one of the wrong size or kind."""
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        return value

    def choice(self, path: str, value: object, allowed: tuple[object, ...]) -> bool:
        """Whether a field is one of some values; notes why not."""
        if value in allowed and not isinstance(value, bool):
            return True
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, allowed))}}}.")
        return False

    def url(self, path: str, value: object, *, most: int = 2048, schemes: tuple[str, ...] = ("http", "https")) -> None:
        """Notes a URL that is none, too long, or of another scheme; a missing one is fine."""
        if value is None:
            return
        if not isinstance(value, str) or "://" not in value or value.split("://", 1)[0].lower() not in schemes:
            self.add(path, "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of {schemes}.")
        elif width(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not value.split("://", 1)[1].strip("/") or any(character.isspace() for character in value):
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")

    def check(self) -> None:
        """Raises what was found, if anything."""
        if self._tree:
            raise ApiError(400, 50035, "Invalid Form Body", self._tree)


def width(text: str) -> int:
    """A text's length in UTF-16 units.

    Discord's client counts these, its API counts characters: what is within the limit so is within both.
    """
    return len(text) + sum(ord(character) > 0xFFFF for character in text)
