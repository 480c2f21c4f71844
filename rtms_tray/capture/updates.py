"""The few ways in which a session changes; every rule is put together from these."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value, learn
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Happened, Session
from rtms_tray.capture.states import LIVE, CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.units import Millis

_S = CaptureState
_RAN: Final = LIVE | {_S.STOPPED}
_LONGEST_STORY: Final = 200


def learned(
    session: Session, condition: Condition, value: Value, source: Source, at: Millis
) -> Session:
    """Keep a piece of evidence (`at` on Zoom's clock)."""
    known = learn(session.known, condition, Evidence(value, source, at))
    return replace(session, known=known)


def forgotten(session: Session, condition: Condition) -> Session:
    """Know nothing of a condition any more."""
    known = {name: told for name, told in session.known.items() if name is not condition}
    return replace(session, known=known)


def armed(session: Session, timer: Timer, at: Millis) -> Session:
    """Set a deadline, replacing an older one of the same name."""
    return replace(session, timers={**session.timers, timer: at})


def disarmed(session: Session, *timers: Timer) -> Session:
    """Drop deadlines (the machine drops those that mean nothing in the new state)."""
    left = {name: at for name, at in session.timers.items() if name not in timers}
    return replace(session, timers=left)


def moved(
    session: Session,
    state: CaptureState,
    now: Millis,
    why: Why | None = None,
    *,
    at: Millis | None = None,
) -> Session:
    """Enter a state (at an earlier moment of this machine's clock, where an event says so)."""
    at = now if at is None else at
    changed = state is not session.state
    code = why.code if why else None
    news = changed or code is not (session.why.code if session.why else None)
    entry = (Happened(at, state, why),) if news else ()
    return replace(
        session,
        state=state,
        why=why,
        since=max(at, session.since) if changed else session.since,
        ran=session.ran or state in _RAN,
        acknowledged=session.acknowledged and not news,
        refusal=None if changed else session.refusal,
        story=(*session.story, *entry)[-_LONGEST_STORY:],
    )


def span_kind(session: Session) -> SpanKind:
    """Say what time is worth in this state."""
    running = session.people.began
    code = session.why.code if session.why else None
    match session.state:
        case _S.WAITING_FOR_MEETING if not running:
            return SpanKind.NOT_COUNTED
        case _ if session.unverified_since is not None:
            return SpanKind.UNKNOWN
        case _S.PENDING_APPROVAL if code is Code.CANNOT_SEE:
            return SpanKind.UNKNOWN
        case _S.SHARING:
            return SpanKind.CAPTURED
        case _S.PAUSED:
            return SpanKind.PAUSED
        case _S.INTERRUPTED:
            return SpanKind.UNKNOWN
        case _S.STOPPED if code is Code.STOPPED_BY_YOU:
            return SpanKind.PAUSED
        case _:
            return SpanKind.LOST


def painted(session: Session, at: Millis) -> Session:
    """Let the timeline follow the state."""
    code = session.why.code if session.why else ""
    return replace(session, timeline=session.timeline.mark(at, span_kind(session), code))


def verified(session: Session) -> Session:
    """The state itself was seen, or is certain again."""
    return replace(session, unverified_since=None, stream_in_doubt=False)


def seen_to_run(session: Session) -> Session:
    """The meeting was seen again: that settles everything but a doubt about the stream itself."""
    return session if session.stream_in_doubt else verified(session)


def doubted(session: Session, since: Millis, *, stream: bool = False) -> Session:
    """Nothing vouches for this session's state since then; `stream`: nor will sight of the meeting."""
    if not session.open:
        return session
    session = replace(session, stream_in_doubt=session.stream_in_doubt or stream)
    if session.unverified_since is not None:
        return session
    since = max(since, session.since)
    timeline = session.timeline.repaint(since, SpanKind.UNKNOWN, "unverified")
    return replace(session, unverified_since=since, timeline=timeline)


def return_to_previous(session: Session, now: Millis) -> Session:
    """Return from an interruption or a room to the state before, unverified: no event tells of it."""
    state = session.before or _S.SHARING
    why = session.before_why if state is _S.PAUSED else Why(Code.RECEIVER_MAYBE_BACK)
    session = replace(session, before=None, before_why=None)
    return doubted(moved(session, state, now, why), now, stream=True)


def ended(session: Session, now: Millis, why: Why | None, at: Millis | None = None) -> Session:
    """The meeting is over, or was given up: nothing is counted or waited for any more."""
    if why is None and _is_revoked(session):
        why = session.why  # captured material must be deleted: the meeting's end changes nothing
    at = now if at is None else min(at, now)
    session = verified(moved(session, _S.ENDED, now, why, at=at))
    timeline = session.timeline.close(at)
    return replace(session, timeline=timeline, timers={}, held=(), before=None, quiet_left=None)


def _is_revoked(session: Session) -> bool:
    return session.why is not None and session.why.code is Code.STOP_REVOKED
