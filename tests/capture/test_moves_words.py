"""What moves a session: the user's clicks and words, and the end.

from-state · what happens · to-state · reason · what is sent to Zoom · in doubt or not
"""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import LIVE, NOT_LIVE, UNANSWERED, CaptureState
from tests.helpers.capture_rows import (
    DENIED,
    ENDED,
    HOST,
    INTERRUPTED,
    MEETING,
    NO_ANSWER,
    PAUSED,
    PENDING,
    REFUSED,
    REQUESTING,
    SHARING,
    START,
    STOP,
    STOPPED,
    Row,
    answered,
    approves,
    check,
    click,
    done,
    in_turn,
    reply,
    sees_sharing,
    started,
    stopped,
    wait,
)
from tests.helpers.capture_stage import GUEST, NUMBER, OWN_MEETING, Stage
from tests.helpers.capture_ways import WAYS, brought_to

_C = Code

ROWS = [
    # --- pause, resume, stop
    Row(SHARING, "U pause accepted", done(Action.PAUSE), PAUSED, _C.PAUSED_BY_YOU,
        (Action.PAUSE,)),
    Row(SHARING, "U pause, no reply yet", click(Action.PAUSE), SHARING, None,
        (Action.PAUSE,)),
    Row(PAUSED, "U resume accepted", done(Action.RESUME), SHARING, None,
        (Action.RESUME,)),
    Row(PAUSED, "U pause", click(Action.PAUSE), PAUSED, _C.PAUSED_BY_YOU),
    Row(SHARING, "U resume", click(Action.RESUME), SHARING, None),
    *(
        Row(state, "U stop accepted", done(STOP), STOPPED, _C.STOPPED_BY_YOU, (STOP,))
        for state in sorted(LIVE)
    ),
    Row(REQUESTING, "already running, U stop accepted",
        in_turn(reply(Outcome.ALREADY_RUNNING), done(STOP)), STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    Row(SHARING, "U stop twice", in_turn(click(STOP), click(STOP)), SHARING,
        None, (STOP,)),
    Row(SHARING, "R 2310 to pause", in_turn(click(Action.PAUSE),
        answered(Outcome.REFUSED, 2310)), SHARING, None, (Action.PAUSE,)),
    Row(SHARING, "R 13277 to stop", in_turn(click(STOP),
        answered(Outcome.REFUSED, 13277)), SHARING, None, (STOP,), doubt=True),
    Row(SHARING, "reply to pause lost", in_turn(click(Action.PAUSE),
        answered(Outcome.REPLY_LOST)), SHARING, None, (Action.PAUSE,), doubt=True),
    Row(SHARING, "R 5xx to stop, then accepted", in_turn(click(STOP),
        answered(Outcome.SERVER_TROUBLE), wait(1), Stage.act_answer),
        STOPPED, _C.STOPPED_BY_YOU, (STOP, STOP)),
    Row(SHARING, "U pause accepted after an interruption", in_turn(click(Action.PAUSE),
        Stage.interrupted, Stage.act_answer), INTERRUPTED, _C.RECEIVER_INTERRUPTED,
        (Action.PAUSE,)),
    Row(SHARING, "U stop, but the stream stops first", in_turn(click(STOP),
        stopped(2), Stage.act_answer), STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    Row(SHARING, "R 5xx to stop, but the stream stops first", in_turn(click(STOP),
        answered(Outcome.SERVER_TROUBLE), stopped(2), wait(60)),
        STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    # --- what the user tells
    *(
        Row(state, "U tells that the host said no", approves(Value.NO), DENIED,
            _C.DENIED_TOLD)
        for state in sorted(UNANSWERED - {REQUESTING})
    ),
    *(
        Row(state, "E request_status: denied", lambda s: s.request_status(Value.NO), DENIED,
            _C.DENIED)
        for state in sorted(UNANSWERED)
    ),
    Row(PENDING, "E request_status: approved", lambda s: s.request_status(Value.YES), PENDING,
        _C.ASKED),
    Row(PENDING, "E request_status: who knows", lambda s: s.request_status(Value.UNKNOWN), PENDING,
        _C.ASKED),
    Row(SHARING, "U tells that the host said no", approves(Value.NO), SHARING, None),
    Row(SHARING, "U tells that approval is required",
        lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), SHARING, None),
    *(
        Row(state, f"denied by the user's word, then {value}",
            in_turn(approves(Value.NO), approves(value)),
            state, reason)
        for state, reason in ((PENDING, _C.ASKED), (MEETING, _C.MEETING_NOT_STARTED),
                              (HOST, _C.HOST_ABSENT), (NO_ANSWER, _C.SILENCE))
        for value in (Value.YES, Value.UNKNOWN)
    ),
    Row(PENDING, "denied by an event, then U tells yes",
        in_turn(lambda s: s.request_status(Value.NO), approves(Value.YES)),
        DENIED, _C.DENIED),
    Row(DENIED, "U takes it back, T no_answer_after_s",
        in_turn(approves(Value.YES), wait(20)), NO_ANSWER, _C.SILENCE),
    Row(MEETING, "denied by the user's word, taken back, T 5 s",
        in_turn(approves(Value.NO), wait(60),
                approves(Value.UNKNOWN), wait(5)),
        MEETING, _C.MEETING_NOT_STARTED, (START,)),
    *(
        Row(state, 'U sees "Sharing"', sees_sharing(True), SHARING, _C.SEEN_BY_USER)
        for state in sorted((NOT_LIVE | LIVE) - {REQUESTING})
    ),
    *(
        Row(state, 'U sees no "Sharing" any more', sees_sharing(False), STOPPED,
            _C.TOLD_STOPPED)
        for state in sorted(LIVE)
    ),
    Row(PENDING, 'U sees no "Sharing"', sees_sharing(False), PENDING, _C.ASKED),
    *(
        Row(state, "E concurrency limited, operator me", Stage.limited, REFUSED,
            _C.CONCURRENCY_LIMITED)
        for state in sorted(UNANSWERED)
    ),
    Row(PENDING, "E concurrency limited, somebody else", lambda s: s.limited("other"), PENDING,
        _C.ASKED),
    Row(PENDING, "E concurrency limited, nobody", lambda s: s.limited(None), PENDING, _C.ASKED),
    # --- the end
    *(
        Row(state, "E meeting.ended", Stage.meeting_ended, ENDED, None)
        for state in sorted(NOT_LIVE | LIVE)
    ),
    *(
        Row(state, "U give up", Stage.give_up, ENDED, _C.GIVEN_UP,
            (STOP,) if state in UNANSWERED - {MEETING} else ())
        for state in sorted(NOT_LIVE)
    ),
    Row(MEETING, "U give up while asking again", in_turn(wait(5), Stage.clear, Stage.give_up), ENDED,
        _C.GIVEN_UP, (STOP,)),
    *(
        Row(state, "U give up: capture runs", Stage.give_up, state, reason)
        for state, reason in ((SHARING, None), (PAUSED, _C.PAUSED_BY_YOU))
    ),
    Row(PENDING, "U give up, then capture begins", in_turn(Stage.give_up, wait(5), Stage.started),
        SHARING, _C.BEGAN_AFTER_GIVE_UP, (STOP,)),
    Row(REQUESTING, "U give up, then capture begins; no UUID was known",
        in_turn(Stage.give_up, wait(5), Stage.started), SHARING, _C.BEGAN_AFTER_GIVE_UP, (STOP,)),
    Row(ENDED, "E rtms_started: ended stays ended", started("b"), ENDED, None),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


EVENTS: tuple[e.Event, ...] = (
    e.Ask(NUMBER), e.Act(Action.STOP), e.Act(Action.START), e.GiveUp(), e.Remind(), e.Acknowledge(),
    e.Tell(Condition.OWNER_CLIENT_SUPPORTED, Value.YES), e.TellSharing(sharing=False),
    e.Replied(77, START, Outcome.ACCEPTED), e.Replied(77, STOP, Outcome.ACCEPTED),
    e.MeetingSeen(OWN_MEETING, e.MeetingStatus.FORBIDDEN),
    e.StreamStarted(OWN_MEETING, "z", "other", 1), e.StreamStopped(OWN_MEETING, "z", 1, 1),
    e.StreamInterrupted(OWN_MEETING, "z", 1), e.MeetingStarted(OWN_MEETING, 1),
    e.ParticipantJoined(OWN_MEETING, GUEST, 1), e.ParticipantLeft(OWN_MEETING, GUEST, 1),
    e.RoleChanged(OWN_MEETING, GUEST, "host", "attendee", 1),
    e.BreakoutJoined(OWN_MEETING, GUEST, 1), e.BreakoutLeft(OWN_MEETING, GUEST, 1),
    e.ConcurrencyLimited(OWN_MEETING, "other", 1), e.RequestStatus(OWN_MEETING, Value.UNKNOWN, 1),
    e.Unknown("x", 1), e.NetworkBack(), e.SignedIn("me"), e.KeyringOpen(), e.Tick(),
)  # fmt: skip
MAY_MOVE = {
    (e.Ask, state) for state in NOT_LIVE
} | {(e.GiveUp, state) for state in NOT_LIVE} | {
    (e.TellSharing, state) for state in LIVE
} | {(e.MeetingStarted, NO_ANSWER)}  # fmt: skip
CASES = [
    (state, event) for state in WAYS for event in EVENTS if (type(event), state) not in MAY_MOVE
]


@pytest.mark.parametrize(
    ("state", "event"), CASES, ids=[f"{state} {type(event).__name__}" for state, event in CASES]
)
def test_what_has_no_row_changes_no_state(state: CaptureState, event: e.Event) -> None:
    stage = brought_to(state)
    stage.user(event)
    assert stage.state is state
