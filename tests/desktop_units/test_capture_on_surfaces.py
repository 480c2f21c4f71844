"""Whether anything is captured: said on every surface, and the same on all, for every state with every reason.

What is true is written down here once more, and not taken from the program.
"""

import re
from collections.abc import Iterator
from typing import Final, cast

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.alerts import alert_effects
from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.events import NetworkBack
from rtms_tray.capture.reasons import REASONS, Code, Group, Severity, Why
from rtms_tray.capture.session import Attention, Session, Streams
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.session_words import answer_words
from rtms_tray.presentation.status_json import status_json
from rtms_tray.presentation.status_text import status_line, status_text
from rtms_tray.presentation.view_model import AccountView, Overview, SignInState
from rtms_tray.runtime.notification_policy import notification_of
from rtms_tray.support.frozen import replace
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    board,
    in_state,
    overview_inputs,
    refused,
    session,
    unverified,
)

S, C = CaptureState, Code
CAPTURING, NOT_CAPTURING, MAY_BE = "Capturing", "Not capturing", "May be capturing"

# --- what is true -------------------------------------------------------------------------------

TRUTH: Final = {
    S.REQUESTING: NOT_CAPTURING,
    S.WAITING_FOR_MEETING: NOT_CAPTURING,
    S.WAITING_FOR_HOST: NOT_CAPTURING,
    S.RESEND_NEEDED: NOT_CAPTURING,
    S.PENDING_APPROVAL: NOT_CAPTURING,
    S.NO_ANSWER: NOT_CAPTURING,
    S.SHARING: CAPTURING,
    S.PAUSED: NOT_CAPTURING,
    S.PAUSED_BREAKOUT: NOT_CAPTURING,
    S.INTERRUPTED: MAY_BE,
    S.STOPPED: NOT_CAPTURING,
    S.DENIED: NOT_CAPTURING,
    S.REFUSED: NOT_CAPTURING,
    S.STOPPED_PERMANENTLY: NOT_CAPTURING,
    S.ENDED: NOT_CAPTURING,
}
"""While it is verified. Whatever is not, and what cannot be seen, may be captured."""
ASKED: Final = (
    C.MEETING_NOT_STARTED, C.HOST_ABSENT, C.HOST_JOINED_LATER, C.HOST_MAYBE_JOINED, C.ASKED,
    C.APPROVAL_PENDING, C.ASKED_HOST_PRESENT, C.CANNOT_SEE, C.REPLY_LOST, C.SILENCE,
    C.SILENCE_OWN_MEETING, C.RESENT_FOR_HOST, C.ASKED_AHEAD,
)  # fmt: skip
STOPS: Final = tuple(code for code in Code if REASONS[code].group is Group.STOP)
REFUSALS: Final = tuple(code for code in Code if REASONS[code].group is Group.REFUSAL)
REASONS_OF: Final[dict[CaptureState, tuple[Code | None, ...]]] = {
    S.REQUESTING: (None, *ASKED, *STOPS),
    S.WAITING_FOR_MEETING: ASKED,
    S.WAITING_FOR_HOST: ASKED,
    S.RESEND_NEEDED: ASKED,
    S.PENDING_APPROVAL: ASKED,
    S.NO_ANSWER: ASKED,
    S.SHARING: (
        None, C.BEGAN_ELSEWHERE, C.BEGAN_AFTER_GIVE_UP, C.ALREADY_RUNNING, C.SEEN_BY_USER,
        C.RECEIVER_LIVE, C.RECEIVER_MAYBE_BACK,
    ),
    S.PAUSED: (C.PAUSED_BY_YOU, C.RECEIVER_PAUSED, C.PAUSE_SEEN_BY_USER),
    S.PAUSED_BREAKOUT: (C.IN_BREAKOUT_ROOM, C.MAYBE_IN_ROOM, C.ROOM_MAYBE_LEFT),
    S.INTERRUPTED: (C.RECEIVER_INTERRUPTED,),
    S.STOPPED: (*STOPS, C.BACK_FROM_BREAKOUT),
    S.DENIED: (C.DENIED, C.DENIED_TOLD),
    S.REFUSED: (*REFUSALS, C.STOP_CANCELED),
    S.STOPPED_PERMANENTLY: (C.REFUSED_AFTER_STREAM, C.STOP_REVOKED, C.STOP_ADMIN),
    S.ENDED: (None, C.GIVEN_UP, C.INFERRED, C.LOST_SIGHT, C.STOP_REVOKED, C.STOP_MEETING_ENDED),
}  # fmt: skip
"""The reasons that a state has."""


def truth(case: Session) -> str:
    doubtful = not case.verified or case.code is C.CANNOT_SEE
    return MAY_BE if doubtful else TRUTH[case.state]


def cases() -> Iterator[Session]:
    for state, codes in REASONS_OF.items():
        for code in codes:
            case = session(state, code)
            yield case
            if state is not S.ENDED:  # in which nothing is in doubt any more
                yield unverified(case)


def at_a_glance(case: Session) -> set[str]:
    """What is said of the whole: a meeting that is over is none."""
    return set() if case.state is S.ENDED else {truth(case)}


# --- what a surface says ------------------------------------------------------------------------

CLAIMS: Final = {
    MAY_BE: r"\bmay be capturing\b",
    NOT_CAPTURING: (
        r"\bnot capturing\b|\bcapture stopped\b|\bnothing is captured\b|\bcapture hasn't started\b"
        r"|\bcapture is paused\b|\bno capture is running\b"
    ),
    CAPTURING: (
        r"(?<!not )(?<!may be )(?<!was )(?<!start )(?<!stop )\bcapturing\b"
        r"|\bis sharing this meeting\b|\bcapture continues\b"
    ),
}


def claims(words: str) -> set[str]:
    """What words claim of the present."""
    now = re.sub(r"last known: [^\n]*", "", words, flags=re.IGNORECASE).lower()
    return {claim for claim, pattern in CLAIMS.items() if re.search(pattern, now)}


@pytest.mark.parametrize(
    ("words", "claimed"),
    [
        ("Capturing · for 4 min", {CAPTURING}),
        ("Not capturing yet – request sent", {NOT_CAPTURING}),
        ("Capture stopped by the host", {NOT_CAPTURING}),
        ("May be capturing – last known: Capture stopped", {MAY_BE}),
        ("It was capturing when last seen.", set()),
        ("Sign in to Zoom to start capturing meetings.", set()),
        ("Not capturing · Zoom is sharing this meeting with your app.", {NOT_CAPTURING, CAPTURING}),
    ],
)
def test_claims_are_recognised(words: str, claimed: set[str]) -> None:
    assert claims(words) == claimed


def title_words(shown: Overview) -> dict[str, str]:
    """What is read at a glance."""
    return {
        "headline": shown.title,
        "tooltip": shown.tooltip,
        "watch": status_line(shown, NOON),
        "first line of status": status_text(shown, NOON).splitlines()[0],
    }


def all_words(shown: Overview) -> dict[str, str]:
    """What is read in whole."""
    view = shown.sessions[0]
    return {
        "status": status_text(shown, NOON),
        "card": f"{view.headline}\n{view.text}\n{view.remedy}",
        "answer": f"{view.headline}\n{answer_words(view)}",
    }


def json_words(shown: Overview) -> str:
    sessions = cast("list[dict[str, dict[str, str] | None]]", status_json(shown, NOON)["sessions"])
    reason = sessions[0]["reason"]
    return f"{reason['title']} {reason['text']}" if reason else ""


def test_what_is_read_says_it_once_and_truly() -> None:
    for case in cases():
        shown = overview(board(case), overview_inputs(), NOON)
        for surface, words in title_words(shown).items():
            assert claims(words) == at_a_glance(case), (case.state, case.code, surface, words)
        for surface, words in all_words(shown).items():
            assert claims(words) == {truth(case)}, (case.state, case.code, surface, words)
        assert claims(json_words(shown)) <= {truth(case)}, (case.code, json_words(shown))


def test_what_is_refused_changes_nothing_of_it() -> None:
    for state in (S.SHARING, S.PAUSED, S.PAUSED_BREAKOUT, S.INTERRUPTED):
        for code in (*REFUSALS, C.MEETING_NOT_STARTED):
            for case in (in_state(state), unverified(in_state(state))):
                shown = overview(board(refused(case, code)), overview_inputs(), NOON)
                for surface, words in all_words(shown).items():
                    assert claims(words) == {truth(case)}, (state, code, surface, words)


def test_nobody_claims_anything_where_there_is_no_meeting() -> None:
    for state in SignInState:
        shown = overview(board(), overview_inputs(AccountView(state)), NOON)
        for surface, words in title_words(shown).items():
            assert claims(words) == set(), (surface, words)
        assert claims(status_text(shown, NOON)) == set()


# --- notifications ------------------------------------------------------------------------------


def announced(case: Session) -> Iterator[tuple[Session, Announce]]:
    """What a session is announced for, as it stands and with what may come to it."""
    owner_old = {Condition.OWNER_CLIENT_SUPPORTED: Evidence(Value.NO, Source.MACHINE, NOON)}
    variants = (
        case,
        replace(case, attention=Attention(feed_down=True)),
        replace(case, attention=Attention(long_gap=True)),
        replace(case, attention=Attention(new_host=True)),
        replace(case, streams=Streams(foreign=frozenset({"other"}))),
        replace(case, known=owner_old),
    )
    for variant in variants:
        before = session(S.DENIED, C.DENIED_TOLD)
        for effect in alert_effects(before, variant, NetworkBack()):
            if isinstance(effect, Announce):
                yield variant, effect
    for code in (C.REMINDER, C.MAYBE_OVER):
        yield case, Announce(case.key, Category.REMINDER, Severity.ATTENTION, Why(code))


def test_notifications_say_it_once_and_truly() -> None:
    for case in cases():
        for variant, alert in announced(case):
            view = overview(board(variant), overview_inputs(), NOON).sessions[0]
            shown = notification_of(alert, view, NOON)
            words = f"{shown.title}\n{shown.text}"
            assert claims(words) == {truth(case)}, (case.state, case.code, alert.category, words)
            assert claims(shown.title) <= {truth(case)}, (case.state, case.code, shown.title)


def test_a_state_that_has_changed_before_its_notification_is_drawn_is_told_as_it_is() -> None:
    """The announcement of a start, drawn when the stream is in doubt already."""
    began = Announce("s1", Category.CAPTURE, Severity.INFO, Why(C.BEGAN))
    for case in (unverified(session(S.SHARING)), session(S.STOPPED, C.STOP_HOST)):
        view = overview(board(case), overview_inputs(), NOON).sessions[0]
        shown = notification_of(began, view, NOON)
        assert claims(f"{shown.title}\n{shown.text}") == {truth(case)}, shown


# --- on the screen ------------------------------------------------------------------------------


def test_window_menu_and_icon_say_it_once_and_truly(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop = harness.desktop
        window, card = desktop.window, desktop.window.card
        window.show()
        drawn: set[str] = set()
        for case in cases():
            shown = overview(board(case), overview_inputs(), NOON)
            if shown.sessions[0].headline in drawn:
                continue
            drawn.add(shown.sessions[0].headline)
            desktop.show(shown)
            for low in (False, True):
                window._set_compact(compact=low)
                read = f"{card.title.text()}\n{card.subtitle.text()}"
                assert claims(read) == {truth(case)}, (case.state, case.code, read)
                surfaces = {
                    "title bar": window.windowTitle(),
                    "menu": desktop.menu.menu.actions()[0].text(),
                    "tooltip": desktop.tray.icon.toolTip(),
                }
                for surface, words in surfaces.items():
                    assert claims(words) == at_a_glance(case), (case.code, surface, words)
        await settle()

    run_scene(qapp, scene)


def test_of_several_meetings_each_says_its_own(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        first, second = session(S.SHARING), session(S.DENIED, C.DENIED, 2)
        harness.desktop.show(overview(board(first, second), overview_inputs(), NOON))
        (other,) = harness.desktop.menu._others
        assert claims(harness.desktop.menu.menu.actions()[0].text()) == {NOT_CAPTURING}
        assert claims(other.title()) == {CAPTURING}
        await settle()

    run_scene(qapp, scene)
