"""Two sessions that turn out to be one meeting become one, and nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Category, FetchMeeting, Withdraw
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Happened
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.frozen import replace
from tests.helpers.capture_stage import GUEST, NUMBER, UUID
from tests.helpers.capture_twin import NAMED, NAMELESS, Twin, asked_then_started, started_then_asked

_S = CaptureState


class TestAskedFirst:
    """The request waits under its number; the stream it brought names no number."""

    def test_they_become_one_under_the_asked_ones_name(self) -> None:
        twin = asked_then_started()
        twin.named()
        assert (twin.one.key, twin.one.state, twin.one.why) == ("s1", _S.SHARING, None)
        assert (twin.one.meeting.uuid, twin.one.meeting.number) == (UUID, NUMBER)
        assert twin.spans() == {SpanKind.LOST: 5, SpanKind.CAPTURED: 5}
        assert [one.state for one in twin.one.story][-1] is _S.SHARING
        assert [one.at for one in twin.one.story] == sorted(one.at for one in twin.one.story)

    def test_of_long_stories_the_newest_part_is_kept(self) -> None:
        twin = asked_then_started()
        asker, session = twin.board.sessions
        long = replace(asker, story=asker.story[:1] * 150 + session.story * 150)
        twin.board = replace(twin.board, sessions=(long, session))
        twin.named()
        assert twin.one.story == asker.story[:1] * 49 + session.story * 151

    def test_what_was_announced_of_the_second_is_withdrawn(self) -> None:
        twin = asked_then_started()
        twin.clear()
        twin.named()
        assert Withdraw("s2", Category.CAPTURE) in twin.effects
        assert twin.announced(Category.CAPTURE)[-1][1] is Code.BEGAN

    def test_an_event_that_names_both_joins_them_too(self) -> None:
        twin = asked_then_started()
        twin.zoom(e.ParticipantJoined(NAMED, GUEST, twin.at()))
        assert (twin.one.key, twin.one.state) == ("s1", _S.SHARING)
        assert twin.one.meeting_events_seen

    def test_a_look_at_the_number_tells_as_well(self) -> None:
        twin = asked_then_started()
        twin.named(MeetingStatus.UNREADABLE)
        assert twin.one.state is _S.SHARING

    def test_later_events_of_the_stream_find_the_one_session(self) -> None:
        twin = asked_then_started()
        twin.named()
        twin.wait(5)
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        assert (twin.one.state, twin.one.streams.stop_reason) == (_S.STOPPED, 5)

    def test_the_reply_to_the_request_finds_it_too(self) -> None:
        twin = Twin()
        twin.ask_number()
        twin.wait(2)
        twin.streams()
        twin.named()
        assert twin.one.requests.newest is not None
        assert twin.one.requests.newest.open
        twin.answer_all()
        after = twin.with_key("s1")
        assert (after.state, after.attention.refusal) == (_S.SHARING, None)
        assert after.requests.newest is not None
        assert not after.requests.newest.open

    def test_the_reply_to_a_pause_finds_it_too(self) -> None:
        twin = asked_then_started()
        twin.take(boards.turn(twin.board, e.ActionRequested(Action.PAUSE), twin.now, "s2"))
        twin.named()
        twin.answer_all()
        assert twin.one.state is _S.PAUSED

    def test_a_stop_before_the_names_are_known_is_kept(self) -> None:
        twin = asked_then_started()
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.wait(5)
        twin.named()
        assert (twin.one.state, twin.one.streams.stop_reason) == (_S.STOPPED, 5)
        assert twin.spans() == {SpanKind.LOST: 10, SpanKind.CAPTURED: 5}
        twin.streams()
        assert twin.one.state is _S.STOPPED, "this stream has stopped"

    def test_sent_again_after_the_stop_it_waits_again(self) -> None:
        twin = asked_then_started()
        twin.zoom(e.StreamStopped(NAMELESS, "a", 5, twin.at()))
        twin.wait(5)
        twin.ask_number(resend=True)
        twin.wait(2)
        twin.named()
        assert twin.one.state is _S.REQUESTING
        assert twin.spans() == {SpanKind.LOST: 12, SpanKind.CAPTURED: 5}
        twin.answer_all()
        twin.wait(3)
        twin.streams("b")
        after = twin.with_key("s1")
        assert after.state is _S.SHARING
        assert after.streams.finished == {"a"}

    def test_what_the_user_told_of_either_is_known_of_the_one(self) -> None:
        twin = asked_then_started()
        tell = e.ConditionReported(Condition.HOST_CLIENT_SUPPORTED, Value.NO)
        twin.take(boards.turn(twin.board, tell, twin.now, "s1"))
        twin.wait(1)
        twin.named()
        told = twin.one.known[Condition.HOST_CLIENT_SUPPORTED]
        assert (told.value, told.source) == (Value.NO, Source.USER)
        assert told.contradicted_by is not None
        assert Condition.OWNER_CLIENT_SUPPORTED in twin.one.known, "proved by the stream"

    def test_given_up_and_begun_all_the_same(self) -> None:
        twin = Twin()
        twin.ask_number()
        twin.answer_all()
        twin.wait(5)
        twin.take(boards.turn(twin.board, e.GivenUp(), twin.now, "s1"))
        twin.wait(5)
        twin.streams()
        twin.wait(5)
        twin.named()
        assert (twin.one.key, twin.one.state) == ("s1", _S.SHARING)
        assert twin.code is Code.BEGAN_AFTER_GIVE_UP
        assert twin.spans() == {SpanKind.LOST: 5, SpanKind.CAPTURED: 5}

    def test_given_up_after_the_stream_had_begun_is_another_matter(self) -> None:
        twin = started_then_asked()
        twin.take(boards.turn(twin.board, e.GivenUp(), twin.now, "s2"))
        twin.named()
        assert [one.state for one in twin.board.sessions] == [_S.SHARING, _S.ENDED]


class TestStartedFirst:
    """A stream was live already, and its meeting is asked for by number."""

    def test_they_become_one_and_the_stream_goes_on(self) -> None:
        twin = started_then_asked()
        twin.named()
        assert (twin.one.key, twin.one.state) == ("s2", _S.SHARING)
        assert twin.code is Code.BEGAN_ELSEWHERE, "it was live before anybody asked"
        assert twin.spans() == {SpanKind.CAPTURED: 10}
        twin.answer_all()
        assert twin.one.state is _S.SHARING

    def test_already_running_says_the_same(self) -> None:
        twin = started_then_asked()
        twin.answer_all(Outcome.ALREADY_RUNNING)
        twin.wait(5)
        twin.named()
        assert (twin.one.state, twin.unverified) == (_S.SHARING, False)
        assert twin.spans() == {SpanKind.CAPTURED: 15}

    def test_the_request_has_the_nameless_one_looked_at_again(self) -> None:
        twin = Twin()
        twin.streams()
        twin.clear()
        twin.ask_number()
        assert FetchMeeting(UUID) in twin.effects

    def test_a_paused_stream_stays_paused(self) -> None:
        twin = started_then_asked()
        twin.take(boards.turn(twin.board, e.ActionRequested(Action.PAUSE), twin.now, "s1"))
        twin.answer_all()
        twin.wait(5)
        twin.named()
        assert twin.one.state is _S.PAUSED
        assert twin.spans() == {SpanKind.CAPTURED: 10, SpanKind.PAUSED: 5}


class TestNotOne:
    """What may be two instances stays two sessions."""

    def test_an_instance_that_was_not_seen_since_the_request(self) -> None:
        twin = Twin()
        twin.streams()
        twin.gap(3600)
        twin.ask_number()
        twin.answer_all()
        twin.wait(1)
        twin.named(MeetingStatus.WAITING)
        assert [one.state for one in twin.board.sessions] == [_S.ENDED, _S.PENDING_APPROVAL]

    def test_but_it_is_one_when_it_is_seen_to_run(self) -> None:
        twin = Twin()
        twin.streams()
        twin.gap(3600)
        twin.ask_number()
        twin.answer_all()
        twin.wait(1)
        twin.named()
        assert (twin.one.state, twin.unverified) == (_S.SHARING, True)

    def test_another_number(self) -> None:
        twin = asked_then_started()
        meeting = replace(NAMED, number="11122233344")
        twin.take(
            boards.turn(twin.board, e.MeetingFetched(meeting, MeetingStatus.STARTED), twin.now)
        )
        assert [one.state for one in twin.board.sessions] == [_S.PENDING_APPROVAL, _S.SHARING]

    def test_a_meeting_that_is_over(self) -> None:
        twin = asked_then_started()
        twin.zoom(e.MeetingEnded(NAMELESS, twin.at()))
        twin.named()
        assert [one.state for one in twin.board.sessions] == [_S.PENDING_APPROVAL, _S.ENDED]


# --- whatever happens before the names are known ------------------------------------------------

_ACTIONS = st.sampled_from(
    ["ask", "resend", "accept", "start a", "start b", "stop a", "stop b", "break a", "wait"]
)


def _do(twin: Twin, action: str, seconds: float) -> None:
    match action.split():
        case ["ask" | "resend"]:
            twin.answer_all()  # while a request is on its way, another click is nothing
            twin.ask_number(resend=action == "resend")
        case ["accept"]:
            twin.answer_all()
        case ["start", stream]:
            twin.streams(stream)
        case ["stop", stream] if stream in twin.begun:
            twin.zoom(e.StreamStopped(NAMELESS, stream, 5, twin.at()))
        case ["break", stream] if stream in twin.begun:
            twin.zoom(e.StreamInterrupted(NAMELESS, stream, twin.at()))
    twin.wait(seconds)


@given(
    actions=st.lists(st.tuples(_ACTIONS, st.sampled_from([2.0, 3.0, 9.0])), max_size=14),
    named_after=st.integers(0, 14),
)
def test_it_comes_to_the_same_as_if_the_names_had_been_known(
    actions: list[tuple[str, float]], named_after: int
) -> None:
    known, unknown = Twin(NAMED), Twin(NAMELESS)
    for place, (action, seconds) in enumerate([("ask", 2.0), ("accept", 2.0), *actions]):
        for twin in (known, unknown):
            if place == named_after:
                twin.named()
            _do(twin, action, seconds)
    for twin in (known, unknown):
        twin.answer_all()
        twin.named()
        twin.wait(100)
    expected, one = known.one, unknown.one
    assert (one.state, one.verified) == (expected.state, expected.verified)
    assert one.streams.has_streamed is expected.streams.has_streamed
    assert one.streams.finished == expected.streams.finished
    assert one.timeline.elapsed(unknown.now) == expected.timeline.elapsed(known.now)
    assert unknown.spans() == known.spans()


def test_two_that_were_picked_up_without_their_stories_are_one_all_the_same() -> None:
    twin = asked_then_started()
    untold = tuple(replace(one, story=()) for one in twin.board.sessions)
    twin.board = replace(twin.board, sessions=untold)
    twin.named()
    assert twin.one.story == (Happened(twin.now, _S.SHARING, None),)
