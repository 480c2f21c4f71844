"""Sessions as people see them: one pure way from what is known to what every surface shows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from rtms_tray.capture.alerts import Alert, alert_of, sight_alert, wants_attention
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import UNKNOWN, Condition, Evidence, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.events import Meeting
from rtms_tray.capture.policy import AutoResend
from rtms_tray.capture.reasons import REASONS, Code, Group, Reason, Severity, Why
from rtms_tray.capture.session import Happened, Session
from rtms_tray.capture.states import LIVE, UNANSWERED, CaptureState
from rtms_tray.presentation.actions import actions_of, program_actions
from rtms_tray.presentation.view_model import (
    AccountView,
    ArmedView,
    CheckView,
    ColleagueView,
    FeedView,
    Happening,
    Notice,
    Overview,
    SessionView,
    SignInState,
)
from rtms_tray.presentation.wording import lost_until, spent, views_of
from rtms_tray.support.units import SECOND, Millis

_S = CaptureState

_PLAIN: Final[dict[CaptureState, tuple[str, str]]] = {
    _S.IDLE: ("Nothing is watched", "Start capture with a meeting's number or link."),
    _S.REQUESTING: ("Sending the request…", "The request is on its way to Zoom."),
    _S.SHARING: ("Sharing", "A stream is live."),
    _S.ENDED: ("Ended", "The meeting is over."),
    _S.SIGNED_OUT: ("Signed out", "Sign in to Zoom to begin."),
}
"""Title and text of the states that may stand without a reason."""

_OUR_WORDS: Final = frozenset(
    {Code.SIGN_IN_NEEDED, Code.OFFLINE, Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE}
)
"""Reasons whose message is not Zoom's: nothing was asked of it."""
_TEN_DIGITS: Final = 10

_CHECKS: Final[dict[Condition, str]] = {
    Condition.HOST_ORG_RTMS_ENABLED: "Host's organization allows RTMS",
    Condition.HOST_CLIENT_SUPPORTED: "Host's Zoom is 6.5.5 or later",
    Condition.OWNER_CLIENT_SUPPORTED: "Your Zoom is 6.5.5 or later",
    Condition.HOST_PRESENT: "Host is in the meeting",
    Condition.OWNER_PRESENT: "You are in the meeting",
    Condition.HOST_APPROVAL_REQUIRED: "Host approval is required",
    Condition.HOST_APPROVES: "Host approves",
    Condition.IN_BREAKOUT_ROOM: "You are in a breakout room",
    Condition.AUTO_START_ENABLED: "Auto-start is on",
    Condition.MEETING_ALLOWED_WITHOUT_HOST: "The meeting may start without its host",
}
_ONCE_KNOWN: Final[dict[tuple[Condition, Value], tuple[str, Value]]] = {
    (Condition.HOST_APPROVAL_REQUIRED, Value.NO): ("Host approval is not required", Value.YES),
    (Condition.IN_BREAKOUT_ROOM, Value.NO): ("You are not in a breakout room", Value.YES),
    (Condition.IN_BREAKOUT_ROOM, Value.YES): ("You are in a breakout room", Value.NO),
    (Condition.AUTO_START_ENABLED, Value.NO): ("Auto-start is off", Value.YES),
}
"""Where "no" is no obstacle, or "yes" is one: words and mark say what it means for the data."""
_SHOWN_ONCE_KNOWN: Final = frozenset(
    {Condition.AUTO_START_ENABLED, Condition.MEETING_ALLOWED_WITHOUT_HOST}
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is shown beside the sessions."""

    account: AccountView
    feed: FeedView
    notices: tuple[Notice, ...] = ()
    armed: tuple[ArmedView, ...] = ()
    watches_all: bool = False  # colleagues' streams are shown, too


def overview(board: Board, around: Surroundings, now: Millis) -> Overview:
    """Make everything that any surface shows."""
    views = tuple(session_view(session, board.context.at(now)) for session in board.sessions)
    lead = leading(board.sessions)
    lead_view = next((view for view in views if lead and view.key == lead.key), None)
    overall = overall_state(lead, around.account)
    shown = lead is not None and overall is lead.state
    title = lead_view.title if lead_view and shown else _headline(overall, around.account)
    verified = lead is None or lead.verified
    return Overview(
        overall=overall,
        verified=verified,
        attention=any(map(wants_attention, board.sessions)) or _urgent(around.notices),
        title=title if verified else f"{title} (not verified)",
        since=lead.since if lead and shown else None,
        tooltip=_tooltip(title, lead_view, around),
        account=around.account,
        feed=around.feed,
        notices=around.notices,
        sessions=views,
        lead=lead_view,
        actions=program_actions(around.account),
        armed=around.armed,
        colleagues=_colleagues(board) if around.watches_all else (),
    )


def _headline(overall: CaptureState, account: AccountView) -> str:
    if overall is _S.SIGNED_OUT and account.state is SignInState.SIGNING_IN:
        return "Signing in: continue in the browser"
    return _PLAIN[overall][0]


def _colleagues(board: Board) -> tuple[ColleagueView, ...]:
    """Somebody else's streams, but for those in meetings that are watched: their sessions say so."""
    watched = {stream for session in board.sessions for stream in session.streams.foreign}
    return tuple(
        ColleagueView(one.meeting.number, name_of(one.meeting), one.since, one.unverified)
        for stream, one in board.memory.colleagues.items()
        if stream not in watched
    )


def _urgent(notices: tuple[Notice, ...]) -> bool:
    return any(notice.severity is not Severity.INFO for notice in notices)


def _tooltip(title: str, lead: SessionView | None, around: Surroundings) -> str:
    lines = ["rtms-tray", title]
    if lead is not None and lead.state is not _S.ENDED:
        lines.append(lead.meeting)
    lines.extend(notice.title for notice in around.notices)
    return "\n".join(lines)


# --- which session leads ------------------------------------------------------------------------


def leading(sessions: tuple[Session, ...]) -> Session | None:
    """Choose the session whose state stands for all; the newest of equals."""
    return min(sessions, key=lambda one: (_rank(one), -one.since), default=None)


def _rank(session: Session) -> int:
    alert = alert_of(session) or sight_alert(session)
    loud = alert is not None and not session.attention.acknowledged
    ranks = (
        (session.state is _S.ENDED, 7),
        (loud and alert is not None and alert.severity is Severity.CRITICAL, 0),
        (session.state is _S.RESEND_NEEDED, 1),
        (session.state in {_S.DENIED, _S.REFUSED, _S.NO_ANSWER, _S.STOPPED} and loud, 2),
        (session.state is _S.INTERRUPTED, 3),
        (session.state in UNANSWERED and not session.attention.acknowledged, 4),
        (session.state in LIVE, 5),
    )
    return next((rank for applies, rank in ranks if applies), 6)


def overall_state(lead: Session | None, account: AccountView) -> CaptureState:
    """Name the state of the whole: the leading session's, or that there is none."""
    if lead is not None and lead.state is not _S.ENDED:
        return lead.state
    signed_out = account.state in {SignInState.SIGNED_OUT, SignInState.NOT_CONFIGURED}
    first = account.state is SignInState.SIGNING_IN and account.user_id is None
    return _S.SIGNED_OUT if signed_out or first else _S.IDLE


# --- one session --------------------------------------------------------------------------------


def session_view(session: Session, context: Context) -> SessionView:
    """Put one session into words."""
    title, text, remedy = _words(session, context)
    alert = alert_of(session)
    silence = silence_of(session, context)
    return SessionView(
        key=session.key,
        meeting_id=session.meeting.number,
        meeting_uuid=session.meeting.uuid,
        meeting=meeting_name(session),
        state=session.state,
        unverified=not session.verified,
        since=session.since,
        title=title,
        text=text,
        remedy=remedy,
        severity=alert.severity if alert else Severity.INFO,
        attention=wants_attention(session),
        actions=actions_of(session, context),
        checks=_checks(session),
        happened=_happened(session),
        summary=summary(session, context.now),
        details=_details(session, context),
        spans=views_of(session.timeline),
        fits=silence.fits if silence else (),
        question=silence.question if silence else "",
        asks=silence.ask_next if silence else None,
        resends_itself=_resends_itself(session, context),
        reason=_code(session, alert),
        refusal=session.attention.refusal.code if session.attention.refusal else None,
    )


def _code(session: Session, alert: Alert | None) -> Code | None:
    """Name the reason behind a session's state; a stream that began as it should has one as a message only."""
    why = session.why or (alert.why if alert else None)
    return why.code if why else None


def _resends_itself(session: Session, context: Context) -> bool | None:
    if session.state not in {_S.WAITING_FOR_HOST, _S.RESEND_NEEDED}:
        return None
    return context.policy.auto_resend is AutoResend.HOST_JOINED


def reason_of(why: Why) -> Reason:
    """The reason behind a session's state."""
    return REASONS[why.code]


def filled(text: str, why: Why) -> str:
    """Put Zoom's number into a reason's text."""
    number = "unknown" if why.number is None else str(why.number)
    return text.replace("{number}", number)


def remedy_of(why: Why) -> str:
    """What to do about a reason, with the time (this machine's) where Zoom named one."""
    remedy = reason_of(why).remedy
    if why.until is None:
        return remedy
    at = datetime.fromtimestamp(why.until / SECOND, UTC).astimezone()
    return f"{remedy} Zoom takes requests again at {at:%H:%M}."


def in_words(session: Session, context: Context) -> str:
    """Say in one go how a session stands, or what was refused to it."""
    why = session.attention.refusal
    if why is not None:
        reason = reason_of(why)
        said = f" {_said_by_zoom(why)}." if why.message else ""
        return f"{reason.title}. {filled(reason.text, why)} {remedy_of(why)}{said}"
    view = session_view(session, context)
    said = f" {_said_by_zoom(session.why)}." if session.why and session.why.message else ""
    todo = view.remedy or asking(view)
    return f"{view.title}. {view.text} {todo}".strip() + said


def asking(session: SessionView) -> str:
    """Ask the one question that decides most; empty where there is none."""
    return f"One answer decides most: {session.question}" if session.question else ""


def scenarios_of(session: Session, context: Context) -> tuple[int, ...]:
    """Number the scenarios behind a session's state: those of its reason; in silence, what still fits."""
    silence = silence_of(session, context)
    if silence is not None and session.attention.refusal is None:
        return silence.scenarios
    why = session.attention.refusal or session.why
    return reason_of(why).scenarios if why else ()


def _said_by_zoom(why: Why) -> str:
    return f"{'More' if why.code in _OUR_WORDS else 'Zoom says'}: {why.message.rstrip('.')}"


def _plain(state: CaptureState) -> tuple[str, str]:
    """Title and text of a state for which no reason is known."""
    return _PLAIN.get(state) or (
        str(state).replace("_", " ").capitalize(),
        "The reason is unknown.",
    )


def _words(session: Session, context: Context) -> tuple[str, str, str]:
    if session.why is None:
        title, text = _plain(session.state)
        remedy = ""
    else:
        reason = reason_of(session.why)
        title, text = reason.title, filled(reason.text, session.why)
        remedy = remedy_of(session.why)
        if (silence := silence_of(session, context)) is not None:
            text = silence.text or text
            remedy = remedy if silence.remedy is None else silence.remedy
    if session.attention.refusal is not None:
        refused = reason_of(session.attention.refusal)
        text = f"{refused.title}. {filled(refused.text, session.attention.refusal)}"
        remedy = remedy_of(session.attention.refusal)
    elif not session.verified and session.why is None:
        text = "It was so when last seen; nothing has confirmed it since."
    if session.streams.foreign:
        text = f"{text} The app also captures for someone else here."
    return title, text, remedy


def meeting_name(session: Session) -> str:
    """Name a meeting by its number, grouped as Zoom shows it; by a short UUID where that is all."""
    return name_of(session.meeting)


def name_of(meeting: Meeting) -> str:
    """The same for a meeting of which no session is kept."""
    if meeting.number:
        return f"Meeting {grouped(meeting.number)}"
    return f"Meeting {(meeting.uuid or '?')[:8]}…"


def grouped(number: str) -> str:
    """Group a meeting number as Zoom does: 987 1234 5670, 123 456 7890, 123 456 789."""
    middle = 7 if len(number) > _TEN_DIGITS else 6
    parts = (number[:3], number[3:middle], number[middle:])
    return " ".join(part for part in parts if part)


def _checks(session: Session) -> tuple[CheckView, ...]:
    if session.state in {_S.ENDED, _S.IDLE}:
        return ()
    # Where capture is certain, nothing need be asked.
    asks = not session.live or not session.verified
    return tuple(
        _check(condition, session.known.get(condition, UNKNOWN))
        for condition in _CHECKS
        if condition in session.known or (asks and condition not in _SHOWN_ONCE_KNOWN)
    )


def _check(condition: Condition, evidence: Evidence) -> CheckView:
    gone = {Value.LEFT, Value.WITHDRAWN}
    plain = _CHECKS[condition], Value.NO if evidence.value in gone else evidence.value
    text, mark = _ONCE_KNOWN.get((condition, evidence.value), plain)
    return CheckView(condition, text, evidence, mark)


def _happened(session: Session) -> tuple[Happening, ...]:
    story = session.story
    told = [
        Happening(entry.at, _headed(entry) + lost_until(session.timeline, entry.at, after.at))
        for entry, after in pairwise(story)
    ]
    told += [Happening(entry.at, _headed(entry)) for entry in story[-1:]]  # the summary counts on
    return tuple(reversed(told))


def _headed(entry: Happened) -> str:
    return reason_of(entry.why).title if entry.why else _plain(entry.state)[0]


def _details(session: Session, context: Context) -> str:
    why = session.attention.refusal or session.why
    if why is None:
        return ""
    parts = []
    if scenarios := scenarios_of(session, context):
        parts.append("Scenarios: " + ", ".join(map(str, scenarios)))
    if why.number is not None:
        what = "stop reason" if reason_of(why).group is Group.STOP else "error code"
        parts.append(f"Zoom's {what}: {why.number}")
    if why.message:
        parts.append(_said_by_zoom(why))
    return " · ".join(parts)


def summary(session: Session, now: Millis) -> str:
    """Say how much of the meeting was captured: "Stream live 8 of 16 min · 8 min lost"."""
    return spent(views_of(session.timeline), now)
