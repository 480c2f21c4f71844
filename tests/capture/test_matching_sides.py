"""Of two sessions that become one, each tells something: what is taken from which, and when they stay two."""

from collections.abc import Callable
from operator import attrgetter

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import meeting_routing, timings
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Turn
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.people import People
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import Mark, SpanKind
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import ME, NUMBER, UUID
from tests.helpers.capture_twin import (
    NAMED,
    NAMELESS,
    Twin,
    asked_then_started,
    started_then_asked,
)
from tests.helpers.manual_clock import NOON

_S = CaptureState
BY_NUMBER = e.Meeting(number=NUMBER)
EARLIER = Request(901, Action.PAUSE, NOON, NOON + 1)
LATER = Request(902, Action.PAUSE, NOON, NOON + 2)


def states(twin: Twin) -> list[CaptureState]:
    return [one.state for one in twin.board.sessions]


def to(twin: Twin, key: str, event: e.Event) -> None:
    """Something that the user does with one of the two."""
    twin.take(boards.turn(twin.board, event, twin.now, key))


def ask_uuid(twin: Twin) -> None:
    twin.take(boards.turn(twin.board, e.StartRequested(meeting_uuid=UUID), twin.now))


def given_up() -> Twin:
    """Asked by number and given up at once, at noon."""
    twin = Twin()
    twin.ask_number()
    to(twin, "s1", e.GivenUp())
    return twin


def stopped_then_asked_again() -> Twin:
    """A stream for five seconds, stopped at 10 s; asked again by number at 15 s."""
    twin = asked_then_started()
    twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
    twin.wait(5)
    twin.ask_number(resend=True)
    return twin


def with_field(session: Session, path: str, value: object) -> Session:
    """Change a field, which may be one of a part."""
    part, _, name = path.rpartition(".")
    if not part:
        return replace(session, **{name: value})  # type: ignore[arg-type]
    changed = replace(getattr(session, part), **{name: value})
    return replace(session, **{part: changed})


def field_of(session: Session, path: str) -> object:
    return attrgetter(path)(session)


def joined_by_hand(twin: Twin, path: str, of_session: object, of_asker: object) -> Session:
    """The two, with something special about each, and then joined; nothing else happens."""
    asker, session = twin.board.sessions
    asker, session = with_field(asker, path, of_asker), with_field(session, path, of_session)
    board = replace(twin.board, sessions=(asker, replace(session, meeting=NAMED)))
    fetched = e.MeetingFetched(NAMED, MeetingStatus.STARTED)
    (one,) = meeting_routing._merged(Turn(board, key="s2"), fetched).board.sessions
    return one


class TestNothingIsLost:
    """Whichever of the two leads, what only the other knows is kept."""

    @pytest.mark.parametrize("two", [asked_then_started, stopped_then_asked_again])
    @pytest.mark.parametrize(
        ("path", "of_session", "of_asker", "of_one"),
        [
            ("requests.count", 3, 1, 1),
            ("requests.asked_here", False, True, True),
            ("streams.action", EARLIER, None, EARLIER),
            ("streams.action", None, EARLIER, EARLIER),
            ("streams.action", EARLIER, LATER, LATER),
            ("streams.action", LATER, EARLIER, LATER),
            ("streams.stop_sent_at", None, None, None),
            ("streams.stop_sent_at", 0, None, 0),
            ("streams.stop_sent_at", None, 1, 1),
            ("streams.stop_sent_at", 2, 1, 2),
            ("streams.stop_sent_at", 1, 2, 2),
            ("requests.resent_after_denial_at", 1, None, 1),
            ("requests.resent_after_denial_at", None, 1, 1),
            ("streams.has_streamed", True, False, True),
            ("streams.has_streamed", False, True, True),
            ("streams.finished", frozenset("a"), frozenset("b"), frozenset("ab")),
            ("streams.foreign", frozenset("a"), frozenset("b"), frozenset("ab")),
            ("people", People(began=True), People(), People(began=True)),
            ("meeting_readable", True, False, True),
            ("meeting_events_seen", True, False, True),
            ("meeting_events_seen", False, True, True),
        ],
    )
    def test_of_either(
        self,
        two: Callable[[], Twin],
        path: str,
        of_session: object,
        of_asker: object,
        of_one: object,
    ) -> None:
        one = joined_by_hand(two(), path, of_session, of_asker)
        assert field_of(one, path) == of_one

    @pytest.mark.parametrize(
        ("of_session", "of_one"), [(None, NOON), (NOON - 1, NOON), (NOON + 1, NOON + 1)]
    )
    def test_the_newer_request_counts(self, of_session: int | None, of_one: int) -> None:
        one = joined_by_hand(asked_then_started(), "requests.asked_at", of_session, NOON)
        assert one.requests.asked_at == of_one

    def test_whose_meeting_it_is_as_only_the_number_told(self) -> None:
        twin = asked_then_started()
        host = replace(BY_NUMBER, host_id=ME)
        seen = e.MeetingFetched(host, MeetingStatus.STARTED)
        twin.take(boards.turn(twin.board, seen, twin.now))
        twin.named()
        assert twin.context.is_own(twin.one.meeting)

    def test_the_stream_that_was_before_the_newer_request(self) -> None:
        twin = stopped_then_asked_again()
        twin.named()
        assert twin.one.streams.current is not None
        assert twin.one.streams.current.stream_id == "a"

    def test_the_last_evidence_is_of_either_and_sight_is_lost_from_there_on(self) -> None:
        twin = Twin()
        twin.ask_number()
        twin.wait(5)
        twin.streams()
        twin.wait(3)
        twin.answer_all()
        answered = twin.now
        twin.wait(2)
        twin.named(MeetingStatus.UNREADABLE)
        assert twin.one.doubt.evidence_at == answered
        assert twin.one.timers[Timer.LOST_SIGHT] == answered + timings.LOST_SIGHT_AFTER

    def test_a_later_stream_did_not_begin_elsewhere_either(self) -> None:
        twin = asked_then_started()
        twin.named()
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.streams("b")
        assert (twin.one.state, twin.one.why) == (_S.SHARING, None)

    def test_why_it_stopped(self) -> None:
        twin = asked_then_started()
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        why = twin.session.why
        twin.named()
        assert why is not None
        assert twin.one.why == why

    def test_a_new_request_has_no_reason_yet(self) -> None:
        twin = stopped_then_asked_again()
        twin.named()
        assert (twin.one.state, twin.one.why) == (_S.REQUESTING, None)


class TestRequests:
    """Both may wait for replies."""

    def test_of_two_requests_the_newer_is_waited_for(self) -> None:
        twin = asked_then_started()
        to(twin, "s2", e.StartRequested(resend=True))
        twin.named()
        assert twin.one.requests.newest is not None
        assert twin.one.requests.newest.open
        twin.answer_all(Outcome.REFUSED, 13267)
        assert twin.one.attention.refusal is not None

    def test_a_state_that_waits_for_a_reply_gets_it_though_another_request_was_answered_since(
        self,
    ) -> None:
        twin = Twin()
        ask_uuid(twin)
        twin.answer_all(Outcome.NOT_STARTED, 3000)
        twin.wait(2)
        twin.ask_number()
        (mine,), twin.unanswered = twin.unanswered, []
        twin.wait(4)
        twin.answer_all(Outcome.NOT_STARTED, 3000)
        assert states(twin) == [_S.WAITING_FOR_MEETING, _S.REQUESTING]
        twin.named()
        assert states(twin) == [_S.REQUESTING]
        twin.answer(mine.request, Action.START)
        assert states(twin) == [_S.PENDING_APPROVAL]

    def test_what_was_held_until_the_reply_is_applied(self) -> None:
        twin = Twin()
        twin.ask_number()
        ask_uuid(twin)
        to(twin, "s1", e.ConditionReported(Condition.HOST_APPROVAL_REQUIRED, Value.YES))
        to(twin, "s2", e.ConditionReported(Condition.AUTO_START_ENABLED, Value.NO))
        twin.named()
        twin.answer_all()
        told = {name for name, known in twin.one.known.items() if known.source is Source.USER}
        assert told == {Condition.HOST_APPROVAL_REQUIRED, Condition.AUTO_START_ENABLED}

    def test_a_word_from_before_the_stream_does_not_bring_it_back(self) -> None:
        twin = Twin()
        twin.ask_number()
        to(twin, "s1", e.SharingReported(sharing=True))
        to(twin, "s1", e.ConditionReported(Condition.HOST_APPROVAL_REQUIRED, Value.YES))
        twin.streams()
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.wait(1)
        twin.named()
        assert twin.one.state is _S.STOPPED
        assert Condition.HOST_APPROVAL_REQUIRED in twin.one.known

    def test_a_word_after_a_stream_had_begun_counts(self) -> None:
        twin = started_then_asked()
        to(twin, "s2", e.SharingReported(sharing=True))
        twin.named()
        assert twin.code is Code.SEEN_BY_USER


class TestWhichOfThem:
    """The one that was asked for last, unless it is over."""

    def test_one_that_was_given_up_is_not_preferred_to_a_newer_one(self) -> None:
        twin = given_up()
        twin.wait(5)
        twin.ask_number()
        twin.wait(5)
        twin.streams()
        twin.named()
        assert [(one.key, one.state) for one in twin.board.sessions] == [
            ("s1", _S.ENDED),
            ("s2", _S.SHARING),
        ]

    def test_one_that_ended_by_itself_stays_ended(self) -> None:
        twin = Twin()
        twin.ask_number()
        twin.wait(1)
        twin.zoom(e.MeetingEnded(BY_NUMBER, twin.at()))
        twin.wait(5)
        twin.streams()
        twin.named()
        assert states(twin) == [_S.ENDED, _S.SHARING]

    def test_one_that_nobody_asked_for_from_here_waits_for_nothing(self) -> None:
        twin = Twin()
        twin.zoom(e.StreamStarted(BY_NUMBER, "b", ME, twin.at()))
        twin.streams("a")
        twin.named()
        assert states(twin) == [_S.SHARING, _S.SHARING]

    def test_given_up_begun_all_the_same_and_stopped(self) -> None:
        twin = given_up()
        twin.wait(5)
        twin.streams()
        twin.wait(5)
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.wait(5)
        twin.named()
        assert (twin.one.key, twin.one.state) == ("s1", _S.STOPPED)
        assert twin.spans() == {SpanKind.CAPTURED: 5, SpanKind.LOST: 5}

    def test_what_was_given_up_is_not_waited_for_again(self) -> None:
        twin = given_up()
        twin.wait(2)
        twin.zoom(e.StreamStarted(NAMELESS, "a", ME, NOON - 900))
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, NOON - 500))
        twin.named()
        assert twin.one.state is _S.STOPPED


class TestOneInstance:
    """An older instance that was not seen since the request may be over."""

    def test_one_that_was_in_sight_all_the_time_needs_no_further_word(self) -> None:
        twin = started_then_asked()
        twin.named(MeetingStatus.UNREADABLE)
        assert twin.one.state is _S.SHARING

    def test_one_with_a_stream_is_the_open_session_of_its_number_though_in_doubt(self) -> None:
        twin = Twin()
        twin.streams()
        twin.gap()
        twin.wait(5)
        twin.ask_number()
        twin.named(MeetingStatus.UNREADABLE)
        assert twin.one.state is _S.SHARING
        assert twin.unverified

    @pytest.mark.parametrize(("before_ms", "sessions"), [(1000, 2), (999, 1)])
    def test_a_stream_a_second_before_the_request_may_have_begun_since(
        self, before_ms: int, sessions: int
    ) -> None:
        twin = given_up()
        twin.zoom(e.StreamStarted(NAMELESS, "a", ME, twin.at() - before_ms))
        twin.named()
        assert len(twin.board.sessions) == sessions

    def test_a_stream_that_was_never_seen_is_not_newer_than_what_was_given_up(self) -> None:
        twin = given_up()
        ask_uuid(twin)
        twin.answer_all(Outcome.ALREADY_RUNNING)
        twin.named()
        assert states(twin) == [_S.ENDED, _S.SHARING]


class TestWhichIsNewer:
    """A request is waited for only where it is newer than all that became of the stream."""

    def test_by_one_clock_though_zooms_is_another(self) -> None:
        twin = Twin()
        twin.zoom_ahead = 60 * SECOND
        twin.ask_number()
        twin.answer_all()
        twin.wait(5)
        twin.streams()
        twin.wait(5)
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.named()
        assert twin.one.state is _S.STOPPED

    def test_a_stop_at_the_very_moment_of_the_request_may_be_its_answer(self) -> None:
        twin = Twin()
        twin.streams()
        twin.wait(5)
        twin.ask_number()
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.named()
        assert twin.one.state is _S.STOPPED


class TestTime:
    """The time of both is told once, and in order."""

    def test_of_one_moment_there_is_one_mark(self) -> None:
        twin = Twin()
        twin.ask_number()
        twin.streams()
        twin.named()
        assert twin.one.timeline.marks == (Mark(NOON, SpanKind.CAPTURED),)

    def test_after_the_newer_request_it_is_the_askers_time(self) -> None:
        twin = stopped_then_asked_again()
        twin.wait(1)
        twin.feed_down()
        twin.wait(2)
        twin.answer_all()
        twin.feed_up()
        twin.named()
        marks = [
            ((mark.at - NOON) / SECOND, mark.kind, mark.why) for mark in twin.one.timeline.marks
        ]
        assert marks == [
            (0, SpanKind.LOST, Code.ASKED),
            (5, SpanKind.CAPTURED, Code.BEGAN_ELSEWHERE),
            (10, SpanKind.LOST, Code.STOP_APP_DISABLED),
            (15, SpanKind.LOST, ""),
            (16, SpanKind.UNKNOWN, "unverified"),
        ]

    @pytest.mark.parametrize(
        ("two", "told"),
        [
            (asked_then_started, [(0, _S.REQUESTING), (0, _S.PENDING_APPROVAL), (5, _S.SHARING)]),
            (started_then_asked, [(0, _S.SHARING), (5, _S.REQUESTING), (10, _S.SHARING)]),
        ],
    )
    def test_the_story_ends_with_how_things_stand(
        self, two: Callable[[], Twin], told: list[tuple[int, CaptureState]]
    ) -> None:
        twin = two()
        twin.named()
        assert [((one.at - NOON) / SECOND, one.state) for one in twin.one.story] == told
