"""What people see of sessions: words for everything, the right one leading, acts that exist."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.events import Meeting
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.session import Attention, Happened, Session, Streams
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind, Timeline
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.presentation.overview import OverviewInputs, leading, overview
from rtms_tray.presentation.session_view import answer_words, session_view
from rtms_tray.presentation.view_model import AccountView, Notice, SignInState
from rtms_tray.presentation.wording import grouped, meeting_name
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    ALL_CODES,
    SESSION_STATES,
    acknowledged,
    around,
    board,
    in_state,
    refused,
    session,
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
        made = session(state, code)
        for one in (made, unverified(made), refused(made, code or Code.OFFLINE)):
            _has_words(one)


def _has_words(made: Session) -> None:
    view = session_view(made, NOW)
    for words in (view.title, view.text, answer_words(view)):
        assert words.strip(), made.state
        assert words[0].isupper() or words.startswith("rtms-tray"), words
    for words in (view.title, view.text, view.remedy, view.details):
        assert not MARKUP.search(words), words
    assert view.unverified is not made.verified
    assert {action.name for action in view.actions} <= COMMANDS


# --- which state leads --------------------------------------------------------------------------

RANKS: tuple[tuple[Session, ...], ...] = (
    (in_state(S.STOPPED), in_state(S.STOPPED_PERMANENTLY), in_state(S.INTERRUPTED)),
    (in_state(S.RESEND_NEEDED), acknowledged(in_state(S.RESEND_NEEDED))),
    (
        in_state(S.DENIED),
        in_state(S.REFUSED),
        in_state(S.NO_ANSWER),
        session(S.STOPPED, Code.STOP_YOU_LEFT),
    ),
    (acknowledged(in_state(S.INTERRUPTED)),),
    (
        in_state(S.REQUESTING),
        in_state(S.WAITING_FOR_MEETING),
        in_state(S.WAITING_FOR_HOST),
        in_state(S.PENDING_APPROVAL),
    ),
    (in_state(S.SHARING), in_state(S.PAUSED), in_state(S.PAUSED_BREAKOUT)),
    (
        session(S.STOPPED, Code.STOPPED_BY_YOU),
        *(
            acknowledged(in_state(state))
            for state in (S.DENIED, S.REFUSED, S.NO_ANSWER, S.STOPPED, S.STOPPED_PERMANENTLY)
        ),
    ),
    (in_state(S.ENDED),),
)
"""The order of states.md: who comes first leads."""


@pytest.mark.parametrize("higher", range(len(RANKS)))
@pytest.mark.parametrize("lower", range(len(RANKS)))
def test_the_more_urgent_one_leads(higher: int, lower: int) -> None:
    if higher >= lower:
        return
    for first in RANKS[higher]:
        for second in RANKS[lower]:
            newer = replace(second, number=2, since=NOON + 9)
            assert leading((first, newer)) is first, (first.state, newer.state)
            assert leading((newer, first)) is first, (first.state, newer.state)


def test_of_equals_the_newest_leads() -> None:
    older, newer = in_state(S.SHARING, 1), in_state(S.SHARING, 2)
    assert leading((older, newer)) is newer
    assert leading((newer, older)) is newer
    assert leading(()) is None


def test_a_live_session_that_cannot_be_seen_asks_for_attention_and_still_stands_for_all() -> None:
    blind = replace(unverified(in_state(S.SHARING)), attention=Attention(feed_down=True))
    view = overview(board(blind), around(), NOON)
    assert (view.overall, view.verified, view.attention) == (S.SHARING, False, True)
    assert view.title == text("session.unverified_sharing")


@pytest.mark.parametrize(
    ("account", "overall"),
    [
        (SignInState.SIGNED_IN, S.IDLE),
        (SignInState.LOCKED, S.IDLE),
        (SignInState.SIGNING_IN, S.SIGNED_OUT),
        (SignInState.SIGNED_OUT, S.SIGNED_OUT),
        (SignInState.NOT_CONFIGURED, S.SIGNED_OUT),
    ],
)
def test_without_an_open_session_the_account_decides(
    account: SignInState, overall: CaptureState
) -> None:
    surroundings = around(AccountView(account))
    for watched in (board(), board(in_state(S.ENDED))):
        view = overview(watched, surroundings, NOON)
        assert (view.overall, view.verified, view.since) == (overall, True, None)
        assert view.title
    view = overview(board(in_state(S.SHARING)), surroundings, NOON)
    assert view.overall is S.SHARING
    assert {action.name for action in view.actions} <= PROGRAM_COMMANDS


@pytest.mark.parametrize("code", [Code.SILENCE, Code.ASKED_HOST_PRESENT, Code.CANNOT_SEE])
def test_in_silence_one_question_is_asked_about_one_condition(code: Code) -> None:
    state = S.NO_ANSWER if code is Code.SILENCE else S.PENDING_APPROVAL
    view = session_view(session(state, code), NOW)
    assert (view.question, view.asks) == ("Is the host in the meeting?", Condition.HOST_PRESENT)
    told = {Condition.HOST_PRESENT: Evidence(Value.YES, Source.USER, NOON)}
    answered = session_view(replace(session(state, code), known=told), NOW)
    assert (answered.question, answered.asks) == (
        "Has the host approved the app?",
        Condition.HOST_APPROVES,
    )


@pytest.mark.parametrize("state", [S.SHARING, S.DENIED, S.STOPPED, S.RESEND_NEEDED])
def test_where_the_reason_is_known_no_question_is_asked(state: CaptureState) -> None:
    view = session_view(in_state(state), NOW)
    assert (view.question, view.asks) == ("", None)


# --- the whole ----------------------------------------------------------------------------------


def test_the_overview_keeps_the_order_and_names_the_leader() -> None:
    first, second = in_state(S.SHARING, 1), in_state(S.RESEND_NEEDED, 2)
    view = overview(board(first, second), around(), NOON)
    assert [one.key for one in view.sessions] == ["s1", "s2"]
    assert view.lead is not None
    assert (view.lead.key, view.title, view.since) == ("s2", view.lead.headline, second.since)


def test_the_tooltip_is_plain_and_names_no_topic() -> None:
    notice = Notice("x", Severity.ATTENTION, "Event feed not connected", "Why.", "What.")
    surroundings = OverviewInputs(around().account, around().feed, (notice,))
    view = overview(board(in_state(S.PENDING_APPROVAL)), surroundings, NOON)
    assert view.tooltip.splitlines() == [
        "rtms-tray",
        "Not capturing yet – request sent",
        "Meeting 987 1234 5670",
        "Event feed not connected",
    ]
    assert view.attention


def test_an_info_notice_asks_for_no_attention() -> None:
    notice = Notice("muted", Severity.INFO, "Muted", "", "")
    assert not overview(
        board(), OverviewInputs(around().account, around().feed, (notice,)), NOON
    ).attention


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


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("98712345670", "987 1234 5670"),
        ("1234567890", "123 456 7890"),
        ("123456789", "123 456 789"),
        ("", ""),
    ],
)
def test_numbers_are_grouped_as_zoom_does(number: str, shown: str) -> None:
    assert grouped(number) == shown


@given(st.text("0123456789", max_size=15))
def test_grouping_loses_no_digit(number: str) -> None:
    assert grouped(number).replace(" ", "") == number


def test_a_meeting_without_a_number_is_named_by_its_uuid() -> None:
    made = replace(in_state(S.SHARING), meeting=Meeting(uuid="abcdefghijkl=="))
    assert meeting_name(made.meeting) == "Meeting abcdefgh…"
    assert meeting_name(Meeting()) == "Meeting ?…"


def test_a_reason_names_zooms_number_and_words() -> None:
    made = replace(in_state(S.REFUSED), why=Why(Code.REFUSED_OTHERWISE, 4242, "No <b>way</b>."))
    view = session_view(made, NOW)
    assert "4242" in view.text
    assert "No <b>way</b>" in view.details
    assert "<b>" not in view.text + view.title
    assert "unknown" in session_view(session(S.REFUSED, Code.REFUSED_OTHERWISE), NOW).text


def test_a_rate_limit_names_the_time() -> None:
    made = replace(in_state(S.REFUSED), why=Why(Code.RATE_LIMITED, 429, until=NOON + 5 * MINUTE))
    assert re.search(r"at \d\d:\d\d\.$", session_view(made, NOW).remedy)


def test_what_was_refused_to_a_live_session_is_said_and_the_state_stays() -> None:
    view = session_view(refused(in_state(S.SHARING), Code.NOT_RUNNING), NOW)
    assert (view.title, view.attention) == ("Capturing", True)
    assert "nothing is running" in view.text


def test_somebody_elses_stream_is_mentioned() -> None:
    made = replace(in_state(S.PENDING_APPROVAL), streams=Streams(foreign=frozenset({"stream"})))
    assert "someone else" in session_view(made, NOW).text


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
        offered = session_view(in_state(state), context).resends_itself
        if state in {S.WAITING_FOR_HOST, S.RESEND_NEEDED}:
            assert offered is (choice is AutoResend.HOST_JOINED)
        else:
            assert offered is None


def test_what_happened_says_how_much_it_cost() -> None:
    line = Timeline().mark(NOON, SpanKind.LOST).mark(NOON + 8 * MINUTE, SpanKind.CAPTURED)
    line = line.mark(NOON + 16 * MINUTE, SpanKind.LOST)
    story = (
        Happened(NOON, S.REQUESTING, None),
        Happened(NOON + MINUTE // 2, S.NO_ANSWER, Why(Code.SILENCE)),
        Happened(NOON + 8 * MINUTE, S.SHARING, None),
        Happened(NOON + 16 * MINUTE, S.STOPPED, Why(Code.STOPPED_BY_YOU)),
    )
    made = replace(in_state(S.STOPPED), story=story, timeline=line)
    told = [one.text for one in session_view(made, NOW.at(NOON + 20 * MINUTE)).happened]
    assert told[1:] == ["Capturing", "No response · 7 min lost", "Sending the request…"]
    assert "lost" not in told[0]  # it goes on: the summary counts it


def test_the_summary_says_what_became_of_the_time() -> None:
    line = (
        Timeline()
        .mark(NOON, SpanKind.LOST)
        .mark(NOON + 8 * MINUTE, SpanKind.CAPTURED)
        .mark(NOON + 16 * MINUTE, SpanKind.PAUSED)
    )
    made = replace(in_state(S.PAUSED), timeline=line)
    assert session_view(made, Context(now=NOON + 18 * MINUTE)).summary == (
        "Captured 8 of 18 min · 2 min paused · 8 min lost"
    )
    short = replace(made, timeline=Timeline().mark(NOON, SpanKind.LOST))
    assert session_view(short, Context(now=NOON + MINUTE - 1)).summary == ""


def test_signing_in_anew_does_not_look_signed_out() -> None:
    """Only the very first sign-in begins with nobody signed in."""
    anew = overview(board(), around(AccountView(SignInState.SIGNING_IN, "me")), NOON)
    first = overview(board(), around(AccountView(SignInState.SIGNING_IN)), NOON)
    assert (anew.overall, anew.title) == (S.IDLE, "Not in a meeting")
    assert (first.overall, first.title) == (S.SIGNED_OUT, "Signing in – continue in your browser")
