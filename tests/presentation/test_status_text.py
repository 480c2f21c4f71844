"""The status as the command line prints it."""

import pytest

from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import OverviewInputs, overview
from rtms_tray.presentation.status_text import status_line, status_text
from rtms_tray.presentation.view_model import AccountView, Notice, SignInState
from rtms_tray.presentation.wording import lasting
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    SIGNED_IN,
    board,
    in_state,
    overview_inputs,
    session,
)

S = CaptureState
NOON_TEXT = "2026-10-31T12:00:00Z"


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (-5, "0 s"),
        (59 * SECOND, "59 s"),
        (MINUTE, "1 min"),
        (HOUR, "1 h"),
        (2 * HOUR + 5 * MINUTE, "2 h 5 min"),
    ],
)
def test_lengths_of_time(ms: int, said: str) -> None:
    assert lasting(ms) == said


def test_the_words_hold_all_that_matters() -> None:
    notice = Notice("x", Severity.INFO, "Muted until 12:30", "Only lost data.", "")
    beside = OverviewInputs(SIGNED_IN, overview_inputs().feed, (notice,))
    watched = board(
        replace(in_state(S.REFUSED), why=Why(Code.RTMS_DISABLED, 13267, "Zoom's words"))
    )
    words = status_text(overview(watched, beside, NOON + MINUTE), NOON + MINUTE)
    for part in (
        "Not capturing · This meeting doesn't allow app capture for 59 s",
        "signed in as olive@example.com",
        "connected",
        "! Muted until 12:30",
        "Meeting 987 1234 5670",
        "13267",
        "Zoom's words",
        "resend",
    ):
        assert part in words, words
    assert not [line for line in words.splitlines() if line != line.rstrip()]


def test_one_line_is_one_line() -> None:
    watched = board(in_state(S.SHARING))
    view = overview(watched, overview_inputs(), NOON + MINUTE)
    assert status_line(view, NOON + MINUTE) == "Capturing for 59 s · Meeting 987 1234 5670"
    assert status_line(view, None) == "Capturing · Meeting 987 1234 5670"
    empty = overview(board(), overview_inputs(), NOON)
    assert status_line(empty, NOON) == "Ready"


@pytest.mark.parametrize("state", list(SignInState))
def test_every_standing_has_words(state: SignInState) -> None:
    for account in (AccountView(state), AccountView(state, "me", "olive@example.com")):
        words = status_text(overview(board(), overview_inputs(account), NOON), NOON)
        (line,) = [line for line in words.splitlines() if line.startswith("Account: ")]
        assert line.removeprefix("Account: ").strip()
        assert "as ," not in line


def test_silence_in_words() -> None:
    silent = session(S.PENDING_APPROVAL, Code.ASKED_HOST_PRESENT)
    words = status_text(overview(board(silent), overview_inputs(), NOON), NOON)
    assert "Possible reasons, most likely first:\n  - The host isn't in the meeting" in words
    assert "Help narrow it down: Is the host in the meeting?" in words


def test_the_live_meeting_comes_first_and_what_is_over_last() -> None:
    over, other, live = (
        in_state(S.ENDED, 1),
        in_state(S.WAITING_FOR_MEETING, 2),
        in_state(S.SHARING, 3),
    )
    sessions = [
        replace(one, meeting=replace(one.meeting, number=f"9871234567{one.number}"))
        for one in (over, other, live)
    ]
    view = overview(board(*sessions), overview_inputs(), NOON + MINUTE)
    words = status_text(view, NOON + MINUTE)
    listed = [line for line in words.splitlines() if line.startswith("Meeting 987")]
    assert [line[len("Meeting 987 1234 567")] for line in listed] == ["3", "2", "1"]
    assert [one.state for one in view.sessions] == [
        S.ENDED,
        S.WAITING_FOR_MEETING,
        S.SHARING,
    ]  # as in the JSON
