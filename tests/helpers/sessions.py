"""Sessions and boards built by hand, for tests of what only reads them."""

from rtms_tray.capture.board import Board
from rtms_tray.capture.events import Meeting
from rtms_tray.capture.reasons import REASONS, Code, Why
from rtms_tray.capture.session import Attention, Doubt, Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import Span, SpanKind, Timeline, painted
from rtms_tray.presentation.overview import OverviewInputs
from rtms_tray.presentation.view_model import AccountView, FeedView, SignInState
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis
from tests.helpers.manual_clock import NOON

WITHOUT_REASON = frozenset(
    {CaptureState.IDLE, CaptureState.REQUESTING, CaptureState.SHARING, CaptureState.ENDED}
)
"""The states that may stand without a reason (status JSON)."""
SESSION_STATES = tuple(state for state in CaptureState if state is not CaptureState.SIGNED_OUT)
SIGNED_IN = AccountView(SignInState.SIGNED_IN, "me", "olive@example.com")
QUIET = Code.STOPPED_BY_YOU


def session(state: CaptureState, code: Code | None = None, number: int = 1) -> Session:
    """Build a session that has been in this state since noon."""
    return Session(
        number=number,
        meeting=Meeting(uuid=f"/uuid{number}+AAAAAAAAAAAAA==", number="98712345670"),
        state=state,
        since=NOON + number,
        why=Why(code) if code else None,
    )


def in_state(state: CaptureState, number: int = 1) -> Session:
    """Build a session with the usual reason of its state."""
    return session(state, _USUAL.get(state), number)


def unverified(session: Session, since: Millis = NOON) -> Session:
    """Mark a session as unverified."""
    return replace(session, doubt=Doubt(since=since))


def timeline(*stretches: tuple[Millis, SpanKind, str]) -> Timeline:
    """Build a timeline of stretches, each until the next."""
    return painted(Span(at, at, kind, why) for at, kind, why in stretches)


def acknowledged(session: Session) -> Session:
    """Mark a session as acknowledged."""
    return replace(session, attention=Attention(acknowledged=True))


def refused(session: Session, code: Code) -> Session:
    """Have something refused that the user asked of a session."""
    return replace(session, attention=Attention(refusal=Why(code, 13277)))


def board(*sessions: Session) -> Board:
    """Build a board of these sessions."""
    return Board(sessions=sessions)


def overview_inputs(account: AccountView = SIGNED_IN) -> OverviewInputs:
    """All is well beside the sessions."""
    return OverviewInputs(account, FeedView("zoom", connected=True, text="connected", since=NOON))


_S = CaptureState
_USUAL = {
    _S.WAITING_FOR_MEETING: Code.MEETING_NOT_STARTED,
    _S.WAITING_FOR_HOST: Code.HOST_ABSENT,
    _S.RESEND_NEEDED: Code.HOST_JOINED_LATER,
    _S.PENDING_APPROVAL: Code.ASKED,
    _S.NO_ANSWER: Code.SILENCE,
    _S.PAUSED: Code.PAUSED_BY_YOU,
    _S.PAUSED_BREAKOUT: Code.IN_BREAKOUT_ROOM,
    _S.INTERRUPTED: Code.RECEIVER_INTERRUPTED,
    _S.STOPPED: Code.STOP_HOST,
    _S.DENIED: Code.DENIED,
    _S.REFUSED: Code.RTMS_DISABLED,
    _S.STOPPED_PERMANENTLY: Code.STOP_REVOKED,
}
ALL_CODES = tuple(REASONS)
