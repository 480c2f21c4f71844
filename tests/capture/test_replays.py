"""What a relay tells of the time in which the feed was down: as good as having seen it, and taken in as a whole."""

from collections.abc import Callable

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.memory import Colleague
from rtms_tray.capture.presence import Presence, host_presence
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    IN_SIGHT_FOR,
    THE_HOST,
    UUID,
    Stage,
    brought_to,
)
from tests.helpers.manual_clock import NOON

_S = CaptureState
SINCE = NOON - IN_SIGHT_FOR

Story = Callable[["RelayedStage"], None]


class RelayedStage(Stage):
    """A stage whose feed is a relay: while it is down, the relay keeps the events."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self.missing = False
        self.kept: list[e.Kept] = []

    def zoom(self, event: e.ZoomEvent) -> None:
        """Deliver an event, or keep it."""
        if self.missing:
            self.kept.append(e.Kept(event, self.now))
        else:
            super().zoom(event)

    def lose(self) -> None:
        """The connection to the relay breaks."""
        self.missing = True
        self.feed_down()

    def catch_up(self, since: int = SINCE) -> None:
        """The connection is back, with everything that was missed."""
        self.missing = False
        kept, self.kept = tuple(self.kept), []
        self.all(e.CaughtUp(self.now, since, kept))


def shared(policy: Policy | None = None) -> RelayedStage:
    """A stage on which the meeting is captured and everybody is there."""
    stage = RelayedStage(policy)
    stage.meeting_started()
    for person in (THE_HOST, I_AM):
        stage.joins(person)
    stage.ask()
    stage.reply()
    stage.wait(5)
    stage.started()
    stage.wait(60)
    stage.clear()
    return stage


def asked(policy: Policy | None = None) -> RelayedStage:
    """A stage on which the host is known to be absent, and the request waits for them."""
    stage = RelayedStage(policy)
    stage.meeting_started()
    stage.joins(I_AM)
    stage.ask()
    stage.reply()
    stage.wait(60)
    assert stage.state is _S.WAITING_FOR_HOST
    stage.clear()
    return stage


def nothing(stage: RelayedStage) -> None:
    """Nothing happens."""
    stage.wait(120)


def ends(stage: RelayedStage) -> None:
    """The meeting ends."""
    stage.wait(20)
    stage.stopped(6)
    stage.wait(1)
    stage.meeting_ended()
    stage.wait(40)


def goes_on_by_another_server(stage: RelayedStage) -> None:
    """The receiver is interrupted, and another server goes on."""
    stage.wait(10)
    stage.interrupted()
    stage.wait(20)
    stage.started()
    stage.wait(90)


def stays_interrupted(stage: RelayedStage) -> None:
    """The receiver is interrupted, and nothing more is heard."""
    stage.wait(30)
    stage.interrupted()
    stage.wait(20)


def stops_and_starts(stage: RelayedStage) -> None:
    """The host turns it off, and somebody turns it on again."""
    stage.wait(10)
    stage.stopped(1)
    stage.wait(30)
    stage.started("b")
    stage.wait(30)


def visits_a_room(stage: RelayedStage) -> None:
    """The app owner is in a breakout room for a while."""
    stage.wait(10)
    stage.leaves(I_AM)
    stage.enters_room()
    stage.joins(I_AM)
    stage.wait(60)
    stage.leaves_room()
    stage.leaves(I_AM)
    stage.joins(I_AM)
    stage.wait(30)


def host_goes(stage: RelayedStage) -> None:
    """The host leaves."""
    stage.wait(10)
    stage.leaves(THE_HOST)
    stage.wait(30)


STORIES: tuple[Story, ...] = (
    nothing,
    ends,
    goes_on_by_another_server,
    stays_interrupted,
    stops_and_starts,
    visits_a_room,
    host_goes,
)


class TestAsGoodAsSeen:
    """After a replay, everything is as if the feed had been up."""

    @pytest.mark.parametrize("story", STORIES)
    def test_of_a_live_stream(self, story: Story) -> None:
        seen, missed = shared(), shared()
        story(seen)
        missed.lose()
        story(missed)
        assert missed.state is _S.SHARING
        assert missed.unverified
        missed.catch_up()
        ours, theirs = missed.session, seen.session
        assert (ours.state, ours.why, ours.verified) == (theirs.state, theirs.why, theirs.verified)
        assert ours.timeline.spans(missed.now) == theirs.timeline.spans(seen.now)
        assert host_presence(ours.people, missed.context, ours.meeting) is host_presence(
            theirs.people, seen.context, theirs.meeting
        )

    @pytest.mark.parametrize("story", STORIES)
    def test_and_it_goes_on_alike(self, story: Story) -> None:
        seen, missed = shared(), shared()
        missed.lose()
        story(seen)
        story(missed)
        missed.catch_up()
        for stage in (seen, missed):
            stage.wait(300)
        assert (missed.state, missed.unverified) == (seen.state, seen.unverified)

    def test_sleep_is_made_up_for_too(self) -> None:
        stage = shared()
        stage.sleep(600)
        doubtful = stage.unverified
        stage.catch_up()
        assert (doubtful, stage.unverified) == (True, False)
        assert stage.context.sight.up_since == SINCE
        assert stage.session.timeline.total(SpanKind.UNKNOWN, stage.now) == 0

    def test_what_happened_once_is_counted_once(self) -> None:
        stage = shared()
        stage.lose()
        stops_and_starts(stage)
        kept = tuple(stage.kept)
        stage.catch_up()
        before = stage.session.timeline.spans(stage.now)
        stage.all(e.CaughtUp(stage.now, SINCE, kept))
        assert stage.session.timeline.spans(stage.now) == before

    def test_a_request_sent_meanwhile_is_answered_by_what_was_missed(self) -> None:
        stage = RelayedStage()
        stage.meeting_started()
        stage.joins(THE_HOST)
        stage.lose()
        stage.ask()
        stage.reply()
        assert stage.unverified
        stage.wait(3)
        stage.started()
        stage.wait(5)
        stage.catch_up()
        assert (stage.state, stage.unverified) == (_S.SHARING, False)

    def test_silence_is_silence_then(self) -> None:
        stage = RelayedStage()
        stage.meeting_started()
        stage.joins(THE_HOST)
        stage.lose()
        stage.ask()
        stage.reply()
        stage.wait(10)
        stage.catch_up()
        assert (stage.state, stage.unverified) == (_S.PENDING_APPROVAL, False)

    def test_the_users_word_is_no_longer_needed(self) -> None:
        stage = shared()
        stage.lose()
        stage.tell_sharing(True)
        stage.wait(30)
        stage.catch_up()
        assert not stage.unverified
        assert Timer.WORD not in stage.session.timers
        stage.wait(HOUR // SECOND)
        assert not stage.unverified

    def test_a_reply_that_says_that_it_was_over_stands(self) -> None:
        stage = shared()
        stage.lose()
        stage.act(Action.RESUME)
        stage.act_answer(Outcome.REFUSED, 13277)
        assert stage.code is Code.NOT_RUNNING
        stage.catch_up()
        assert (stage.state, stage.unverified) == (_S.STOPPED, False)

    def test_other_states_count_their_time_again(self) -> None:
        stage = shared()
        stage.stopped(23)
        stage.lose()
        stage.wait(60)
        stage.catch_up()
        assert stage.session.timeline.total(SpanKind.UNKNOWN, stage.now) == 0


class TestWhatStays:
    """A replay proves what it tells, and nothing else."""

    def test_doubt_of_another_kind(self) -> None:
        stage = shared()
        stage.interrupted()
        stage.wait(80)  # nobody says whether the receiver is back
        assert (stage.code, stage.unverified) == (Code.RECEIVER_MAYBE_BACK, True)
        stage.lose()
        stage.wait(5)
        stage.catch_up()
        assert stage.unverified
        assert not stage.session.doubt.unseen

    def test_doubt_from_before_what_is_told(self) -> None:
        stage = shared()
        stage.lose()
        stage.wait(60)
        stage.catch_up(stage.now - 10 * SECOND)
        assert stage.unverified
        assert stage.looked() == [UUID]
        assert stage.session.people.before_gap is None

    def test_a_feed_without_a_replay_leaves_all_doubt(self) -> None:
        stage = shared()
        stage.gap()
        assert stage.unverified
        assert stage.session.people.before_gap is None
        assert host_presence(stage.session.people, stage.context, stage.session.meeting) is (
            Presence.UNKNOWN
        )

    def test_what_the_user_told_of_a_room_meanwhile(self) -> None:
        stage = shared()
        stage.enters_room()
        stage.lose()
        stage.tell_room(Value.NO)
        stage.catch_up()
        assert stage.state is _S.SHARING

    def test_a_second_gap_before_the_first_is_made_up_for(self) -> None:
        stage = shared()
        stage.lose()
        stage.sleep(60)
        stage.feed_down()
        stage.wait(10)
        stage.catch_up()
        assert not stage.unverified


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
