"""What comes over the wire, given to whatever reads it: each target takes any bytes and must bear them.

A target returns quietly, or fails by an exception that nobody has promised: that is a bug.
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
from rtms_tray.capture.events import Unknown
from rtms_tray.doctor.report import from_json
from rtms_tray.runtime.event_log import Inspector, in_one_line
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
    meetings_of,
    read_reply,
    seen_in,
    user_of,
    zoom_ahead,
)
from rtms_tray.zoom.sign_in import read_answer
from tests.helpers.manual_clock import NOON

STATE: Final = "the-state-of-this-very-sign-in"
_TURNING: Final = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ASKED: Final = e.Meeting("uuid-1==", "98712345670")


def is_plain(text: str) -> bool:
    """Tell whether a text stays on its line, and turns no other one round."""
    kinds = {unicodedata.category(sign) for sign in text}
    return not kinds & {"Cc", "Zl", "Zp", "Cs"} and not _TURNING.search(text)


def event(data: bytes) -> None:
    """Zoom's events (JSON)."""
    read = decode(data, NOON)
    assert isinstance(read.at, int)
    assert read == decode(data, NOON)


def story(data: bytes) -> None:
    """Any events, one a line, on a board with a meeting that was asked for: it never raises."""
    board = boards.to_all(Board(me="me"), e.FeedUp(NOON), NOON).board
    board = boards.ask(board, e.StartRequested("98712345670"), NOON).board
    now = NOON
    for line in data.splitlines():
        now += SECOND
        board = _heard(board, line, now)
    assert len(board.sessions) >= 1


def _heard(board: Board, line: bytes, now: int) -> Board:
    turn: Turn = boards.from_zoom(board, decode(line, now), now)
    due = boards.deadline(turn.board)
    if due is not None and due <= now:
        turn = boards.to_all(turn.board, e.Tick(), now)
    return turn.board


def frame(data: bytes) -> None:
    """Frames of Zoom's event socket."""
    read = read_frame(data)
    if read is not None:
        assert len(read.words) <= len(read.content) + 1
        assert is_plain(read.words)
        event(read.content.encode(errors="surrogatepass"))


def reply(data: bytes) -> None:
    """Answers to REST calls: status, headers and body, whatever they are."""
    status, headers, body = _parted(data)
    read = read_reply(status, headers, body, NOON)
    assert len(read.message) <= LONGEST_MESSAGE
    assert read.retry_after_s is None or 0 <= read.retry_after_s <= LONGEST_WAIT_S
    ahead = zoom_ahead(headers, NOON)
    assert ahead is None or isinstance(ahead, int)


def token_reply(data: bytes) -> None:
    """Answers of the authorization server: a grant, or an error that is Zoom's and tells no token."""
    status, _, body = _parted(data)
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


def _parted(data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Take the first line for status and Retry-After ("429 60"), the second for Date, the rest for the body."""
    head, _, rest = data.partition(b"\n")
    date, _, body = rest.partition(b"\n")
    number, _, wait = head.partition(b" ")
    status = int(number) if number.isdigit() and len(number) == len("200") else 200
    texts = (wait.decode("latin-1"), date.decode("latin-1"))
    return status, dict(zip(("retry-after", "date"), texts, strict=True)), body


def listing(data: bytes) -> None:
    """Answers that tell of people and meetings."""
    fields = parse_object(data)
    if fields is None:
        return
    user = user_of(fields)
    assert user is None or user.id
    for meeting in meetings_of(fields):
        assert meeting.number or meeting.uuid
        assert is_plain(meeting.topic)
    assert seen_in(fields, _ASKED).meeting.uuid == _ASKED.uuid


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
    """What the inspector shows of an event: text, without the secrets that it names."""
    shown = Inspector()
    shown.take(Received(Unknown("", NOON), data.decode(errors="replace"), NOON))
    shown.take(
        Received(Unknown("", NOON), f'{{"pwd": {json.dumps(data.decode("latin-1"))}}}', NOON)
    )
    second, first = shown.newest()
    assert first.text.encode() or not data
    assert is_plain(first.name)
    assert is_plain(first.text.replace("\n", "").replace("\t", ""))
    assert json.loads(second.text)["pwd"] in ("…", "")
    assert is_plain(in_one_line(data.decode(errors="replace")))


def doctor_answer(data: bytes) -> None:
    """What the running program answers to the doctor, of whichever version it is."""
    with contextlib.suppress(ValueError, RecursionError):
        for finding in from_json(json.loads(data)):
            assert finding.text is not None


def api_url(data: bytes) -> None:
    """Addresses that Zoom or the user names: a token goes to Zoom's own hosts only."""
    text = data.decode(errors="surrogateescape")
    _api_base(text)
    with contextlib.suppress(ValueError):
        own = custom(text, text, "")
        assert own.oauth.startswith(("https://", "http://"))
        assert own.trusted_api("https://evil.test") == own.api


def sign_in_answer(data: bytes) -> None:
    """What the browser brings back: a code only with the state of this very sign-in."""
    query = data.decode("latin-1")
    try:
        code = read_answer(query, STATE)
    except SignInFailed as failed:
        assert failed.text
        return
    assert STATE in unquote(query)
    assert code
