"""What a relay tells of the time in which the feed was down: as good as having seen it, and taken in as a whole."""

from collections.abc import Callable

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.presence import Presence, host_presence
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.units import HOUR, SECOND
from tests.helpers.capture_stage import (
    I_AM,
    THE_HOST,
    UUID,
)
from tests.helpers.relayed_stage import SINCE, RelayedStage, shared, stops_and_starts

_S = CaptureState
Story = Callable[[RelayedStage], None]


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

    @pytest.mark.parametrize("paused", [False, True])
    def test_what_was_asked_for_again_has_run_all_the_time(self, *, paused: bool) -> None:
        seen, missed = shared(), shared()
        for stage in (seen, missed):
            if paused:
                stage.done(Action.PAUSE)
            stage.wait(10)
        missed.lose()
        missed.wait(20)
        missed.resend()
        missed.reply()
        missed.wait(30)
        seen.wait(missed.now / SECOND - seen.now / SECOND)
        missed.catch_up()
        ours, theirs = missed.session, seen.session
        assert (ours.state, ours.why, ours.verified) == (theirs.state, theirs.why, theirs.verified)
        for kind in SpanKind:
            ours_s, theirs_s = (one.timeline.total(kind, seen.now) for one in (ours, theirs))
            assert ours_s == theirs_s, kind

    def test_what_has_stopped_meanwhile_has_not(self) -> None:
        stage = shared()
        stage.lose()
        stage.wait(20)
        stage.resend()
        stage.reply()
        stage.stopped(1, ago_s=5)
        stage.wait(30)
        stage.catch_up()
        assert stage.state is not _S.SHARING

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
