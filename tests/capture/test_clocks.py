"""Zoom's clock: a date that lies, an event of the future, an event that comes late."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.clocks import ZoomClock
from rtms_tray.capture.events import Action
from rtms_tray.capture.session import Requests
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import DATES_KEPT
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import GUEST, ME, MEETING, NUMBER, Stage, brought_to
from tests.helpers.manual_clock import NOON

_S = CaptureState


def dated(*ahead: int) -> ZoomClock:
    clock = ZoomClock()
    for one in ahead:
        clock = clock.after(e.ZoomDated(one), NOON)
    return clock


def event(ahead: int, now: int = NOON) -> e.ParticipantJoined:
    return e.ParticipantJoined(MEETING, GUEST, now + ahead)


def test_the_median_of_the_last_five_dates_counts() -> None:
    assert dated(500).ahead == 500
    assert dated(0, 700, HOUR, 900, 800).ahead == 800
    assert dated(*[5_000] * DATES_KEPT, *[1_000] * 3).ahead == 1_000
    assert len(dated(*range(20)).dates) == DATES_KEPT


def test_a_reply_to_a_request_has_a_date_too() -> None:
    reply = e.Replied(1, Action.START, e.Outcome.ACCEPTED, zoom_ahead_ms=900)
    assert ZoomClock().after(reply, NOON).ahead == 900
    nothing = e.Replied(1, Action.START, e.Outcome.ACCEPTED)
    assert dated(400).after(nothing, NOON).ahead == 400


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_date_an_hour_off_is_not_believed_without_an_event(off: int) -> None:
    assert dated(off).ahead == 0


@pytest.mark.parametrize(
    ("date", "event_ahead", "ahead"),
    [
        (HOUR, 0, 0), (-HOUR, 0, 0),  # the date is wrong
        (HOUR, HOUR - 400, HOUR), (-HOUR, -HOUR - 400, -HOUR),  # this machine's clock is
        (HOUR, 25 * MINUTE, HOUR),  # late, but of the future by this machine's clock
        (-HOUR, -50 * MINUTE, 0),  # late, but of the future by the date
        (HOUR, -10 * MINUTE, 0),  # late by both
        (-HOUR, 2 * HOUR, 0), (29 * SECOND, 0, 29 * SECOND), (29 * SECOND, -HOUR, 29 * SECOND),
    ],
)  # fmt: skip
def test_the_newest_event_tells_which_clock_is_right(
    date: int, event_ahead: int, ahead: int
) -> None:
    assert dated(date).after(event(event_ahead), NOON).ahead == ahead


def test_an_event_that_lies_behind_the_newest_never_moves_the_clock() -> None:
    clock = dated(-HOUR).after(event(0), NOON)
    assert clock.after(event(-HOUR), NOON).ahead == 0
    later = NOON + 11 * MINUTE
    assert clock.after(event(-HOUR, later), later).ahead == -HOUR, "the newest is too old to tell"


def test_what_an_event_told_holds_until_something_else_is_told() -> None:
    clock = dated(HOUR).after(event(HOUR), NOON)
    later = NOON + 3 * HOUR
    assert clock.after(e.ZoomDated(HOUR + 900), later).ahead == HOUR + 450
    for _ in range(DATES_KEPT):
        clock = clock.after(e.ZoomDated(2 * HOUR), later)
    assert clock.ahead == 0
    assert clock.after(event(0, later), later).ahead == 0


@pytest.mark.parametrize("off", [5 * MINUTE, -5 * MINUTE])
def test_an_event_that_comes_late_takes_nothing_back(off: int) -> None:
    clock = dated(off).after(event(off), NOON)
    later = NOON + 12 * MINUTE
    assert clock.after(event(off - 14 * MINUTE, later), later).ahead == off
    assert clock.after(event(off - 5 * MINUTE, later), later).ahead == off, "as if on time here"
    assert clock.after(event(off + 5 * MINUTE, later), later).ahead == 0, "it is of the future"


def test_what_an_earlier_run_knew_goes_on() -> None:
    clock = ZoomClock.ahead_by(HOUR).after(e.ZoomDated(HOUR), NOON)
    assert clock.ahead == HOUR
    assert ZoomClock.ahead_by(0) == ZoomClock()


def test_no_event_is_of_the_future_but_for_what_a_clock_may_be_off() -> None:
    clock = dated(500)
    assert clock.dated(event(1_500), NOON) == event(1_500)
    assert clock.dated(event(HOUR), NOON) == event(500)
    assert clock.dated(e.Tick(), NOON) == e.Tick()


def test_one_start_an_hour_ahead_counts_from_now_and_stops_as_usual() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.started(ago_s=-3600)
    assert (stage.state, stage.session.since) == (_S.SHARING, stage.now)
    stage.wait(60)
    stage.stopped(1)
    assert stage.state == _S.STOPPED
    assert stage.spans()[SpanKind.CAPTURED] == 60


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_date_an_hour_off_changes_nothing(off: int) -> None:
    stage = Stage()
    stage.joins(GUEST)
    stage.all(e.ZoomDated(off))
    stage.ask()
    stage.reply(zoom_ahead_ms=off)
    stage.wait(10)
    stage.started()
    assert (stage.state, stage.session.since) == (_S.SHARING, stage.now)
    stage.wait(30)
    assert stage.spans()[SpanKind.CAPTURED] == 30


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_the_request_is_dated_anew_once_an_event_shows_which_clock_is_right(off: int) -> None:
    stage = Stage()
    stage.zoom_ahead = off
    stage.ask()
    stage.reply()
    asked_at = stage.now
    assert stage.session.requests.asked_at == asked_at
    stage.all(e.FeedUp(stage.now))
    stage.zoom(e.StreamStarted(e.Meeting(number=NUMBER), "a", ME, stage.at()))
    assert stage.session.requests.asked_at == asked_at + off
    assert (stage.state, stage.session.since) == (_S.SHARING, stage.now)


def test_a_session_that_nobody_asked_for_here_has_no_request_to_date_anew() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    session = replace(stage.session, requests=Requests())
    board = replace(Board(), sessions=(session,))
    event_an_hour_ahead = e.ParticipantJoined(MEETING, GUEST, stage.now + HOUR)
    board = board.after(e.ZoomDated(HOUR), stage.now).after(event_an_hour_ahead, stage.now)
    assert board.context.zoom_ahead == HOUR
    assert board.sessions == (session,)


def test_a_clock_that_dates_have_told_is_newer_than_an_earlier_runs() -> None:
    stage = brought_to(_S.SHARING)
    board = Board().after(e.ZoomDated(500), stage.now)
    restored = boards.restore(board, stage.session, stage.now, HOUR, stage.now).board
    assert restored.context.zoom_ahead == 500
    fresh = boards.restore(Board(), stage.session, stage.now, HOUR, stage.now).board
    assert fresh.context.zoom_ahead == HOUR
