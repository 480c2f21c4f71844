"""Everything at a glance: one pure way from what is known to what every surface shows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from rtms_tray.capture.alerts import alert_of, sight_alert, wants_attention
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.presence import is_surely_there
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE, UNANSWERED, CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.presentation.actions import program_actions
from rtms_tray.presentation.mute import Mute
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.session_words import state_words
from rtms_tray.presentation.view_model import (
    AccountView,
    AppView,
    ArmedView,
    ColleagueView,
    FeedView,
    IconView,
    JoinedView,
    Notice,
    OfferView,
    Overview,
    SessionView,
    SignInState,
)
from rtms_tray.presentation.wording import (
    SHORT_UUID,
    account_title,
    clock,
    lasting,
    meeting_name,
    totals,
)
from rtms_tray.support.frozen import Frozen, field, replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis

_S = CaptureState


class OverviewInputs(Frozen):
    """What is shown beside the sessions."""

    account: AccountView
    feed: FeedView
    notices: tuple[Notice, ...] = ()
    armed: tuple[ArmedView, ...] = ()
    watches_all: bool = False  # colleagues' streams are shown, too
    mute: Mute = field(default_factory=Mute)
    app: AppView = field(default_factory=AppView)
    offer: OfferView | None = None


def overview(board: Board, inputs: OverviewInputs, now: Millis) -> Overview:
    """Make everything that any surface shows."""
    context = board.context.at(now)
    views = told_apart([session_view(session, context) for session in board.sessions])
    lead = leading(board.sessions)
    icon = _icon(board, lead, inputs)
    lead_view = next((view for view in views if lead and view.key == lead.key), None)
    shown = lead is not None and icon.overall is lead.state
    at_rest = lead is None or lead.state is _S.ENDED
    joined = _joined(board, context) if at_rest else ()
    offer = inputs.offer if at_rest else None
    uncaptured = bool(joined or offer)
    title = (
        lead_view.headline
        if lead_view and shown
        else _headline(icon.overall, inputs.account, uncaptured=uncaptured)
    )
    muted = inputs.mute.is_on(views, now)
    notices = (*inputs.notices, inputs.mute.notice()) if muted else inputs.notices
    return Overview(
        overall=icon.overall,
        verified=icon.verified,
        attention=icon.attention,
        title=title,
        since=lead.since if lead and shown else None,
        tooltip=_tooltip(_program(inputs.app), title, lead_view, notices, now),
        account=inputs.account,
        feed=inputs.feed,
        notices=notices,
        sessions=views,
        lead=lead_view,
        actions=program_actions(inputs.account),
        armed=inputs.armed,
        colleagues=_colleagues(board) if inputs.watches_all else (),
        joined=joined,
        offer=offer,
        muted=muted,
        app=inputs.app,
    )


def icon_view(board: Board, inputs: OverviewInputs) -> IconView:
    """Make what the icon shows, as `overview` does."""
    return _icon(board, leading(board.sessions), inputs)


def _icon(board: Board, lead: Session | None, inputs: OverviewInputs) -> IconView:
    wanted = any(map(wants_attention, board.sessions)) or any(map(_is_urgent, inputs.notices))
    return IconView(
        overall_state(lead, inputs.account), lead is None or lead.verified, attention=wanted
    )


def told_apart(views: Sequence[SessionView]) -> tuple[SessionView, ...]:
    """Add to names that are the same when each meeting began, and its UUID: what of it differs."""
    for more in (_began, _uuid):
        added: defaultdict[str, set[str]] = defaultdict(set)
        for view in views:
            added[view.short_name].add(more(view))
        views = [
            _renamed(view, more(view)) if len(added[view.short_name]) > 1 else view
            for view in views
        ]
    return tuple(views)


def _renamed(view: SessionView, more: str) -> SessionView:
    meeting = text("overview.told_apart", meeting=view.meeting, more=more)
    short = text("overview.told_apart", meeting=view.short_name, more=more)
    return replace(view, meeting=meeting, short_name=short)


def _began(view: SessionView) -> str:
    return clock(view.spans[0].start if view.spans else view.since)


def _uuid(view: SessionView) -> str:
    return (view.meeting_uuid or "?")[:SHORT_UUID]


def _headline(overall: CaptureState, account: AccountView, *, uncaptured: bool) -> str:
    if overall is _S.IDLE and uncaptured:
        return text("overview.not_capturing")
    return account_title(account) if overall is _S.SIGNED_OUT else state_words(overall)[0]


def _colleagues(board: Board) -> tuple[ColleagueView, ...]:
    """Somebody else's streams, but for those in meetings that are watched: their sessions say so."""
    watched = {stream for session in board.sessions for stream in session.streams.foreign}
    return tuple(
        ColleagueView(
            capture.meeting.number, meeting_name(capture.meeting), capture.since, capture.unverified
        )
        for stream, capture in board.memory.colleagues.items()
        if stream not in watched
    )


def _joined(board: Board, context: Context) -> tuple[JoinedView, ...]:
    """List the meetings that the app owner is in now, the newest first."""
    return tuple(
        JoinedView(known.meeting.number, uuid, meeting_name(known.meeting))
        for uuid, known in reversed(tuple(board.memory.meetings.items()))
        if not known.over and is_surely_there(known.people, context.me)
    )


def _is_urgent(notice: Notice) -> bool:
    return notice.severity is not Severity.INFO


def _program(app: AppView) -> str:
    """Name the program, and the app: several may have an icon each."""
    return text("overview.of_app", name=app.name) if app.name else text("overview.app_name")


def _tooltip(
    program: str, title: str, lead: SessionView | None, notices: tuple[Notice, ...], now: Millis
) -> str:
    lines = [program, title]
    if lead is not None and lead.state is not _S.ENDED:
        lines.append(lead.meeting)
        lines.extend(_captured(lead, now))
    lines.extend(notice.title for notice in notices)
    return "\n".join(lines)


def _captured(lead: SessionView, now: Millis) -> Iterator[str]:
    """Say how much is captured, in words that stay true while nobody draws them anew."""
    captured = totals(lead.spans, now).get(SpanKind.CAPTURED, 0)
    if lead.state is _S.SHARING and not lead.unverified:
        yield text("overview.captured_since", time=clock(lead.since))
    elif captured >= SECOND:
        yield text("overview.captured", length=lasting(captured))


# --- which session leads ------------------------------------------------------------------------

_NEGATIVE: Final = frozenset({_S.DENIED, _S.REFUSED, _S.NO_ANSWER, _S.STOPPED})
_LAST: Final = 6


def leading(sessions: tuple[Session, ...]) -> Session | None:
    """Choose the session whose state stands for all; the newest of equals."""
    return min(sessions, key=lambda session: (_rank(session), -session.since), default=None)


def _rank(session: Session) -> int:
    alert = alert_of(session) or sight_alert(session)
    severity = None if alert is None or session.attention.acknowledged else alert.severity
    ranks = (
        (session.state is _S.ENDED, 7),
        (severity is Severity.CRITICAL, 0),
        (session.state is _S.RESEND_NEEDED, 1),
        (session.state in _NEGATIVE and severity is not None, 2),
        (session.state is _S.INTERRUPTED, 3),
        (session.state in UNANSWERED and not session.attention.acknowledged, 4),
        (session.state in LIVE, 5),
    )
    return next((rank for applies, rank in ranks if applies), _LAST)


def overall_state(lead: Session | None, account: AccountView) -> CaptureState:
    """Name the state of the whole: the leading session's, or that there is none."""
    if lead is not None and lead.state is not _S.ENDED:
        return lead.state
    signed_out = account.state in {SignInState.SIGNED_OUT, SignInState.NOT_CONFIGURED}
    first = account.state is SignInState.SIGNING_IN and account.user_id is None
    return _S.SIGNED_OUT if signed_out or first else _S.IDLE
