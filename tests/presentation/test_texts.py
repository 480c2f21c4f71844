"""Every state with every reason it can have, on every surface: plain words, brief, and nothing but words.

Menu line, tooltip, window, notification, command line. Scenario numbers stand in details alone.
"""

import re
from collections.abc import Iterator

import pytest

from rtms_tray.capture.alerts import alert_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.reasons import REASONS, Code, Group, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE, OVER, UNANSWERED, CaptureState
from rtms_tray.desktop.plain_text import menu_text, tooltip_text
from rtms_tray.desktop.tray_menu import headline
from rtms_tray.presentation.actions import actions_of
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.session_words import answer_words
from rtms_tray.presentation.status_text import status_line, status_text
from rtms_tray.presentation.view_model import Overview, SessionView
from rtms_tray.runtime.notification_policy import notification_of
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    SESSION_STATES,
    WITHOUT_REASON,
    board,
    overview_inputs,
    session,
    unverified,
)

_S = CaptureState
NOW = NOON + 3 * MINUTE
REFUSED_OR_DENIED = {_S.REFUSED, _S.DENIED, _S.STOPPED_PERMANENTLY, _S.WAITING_FOR_MEETING}
STATES_OF = dict(
    zip(
        Group,
        (
            UNANSWERED,
            LIVE | {_S.STOPPED},
            REFUSED_OR_DENIED,
            OVER | {_S.ENDED, _S.PAUSED_BREAKOUT},
            {_S.ENDED},
        ),
        strict=True,
    )
)
PAIRS = sorted(
    {
        (state, reason.code)
        for reason in REASONS.values()
        for state in STATES_OF[reason.group]
        if reason.code is not Code.STOP_MEETING_ENDED or state is _S.ENDED
    }
)
RULE_IDS = re.compile(r"\b[BSDTMHP][0-9]{1,2}\b")
MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-z]+;|[{}`*_]")
PROTOCOL = re.compile(
    r"\b(streams?|sessions?|scenarios?|scopes?|RTMS(?!-tray)|feed|by itself)\b", re.IGNORECASE
)
"""Words that belong to details and to help for developers."""
MENU_LINE, TITLE = 90, 60


def case_of(state: CaptureState, code: Code | None) -> Session:
    """A session of a meeting whose reason has a number of Zoom's."""
    case = session(state, code)
    return replace(case, why=Why(code, 13267)) if code else case


def shown(case: Session) -> tuple[Overview, SessionView]:
    view = overview(board(case), overview_inputs(), NOW)
    return view, view.sessions[0]


def sentences(words: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", words))


def surfaces(case: Session) -> Iterator[tuple[str, str]]:
    """What each surface says of a session, but for details."""
    view, card = shown(case)
    yield "menu", menu_text(headline(view.title, view.since, NOW))
    yield "tooltip", tooltip_text(view.tooltip)
    yield "window title", card.title
    yield "window text", card.text
    yield "window remedy", card.remedy
    yield "one line", status_line(view, NOW)
    yield "answer", answer_words(card)
    yield "status", status_text(view, NOW).replace(card.details, "")
    yield from (("button", action.label) for action in actions_of(case, Context()))
    yield from (("fits", fit) for fit in card.fits)
    if (alert := alert_of(case)) is not None:
        notification = notification_of(
            Announce(case.key, Category.CAPTURE, alert.severity, alert.why), card, NOW
        )
        yield "notification title", notification.title
        yield "notification text", notification.text
        yield from (("notification button", offer.label) for offer in notification.offers)


@pytest.mark.parametrize(("state", "code"), PAIRS)
def test_every_surface_says_it_plainly(state: CaptureState, code: Code) -> None:
    for case in (case_of(state, code), unverified(case_of(state, code))):
        for surface, words in surfaces(case):
            assert words.strip() or surface == "window remedy", surface
            assert not MARKUP.search(words), (surface, words)
            assert not RULE_IDS.search(words), (surface, words)
            assert not PROTOCOL.search(words), (surface, words)
            assert "None" not in words, (surface, words)
            assert "  " not in words.replace("\n  ", "\n"), (surface, words)


@pytest.mark.parametrize("state", sorted(WITHOUT_REASON))
def test_states_without_a_reason_are_said_too(state: CaptureState) -> None:
    for surface, words in surfaces(case_of(state, None)):
        assert words.strip() or surface == "window remedy", surface


@pytest.mark.parametrize(("state", "code"), PAIRS)
def test_it_is_brief(state: CaptureState, code: Code) -> None:
    view, card = shown(case_of(state, code))
    assert len(menu_text(headline(view.title, view.since, NOW))) <= MENU_LINE
    assert len(card.title) <= TITLE
    assert sentences(card.text) <= 2, card.text
    assert sentences(card.remedy) <= 2, card.remedy
    assert len(view.tooltip.splitlines()) <= 4


@pytest.mark.parametrize(("state", "code"), PAIRS)
def test_the_menu_the_tooltip_and_the_window_agree(state: CaptureState, code: Code) -> None:
    view, card = shown(case_of(state, code))
    if state is _S.ENDED:
        assert view.title == text("session.state.idle")
    else:
        assert view.title == card.headline
        assert card.headline in view.tooltip
    assert card.headline in status_text(view, NOW)


# --- every surface says whether anything is captured --------------------------------------------

CAPTURING, MAY_BE = r"Capturing\b", r"May be capturing\b"
NOT = r"(Not capturing|Capture stopped)\b"


def expected(case: Session) -> str:
    """The list that closes the rules of the design."""
    if not case.verified or case.state is _S.INTERRUPTED or case.code is Code.CANNOT_SEE:
        return MAY_BE
    if case.state is _S.SHARING:
        return CAPTURING
    return NOT


def first_words(case: Session) -> Iterator[tuple[str, str]]:
    """Where each surface says it."""
    view, card = shown(case)
    yield "window", card.statement or card.title
    if case.state is not _S.ENDED:  # then there is no meeting
        yield "menu", menu_text(headline(view.title, view.since, NOW))
        yield "tooltip", tooltip_text(view.tooltip).splitlines()[1]
        yield "watch", status_line(view, NOW)
    yield "command line", status_text(view, NOW).partition(f"{card.meeting}: ")[2]
    alert = alert_of(case)
    if alert is not None:
        announced = Announce(case.key, Category.CAPTURE, alert.severity, alert.why)
        notification = notification_of(announced, card, NOW)
        if not card.statement:
            yield "notification", notification.title
        else:
            yield "notification", notification.text.partition(f" {card.statement}.")[1].strip()


@pytest.mark.parametrize("state", [state for state in SESSION_STATES if state is not _S.IDLE])
def test_every_surface_says_whether_anything_is_captured(state: CaptureState) -> None:
    for code in (None, *Code):
        for case in (case_of(state, code), unverified(case_of(state, code))):
            said = expected(case)
            for surface, words in first_words(case):
                assert re.match(said, words), (surface, code, words)
            for wrong in {CAPTURING, MAY_BE, NOT} - {said}:
                title = shown(case)[1].title
                assert not re.match(wrong, title), (code, title)


@pytest.mark.parametrize("category", [case for case in Category if case is not Category.CAPTURE])
def test_a_notification_on_another_matter_says_it_too(category: Category) -> None:
    for state in SESSION_STATES:
        card = shown(case_of(state, None))[1]
        announced = Announce("s1", category, Severity.ATTENTION, Why(Code.BLIND))
        notification = notification_of(announced, card, NOW)
        statement = text(f"session.capture.{card.capture}")
        assert f" {statement}. " in notification.text
        assert notification.title.removeprefix("Reminder: ") == REASONS[Code.BLIND].short


def test_a_notification_says_first_what_to_do_and_last_in_which_meeting() -> None:
    case = case_of(_S.STOPPED, Code.STOP_HOST)
    announced = Announce("s1", Category.CAPTURE, Severity.CRITICAL, case.why or Why(Code.BEGAN))
    notification = notification_of(announced, shown(case)[1], NOW)
    reason = REASONS[Code.STOP_HOST]
    assert notification.text == f"{reason.remedy} {reason.text} Meeting 987 1234 5670"


@pytest.mark.parametrize(("state", "code"), PAIRS)
def test_whoever_says_what_is_wrong_says_what_to_do(state: CaptureState, code: Code) -> None:
    case = case_of(state, code)
    alert = alert_of(case)
    if alert is not None and alert.severity is not Severity.INFO:
        _, card = shown(case)
        assert card.remedy or card.question, code


@pytest.mark.parametrize("code", Code)
def test_details_alone_have_the_numbers(code: Code) -> None:
    state = next(state for state, known in PAIRS if known is code)
    _, card = shown(case_of(state, code))
    if numbers := REASONS[code].scenarios:
        assert "Scenarios: " in card.details
        assert all(str(number) in card.details for number in numbers) or card.fits
    stop = REASONS[code].group is Group.STOP
    assert ("stop reason" if stop else "error code") in card.details


def test_every_reason_has_a_place() -> None:
    assert {code for _, code in PAIRS} == set(Code)
