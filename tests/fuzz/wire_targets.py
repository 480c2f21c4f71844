"""Targets that read what comes over the network.

A target returns, whatever the bytes. An exception is a bug.
"""

import contextlib
import json
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board, Turn
from rtms_tray.capture.context import Context
from rtms_tray.capture.events import Unknown
from rtms_tray.doctor.check_report import from_json
from rtms_tray.runtime.event_log import EventLog, in_one_line
from rtms_tray.store.environment import COMMERCIAL, custom
from rtms_tray.support.units import SECOND
from rtms_tray.zoom.errors import SignInFailed, ZoomTrouble
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.feeds.event_connection import read_frame
from rtms_tray.zoom.json_values import as_int, as_iso_moment, as_moment, as_number, parse_object
from rtms_tray.zoom.oauth import read_token
from rtms_tray.zoom.replies import (
    LONGEST_MESSAGE,
    LONGEST_WAIT_S,
    read_meeting,
    read_meetings,
    read_reply,
    read_user,
    zoom_ahead,
)
from rtms_tray.zoom.sign_in import read_answer
from tests.helpers.manual_clock import NOON

STATE: Final = "the-state-of-this-very-sign-in"
_DIRECTION_MARKS: Final = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ASKED: Final = e.Meeting("uuid-1==", "98712345670")


def is_plain(text: str) -> bool:
    """Tell whether a text has no line breaks, control characters or changes of direction."""
    kinds = {unicodedata.category(sign) for sign in text}
    return not kinds & {"Cc", "Zl", "Zp", "Cs"} and not _DIRECTION_MARKS.search(text)


def event(data: bytes) -> None:
    """Zoom's events (JSON)."""
    read = decode(data, NOON)
    assert isinstance(read.at, int)
    assert read == decode(data, NOON)


def story(data: bytes) -> None:
    """Any events, one a line, for a meeting that was requested."""
    board = boards.turn(Board(context=Context(me="me")), e.FeedUp(NOON), NOON).board
    board = boards.turn(board, e.StartRequested("98712345670"), NOON).board
    now = NOON
    for line in data.splitlines():
        now += SECOND
        board = _after(board, line, now)
    assert len(board.sessions) >= 1


def _after(board: Board, line: bytes, now: int) -> Board:
    turn: Turn = boards.turn(board, decode(line, now), now)
    due = boards.deadline(turn.board)
    if due is not None and due <= now:
        turn = boards.turn(turn.board, e.Tick(), now)
    return turn.board


def frame(data: bytes) -> None:
    """Frames of Zoom's event socket."""
    read = read_frame(data)
    if read is not None:
        assert len(read.words) <= len(read.content) + 1
        assert is_plain(read.words)
        event(read.content.encode(errors="surrogatepass"))


def reply(data: bytes) -> None:
    """Replies to REST calls: status, headers and body."""
    status, headers, body = _split(data)
    read = read_reply(status, headers, body, NOON)
    assert len(read.message) <= LONGEST_MESSAGE
    assert read.retry_after_s is None or 0 <= read.retry_after_s <= LONGEST_WAIT_S
    ahead = zoom_ahead(headers, NOON)
    assert ahead is None or isinstance(ahead, int)


def token_reply(data: bytes) -> None:
    """Replies of the authorization server: a grant, or an error in Zoom's words."""
    status, _, body = _split(data)
    try:
        grant = read_token(status, body, NOON)
    except ZoomTrouble as trouble:
        assert trouble.text
        return
    assert grant.access_token.isascii()
    assert grant.access_token.isprintable()
    assert " " not in grant.access_token + grant.refresh_token
    assert NOON <= grant.expires_at <= NOON + 24 * 3600 * SECOND
    _api_base(grant.api_url)


def _api_base(told: str | None) -> None:
    base = COMMERCIAL.trusted_api(told)
    host = base.removeprefix("https://").removesuffix("/v2")
    assert host == "zoom.us" or host.removesuffix(":443").endswith(".zoom.us")


def _split(data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Take the first line for status and Retry-After ("429 60"), the second for Date, the rest for the body."""
    head, _, rest = data.partition(b"\n")
    date, _, body = rest.partition(b"\n")
    number, _, wait = head.partition(b" ")
    status = int(number) if number.isdigit() and len(number) == len("200") else 200
    texts = (wait.decode("latin-1"), date.decode("latin-1"))
    return status, dict(zip(("retry-after", "date"), texts, strict=True)), body


def listing(data: bytes) -> None:
    """Replies about people and meetings."""
    fields = parse_object(data)
    if fields is None:
        return
    user = read_user(fields)
    assert user is None or user.id
    for meeting in read_meetings(fields):
        assert meeting.number or meeting.uuid
        assert is_plain(meeting.topic)
    assert read_meeting(fields, _ASKED).meeting.uuid == _ASKED.uuid


def value(data: bytes) -> None:
    """Single values of Zoom's JSON."""
    with contextlib.suppress(ValueError, RecursionError):
        one = json.loads(data)
        number, moment = as_number(one), as_moment(one)
        assert number is None or (number.isascii() and number.isdigit())
        assert moment is None or moment > 0
        as_int(one)
        as_iso_moment(one)


def inspector(data: bytes) -> None:
    """The inspector's text of an event: plain, without its secrets."""
    shown = EventLog()
    shown.add(Received(Unknown("", NOON), data.decode(errors="replace"), NOON))
    shown.add(Received(Unknown("", NOON), f'{{"pwd": {json.dumps(data.decode("latin-1"))}}}', NOON))
    second, first = shown.newest()
    assert first.text.encode() or not data
    assert is_plain(first.name)
    assert is_plain(first.text.replace("\n", "").replace("\t", ""))
    assert json.loads(second.text)["pwd"] in ("…", "")
    assert is_plain(in_one_line(data.decode(errors="replace")))


def doctor_answer(data: bytes) -> None:
    """The running program's answer to the doctor, of any version."""
    with contextlib.suppress(ValueError, RecursionError):
        for finding in from_json(json.loads(data)):
            assert finding.text is not None


def api_url(data: bytes) -> None:
    """API addresses: a token goes to Zoom's own hosts only."""
    text = data.decode(errors="surrogateescape")
    _api_base(text)
    with contextlib.suppress(ValueError):
        own = custom(text, text, "")
        assert own.oauth.startswith(("https://", "http://"))
        assert own.trusted_api("https://evil.test") == own.api


def sign_in_answer(data: bytes) -> None:
    """The browser's answer: a code counts only with the state of this sign-in."""
    query = data.decode("latin-1")
    try:
        code = read_answer(query, STATE)
    except SignInFailed as failed:
        assert failed.text
        return
    assert STATE in unquote(query)
    assert code
