"""One session as people read it: words for everything, true checks, what happened."""

import re

import pytest

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Aside, Happened, Session, Streams
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.session_words import answer_words
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    ALL_CODES,
    SESSION_STATES,
    in_state,
    refused,
    session,
    timeline,
    unverified,
)

S = CaptureState
NOW = Context(now=NOON)
COMMANDS = frozenset(
    [
        "resend",
        "stop",
        "pause",
        "resume",
        "give-up",
        "remind",
        "fall-back",
        "message",
        "acknowledge",
        "tell",
        *("show", "start", "sign-in", "unlock"),
    ]
)
"""What can be done about a session."""
PROGRAM_COMMANDS = frozenset(
    [
        *("sign-in", "sign-in-address", "sign-out", "cancel-sign-in"),
        *("unlock", "switch-account", "reconnect"),
    ]
)
MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-z]+;|\{|\}")


@pytest.mark.parametrize("code", [None, *ALL_CODES])
def test_there_are_words_for_everything(code: Code | None) -> None:
    for state in SESSION_STATES:
        case = session(state, code)
        for variant in (case, unverified(case), refused(case, code or Code.OFFLINE)):
            _has_words(variant)


def _has_words(case: Session) -> None:
    view = session_view(case, NOW)
    for words in (view.title, view.text, answer_words(view)):
        assert words.strip(), case.state
        assert words[0].isupper() or words.startswith("rtms-tray"), words
    for words in (view.title, view.text, view.remedy, view.details):
        assert not MARKUP.search(words), words
    assert view.unverified is not case.verified
    assert {action.name for action in view.actions} <= COMMANDS


@pytest.mark.parametrize("code", [Code.SILENCE, Code.ASKED_HOST_PRESENT, Code.CANNOT_SEE])
def test_in_silence_one_question_is_asked_about_one_condition(code: Code) -> None:
    state = S.NO_ANSWER if code is Code.SILENCE else S.PENDING_APPROVAL
    view = session_view(session(state, code), NOW)
    assert (view.question, view.asks) == ("Is the host in the meeting?", Condition.HOST_PRESENT)
    told = {Condition.HOST_PRESENT: Evidence(Value.YES, Source.USER, NOON)}
    answered = session_view(replace(session(state, code), known=told), NOW)
    assert (answered.question, answered.asks) == (
        "Has the host approved your app?",
        Condition.HOST_APPROVES,
    )


@pytest.mark.parametrize("state", [S.SHARING, S.DENIED, S.STOPPED, S.RESEND_NEEDED])
def test_where_the_reason_is_known_no_question_is_asked(state: CaptureState) -> None:
    view = session_view(in_state(state), NOW)
    assert (view.question, view.asks) == ("", None)


def test_a_session_names_the_reasons_whose_words_it_says() -> None:
    began = session_view(session(S.SHARING), NOW)
    assert began.tells(Code.BEGAN)
    assert not began.tells(Code.BEGAN_ELSEWHERE)
    assert session_view(session(S.ENDED), NOW).reason is None
    told = session_view(refused(session(S.SHARING, Code.SEEN_BY_USER), Code.NOT_RUNNING), NOW)
    assert told.reason is not None
    assert told.refusal is not None
    assert (told.reason.code, told.refusal.code) == (Code.SEEN_BY_USER, Code.NOT_RUNNING)
    assert told.tells(Code.SEEN_BY_USER)
    assert told.tells(Code.NOT_RUNNING)
    assert not told.tells("")


def test_a_reason_names_zooms_number_and_words() -> None:
    case = replace(in_state(S.REFUSED), why=Why(Code.REFUSED_OTHERWISE, 4242, "No <b>way</b>."))
    view = session_view(case, NOW)
    assert "4242" in view.text
    assert "No <b>way</b>" in view.details
    assert "<b>" not in view.text + view.title
    assert "unknown" in session_view(session(S.REFUSED, Code.REFUSED_OTHERWISE), NOW).text


def test_a_rate_limit_names_the_time() -> None:
    case = replace(in_state(S.REFUSED), why=Why(Code.RATE_LIMITED, 429, until=NOON + 5 * MINUTE))
    assert re.search(r" at \d\d:\d\d\.$", session_view(case, NOW).remedy)


def test_a_rate_limit_of_another_day_names_the_day() -> None:
    case = replace(in_state(S.REFUSED), why=Why(Code.RATE_LIMITED, 429, until=NOON + 36 * HOUR))
    assert re.search(r" at \d{1,2} \w{3} \d\d:\d\d\.$", session_view(case, NOW).remedy)


def test_what_was_refused_to_a_live_session_is_said_and_the_state_stays() -> None:
    view = session_view(refused(in_state(S.SHARING), Code.NOT_RUNNING), NOW)
    assert (view.title, view.attention) == ("Capturing", True)
    assert "nothing is running" in view.text


def test_somebody_elses_stream_is_mentioned() -> None:
    case = replace(in_state(S.PENDING_APPROVAL), streams=Streams(foreign=frozenset({"stream"})))
    assert "someone else" in session_view(case, NOW).text


def test_conditions_are_listed_with_a_mark() -> None:
    known = {
        Condition.HOST_PRESENT: Evidence(Value.YES, Source.EVENT, NOON),
        Condition.OWNER_PRESENT: Evidence(Value.LEFT, Source.EVENT, NOON),
    }
    view = session_view(replace(in_state(S.NO_ANSWER), known=known), NOW)
    marks = {check.condition: check.mark for check in view.checks}
    assert marks[Condition.HOST_PRESENT] is Value.YES
    assert marks[Condition.OWNER_PRESENT] is Value.NO
    assert marks[Condition.HOST_APPROVES] is Value.UNKNOWN
    assert session_view(in_state(S.ENDED), NOW).checks == ()


def test_an_absent_host_is_no_obstacle_to_what_runs() -> None:
    known = {Condition.HOST_PRESENT: Evidence(Value.NO, Source.EVENT, NOON)}
    (check,) = session_view(replace(in_state(S.SHARING), known=known), NOW).checks
    assert (check.text, check.mark) == ("The host isn't in the meeting", None)


@pytest.mark.parametrize(
    ("condition", "value", "words", "mark"),
    [
        (Condition.HOST_APPROVAL_REQUIRED, Value.UNKNOWN, "The host must approve", None),
        (Condition.HOST_APPROVAL_REQUIRED, Value.NO, "The host doesn't have to approve", True),
        (Condition.IN_BREAKOUT_ROOM, Value.NO, "You aren't in a breakout room", True),
        (Condition.IN_BREAKOUT_ROOM, Value.YES, "You are in a breakout room", False),
        (Condition.HOST_PRESENT, Value.NO, "The host isn't in the meeting", False),
    ],
)
def test_a_tick_means_that_it_keeps_no_data_away(
    condition: Condition, value: Value, words: str, *, mark: bool | None
) -> None:
    known = {condition: Evidence(value, Source.EVENT, NOON)}
    checks = session_view(replace(in_state(S.NO_ANSWER), known=known), NOW).checks
    check = next(check for check in checks if check.condition is condition)
    marks = {True: Value.YES, False: Value.NO, None: Value.UNKNOWN}
    assert (check.text, check.mark) == (words, marks[mark])
    assert check.evidence.value is value


@pytest.mark.parametrize("choice", AutoResend)
def test_resending_by_itself_is_offered_where_the_host_is_awaited(choice: AutoResend) -> None:
    for state in SESSION_STATES:
        context = Context(policy=Policy(auto_resend=choice))
        offered = session_view(in_state(state), context).auto_resend
        if state in {S.WAITING_FOR_HOST, S.RESEND_NEEDED}:
            assert offered is (choice is AutoResend.HOST_JOINED)
        else:
            assert offered is None


def test_what_happened_says_how_much_it_cost() -> None:
    line = timeline(
        (NOON, SpanKind.LOST, ""),
        (NOON + 8 * MINUTE, SpanKind.CAPTURED, ""),
        (NOON + 16 * MINUTE, SpanKind.LOST, ""),
    )
    story = (
        Happened(NOON, S.REQUESTING, None),
        Happened(NOON + MINUTE // 2, S.NO_ANSWER, Why(Code.SILENCE)),
        Happened(NOON + 8 * MINUTE, S.SHARING, None),
        Happened(NOON + 16 * MINUTE, S.STOPPED, Why(Code.STOPPED_BY_YOU)),
    )
    case = replace(in_state(S.STOPPED), story=story, timeline=line)
    texts = [
        happening.text for happening in session_view(case, NOW.at(NOON + 20 * MINUTE)).happened
    ]
    assert texts[1:] == ["Capturing", "No response · 7 min 30 s lost", "Sending the request…"]
    assert "lost" not in texts[0]  # it goes on: the summary counts it


def test_the_summary_says_what_became_of_the_time() -> None:
    line = timeline(
        (NOON, SpanKind.LOST, ""),
        (NOON + 8 * MINUTE, SpanKind.CAPTURED, ""),
        (NOON + 16 * MINUTE, SpanKind.PAUSED, ""),
    )
    case = replace(in_state(S.PAUSED), timeline=line)
    assert session_view(case, Context(now=NOON + 18 * MINUTE)).summary == (
        "Captured 8 of 18 min · 2 min paused · 8 min lost"
    )
    short = replace(case, timeline=timeline((NOON, SpanKind.LOST, "")))
    assert session_view(short, Context(now=NOON + MINUTE - 1)).summary == ""


# --- what changes nothing -----------------------------------------------------------------------


def test_verified_sharing_says_quietly_that_a_pause_in_zoom_is_not_told() -> None:
    quiet = "If somebody pauses capture in Zoom's own window, Zoom doesn't tell rtms-tray"
    assert session_view(session(S.SHARING), NOW).details == quiet
    for other in (unverified(session(S.SHARING)), session(S.PAUSED, Code.PAUSED_BY_YOU)):
        assert quiet not in session_view(other, NOW).details


@pytest.mark.parametrize("aside", Aside)
def test_what_zoom_said_to_others_is_a_line_under_details(aside: Aside) -> None:
    waits = session(S.PENDING_APPROVAL, Code.ASKED)
    before, after = session_view(waits, NOW), session_view(replace(waits, asides=(aside,)), NOW)
    assert after.details not in {"", before.details}
    assert (after.title, after.text) == (before.title, before.text)


def test_what_the_receiver_vouches_for_is_received() -> None:
    spans = timeline((NOON - HOUR, SpanKind.CAPTURED, ""))
    shared = replace(session(S.SHARING), timeline=spans)
    assert session_view(shared, NOW).summary.startswith("Captured")
    streams = replace(shared.streams, received_at=NOON)
    received = session_view(replace(shared, streams=streams), NOW)
    assert received.summary.startswith("Received")
    assert "Your app last received data at" in received.details


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (S.PENDING_APPROVAL, Code.ASKED),
        (S.NO_ANSWER, Code.SILENCE),
        (S.REFUSED, Code.NOT_ENTITLED_TO_START),
    ],
)
def test_an_owner_who_is_not_there_is_scenario_10(state: S, code: Code) -> None:
    away = Evidence(Value.NO, Source.EVENT, NOON)
    one = replace(session(state, code), known={Condition.OWNER_PRESENT: away})
    assert 10 in session_view(one, NOW).scenarios
    there = replace(one, known={Condition.OWNER_PRESENT: replace(away, value=Value.YES)})
    assert 10 not in session_view(there, NOW).scenarios


def test_but_not_where_the_host_is_not_there_either() -> None:
    away = Evidence(Value.NO, Source.EVENT, NOON)
    known = {Condition.OWNER_PRESENT: away, Condition.HOST_PRESENT: away}
    one = replace(session(S.WAITING_FOR_HOST, Code.HOST_ABSENT), known=known)
    assert session_view(one, NOW).scenarios == (4,)


def test_a_stop_without_a_reason_names_no_number() -> None:
    view = session_view(session(S.STOPPED, Code.STOP_WITHOUT_REASON), NOW)
    assert view.text == "Zoom gave no reason."
    assert "-1" not in f"{view.title} {view.text} {view.details}"
