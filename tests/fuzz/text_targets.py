"""Targets that read what people type or paste."""

import contextlib
import io
import re
from urllib.parse import urlsplit

from rtms_tray.cli.main import shield_value
from rtms_tray.cli.output import one_line, plain
from rtms_tray.cli.parser import make_parser
from rtms_tray.history.search import search_for
from rtms_tray.store.log import redacted
from rtms_tray.store.setup_link import SetupLinkError, parse_setup_link, write_setup_link
from rtms_tray.zoom.action_links import ActionLinkError, is_action_link, parse_action_link
from rtms_tray.zoom.client_version import is_supported, parse_version, short_version
from rtms_tray.zoom.meeting_reference import (
    MeetingReferenceError,
    join_link,
    parse_meeting,
    parse_meeting_or_uuid,
    parse_new_meeting,
)
from tests.helpers.manual_clock import NOON

NUMBER = re.compile(r"[0-9]{9,11}")
_ZOOMS = re.compile(r"([a-z0-9-]+\.)*(zoom\.us|zoom\.com|zoom\.com\.cn|zoomgov\.com|zoom-x\.de)\.?")


def text_of(data: bytes) -> str:
    """Decode bytes as the operating system does for arguments."""
    return data.decode(errors="surrogateescape")


def meeting(data: bytes) -> None:
    """A meeting, as people name it: a number, a link, a `zoommtg:` URL, an invitation."""
    text = text_of(data)
    for read in (parse_meeting, parse_meeting_or_uuid):
        with contextlib.suppress(MeetingReferenceError):
            found = read(text)
            assert NUMBER.fullmatch(found) or found == text.strip()
    try:
        number, uuid = parse_new_meeting(text)
    except MeetingReferenceError as error:
        assert error.text
        assert error.remedy
    else:
        assert NUMBER.fullmatch(number or "123456789")
        assert (number is None) is not (uuid is None)


def link(data: bytes) -> None:
    """The join link for the fall-back: on Zoom's own host, or none."""
    found = join_link(text_of(data))
    if found is not None:
        parts = urlsplit(found)
        assert parts.scheme in {"http", "https", "zoommtg", "zoomus"}
        assert _ZOOMS.fullmatch(parts.hostname or "")
        assert not parts.username
        assert found.isascii()
        assert found.isprintable()


def setup_link(data: bytes) -> None:
    """A set-up link: of another computer's relay alone, and the same when it is written and read again."""
    with contextlib.suppress(SetupLinkError):
        setup = parse_setup_link(text_of(data))
        assert setup.relay.startswith("https://")
        assert setup.environment in {"commercial", "government"}
        assert setup.name.isprintable()
        assert parse_setup_link(write_setup_link(setup)) == setup


def action_link(data: bytes) -> None:
    """A link that has a request sent: a meeting alone, as digits, or as a UUID to resend."""
    text = text_of(data)
    with contextlib.suppress(ActionLinkError):
        found = parse_action_link(text)
        assert is_action_link(text)
        assert found.action in {"start", "resend"}
        is_number = NUMBER.fullmatch(found.meeting)
        assert is_number or (found.action == "resend" and re.fullmatch(r"[\w+/=-]*", found.meeting))
        assert found.link.isascii()


def search(data: bytes) -> None:
    """The history's search: words never become SQL."""
    found = search_for(text_of(data), NOON)
    assert found.where.count("?") == len(found.values)
    assert not re.search(r"['\";\\]|--", found.where)


def version(data: bytes) -> None:
    """A Zoom client's version."""
    read = parse_version(text_of(data))
    is_supported(read)
    assert read is None or short_version(read)


def terminal(data: bytes) -> None:
    """Text from outside on a terminal: it contains no control characters."""
    for shown in (plain(text_of(data)), one_line(text_of(data))):
        assert not re.search(
            r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown
        )
        shown.encode()


def log_line(data: bytes) -> None:
    """Redaction of log lines: it never fails, and always removes a named token."""
    text = data.decode("latin-1").replace("\n", " ")
    redacted(text)
    assert "TOKEN-THAT-NOBODY-MAY-SEE" not in redacted(
        f"{text} access_token=TOKEN-THAT-NOBODY-MAY-SEE"
    )


def command_line(data: bytes) -> None:
    """The command line: parsed, or refused with the usual exit code."""
    words = [text_of(word) for word in data.split(b"\0")[:8]]
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        try:
            make_parser().parse_known_args(shield_value(words))
        except SystemExit as ended:
            assert ended.code in (0, 2)
