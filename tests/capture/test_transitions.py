"""The state table promises what can happen, and nothing else: each change of state that it names is reached.

That no rule goes further is checked in every test of capture (conftest.py), of the properties of boards, too.
"""

from collections.abc import Callable, Iterator

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.machine import step
from rtms_tray.capture.merging import Merged
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.states import OPEN, CaptureState
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND
from tests.helpers.capture_rows import (
    Do,
    approves,
    becomes,
    click,
    host_is,
    in_room,
    in_turn,
    joins,
    leaves,
    look,
    moves,
    refuse,
    reply,
    seen_from_start,
    sees_sharing,
    started,
    stopped,
    trouble,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    IN_SIGHT_FOR,
    ME,
    MEETING,
    NEW_HOST,
    NUMBER,
    OWN_MEETING,
    PATH_TO,
    THE_HOST,
    Stage,
    brought_to,
)
from tests.helpers.capture_transitions import Transition, promised, watched
from tests.helpers.manual_clock import NOON

_S = CaptureState
HOSTS_OTHER_DEVICE = e.Person("host", "20", "p-20")
NEXT = e.Meeting("uuid-2", NUMBER, "host")
AUTOMATIC = Policy(auto_resend=AutoResend.HOST_JOINED)


def after_a_gap(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.gap(10)
    return stage


def unseen(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.feed_down()
    stage.wait(1)
    return stage


def resent_automatically(state: CaptureState, wait_s: float) -> Stage:
    stage = brought_to(state)
    stage.share(policy=AUTOMATIC)
    stage.wait(wait_s)
    return stage


def by_uuid(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.joins(GUEST)
    stage.wait(1)
    return stage


def of_a_missed_start(state: CaptureState) -> Stage:
    stage = brought_to(_S.REQUESTING)
    answered(stage, Outcome.ALREADY_RUNNING)
    stage.meeting_started()
    ways: dict[CaptureState, Do] = {
        _S.SHARING: wait(1),
        _S.PAUSED: lambda s: pressed(s, Action.PAUSE),
        _S.PAUSED_BREAKOUT: Stage.enters_room,
    }
    if state not in ways:
        return brought_to(state)
    ways[state](stage)
    return stage


PASTS: dict[str, Callable[[CaptureState], Stage]] = {
    "seen": brought_to,
    "unseen": unseen,
    "after a gap": after_a_gap,
    "resent automatically": lambda state: resent_automatically(state, 3),
    "resent automatically, after grace": lambda state: resent_automatically(state, 7),
    "known by its UUID": by_uuid,
    "of a stream whose start was missed": of_a_missed_start,
}


def answered(stage: Stage, outcome: Outcome, code: int | None = None) -> None:
    if stage.session.requests.open:
        stage.reply(outcome, code)


def pressed(stage: Stage, action: Action) -> None:
    stage.act(action)
    if stage.session.streams.action is not None:
        stage.act_answer()


def nothing_runs(stage: Stage) -> None:
    if stage.session.streams.action is not None:
        stage.act_answer(Outcome.REFUSED, 13277)


def another_stopped(reason: int) -> Do:
    return lambda stage: stage.zoom(e.StreamStopped(MEETING, "b", reason, stage.at()))


def unnamed_stop(reason: int) -> Do:
    return lambda stage: stage.zoom(e.UnnamedStreamStopped(MEETING, reason, stage.at()))


def receiver_says(state: e.ReceiverState) -> Do:
    return in_turn(wait(1), lambda stage: stage.receiver(state, media_ago_s=0))


def offline(stage: Stage) -> None:
    stage.resend()
    if stage.session.requests.open:
        trouble(Outcome.OFFLINE)(stage)
    stage.all(e.NetworkBack())


HAPPENS: dict[str, Do] = {
    # the user
    "resend": Stage.resend,
    "resend, accepted": in_turn(Stage.resend, reply(Outcome.ACCEPTED), wait(7)),
    "give up": Stage.give_up,
    "give up, a stream starts": in_turn(Stage.give_up, started("b")),
    "pause": lambda s: pressed(s, Action.PAUSE),
    "resume": lambda s: pressed(s, Action.RESUME),
    "stop": lambda s: pressed(s, Action.STOP),
    "stop, accepted after it has stopped": in_turn(click(Action.STOP), stopped(1)),
    "sees sharing": sees_sharing(True),
    "sees no sharing": sees_sharing(False),
    "sees it paused": Stage.tell_paused,
    "in a room, makes sure": in_turn(Stage.enters_room, lambda s: pressed(s, Action.RESUME)),
    "the host approves": approves(Value.YES),
    "the host denies": approves(Value.NO),
    "the host is there": host_is(Value.YES),
    "the host is absent": host_is(Value.NO),
    "nobody knows of the host": host_is(Value.UNKNOWN),
    "not in a room": in_room(Value.NO),
    "in a room": in_room(Value.YES),
    # replies
    "accepted": lambda s: answered(s, Outcome.ACCEPTED),
    "not started": lambda s: answered(s, Outcome.NOT_STARTED, 3000),
    "refused": lambda s: answered(s, Outcome.REFUSED, 13262),
    "runs already": lambda s: answered(s, Outcome.ALREADY_RUNNING),
    "no sign-in, signed in": in_turn(
        Stage.resend, lambda s: answered(s, Outcome.SIGN_IN_NEEDED), lambda s: s.all(e.SignedIn(ME))
    ),
    "keyring locked, unlocked": in_turn(
        Stage.resend,
        lambda s: answered(s, Outcome.KEYRING_LOCKED),
        lambda s: s.all(e.KeyringUnlocked()),
    ),
    "offline, the network is back": offline,
    "Zoom says that it is over": look(MeetingStatus.WAITING),
    "Zoom says that it is over, the stream is interrupted": in_turn(
        look(MeetingStatus.WAITING), wait(1), Stage.interrupted
    ),
    # streams
    "started": started("b"),
    "started again": in_turn(wait(1), started("a")),
    "the next instance's stream": lambda s: s.zoom(e.StreamStarted(NEXT, "b", ME, s.at())),
    "interrupted": Stage.interrupted,
    "another interrupted": lambda s: s.interrupted("b"),
    "no stream runs": in_turn(wait(6), click(Action.STOP), nothing_runs),
    "limited": Stage.limited,
    "start failed": lambda s: s.zoom(e.StartFailed(MEETING, ME, 1, "No", s.at())),
    **{f"the receiver says {state}": receiver_says(state) for state in e.ReceiverState},
    "the meeting is over, by a stop": unnamed_stop(6),
    **{f"an unnamed stop, {reason}": unnamed_stop(reason) for reason in (4, 8)},
    "the host's answer": lambda s: s.request_status(Value.NO),
    **{f"stopped, {reason}": stopped(reason) for reason in (1, 4, 6, 7, 8)},
    **{f"another stopped, {reason}": another_stopped(reason) for reason in (1, 6, 7, 8)},
    # the meeting and its people
    "meeting started": Stage.meeting_started,
    "the next meeting started": lambda s: s.zoom(e.MeetingStarted(NEXT, s.at())),
    "meeting ended": Stage.meeting_ended,
    "the host joins": joins(THE_HOST),
    "the host joined long ago": joins(THE_HOST, 60),
    "the host, absent before, joins": in_turn(host_is(Value.NO), joins(THE_HOST)),
    "the host leaves": in_turn(seen_from_start, leaves(THE_HOST), wait(2)),
    "the host joins and leaves": in_turn(joins(THE_HOST), leaves(THE_HOST)),
    "the host's older device turns out to have been there": in_turn(
        joins(THE_HOST), leaves(HOSTS_OTHER_DEVICE)
    ),
    "the host gets the role": becomes(THE_HOST, "host"),
    "the host got the role long ago": lambda s: s.becomes_host(THE_HOST, 60),
    "I leave": in_turn(wait(1), leaves(I_AM), wait(2)),
    "I go into a room, as Zoom says when I leave": lambda s: s.zoom(
        e.ParticipantLeft(s.meeting, I_AM, s.at(), None, e.Move.TO_ROOM)
    ),
    "I seem to leave, and move": in_turn(joins(I_AM), wait(3), stopped(3), moves(I_AM)),
    "somebody waits for the host": Stage.waits_for_host,
    "I enter a room": Stage.enters_room,
    "I enter a room, the stream stops, I leave the room": in_turn(
        Stage.enters_room, wait(3), Stage.leaves_room, stopped(1), wait(3)
    ),
    "I enter a room, a stream of before starts": in_turn(
        wait(40), Stage.enters_room, wait(1), started("b", ago_s=2)
    ),
    "the next instance's, a room, a stream of before starts": in_turn(
        lambda s: s.zoom(e.BreakoutJoined(NEXT, I_AM, s.at())),
        lambda s: s.zoom(e.StreamStarted(NEXT, "b", ME, s.at(2))),
    ),
    "I leave the room": in_turn(wait(1), Stage.leaves_room, wait(3)),
    "it is my own meeting": lambda s: s.take(
        boards.turn(s.board, e.MeetingFetched(OWN_MEETING, MeetingStatus.STARTED), s.now)
    ),
    "I am the host": lambda s: s.all(e.SignedIn("host")),
}


def whose_host_is(value: Value) -> Stage:
    """Asked by the number alone; whose meeting it is, is not known."""
    stage = Stage(meeting=e.Meeting(number=NUMBER))
    stage.ask()
    stage.reply()
    stage.wait(6)
    stage.tell_host(value)
    return stage


def silent_while_the_host_is_there() -> Stage:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.joins(THE_HOST)
    stage.wait(20)
    return stage


def denied_from(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.wait(1)
    stage.tell_approves(Value.NO)
    return stage


def paused_in_a_room() -> Stage:
    stage = brought_to(_S.PAUSED)
    stage.enters_room()
    return stage


def handed_over(*then: Do) -> Stage:
    """My own meeting, which somebody else hosts now."""
    stage = Stage(meeting=OWN_MEETING)
    stage.ask()
    stage.reply()
    stage.wait(6)
    stage.becomes_host(NEW_HOST)
    in_turn(*then)(stage)
    return stage


def left_my_own_meeting_or_in_a_room() -> Stage:
    stage = Stage(meeting=OWN_MEETING)
    stage.joins(I_AM)
    stage.started()
    stage.stopped(3)
    stage.wait(3)
    assert stage.state is _S.PAUSED_BREAKOUT
    return stage


def no_longer_mine(policy: Policy) -> Stage:
    """Silence in my own meeting, where I am not; then I sign in as somebody else."""
    stage = Stage(policy, meeting=OWN_MEETING)
    stage.ask()
    stage.reply()
    stage.meeting_started()
    stage.wait(21)
    stage.all(e.SignedIn("somebody else"))
    return stage


def absent_before_a_replay() -> Stage:
    stage = brought_to(_S.WAITING_FOR_HOST)
    stage.share(policy=AUTOMATIC)
    stage.feed_down()
    stage.wait(10)
    return stage


def host_came_meanwhile(stage: Stage) -> None:
    joined = e.ParticipantJoined(stage.meeting, THE_HOST, stage.at(5))
    kept = e.Kept(joined, stage.now - 5 * SECOND)
    stage.all(e.CaughtUp(stage.now, NOON - IN_SIGHT_FOR, (kept,)))


def asked_again_out_of_sight(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.feed_down()
    stage.wait(10)
    stage.resend()
    stage.reply()
    return stage


def nothing_was_missed(stage: Stage) -> None:
    stage.all(e.CaughtUp(stage.now, NOON - IN_SIGHT_FOR, ()))


def absent_before_a_gap() -> Stage:
    stage = brought_to(_S.PENDING_APPROVAL)
    seen_from_start(stage)
    stage.joins(THE_HOST)
    stage.wait(6)
    stage.leaves(THE_HOST)
    stage.wait(2)
    stage.gap(10)
    return stage


def left_as_it_seems() -> Stage:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(10)
    stage.leaves(I_AM)
    stage.wait(3)
    assert stage.code is Code.STOP_YOU_LEFT
    return stage


def requested_in_a_room() -> Stage:
    stage = brought_to(_S.NO_ANSWER)
    stage.wait(1)
    stage.enters_room()
    stage.resend()
    stage.wait(1)
    return stage


def given_up_in_a_room() -> Stage:
    stage = brought_to(_S.NO_ANSWER)
    stage.wait(1)
    stage.enters_room()
    stage.wait(1)
    stage.give_up()
    return stage


def left() -> Stage:
    stage = brought_to(_S.SHARING)
    stage.stopped(3)
    return stage


def asked_again_after_a_stream(*then: Do) -> Stage:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    in_turn(*then)(stage)
    return stage


def host_absent_as_remembered() -> Stage:
    """That the host is absent is learnt with the meeting's name, not by an event of its own."""
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(6)
    known = replace(stage.session, known=brought_to(_S.WAITING_FOR_HOST).session.known)
    stage.board = stage.board.changed(known)
    return stage


def interrupted_and_blind_for_13_h() -> Stage:
    stage = brought_to(_S.INTERRUPTED)
    stage.feed_down()
    stage.wait(13 * 3600)
    return stage


def maybe_still_paused(*then: Do) -> Stage:
    """A stream was paused, then nothing could be seen, and the request was sent again."""
    stage = brought_to(_S.PAUSED)
    stage.gap()
    stage.resend()
    in_turn(*then)(stage)
    stage.wait(1)
    return stage


ACCEPTED = reply(Outcome.ACCEPTED)
PAUSED_BEFORE: tuple[tuple[Do, ...], ...] = (
    (), (ACCEPTED,), (ACCEPTED, wait(21)), (ACCEPTED, wait(6), host_is(Value.NO)),
    (ACCEPTED, wait(6), host_is(Value.NO), joins(THE_HOST)), (ACCEPTED, approves(Value.NO)), (ACCEPTED, Stage.limited),
)  # fmt: skip


def told_stopped_while_paused() -> Stage:
    stage = brought_to(_S.PAUSED)
    stage.tell_sharing(False)
    stage.wait(1)
    return stage


def interrupted_while_paused() -> Stage:
    stage = brought_to(_S.PAUSED)
    stage.interrupted()
    stage.wait(1)
    return stage


def resent_in_a_room() -> Stage:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.gap()
    stage.resend()
    return stage


def stopped_in_doubt() -> Stage:
    stage = brought_to(_S.STOPPED)
    stage.wait(40)
    stage.gap()
    return stage


def refused_in_doubt() -> Stage:
    stage = brought_to(_S.REQUESTING)
    stage.gap()
    stage.refuse(13262)
    stage.wait(1)
    return stage


def maybe_stopped_for_good() -> Stage:
    stage = after_a_gap(_S.SHARING)
    stage.stopped(23, "b")  # mine, or a colleague's beside mine
    return stage


SPECIAL: tuple[tuple[Callable[[], Stage], Do], ...] = (
    *((lambda state=state: denied_from(state), approves(Value.YES)) for state in (
        _S.PENDING_APPROVAL, _S.WAITING_FOR_MEETING, _S.WAITING_FOR_HOST, _S.RESEND_NEEDED, _S.NO_ANSWER,
    )),
    *((lambda then=then: maybe_still_paused(*then), started("a")) for then in PAUSED_BEFORE),
    (maybe_still_paused, reply(Outcome.ALREADY_RUNNING)),
    (told_stopped_while_paused, started("a")),
    (interrupted_while_paused, started("a")),
    (maybe_stopped_for_good, Stage.interrupted),
    (resent_in_a_room, reply(Outcome.ALREADY_RUNNING)),
    (refused_in_doubt, another_stopped(1)),
    (stopped_in_doubt, in_turn(Stage.enters_room, lambda s: pressed(s, Action.RESUME))),
    *((lambda then=then: maybe_still_paused(*then), Stage.interrupted) for then in PAUSED_BEFORE),
    (silent_while_the_host_is_there, host_is(Value.UNKNOWN)),
    (paused_in_a_room, in_room(Value.NO)),
    (paused_in_a_room, in_turn(wait(1), Stage.leaves_room, wait(3))),
    (left, in_room(Value.YES)),
    (left_as_it_seems, in_turn(joins(I_AM, ago_s=3))),
    (requested_in_a_room, started("b", ago_s=2)),
    (given_up_in_a_room, started("b", ago_s=2)),
    (left_my_own_meeting_or_in_a_room, started("b", "other")),
    (handed_over, becomes(I_AM, "host")),
    (lambda: handed_over(host_is(Value.NO)), becomes(I_AM, "host")),
    (lambda: no_longer_mine(Policy()), joins(I_AM)),
    (lambda: no_longer_mine(AUTOMATIC), joins(I_AM)),
    (lambda: brought_to(_S.WAITING_FOR_HOST), moves(THE_HOST)),
    (absent_before_a_replay, host_came_meanwhile),
    (lambda: asked_again_out_of_sight(_S.SHARING), nothing_was_missed),
    (lambda: asked_again_out_of_sight(_S.PAUSED), nothing_was_missed),
    (absent_before_a_gap, in_turn(joins(HOSTS_OTHER_DEVICE), wait(2))),
    (absent_before_a_gap, in_turn(joins(HOSTS_OTHER_DEVICE), leaves(HOSTS_OTHER_DEVICE), wait(2))),
    (asked_again_after_a_stream, refuse(13267)),
    (lambda: asked_again_after_a_stream(refuse(3000), wait(5)), refuse(13267)),
    (lambda: asked_again_after_a_stream(reply(Outcome.ACCEPTED), approves(Value.NO)), stopped(6)),
    (lambda: asked_again_after_a_stream(reply(Outcome.ACCEPTED), approves(Value.NO)), stopped(8)),
    (lambda: asked_again_after_a_stream(refuse(13262)), stopped(6)),
    (lambda: asked_again_after_a_stream(refuse(13262)), stopped(8)),
    (lambda: brought_to(_S.STOPPED_PERMANENTLY), stopped(6)),
    (host_absent_as_remembered, wait(20)),
    (interrupted_and_blind_for_13_h, in_turn(Stage.feed_up, wait(6))),
    (lambda: whose_host_is(Value.NO), HAPPENS["it is my own meeting"]),
    (lambda: whose_host_is(Value.YES), HAPPENS["it is my own meeting"]),
)  # fmt: skip


def stages() -> Iterator[tuple[Stage, Do]]:
    for state in PATH_TO:
        for past in PASTS.values():
            begun = past(state)
            for happens in HAPPENS.values():
                stage = Stage()
                stage.__dict__.update(begun.__dict__, effects=[])
                yield stage, happens
    for make, happens in SPECIAL:
        yield make(), happens


@pytest.fixture(scope="module")
def reached() -> set[Transition]:
    """Every change of state that any of these brings about, or time alone after it."""
    with watched() as found:
        for stage, happens in stages():
            happens(stage)
            for _ in range(2):
                due = boards.deadline(stage.board)
                if due is not None:
                    stage.wait(max(due - stage.now, 0) / 1000)
        for state in PATH_TO:
            restore(state)
            merge(state)
    return found


def restore(state: CaptureState) -> None:
    stage = brought_to(state)
    if stage.session.open:
        for away_h in (1, 13):
            now = stage.now + away_h * 3_600_000
            boards.restore(Stage(feed=False).board, stage.session, stage.now, 0, now)


def merge(state: CaptureState) -> None:
    """A session that was asked for by number, in any state, and the stream's, in any other."""
    asker = brought_to(state)
    if state is _S.ENDED:
        given_up = replace(asker.session, why=Why(Code.GIVEN_UP))
        asker.board = asker.board.changed(given_up)
    for other in OPEN:
        merging = Merged(replace(brought_to(other).session, number=2), NOON - 60_000)
        step(asker.session, merging, asker.context)


def told(transition: Transition) -> str:
    trigger, before, after = transition
    return f"{getattr(trigger, '__name__', trigger)}: {before} → {after}"


def test_every_change_of_state_that_the_table_names_is_reached(reached: set[Transition]) -> None:
    missing = sorted(told(one) for one in promised() - reached)
    assert not missing, "\n".join(missing)


def test_nothing_else_is_reached(reached: set[Transition]) -> None:
    found = sorted(told(one) for one in reached - promised())
    assert not found, "\n".join(found)
