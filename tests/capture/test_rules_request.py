"""Rules for requests: start, resend, pause, resume, stop, give up."""

import pytest

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import ResumePoint
from rtms_tray.capture.states import LIVE, NOT_LIVE, UNANSWERED, CaptureState, Timer
from tests.helpers.capture_rows import (
    DENIED,
    ENDED,
    INTERRUPTED,
    NO_ANSWER,
    PAUSED,
    PAUSED_BREAKOUT,
    PENDING_APPROVAL,
    REFUSED,
    REQUESTING,
    SHARING,
    START,
    STOP,
    STOPPED,
    WAITING_FOR_MEETING,
    Do,
    Row,
    acknowledge,
    answered,
    approves,
    check,
    click,
    done,
    in_turn,
    joins,
    late_reply,
    refuse,
    remind,
    reply,
    sees_sharing,
    started,
    stopped,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    Stage,
    brought_to,
)

ROWS = [
    # --- start, resend
    *(
        Row(state, "U resend", Stage.resend, REQUESTING, None, (START,))
        for state in sorted(NOT_LIVE - {REQUESTING, DENIED})
    ),
    Row(DENIED, "U resend", Stage.resend, REQUESTING, None, (START,)),
    Row(DENIED, "U resend twice in a minute",
        in_turn(Stage.resend, Stage.reply, wait(6), approves(Value.NO),
                Stage.clear, Stage.resend), DENIED, Code.DENIED_TOLD,
        ignored=("sent again after a denial, a moment ago",)),
    Row(DENIED, "U resend after a minute",
        in_turn(Stage.resend, Stage.reply, wait(60), approves(Value.NO),
                Stage.clear, Stage.resend), REQUESTING, None, (START,)),
    Row(REQUESTING, "U start: a second click", Stage.ask, REQUESTING, None,
        ignored=("a request is on its way already",)),
    *(
        Row(state, "U start", Stage.ask, state, reason, (START,))
        for state, reason in ((SHARING, None), (PAUSED, Code.PAUSED_BY_YOU),
                              (PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
                              (INTERRUPTED, Code.RECEIVER_INTERRUPTED))
    ),
    Row(SHARING, "U start, refused: shown, the state stays",
        in_turn(Stage.ask, refuse(13262)), SHARING, None, (START,), shown=Code.NOT_ALLOW_LISTED),
    Row(SHARING, "unverified: U resend", in_turn(Stage.gap, Stage.resend), REQUESTING, None, (START,),
        doubt=True, looks=1),
    Row(SHARING, "unverified: U start", in_turn(Stage.gap, Stage.ask), SHARING, None, (START,),
        doubt=True, looks=1),
    Row(SHARING, "unverified: U resend, already running",
        in_turn(Stage.gap, Stage.resend, reply(Outcome.ALREADY_RUNNING)),
        SHARING, Code.ALREADY_RUNNING, (START,), looks=1),
    Row(SHARING, "unverified: U resend, silence",
        in_turn(Stage.gap, Stage.resend, Stage.reply, wait(21)), NO_ANSWER, Code.SILENCE, (START,),
        doubt=True, looks=1),
    Row(SHARING, "unverified: U resend, the same stream is live after all",
        in_turn(Stage.gap, Stage.resend, Stage.reply, Stage.started), SHARING, None, (START,), looks=1),
    Row(SHARING, "U start, and again: one is on its way", in_turn(Stage.ask, Stage.ask), SHARING, None,
        (START,)),
    Row(SHARING, "U start, refused, U start: the refusal is shown no more",
        in_turn(Stage.ask, refuse(13262), Stage.ask), SHARING, None, (START, START)),
    Row(SHARING, "U start, refused, U acknowledge: the refusal is shown no more",
        in_turn(Stage.ask, refuse(13262), acknowledge), SHARING, None, (START,)),
    Row(SHARING, "U start, refused, E stop: the refusal is shown no more",
        in_turn(Stage.ask, refuse(13262), stopped(1)), STOPPED, Code.STOP_HOST, (START,)),
    Row(STOPPED, "U remind, U resend: no reminder any more", in_turn(remind(2), Stage.resend), REQUESTING,
        None, (START,)),
    Row(STOPPED, "U remind", remind(2), STOPPED, Code.STOP_HOST, waits=(Timer.REMINDER,)),
    Row(STOPPED, "U acknowledge", acknowledge, STOPPED, Code.STOP_HOST),
    Row(SHARING, "unverified: U resend, R 13262", in_turn(Stage.gap, Stage.resend, refuse(13262)),
        SHARING, None, (START,), doubt=True, looks=1, shown=Code.NOT_ALLOW_LISTED),
    Row(SHARING, "unverified: U resend, R 13267: a stream ran before",
        in_turn(Stage.gap, Stage.resend, refuse(13267)), SHARING, None, (START,), doubt=True, looks=1,
        shown=Code.RTMS_DISABLED),
    Row(PAUSED, "unverified: U resend, R 13262", in_turn(Stage.gap, Stage.resend, refuse(13262)),
        PAUSED, Code.PAUSED_BY_YOU, (START,), doubt=True, looks=1, shown=Code.NOT_ALLOW_LISTED),
    Row(PAUSED_BREAKOUT, "unverified: U resend, R 13262, E I left the room",
        in_turn(Stage.gap, Stage.resend, refuse(13262), wait(1), Stage.leaves_room, wait(3)),
        SHARING, Code.RECEIVER_MAYBE_BACK, (START,), doubt=True, looks=1),
    Row(INTERRUPTED, "unverified: U resend, R 13262", in_turn(Stage.gap, Stage.resend, refuse(13262)),
        SHARING, None, (START,), doubt=True, looks=1, shown=Code.NOT_ALLOW_LISTED),
    Row(STOPPED, "unverified: U resend, R 13267", in_turn(Stage.gap, Stage.resend, refuse(13267)),
        REFUSED, Code.RTMS_DISABLED, (START,), doubt=True, looks=1),
    Row(SHARING, "unverified: U resend, E rtms_interrupted of the stream that ran",
        in_turn(Stage.gap, Stage.resend, Stage.reply, wait(1), Stage.interrupted), INTERRUPTED,
        Code.RECEIVER_INTERRUPTED, (START,), looks=1),
    Row(SHARING, "unverified: U resend, E stop of the stream that ran, newer than the request",
        in_turn(Stage.gap, Stage.resend, Stage.reply, wait(1), stopped(1)), PENDING_APPROVAL, Code.ASKED,
        (START,), looks=1),
    Row(SHARING, "unverified: U resend, E stop of the stream that ran, newer than the request, R 13262",
        in_turn(Stage.gap, Stage.resend, wait(1), stopped(1), refuse(13262)), REFUSED, Code.NOT_ALLOW_LISTED,
        (START,), looks=1),
    Row(SHARING, "unverified: U resend, E stop 6 of the stream that ran, older than the request",
        in_turn(wait(5), Stage.gap, Stage.resend, Stage.reply, wait(1), stopped(6, ago_s=5)), ENDED,
        Code.STOP_MEETING_ENDED, (START,), looks=1),
    # --- making sure that a stream runs
    *(
        Row(SHARING, f"unverified: U make sure, R {outcome}", in_turn(Stage.gap, click(Action.RESUME),
            answered(outcome, code)), SHARING, None, (Action.RESUME,), doubt=doubt, looks=1, shown=shown)
        for outcome, code, doubt, shown in (
            (Outcome.ACCEPTED, None, False, None), (Outcome.ALREADY_RUNNING, 400, False, None),
            (Outcome.REFUSED, 2310, True, Code.OPERATION_FAILED),
            (Outcome.REPLY_LOST, None, True, Code.REPLY_LOST),
        )
    ),
    Row(SHARING, "unverified: U make sure, R 13277", in_turn(Stage.gap, click(Action.RESUME),
        answered(Outcome.REFUSED, 13277)), STOPPED, Code.NOT_RUNNING, (Action.RESUME,), looks=1),
    Row(SHARING, "U make sure: it is certain", click(Action.RESUME), SHARING, None,
        ignored=("cannot resume in sharing",)),
    *(
        Row(state, f"unverified: U make sure, R {outcome}", in_turn(Stage.gap, click(Action.RESUME),
            answered(outcome, code)), to, reason, (Action.RESUME,), looks=1, waits=waits)
        for state, before, waits in (
            (PENDING_APPROVAL, Code.ASKED, (Timer.GRACE, Timer.NO_ANSWER)), (NO_ANSWER, Code.SILENCE, ()),
            (STOPPED, Code.STOP_HOST, ()),
        )
        for outcome, code, to, reason, waits in (
            (Outcome.ACCEPTED, None, SHARING, Code.ALREADY_RUNNING, ()),
            (Outcome.ALREADY_RUNNING, 400, SHARING, Code.ALREADY_RUNNING, ()),
            (Outcome.REFUSED, 13277, state, before, waits),
        )
    ),
    Row(STOPPED, "U make sure: it is certain", click(Action.RESUME), STOPPED, Code.STOP_HOST,
        ignored=("nothing is captured",)),
    Row(STOPPED, "unverified: U make sure, E stop of a stream never seen, R 2xx: too late", in_turn(Stage.gap,
        wait(1), click(Action.RESUME), stopped(10, "x"), answered(Outcome.ACCEPTED)), STOPPED, Code.STOP_ZOOM_EXCEPTION,
        (Action.RESUME,), looks=1, ignored=("nothing is live any more",)),
    Row(STOPPED, "unverified: U make sure, R 5xx, tried again", in_turn(Stage.gap, click(Action.RESUME),
        answered(Outcome.SERVER_TROUBLE, 503), wait(1), answered(Outcome.ACCEPTED)), SHARING, Code.ALREADY_RUNNING,
        (Action.RESUME,) * 2, looks=1),
    Row(SHARING, "just started: R 13277, asked once more, R 2xx", in_turn(started("b"), wait(2),
        click(Action.PAUSE), answered(Outcome.REFUSED, 13277), wait(3), answered(Outcome.ACCEPTED)), PAUSED,
        Code.PAUSED_BY_YOU, (Action.PAUSE,) * 2),
    Row(SHARING, "just started: R 13277, asked once more, R 13277", in_turn(started("b"), wait(4.5),
        click(Action.PAUSE), answered(Outcome.REFUSED, 13277), wait(1), answered(Outcome.REFUSED, 13277)),
        STOPPED, Code.NOT_RUNNING, (Action.PAUSE,) * 2),
    Row(SHARING, "unverified: U start, R already running", in_turn(Stage.gap, Stage.ask,
        reply(Outcome.ALREADY_RUNNING)), SHARING, None, (START,), looks=1),
    Row(SHARING, "unverified: U start, R 2xx", in_turn(Stage.gap, Stage.ask, Stage.reply), SHARING, None, (START,),
        doubt=True, looks=1),
    Row(PAUSED, "unverified: U start, R already running: is it still paused?", in_turn(Stage.gap, Stage.ask,
        reply(Outcome.ALREADY_RUNNING)), PAUSED, Code.PAUSED_BY_YOU, (START,), doubt=True, looks=1),
    Row(SHARING, "U start, R already running: as it is", in_turn(Stage.ask, reply(Outcome.ALREADY_RUNNING)),
        SHARING, None, (START,)),
    Row(SHARING, "U start, refused, the same reply again",
        in_turn(Stage.ask, refuse(13262), acknowledge, refuse(13262)), SHARING, None, (START,),
        ignored=("a reply to an older request",)),
    # --- pause, resume, stop
    Row(SHARING, "U pause accepted", done(Action.PAUSE), PAUSED, Code.PAUSED_BY_YOU,
        (Action.PAUSE,)),
    Row(SHARING, "U pause, no reply yet", click(Action.PAUSE), SHARING, None,
        (Action.PAUSE,)),
    Row(PAUSED, "U resume accepted", done(Action.RESUME), SHARING, None,
        (Action.RESUME,)),
    Row(PAUSED, "U pause", click(Action.PAUSE), PAUSED, Code.PAUSED_BY_YOU,
        ignored=("cannot pause in paused",)),
    Row(SHARING, "U resume", click(Action.RESUME), SHARING, None, ignored=("cannot resume in sharing",)),
    *(
        Row(state, "U stop accepted", done(STOP), STOPPED, Code.STOPPED_BY_YOU, (STOP,))
        for state in sorted(LIVE)
    ),
    Row(REQUESTING, "already running, U stop accepted",
        in_turn(reply(Outcome.ALREADY_RUNNING), done(STOP)), STOPPED, Code.STOPPED_BY_YOU, (STOP,)),
    Row(SHARING, "U stop twice", in_turn(click(STOP), click(STOP)), SHARING,
        None, (STOP,), ignored=("another one is on its way",)),
    Row(SHARING, "R 2310 to pause", in_turn(click(Action.PAUSE),
        answered(Outcome.REFUSED, 2310)), SHARING, None, (Action.PAUSE,), shown=Code.OPERATION_FAILED),
    Row(SHARING, "R 13277 to stop", in_turn(click(STOP),
        answered(Outcome.REFUSED, 13277)), STOPPED, Code.NOT_RUNNING, (STOP,)),
    Row(SHARING, "R 13277 to stop, E its stop says why", in_turn(click(STOP),
        answered(Outcome.REFUSED, 13277), stopped(1)), STOPPED, Code.STOP_HOST, (STOP,)),
    Row(SHARING, "reply to pause lost", in_turn(click(Action.PAUSE),
        answered(Outcome.REPLY_LOST)), SHARING, None, (Action.PAUSE,), doubt=True, shown=Code.REPLY_LOST),
    Row(SHARING, "R 5xx to stop, then accepted", in_turn(click(STOP),
        answered(Outcome.SERVER_TROUBLE), wait(1), Stage.act_answer),
        STOPPED, Code.STOPPED_BY_YOU, (STOP, STOP)),
    Row(SHARING, "U pause accepted after an interruption", in_turn(click(Action.PAUSE),
        Stage.interrupted, Stage.act_answer), INTERRUPTED, Code.RECEIVER_INTERRUPTED,
        (Action.PAUSE,)),
    Row(SHARING, "U stop, but the stream stops first", in_turn(click(STOP),
        stopped(2), Stage.act_answer), STOPPED, Code.STOPPED_BY_YOU, (STOP,),
        ignored=("nothing is live any more",)),
    Row(SHARING, "R 5xx to stop, but the stream stops first", in_turn(click(STOP),
        answered(Outcome.SERVER_TROUBLE), stopped(2), wait(60)),
        STOPPED, Code.STOPPED_BY_YOU, (STOP,)),
    Row(SHARING, "U start as an act", click(START), SHARING, None, (START,)),
    Row(SHARING, "unverified: U pause accepted", in_turn(Stage.gap, done(Action.PAUSE)), PAUSED,
        Code.PAUSED_BY_YOU, (Action.PAUSE,), looks=1),
    Row(PAUSED, "unverified: U resume accepted", in_turn(Stage.gap, done(Action.RESUME)), SHARING, None,
        (Action.RESUME,), looks=1),
    Row(SHARING, "U stop accepted, E rtms_started of the stopped stream", in_turn(done(STOP), wait(1), Stage.started),
        STOPPED, Code.STOPPED_BY_YOU, (STOP,), ignored=("this stream has stopped before",)),
    Row(SHARING, "a second stream, U stop accepted, E rtms_started of the first",
        in_turn(started("b"), wait(1), done(STOP), wait(1), Stage.started), STOPPED,
        Code.STOPPED_BY_YOU, (STOP,), ignored=("this stream has stopped before",)),
    Row(SHARING, "U stop accepted, U sees it shared, E rtms_interrupted of another stream: it is that",
        in_turn(done(STOP), sees_sharing(True), wait(1), lambda s: s.interrupted("b")), INTERRUPTED,
        Code.RECEIVER_INTERRUPTED, (STOP,)),
    Row(SHARING, "U pause refused, U pause: the refusal is shown no more",
        in_turn(click(Action.PAUSE), answered(Outcome.REFUSED, 2310), click(Action.PAUSE)), SHARING,
        None, (Action.PAUSE,) * 2),
    Row(SHARING, "U pause refused, the same reply again",
        in_turn(click(Action.PAUSE), answered(Outcome.REFUSED, 2310), acknowledge,
                answered(Outcome.REFUSED, 2310)), SHARING, None, (Action.PAUSE,),
        ignored=("a reply to an older request",)),
    Row(SHARING, "R 13277 to stop, E a guest joins: nothing on the stream", in_turn(click(STOP),
        answered(Outcome.REFUSED, 13277), joins(GUEST)), STOPPED, Code.NOT_RUNNING, (STOP,)),
    Row(SHARING, "U stop, its reply lost, E stop 2: it was that stop", in_turn(click(STOP),
        answered(Outcome.REPLY_LOST), stopped(2)), STOPPED, Code.STOPPED_BY_YOU, (STOP,)),
    Row(SHARING, "U stop, its reply lost, U pause refused, E stop 2: it was that stop",
        in_turn(click(STOP), answered(Outcome.REPLY_LOST), click(Action.PAUSE),
                answered(Outcome.REFUSED, 2310), stopped(2)), STOPPED, Code.STOPPED_BY_YOU,
        (STOP, Action.PAUSE)),
    Row(SHARING, "U pause, R 5xx: tried again in a second", in_turn(click(Action.PAUSE),
        answered(Outcome.SERVER_TROUBLE)), SHARING, None, (Action.PAUSE,), waits=(Timer.RETRY_ACTION,)),
    Row(SHARING, "U pause, E stop, R 5xx: not tried again", in_turn(click(Action.PAUSE), stopped(1),
        answered(Outcome.SERVER_TROUBLE)), STOPPED, Code.STOP_HOST, (Action.PAUSE,),
        ignored=("nothing is live any more",)),
    Row(PAUSED_BREAKOUT, "R 13277 to stop", in_turn(click(STOP), answered(Outcome.REFUSED, 13277)),
        PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM, (STOP,), shown=Code.NOT_RUNNING),
    Row(PAUSED_BREAKOUT, "R 13277 to stop, E I left the room", in_turn(click(STOP),
        answered(Outcome.REFUSED, 13277), wait(1), Stage.leaves_room, wait(13)), STOPPED,
        Code.BACK_FROM_BREAKOUT, (STOP,)),
    *(
        Row(state, "U pause: it is not sharing", click(Action.PAUSE), state, reason,
            ignored=(f"cannot pause in {state}",))
        for state, reason in ((PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
                              (INTERRUPTED, Code.RECEIVER_INTERRUPTED))
    ),
    *(
        Row(state, "U stop: nothing is captured", click(STOP), state, reason,
            ignored=("nothing is captured",))
        for state, reason in ((STOPPED, Code.STOP_HOST), (NO_ANSWER, Code.SILENCE))
    ),
    # --- give up
    *(
        Row(state, "U give up", Stage.give_up, ENDED, Code.GIVEN_UP,
            (STOP,) if state in UNANSWERED - {WAITING_FOR_MEETING} else ())
        for state in sorted(NOT_LIVE)
    ),
    Row(WAITING_FOR_MEETING, "U give up while asking again", in_turn(wait(5), Stage.clear, Stage.give_up), ENDED,
        Code.GIVEN_UP, (STOP,)),
    *(
        Row(state, "U give up: capture runs", Stage.give_up, state, reason,
            ignored=("capture is running: stop it instead",))
        for state, reason in ((SHARING, None), (PAUSED, Code.PAUSED_BY_YOU))
    ),
    Row(PENDING_APPROVAL, "U give up, then capture begins", in_turn(Stage.give_up, wait(5), Stage.started),
        SHARING, Code.BEGAN_AFTER_GIVE_UP, (STOP,)),
    Row(REQUESTING, "U give up, then capture begins; no UUID was known",
        in_turn(Stage.give_up, wait(5), Stage.started), SHARING, Code.BEGAN_AFTER_GIVE_UP, (STOP,)),
    Row(REQUESTING, "U give up, capture begins, a late reply to the start",
        late_reply(Stage.give_up, wait(5), Stage.started), SHARING, Code.BEGAN_AFTER_GIVE_UP,
        (STOP,), ignored=("a reply to an older request",)),
    Row(REQUESTING, "U give up, capture begins, U start", in_turn(Stage.give_up, wait(5), Stage.started,
        Stage.ask), SHARING, Code.BEGAN_AFTER_GIVE_UP, (STOP, START)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(
    "ends",
    [
        sees_sharing(True),
        sees_sharing(False),
        done(STOP),
        Stage.meeting_ended,
    ],
    ids=["shared after all", "not shared any more", "stopped from here", "over"],
)
@pytest.mark.parametrize("state", [INTERRUPTED, PAUSED_BREAKOUT])
def test_then_there_is_no_state_to_come_back_to(state: CaptureState, ends: Do) -> None:
    stage = brought_to(state)
    assert stage.session.resume_point == ResumePoint(SHARING, None)
    ends(stage)
    assert stage.state is not state
    assert stage.session.resume_point is None


@pytest.mark.parametrize(
    ("goes", "back"),
    [(Stage.interrupted, wait(75)), (Stage.enters_room, in_turn(Stage.leaves_room, wait(3)))],
)
def test_back_in_the_state_before_there_is_none_to_come_back_to(goes: Do, back: Do) -> None:
    stage = brought_to(PAUSED)
    goes(stage)
    stage.wait(1)
    back(stage)
    assert stage.state is PAUSED
    assert stage.session.resume_point is None


# --- an interruption and a room remember what was before; a reply meanwhile changes it


def asked_meanwhile(before: CaptureState, action: Action, happens: Do) -> Stage:
    """Zoom's reply comes after the stream was interrupted, or I went to a room."""
    stage = brought_to(before)
    stage.act(action)
    happens(stage)
    stage.act_answer()
    stage.wait(1)
    return stage


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [(SHARING, Action.PAUSE, PAUSED), (PAUSED, Action.RESUME, SHARING)],
)
def test_what_a_room_hides_is_there_on_return(
    before: CaptureState, action: Action, after: CaptureState
) -> None:
    stage = asked_meanwhile(before, action, Stage.enters_room)
    assert stage.state is PAUSED_BREAKOUT
    stage.wait(1)
    stage.leaves_room()
    stage.wait(3)
    assert stage.state is after


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [(SHARING, Action.PAUSE, PAUSED), (PAUSED, Action.RESUME, SHARING)],
)
def test_so_is_what_an_interruption_hides(
    before: CaptureState, action: Action, after: CaptureState
) -> None:
    stage = asked_meanwhile(before, action, Stage.interrupted)
    assert stage.state is INTERRUPTED
    stage.wait(80)
    assert (stage.state, stage.unverified) == (after, True)
    stage = asked_meanwhile(before, action, Stage.interrupted)
    stage.started()
    assert (stage.state, stage.unverified) == (after, after is PAUSED)


@pytest.mark.parametrize("happens", [Stage.interrupted, Stage.enters_room])
def test_a_stop_ends_both(happens: Do) -> None:
    stage = asked_meanwhile(SHARING, STOP, happens)
    assert (stage.state, stage.code) == (STOPPED, Code.STOPPED_BY_YOU)
