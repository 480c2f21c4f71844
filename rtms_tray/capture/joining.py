"""Makes one session of two that turn out to be one meeting.

Zoom may name a stream's meeting by its UUID alone, while a request waits that was sent by number: until a look
at the meeting, or an event, tells that both are one, each has a session of its own. They are then joined under
the name of the one that the user asked for; of what either has seen or asked, nothing is lost.
"""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.boards import Board, Turn
from rtms_tray.capture.changes import armed
from rtms_tray.capture.conditions import Known, learn
from rtms_tray.capture.effects import Category, Effect, Withdraw
from rtms_tray.capture.hearing import heard
from rtms_tray.capture.identity import given_up
from rtms_tray.capture.memory import joined_names
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Happened, Request, Session
from rtms_tray.capture.timeline import Mark, Timeline
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

_LONGEST_STORY: Final = 200


def joined(board: Board, key: str, event: e.ZoomEvent | e.MeetingSeen, now: Millis) -> Turn:
    """Join a session that has just been told its names with the one that waits for the same number."""
    session = board.session(key)
    asker = _asker(board, session) if session else None
    if session is None or asker is None or not _is_one(session, asker, _seen_at(event, asker, now)):
        return Turn(board, key=key)
    one = _as_one(session, asker, now)
    left = tuple(other for other in board.sessions if other.key != key)
    effects: list[Effect] = [Withdraw(key, category) for category in Category]
    effects.extend(heard(asker, one))
    return Turn(replace(board, sessions=left).changed(one), tuple(effects), one.key)


def _asker(board: Board, session: Session) -> Session | None:
    """Find the session that was asked for by this session's number, and knows no UUID."""
    number = session.meeting.number
    if not (session.open and session.meeting.uuid and number):
        return None
    same = (
        one
        for one in reversed(board.sessions)
        if one.meeting.number == number and one.meeting.uuid is None and one.asked_at is not None
    )
    return next((one for one in same if one.open or (given_up(one) and session.live)), None)


def _seen_at(event: e.ZoomEvent | e.MeetingSeen, asker: Session, now: Millis) -> Millis:
    """When the meeting with the UUID was last seen to run, by this event (Zoom's clock)."""
    if not isinstance(event, e.MeetingSeen):
        return event.at
    return asker.zoom_now(now) if event.status is e.MeetingStatus.STARTED else 0


def _is_one(session: Session, asker: Session, seen_at: Millis) -> bool:
    """Whether both are one instance: an older one, not seen since the request, may be over."""
    asked_at = (asker.asked_at or 0) - policy.CLOCK_MARGIN
    began = session.stream.started_at if session.stream else 0
    if not asker.open:
        return began > asked_at
    return session.unverified_since is None or max(began, seen_at) > asked_at


def _as_one(session: Session, asker: Session, now: Millis) -> Session:
    """Go on as the asker, in the state of whichever knows better: a stream, or a newer request."""
    turn = _asked_again_at(session, asker, now)
    lead, other = (session, asker) if turn is None else (asker, session)
    one = replace(
        _with_requests(lead, session, asker),
        number=asker.number,
        meeting=joined_names(session.meeting, asker.meeting),
        why=_why(session, asker) if lead is session else lead.why,
        stream=lead.stream if lead.live else session.stream or other.stream,
        ran=session.ran or asker.ran,
        finished=session.finished | asker.finished,
        others=session.others | asker.others,
        people=session.people,
        known=_known(session.known, asker.known),
        readable=session.readable or asker.readable,
        signals=session.signals or asker.signals,
        evidence_at=max(session.evidence_at, asker.evidence_at),
        timeline=_timeline(session, asker, turn),
    )
    one = armed(one, Timer.LOST_SIGHT, one.evidence_at + policy.LOST_SIGHT_AFTER)
    return replace(one, story=_story(one, session, asker, now))


def _with_requests(lead: Session, session: Session, asker: Session) -> Session:
    """Keep what was asked on either side; of two requests, the newer is waited for."""
    newest = _newest(session.request, asker.request)
    return replace(
        lead,
        zoom_ahead=asker.zoom_ahead or session.zoom_ahead,
        request=lead.request if lead.awaits_reply else newest,
        requests=asker.requests,
        asked=True,
        asked_at=max(session.asked_at or 0, asker.asked_at or 0),
        act=session.act or asker.act,
        stop_sent_at=session.stop_sent_at or asker.stop_sent_at,
        out_of_denial_at=asker.out_of_denial_at or session.out_of_denial_at,
        held=(*session.held, *asker.held),
    )


def _asked_again_at(session: Session, asker: Session, now: Millis) -> Millis | None:
    """When the asker's request was sent, if it is newer than all that became of the stream."""
    asked_at = asker.local(asker.asked_at or 0, now)
    newer = asker.open and not session.live and asked_at > session.since
    return asked_at if newer else None


def _why(session: Session, asker: Session) -> Why | None:
    """A stream that was asked for from here did not begin elsewhere."""
    why, stream = session.why, session.stream
    if why is None or why.code is not Code.BEGAN_ELSEWHERE or stream is None:
        return why
    if stream.started_at <= (asker.asked_at or 0) - policy.CLOCK_MARGIN:
        return why
    return Why(Code.BEGAN_AFTER_GIVE_UP) if given_up(asker) else None


def _newest(one: Request | None, other: Request | None) -> Request | None:
    return max((sent for sent in (one, other) if sent), key=lambda sent: sent.sent_at, default=None)


def _known(one: Known, other: Known) -> Known:
    for condition, told in other.items():
        one = learn(one, condition, told)
    return one


def _timeline(session: Session, asker: Session, turn: Millis | None) -> Timeline:
    """Until the stream came, time was the asker's; from `turn` on, it is so again."""
    asked, streamed = asker.timeline.reopen().marks, session.timeline.marks
    began = streamed[0].at if streamed else None
    before = tuple(mark for mark in asked if began is None or mark.at < began)
    if turn is None or began is None:
        return Timeline((*before, *streamed))
    then = max(turn, began)
    current = [Mark(then, mark.kind, mark.why) for mark in asked if mark.at <= then][-1:]
    later = (mark for mark in asked if mark.at > then)
    return Timeline((*before, *(mark for mark in streamed if mark.at < then), *current, *later))


def _story(one: Session, session: Session, asker: Session, now: Millis) -> tuple[Happened, ...]:
    """Tell both stories in the order of time; the last entry is how things stand."""
    story = sorted((*asker.story, *session.story), key=lambda entry: entry.at)
    if not story or story[-1].state is not one.state:
        story.append(Happened(now, one.state, one.why))
    return tuple(story[-_LONGEST_STORY:])
