"""What a meeting's people do, told as Zoom tells it, and sessions that stand in the midst of it."""

from rtms_tray.capture import events as e
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.units import SECOND, Millis
from tests.helpers.capture_stage import HOST, ME, MEETING, Stage

_S = CaptureState
AT_ONCE = Policy(auto_resend=AutoResend.HOST_JOINED)
PersonEvent = e.ParticipantJoined | e.ParticipantLeft | e.BreakoutJoined | e.BreakoutLeft


def person(account: str, user_id: str = "a", uuid: str | None = None) -> e.Person:
    return e.Person(account, user_id, uuid or f"p-{account}")


def second(at: Millis) -> Millis:
    """Zoom's `join_time` and `leave_time` have whole seconds."""
    return at // SECOND * SECOND


def left(who: e.Person, at: Millis, event_ts: Millis | None = None) -> e.ParticipantLeft:
    return e.ParticipantLeft(MEETING, who, at if event_ts is None else event_ts, second(at))


def joined(who: e.Person, at: Millis, event_ts: Millis | None = None) -> e.ParticipantJoined:
    return e.ParticipantJoined(MEETING, who, at if event_ts is None else event_ts, second(at))


def entered(at: Millis, user_id: str = "b") -> e.BreakoutJoined:
    return e.BreakoutJoined(MEETING, person(ME, user_id), at, second(at))


def returned(at: Millis, user_id: str = "b") -> e.BreakoutLeft:
    return e.BreakoutLeft(MEETING, person(ME, user_id), at, second(at))


def at_a_full_second(stage: Stage) -> Stage:
    stage.wait((SECOND - stage.now % SECOND) / SECOND)
    return stage


def asked(policy: Policy | None = None, *, host_seen: bool = True) -> Stage:
    """The request has been open for more than 5 s."""
    stage = Stage(policy)
    if host_seen:
        stage.meeting_started()
        stage.zoom(joined(person(HOST), stage.at()))
    stage.wait(3)
    stage.ask()
    stage.reply()
    stage.zoom(joined(person("guest"), stage.at()))
    stage.wait(7)
    return at_a_full_second(stage)


def sharing() -> Stage:
    """I am in the meeting, and it is captured."""
    stage = Stage()
    stage.meeting_started()
    stage.zoom(joined(person(ME), stage.at()))
    stage.ask()
    stage.reply()
    stage.wait(2)
    stage.started()
    stage.wait(10)
    return at_a_full_second(stage)


def in_a_room() -> Stage:
    stage = sharing()
    move(stage, entered(stage.at()))
    stage.wait(60)
    assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
    return stage


def move(stage: Stage, *room_events: PersonEvent) -> None:
    """A left and a joined of this second, 60 ms apart, and what else tells of the move."""
    at = stage.at()
    stage.zoom(left(person(ME, "a"), at))
    stage.wait(0.06)
    stage.zoom(joined(person(ME, "b"), at, at + 46))
    for event in room_events:
        stage.wait(0.06)
        stage.zoom(event)
