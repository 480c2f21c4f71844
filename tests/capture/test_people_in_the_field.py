"""What real meetings send of their people: moves between rooms, several devices, rejoins, rooms closed in silence."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.presence import Presence, owner_presence
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.units import SECOND, Millis
from tests.helpers.capture_stage import HOST, ME, MEETING, Stage, brought_to

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


# --- the host


class TestTheHostMoves:
    """A host who walks into a breakout room has not come: nothing has to be sent again."""

    @pytest.mark.parametrize("policy", [Policy(), AT_ONCE])
    @pytest.mark.parametrize("host_seen", [True, False])
    @pytest.mark.parametrize("first", ["left", "joined"])
    @pytest.mark.parametrize("ahead", [46, -46, 300, -300, 0])
    def test_left_and_767_ms_later_joined(
        self, policy: Policy, first: str, ahead: int, *, host_seen: bool
    ) -> None:
        stage = asked(policy, host_seen=host_seen)
        before = stage.state
        at = stage.at()
        pair: list[PersonEvent] = [
            left(person(HOST, "a"), at),
            joined(person(HOST, "b"), at, at + ahead),
        ]
        for event in pair if first == "left" else reversed(pair):
            stage.zoom(event)
            stage.wait(0.767)
        stage.wait(5)
        assert stage.state is before
        assert stage.sent().count(e.Action.START) == 1

    def test_while_captured_it_stays_so(self) -> None:
        stage = sharing()
        stage.zoom(joined(person(HOST), stage.at()))
        stage.wait(60)
        stage.clear()
        stage.zoom(left(person(HOST, "a"), stage.at()))
        stage.wait(0.767)
        stage.zoom(joined(person(HOST, "b"), stage.at(0.767), stage.at(0.7)))
        stage.wait(60)
        assert (stage.state, stage.effects) == (_S.SHARING, [])

    def test_a_host_who_really_comes_is_asked(self) -> None:
        stage = asked(AT_ONCE)
        stage.zoom(left(person(HOST), stage.at()))
        stage.wait(2)
        assert stage.state is _S.WAITING_FOR_HOST
        stage.wait(30)
        stage.zoom(joined(person(HOST, "c", "p-new"), stage.at()))
        assert (stage.state, stage.code) == (_S.REQUESTING, Code.RESENT_FOR_HOST)

    def test_a_host_of_whom_nothing_was_known_may_have_been_there(self) -> None:
        stage = asked(AT_ONCE, host_seen=False)
        stage.clear()
        stage.zoom(joined(person(HOST), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_MAYBE_JOINED)
        assert stage.sent() == []

    def test_after_a_gap_a_host_who_seems_to_come_may_have_been_there(self) -> None:
        stage = asked(AT_ONCE)
        stage.zoom(left(person(HOST), stage.at()))
        stage.wait(2)
        stage.gap(40)
        stage.clear()
        stage.wait(3)
        stage.zoom(joined(person(HOST, "c", "p-new"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_MAYBE_JOINED)
        assert stage.sent() == []

    def test_a_host_who_leaves_again_at_once_has_not_come(self) -> None:
        stage = asked(host_seen=False)
        stage.zoom(joined(person(HOST), stage.at()))
        stage.wait(1)
        stage.gap(0.1)
        stage.wait(3)
        assert stage.state is not _S.RESEND_NEEDED


# --- myself, outside rooms


def test_a_rejoin_91_s_before_the_old_connections_left() -> None:
    stage = sharing()
    began = stage.at()
    stage.zoom(joined(person(ME, "b", "p-new"), began))
    stage.wait(91)
    stage.zoom(left(person(ME, "a"), began + 91 * SECOND))
    stage.wait(5)
    assert owner_presence(stage.session.people, stage.context, MEETING) is Presence.THERE
    assert stage.session.known[Condition.OWNER_PRESENT].value is Value.YES
    assert stage.state is _S.SHARING


@pytest.mark.parametrize("gone", ["p-me", "p-phone"])
def test_two_devices_of_which_either_leaves(gone: str) -> None:
    stage = sharing()
    stage.zoom(joined(person(ME, "b", "p-phone"), stage.at()))
    stage.wait(30)
    stage.zoom(left(person(ME, uuid=gone), stage.at()))
    stage.wait(5)
    assert stage.session.known[Condition.OWNER_PRESENT].value is Value.YES


@pytest.mark.parametrize("gone", ["p-host", "p-phone"])
def test_two_devices_of_the_hosts_of_which_either_leaves(gone: str) -> None:
    stage = asked()
    stage.zoom(joined(person(HOST, "b", "p-phone"), stage.at()))
    stage.wait(30)
    state = stage.state
    stage.zoom(left(person(HOST, uuid=gone), stage.at()))
    stage.wait(5)
    assert stage.session.host_present is Value.YES
    assert stage.state is state


# --- into a room

BURST = ("left", "joined", "the room")


class TestIntoARoom:
    """The breakout event comes before, between or after the left and the joined of the move."""

    @pytest.mark.parametrize("order", list(permutations(BURST)))
    @pytest.mark.parametrize("ahead", [-300, 46, 300])
    @pytest.mark.parametrize("room_later_s", [-2, -1, 0, 1, 2])
    @pytest.mark.parametrize("delay_s", [0.002, 0.9])
    def test_in_any_order(
        self, order: tuple[str, ...], ahead: int, room_later_s: int, delay_s: float
    ) -> None:
        stage = sharing()
        at = stage.at()
        burst: dict[str, PersonEvent] = {
            "left": left(person(ME, "a"), at),
            "joined": joined(person(ME, "b"), at, at + ahead),
            "the room": entered(at + room_later_s * SECOND),
        }
        for name in order:
            stage.zoom(burst[name])
            stage.wait(delay_s)
        stage.wait(10)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_the_left_says_so_itself(self) -> None:
        stage = sharing()
        at = stage.at()
        stage.zoom(e.ParticipantLeft(MEETING, person(ME), at, at, e.Move.TO_ROOM))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        stage.zoom(joined(person(ME, "b"), at, at + 46))
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)

    @pytest.mark.parametrize("began_s", [100, 20])
    def test_that_i_went_in_is_told_after_i_moved_again(self, began_s: float) -> None:
        stage = sharing()
        stage.wait(60)
        if began_s == 20:
            stage.started("b")
        stage.wait(20)
        move(stage)
        stage.wait(10)
        stage.zoom(entered(stage.at(40 if began_s == 20 else 30)))
        if began_s == 20:
            assert (stage.state, stage.unverified) == (_S.SHARING, False)
            return
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.spans()[SpanKind.LOST] == pytest.approx(22, abs=1)
        assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(10, abs=1)

    def test_it_is_told_so_late_that_the_meeting_has_ended(self) -> None:
        stage = sharing()
        at = stage.at()
        stage.wait(30)
        move(stage)
        stage.wait(30)
        stage.meeting_ended()
        stage.wait(30)
        stage.zoom(entered(at))
        assert stage.spans()[SpanKind.LOST] == pytest.approx(32, abs=1)
        assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(30, abs=1)

    def test_whose_joined_is_lost_has_not_left(self) -> None:
        stage = sharing()
        at = stage.at()
        stage.zoom(e.ParticipantLeft(MEETING, person(ME), at, at, e.Move.TO_ROOM))
        stage.wait(60)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        assert stage.session.known[Condition.OWNER_PRESENT].value is Value.YES

    def test_the_stream_stops_in_between(self) -> None:
        stage = sharing()
        stage.stopped(3)
        stage.clear()
        move(stage, entered(stage.at()))
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        assert stage.announced() == [("info", Code.IN_BREAKOUT_ROOM)]

    def test_a_room_of_before_the_stream_began_is_over(self) -> None:
        stage = sharing()
        stage.zoom(entered(stage.at() - 60 * SECOND))
        assert stage.state is _S.SHARING
        assert Condition.IN_BREAKOUT_ROOM not in stage.session.known

    def test_a_stream_of_before_i_went_in_is_paused(self) -> None:
        stage = brought_to(_S.NO_ANSWER)
        stage.wait(1)
        stage.zoom(entered(stage.at()))
        stage.wait(1)
        stage.started(ago_s=2)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)

    def test_a_stream_of_before_goes_on_in_vain(self) -> None:
        stage = sharing()
        stage.zoom(entered(stage.at()))
        stage.tell_sharing(False)
        assert stage.state is _S.STOPPED
        stage.wait(10)
        stage.started("a")
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)

    def test_a_stream_that_starts_after_i_went_in_is_believed(self) -> None:
        stage = in_a_room()
        stage.started("b")
        assert (stage.state, stage.unverified) == (_S.SHARING, False)
        assert Condition.IN_BREAKOUT_ROOM not in stage.session.known

    def test_a_late_start_of_before_a_move_that_nothing_explains_is_asked_about(self) -> None:
        stage = brought_to(_S.NO_ANSWER)
        stage.wait(1)
        stage.zoom(entered(stage.at()))
        stage.wait(10)
        move(stage)
        stage.started(ago_s=30)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified

    def test_a_move_without_a_word_changes_nothing_while_the_stream_runs(self) -> None:
        stage = sharing()
        move(stage)
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)


# --- out of a room


class TestOutOfARoom:
    """Zoom says that I left the room, or says nothing at all."""

    def test_with_a_word(self) -> None:
        stage = in_a_room()
        move(stage, returned(stage.at()))
        stage.wait(2.9)
        assert stage.state is _S.PAUSED_BREAKOUT
        stage.wait(0.1)
        assert (stage.state, stage.code, stage.unverified) == (_S.SHARING, None, False)

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_into_another_room(self, order: tuple[int, ...]) -> None:
        """A burst of the field: left_breakout 38.662, joined_breakout 39.597, left 39.915, joined 40.246."""
        stage = in_a_room()
        at = stage.at()
        burst: list[PersonEvent] = [
            returned(at - 1_338), entered(at - 403, "c"),
            left(person(ME, "b"), at - 85), joined(person(ME, "c"), at - 85, at + 246),
        ]  # fmt: skip
        for number in order:
            stage.zoom(burst[number])
            stage.wait(0.3)
        stage.wait(20)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_the_left_says_so_itself(self) -> None:
        stage = in_a_room()
        at = stage.at()
        stage.zoom(e.ParticipantLeft(MEETING, person(ME, "b"), at, at, e.Move.TO_MAIN_ROOM))
        stage.zoom(joined(person(ME, "c"), at, at + 46))
        stage.wait(3)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)

    def test_another_move_10_s_later_is_a_question(self) -> None:
        stage = sharing()
        move(stage, entered(stage.at()))
        stage.wait(10)
        stage.clear()
        move(stage)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.announced() == [("attention", Code.ROOM_MAYBE_LEFT)]

    def test_rooms_that_close_without_a_word_are_doubted_not_lost_for_ever(self) -> None:
        stage = in_a_room()
        lost = stage.spans()
        move(stage)
        stage.wait(600)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        spans = stage.spans()
        assert spans.pop(SpanKind.UNKNOWN) == pytest.approx(600, abs=4)
        assert spans == pytest.approx(lost, abs=1)
        stage.tell_room(Value.NO)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)

    def test_still_in_there_says_the_user(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(60)
        stage.tell_room(Value.YES)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified
        stage.wait(60)
        move(stage)
        stage.wait(3)
        assert stage.code is Code.ROOM_MAYBE_LEFT, "but a new move is a new question"

    def test_still_in_there_says_a_rooms_event(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(60)
        stage.zoom(entered(stage.at()))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_after_15_min_without_news_it_is_asked_once(self) -> None:
        stage = sharing()
        move(stage, entered(stage.at()))
        stage.clear()
        stage.wait(14 * 60 + 59)
        asked = stage.unverified
        stage.wait(3600)
        assert not asked
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.announced() == [("attention", Code.ROOM_MAYBE_LEFT)]

    def test_what_the_room_leaves_behind_is_lost_up_to_then(self) -> None:
        stage = in_a_room()
        lost = stage.spans()[SpanKind.LOST]
        move(stage)
        stage.wait(30)
        move(stage, returned(stage.at()))
        stage.wait(3)
        assert stage.state is _S.SHARING
        assert stage.spans()[SpanKind.LOST] == pytest.approx(lost + 30, abs=1)

    def test_after_a_gap_in_the_room_nothing_says_that_the_stream_goes_on(self) -> None:
        stage = in_a_room()
        stage.gap(10)
        stage.wait(10)
        move(stage, returned(stage.at()))
        stage.wait(3)
        assert (stage.state, stage.unverified) == (_S.SHARING, True)

    def test_what_was_in_doubt_before_i_went_in_stays_so(self) -> None:
        stage = sharing()
        stage.gap(40)
        stage.wait(20)
        captured = stage.spans()[SpanKind.CAPTURED]
        move(stage, entered(stage.at()))
        stage.wait(60)
        move(stage, returned(stage.at()))
        stage.wait(20)
        assert (stage.state, stage.unverified) == (_S.SHARING, True)
        assert stage.spans()[SpanKind.CAPTURED] == captured
        assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(80, abs=2)

    def test_a_stream_that_stopped_in_the_room_is_waited_for(self) -> None:
        stage = in_a_room()
        stage.stopped(3)
        move(stage, returned(stage.at()))
        stage.wait(12.8)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        stage.wait(0.2)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)


# --- out of the meeting


class TestLeaving:
    """Zoom's stop by 3 says that I left; a room looks the same."""

    def test_room_and_meeting_left_in_the_same_second(self) -> None:
        for room_first in (True, False):
            stage = in_a_room()
            at = stage.at()
            events: list[PersonEvent] = [returned(at), left(person(ME, "b"), at, at + 46)]
            for event in events if room_first else reversed(events):
                stage.zoom(event)
            stage.wait(3)
            assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)

    def test_the_same_pair_in_a_room_is_not_leaving(self) -> None:
        stage = in_a_room()
        at = stage.at()
        stage.zoom(left(person(ME, "a"), at))
        stage.wait(0.767)
        stage.zoom(joined(person(ME, "b"), at, at + 46))
        stage.wait(20)
        assert stage.state is _S.PAUSED_BREAKOUT
        assert stage.code is not Code.STOP_YOU_LEFT

    def test_it_is_stopped_at_once_and_told_after_3_s(self) -> None:
        stage = sharing()
        stage.clear()
        stage.zoom(left(person(ME), stage.at()))
        stage.stopped(3)
        assert (stage.state, stage.announced()) == (_S.STOPPED, [])
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
        assert stage.announced() == [("attention", Code.STOP_YOU_LEFT)]
        assert stage.session.known[Condition.OWNER_PRESENT].value is Value.LEFT

    def test_a_left_that_still_waits_is_waited_for(self) -> None:
        stage = sharing()
        stage.clear()
        stage.stopped(3)
        stage.wait(2)
        stage.zoom(left(person(ME), stage.at(2)))
        stage.wait(1.9)
        assert (stage.code, stage.announced()) == (Code.LEFT_OR_IN_ROOM, [])
        stage.wait(0.1)
        assert stage.code is Code.STOP_YOU_LEFT

    def test_another_device_is_still_there(self) -> None:
        stage = sharing()
        stage.zoom(joined(person(ME, "b", "p-phone"), stage.at()))
        stage.wait(30)
        stage.zoom(left(person(ME), stage.at()))
        stage.stopped(3)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.LEFT_ON_ONE_DEVICE)

    def test_a_move_near_the_stop_is_a_question(self) -> None:
        stage = sharing()
        stage.clear()
        stage.stopped(3)
        move(stage)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.MAYBE_IN_ROOM)
        assert stage.unverified
        stage.wait(10)
        assert stage.code is Code.MAYBE_IN_ROOM, "the same move asks nothing else"
        assert stage.announced() == [("attention", Code.MAYBE_IN_ROOM)]
        stage.zoom(entered(stage.at(13)))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_a_later_move_asks_whether_i_am_back(self) -> None:
        stage = sharing()
        stage.stopped(3)
        move(stage)
        stage.wait(60)
        move(stage)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)

    def test_who_is_there_may_be_in_a_room(self) -> None:
        stage = sharing()
        stage.stopped(3)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.MAYBE_IN_ROOM)
        stage.zoom(left(person(ME), stage.at(3)))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)

    def test_without_any_word_of_me_it_may_be_either(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(3)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.LEFT_OR_IN_ROOM)
        assert stage.announced() == [("attention", Code.LEFT_OR_IN_ROOM)]
        assert Condition.OWNER_PRESENT not in stage.session.known

    @pytest.mark.parametrize(
        ("then", "code"), [("left", Code.STOP_YOU_LEFT), ("left long after", Code.STOP_YOU_LEFT)]
    )
    def test_a_left_that_comes_later_settles_it(self, then: str, code: Code) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(3)
        stage.wait(10)
        stage.zoom(left(person(ME), stage.at(10 if then == "left" else 0)))
        stage.wait(2)
        assert stage.code is code

    def test_a_device_that_leaves_long_after_settles_nothing(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(3)
        stage.wait(60)
        stage.zoom(joined(person(ME, "b", "p-phone"), stage.at()))
        stage.zoom(left(person(ME), stage.at()))
        stage.wait(2)
        assert stage.code is Code.LEFT_OR_IN_ROOM

    def test_one_of_two_devices_leaves_while_i_am_in_a_room(self) -> None:
        stage = in_a_room()
        stage.zoom(joined(person(ME, "c", "p-phone"), stage.at()))
        stage.wait(30)
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)

    def test_a_joined_that_comes_late_shows_that_i_only_moved(self) -> None:
        stage = in_a_room()
        began = stage.spans()[SpanKind.LOST]
        at = stage.at()
        stage.zoom(left(person(ME, "b"), at))
        stage.wait(10)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
        stage.zoom(joined(person(ME, "c"), at))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.spans()[SpanKind.LOST] == began
        stage.zoom(entered(at, "c"))
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)

    def test_so_does_a_rooms_event(self) -> None:
        stage = in_a_room()
        at = stage.at()
        stage.zoom(left(person(ME, "b"), at))
        stage.wait(10)
        stage.zoom(entered(at, "c"))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_what_nobody_knew_before_i_left_stays_unknown(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(100)
        unknown = stage.spans()[SpanKind.UNKNOWN]
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(5)
        assert stage.code is Code.STOP_YOU_LEFT
        assert stage.spans()[SpanKind.UNKNOWN] == unknown

    def test_who_rejoins_has_left(self) -> None:
        stage = in_a_room()
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(10)
        stage.zoom(joined(person(ME, "c", "p-new"), stage.at()))
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)

    def test_a_stop_while_nobody_knows_of_the_room_is_a_stop(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(100)
        unknown = stage.spans()[SpanKind.UNKNOWN]
        stage.stopped(1)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_HOST)
        stage.wait(10)
        assert stage.spans()[SpanKind.UNKNOWN] == unknown

    def test_after_the_meetings_end_it_does_not_matter(self) -> None:
        stage = sharing()
        stage.clear()
        stage.stopped(3)
        stage.meeting_ended()
        stage.wait(60)
        assert (stage.state, stage.announced()) == (_S.ENDED, [])

    def test_leaving_after_a_gap_in_the_room_leaves_the_stream_in_doubt(self) -> None:
        stage = in_a_room()
        stage.gap(10)
        stage.wait(10)
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.unverified) == (_S.STOPPED, True)


def test_a_left_waits_for_its_joined_only_while_something_can_come() -> None:
    stage = sharing()
    stage.zoom(left(person(ME), stage.at()))
    assert Timer.LEFT in stage.session.timers
    stage.gap(10)
    stage.wait(10)
    assert Condition.OWNER_PRESENT not in stage.session.known


# --- all of it at random, held to a simple model


@st.composite
def visits(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    """What a person's connections do: (uuid, second, joined or left), in the order of time."""
    done: list[tuple[str, int, str]] = []
    for number in range(draw(st.integers(1, 3))):
        uuid, at = f"p-{number}", draw(st.integers(5, 60))
        done.append((uuid, at, "joined"))
        for _ in range(draw(st.integers(0, 3))):  # moves between rooms
            at += draw(st.integers(1, 30))
            done += [(uuid, at, "left"), (uuid, at, "joined")]
        if draw(st.booleans()):
            done.append((uuid, at + draw(st.integers(1, 30)), "left"))
    return done


def is_there(done: list[tuple[str, int, str]]) -> bool:
    """The field's rule: the latest second wins, on a tie joined does; any connection will do."""
    newest: dict[str, tuple[int, str]] = {}
    for uuid, at, what in done:
        held = newest.get(uuid, (0, ""))
        if at > held[0] or (at == held[0] and what == "joined"):
            newest[uuid] = (at, what)
    return any(what == "joined" for _, what in newest.values())


@given(visits(), st.data())
def test_any_order_and_any_delay_lead_to_the_same(
    done: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    stage = Stage()
    begun = stage.at()
    stage.meeting_started()
    stage.ask()
    stage.reply()
    stage.wait(100)
    for number, (uuid, at_s, what) in enumerate(data.draw(st.permutations(done))):
        at = begun + at_s * SECOND
        stamp = at + data.draw(st.integers(-300, 1_300))
        who = person(HOST, f"id {number}", uuid)
        stage.zoom(joined(who, at, stamp) if what == "joined" else left(who, at, stamp))
        stage.wait(data.draw(st.sampled_from([0, 0.06, 1.9, 2, 30])))
    stage.wait(3)
    assert stage.session.host_present is (Value.YES if is_there(done) else Value.NO)


@given(st.permutations(["left", "joined", "room"]), st.lists(st.integers(0, 950), min_size=3, max_size=3),
       st.integers(-300, 300), st.integers(-2_000, 2_000), st.booleans())  # fmt: skip
def test_any_burst_of_a_move_is_a_room_without_a_question(
    order: list[str],
    delays: list[int],
    ahead: int,
    room_ahead: int,
    says_so: bool,  # noqa: FBT001 - drawn
) -> None:
    stage = sharing()
    at = stage.at()
    burst: dict[str, PersonEvent] = {
        "left": e.ParticipantLeft(
            MEETING, person(ME), at, second(at), e.Move.TO_ROOM if says_so else None
        ),
        "joined": joined(person(ME, "b"), at, at + ahead),
        "room": entered(at + room_ahead),
    }
    for name, delay in zip(order, delays, strict=True):
        stage.zoom(burst[name])
        stage.wait(delay / SECOND)
    stage.wait(10)
    assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
    assert [code for _, code in stage.announced()] == [Code.BEGAN, Code.IN_BREAKOUT_ROOM]
