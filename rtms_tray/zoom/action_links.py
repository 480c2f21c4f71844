"""Links that have rtms-tray send a request: `rtms-tray:start?meeting=…` and `rtms-tray:resend?meeting=…`.

Any web page can open one. So it can name a meeting and nothing else, and nothing is done before a person agrees.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from rtms_tray.store.setup_link import SCHEME
from rtms_tray.support.texts import text
from rtms_tray.zoom.meeting_reference import (
    MeetingReferenceError,
    join_link,
    parse_meeting_or_uuid,
    parse_new_meeting,
)

START: Final = "start"
RESEND: Final = "resend"
_BEGINNING: Final = re.compile(rf"{SCHEME}:(?://)?({START}|{RESEND})(?![a-z0-9])", re.IGNORECASE)
_LINK: Final = re.compile(rf"{_BEGINNING.pattern}/?(?:\?([!-~]*))?", re.IGNORECASE)
_LONGEST: Final = 8_000
_MEETING: Final = "meeting"


class ActionLinkError(ValueError):
    """A link that is not followed; says why, in words for people."""


class ActionLink(NamedTuple):
    """What a link asks for."""

    action: str
    meeting: str = ""  # its number or, to resend, its UUID; empty: the only one that is open
    link: str = ""  # the join link, where it gave one: for the fallback


def is_action_link(given: str) -> bool:
    """Whether this is such a link, sound or not."""
    return _BEGINNING.match(given.strip()) is not None


def parse_action_link(given: str) -> ActionLink:
    """Read a link; raises ActionLinkError for one that says more or less than it may."""
    given = given.strip()
    match = _LINK.fullmatch(given) if len(given) <= _LONGEST else None
    if match is None:
        raise ActionLinkError(text("link.no_link"))
    action, query = match[1].lower(), match[2] or ""
    meeting = _meeting_in(query)
    if action == START:
        return _start(meeting)
    return ActionLink(RESEND, _checked(meeting) if meeting else "")


def _meeting_in(query: str) -> str:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"
        )
    except ValueError:
        raise ActionLinkError(text("link.no_link")) from None
    if unknown := sorted({key for key, _ in pairs} - {_MEETING}):
        raise ActionLinkError(text("link.unknown_key", part=repr(unknown[0][:40])))
    if len(pairs) > 1:
        raise ActionLinkError(text("link.key_twice"))
    return pairs[0][1].strip() if pairs else ""


def _start(meeting: str) -> ActionLink:
    if not meeting:
        raise ActionLinkError(text("link.missing"))
    try:
        number, _ = parse_new_meeting(meeting)
    except MeetingReferenceError as error:
        raise ActionLinkError(text("link.wrong_meeting", problem=error.text)) from None
    if number is None:  # nobody can check a UUID
        raise ActionLinkError(text("link.no_number"))
    return ActionLink(START, number, join_link(meeting) or "")


def _checked(meeting: str) -> str:
    try:
        return parse_meeting_or_uuid(meeting)
    except MeetingReferenceError as error:
        raise ActionLinkError(text("link.wrong_meeting", problem=error.text)) from None
