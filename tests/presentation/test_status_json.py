"""The status JSON against a schema of its own."""

import json

import pytest

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.events import Meeting
from rtms_tray.capture.memory import Colleague, Memory
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.session import Session, Stream, Streams
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.presentation.overview import OverviewInputs, overview
from rtms_tray.presentation.status_json import rfc3339, status_json
from rtms_tray.presentation.status_text import status_text
from rtms_tray.presentation.view_model import AccountView, FeedView, Notice, SignInState
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import MINUTE, SECOND
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    ALL_CODES,
    SESSION_STATES,
    SIGNED_IN,
    WITHOUT_REASON,
    board,
    in_state,
    overview_inputs,
    refused,
    session,
    timeline,
    unverified,
)
from tests.helpers.status_schema import check

S = CaptureState
NOON_TEXT = "2026-10-31T12:00:00Z"


def as_json(*sessions: Session, beside: OverviewInputs | None = None) -> dict[str, object]:
    """Make the status of some sessions, through JSON as a reader gets it."""
    beside = beside or overview_inputs()
    watched = board(*sessions)
    written = json.dumps(status_json(overview(watched, beside, NOON + MINUTE), NOON + MINUTE))
    found = json.loads(written)
    assert isinstance(found, dict)
    check(found)
    return found


def the_session(status: dict[str, object]) -> dict[str, object]:
    """The only session in it."""
    sessions = status["sessions"]
    assert isinstance(sessions, list)
    (only,) = sessions
    assert isinstance(only, dict)
    return only


@pytest.mark.parametrize("state", SESSION_STATES)
def test_every_state_and_reason_is_as_the_interface_says(state: CaptureState) -> None:
    for code in (*ALL_CODES, None):
        if code is None and state not in WITHOUT_REASON:
            continue
        case = session(state, code)
        for variant in (case, unverified(case), refused(case, Code.NOT_RUNNING)):
            status = as_json(variant)
            assert the_session(status)["state"] == state


def test_the_example_of_the_interface() -> None:
    known = {Condition.HOST_PRESENT: Evidence(Value.YES, Source.EVENT, NOON)}
    status = as_json(replace(session(S.RESEND_NEEDED, Code.HOST_JOINED_LATER), known=known))
    assert (status["schema"], status["overall"], status["overall_verified"]) == (
        1, "resend_needed", True,
    )  # fmt: skip
    assert (status["signed_in"], status["user"]) == (
        True, {"id": "me", "email": "olive@example.com"},
    )  # fmt: skip
    assert status["feed"] == {
        "kind": "zoom", "host": None, "connected": True, "since": NOON_TEXT,
        "last_event_at": None, "next_try_at": None, "error": None,
    }  # fmt: skip
    found = the_session(status)
    assert found["actions"] == ["resend", "give_up"]
    assert (found["scenarios"], found["rules"]) == ([4], ["S2"])
    assert (found["stream_id"], found["captured_s"], found["unverified_since"]) == (None, 0, None)
    assert found["conditions"] == {
        "host_present": {
            "value": "yes", "source": "event", "at": NOON_TEXT, "contradicted_by": None,
        }
    }  # fmt: skip


def test_contradicting_evidence_is_kept() -> None:
    other = Evidence(Value.NO, Source.USER, NOON - MINUTE)
    known = {Condition.HOST_PRESENT: Evidence(Value.YES, Source.EVENT, NOON, other)}
    conditions = the_session(as_json(replace(in_state(S.NO_ANSWER), known=known)))["conditions"]
    assert isinstance(conditions, dict)
    assert conditions["host_present"]["contradicted_by"]["source"] == "user"


def test_numbers_are_texts_and_the_unknown_is_null() -> None:
    found = the_session(as_json(replace(in_state(S.SHARING), meeting=Meeting(uuid="/a+b=="))))
    assert (found["meeting_id"], found["meeting_uuid"]) == (None, "/a+b==")
    assert the_session(as_json(in_state(S.SHARING)))["meeting_id"] == "98712345670"


def test_only_a_living_stream_is_named() -> None:
    stream = Stream("abc", NOON, NOON)
    sharing = replace(in_state(S.SHARING), streams=Streams(stream))
    assert the_session(as_json(sharing))["stream_id"] == "abc"
    for over in (
        replace(sharing, streams=Streams(replace(stream, stopped=True))),
        replace(in_state(S.STOPPED), streams=Streams(stream)),
    ):
        assert the_session(as_json(over))["stream_id"] is None


def test_times_and_sums() -> None:
    line = timeline((NOON, SpanKind.LOST, ""), (NOON + 20 * SECOND, SpanKind.CAPTURED, ""))
    found = the_session(as_json(replace(unverified(in_state(S.SHARING)), timeline=line)))
    assert found["unverified_since"] == NOON_TEXT
    assert (found["lost_s"], found["captured_s"], found["paused_s"], found["unknown_s"]) == (
        20, 40, 0, 0,
    )  # fmt: skip
    assert rfc3339(NOON + 999) == NOON_TEXT
    assert rfc3339(None) is None


@pytest.mark.parametrize(
    ("account", "signed_in"),
    [
        (SIGNED_IN, True),
        (AccountView(SignInState.LOCKED, "me", None), True),
        (AccountView(SignInState.LOCKED), False),
        (AccountView(SignInState.SIGNING_IN, "me", None), True),
        (AccountView(SignInState.SIGNING_IN), False),
        (AccountView(SignInState.SIGNED_OUT), False),
        (AccountView(SignInState.NOT_CONFIGURED), False),
    ],
)
def test_who_counts_as_signed_in(account: AccountView, *, signed_in: bool) -> None:
    status = as_json(beside=overview_inputs(account))
    assert status["signed_in"] is signed_in
    assert (status["user"] is not None) is (account.user_id is not None)


def test_the_severity_is_the_one_that_is_heard() -> None:
    reason = the_session(as_json(in_state(S.REFUSED)))["reason"]
    assert isinstance(reason, dict)
    assert reason["severity"] == "attention"


def test_sessions_stay_in_their_order() -> None:
    sessions = as_json(in_state(S.ENDED, 1), in_state(S.SHARING, 2))["sessions"]
    assert isinstance(sessions, list)
    assert [status["state"] for status in sessions] == ["ended", "sharing"]


def test_the_feeds_trouble_and_notices_are_told() -> None:
    feed = FeedView("zoom", connected=False, text="not connected: Why.", error="Why.",
                    next_try_at=NOON)  # fmt: skip
    notice = Notice("feed_offline", Severity.INFO, "Event feed not connected", "Why.", "What.")
    status = as_json(beside=OverviewInputs(SIGNED_IN, feed, (notice,)))
    found = status["feed"]
    assert isinstance(found, dict)
    assert (found["error"], found["next_try_at"], found["connected"]) == ("Why.", NOON_TEXT, False)
    notices = status["notices"]
    assert isinstance(notices, list)
    assert notices[0]["code"] == "feed_offline"


def test_colleagues_streams_are_shown_where_they_are_wanted() -> None:
    colleague = Colleague(Meeting(number="98712345671"), NOON)
    watched = replace(board(), memory=Memory(colleagues={"c": colleague}))
    for wanted in (False, True):
        view = overview(watched, replace(overview_inputs(), watches_all=wanted), NOON)
        status = status_json(view, NOON)
        check(status)
        listed = [{"meeting_id": "98712345671", "since": NOON_TEXT, "verified": True}]
        assert status["colleagues"] == (listed if wanted else [])
        words = "Captured by someone else: Meeting 987 1234 5671"
        assert (words in status_text(view, NOON)) is wanted


def test_a_colleagues_stream_in_a_watched_meeting_is_told_by_its_session() -> None:
    case = replace(in_state(S.SHARING), streams=Streams(foreign=frozenset({"c"})))
    memory = Memory(colleagues={"c": Colleague(case.meeting, NOON)})
    watched = replace(board(case), memory=memory)
    assert overview(watched, replace(overview_inputs(), watches_all=True), NOON).colleagues == ()


def test_silence_says_what_still_fits_and_asks() -> None:
    status = the_session(as_json(in_state(S.NO_ANSWER)))
    assert status["scenarios"] == [4, 7, 3, 1, 2, 10]
    assert (status["ask_next"], len(as_list(status["fits"]))) == ("host_present", 7)
    known = {Condition.OWNER_CLIENT_SUPPORTED: Evidence(Value.NO, Source.MACHINE, NOON)}
    told = the_session(as_json(replace(in_state(S.NO_ANSWER), known=known)))
    assert as_list(told["scenarios"])[0] == 3
    assert (told["ask_next"], told["fits"]) == (None, [])
    assert told["rules"] == ["B4", "B0", "B3"]


def as_list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
