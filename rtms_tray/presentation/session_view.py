"""One session as people read it: its words, its checks, its story."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from rtms_tray.capture.alerts import alert_of, wants_attention
from rtms_tray.capture.conditions import UNKNOWN, Condition, Evidence, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.reasons import REASONS, Code, Group, Severity, Why
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.timings import AutoResend
from rtms_tray.capture.verdict import NOBODY_STARTS, fitting
from rtms_tray.presentation.actions import actions_of, offers_fall_back
from rtms_tray.presentation.view_model import (
    Capture,
    CheckView,
    Happening,
    ReasonView,
    SessionView,
)
from rtms_tray.presentation.wording import (
    clock_or_date,
    lost_spans,
    meeting_name,
    short_meeting_name,
    spent,
    views_of,
    with_loss,
)
from rtms_tray.support.texts import has_text, text
from rtms_tray.support.units import Millis

_S, _C = CaptureState, Condition

_OUR_WORDS: Final = frozenset(
    {Code.SIGN_IN_NEEDED, Code.OFFLINE, Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE}
)
"""Reasons whose message is not Zoom's: nothing was asked of it."""
_CHECKED: Final = (
    _C.HOST_ORG_RTMS_ENABLED,
    _C.HOST_CLIENT_SUPPORTED,
    _C.OWNER_CLIENT_SUPPORTED,
    _C.HOST_PRESENT,
    _C.OWNER_PRESENT,
    _C.HOST_APPROVAL_REQUIRED,
    _C.HOST_APPROVES,
    _C.IN_BREAKOUT_ROOM,
    _C.AUTO_START_ENABLED,
    _C.MEETING_ALLOWED_WITHOUT_HOST,
)
_IN_ORDER_IF_NOT: Final = frozenset(
    {_C.HOST_APPROVAL_REQUIRED, _C.IN_BREAKOUT_ROOM, _C.AUTO_START_ENABLED}
)
"""Conditions whose "no" is no obstacle."""
_SHOWN_ONCE_KNOWN: Final = frozenset({_C.AUTO_START_ENABLED, _C.MEETING_ALLOWED_WITHOUT_HOST})


def session_view(session: Session, context: Context) -> SessionView:
    """Make one session ready to draw."""
    alert, silence = alert_of(session), silence_of(session, context)
    capture = capture_of(session)
    title, words, remedy = _words(session, context)
    if _contradicts(title, capture):
        title = text(f"session.state_short.{session.state}")
    statement = _statement(capture, title)
    spans = views_of(session.timeline)
    stream = session.streams.current if session.live else None
    action = session.streams.action
    return SessionView(
        key=session.key,
        meeting_id=session.meeting.number,
        meeting_uuid=session.meeting.uuid,
        meeting=meeting_name(session.meeting),
        short_name=short_meeting_name(session.meeting),
        state=session.state,
        unverified_since=session.doubt.since,
        since=session.since,
        capture=capture,
        title=title,
        statement=statement,
        headline=_headline(title, statement),
        text=words,
        remedy=remedy,
        severity=alert.severity if alert else Severity.INFO,
        attention=wants_attention(session),
        actions=actions_of(session, context),
        checks=_checks(session),
        happened=_happened(session),
        summary=spent(spans, context.now, received=session.streams.received_at is not None),
        details=_details(session, context),
        spans=spans,
        fits=silence.fits if silence else (),
        question=silence.question if silence else "",
        asks=silence.ask_next if silence else None,
        auto_resend=_auto_resend(session, context),
        reason=_reason_as_shown(session, context, title, alert.severity if alert else None),
        refusal=_refusal(session, context),
        scenarios=_scenarios(session, context),
        rules=_rules(session, context),
        known=session.known,
        stream_id=stream.stream_id if stream and not stream.stopped else None,
        start_pending=_is_open(session.requests.newest),
        action_pending=action.action if action and action.open else None,
        falls_back=offers_fall_back(session, context),
    )


def _is_open(request: Request | None) -> bool:
    return request is not None and request.open


def _auto_resend(session: Session, context: Context) -> bool | None:
    if session.state not in {_S.WAITING_FOR_HOST, _S.RESEND_NEEDED}:
        return None
    return context.policy.auto_resend is AutoResend.HOST_JOINED


# --- whether anything is captured ---------------------------------------------------------------


def capture_of(session: Session) -> Capture:
    """Say whether anything is captured; never that nothing is while that is not certain."""
    blind = session.code is Code.CANNOT_SEE
    if not session.verified or session.state is _S.INTERRUPTED or blind:
        return Capture.MAY_BE
    if session.state is _S.SHARING:
        return Capture.CAPTURING
    return Capture.NOT_YET if session.state in UNANSWERED else Capture.NOT_CAPTURING


_BEGINNINGS: Final = {
    Capture.CAPTURING: ("capturing",),
    Capture.NOT_YET: ("not_yet", "not_capturing"),
    Capture.NOT_CAPTURING: ("not_capturing", "stopped"),
    Capture.MAY_BE: ("may_be",),
}
"""How titles begin that say whether anything is captured; the first is the statement itself."""


def _statement(capture: Capture, title: str) -> str:
    """Say whether anything is captured, unless the title begins with that."""
    said = tuple(text(f"session.capture.{key}") for key in _BEGINNINGS[capture])
    return "" if title.startswith(said) else said[0]


def _contradicts(title: str, capture: Capture) -> bool:
    """Whether a title begins with what is not so."""
    others = (beginnings for other, beginnings in _BEGINNINGS.items() if other is not capture)
    wrong = {key for keys in others for key in keys} - set(_BEGINNINGS[capture])
    said_wrongly = title.startswith(tuple(text(f"session.capture.{key}") for key in wrong))
    return said_wrongly and bool(_statement(capture, title))


def _headline(title: str, statement: str) -> str:
    if not statement:
        return title
    return text("session.headline", statement=statement, title=title)


# --- words --------------------------------------------------------------------------------------


def _reason_as_shown(
    session: Session, context: Context, title: str, severity: Severity | None
) -> ReasonView | None:
    """Put the reason into the words that the session has, which no doubt of it contradicts."""
    if session.why is None:
        return None
    _title, words, remedy = _own_words(session, context)
    reason = reason_view(session.why, context.now, severity)
    return replace(reason, title=title, text=words, remedy=remedy)


def _refusal(session: Session, context: Context) -> ReasonView | None:
    """Say what was refused, and nothing of whether anything is captured: the state stays."""
    why = session.attention.refusal
    if why is None:
        return None
    refusal = reason_view(why, context.now, Severity.ATTENTION)
    return replace(refusal, title=refusal.short)


def reason_view(why: Why, now: Millis, severity: Severity | None = None) -> ReasonView:
    """Put a reason at work into words."""
    reason = REASONS[why.code]
    number = text("session.number_unknown") if why.number is None else str(why.number)
    return ReasonView(
        code=why.code,
        severity=severity or Severity.INFO,
        title=reason.title,
        short=reason.short,
        text=reason.text.replace("{number}", number),
        remedy=_remedy(why, now),
        number=why.number,
        message=why.message,
        until=why.until,
    )


def _remedy(why: Why, now: Millis) -> str:
    """What to do about a reason, with the time where Zoom named one."""
    remedy = REASONS[why.code].remedy
    if why.until is None:
        return remedy
    return text("session.requests_again_at", remedy=remedy, time=clock_or_date(why.until, now))


def answer_words(session: SessionView) -> str:
    """Say in one go how a session stands, or what was refused to it."""
    if session.refusal is not None:
        answer = _in_one_go(session.refusal.title, session.refusal.text, session.refusal.remedy)
        return _with_zooms_words(answer, session.refusal)
    remedy = session.remedy or question_words(session)
    return _with_zooms_words(_in_one_go(session.title, session.text, remedy), session.reason)


def _in_one_go(title: str, words: str, remedy: str) -> str:
    return text("session.answer.reason", title=title, text=words, remedy=remedy).strip()


def _with_zooms_words(answer: str, reason: ReasonView | None) -> str:
    if reason is None or not reason.message:
        return answer
    said = _zooms_words(reason.code, reason.message)
    return text("session.answer.with_zooms_words", answer=answer, zooms_words=said)


def question_words(session: SessionView) -> str:
    """Ask the one question that decides most; empty where there is none."""
    return text("session.question", question=session.question) if session.question else ""


def _zooms_words(code: Code, message: str) -> str:
    key = "session.details.more" if code in _OUR_WORDS else "session.details.zoom_says"
    return text(key, words=message.rstrip("."))


def state_words(state: CaptureState) -> tuple[str, str]:
    """Title and text of a state for which no reason is known."""
    key = f"session.state.{state}"
    if has_text(key):
        return text(key), text(f"session.state_text.{state}")
    return text(f"session.state_short.{state}"), text("session.reason_unknown")


def _words(session: Session, context: Context) -> tuple[str, str, str]:
    title, words, remedy = _own_words(session, context)
    if (why := session.attention.refusal) is not None:
        refusal = reason_view(why, context.now)
        words = text("session.refusal", title=refusal.short, text=refusal.text)
        remedy = refusal.remedy
    if session.streams.foreign:
        words = text("session.captured_for_others_too", text=words)
    return title, words, remedy


def _own_words(session: Session, context: Context) -> tuple[str, str, str]:
    title, words, remedy = _last_known_words(session, context)
    if session.verified or session.state is _S.INTERRUPTED or session.code is Code.CANNOT_SEE:
        return title, words, remedy
    own_title = REASONS[session.why.code].unverified if session.why else ""
    if own_title:
        return own_title, words, remedy
    if session.state is _S.SHARING:
        now = context.now
        return _unverified_sharing(session, now), _not_confirmed(session, now), remedy
    title = text("session.unverified", last=_short(session.state, session.why))
    return title, text("session.last_known", text=words), remedy


def _unverified_sharing(session: Session, now: Millis) -> str:
    if session.code is Code.SEEN_BY_USER:
        return text("session.you_said_so", time=clock_or_date(session.doubt.proved_at, now))
    return text("session.unverified_sharing")


def _not_confirmed(session: Session, now: Millis) -> str:
    since = session.doubt.since or session.since
    return text("session.not_confirmed", time=clock_or_date(since, now))


def _last_known_words(session: Session, context: Context) -> tuple[str, str, str]:
    if session.why is None:
        return *state_words(session.state), ""
    reason = reason_view(session.why, context.now)
    silence = silence_of(session, context)
    if silence is None:
        return reason.title, reason.text, reason.remedy
    remedy = reason.remedy if silence.remedy is None else silence.remedy
    return reason.title, silence.text or reason.text, remedy


def _short(state: CaptureState, why: Why | None) -> str:
    return REASONS[why.code].short if why else text(f"session.state_short.{state}")


# --- for the curious ----------------------------------------------------------------------------


def _scenarios(session: Session, context: Context) -> tuple[int, ...]:
    """Number the scenarios behind a state: those of its reason; in silence, what still fits."""
    silence = silence_of(session, context)
    if silence is not None and session.attention.refusal is None:
        return silence.scenarios
    why = session.attention.refusal or session.why
    numbers = REASONS[why.code].scenarios if why else ()
    return (*numbers, *_owner_absent(session, numbers))


def _owner_absent(session: Session, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Name the scenario in which nobody starts it, where the app owner is known not to be there."""
    known = {name: evidence.value for name, evidence in session.known.items()}
    absent = known.get(_C.OWNER_PRESENT) is Value.NO
    waits = session.state in UNANSWERED or session.code is Code.NOT_ENTITLED_TO_START
    fits = waits and absent and NOBODY_STARTS not in numbers and NOBODY_STARTS in fitting(known)
    return (NOBODY_STARTS,) if fits else ()


def _rules(session: Session, context: Context) -> tuple[str, ...]:
    if (silence := silence_of(session, context)) is not None:
        return silence.rules
    return REASONS[session.why.code].rules if session.why else ()


def _details(session: Session, context: Context) -> str:
    return " · ".join((*_of_reason(session, context), *_beside(session, context.now)))


def _beside(session: Session, now: Millis) -> Iterator[str]:
    """Tell what does not change the state."""
    if (received_at := session.streams.received_at) is not None:
        yield text("session.details.received", time=clock_or_date(received_at, now))
    if session.state is _S.SHARING and session.verified:
        yield text("session.details.pause_unseen")
    for aside in session.asides:
        yield text(f"session.details.aside.{aside}")


def _of_reason(session: Session, context: Context) -> list[str]:
    why = session.attention.refusal or session.why
    parts: list[str] = []
    if why is None:
        return parts
    if scenarios := _scenarios(session, context):
        parts.append(text("session.details.scenarios", numbers=", ".join(map(str, scenarios))))
    if why.number is not None:
        is_stop = REASONS[why.code].group is Group.STOP
        key = "session.details.stop_reason" if is_stop else "session.details.error_code"
        parts.append(text(key, number=why.number))
    if why.message:
        parts.append(_zooms_words(why.code, why.message))
    return parts


# --- checks -------------------------------------------------------------------------------------


def _checks(session: Session) -> tuple[CheckView, ...]:
    if session.state in {_S.ENDED, _S.IDLE}:
        return ()
    # Where capture is certain, nothing need be asked.
    asks = not session.live or not session.verified
    return tuple(
        _check(condition, session.known.get(condition, UNKNOWN), runs=not asks)
        for condition in _CHECKED
        if condition in session.known or (asks and condition not in _SHOWN_ONCE_KNOWN)
    )


def _check(condition: Condition, evidence: Evidence, *, runs: bool) -> CheckView:
    """Make a line whose mark says what the condition means for the data, in words that are true."""
    value = Value.NO if evidence.value in {Value.LEFT, Value.WITHDRAWN} else evidence.value
    key = "session.check_no" if value is Value.NO else "session.check"
    mark: Value | None = value
    if value is Value.NO and condition in _IN_ORDER_IF_NOT:
        mark = Value.YES
    elif value is Value.YES and condition is _C.IN_BREAKOUT_ROOM:
        mark = Value.NO
    elif value is Value.NO and runs:
        mark = None
    return CheckView(condition, text(f"{key}.{condition}"), evidence, mark)


# --- what happened ------------------------------------------------------------------------------


def _happened(session: Session) -> tuple[Happening, ...]:
    """List what happened, newest first; the last entry's loss still grows, and is in the summary."""
    story = session.story
    lost = lost_spans(session.timeline, max((entry.at for entry in story), default=0))
    entries = [
        Happening(entry.at, with_loss(_short(entry.state, entry.why), lost, entry.at, after.at))
        for entry, after in pairwise(story)
    ]
    entries += [Happening(entry.at, _short(entry.state, entry.why)) for entry in story[-1:]]
    return tuple(reversed(entries))
