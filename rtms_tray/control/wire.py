"""The protocol of the control socket: JSON, one object a line. Shared by server and client.

Request: {"schema": 1, "command": "start", "arguments": {"meeting": "…"}}, and "key" over TCP.
Replies: any number of {"say": {…}}, then {"exit": 0, "text": "…", "data": …}.
"""

import json
from collections.abc import Mapping
from typing import Final

from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

SCHEMA: Final = 1
MAX_REQUEST_BYTES: Final = 64 * 1024
MAX_ARGUMENTS: Final = 32
OPEN_ENDED: Final = frozenset({"watch", "sign-in", "record"})
"""Commands that may take any time, and end when the client disconnects."""


class BadRequestError(Exception):
    """A request that cannot be understood; says why, to its sender."""


class BadReplyError(Exception):
    """A reply that cannot be understood; says what to do."""


def request_line(command: Command, key: str = "") -> bytes:
    """Write a request; over TCP, `key` proves that the client can read the profile."""
    request = {"schema": SCHEMA, "command": command.name, "arguments": dict(command.arguments)}
    return _line({**request, "key": key} if key else request)


def read_request(line: bytes) -> tuple[Command, str]:
    """Read a request and its key; raises BadRequestError."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise BadRequestError(text("control.request.not_json")) from None
    if not isinstance(request, dict) or request.get("schema") != SCHEMA:
        raise BadRequestError(text("control.request.wrong_schema", schema=SCHEMA))
    name, key = request.get("command"), request.get("key", "")
    if not isinstance(name, str) or not name or not isinstance(key, str):
        raise BadRequestError(text("control.request.no_command"))
    return Command(name, _arguments(request.get("arguments", {}))), key


def _arguments(given: object) -> Mapping[str, str]:
    if not isinstance(given, dict) or len(given) > MAX_ARGUMENTS:
        raise BadRequestError(text("control.request.wrong_arguments"))
    if not all(isinstance(value, str) for value in given.values()):
        raise BadRequestError(text("control.request.wrong_argument"))
    return given


def say_line(words: Mapping[str, object]) -> bytes:
    """Write what comes before the answer."""
    return _line({"say": words})


def answer_line(answer: Answer) -> bytes:
    """Write the answer, which is the last line; raises TypeError or ValueError if its data is no JSON."""
    return _line({"exit": int(answer.exit), "text": answer.text, "data": answer.data})


def read_reply(line: bytes) -> Answer | Mapping[str, object]:
    """Read a reply: the answer, or what comes before it; raises BadReplyError."""
    try:
        reply = json.loads(line)
        if "say" in reply:
            return dict(reply["say"])
        return Answer(Exit(reply["exit"]), str(reply["text"]), reply["data"])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise BadReplyError(text("control.client.strange_answer")) from error


def _line(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"
