"""Overviews for tests, one for every state, with the words and actions that the presentation gives them."""

from typing import Final

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.presentation import actions
from rtms_tray.presentation.actions import view_of
from rtms_tray.presentation.overview import overview as overview_of
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.view_model import (
    AccountView,
    ActionView,
    ArmedView,
    CheckView,
    ColleagueView,
    FeedView,
    Happening,
    JoinedView,
    Notice,
    Overview,
    SessionView,
    SignInState,
    SpanView,
)
from rtms_tray.presentation.wording import spent
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs
from tests.helpers.sessions import unverified as cast_doubt

NOW: Final = 1_795_170_000_000
S = CaptureState
SIGN_IN: Final = replace(view_of(actions.SIGN_IN_BY_MENU), primary=True)
SIGN_OUT: Final = view_of(actions.SIGN_OUT)
SIGNING_IN: Final = (view_of(actions.COPY_ADDRESS), view_of(actions.CANCEL_SIGN_IN))


def _view(state: CaptureState) -> SessionView:
    """Make the view that the presentation makes of a session in this state."""
    return session_view(in_state(state), Context(now=NOON))


def _words(state: CaptureState) -> tuple[str, str, str]:
    if state in {S.IDLE, S.SIGNED_OUT}:
        signed_in = SignInState.SIGNED_OUT if state is S.SIGNED_OUT else SignInState.SIGNED_IN
        return overview_of(board(), overview_inputs(AccountView(signed_in)), NOON).title, "", ""
    view = _view(state)
    return view.title, view.text, view.remedy


TITLES: Final = {state: _words(state) for state in S}
"""Title, text and remedy of every state with its usual reason."""
ACTIONS: Final[dict[CaptureState, tuple[ActionView, ...]]] = {
    state: _view(state).actions for state in S if state is not S.SIGNED_OUT
}


def check(
    condition: Condition, words: str, mark: Value, source: Source = Source.EVENT
) -> CheckView:
    return CheckView(condition, words, Evidence(mark, source, NOW - MINUTE), mark)


CHECKS: Final = (
    check(
        Condition.OWNER_CLIENT_SUPPORTED,
        text("session.check.owner_client_supported"),
        Value.YES,
    ),
    check(Condition.HOST_PRESENT, text("session.check.host_present"), Value.YES),
    check(
        Condition.HOST_ORG_RTMS_ENABLED, text("session.check.host_org_rtms_enabled"), Value.UNKNOWN
    ),
    check(
        Condition.HOST_CLIENT_SUPPORTED, text("session.check.host_client_supported"), Value.UNKNOWN
    ),
    CheckView(
        Condition.HOST_APPROVAL_REQUIRED,
        text("session.check_no.host_approval_required"),
        Evidence(Value.NO, Source.USER, NOW - MINUTE),
        Value.YES,
    ),
)
HAPPENED: Final = (
    Happening(NOW - 4 * MINUTE, "Capturing"),
    Happening(NOW - 8 * MINUTE, "Capture stopped by the host · 2 min lost"),
    Happening(NOW - 12 * MINUTE, "Capturing"),
)
FITS: Final = (
    text("diagnosis.candidate.host_silent"),
    text("diagnosis.candidate.org"),
    text("diagnosis.candidate.host_client"),
)
QUESTION: Final = text("diagnosis.question.host_org_rtms_enabled")
ARMED: Final = (
    ArmedView("98712345672", "Meeting 987 1234 5672", NOW + 30 * MINUTE, hosted=False),
    ArmedView("98712345673", "Meeting 987 1234 5673", NOW + 40 * HOUR, hosted=True),
    ArmedView("98712345674", "Meeting 987 1234 5674", None, hosted=False),
)
JOINED: Final = (JoinedView("98712345670", "AbCdEfGh==", "Meeting 987 1234 5670"),)
COLLEAGUES: Final = (
    ColleagueView("98712345675", "Meeting 987 1234 5675", NOW - 20 * MINUTE, unverified=False),
    ColleagueView(None, "Meeting 4/kQ9xYz…", NOW - 3 * MINUTE, unverified=True),
)
SIGNED_IN: Final = AccountView(SignInState.SIGNED_IN, "u1", "you@example.com")
FEED: Final = FeedView("zoom", True, "connected", NOW - MINUTE, NOW - 3 * SECOND)
FEED_DOWN: Final = FeedView(
    "zoom", False, "lost, no network", NOW - MINUTE, None, NOW + 8 * SECOND, "offline"
)
SPANS: Final = (
    SpanView(NOW - 16 * MINUTE, NOW - 12 * MINUTE, SpanKind.LOST, "Request sent"),
    SpanView(NOW - 12 * MINUTE, NOW - 8 * MINUTE, SpanKind.CAPTURED, "Capturing"),
    SpanView(NOW - 8 * MINUTE, NOW - 6 * MINUTE, SpanKind.LOST, "Capture stopped by the host"),
    SpanView(NOW - 6 * MINUTE, NOW - 5 * MINUTE, SpanKind.PAUSED, "Paused"),
    SpanView(NOW - 5 * MINUTE, NOW - 4 * MINUTE, SpanKind.UNKNOWN, "Not confirmed"),
)
NOW_WORTH: Final = {
    S.SHARING: SpanKind.CAPTURED,
    S.PAUSED: SpanKind.PAUSED,
    S.INTERRUPTED: SpanKind.UNKNOWN,
}
"""What the time of a state is worth; of every other one, it is lost."""
LOUD: Final = {
    S.RESEND_NEEDED: Severity.ATTENTION,
    S.NO_ANSWER: Severity.ATTENTION,
    S.DENIED: Severity.ATTENTION,
    S.REFUSED: Severity.ATTENTION,
    S.STOPPED: Severity.CRITICAL,
    S.STOPPED_PERMANENTLY: Severity.CRITICAL,
}
NOTICE: Final = Notice(
    "sign_in_expired",
    Severity.ATTENTION,
    "Sign in again",
    "Zoom no longer accepts the sign-in of this computer.",
    "Your sessions are kept.",
    view_of(actions.SIGN_IN_BY_MENU),
)


def session(
    state: CaptureState, *, unverified: bool = False, key: str = "98712345670"
) -> SessionView:
    """Make a session in this state."""
    made = in_state(state)
    shown = session_view(cast_doubt(made) if unverified else made, Context(now=NOON))
    return replace(
        shown,
        key=key,
        meeting_id=key,
        meeting_uuid=None,
        meeting=f"Meeting {key[:3]} {key[3:7]} {key[7:]}",
        short_name=f"{key[:3]} {key[3:7]} {key[7:]}",
        since=NOW - 4 * MINUTE,
        severity=LOUD.get(state, Severity.INFO),
        attention=state in LOUD,
        actions=shown.actions,
        checks=CHECKS,
        happened=HAPPENED if state in LIVE | {S.STOPPED, S.ENDED} else (),
        summary=spent(spans(state), NOW),
        details="" if state in LIVE else "Scenarios: 4",
        spans=spans(state),
        fits=FITS if state is S.NO_ANSWER else (),
        question=QUESTION if state is S.NO_ANSWER else "",
        asks=Condition.HOST_ORG_RTMS_ENABLED if state is S.NO_ANSWER else None,
        auto_resend=False if state in {S.WAITING_FOR_HOST, S.RESEND_NEEDED} else None,
    )


def spans(state: CaptureState) -> tuple[SpanView, ...]:
    """Make a timeline whose last stretch is this state's."""
    if state is S.ENDED:
        return (*SPANS, SpanView(NOW - 4 * MINUTE, NOW - MINUTE, SpanKind.CAPTURED, "Capturing"))
    if state not in LIVE | {S.STOPPED, S.STOPPED_PERMANENTLY}:
        return (SpanView(NOW - 4 * MINUTE, None, SpanKind.LOST, TITLES[state][0]),)
    kind = NOW_WORTH.get(state, SpanKind.LOST)
    return (*SPANS, SpanView(NOW - 4 * MINUTE, None, kind, TITLES[state][0]))


def of_sessions(*sessions: SessionView, notices: tuple[Notice, ...] = ()) -> Overview:
    """Make the overview of these sessions, led by the first."""
    lead = sessions[0]
    return Overview(
        overall=lead.state,
        verified=not lead.unverified,
        attention=lead.attention,
        title=lead.headline,
        since=lead.since,
        tooltip=f"rtms-tray: {lead.headline}",
        account=SIGNED_IN,
        feed=FEED_DOWN if lead.unverified else FEED,
        notices=notices,
        sessions=sessions,
        lead=lead,
        actions=(SIGN_OUT,),
    )


def at_rest(state: CaptureState = S.IDLE) -> Overview:
    """Make the overview without a session."""
    signed_out = state is S.SIGNED_OUT
    return Overview(
        overall=state,
        verified=True,
        attention=False,
        title=TITLES[state][0],
        since=None,
        tooltip=f"rtms-tray: {TITLES[state][0]}",
        account=AccountView(SignInState.SIGNED_OUT) if signed_out else SIGNED_IN,
        feed=FEED_DOWN if signed_out else FEED,
        notices=(),
        sessions=(),
        lead=None,
        actions=(SIGN_IN,) if signed_out else (SIGN_OUT,),
    )


def overview(state: CaptureState, *, unverified: bool = False) -> Overview:
    """Make an overview that stands in this state."""
    if state in {S.IDLE, S.SIGNED_OUT}:
        return replace(at_rest(state), verified=not unverified)
    return of_sessions(session(state, unverified=unverified))


def signing_in(view: Overview) -> Overview:
    """Make an overview while a sign-in waits for its browser."""
    account = replace(view.account, state=SignInState.SIGNING_IN)
    return replace(view, account=account, actions=SIGNING_IN)


def muted(until: str) -> Overview:
    """Make an overview at rest whose notifications are muted."""
    notice = Notice("muted", Severity.INFO, until, "", "")
    return replace(at_rest(), notices=(notice,), tooltip=f"rtms-tray: {until}")
