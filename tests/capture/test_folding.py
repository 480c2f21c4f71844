"""The fold: what facts make of time, whatever the order in which they came."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.facts import Fact, SpanKind, What
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.timeline import Mark, Span, Timeline, painted
from rtms_tray.capture.timings import FACTS_KEPT
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND
from tests.helpers.painted_meetings import LENGTH, PaintedMeeting, painted_meetings

CAPTURED, PAUSED, LOST, UNKNOWN = (
    SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN,
)  # fmt: skip
END = LENGTH + 60
moments = st.integers(0, 100)
any_facts = st.builds(
    Fact,
    moments,
    st.sampled_from(What),
    st.sampled_from(["", "a", "b", "c"]),
    st.sampled_from(SpanKind),
    st.sampled_from(["x", "y"]),
    st.none() | moments,
)


def of(*facts: Fact) -> Timeline:
    return Timeline().having(*facts)


def asked(at: int, why: str = "asked") -> Fact:
    return Fact(at, What.STOOD, kind=LOST, why=why)


def started(at: int, stream: str = "a") -> Fact:
    return Fact(at, What.STARTED, stream)


def stopped(at: int, stream: str = "a", why: str = "stop") -> Fact:
    return Fact(at, What.STOPPED, stream, LOST, why)


def unseen(at: int, until: int | None = None) -> Fact:
    return Fact(at, What.UNSEEN, until=until)


def sums(timeline: Timeline, now: int) -> dict[SpanKind, int]:
    found = {kind: timeline.total(kind, now) for kind in SpanKind}
    return {kind: length for kind, length in found.items() if length}


@given(painted_meetings())
def test_each_second_is_what_it_was(meeting: PaintedMeeting) -> None:
    timeline = of(*meeting.facts())
    spans = timeline.spans(END * SECOND)
    for second in range(END):
        found = [span.kind for span in spans if span.start <= second * SECOND < span.end]
        expected = meeting.kind_at(second)
        assert found == ([expected] if expected else []), second


@given(painted_meetings(), st.data())
def test_the_order_of_arrival_never_matters_nor_does_what_comes_twice(
    meeting: PaintedMeeting, data: st.DataObject
) -> None:
    facts = list(meeting.facts())
    twice = facts + data.draw(st.lists(st.sampled_from(facts), max_size=4))
    timeline = Timeline()
    for fact in data.draw(st.permutations(twice)):
        timeline = timeline.having(fact)
    assert timeline.spans(END * SECOND) == of(*facts).spans(END * SECOND)


@given(st.lists(any_facts, max_size=25), st.randoms(), st.integers(0, 150))
def test_whatever_the_facts_the_sums_hold(facts: list[Fact], chance: object, now: int) -> None:
    timeline = of(*facts)
    spans = timeline.spans(now)
    assert all(span.start < span.end for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert sum(timeline.total(kind, now) for kind in SpanKind) == timeline.elapsed(now)
    assert timeline.total(SpanKind.NOT_COUNTED, now) == 0
    moments = [mark.at for mark in timeline.marks]
    assert moments == sorted(set(moments))
    assert all((one.kind, one.why) != (two.kind, two.why) for one, two in pairwise(timeline.marks))
    chance.shuffle(facts)  # type: ignore[attr-defined]
    assert of(*facts) == timeline


class TestStreams:
    """Which stream was live when."""

    def test_a_late_stop_changes_the_past(self) -> None:
        late = of(asked(0), started(10), asked(60, "again"), stopped(40))
        assert late.marks == (
            Mark(0, LOST, "asked"), Mark(10, CAPTURED), Mark(40, LOST, "stop"),
            Mark(60, LOST, "again"),
        )  # fmt: skip

    def test_a_late_start_moves_the_beginning(self) -> None:
        assert sums(of(asked(10), started(4)), 20) == {CAPTURED: 16}

    def test_a_stopped_stream_never_starts_again(self) -> None:
        assert sums(of(started(0), stopped(10), started(15), stopped(30)), 40) == {
            CAPTURED: 10, LOST: 30,
        }  # fmt: skip

    def test_the_next_stream_ends_the_one_before(self) -> None:
        line = of(started(0), started(10, "b"), started(12), stopped(20, "b"))
        assert sums(line, 30) == {CAPTURED: 20, LOST: 10}

    def test_a_stop_of_an_older_stream_ends_nothing_else(self) -> None:
        line = of(started(0), started(10, "b"), stopped(15))
        assert sums(line, 20) == {CAPTURED: 20}

    def test_what_starts_after_a_word_is_another_stream_and_proves_nothing_of_the_first(
        self,
    ) -> None:
        line = of(Fact(0, What.RUNS), unseen(2_000, 9_000), started(5_000), stopped(9_000))
        assert sums(line, 9_000) == {CAPTURED: 2_000 + 4_000, UNKNOWN: 3_000}

    def test_a_stream_without_an_id_is_the_one_that_is_live(self) -> None:
        line = of(Fact(5, What.RUNS, why="told"), started(8), stopped(20), unseen(10, 30))
        assert line.marks == (
            Mark(5, CAPTURED, "told"), Mark(20, UNKNOWN, "unverified"), Mark(30, LOST, "stop"),
        )  # fmt: skip

    def test_what_is_over_without_an_event_may_go_on(self) -> None:
        over = Fact(10, What.OVER, "a", PAUSED, "by_you")
        assert sums(of(started(0), over, started(15)), 20) == {CAPTURED: 15, PAUSED: 5}

    def test_what_was_told_to_be_over_though_an_event_shows_otherwise_is_not_known(self) -> None:
        over = (Fact(10_000, What.OVER, "a", LOST, "x"), Fact(12_000, What.OVER, "a", LOST, "y"))
        line = of(started(0), *over, Fact(30_000, What.INTERRUPTED, "a"), started(31_000))
        assert sums(line, 40_000) == {CAPTURED: 19_000, UNKNOWN: 21_000}
        soon = of(started(0), over[0], stopped(10_600))
        assert sums(soon, 20_000) == {CAPTURED: 10_000, LOST: 10_000}

    def test_another_streams_end_is_not_this_ones(self) -> None:
        assert sums(of(started(0), Fact(5, What.OVER, "b", LOST, "x")), 10) == {CAPTURED: 10}

    def test_a_stream_that_starts_and_stops_at_once_was_never_live(self) -> None:
        assert sums(of(asked(0), started(5), Fact(5, What.OVER, "a", LOST, "x")), 10) == {LOST: 10}

    @pytest.mark.parametrize(
        ("interrupted_at", "restarted_at", "unknown"),
        [(None, None, 65), (20, None, 80), (20, 30, 75)],
    )
    def test_the_end_that_a_lost_receiver_may_have_missed(
        self, interrupted_at: int | None, restarted_at: int | None, unknown: int
    ) -> None:
        facts = [started(0), stopped(100_000), Fact(100_000, What.TAIL_UNKNOWN, "a", why="tail")]
        if interrupted_at:
            facts.append(Fact(interrupted_at * SECOND, What.INTERRUPTED, "a", why="away"))
        if restarted_at:
            facts.append(started(restarted_at * SECOND))
        assert sums(of(*facts), 100_000)[UNKNOWN] == unknown * SECOND

    def test_nothing_received_loses_all_of_the_stream_even_what_was_paused(self) -> None:
        line = of(
            asked(0), started(10), Fact(20, What.PAUSED, why="p"), unseen(30),
            stopped(50), Fact(50, What.NOT_RECEIVED, "a", why="never"),
        )  # fmt: skip
        assert line.marks[1] == Mark(10, LOST, "never")
        assert sums(line, 50) == {LOST: 50}

    def test_a_pause_is_of_one_stream(self) -> None:
        line = of(started(0), Fact(5, What.PAUSED, why="p"), stopped(10), started(20, "b"))
        assert sums(line, 30) == {CAPTURED: 15, PAUSED: 5, LOST: 10}


class TestDoubt:
    """What was in doubt, and what is proven of it."""

    def test_a_stop_proves_that_the_stream_had_not_stopped_before(self) -> None:
        line = of(started(0), Fact(5, What.PAUSED, why="p"), unseen(10), stopped(30))
        assert sums(line, 40) == {CAPTURED: 5, PAUSED: 25, UNKNOWN: 10}

    def test_a_restart_proves_only_what_lay_before_it(self) -> None:
        assert sums(of(started(0), unseen(10), started(30)), 40) == {CAPTURED: 30, UNKNOWN: 10}

    def test_a_room_is_proven_as_lost(self) -> None:
        room = Fact(5, What.ROOM_ENTERED, why="room")
        line = of(started(0), room, unseen(10, 40), Fact(5, What.PROVEN, until=30))
        assert sums(line, 40) == {CAPTURED: 5, LOST: 25, UNKNOWN: 10}

    def test_a_stop_in_a_room_is_the_rooms_loss(self) -> None:
        line = of(started(0), Fact(5, What.ROOM_ENTERED, why="room"), stopped(8))
        assert line.marks[-1] == Mark(5, LOST, "room")

    def test_where_nobody_knows_of_the_room_the_streams_stop_proves_nothing(self) -> None:
        room = (Fact(5, What.ROOM_ENTERED, why="room"), Fact(20, What.ROOM_UNSURE, why="back?"))
        line = of(started(0), *room, unseen(20, 40), stopped(40))
        assert sums(line, 40) == {CAPTURED: 5, LOST: 15, UNKNOWN: 20}
        proven = line.having(Fact(20, What.PROVEN, until=30))
        assert sums(proven, 40) == {CAPTURED: 5, LOST: 25, UNKNOWN: 10}

    def test_a_room_is_not_certain_where_coming_back_may_have_been_missed(self) -> None:
        one = Fact(5_000, What.ROOM_ENTERED, why="one")
        two = Fact(30_000, What.ROOM_ENTERED, why="two")
        line = of(started(0), one, two, unseen(10_000, 30_000), stopped(40_000))
        assert sums(line, 40_000) == {CAPTURED: 5_000, LOST: 15_000, UNKNOWN: 20_000}
        told = line.having(Fact(25_000, What.ROOM_LEFT))
        assert sums(told, 40_000) == {CAPTURED: 10_000, LOST: 30_000}
        inferred = line.having(Fact(25_000, What.ROOM_LEFT, why="sharing"))
        assert sums(inferred, 40_000) == {CAPTURED: 10_000, LOST: 15_000, UNKNOWN: 15_000}

    def test_who_leaves_a_room_as_they_go_into_one_has_changed_rooms(self) -> None:
        rooms = (Fact(5_000, What.ROOM_ENTERED), Fact(5_999, What.ROOM_LEFT))
        line = of(started(0), *rooms, stopped(40_000))
        assert sums(line, 40_000) == {CAPTURED: 5_000, LOST: 35_000}

    def test_a_move_near_to_an_event_of_a_room_belongs_to_it(self) -> None:
        near = Fact(8_000, What.ROOM_UNSURE, why=Code.ROOM_MAYBE_LEFT)
        line = of(started(0), Fact(5_000, What.ROOM_ENTERED), near, stopped(40_000))
        assert sums(line, 40_000) == {CAPTURED: 5_000, LOST: 35_000}
        later = line.having(Fact(8_001, What.ROOM_UNSURE, why=Code.ROOM_MAYBE_LEFT))
        assert sums(later, 40_000) == {CAPTURED: 5_000, LOST: 3_001, UNKNOWN: 31_999}

    def test_who_may_have_left_a_room_unseen_is_in_none_for_certain(self) -> None:
        room = Fact(5, What.ROOM_ENTERED, why="room")
        line = of(started(0), room, unseen(20, 40), stopped(60))
        assert sums(line, 60) == {CAPTURED: 5, LOST: 35, UNKNOWN: 20}

    def test_who_was_in_no_room_cannot_be_back_from_it(self) -> None:
        back = Fact(20, What.ROOM_UNSURE, why="back?")
        entered, left = Fact(5, What.ROOM_ENTERED, why="room"), Fact(2_000, What.ROOM_LEFT)
        back = replace(back, at=3_000)
        assert sums(of(started(0), entered, left, back), 4_000) == {CAPTURED: 2_005, LOST: 1_995}

    def test_a_stop_of_ones_own_in_a_room_is_still_a_pause(self) -> None:
        own = Fact(8, What.STOPPED, "a", PAUSED, "by_you")
        line = of(started(0), Fact(5, What.ROOM_ENTERED, why="room"), own)
        assert line.marks[-1] == Mark(8, PAUSED, "by_you")

    def test_a_stream_that_starts_after_the_room_was_entered_is_believed(self) -> None:
        line = of(started(0), Fact(5, What.ROOM_ENTERED, why="room"), stopped(6), started(9, "b"))
        assert sums(line, 20) == {CAPTURED: 5 + 11, LOST: 4}

    def test_overlapping_doubts_are_one(self) -> None:
        line = of(started(0), unseen(10, 20), unseen(15, 30), unseen(12, 18), unseen(40, 50))
        assert sums(line, 60) == {CAPTURED: 30, UNKNOWN: 30}

    def test_doubt_that_begins_earlier_than_was_thought(self) -> None:
        line = of(started(0)).unseen_since(20).unseen_since(10).unseen_since(15)
        assert sums(line, 30) == {CAPTURED: 10, UNKNOWN: 20}

    def test_doubt_that_is_settled_before_it_began_was_none(self) -> None:
        line = of(started(0))
        assert line.settled(5) == line == line.unseen_since(10).settled(10)


class TestCounting:
    """Which time counts at all."""

    def test_nothing_without_facts(self) -> None:
        assert (Timeline().marks, Timeline().closed_at, Timeline().live) == ((), None, False)
        assert of(unseen(3)).spans(10) == ()

    def test_from_the_meetings_start(self) -> None:
        line = of(asked(10, "later"), Fact(4, What.BEGAN))
        assert line.marks == (Mark(4, LOST, Code.ASKED), Mark(10, LOST, "later"))

    def test_not_while_the_meeting_does_not_run(self) -> None:
        waits = Fact(10, What.STOOD, kind=SpanKind.NOT_COUNTED, why="3000")
        line = of(asked(5), Fact(5, What.NOT_RUNNING, until=10), waits)
        assert sums(line, 30) == {}
        assert sums(line.having(unseen(12)), 30) == {}
        began = line.having(Fact(20, What.BEGAN))
        assert began.marks[-1] == Mark(20, LOST, "3000")
        assert sums(began, 30) == {LOST: 10}
        assert sums(line.having(Fact(8, What.BEGAN)), 30) == {LOST: 22}

    def test_until_the_end_that_is_told_first(self) -> None:
        line = of(asked(0), Fact(20, What.ENDED), Fact(18, What.ENDED), started(25))
        assert (line.closed_at, sums(line, 99)) == (18, {LOST: 18})

    def test_an_end_before_the_beginning_leaves_nothing(self) -> None:
        line = of(asked(10), Fact(5, What.ENDED))
        assert (line.closed_at, line.spans(20)) == (10, ())

    def test_again_once_capture_began_all_the_same(self) -> None:
        line = of(asked(0), Fact(10, What.ENDED), Fact(30, What.REOPENED), started(30))
        assert (line.closed_at, sums(line, 40)) == (None, {LOST: 10, CAPTURED: 10})
        assert sums(line.having(Fact(35, What.ENDED)), 40) == {LOST: 10, CAPTURED: 5}
        assert sums(of(asked(0), Fact(30, What.REOPENED)), 40) == {LOST: 40}

    @pytest.mark.parametrize(
        ("stop", "latest", "seen", "closed"),
        [
            (None, None, 50, 50), (40, None, 50, 50), (70, None, 50, 70), (40, None, 20, 40),
            (70, 60, 50, 60), (55, 60, 50, 55), (40, 60, 45, 45), (None, 60, 50, 50),
        ],
    )  # fmt: skip
    def test_an_unseen_end_is_at_the_streams_own_stop_unless_more_was_heard(
        self, stop: int | None, latest: int | None, seen: int, closed: int
    ) -> None:
        facts = [started(0), Fact(50, What.OUT_OF_SIGHT, until=latest), Fact(seen, What.IN_SIGHT)]
        line = of(*facts, *([stopped(stop)] if stop else []))
        assert line.closed_at == closed

    def test_an_unseen_end_without_any_stream(self) -> None:
        line = of(asked(0), Fact(50, What.OUT_OF_SIGHT, until=60))
        assert sums(line, 99) == {LOST: 50}

    def test_an_end_that_is_told_after_all_says_more(self) -> None:
        assert of(asked(0), Fact(5, What.OUT_OF_SIGHT), Fact(9, What.ENDED)).closed_at == 9

    def test_spans_of_an_earlier_version_are_kept_as_they_were(self) -> None:
        spans = (Span(0, 5, LOST, "a"), Span(5, 9, CAPTURED, ""), Span(9, 12, UNKNOWN, "u"))
        assert painted(spans).spans(12) == spans


class TestLive:
    """Whether a stream is live needs no fold."""

    def test_an_interruption_alone_begins_nothing(self) -> None:
        assert not of(Fact(5, What.INTERRUPTED, "a")).live
        assert of(started(1), Fact(5, What.INTERRUPTED, "a")).live

    def test_a_pause_is_over_once_it_is_resumed(self) -> None:
        paused = of(started(1), Fact(5, What.PAUSED, kind=PAUSED))
        assert paused.paused
        assert not paused.having(Fact(6, What.RESUMED)).paused
        assert not paused.having(stopped(7)).paused


class TestBound:
    """A day of flapping must not grow without end."""

    def test_the_oldest_time_of_a_restless_day_becomes_unknown(self) -> None:
        line, now = of(asked(0), started(5)), 0
        for at in range(10, 10 + 4 * FACTS_KEPT, 4):
            line, now = line.having(unseen(at, at + 2)), at + 4
            assert len(line.facts) <= FACTS_KEPT
        assert line.elapsed(now) == now
        assert line.live
        assert line.marks[0] == Mark(0, UNKNOWN, "unverified")
        assert set(sums(line, now)) == {CAPTURED, UNKNOWN}
        assert line.spans(now)[-1].kind is CAPTURED

    def test_a_doubt_that_lasts_is_not_forgotten(self) -> None:
        line = of(started(0), unseen(1), unseen(2, 4 * FACTS_KEPT))
        for at in range(10, 10 + 2 * FACTS_KEPT):
            line = line.having(replace(asked(at), why=str(at)))
        assert unseen(1) in line.facts
        assert unseen(2, 4 * FACTS_KEPT) in line.facts
