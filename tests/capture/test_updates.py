"""Updates that every rule makes: the story, what is acknowledged, when a state began, and the end."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Happened
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import LOST_SIGHT_AFTER
from rtms_tray.capture.updates import doubted, settled, with_timeline
from rtms_tray.support.units import SECOND
from tests.helpers.capture_rows import Do, in_turn, wait
from tests.helpers.capture_stage import GUEST, NEW_HOST, Stage, brought_to

_S = CaptureState


def story(stage: Stage) -> list[tuple[CaptureState, Code | None]]:
    return [(one.state, one.why.code if one.why else None) for one in stage.session.story]


def test_the_story_tells_each_change_of_state_or_reason_once() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.feed_down()
    stage.feed_down()
    stage.feed_up()
    stage.wait(1)
    stage.started()
    stage.started()
    stage.wait(1)
    stage.started()
    stage.stopped(1)
    assert story(stage) == [
        (_S.REQUESTING, None),
        (_S.PENDING_APPROVAL, Code.ASKED),
        (_S.PENDING_APPROVAL, Code.CANNOT_SEE),
        (_S.PENDING_APPROVAL, Code.ASKED),
        (_S.SHARING, None),
        (_S.STOPPED, Code.STOP_HOST),
    ]


def test_the_story_tells_when_on_this_machines_clock() -> None:
    stage = Stage(zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.wait(10)
    stage.started(ago_s=4)
    assert stage.session.story[-1] == Happened(stage.now - 4 * SECOND, _S.SHARING, None)


def test_the_story_keeps_the_newest_200_changes() -> None:
    stage = brought_to(_S.SHARING)
    for _ in range(150):
        stage.done(Action.PAUSE)
        stage.done(Action.RESUME)
    assert len(stage.session.story) == 200
    assert stage.session.story[-1].state is _S.SHARING


def test_a_state_begins_no_earlier_than_the_one_before() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    before = stage.session.since
    stage.started(ago_s=60)
    assert (stage.state, stage.session.since) == (_S.SHARING, before)


def test_a_reason_of_its_own_does_not_begin_the_state_anew() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    before = stage.session.since
    stage.wait(3)
    stage.feed_down()
    assert (stage.code, stage.session.since) == (Code.CANNOT_SEE, before)


NEWS: dict[str, tuple[Do, bool]] = {
    "another state": (Stage.resend, False),
    "another reason": (lambda stage: stage.becomes_host(NEW_HOST), False),
    "nothing of either": (lambda stage: stage.joins(GUEST), True),
}


@pytest.mark.parametrize("news", NEWS)
def test_what_is_new_has_not_been_acknowledged(news: str) -> None:
    stage = brought_to(_S.STOPPED)
    stage.user(e.Acknowledged())
    happens, acknowledged = NEWS[news]
    happens(stage)
    assert stage.session.attention.acknowledged is acknowledged


def test_what_is_not_new_does_not_count_as_acknowledged() -> None:
    stage = brought_to(_S.SHARING)
    stage.started()
    assert not stage.session.attention.acknowledged


def test_a_meeting_ends_when_zoom_says() -> None:
    stage = Stage(zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.started()
    stage.wait(30)
    stage.meeting_ended(ago_s=10)
    assert (stage.state, stage.session.since) == (_S.ENDED, stage.now - 10 * SECOND)
    assert stage.session.timeline.closed_at == stage.now - 10 * SECOND


def test_unverified_time_is_named_so() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(5)
    stage.feed_down(ago_s=3)
    span = stage.session.timeline.spans(stage.now)[-1]
    assert (span.kind, span.why) == (SpanKind.UNKNOWN, "unverified")


@pytest.mark.parametrize(("proven_s", "unknown"), [(None, 20), (-5, 20), (12, 8), (20, 0)])
def test_doubt_that_ends_leaves_what_is_not_proven_unknown(
    proven_s: int | None, unknown: int
) -> None:
    for state, kind in ((_S.SHARING, SpanKind.CAPTURED), (_S.PAUSED, SpanKind.PAUSED)):
        session = brought_to(state).session
        since = session.since + 10 * SECOND
        until = None if proven_s is None else since + proven_s * SECOND
        now = since + 20 * SECOND
        done = with_timeline(settled(doubted(session, since), until), now, blind=False)
        assert done.verified
        assert done.timeline.total(SpanKind.UNKNOWN, now) == unknown * SECOND
        assert (
            done.timeline.total(kind, now) == session.timeline.total(kind, now) - unknown * SECOND
        )


def test_evidence_that_the_meeting_is_on_is_dated_on_this_machines_clock() -> None:
    stage = Stage(zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.started()
    stage.wait(50)
    stage.joins(GUEST, ago_s=20)
    assert stage.session.doubt.evidence_at == stage.now - 20 * SECOND


def test_a_late_event_makes_evidence_no_older() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(GUEST)
    newest = stage.now
    stage.joins(GUEST, ago_s=60)
    assert stage.session.doubt.evidence_at == newest


def test_a_reason_told_again_is_not_told_twice_in_the_story() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    before = story(stage)
    stage.tell(Condition.HOST_APPROVAL_REQUIRED, Value.NO)
    assert (stage.code, story(stage)) == (Code.ASKED, before)


def test_while_the_wait_for_an_answer_runs_nothing_of_it_is_held() -> None:
    assert brought_to(_S.PENDING_APPROVAL).session.requests.answer_timeout_left is None


EVIDENCE: dict[str, Do] = {
    "a request": Stage.ask,
    "a reply": in_turn(Stage.ask, wait(1), Stage.reply),
    "a condition that the user reports": lambda stage: stage.tell_host(Value.YES),
    "the sign that the user sees": lambda stage: stage.tell_sharing(True),
    "a look that finds it started": lambda stage: stage.look(e.MeetingStatus.STARTED),
    "an event of the meeting": lambda stage: stage.joins(GUEST),
    "an event without a rule": lambda stage: stage.limited("other"),
}


@pytest.mark.parametrize("what", EVIDENCE)
def test_it_tells_that_the_meeting_is_on(what: str) -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(60)
    EVIDENCE[what](stage)
    assert stage.session.doubt.evidence_at == stage.now
    assert stage.session.timers[Timer.LOST_SIGHT] == stage.now + LOST_SIGHT_AFTER


NO_EVIDENCE: dict[str, Do] = {
    "a click that sends nothing": lambda stage: stage.user(e.Acknowledged()),
    "a look that finds it waiting": lambda stage: stage.look(e.MeetingStatus.WAITING),
    "the feed": Stage.feed_up,
}


@pytest.mark.parametrize("what", NO_EVIDENCE)
def test_it_does_not_tell_that_the_meeting_is_on(what: str) -> None:
    stage = brought_to(_S.SHARING)
    before = stage.session.doubt.evidence_at
    stage.wait(60)
    NO_EVIDENCE[what](stage)
    assert stage.session.doubt.evidence_at == before
