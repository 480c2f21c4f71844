"""Spans of time: without gaps or overlaps, never negative, and the sums hold."""

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import Mark, SpanKind, Timeline
from tests.helpers.capture_stage import GUEST, THE_HOST, Stage, brought_to

_S = CaptureState
CAPTURED, PAUSED, LOST, UNKNOWN = (
    SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN,
)  # fmt: skip

Change: TypeAlias = Callable[[Timeline], Timeline]
moments = st.integers(0, 1_000)
kinds = st.sampled_from(SpanKind)
worths = st.sampled_from([CAPTURED, PAUSED, LOST, UNKNOWN])
whys = st.sampled_from(["", "a", "b"])
changes = st.one_of(
    st.builds(lambda at, kind, why: lambda t: t.mark(at, kind, why), moments, kinds, whys),
    st.builds(lambda at, kind, why: lambda t: t.repaint(at, kind, why), moments, kinds, whys),
    st.builds(
        lambda at, kind: lambda t: t.repaint(at, kind, keep=frozenset({LOST})), moments, kinds
    ),
    st.builds(lambda at, kind: lambda t: t.begin_earlier(at, kind, ""), moments, kinds),
    st.builds(lambda at: lambda t: t.close(at), moments),
    st.just(lambda t: t.reopen()),
)


@given(st.lists(changes, max_size=25), st.integers(0, 2_000))
def test_any_history_adds_up(history: list[Change], now: int) -> None:
    timeline = Timeline()
    for change in history:
        timeline = change(timeline)
    spans = timeline.spans(now)
    assert all(span.start < span.end for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert sum(timeline.total(kind, now) for kind in SpanKind) == timeline.elapsed(now)
    assert timeline.total(SpanKind.NOT_COUNTED, now) == 0
    moments = [mark.at for mark in timeline.marks]
    assert moments == sorted(moments)


@given(st.lists(st.tuples(moments, kinds, whys), min_size=1, max_size=15), moments, worths)
def test_repainting_changes_no_sum(
    marks: list[tuple[int, SpanKind, str]], since: int, kind: SpanKind
) -> None:
    timeline = Timeline()
    for at, of, why in marks:
        timeline = timeline.mark(at, of, why)
    repainted = timeline.repaint(since, kind)
    assert repainted.elapsed(2_000) == timeline.elapsed(2_000)
    later = [span for span in repainted.spans(2_000) if span.start >= since]
    assert {span.kind for span in later} <= {kind}


def test_a_late_mark_cannot_undo_the_past() -> None:
    timeline = Timeline().mark(100, CAPTURED).mark(50, LOST)
    assert timeline.marks == (Mark(100, LOST),)


def test_nothing_is_counted_after_closing_until_reopened() -> None:
    timeline = Timeline().mark(0, CAPTURED).close(10)
    assert timeline.mark(20, LOST) == timeline
    assert timeline.repaint(0, LOST) == timeline
    assert timeline.close(5) == timeline
    again = timeline.reopen().mark(30, CAPTURED)
    assert again.elapsed(40) == 20
    assert again.reopen() == again


def test_an_empty_timeline_has_nothing_to_close_or_repaint() -> None:
    empty = Timeline()
    assert empty.close(5) == empty.repaint(5, LOST) == empty


def test_an_empty_timeline_begins_with_what_becomes_known_first() -> None:
    assert Timeline().begin_earlier(5, LOST, "a") == Timeline((Mark(5, LOST, "a"),))


def test_closing_before_the_beginning_leaves_nothing() -> None:
    assert Timeline().mark(10, CAPTURED).close(5).elapsed(100) == 0


def test_a_beginning_that_becomes_known_later() -> None:
    timeline = Timeline().mark(10, CAPTURED).begin_earlier(4, LOST, "")
    assert (timeline.total(LOST, 20), timeline.total(CAPTURED, 20)) == (6, 10)
    assert timeline.begin_earlier(7, LOST, "") == timeline


def test_a_beginning_of_the_same_kind_is_no_stretch_of_its_own() -> None:
    timeline = Timeline().mark(10, SpanKind.LOST, "asked").begin_earlier(5, SpanKind.LOST, "asked")
    assert timeline.marks == (Mark(5, SpanKind.LOST, "asked"),)


@pytest.mark.parametrize("since", [0, 10, 15, 20, 25])
def test_repainting_leaves_no_stretch_empty_and_none_doubled(since: int) -> None:
    lost, paused = Mark(10, SpanKind.LOST, "a"), Mark(20, SpanKind.PAUSED, "b")
    painted = Timeline((lost, paused)).repaint(
        since, SpanKind.UNKNOWN, "c", keep=frozenset({SpanKind.PAUSED})
    )
    unknown = Mark(max(since, 10), SpanKind.UNKNOWN, "c")
    assert painted.marks == {
        0: (unknown, paused), 10: (unknown, paused), 15: (lost, unknown, paused),
        20: (lost, paused), 25: (lost, paused),
    }[since]  # fmt: skip


class TestOfASession:
    """What each stretch of a session was worth."""

    def test_a_plain_meeting(self) -> None:
        stage = Stage()
        stage.ask()
        stage.wait(5)
        stage.reply()
        stage.wait(15)
        stage.started()
        stage.wait(100)
        stage.done(Action.PAUSE)
        stage.wait(30)
        stage.done(Action.RESUME)
        stage.wait(50)
        stage.enters_room()
        stage.wait(40)
        stage.stopped(3)
        stage.leaves_room()
        stage.wait(5)
        stage.started("b")
        stage.wait(60)
        stage.done(Action.STOP)
        stage.wait(25)
        stage.started("c")
        stage.wait(10)
        stage.meeting_ended()
        stage.wait(600)
        assert stage.spans() == {LOST: 20 + 45, CAPTURED: 100 + 50 + 60 + 10, PAUSED: 30 + 25}

    def test_while_it_waits_for_the_meeting_nothing_is_counted(self) -> None:
        stage = brought_to(_S.WAITING_FOR_MEETING)
        stage.wait(60)
        assert stage.spans() == {}

    def test_once_the_meeting_has_begun_waiting_is_losing(self) -> None:
        stage = brought_to(_S.WAITING_FOR_MEETING)
        stage.wait(3)
        stage.meeting_started()
        stage.wait(4)
        stage.refuse(3000)
        stage.wait(2)
        assert stage.spans() == {LOST: 6}

    def test_lost_from_the_meetings_start_where_known(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.joins(THE_HOST)
        stage.wait(60)
        stage.ask()
        stage.reply()
        stage.wait(10)
        assert stage.spans() == {LOST: 70}

    def test_lost_from_the_meetings_start_where_it_becomes_known_late(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.gap()  # so the request cannot be tied to the running instance
        stage.wait(59)
        stage.ask()
        stage.reply()
        stage.wait(10)
        assert stage.session.meeting.uuid is None
        stage.joins(GUEST)
        assert stage.spans() == {LOST: 70}

    def test_a_start_of_the_meeting_that_is_told_late(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.wait(10)
        stage.meeting_started(ago_s=60)
        assert stage.spans() == {LOST: 60}

    def test_unseen_time_is_unknown_since_the_feed_was_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(50)
        stage.feed_down(ago_s=20)
        stage.wait(30)
        stage.feed_up()
        stage.wait(5)
        stage.joins(GUEST)
        stage.wait(10)
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (10 + 30 + 10, 20 + 30 + 5)

    def test_what_zoom_replied_while_the_feed_was_dead_is_known(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(20)
        stage.done(Action.PAUSE)
        stage.wait(10)
        stage.feed_down(ago_s=20)
        assert stage.session.doubt.since == stage.session.since
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (30, 10)

    def test_sleep_is_unknown(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.sleep(600)
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (10, 600)

    def test_inferred_ends_are_at_the_last_evidence(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(GUEST)
        stage.wait(30)
        stage.gap(600)
        stage.look(e.MeetingStatus.WAITING)
        stage.wait(60)
        assert stage.spans() == {LOST: stage.spans()[LOST], CAPTURED: 40}, "in sight until then"

    def test_an_event_that_comes_late_is_evidence_of_its_own_time_only(self) -> None:
        stage = brought_to(_S.SHARING, Stage(feed=False))
        stage.wait(100)
        stage.joins(GUEST, ago_s=60)
        stage.sleep(10)
        stage.look(e.MeetingStatus.WAITING)
        assert stage.spans()[CAPTURED] == 50

    def test_a_stream_in_sight_ran_until_sight_was_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(GUEST)
        stage.wait(7_200)
        stage.gap(20)
        stage.look(e.MeetingStatus.WAITING)
        assert stage.spans()[CAPTURED] == 7_210

    def test_a_stream_already_in_doubt_is_no_evidence_of_itself(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(GUEST)
        stage.gap(10)
        stage.wait(50)
        stage.gap(10)
        stage.look(e.MeetingStatus.WAITING)
        assert stage.spans()[CAPTURED] == 10

    def test_a_start_after_giving_up_leaves_out_what_lay_between(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.wait(10)
        stage.give_up()
        before = stage.spans()[LOST]
        stage.wait(100)
        stage.started()
        stage.wait(10)
        assert stage.spans() == {LOST: before, CAPTURED: 10}

    def test_denied_refused_and_stopped_by_others_are_lost(self) -> None:
        for state in (_S.DENIED, _S.REFUSED, _S.STOPPED, _S.STOPPED_PERMANENTLY):
            stage = brought_to(state)
            before = stage.spans().get(LOST, 0)
            stage.wait(20)
            assert stage.spans()[LOST] == before + 20, state

    def test_a_start_that_is_told_late_counts_on_this_machines_clock(self) -> None:
        stage = Stage(zoom_ahead_s=3600)
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.wait(10)
        stage.meeting_started(ago_s=60)
        began = Mark(stage.now - 60_000, SpanKind.LOST, Code.ASKED)
        assert stage.session.timeline.marks[0] == began

    def test_a_meeting_that_is_not_running_any_more_does_not_undo_what_was_lost(self) -> None:
        stage = brought_to(_S.STOPPED)
        lost = stage.spans().get(LOST, 0)
        stage.resend()
        stage.wait(5)
        stage.refuse(3000)
        assert stage.spans()[LOST] == lost + 5


def test_a_beginning_at_the_first_mark_adds_nothing() -> None:
    timeline = Timeline((Mark(10, SpanKind.CAPTURED),))
    assert timeline.begin_earlier(10, SpanKind.LOST, "a") is timeline


@pytest.mark.parametrize(
    ("at", "closed"),
    [
        (5, Timeline((Mark(10, SpanKind.LOST),), 10)),
        (10, Timeline((Mark(10, SpanKind.LOST),), 10)),
        (20, Timeline((Mark(10, SpanKind.LOST),), 20)),
        (21, Timeline((Mark(10, SpanKind.LOST), Mark(20, SpanKind.PAUSED)), 21)),
    ],
)
def test_closing_cuts_off_what_begins_then_or_later(at: int, closed: Timeline) -> None:
    timeline = Timeline((Mark(10, SpanKind.LOST), Mark(20, SpanKind.PAUSED)))
    assert timeline.close(at) == closed


def test_time_that_is_repainted_has_no_reason_but_the_one_that_is_given() -> None:
    timeline = Timeline((Mark(10, SpanKind.LOST, "a"),))
    assert timeline.repaint(10, SpanKind.UNKNOWN) == Timeline((Mark(10, SpanKind.UNKNOWN),))
