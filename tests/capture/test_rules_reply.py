"""Rules for Zoom's replies."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.effects import Ignored
from rtms_tray.capture.events import Action, Outcome, Replied
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Request
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timings import RETRY_BUDGET, AutoResend, Policy
from rtms_tray.capture.zoom_codes import retry_delay
from rtms_tray.support.units import SECOND
from tests.helpers.capture_rows import (
    DENIED,
    NO_ANSWER,
    PAUSED,
    PAUSED_BREAKOUT,
    PENDING_APPROVAL,
    REFUSED,
    REQUESTING,
    SHARING,
    START,
    STOPPED,
    STOPPED_PERMANENTLY,
    WAITING_FOR_MEETING,
    Row,
    check,
    in_turn,
    joins,
    no_feed,
    refuse,
    reply,
    stopped,
    trouble,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    THE_HOST,
    Stage,
    brought_to,
)

_S = CaptureState
OFF = Policy(auto_resend=AutoResend.OFF)

ROWS = [
    # --- to a start request
    Row(REQUESTING, "R 2xx", Stage.reply, PENDING_APPROVAL, Code.ASKED),
    Row(REQUESTING, "R 2xx, approval known to be required",
        in_turn(lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), Stage.reply),
        PENDING_APPROVAL, Code.APPROVAL_PENDING),
    Row(PENDING_APPROVAL, "U tells that approval is required",
        lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), PENDING_APPROVAL,
        Code.APPROVAL_PENDING),
    Row(REQUESTING, "rtms_started, then R 2xx", in_turn(Stage.started, Stage.reply), SHARING, None),
    Row(REQUESTING, "reply lost", reply(Outcome.REPLY_LOST), PENDING_APPROVAL, Code.REPLY_LOST),
    Row(REQUESTING, "reply lost, then silence",
        in_turn(reply(Outcome.REPLY_LOST), wait(21)), NO_ANSWER, Code.SILENCE),
    Row(REQUESTING, "R 3000", refuse(3000), WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED),
    *(
        Row(REQUESTING, f"R {code}", refuse(code), REFUSED, reason)
        for code, reason in (
            (13267, Code.RTMS_DISABLED), (13273, Code.NOT_SUPPORTED), (13262, Code.NOT_ALLOW_LISTED),
            (2308, Code.NOT_ENTITLED_TO_START), (2309, Code.NOT_A_PANELIST),
            (2310, Code.OPERATION_FAILED), (2312, Code.USER_UNKNOWN), (300, Code.MEETING_ID_INVALID),
            (3001, Code.MEETING_UNKNOWN), (4711, Code.SCOPE_MISSING), (13277, Code.NOT_RUNNING),
            (99999, Code.REFUSED_OTHERWISE),
        )
    ),
    Row(REQUESTING, "R 13262: never repeated by itself",
        in_turn(refuse(13262), wait(3600)), REFUSED, Code.NOT_ALLOW_LISTED),
    *(
        Row(STOPPED, f"resent, R {code}: a stream ran before",
            in_turn(Stage.resend, refuse(code)),
            STOPPED_PERMANENTLY, Code.REFUSED_AFTER_STREAM, (START,))
        for code in (13267, 13273)
    ),
    Row(STOPPED, "resent, R 13262: a stream ran before",
        in_turn(Stage.resend, refuse(13262)), REFUSED, Code.NOT_ALLOW_LISTED, (START,)),
    Row(REQUESTING, "R 401, refreshed in vain", reply(Outcome.SIGN_IN_NEEDED, 124),
        REFUSED, Code.SIGN_IN_NEEDED),
    Row(REQUESTING, "R 401, signed in again",
        in_turn(reply(Outcome.SIGN_IN_NEEDED, 124), lambda s: s.all(e.SignedIn("me"))),
        REQUESTING, None, (START,)),
    *(
        row
        for outcome, reason in ((Outcome.KEYRING_LOCKED, Code.KEYRING_LOCKED),
                                (Outcome.KEYRING_UNREADABLE, Code.KEYRING_UNREADABLE))
        for row in (
            Row(REQUESTING, f"R {outcome}, T", in_turn(reply(outcome), wait(60)), REFUSED, reason),
            Row(REQUESTING, f"R {outcome}, L the keyring opens",
                in_turn(reply(outcome), lambda s: s.all(e.KeyringUnlocked())), REQUESTING, None,
                (START,)),
            Row(REQUESTING, f"R {outcome}, signed in",
                in_turn(reply(outcome), lambda s: s.all(e.SignedIn("me"))), REQUESTING, None,
                (START,)),
        )
    ),
    Row(REQUESTING, "R 13262, L the keyring opens",
        in_turn(refuse(13262), lambda s: s.all(e.KeyringUnlocked())), REFUSED, Code.NOT_ALLOW_LISTED,
        ignored=("nothing waits for the keyring",)),
    *(
        Row(REQUESTING, f"R {outcome} four times", trouble(outcome), REFUSED, reason,
            (START, START, START))
        for outcome, reason in ((Outcome.SERVER_TROUBLE, Code.SERVER_TROUBLE),
                                (Outcome.RATE_LIMITED, Code.RATE_LIMITED),
                                (Outcome.OFFLINE, Code.OFFLINE))
    ),
    Row(REQUESTING, "R 5xx once", trouble(Outcome.SERVER_TROUBLE, 1), REQUESTING, None, (START,)),
    Row(REQUESTING, "R 429, with a longer wait",
        reply(Outcome.RATE_LIMITED, retry_after_s=60), REFUSED, Code.RATE_LIMITED),
    Row(REQUESTING, "R offline, the network is back",
        in_turn(trouble(Outcome.OFFLINE), Stage.clear, lambda s: s.all(e.NetworkBack())),
        REQUESTING, None, (START,)),
    Row(REQUESTING, "R offline, the network is back, auto_resend off",
        in_turn(trouble(Outcome.OFFLINE), Stage.clear, lambda s: s.all(e.NetworkBack())),
        REFUSED, Code.OFFLINE, policy=OFF),
    Row(REQUESTING, 'R "already running"', reply(Outcome.ALREADY_RUNNING),
        SHARING, Code.ALREADY_RUNNING),
    Row(REQUESTING, "R 409", reply(Outcome.CONFLICT), SHARING, Code.ALREADY_RUNNING, doubt=True),
    Row(REQUESTING, "rtms_started while a retry is due: not repeated",
        in_turn(reply(Outcome.SERVER_TROUBLE), Stage.started, wait(30)), SHARING, None),
    # --- while the meeting has not started
    Row(WAITING_FOR_MEETING, "E meeting.started", Stage.meeting_started, WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED,
        (START,), waits=()),
    Row(WAITING_FOR_MEETING, "E meeting.started, R 2xx", in_turn(Stage.meeting_started, Stage.reply),
        PENDING_APPROVAL, Code.ASKED, (START,)),
    Row(WAITING_FOR_MEETING, "T 5 s", wait(5), WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,),
        waits=()),
    Row(WAITING_FOR_MEETING, "T 5, 10, 20, 60, 60 s",
        in_turn(*(in_turn(wait(s), refuse(3000)) for s in (5, 10, 20, 60, 60))),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,) * 5),
    Row(WAITING_FOR_MEETING, "E meeting.started, auto_resend off", in_turn(Stage.meeting_started, wait(3700)),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, policy=OFF, waits=()),
    Row(WAITING_FOR_MEETING, "U resend while asking again: not doubled", in_turn(wait(5), Stage.resend),
        REQUESTING, None, (START,)),
    Row(WAITING_FOR_MEETING, "asked again, R 13267", in_turn(wait(5), refuse(13267)),
        REFUSED, Code.RTMS_DISABLED, (START,)),
    # --- asked again before I have joined
    Row(WAITING_FOR_MEETING, "E meeting.started, R 2308: I have not joined",
        in_turn(Stage.meeting_started, refuse(2308), wait(59)), WAITING_FOR_MEETING, Code.NOT_ENTITLED_TO_START,
        (START,)),
    Row(WAITING_FOR_MEETING, "E meeting.started, R 2308, T 60, 60 s",
        in_turn(Stage.meeting_started, refuse(2308), wait(60), refuse(2308), wait(60)),
        WAITING_FOR_MEETING, Code.NOT_ENTITLED_TO_START, (START,) * 3, waits=()),
    Row(WAITING_FOR_MEETING, "E meeting.started, R 2308, E I join", in_turn(Stage.meeting_started,
        refuse(2308), wait(2), joins(I_AM), Stage.reply), PENDING_APPROVAL, Code.ASKED, (START,) * 2),
    Row(WAITING_FOR_MEETING, "E meeting.started, E I join while it is on its way, R 2308",
        in_turn(Stage.meeting_started, joins(I_AM), refuse(2308), Stage.reply),
        PENDING_APPROVAL, Code.ASKED, (START,) * 2),
    Row(WAITING_FOR_MEETING, "E meeting.started, R 2308, E I join, R 2308: nothing more will change it",
        in_turn(Stage.meeting_started, refuse(2308), joins(I_AM), refuse(2308), wait(120)),
        REFUSED, Code.NOT_ENTITLED_TO_START, (START,) * 2),
    Row(WAITING_FOR_MEETING, "E meeting.started, R 2308, E the host joins: still waits for me",
        in_turn(Stage.meeting_started, refuse(2308), wait(2), joins(THE_HOST)),
        WAITING_FOR_MEETING, Code.NOT_ENTITLED_TO_START, (START,)),
    Row(WAITING_FOR_MEETING, "T 5 s, R 2308, U resend, R 2308: the user wants to know",
        in_turn(wait(5), refuse(2308), Stage.resend, refuse(2308), wait(120)),
        REFUSED, Code.NOT_ENTITLED_TO_START, (START,) * 2),
    Row(WAITING_FOR_MEETING, "T 5 s, R 2308 for an hour, then no more",
        in_turn(wait(5), *[in_turn(refuse(2308), wait(60))] * 59, Stage.clear, refuse(2308),
                wait(3600)), WAITING_FOR_MEETING, Code.NOT_ENTITLED_TO_START, waits=()),
    Row(WAITING_FOR_MEETING, "asked again, R 5xx every time: the rhythm goes on",
        in_turn(wait(5), trouble(Outcome.SERVER_TROUBLE), wait(10)),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,) * 5, waits=()),
    # --- the rhythm of asking again
    Row(REQUESTING, "R 5xx: tried again in a second", reply(Outcome.SERVER_TROUBLE), REQUESTING, None,
        waits=(Timer.RETRY,)),
    Row(WAITING_FOR_MEETING, "E meeting.started: the rhythm begins anew",
        in_turn(wait(5), refuse(3000), wait(10), refuse(3000), Stage.meeting_started, refuse(3000), wait(5)),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,) * 4, waits=()),
    Row(WAITING_FOR_MEETING, "U resend: the rhythm begins anew",
        in_turn(wait(5), refuse(3000), Stage.resend, refuse(3000), wait(5)),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,) * 3, waits=()),
    Row(WAITING_FOR_MEETING, "E meeting.started: the hour of asking again begins anew",
        in_turn(wait(5), reply(Outcome.RATE_LIMITED, retry_after_s=3500), wait(3000), Stage.meeting_started,
                reply(Outcome.RATE_LIMITED, retry_after_s=3000)),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,) * 2),
    Row(REQUESTING, "R 2308, E I join: never repeated by itself", in_turn(refuse(2308), joins(I_AM)),
        REFUSED, Code.NOT_ENTITLED_TO_START),
    # --- a refusal says nothing of a stream in doubt, that the meeting has not started says all
    Row(REQUESTING, "F down and up, R 13262", in_turn(Stage.gap, refuse(13262)), REFUSED,
        Code.NOT_ALLOW_LISTED, doubt=True),
    Row(REQUESTING, "F down and up, R 5xx four times", in_turn(Stage.gap, trouble(Outcome.SERVER_TROUBLE)),
        REFUSED, Code.SERVER_TROUBLE, (START,) * 3, doubt=True),
    Row(REQUESTING, "F down and up, R 2xx", in_turn(Stage.gap, Stage.reply), PENDING_APPROVAL, Code.ASKED,
        doubt=True),
    Row(REQUESTING, "F down and up, R 3000", in_turn(Stage.gap, refuse(3000)), WAITING_FOR_MEETING,
        Code.MEETING_NOT_STARTED),
    Row(REQUESTING, "F down, R 13262", in_turn(no_feed, refuse(13262)), REFUSED, Code.NOT_ALLOW_LISTED,
        doubt=True),
    Row(REFUSED, "F down and up, U resend, R 2xx: something may have begun", in_turn(Stage.gap, Stage.resend,
        Stage.reply), PENDING_APPROVAL, Code.ASKED, (START,), doubt=True, looks=1),
    Row(REFUSED, "F down and up, U resend, R 13267", in_turn(Stage.gap, Stage.resend, refuse(13267)), REFUSED,
        Code.RTMS_DISABLED, (START,), looks=1),
    Row(STOPPED, "F down and up, E stop 8, U resend, R 2xx: that stop was seen", in_turn(Stage.gap, wait(1),
        stopped(8), Stage.resend, Stage.reply), PENDING_APPROVAL, Code.ASKED, (START,), looks=1),
    Row(PAUSED, 'F down and up, U resend, R "already running"', in_turn(Stage.gap, Stage.resend,
        reply(Outcome.ALREADY_RUNNING)), PAUSED, Code.PAUSED_BY_YOU, (START,), doubt=True, looks=1),
    Row(PAUSED_BREAKOUT, 'F down and up, U resend, R "already running"', in_turn(Stage.gap, Stage.resend,
        reply(Outcome.ALREADY_RUNNING)), PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM, (START,), doubt=True, looks=1),
    Row(REQUESTING, "F down, R 2xx", in_turn(no_feed, Stage.reply), PENDING_APPROVAL, Code.CANNOT_SEE, doubt=True,
        waits=(Timer.GRACE,)),
    Row(REQUESTING, 'R "already running", E a guest joins',
        in_turn(wait(1), reply(Outcome.ALREADY_RUNNING), wait(1), joins(GUEST)), SHARING,
        Code.ALREADY_RUNNING),
    Row(PENDING_APPROVAL, "E stop 10 of a stream never seen, U resend, R 13267: a stream ran before",
        in_turn(stopped(10, "x"), Stage.resend, refuse(13267)), STOPPED_PERMANENTLY,
        Code.REFUSED_AFTER_STREAM, (START,)),
    Row(DENIED, "U resend, R 13267: no stream ran", in_turn(Stage.resend, refuse(13267)), REFUSED,
        Code.RTMS_DISABLED, (START,)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(("later", "tried"), [(0, True), (1, False)])
def test_the_last_try_may_use_up_all_the_time_there_is(later: int, *, tried: bool) -> None:
    request = Request(1, Action.START, 0, 0)
    reply = Replied(1, Action.START, Outcome.SERVER_TROUBLE)
    delay = retry_delay(request, reply, RETRY_BUDGET - 1 * SECOND + later)
    assert delay == (1 * SECOND if tried else None)


# --- pause, resume and stop: four tries, and only the newest reply counts


def troubled(tries: int) -> Stage:
    """A pause that met trouble a few times, and was sent once more."""
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    for delay in (1, 2, 4)[:tries]:
        stage.act_answer(Outcome.SERVER_TROUBLE, 503)
        stage.wait(delay)
    return stage


def test_the_reply_to_the_newest_try_counts() -> None:
    stage = troubled(2)
    assert stage.sent() == [Action.PAUSE] * 3
    stage.act_answer()
    assert (stage.state, stage.code) == (_S.PAUSED, Code.PAUSED_BY_YOU)


def test_a_reply_to_an_older_try_does_not() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    first = stage.session.streams.action
    assert first is not None
    stage.act_answer(Outcome.SERVER_TROUBLE, 503)
    stage.wait(1)
    stage.answer(first.number, Action.PAUSE)
    assert stage.state is _S.SHARING


def test_every_try_has_a_number_and_a_moment_of_its_own() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    numbers, moments = set(), []
    for delay in (1, 2, 4):
        assert stage.session.streams.action is not None
        numbers.add(stage.session.streams.action.number)
        moments.append(stage.session.streams.action.sent_at)
        stage.act_answer(Outcome.SERVER_TROUBLE, 503)
        stage.wait(delay)
    assert len(numbers) == 3
    assert [later - moments[0] for later in moments] == [0, 1_000, 3_000]


def test_the_fourth_trouble_is_told() -> None:
    stage = troubled(3)
    assert stage.sent() == [Action.PAUSE] * 4
    before = stage.session.attention.refusal
    stage.act_answer(Outcome.SERVER_TROUBLE, 503)
    assert (before, stage.session.attention.refusal) == (None, Why(Code.SERVER_TROUBLE, 503))
    stage.wait(30)
    assert stage.sent() == [Action.PAUSE] * 4


def test_giving_up_what_is_live_is_refused_with_a_reason_in_the_log() -> None:
    stage = brought_to(_S.SHARING)
    stage.give_up()
    assert stage.state is _S.SHARING
    assert stage.ignored() == [Ignored("GivenUp", "capture is running: stop it instead")]


def test_without_a_wait_of_zooms_nothing_says_when_to_try_again() -> None:
    stage = brought_to(_S.REQUESTING)
    trouble(Outcome.SERVER_TROUBLE)(stage)
    assert stage.session.why == Why(Code.SERVER_TROUBLE)


def test_nothing_runs_in_a_room_which_ends_the_doubt_about_the_stream() -> None:
    stage = brought_to(PAUSED_BREAKOUT)
    stage.gap(60)
    assert stage.unverified
    stage.act(Action.STOP)
    stage.act_answer(Outcome.REFUSED, 13277)
    assert (stage.state, stage.unverified) == (PAUSED_BREAKOUT, False)


def test_nothing_runs_where_the_room_was_maybe_left() -> None:
    stage = brought_to(PAUSED_BREAKOUT)
    stage.wait(10)
    stage.leaves(I_AM)
    stage.joins(I_AM)
    stage.wait(5)
    assert stage.code is Code.ROOM_MAYBE_LEFT
    stage.act(Action.STOP)
    stage.act_answer(Outcome.REFUSED, 13277)
    assert (stage.state, stage.code, stage.unverified) == (STOPPED, Code.NOT_RUNNING, False)
