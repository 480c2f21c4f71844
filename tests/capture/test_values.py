"""The values that capture is made of: their names, the numbers that decide, and what is known at the start."""

from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import (
    board,
    clocks,
    context,
    memory,
    people,
    plans,
    rooms,
    session,
    timeline,
    timings,
    updates,
)
from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import (
    UNKNOWN,
    Condition,
    Evidence,
    Known,
    Source,
    Value,
    learn,
    value_of,
)
from rtms_tray.capture.effects import Category, Ignored, Rejection
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.host_messages import Audience
from rtms_tray.capture.reasons import REASONS, Code, Group, Reason, Severity, Why
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.capture.verdict import Verdict
from rtms_tray.support.frozen import asdict

# --- names

NAMED: tuple[type[StrEnum], ...] = (
    Action, Audience, AutoResend, CaptureState, Category, Code, Condition, MeetingStatus, Outcome,
    Rejection, Severity, Source, SpanKind, Timer, Value, Verdict,
)  # fmt: skip
STORED_NAMES: dict[StrEnum, str] = {
    Timer.RETRY_ACTION: "retry_act",
    Timer.NEXT_REQUEST: "ask_again",
    Timer.INTERRUPTION_ALERT: "interruption_heard",
    Timer.FEED_DOWN_ALERT: "blind",
}
"""Histories hold the names that these had first."""


def test_every_value_is_its_name() -> None:
    for names in NAMED:
        expected = [STORED_NAMES.get(one, one.name.lower()) for one in names]
        assert [one.value for one in names] == expected, names


# --- numbers

SECONDS = {
    "GRACE": 5,
    "JOIN_MARGIN": 1,
    "CLOCK_MARGIN": 1,
    "RETRY_BUDGET": 12,
    "REPEAT_EVERY": 60,
    "REPEAT_UNTIL": 3_600,
    "INTERRUPTION_ALERT_AFTER": 5,
    "INTERRUPTION_OVER_AFTER": 75,
    "LEFT_COUNTS_AFTER": 2,
    "NAMED_AHEAD": 60,
    "ROOM_MOVE": 3,
    "ROOM_NEWS": 900,
    "STOP_EXPLAINED_AFTER": 3,
    "MOVE_EXPLAINS_STOP": 5,
    "GOES_ON_WITHIN": 60,
    "BREAKOUT_RETURN": 10,
    "BREAKOUT_EXPLAINS_STOP": 30,
    "OWN_STOP": 60,
    "HAND_OFF_BEFORE": 60,
    "HAND_OFF_AFTER": 15,
    "FEED_DOWN_ALERT_AFTER": 30,
    "LOST_SIGHT_AFTER": 43_200,
    "SILENT_OVER_AFTER": 10_800,
    "ASK_IF_OVER_AFTER": 3_600,
    "CLOCK_IN_QUESTION": 30,
    "NEWEST_EVENT_TELLS_FOR": 600,
    "EVENT_AHEAD": 2,
    "ENDED_LISTED_FOR": 3_600,
    "DENIED_RESEND_PAUSE": 60,
    "TAIL_OF_LOST_RECEIVER": 65,
}


def test_lengths_of_time() -> None:
    assert {name: getattr(timings, name) / 1_000 for name in SECONDS} == SECONDS


def test_rhythms() -> None:
    assert timings.RETRY_DELAYS == (1_000, 2_000, 4_000)
    assert timings.REPEAT_DELAYS == (5_000, 10_000, 20_000)
    assert timings.REMINDERS == (120_000, 300_000, 600_000)
    assert len(timings.RETRY_DELAYS) + 1 == timings.TRIES


def test_how_much_is_remembered() -> None:
    assert (timings.MEETINGS_REMEMBERED, timings.UNPLACED_KEPT) == (1_000, 5)
    assert (timings.DATES_KEPT, timings.FACTS_KEPT) == (5, 1_000)
    assert timings.CONNECTIONS_REMEMBERED == 1_000
    assert updates.LONGEST_STORY == 200
    assert (plans.MOST_PLANS, plans.MOST_SUPPRESSED) == (200, 50)
    full = {str(number): number for number in range(1_000)}
    assert memory.bounded(full) == full
    assert next(iter(memory.bounded({**full, "new": 1}))) == "1"


def test_plans() -> None:
    hour = 3_600_000
    assert (hour, 720 * hour, 24 * hour) == (plans.LATE, plans.KEPT, plans.MISSED_SHOWN_FOR)
    assert (30 * hour, 61 * 60_000) == (plans.LONGEST, plans.AT_LEAST)


def test_what_the_user_has_not_chosen() -> None:
    assert asdict(Policy()) == {
        "auto_resend": AutoResend.ASK,
        "no_answer_after": 20_000,
        "fall_back": False,
        "check_after_gap": False,
    }


def test_nothing_is_assumed_of_a_condition() -> None:
    assert Evidence(Value.UNKNOWN, Source.INFERRED, 0) == UNKNOWN


# --- what a new value holds

MEETING = e.Meeting()
NEW: tuple[tuple[Any, dict[str, Any]], ...] = (
    (e.StartRequested(), {}),
    (e.Person(), {}),
    (MEETING, {}),
    (e.Replied(1, e.Action.START, e.Outcome.ACCEPTED), {"request": 1, "action": "start",
                                                       "outcome": "accepted"}),
    (e.MeetingFetched(MEETING, e.MeetingStatus.STARTED), {"meeting": MEETING, "status": "started"}),
    (e.SignedIn("me"), {"user_id": "me"}),
    (e.ReminderRequested(), {"minutes": 2}),
    (people.People(), {}),
    (people.Connection(e.Person()), {"person": e.Person(), "certain": True}),
    (rooms.Room(), {}),
    (context.Sight(), {}),
    (context.Context(), {"acting": True}),
    (clocks.ZoomClock(), {}),
    (session.Requests(), {}),
    (session.Streams(), {}),
    (session.Doubt(), {}),
    (session.Attention(), {}),
    (session.Request(1, e.Action.START, 2, 3), {"number": 1, "action": "start",
                                               "first_sent_at": 2, "sent_at": 3,
                                               "tries": 1, "open": True}),
    (session.Stream("a", 1, 2), {"stream_id": "a", "started_at": 1, "last_at": 2}),
    (session.Session(1, MEETING), {"number": 1, "meeting": MEETING, "state": CaptureState.IDLE}),
    (timeline.Timeline(), {}),
    (timeline.Mark(1, timeline.SpanKind.LOST), {"at": 1, "kind": "lost"}),
    (memory.Memory(), {}),
    (memory.Remembered(MEETING, 1), {"meeting": MEETING, "last_event_at": 1}),
    (memory.Colleague(MEETING, 1), {"meeting": MEETING, "since": 1}),
    (board.Board(), {}),
    (board.Turn(board.Board()), {}),
    (plans.Plan("1", 2), {"number": "1", "made_at": 2}),
    (plans.Suppression("1", None, 2), {"number": "1", "at": 2}),
    (Why(Code.ASKED), {"code": "asked"}),
    (Ignored("a", "b"), {"event": "a", "because": "b"}),
    (Reason(Code.ASKED, None, Group.WAITING), {"code": "asked", "group": "waiting"}),
)  # fmt: skip
PARTS = (
    people.People, rooms.Room, context.Sight, context.Context, clocks.ZoomClock, timeline.Timeline,
    memory.Memory, board.Board,
    session.Requests, session.Streams, session.Doubt, session.Attention,
)  # fmt: skip


def said(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the program's values
    """Name the fields that hold anything; parts of their own have rows of their own."""
    values = asdict(thing)
    values.pop("policy", None)
    return {
        name: value
        for name, value in values.items()
        if value not in (None, False, 0, "", (), {}, frozenset()) and not isinstance(value, PARTS)
    }


def test_only_what_is_given_is_there() -> None:
    for thing, held in NEW:
        assert said(thing) == held, type(thing)


# --- conditions

HOST_PRESENT = Condition.HOST_PRESENT
evidences = st.builds(
    Evidence, st.sampled_from(Value), st.sampled_from(Source), st.integers(0, 9), st.none()
)


def test_unknown_without_evidence() -> None:
    assert value_of({}, HOST_PRESENT) is Value.UNKNOWN


def test_newer_evidence_wins_and_keeps_what_it_contradicts() -> None:
    old, new = Evidence(Value.YES, Source.EVENT, 1), Evidence(Value.NO, Source.USER, 2)
    known = learn(learn({}, HOST_PRESENT, old), HOST_PRESENT, new)
    assert known[HOST_PRESENT] == Evidence(Value.NO, Source.USER, 2, old)


def test_older_evidence_that_comes_late_loses() -> None:
    old, new = Evidence(Value.YES, Source.EVENT, 1), Evidence(Value.NO, Source.USER, 2)
    known = learn(learn({}, HOST_PRESENT, new), HOST_PRESENT, old)
    assert known[HOST_PRESENT] == Evidence(Value.NO, Source.USER, 2, old)


def test_agreeing_evidence_is_as_new_as_its_newest() -> None:
    first, second = Evidence(Value.YES, Source.EVENT, 1), Evidence(Value.YES, Source.USER, 2)
    assert learn(learn({}, HOST_PRESENT, first), HOST_PRESENT, second)[HOST_PRESENT] == second
    assert learn(learn({}, HOST_PRESENT, second), HOST_PRESENT, first)[HOST_PRESENT] == second


def test_not_knowing_contradicts_nothing() -> None:
    known = learn({}, HOST_PRESENT, Evidence(Value.YES, Source.EVENT, 1))
    taken_back = Evidence(Value.UNKNOWN, Source.USER, 2)
    assert learn(known, HOST_PRESENT, taken_back)[HOST_PRESENT] == taken_back


@given(st.lists(evidences, max_size=8))
def test_any_order_ends_with_the_newest_value(evidence: list[Evidence]) -> None:
    known: Known = {}
    for one in evidence:
        known = learn(known, HOST_PRESENT, one)
    newest = max((one.at for one in evidence), default=0)
    values = {one.value for one in evidence if one.at == newest} or {Value.UNKNOWN}
    assert value_of(known, HOST_PRESENT) in values


# --- severities

SILENT = (
    Code.ASKED, Code.APPROVAL_PENDING, Code.ASKED_HOST_PRESENT, Code.CANNOT_SEE, Code.REPLY_LOST,
    Code.MEETING_NOT_STARTED, Code.HOST_ABSENT,
    Code.SEEN_BY_USER, Code.PAUSED_BY_YOU, Code.PAUSE_SEEN_BY_USER, Code.STOPPED_BY_YOU, Code.TOLD_STOPPED,
    Code.STOP_MEETING_ENDED, Code.GIVEN_UP, Code.INFERRED, Code.LOST_SIGHT,
)  # fmt: skip
INFO = (
    Code.RESENT_FOR_HOST, Code.ASKED_AHEAD, Code.BEGAN, Code.BEGAN_ELSEWHERE, Code.ALREADY_RUNNING,
    Code.ROOMS_OPEN, Code.IN_BREAKOUT_ROOM, Code.RECEIVER_LIVE, Code.GOES_ON_UNDER_NEW_HOST,
)  # fmt: skip
ATTENTION = (
    Code.HOST_JOINED_LATER, Code.HOST_MAYBE_JOINED, Code.SILENCE, Code.SILENCE_OWN_MEETING, Code.OWNER_CLIENT_OLD,
    Code.BEGAN_AFTER_GIVE_UP, Code.CAPTURED_BY_OTHER, Code.BACK_FROM_BREAKOUT,
    Code.RECEIVER_MAYBE_BACK, Code.BLIND, Code.REMINDER, Code.MAYBE_OVER, Code.STOP_YOU_LEFT,
    Code.LEFT_OR_IN_ROOM, Code.LEFT_ON_ONE_DEVICE, Code.MAYBE_IN_ROOM, Code.ROOM_MAYBE_LEFT, Code.NEW_HOST,
    Code.DENIED, Code.DENIED_TOLD, Code.RTMS_DISABLED, Code.NOT_SUPPORTED, Code.NOT_ALLOW_LISTED,
    Code.NOT_ENTITLED_TO_START, Code.NOT_A_PANELIST, Code.OPERATION_FAILED, Code.USER_UNKNOWN,
    Code.MEETING_ID_INVALID, Code.MEETING_UNKNOWN, Code.SCOPE_MISSING, Code.REFUSED_OTHERWISE,
    Code.SIGN_IN_NEEDED, Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE, Code.RATE_LIMITED,
    Code.SERVER_TROUBLE, Code.OFFLINE, Code.CONCURRENCY_LIMITED, Code.UNSEEN,
    Code.START_FAILED, Code.RECEIVER_PAUSED,
)  # fmt: skip
WANTED: dict[Code, Severity | None] = {
    **dict.fromkeys(Code, Severity.CRITICAL),
    **dict.fromkeys(SILENT),
    **dict.fromkeys(INFO, Severity.INFO),
    **dict.fromkeys(ATTENTION, Severity.ATTENTION),
}


@pytest.mark.parametrize("code", Code)
def test_each_reason_is_as_loud_as_it_should_be(code: Code) -> None:
    assert REASONS[code].severity is WANTED[code]
