"""A replay is taken in as a whole, and what is shared by all sessions with it; who acts because of it."""

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.memory import Colleague
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    THE_HOST,
    UUID,
    Stage,
    brought_to,
)
from tests.helpers.relayed_stage import SINCE, RelayedStage, asked, shared, stops_and_starts

_S = CaptureState


class TestAsAWhole:
    """Nothing is sent or told that a later event has overtaken."""

    def test_a_host_who_joined_and_agreed_is_not_asked_again(self) -> None:
        stage = asked(Policy(auto_resend=AutoResend.HOST_JOINED))
        stage.lose()
        stage.wait(10)
        stage.joins(THE_HOST)
        stage.wait(10)
        stage.started()
        stage.wait(10)
        stage.clear()
        stage.catch_up()
        assert stage.sent() == []
        assert stage.state is _S.SHARING
        assert [code for _, code in stage.announced(Category.CAPTURE)] == [Code.BEGAN]

    def test_a_host_who_joined_is_asked_once_all_is_told(self) -> None:
        stage = asked(Policy(auto_resend=AutoResend.HOST_JOINED))
        stage.lose()
        stage.joins(THE_HOST)
        stage.wait(10)
        stage.clear()
        stage.catch_up()
        assert stage.sent() == [Action.START]
        assert stage.code is Code.RESENT_FOR_HOST

    def test_a_meeting_that_began_meanwhile_is_asked_for_once_all_is_told(self) -> None:
        stage = RelayedStage()
        stage.ask()
        stage.refuse(3000)
        stage.lose()
        stage.wait(1)
        stage.meeting_started()
        stage.joins(I_AM)
        stage.wait(2)
        stage.clear()
        stage.catch_up()
        assert stage.sent() == [Action.START]

    def test_one_that_has_ended_again_is_not(self) -> None:
        stage = RelayedStage()
        stage.ask()
        stage.refuse(3000)
        stage.lose()
        stage.meeting_started()
        stage.wait(1)
        stage.meeting_ended()
        stage.clear()
        stage.catch_up()
        assert stage.sent() == []
        assert stage.state is _S.ENDED

    def test_an_owner_who_joined_meanwhile_is_asked_for_then(self) -> None:
        stage = RelayedStage()
        stage.ask()
        stage.refuse(3000)
        stage.meeting_started()
        stage.refuse(2308)
        assert stage.code is Code.NOT_ENTITLED_TO_START
        stage.lose()
        stage.wait(1)
        stage.joins(I_AM)
        stage.clear()
        stage.catch_up()
        assert stage.sent() == [Action.START]

    def test_a_stop_that_was_undone_is_not_told(self) -> None:
        stage = shared()
        stage.lose()
        stops_and_starts(stage)
        stage.clear()
        stage.catch_up()
        assert [code for _, code in stage.announced(Category.CAPTURE)] == [Code.BEGAN]

    def test_what_was_sent_before_is_repeated_only_then(self) -> None:
        stage = shared()
        stage.act(Action.PAUSE)
        stage.lose()
        stage.act_answer(Outcome.SERVER_TROUBLE)
        assert Timer.RETRY_ACTION in stage.session.timers
        stage.now += 5 * SECOND
        stage.stopped(6)
        stage.clear()
        stage.catch_up()
        assert stage.sent() == []


class TestOldNews:
    """What a relay has kept is no old news; what reached the relay late is."""

    def test_a_start_of_an_hour_ago(self) -> None:
        stage = RelayedStage()
        stage.lose()
        stage.started()
        stage.wait(HOUR // SECOND)
        stage.catch_up()
        assert (stage.state, stage.unverified) == (_S.SHARING, False)
        assert stage.session.timeline.total(SpanKind.CAPTURED, stage.now) == HOUR

    def test_one_that_reached_the_relay_late(self) -> None:
        stage = RelayedStage()
        stage.lose()
        stage.started(ago_s=300)
        stage.wait(10)
        stage.catch_up()
        assert (stage.state, stage.unverified) == (_S.SHARING, True)

    def test_an_event_of_a_relay_whose_clock_is_ahead_comes_now(self) -> None:
        stage = RelayedStage()
        stage.lose()
        stage.started()
        stage.kept = [replace(kept, at=kept.at + MINUTE) for kept in stage.kept]
        stage.catch_up()
        assert stage.state is _S.SHARING


class TestToldLate:
    """What a relay tells at once though it got it long ago: a meeting's beginning, to whoever comes in."""

    def test_it_is_taken_as_of_then(self) -> None:
        stage = RelayedStage()
        stage.started()
        stage.wait(600)
        late = e.StreamInterrupted(e.Meeting(UUID), "a", stage.at(590))
        stage.all(e.Kept(late, stage.now - 589 * SECOND))
        assert stage.session.timeline.total(SpanKind.UNKNOWN, stage.now) > 0
        assert Timer.INTERRUPTION_OVER not in stage.session.timers  # it is long over

    def test_what_is_sent_because_of_it_is_sent_now(self) -> None:
        stage = RelayedStage()
        stage.ask()
        stage.refuse(3000)
        stage.wait(3)
        stage.clear()
        began = e.MeetingStarted(stage.meeting, stage.at(2))
        stage.all(e.Kept(began, stage.now - 2 * SECOND))
        assert stage.sent() == [Action.START]
        assert stage.session.requests.asked_at == stage.at()

    def test_what_comes_as_it_happens_is_taken_as_any_event(self) -> None:
        stage = RelayedStage()
        start = e.StreamStarted(stage.meeting, "a", "me", stage.at(0.5))
        stage.all(e.Kept(start, stage.now - SECOND // 2))
        assert (stage.state, stage.unverified) == (_S.SHARING, False)


class TestTheWholeBoard:
    """What is shared by all sessions is made up for, too."""

    def test_meetings_that_nobody_asked_for(self) -> None:
        stage = RelayedStage()
        stage.meeting_started()
        stage.joins(THE_HOST)
        stage.joins(I_AM)
        stage.lose()
        stage.wait(60)
        assert stage.board.memory.meetings[UUID].gap
        stage.catch_up()
        known = stage.board.memory.meetings[UUID]
        assert not known.gap
        assert known.people.before_gap is None
        stage.ask()
        stage.reply()
        assert not stage.unverified
        assert stage.session.host_present is Value.YES

    def test_colleagues(self) -> None:
        stage = RelayedStage()
        stage.zoom(e.StreamStarted(e.Meeting("u-2", "22"), "c", "colleague", stage.at()))
        stage.lose()
        stage.wait(60)
        assert _colleague(stage).unverified
        stage.catch_up()
        assert not _colleague(stage).unverified

    def test_an_unbroken_feed_forgets_nothing(self) -> None:
        stage = RelayedStage()
        stage.meeting_started()
        before = stage.board.memory
        stage.feed_up()
        assert stage.board.memory == before


def _colleague(stage: Stage) -> Colleague:
    return stage.board.memory.colleagues["c"]


class TestActing:
    """Of several trays of one user, one acts on its own."""

    def test_the_others_ask_their_user(self) -> None:
        stage = asked(Policy(auto_resend=AutoResend.HOST_JOINED))
        stage.all(e.ActingChanged(acting=False))
        stage.joins(THE_HOST)
        assert stage.sent() == []
        assert stage.state is _S.RESEND_NEEDED

    def test_the_one_that_acts_asks_the_host(self) -> None:
        stage = asked(Policy(auto_resend=AutoResend.HOST_JOINED))
        stage.all(e.ActingChanged(acting=False))
        stage.all(e.ActingChanged(acting=True))
        stage.joins(THE_HOST)
        assert stage.sent() == [Action.START]

    def test_only_one_makes_sure_after_a_gap(self) -> None:
        stage = shared(Policy(check_after_gap=True))
        stage.all(e.ActingChanged(acting=False))
        stage.gap()
        assert stage.sent() == []


def test_a_stage_that_is_live_stays_live() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down()
    stage.wait(30)
    stage.all(
        e.CaughtUp(
            stage.now,
            SINCE,
            (
                (
                    e.Kept(
                        e.StreamInterrupted(e.Meeting(UUID), "a", stage.at(10)),
                        stage.now - 10 * SECOND,
                    )
                ),
            ),
        )
    )
    assert (stage.state, stage.unverified) == (_S.INTERRUPTED, False)


def test_guests_are_certain_again() -> None:
    stage = shared()
    stage.joins(GUEST)
    stage.lose()
    stage.wait(5)
    stage.catch_up()
    assert all(one.certain for one in stage.session.people.connections)
