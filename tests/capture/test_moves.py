"""What moves a session: every row of the state table as a case that can be read.

from-state · what happens · to-state · reason · what is sent to Zoom, by itself or not. `?` behind a state: in doubt.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import LIVE, NOT_LIVE, UNANSWERED, CaptureState
from rtms_tray.capture.units import MINUTE, SECOND
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    NEW_HOST,
    NUMBER,
    OWN_MEETING,
    THE_HOST,
    WAYS,
    Stage,
    brought_to,
)

_S, _C = CaptureState, Code
Do: TypeAlias = Callable[[Stage], object]

IDLE, REQUESTING, PENDING = _S.IDLE, _S.REQUESTING, _S.PENDING_APPROVAL
MEETING, HOST, RESEND, NO_ANSWER = (
    _S.WAITING_FOR_MEETING, _S.WAITING_FOR_HOST, _S.RESEND_NEEDED, _S.NO_ANSWER,
)  # fmt: skip
SHARING, PAUSED, BREAKOUT, INTERRUPTED = (
    _S.SHARING, _S.PAUSED, _S.PAUSED_BREAKOUT, _S.INTERRUPTED,
)  # fmt: skip
STOPPED, DENIED, REFUSED, FOR_GOOD, ENDED = (
    _S.STOPPED, _S.DENIED, _S.REFUSED, _S.STOPPED_PERMANENTLY, _S.ENDED,
)  # fmt: skip
OFF = Policy(auto_resend=AutoResend.OFF)
AT_ONCE = Policy(auto_resend=AutoResend.HOST_JOINED)
START, STOP = Action.START, Action.STOP


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `reason` None means none; `sent` is what goes out to Zoom by this input."""

    start: CaptureState
    what: str
    do: Do
    to: CaptureState
    reason: Code | None
    sent: tuple[Action, ...] = ()
    doubt: bool = False
    policy: Policy = Policy()  # noqa: RUF009 - frozen

    @property
    def name(self) -> str:
        """From, input, to."""
        return f"{self.start} | {self.what} | {self.to}{'?' if self.doubt else ''}"


def in_turn(*acts: Do) -> Do:
    """Several things, one after the other."""

    def do(stage: Stage) -> None:
        for act in acts:
            act(stage)

    return do


def wait(seconds: float) -> Do:
    """Time passes."""
    return lambda stage: stage.wait(seconds)


def trouble(outcome: Outcome, times: int = 4) -> Do:
    """The same trouble at every try."""

    def do(stage: Stage) -> None:
        for delay in (1, 2, 4, 0)[:times]:
            stage.reply(outcome)
            stage.wait(delay)

    return do


def no_feed(stage: Stage) -> None:
    """The feed goes down."""
    stage.feed_down()


ROWS = [
    # --- asking
    *(
        Row(state, "U resend", Stage.resend, REQUESTING, None, (START,))
        for state in sorted(NOT_LIVE - {REQUESTING, DENIED})
    ),
    Row(DENIED, "U resend", Stage.resend, REQUESTING, None, (START,)),
    Row(DENIED, "U resend twice in a minute",
        in_turn(Stage.resend, Stage.reply, wait(6), lambda s: s.tell_approves(Value.NO),
                Stage.clear, Stage.resend), DENIED, _C.DENIED_TOLD),
    Row(DENIED, "U resend after a minute",
        in_turn(Stage.resend, Stage.reply, wait(60), lambda s: s.tell_approves(Value.NO),
                Stage.clear, Stage.resend), REQUESTING, None, (START,)),
    Row(REQUESTING, "U start: a second click", Stage.ask, REQUESTING, None),
    *(
        Row(state, "U start", Stage.ask, state, reason, (START,))
        for state, reason in ((SHARING, None), (PAUSED, _C.PAUSED_BY_YOU),
                              (BREAKOUT, _C.IN_BREAKOUT_ROOM),
                              (INTERRUPTED, _C.RECEIVER_INTERRUPTED))
    ),
    Row(SHARING, "U start, refused: shown, the state stays",
        in_turn(Stage.ask, lambda s: s.refuse(13262)), SHARING, None, (START,)),
    Row(SHARING, "unverified: U resend", in_turn(Stage.gap, Stage.resend), REQUESTING, None, (START,)),
    Row(SHARING, "unverified: U start", in_turn(Stage.gap, Stage.ask), SHARING, None, (START,),
        doubt=True),
    Row(SHARING, "unverified: U resend, already running",
        in_turn(Stage.gap, Stage.resend, lambda s: s.reply(Outcome.ALREADY_RUNNING)),
        SHARING, _C.ALREADY_RUNNING, (START,), doubt=True),
    Row(SHARING, "unverified: U resend, silence",
        in_turn(Stage.gap, Stage.resend, Stage.reply, wait(21)), NO_ANSWER, _C.SILENCE, (START,)),
    Row(SHARING, "unverified: U resend, the same stream is live after all",
        in_turn(Stage.gap, Stage.resend, Stage.reply, Stage.started), SHARING, None, (START,)),
    # --- replies
    Row(REQUESTING, "R 2xx", Stage.reply, PENDING, _C.ASKED),
    Row(REQUESTING, "R 2xx, approval known to be required",
        in_turn(lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), Stage.reply),
        PENDING, _C.APPROVAL_PENDING),
    Row(PENDING, "U tells that approval is required",
        lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), PENDING,
        _C.APPROVAL_PENDING),
    Row(REQUESTING, "rtms_started, then R 2xx", in_turn(Stage.started, Stage.reply), SHARING, None),
    Row(REQUESTING, "reply lost", lambda s: s.reply(Outcome.REPLY_LOST), PENDING, _C.REPLY_LOST),
    Row(REQUESTING, "reply lost, then silence",
        in_turn(lambda s: s.reply(Outcome.REPLY_LOST), wait(21)), NO_ANSWER, _C.SILENCE),
    Row(REQUESTING, "R 3000", lambda s: s.refuse(3000), MEETING, _C.MEETING_NOT_STARTED),
    *(
        Row(REQUESTING, f"R {code}", lambda s, code=code: s.refuse(code), REFUSED, reason)
        for code, reason in (
            (13267, _C.RTMS_DISABLED), (13273, _C.NOT_SUPPORTED), (13262, _C.NOT_ALLOW_LISTED),
            (2308, _C.NOT_ENTITLED_TO_START), (2309, _C.NOT_A_PANELIST),
            (2310, _C.OPERATION_FAILED), (2312, _C.USER_UNKNOWN), (300, _C.MEETING_ID_INVALID),
            (3001, _C.MEETING_UNKNOWN), (4711, _C.SCOPE_MISSING), (13277, _C.NOT_RUNNING),
            (99999, _C.REFUSED_OTHERWISE),
        )
    ),
    Row(REQUESTING, "R 13262: never repeated by itself",
        in_turn(lambda s: s.refuse(13262), wait(3600)), REFUSED, _C.NOT_ALLOW_LISTED),
    *(
        Row(STOPPED, f"resent, R {code}: a stream ran before",
            in_turn(Stage.resend, lambda s, code=code: s.refuse(code)),
            FOR_GOOD, _C.REFUSED_AFTER_STREAM, (START,))
        for code in (13267, 13273)
    ),
    Row(STOPPED, "resent, R 13262: a stream ran before",
        in_turn(Stage.resend, lambda s: s.refuse(13262)), REFUSED, _C.NOT_ALLOW_LISTED, (START,)),
    Row(REQUESTING, "R 401, refreshed in vain", lambda s: s.reply(Outcome.SIGN_IN_NEEDED, 124),
        REFUSED, _C.SIGN_IN_NEEDED),
    Row(REQUESTING, "R 401, signed in again",
        in_turn(lambda s: s.reply(Outcome.SIGN_IN_NEEDED, 124), lambda s: s.all(e.SignedIn("me"))),
        REQUESTING, None, (START,)),
    *(
        Row(REQUESTING, f"R {outcome} four times", trouble(outcome), REFUSED, reason,
            (START, START, START))
        for outcome, reason in ((Outcome.SERVER_TROUBLE, _C.SERVER_TROUBLE),
                                (Outcome.RATE_LIMITED, _C.RATE_LIMITED),
                                (Outcome.OFFLINE, _C.OFFLINE))
    ),
    Row(REQUESTING, "R 5xx once", trouble(Outcome.SERVER_TROUBLE, 1), REQUESTING, None, (START,)),
    Row(REQUESTING, "R 429, with a longer wait",
        lambda s: s.reply(Outcome.RATE_LIMITED, retry_after_s=60), REFUSED, _C.RATE_LIMITED),
    Row(REQUESTING, "R offline, the network is back",
        in_turn(trouble(Outcome.OFFLINE), Stage.clear, lambda s: s.all(e.NetworkBack())),
        REQUESTING, None, (START,)),
    Row(REQUESTING, "R offline, the network is back, auto_resend off",
        in_turn(trouble(Outcome.OFFLINE), Stage.clear, lambda s: s.all(e.NetworkBack())),
        REFUSED, _C.OFFLINE, policy=OFF),
    Row(REQUESTING, 'R "already running"', lambda s: s.reply(Outcome.ALREADY_RUNNING),
        SHARING, _C.ALREADY_RUNNING, doubt=True),
    Row(REQUESTING, "rtms_started while a retry is due: not repeated",
        in_turn(lambda s: s.reply(Outcome.SERVER_TROUBLE), Stage.started, wait(30)), SHARING, None),
    # --- waiting for the meeting
    Row(MEETING, "E meeting.started", Stage.meeting_started, MEETING, _C.MEETING_NOT_STARTED,
        (START,)),
    Row(MEETING, "E meeting.started, R 2xx", in_turn(Stage.meeting_started, Stage.reply),
        PENDING, _C.ASKED, (START,)),
    Row(MEETING, "T 5 s", wait(5), MEETING, _C.MEETING_NOT_STARTED, (START,)),
    Row(MEETING, "T 5, 10, 20, 60, 60 s",
        in_turn(*(in_turn(wait(s), lambda s: s.refuse(3000)) for s in (5, 10, 20, 60, 60))),
        MEETING, _C.MEETING_NOT_STARTED, (START,) * 5),
    Row(MEETING, "E meeting.started, auto_resend off", in_turn(Stage.meeting_started, wait(3700)),
        MEETING, _C.MEETING_NOT_STARTED, policy=OFF),
    Row(MEETING, "U resend while asking again: not doubled", in_turn(wait(5), Stage.resend),
        REQUESTING, None, (START,)),
    Row(MEETING, "asked again, R 13267", in_turn(wait(5), lambda s: s.refuse(13267)),
        REFUSED, _C.RTMS_DISABLED, (START,)),
    Row(MEETING, "asked again, R 5xx every time: the rhythm goes on",
        in_turn(wait(5), trouble(Outcome.SERVER_TROUBLE), wait(10)),
        MEETING, _C.MEETING_NOT_STARTED, (START,) * 5),
    # --- waiting for an answer
    Row(PENDING, "in grace: U tells that the host is absent", lambda s: s.tell_host(Value.NO),
        PENDING, _C.ASKED),
    Row(PENDING, "in grace: host absent, then T 5 s",
        in_turn(lambda s: s.tell_host(Value.NO), wait(5)), HOST, _C.HOST_ABSENT),
    Row(PENDING, "after grace: U tells that the host is absent",
        in_turn(wait(6), lambda s: s.tell_host(Value.NO)), HOST, _C.HOST_ABSENT),
    Row(PENDING, "after grace: E host left",
        in_turn(lambda s: s.joins(THE_HOST, ago_s=3), wait(6), lambda s: s.leaves(THE_HOST)),
        HOST, _C.HOST_ABSENT),
    Row(PENDING, "after grace: E somebody waits for the host", in_turn(wait(6), Stage.waits_for_host),
        HOST, _C.HOST_ABSENT),
    Row(PENDING, "after grace: E meeting.started and nobody joined",
        in_turn(wait(6), Stage.meeting_started), HOST, _C.HOST_ABSENT),
    Row(NO_ANSWER, "E host left", lambda s: s.leaves(THE_HOST), HOST, _C.HOST_ABSENT),
    Row(NO_ANSWER, "U tells that the host is absent", lambda s: s.tell_host(Value.NO),
        HOST, _C.HOST_ABSENT),
    Row(RESEND, "E host left", lambda s: s.leaves(THE_HOST), HOST, _C.HOST_ABSENT),
    Row(PENDING, "T no_answer_after_s", wait(20), NO_ANSWER, _C.SILENCE),
    Row(PENDING, "T less", wait(19), PENDING, _C.ASKED),
    Row(PENDING, "T no_answer_after_s of 1 s", wait(1), NO_ANSWER, _C.SILENCE,
        policy=Policy(no_answer_after=1 * SECOND)),
    Row(PENDING, "T 1 s, host absent, in grace", in_turn(lambda s: s.tell_host(Value.NO), wait(2)),
        PENDING, _C.ASKED, policy=Policy(no_answer_after=1 * SECOND)),
    Row(PENDING, "T 1 s, host absent, after grace",
        in_turn(lambda s: s.tell_host(Value.NO), wait(6)), HOST, _C.HOST_ABSENT,
        policy=Policy(no_answer_after=1 * SECOND)),
    Row(PENDING, "T the same, host known present",
        in_turn(lambda s: s.joins(THE_HOST, ago_s=3), wait(30)), PENDING, _C.ASKED_HOST_PRESENT),
    Row(PENDING, "T the same, host known present, then not known any more",
        in_turn(lambda s: s.joins(THE_HOST, ago_s=3), wait(30),
                lambda s: s.tell_host(Value.UNKNOWN)), NO_ANSWER, _C.SILENCE),
    Row(PENDING, "F down", no_feed, PENDING, _C.CANNOT_SEE, doubt=True),
    Row(PENDING, "F down: the clock stands still", in_turn(wait(10), no_feed, wait(3600)),
        PENDING, _C.CANNOT_SEE, doubt=True),
    Row(PENDING, "F down, up again: the rest of the time is left",
        in_turn(wait(10), no_feed, wait(3600), Stage.feed_up, wait(8)), PENDING, _C.ASKED,
        doubt=True),
    Row(PENDING, "F down, up again, T the rest",
        in_turn(wait(10), no_feed, wait(3600), Stage.feed_up, wait(11)), NO_ANSWER, _C.SILENCE,
        doubt=True),
    Row(REQUESTING, "F down, reply lost, F up, T no_answer_after_s",
        in_turn(no_feed, lambda s: s.reply(Outcome.REPLY_LOST), wait(60), Stage.feed_up, wait(21)),
        NO_ANSWER, _C.SILENCE, doubt=True),
    *(
        Row(state, "E host joins after asking", in_turn(wait(2), lambda s: s.joins(THE_HOST)),
            RESEND, _C.HOST_JOINED_LATER)
        for state in (MEETING, HOST, NO_ANSWER)
    ),
    Row(PENDING, "E host joins after asking", in_turn(wait(2), lambda s: s.joins(THE_HOST)),
        RESEND, _C.HOST_JOINED_LATER),
    Row(PENDING, "E host joined before asking: a late event",
        in_turn(wait(3), lambda s: s.joins(THE_HOST, ago_s=3)), PENDING, _C.ASKED),
    Row(PENDING, "E somebody else becomes host", in_turn(wait(2), lambda s: s.becomes_host(NEW_HOST)),
        RESEND, _C.HOST_JOINED_LATER),
    Row(PENDING, "E I become host", in_turn(wait(2), lambda s: s.becomes_host(I_AM)),
        PENDING, _C.ASKED),
    Row(PENDING, "E a guest joins", in_turn(wait(2), lambda s: s.joins(GUEST)), PENDING, _C.ASKED),
    Row(HOST, "E a late word that the host was there when asked",
        lambda s: s.joins(THE_HOST, ago_s=7), PENDING, _C.ASKED),
    *(
        Row(state, "U tells that the host is there", lambda s: s.tell_host(Value.YES), RESEND,
            _C.HOST_JOINED_LATER)
        for state in (MEETING, HOST, PENDING, NO_ANSWER)
    ),
    Row(HOST, "E host joins, auto_resend host_joined", lambda s: s.joins(THE_HOST),
        REQUESTING, _C.RESENT_FOR_HOST, (START,), policy=AT_ONCE),
    Row(HOST, "E host joins twice, auto_resend host_joined",
        in_turn(lambda s: s.joins(THE_HOST), Stage.reply, lambda s: s.joins(THE_HOST, ago_s=0)),
        PENDING, _C.ASKED, (START,), policy=AT_ONCE),
    Row(REQUESTING, "E host joins: held until the reply is in",
        in_turn(wait(2), lambda s: s.joins(THE_HOST)), REQUESTING, None),
    Row(REQUESTING, "E host joins, then R 2xx",
        in_turn(wait(2), lambda s: s.joins(THE_HOST), Stage.reply), RESEND, _C.HOST_JOINED_LATER),
    # --- streams
    *(
        Row(state, "E rtms_started, mine", Stage.started, SHARING, None)
        for state in sorted(NOT_LIVE - {STOPPED, FOR_GOOD})
    ),
    *(
        Row(state, "E rtms_started, mine, a new stream", lambda s: s.started("b"), SHARING, None)
        for state in sorted(LIVE | {STOPPED, FOR_GOOD})
    ),
    *(
        Row(state, "E rtms_started, somebody else's", lambda s: s.started("x", "other"), state,
            reason)
        for state, reason in ((PENDING, _C.ASKED), (STOPPED, _C.STOP_HOST), (SHARING, None))
    ),
    Row(PENDING, "E rtms_started, no operator", lambda s: s.started("b", None), SHARING, None),
    Row(SHARING, "E rtms_started, same stream, newer", Stage.started, SHARING, None),
    Row(INTERRUPTED, "E rtms_started, same stream, newer", in_turn(wait(1), Stage.started),
        SHARING, None),
    Row(INTERRUPTED, "E rtms_started, same stream, older", lambda s: s.started(ago_s=5),
        INTERRUPTED, _C.RECEIVER_INTERRUPTED),
    Row(PAUSED, "E rtms_started, same stream, newer", Stage.started, PAUSED, _C.PAUSED_BY_YOU),
    Row(BREAKOUT, "E rtms_started, same stream, newer", Stage.started, BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    *(
        Row(state, "E rtms_interrupted", Stage.interrupted, INTERRUPTED, _C.RECEIVER_INTERRUPTED)
        for state in (SHARING, PAUSED)
    ),
    Row(SHARING, "E rtms_interrupted of another stream", lambda s: s.interrupted("x"), SHARING, None),
    Row(REQUESTING, "already running, E rtms_interrupted",
        in_turn(lambda s: s.joins(GUEST), lambda s: s.reply(Outcome.ALREADY_RUNNING), wait(1),
                lambda s: s.joins(GUEST), Stage.interrupted),
        INTERRUPTED, _C.RECEIVER_INTERRUPTED),
    Row(INTERRUPTED, "T 75 s", wait(75), SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(INTERRUPTED, "T 74 s", wait(74), INTERRUPTED, _C.RECEIVER_INTERRUPTED),
    Row(INTERRUPTED, "T 75 s, F down meanwhile",
        in_turn(wait(70), Stage.gap, wait(70)), INTERRUPTED, _C.RECEIVER_INTERRUPTED, doubt=True),
    Row(INTERRUPTED, "T 75 s after the feed is back",
        in_turn(wait(70), Stage.gap, wait(75)), SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(INTERRUPTED, "T 75 s, F down", in_turn(no_feed, wait(3600)), INTERRUPTED,
        _C.RECEIVER_INTERRUPTED, doubt=True),
    Row(INTERRUPTED, "T 75 s, then a guest joins: no word on the stream",
        in_turn(wait(75), lambda s: s.joins(GUEST)), SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(INTERRUPTED, "T 75 s, then E same stream, newer", in_turn(wait(75), Stage.started),
        SHARING, None),
    Row(PAUSED, "interrupted, T 75 s", in_turn(Stage.interrupted, wait(75)), PAUSED,
        _C.PAUSED_BY_YOU, doubt=True),
    *(
        Row(state, "E stop 7 of a stream never seen", lambda s: s.stopped(7, "x"), REFUSED,
            _C.STOP_CANCELED)
        for state in (HOST, RESEND, PENDING, NO_ANSWER)
    ),
    Row(PENDING, "E stop of a stream never seen", lambda s: s.stopped(10, "x"), STOPPED,
        _C.STOP_ZOOM_EXCEPTION),
    Row(NO_ANSWER, "E stop, sent before asking, of a stream never seen",
        lambda s: s.stopped(1, "x", ago_s=60), NO_ANSWER, _C.SILENCE),
    Row(PENDING, "E stop of somebody else's stream",
        in_turn(lambda s: s.started("x", "other"), lambda s: s.stopped(1, "x")), PENDING, _C.ASKED),
    Row(SHARING, "E stop of another stream", lambda s: s.stopped(1, "x"), SHARING, None),
    Row(STOPPED, "E start of the stopped stream: never again", Stage.started, STOPPED, _C.STOP_HOST),
    Row(REQUESTING, "already running, E stop",
        in_turn(lambda s: s.joins(GUEST), lambda s: s.reply(Outcome.ALREADY_RUNNING), wait(1),
                lambda s: s.joins(GUEST), lambda s: s.stopped(1)), STOPPED, _C.STOP_HOST),
    Row(SHARING, "resent while in doubt, then a late stop of the old stream",
        in_turn(wait(5), Stage.gap, Stage.resend, Stage.reply, wait(1),
                lambda s: s.stopped(1, ago_s=5)), PENDING, _C.ASKED, (START,)),
    # --- breakout rooms
    *(
        Row(state, "E my own breakout join", Stage.enters_room, BREAKOUT, _C.IN_BREAKOUT_ROOM)
        for state in (SHARING, PAUSED, INTERRUPTED)
    ),
    Row(SHARING, "E somebody else's breakout join", lambda s: s.enters_room(GUEST), SHARING, None),
    Row(PENDING, "E my own breakout join", Stage.enters_room, PENDING, _C.ASKED),
    *(
        Row(SHARING, f"E stop {reason}, then my breakout join in 30 s",
            in_turn(lambda s, r=reason: s.stopped(r), wait(30), Stage.enters_room),
            BREAKOUT, _C.IN_BREAKOUT_ROOM)
        for reason in (0, 1, 3, 5, 7, 9, 10, 13, 20, 99)
    ),
    *(
        Row(SHARING, f"E stop {reason}, then my breakout join",
            in_turn(lambda s, r=reason: s.stopped(r), Stage.enters_room), to, code)
        for reason, to, code in (
            (2, STOPPED, _C.STOP_ELSEWHERE), (4, STOPPED, _C.STOP_REMOVED),
            (6, ENDED, _C.STOP_MEETING_ENDED), (8, FOR_GOOD, _C.STOP_REVOKED),
            (23, FOR_GOOD, _C.STOP_ADMIN),
        )
    ),
    Row(STOPPED, "my breakout join after 31 s", in_turn(wait(31), Stage.enters_room),
        STOPPED, _C.STOP_HOST),
    Row(SHARING, "U stop, then my breakout join",
        in_turn(lambda s: s.done(STOP), Stage.enters_room), STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    Row(BREAKOUT, "E interrupted", Stage.interrupted, BREAKOUT, _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "E I left the room", Stage.leaves_room, SHARING, _C.RECEIVER_MAYBE_BACK,
        doubt=True),
    Row(BREAKOUT, "U tells that I am out of the room", lambda s: s.tell_room(Value.NO),
        SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(BREAKOUT, "U tells nothing new", lambda s: s.tell_room(Value.UNKNOWN), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(PAUSED, "into a room and back", in_turn(Stage.enters_room, wait(9), Stage.leaves_room),
        PAUSED, _C.PAUSED_BY_YOU, doubt=True),
    Row(BREAKOUT, "E somebody else left a room", lambda s: s.leaves_room(GUEST), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "stopped meanwhile, E I left the room",
        in_turn(lambda s: s.stopped(3), wait(1), Stage.leaves_room, wait(9)), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "stopped meanwhile, E I left the room, T 10 s",
        in_turn(lambda s: s.stopped(3), wait(1), Stage.leaves_room, wait(10)), STOPPED,
        _C.BACK_FROM_BREAKOUT),
    Row(BREAKOUT, "stopped meanwhile, E I left the room, a stream comes",
        in_turn(lambda s: s.stopped(3), wait(1), Stage.leaves_room, wait(5),
                lambda s: s.started("b"), wait(30)), SHARING, None),
    Row(BREAKOUT, "stopped meanwhile, out and in again within 10 s",
        in_turn(lambda s: s.stopped(3), wait(1), Stage.leaves_room, wait(5), Stage.enters_room,
                wait(30)), BREAKOUT, _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "stopped meanwhile, out and in again by the user's word",
        in_turn(lambda s: s.stopped(3), wait(1), Stage.leaves_room, wait(5),
                lambda s: s.tell_room(Value.YES), wait(30)), BREAKOUT, _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "E I left the meeting", in_turn(wait(1), lambda s: s.leaves(I_AM)), STOPPED,
        _C.STOP_YOU_LEFT),
    Row(BREAKOUT, "E an older leaving of mine", lambda s: s.leaves(I_AM, ago_s=1), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(SHARING, "E I left the meeting: the stop will tell", lambda s: s.leaves(I_AM), SHARING, None),
    Row(SHARING, "E stop 3, U tells that I am in a room",
        in_turn(lambda s: s.stopped(3), lambda s: s.tell_room(Value.YES)), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(STOPPED, "U tells that I am in a room", lambda s: s.tell_room(Value.YES), STOPPED,
        _C.STOP_HOST),
    # --- pause, resume, stop
    Row(SHARING, "U pause accepted", lambda s: s.done(Action.PAUSE), PAUSED, _C.PAUSED_BY_YOU,
        (Action.PAUSE,)),
    Row(SHARING, "U pause, no reply yet", lambda s: s.act(Action.PAUSE), SHARING, None,
        (Action.PAUSE,)),
    Row(PAUSED, "U resume accepted", lambda s: s.done(Action.RESUME), SHARING, None,
        (Action.RESUME,)),
    Row(PAUSED, "U pause", lambda s: s.act(Action.PAUSE), PAUSED, _C.PAUSED_BY_YOU),
    Row(SHARING, "U resume", lambda s: s.act(Action.RESUME), SHARING, None),
    *(
        Row(state, "U stop accepted", lambda s: s.done(STOP), STOPPED, _C.STOPPED_BY_YOU, (STOP,))
        for state in sorted(LIVE)
    ),
    Row(SHARING, "already running, U stop accepted",
        in_turn(Stage.resend, lambda s: s.reply(Outcome.ALREADY_RUNNING), lambda s: s.done(STOP)),
        STOPPED, _C.STOPPED_BY_YOU, (START, STOP)),
    Row(SHARING, "U stop twice", in_turn(lambda s: s.act(STOP), lambda s: s.act(STOP)), SHARING,
        None, (STOP,)),
    Row(SHARING, "R 2310 to pause", in_turn(lambda s: s.act(Action.PAUSE),
        lambda s: s.act_answer(Outcome.REFUSED, 2310)), SHARING, None, (Action.PAUSE,)),
    Row(SHARING, "R 13277 to stop", in_turn(lambda s: s.act(STOP),
        lambda s: s.act_answer(Outcome.REFUSED, 13277)), SHARING, None, (STOP,), doubt=True),
    Row(SHARING, "reply to pause lost", in_turn(lambda s: s.act(Action.PAUSE),
        lambda s: s.act_answer(Outcome.REPLY_LOST)), SHARING, None, (Action.PAUSE,), doubt=True),
    Row(SHARING, "R 5xx to stop, then accepted", in_turn(lambda s: s.act(STOP),
        lambda s: s.act_answer(Outcome.SERVER_TROUBLE), wait(1), Stage.act_answer),
        STOPPED, _C.STOPPED_BY_YOU, (STOP, STOP)),
    Row(SHARING, "U pause accepted after an interruption", in_turn(lambda s: s.act(Action.PAUSE),
        Stage.interrupted, Stage.act_answer), INTERRUPTED, _C.RECEIVER_INTERRUPTED,
        (Action.PAUSE,)),
    Row(SHARING, "U stop, but the stream stops first", in_turn(lambda s: s.act(STOP),
        lambda s: s.stopped(2), Stage.act_answer), STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    Row(SHARING, "R 5xx to stop, but the stream stops first", in_turn(lambda s: s.act(STOP),
        lambda s: s.act_answer(Outcome.SERVER_TROUBLE), lambda s: s.stopped(2), wait(60)),
        STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    # --- what the user tells
    *(
        Row(state, "U tells that the host said no", lambda s: s.tell_approves(Value.NO), DENIED,
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
    Row(SHARING, "U tells that the host said no", lambda s: s.tell_approves(Value.NO), SHARING, None),
    *(
        Row(state, f"denied by the user's word, then {value}",
            in_turn(lambda s: s.tell_approves(Value.NO), lambda s, v=value: s.tell_approves(v)),
            state, reason)
        for state, reason in ((PENDING, _C.ASKED), (MEETING, _C.MEETING_NOT_STARTED),
                              (HOST, _C.HOST_ABSENT), (NO_ANSWER, _C.SILENCE))
        for value in (Value.YES, Value.UNKNOWN)
    ),
    Row(PENDING, "denied by an event, then U tells yes",
        in_turn(lambda s: s.request_status(Value.NO), lambda s: s.tell_approves(Value.YES)),
        DENIED, _C.DENIED),
    Row(DENIED, "U takes it back, T no_answer_after_s",
        in_turn(lambda s: s.tell_approves(Value.YES), wait(20)), NO_ANSWER, _C.SILENCE),
    Row(MEETING, "denied by the user's word, taken back, T 5 s",
        in_turn(lambda s: s.tell_approves(Value.NO), wait(60),
                lambda s: s.tell_approves(Value.UNKNOWN), wait(5)),
        MEETING, _C.MEETING_NOT_STARTED, (START,)),
    *(
        Row(state, 'U sees "Sharing"', lambda s: s.tell_sharing(True), SHARING, _C.SEEN_BY_USER)
        for state in sorted((NOT_LIVE | LIVE) - {REQUESTING})
    ),
    *(
        Row(state, 'U sees no "Sharing" any more', lambda s: s.tell_sharing(False), STOPPED,
            _C.TOLD_STOPPED)
        for state in sorted(LIVE)
    ),
    Row(PENDING, 'U sees no "Sharing"', lambda s: s.tell_sharing(False), PENDING, _C.ASKED),
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
    Row(ENDED, "E rtms_started: ended stays ended", lambda s: s.started("b"), ENDED, None),
    # --- sight
    Row(SHARING, "app deauthorized", lambda s: s.zoom(e.AppDeauthorized("me", s.at())), SHARING,
        None, doubt=True),
    Row(SHARING, "somebody else deauthorized the app",
        lambda s: s.zoom(e.AppDeauthorized("other", s.at())), SHARING, None),
    Row(REQUESTING, "sign-in lost", lambda s: s.all(e.SignInLost()), REQUESTING, None, doubt=True),
    *(
        Row(state, "F down", no_feed, state, reason, doubt=True)
        for state, reason in (
            (REQUESTING, None), (MEETING, _C.MEETING_NOT_STARTED), (HOST, _C.HOST_ABSENT),
            (SHARING, None), (PAUSED, _C.PAUSED_BY_YOU), (STOPPED, _C.STOP_HOST),
            (REFUSED, _C.NOT_ALLOW_LISTED), (FOR_GOOD, _C.STOP_ADMIN),
        )
    ),
    Row(SHARING, "this machine slept", lambda s: s.sleep(600), SHARING, None, doubt=True),
    Row(SHARING, "F down and up: still in doubt", Stage.gap, SHARING, None, doubt=True),
    Row(SHARING, "F down and up, an event", in_turn(Stage.gap, lambda s: s.joins(GUEST)), SHARING,
        None),
    Row(SHARING, "F down and up, GET: waiting",
        in_turn(Stage.gap, lambda s: s.look(e.MeetingStatus.WAITING)), ENDED, _C.INFERRED),
    Row(SHARING, "F down and up, GET: started",
        in_turn(Stage.gap, lambda s: s.look(e.MeetingStatus.STARTED)), SHARING, None, doubt=True),
    Row(SHARING, "F down and up, GET: started, later 3001",
        in_turn(Stage.gap, lambda s: s.look(e.MeetingStatus.STARTED), Stage.gap,
                lambda s: s.look(e.MeetingStatus.NOT_FOUND)), ENDED, _C.INFERRED),
    *(
        Row(SHARING, f"F down and up, GET: {status}", in_turn(Stage.gap, lambda s, t=status: s.look(t)),
            SHARING, None, doubt=True)
        for status in (e.MeetingStatus.NOT_FOUND, e.MeetingStatus.FORBIDDEN,
                       e.MeetingStatus.UNREADABLE)
    ),
    Row(MEETING, "F down and up, GET: waiting", in_turn(lambda s: s.joins(GUEST), Stage.gap,
        lambda s: s.look(e.MeetingStatus.WAITING)), MEETING, _C.MEETING_NOT_STARTED, doubt=True),
    Row(SHARING, "GET: waiting, without any doubt", lambda s: s.look(e.MeetingStatus.WAITING),
        SHARING, None),
    Row(SHARING, "F down for 13 h, up: no evidence",
        in_turn(no_feed, wait(13 * 3600), Stage.feed_up, wait(6)), ENDED, _C.LOST_SIGHT),
    Row(SHARING, "F down for 13 h: nothing before the feed is back",
        in_turn(no_feed, wait(13 * 3600)), SHARING, None, doubt=True),
    Row(SHARING, "F down for 13 h, up, an event",
        in_turn(no_feed, wait(13 * 3600), Stage.feed_up, lambda s: s.joins(GUEST), wait(60)),
        SHARING, None),
    Row(SHARING, "slept for 13 h", in_turn(lambda s: s.sleep(13 * 3600), wait(6)), ENDED,
        _C.LOST_SIGHT),
    Row(SHARING, "13 h in full sight: a stream needs no further word", wait(13 * 3600), SHARING, None),
    Row(STOPPED, "12 h without a word", wait(12 * 3600), ENDED, _C.LOST_SIGHT),
    Row(PENDING, "slept for an hour: no deadline fires for that time",
        in_turn(lambda s: s.sleep(3600), wait(5)), PENDING, _C.ASKED, doubt=True),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    stage = brought_to(row.start, Stage(row.policy))
    row.do(stage)
    assert (stage.state, stage.code) == (row.to, row.reason)
    assert stage.unverified is row.doubt
    assert tuple(stage.sent()) == row.sent


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
    e.Unknown("x", 1), e.NetworkBack(), e.SignedIn("me"), e.Tick(),
)  # fmt: skip
MAY_MOVE = {
    (e.Ask, state) for state in NOT_LIVE
} | {(e.GiveUp, state) for state in NOT_LIVE} | {
    (e.TellSharing, state) for state in LIVE
} | {(e.MeetingStarted, NO_ANSWER)}  # fmt: skip
CASES = [
    (state, event)
    for state in WAYS
    for event in EVENTS
    if (type(event), state) not in MAY_MOVE
]


@pytest.mark.parametrize(
    ("state", "event"), CASES, ids=[f"{state} {type(event).__name__}" for state, event in CASES]
)
def test_what_has_no_row_changes_no_state(state: CaptureState, event: e.Event) -> None:
    stage = brought_to(state)
    stage.user(event)
    assert stage.state is state


def test_reasons_of_429_name_the_time() -> None:
    stage = brought_to(REQUESTING)
    stage.reply(Outcome.RATE_LIMITED, retry_after_s=60)
    assert stage.session.why is not None
    assert stage.session.why.until == stage.now + 60 * SECOND


def test_no_feed_at_all_says_that_it_cannot_see() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    stage.wait(600)
    assert (stage.state, stage.code) == (PENDING, Code.CANNOT_SEE)
    assert not stage.unverified
    stage.feed_up()
    stage.wait(21)
    assert (stage.state, stage.code) == (NO_ANSWER, Code.SILENCE)


def test_without_any_signal_reminders_come_after_2_5_and_10_minutes() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    heard = []
    for minute in range(1, 30):
        stage.clear()
        stage.wait(MINUTE / SECOND)
        if (Severity.ATTENTION, Code.REMINDER) in stage.announced(Category.REMINDER):
            heard.append(minute)
    assert heard == [2, 5, 10]


def test_reminders_end_with_the_first_signal() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.joins(GUEST)
    stage.clear()
    stage.wait(3600)
    assert stage.announced(Category.REMINDER) == []


def test_asking_again_ends_after_an_hour() -> None:
    stage = brought_to(MEETING)
    for _ in range(200):
        stage.wait(60)
        if stage.session.request and stage.session.request.open:
            stage.refuse(3000)
    sent = len(stage.sent())
    assert 58 <= sent <= 63
    stage.wait(7200)
    assert len(stage.sent()) == sent
    stage.resend()
    assert stage.sent()[-1] is START


def test_asking_again_waits_as_long_as_zoom_says() -> None:
    stage = brought_to(MEETING)
    stage.wait(5)
    stage.reply(Outcome.RATE_LIMITED, retry_after_s=600)
    stage.clear()
    stage.wait(590)
    assert stage.sent() == []
    stage.wait(11)
    assert stage.sent() == [START]


def test_a_word_that_comes_late_ends_the_wait_for_a_host_who_was_there() -> None:
    stage = brought_to(PENDING)
    stage.wait(6)
    asked_ago = 6.3
    stage.waits_for_host(ago_s=asked_ago)
    assert stage.state is HOST
    stage.joins(THE_HOST, ago_s=asked_ago - 0.1)
    assert (stage.state, stage.code) == (PENDING, Code.ASKED)


class TestMyOwnMeeting:
    """The app owner is the host: there is nobody to wait for (S9)."""

    @pytest.fixture
    def stage(self) -> Stage:
        return Stage(meeting=OWN_MEETING)

    def test_silence_becomes_no_answer_even_if_i_am_there(self, stage: Stage) -> None:
        brought_to(PENDING, stage)
        stage.joins(I_AM)
        stage.wait(21)
        assert (stage.state, stage.code) == (NO_ANSWER, Code.SILENCE_OWN_MEETING)

    def test_host_present_follows_owner_present(self, stage: Stage) -> None:
        brought_to(PENDING, stage)
        stage.joins(I_AM)
        assert stage.session.host_present is Value.YES
        stage.wait(1)
        stage.leaves(I_AM)
        assert stage.session.host_present is Value.NO

    @pytest.mark.parametrize("value", [Value.YES, Value.NO])
    def test_the_users_word_on_the_host_moves_nothing(self, stage: Stage, value: Value) -> None:
        brought_to(PENDING, stage)
        stage.wait(6)
        stage.tell_host(value)
        assert stage.state is PENDING

    def test_no_reminders_that_the_host_may_be_there(self) -> None:
        stage = Stage()
        stage.ask()
        stage.look(e.MeetingStatus.STARTED)
        stage.joins(GUEST)
        stage.meeting = OWN_MEETING
        stage.reply()
        stage.wait(700)
        assert stage.announced(Category.REMINDER) == []

    @pytest.mark.parametrize("state", [HOST, RESEND])
    def test_i_turn_out_to_be_the_host(self, state: CaptureState) -> None:
        stage = Stage(meeting=e.Meeting("uuid-1", NUMBER))
        brought_to(PENDING, stage)
        stage.wait(6)
        stage.tell_host(Value.NO if state is HOST else Value.YES)
        assert stage.state is state
        stage.meeting = OWN_MEETING
        stage.look(e.MeetingStatus.STARTED)
        assert (stage.state, stage.code) == (NO_ANSWER, Code.SILENCE_OWN_MEETING)


class TestHandOff:
    """A host change around a stop explains it (T4, scenario 13); one without a stop is quiet (T3)."""

    @pytest.mark.parametrize("reason", [1, 5, 9, 23])
    @pytest.mark.parametrize("before_s", [0, 30, 60])
    def test_a_change_before_the_stop(self, reason: int, before_s: int) -> None:
        stage = brought_to(SHARING)
        stage.becomes_host(NEW_HOST)
        stage.wait(before_s)
        stage.stopped(reason)
        assert stage.code is Code.HAND_OFF

    @pytest.mark.parametrize("reason", [1, 5, 9, 23])
    @pytest.mark.parametrize("after_s", [1, 15])
    def test_a_change_after_the_stop(self, reason: int, after_s: int) -> None:
        stage = brought_to(SHARING)
        stage.stopped(reason)
        state = stage.state
        stage.wait(after_s)
        stage.becomes_host(NEW_HOST)
        assert (stage.state, stage.code) == (state, Code.HAND_OFF)

    @pytest.mark.parametrize("after_s", [-61, 16])
    def test_a_change_far_away_explains_nothing(self, after_s: int) -> None:
        stage = brought_to(SHARING)
        if after_s < 0:
            stage.becomes_host(NEW_HOST)
            stage.wait(-after_s)
        stage.stopped(1)
        if after_s > 0:
            stage.wait(after_s)
            stage.becomes_host(NEW_HOST)
        assert stage.code is Code.STOP_HOST

    @pytest.mark.parametrize("reason", [2, 3, 10])
    def test_other_stops_have_their_own_reasons(self, reason: int) -> None:
        stage = brought_to(SHARING)
        stage.becomes_host(NEW_HOST)
        stage.stopped(reason)
        assert stage.code is not Code.HAND_OFF

    def test_a_restart_that_is_refused_is_for_good(self) -> None:
        stage = brought_to(SHARING)
        stage.becomes_host(NEW_HOST)
        stage.stopped(5)
        stage.resend()
        stage.refuse(13267)
        assert (stage.state, stage.code) == (FOR_GOOD, Code.REFUSED_AFTER_STREAM)

    def test_without_a_stop_nothing_is_heard(self) -> None:
        stage = brought_to(SHARING)
        stage.joins(THE_HOST)
        stage.becomes_host(NEW_HOST)
        stage.leaves(THE_HOST)
        stage.wait(120)
        assert (stage.state, stage.announced()) == (SHARING, [])
