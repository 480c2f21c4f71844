"""Everything at a glance: the right session leads, and what stands beside the sessions."""

import re

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.routing import turn
from rtms_tray.capture.session import Attention, Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.presentation.overview import OverviewInputs, icon_view, leading, overview
from rtms_tray.presentation.status_text import status_text
from rtms_tray.presentation.view_model import AccountView, AppView, Notice, Overview, SignInState
from rtms_tray.presentation.wording import clock
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    acknowledged,
    board,
    in_state,
    overview_inputs,
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
        *("unlock", "switch-account", "reconnect", "show"),
    ]
)
MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-z]+;|\{|\}")


def test_the_icon_is_known_before_the_words_and_shows_the_same() -> None:
    urgent = Notice("feed", Severity.ATTENTION, "No events", "", "")
    signed_out = AccountView(SignInState.SIGNED_OUT)
    for inputs in (
        overview_inputs(),
        replace(overview_inputs(), notices=(urgent,)),
        replace(overview_inputs(), account=signed_out),
    ):
        for one in (board(), *(board(in_state(state)) for state in S if state is not S.SIGNED_OUT)):
            assert icon_view(one, inputs) == overview(one, inputs, NOON).icon
        doubted = board(unverified(in_state(S.SHARING)), in_state(S.PAUSED))
        assert icon_view(doubted, inputs) == overview(doubted, inputs, NOON).icon


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
    view = overview(board(blind), overview_inputs(), NOON)
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
    surroundings = overview_inputs(AccountView(account))
    for watched in (board(), board(in_state(S.ENDED))):
        view = overview(watched, surroundings, NOON)
        assert (view.overall, view.verified, view.since) == (overall, True, None)
        assert view.title
    view = overview(board(in_state(S.SHARING)), surroundings, NOON)
    assert view.overall is S.SHARING
    assert {action.name for action in view.actions} <= PROGRAM_COMMANDS


def test_the_overview_keeps_the_order_and_names_the_leader() -> None:
    first, second = in_state(S.SHARING, 1), in_state(S.RESEND_NEEDED, 2)
    view = overview(board(first, second), overview_inputs(), NOON)
    assert [shown.key for shown in view.sessions] == ["s1", "s2"]
    assert view.lead is not None
    assert (view.lead.key, view.title, view.since) == ("s2", view.lead.headline, second.since)


def test_the_tooltip_is_plain_and_names_no_topic() -> None:
    notice = Notice("x", Severity.ATTENTION, "Event feed not connected", "Why.", "What.")
    surroundings = OverviewInputs(overview_inputs().account, overview_inputs().feed, (notice,))
    view = overview(board(in_state(S.PENDING_APPROVAL)), surroundings, NOON)
    assert view.tooltip.splitlines() == [
        "rtms-tray",
        "Not capturing yet – request sent",
        "Meeting 987 1234 5670",
        "Event feed not connected",
    ]
    assert view.attention


def test_the_tooltip_tells_the_icons_of_several_apps_apart() -> None:
    view = overview(board(), replace(overview_inputs(), app=AppView("Notes")), NOON)
    assert view.tooltip.splitlines()[0] == "rtms-tray – Notes"


def test_the_tooltip_says_how_much_is_captured_and_stays_true() -> None:
    live = in_state(S.SHARING)
    view = overview(board(live), overview_inputs(), NOON + 9 * MINUTE)
    assert view.tooltip.splitlines()[-1] == f"Since {clock(live.since)}"
    kept = timeline((NOON, SpanKind.CAPTURED, ""), (NOON + 8 * MINUTE, SpanKind.PAUSED, ""))
    paused = replace(in_state(S.PAUSED), timeline=kept)
    view = overview(board(paused), overview_inputs(), NOON + 9 * MINUTE)
    assert view.tooltip.splitlines()[-1] == "Captured 8 min"


def test_an_info_notice_asks_for_no_attention() -> None:
    notice = Notice("muted", Severity.INFO, "Muted", "", "")
    assert not overview(
        board(), OverviewInputs(overview_inputs().account, overview_inputs().feed, (notice,)), NOON
    ).attention


def test_signing_in_anew_does_not_look_signed_out() -> None:
    """Only the very first sign-in begins with nobody signed in."""
    anew = overview(board(), overview_inputs(AccountView(SignInState.SIGNING_IN, "me")), NOON)
    first = overview(board(), overview_inputs(AccountView(SignInState.SIGNING_IN)), NOON)
    assert (anew.overall, anew.title) == (S.IDLE, "Ready")
    assert (first.overall, first.title) == (S.SIGNED_OUT, "Signing in – continue in your browser")


def test_never_signed_in_is_told_differently_from_signed_in_no_more() -> None:
    never, ended = (
        AccountView(SignInState.SIGNED_OUT),
        AccountView(SignInState.SIGNED_OUT, ended=True),
    )
    views = [overview(board(), overview_inputs(account), NOON) for account in (never, ended)]
    assert [view.title for view in views] == ["Not signed in", "Signed out – sign in again"]
    texts = [status_text(view, NOON) for view in views]
    assert "Account: not signed in" in texts[0]
    assert "again" not in texts[0]
    assert "Account: signed out – sign in again" in texts[1]


# --- meetings that nobody has asked to capture ----------------------------------------------------

ME = "user-1"
MINE = e.Person(account_id=ME, participant_uuid="device-1")
WEEKLY = e.Meeting("uuid-1==", "98712345670")


def told(*events: e.Event, sessions: tuple[Session, ...] = ()) -> Board:
    """A board that has heard of these, over a feed."""
    now = replace(board(*sessions), context=NOW)
    for event in (
        e.FeedConfigured(possible=True),
        e.FeedUp(NOON),
        e.SignedIn(ME, "account"),
        *events,
    ):
        now = turn(now, event, NOON).board
    return now


def names(shown: Overview) -> list[str | None]:
    return [joined.meeting_id for joined in shown.joined]


def test_a_meeting_that_i_am_in_is_shown_while_no_session_leads() -> None:
    joined = e.ParticipantJoined(WEEKLY, MINE, NOON)
    shown = overview(told(joined), overview_inputs(), NOON)
    assert names(shown) == ["98712345670"]
    assert (shown.title, shown.joined[0].meeting) == ("Not capturing", "Meeting 987 1234 5670")
    assert (
        names(overview(told(joined, sessions=(in_state(S.SHARING),)), overview_inputs(), NOON))
        == []
    )


@pytest.mark.parametrize(
    "after",
    [
        e.MeetingEnded(WEEKLY, NOON + 1),
        e.FeedDown(NOON),
        e.ParticipantLeft(WEEKLY, MINE, NOON - 10_000),
    ],
)
def test_a_meeting_that_i_may_not_be_in_is_not_shown(after: e.Event) -> None:
    joined = e.ParticipantJoined(WEEKLY, MINE, NOON - 20_000)
    gone = turn(told(joined, after), e.Tick(), NOON + 10_000).board
    shown = overview(gone, overview_inputs(), NOON + 10_000)
    assert (names(shown), shown.title) == ([], "Ready")


def test_who_is_not_signed_in_is_in_no_meeting() -> None:
    joined = told(e.ParticipantJoined(WEEKLY, e.Person(participant_uuid="d"), NOON), e.SignInLost())
    assert names(overview(joined, overview_inputs(), NOON)) == []


def test_others_meetings_are_not_mine() -> None:
    other = e.ParticipantJoined(WEEKLY, e.Person(account_id="user-2", participant_uuid="d"), NOON)
    assert names(overview(told(other), overview_inputs(), NOON)) == []


# --- meetings that could be taken for each other ------------------------------------------------


def at(made: Session, began: int) -> Session:
    return replace(made, timeline=timeline((began, SpanKind.CAPTURED, "")))


def names_of(*sessions: Session) -> list[str]:
    return [one.short_name for one in overview(board(*sessions), overview_inputs(), NOON).sessions]


def test_two_meetings_with_the_same_number_say_when_they_began() -> None:
    first, second = at(in_state(S.ENDED, 1), NOON - HOUR), at(in_state(S.SHARING, 2), NOON)
    assert names_of(first, second) == [
        f"987 1234 5670 · {clock(NOON - HOUR)}",
        f"987 1234 5670 · {clock(NOON)}",
    ]
    view = overview(board(first, second), overview_inputs(), NOON)
    assert view.lead is not None
    assert f"Meeting 987 1234 5670 · {clock(NOON)}" in view.tooltip
    assert view.lead.meeting in status_text(view, NOON)


def test_where_even_that_is_the_same_they_say_more() -> None:
    names = names_of(in_state(S.SHARING, 1), in_state(S.SHARING, 2))
    assert names == ["987 1234 5670 · /uuid1+A", "987 1234 5670 · /uuid2+A"]
    earlier = at(in_state(S.ENDED, 3), NOON - HOUR)
    assert names_of(in_state(S.SHARING, 1), in_state(S.SHARING, 2), earlier) == [
        f"987 1234 5670 · {clock(NOON)} · /uuid1+A",
        f"987 1234 5670 · {clock(NOON)} · /uuid2+A",
        f"987 1234 5670 · {clock(NOON - HOUR)}",
    ]


def test_a_meeting_that_cannot_be_mistaken_is_only_its_number() -> None:
    other = in_state(S.SHARING, 2)
    other = replace(other, meeting=replace(other.meeting, number="81234567890"))
    nameless = in_state(S.SHARING, 3)
    nameless = replace(nameless, meeting=replace(nameless.meeting, number=None))
    names = names_of(in_state(S.SHARING, 1), other, nameless)
    assert names == ["987 1234 5670", "812 3456 7890", "Meeting /uuid3+A…"]


def test_a_meeting_that_was_given_up_and_started_again_keeps_its_name() -> None:
    """Both are of one instance: neither when it began nor its UUID would tell them apart."""
    given_up = session(S.ENDED, Code.GIVEN_UP)
    again = replace(in_state(S.PENDING_APPROVAL, 2), meeting=given_up.meeting)
    assert names_of(given_up, again) == ["987 1234 5670"] * 2
