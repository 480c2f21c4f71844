"""One session, ready to draw: its words, its checks, its story."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rtms_tray.capture.alerts import alert_of, wants_attention
from rtms_tray.capture.conditions import UNKNOWN, Condition, Evidence, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.reasons import REASONS, Code, Group, Severity
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.timings import AutoResend
from rtms_tray.capture.verdict import NOBODY_STARTS, fitting
from rtms_tray.presentation.actions import actions_of, offers_fall_back, reminder_at
from rtms_tray.presentation.session_words import session_words, short_words, zooms_words
from rtms_tray.presentation.view_model import CheckView, Happening, SessionView
from rtms_tray.presentation.wording import (
    clock_or_date,
    lost_spans,
    meeting_name,
    short_meeting_name,
    spent,
    views_of,
    with_loss,
)
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

_S, _C = CaptureState, Condition

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
    severity = alert.severity if alert else None
    said = session_words(session, context, severity)
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
        capture=said.capture,
        title=said.title,
        statement=said.statement,
        headline=said.headline,
        text=said.text,
        remedy=_with_reminder(said.remedy, session, context.now),
        severity=severity or Severity.INFO,
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
        reason=said.reason,
        refusal=said.refusal,
        scenarios=_scenarios(session, context),
        rules=_rules(session, context),
        known=session.known,
        stream_id=stream.stream_id if stream and not stream.stopped else None,
        start_pending=_is_open(session.requests.newest),
        action_pending=action.action if action and action.open else None,
        falls_back=offers_fall_back(session, context),
    )


def _with_reminder(remedy: str, session: Session, now: Millis) -> str:
    """What to do, and when the user will be reminded of it, if they asked for that."""
    at = reminder_at(session)
    if at is None:
        return remedy
    return text("session.reminded_at", remedy=remedy, time=clock_or_date(at, now)).strip()


def _is_open(request: Request | None) -> bool:
    return request is not None and request.open


def _auto_resend(session: Session, context: Context) -> bool | None:
    if session.state not in {_S.WAITING_FOR_HOST, _S.RESEND_NEEDED}:
        return None
    return context.policy.auto_resend is AutoResend.HOST_JOINED


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
        parts.append(zooms_words(why.code, why.message))
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
        Happening(
            entry.at, with_loss(short_words(entry.state, entry.why), lost, entry.at, after.at)
        )
        for entry, after in pairwise(story)
    ]
    entries += [Happening(entry.at, short_words(entry.state, entry.why)) for entry in story[-1:]]
    return tuple(reversed(entries))
