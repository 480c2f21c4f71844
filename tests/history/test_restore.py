"""Sessions become records and sessions again: the same, unverified, the gap unknown."""

from collections.abc import Callable

import msgspec
import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Condition, Source, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.people import People
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import (
    Attention,
    Doubt,
    Requests,
    ResumePoint,
    Session,
    Streams,
)
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind, Timeline
from rtms_tray.capture.timings import LOST_SIGHT_AFTER, AutoResend, Policy
from rtms_tray.history.model import LATEST, HostSide, MeetingRecord
from rtms_tray.history.restore import KEPT, record_of, restore_board
from rtms_tray.support.frozen import Frozen, field_names, replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    ME,
    MEETING,
    NUMBER,
    OWN_MEETING,
    UUID,
    Stage,
)

S = CaptureState
MADE_ANEW = {"number", "people", "story"}
"""What a session gets from the board, from its record, or from events that come."""
LEFT_BEHIND = {
    "requests.newest", "requests.count", "streams.action", "queued_events", "attention.feed_down",
    "asides", "attention.long_gap", "requests.maybe_running",
}  # fmt: skip
"""Requests and what waited for them: their replies can no longer come. And what changes nothing."""
PARTS: dict[str, type[Frozen]] = {
    "requests": Requests,
    "streams": Streams,
    "doubt": Doubt,
    "attention": Attention,
    "resume_point": ResumePoint,
    "timeline": Timeline,
}


def sharing() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(3)
    stage.zoom(e.StreamStarted(MEETING, "stream-1", ME, stage.at()))
    stage.wait(60)
    return stage


def pending() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply()
    return stage


def requesting() -> Stage:
    stage = Stage()
    stage.ask()
    stage.wait(1)
    return stage


def waiting_for_meeting() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.NOT_STARTED, 3000)
    stage.wait(2)
    return stage


def paused() -> Stage:
    stage = sharing()
    stage.user(e.ActionRequested(Action.PAUSE))
    act = stage.session.streams.action
    assert act is not None
    stage.answer(act.number, Action.PAUSE)
    stage.wait(5)
    return stage


def interrupted() -> Stage:
    stage = sharing()
    stage.zoom(e.StreamInterrupted(MEETING, "stream-1", stage.at()))
    stage.wait(10)
    return stage


def stopped() -> Stage:
    stage = sharing()
    stage.zoom(e.StreamStopped(MEETING, "stream-1", 5, stage.at()))
    stage.wait(10)
    return stage


def refused() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.REFUSED, 13267)
    stage.wait(4)
    return stage


def recorded(stage: Stage) -> MeetingRecord:
    return record_of(stage.session, "key", stage.context)


def put(record: MeetingRecord, now: Millis, policy: Policy | None = None) -> Session:
    restored = restore_board(Board(context=Context(policy=policy or Policy())), [record], now)
    assert restored.ended == ()
    assert restored.keys == {"s1": "key"}
    return restored.board.sessions[0]


def test_every_field_of_a_session_is_kept_or_left_on_purpose() -> None:
    kept = set(KEPT.values())
    every = set(field_names(Session)) - PARTS.keys()
    every |= {f"{part}.{inner}" for part, kind in PARTS.items() for inner in field_names(kind)}
    assert kept | MADE_ANEW | LEFT_BEHIND == every
    assert not kept & (MADE_ANEW | LEFT_BEHIND)


def test_the_names_that_are_stored_never_change() -> None:
    stored = msgspec.json.decode(recorded(paused()).saved_session)["session"]
    assert sorted(stored) == [
        "acknowledged", "asked", "asked_again", "asked_at", "asked_if_over", "asking_since", "before", "before_why",
        "by_gap",
        "evidence_at", "facts", "finished", "known", "meeting", "new_host", "nudges", "others", "out_of_denial_at",
        "paused_here", "proved_at", "quiet_left", "ran", "readable", "received", "refusal", "resent_for",
        "signals", "since", "state",
        "stop_reason", "stop_sent_at", "stopped_at", "stream", "taken_over_at", "timers", "unseen",
        "unverified_since", "why", "zoom_ahead",
    ]  # fmt: skip


def test_a_record_says_what_the_session_says() -> None:
    stage = sharing()
    record, session = recorded(stage), stage.session
    assert (record.meeting_number, record.meeting_uuid) == (NUMBER, UUID)
    assert record.ended_at is None
    assert record.end_reason == ""
    assert record.seen_at == stage.now
    assert record.counted == session.timeline.spans(stage.now)
    assert record.total(SpanKind.CAPTURED) == 60 * SECOND
    assert record.total(SpanKind.LOST) == 3 * SECOND
    assert [entry.state for entry in record.story] == ["requesting", "pending_approval", "sharing"]


def test_a_meeting_begins_with_the_first_time_that_counts() -> None:
    stage = waiting_for_meeting()
    asked_at = stage.session.timeline.marks[0].at
    assert recorded(stage).began_at == asked_at
    stage.zoom(e.MeetingStarted(MEETING, stage.at()))
    stage.reply()
    began = stage.now
    stage.wait(5)
    assert recorded(stage).began_at == began > asked_at


def test_an_ended_meeting_has_an_end_and_no_saved_session() -> None:
    stage = sharing()
    stage.zoom(e.MeetingEnded(MEETING, stage.at(ago_s=2)))
    ended_at = stage.now - 2 * SECOND
    stage.wait(100)
    record = recorded(stage)
    assert (record.ended_at, record.seen_at) == (ended_at, ended_at)
    assert record.end_reason == "meeting_ended"
    assert record.saved_session == ""
    assert record.total(SpanKind.CAPTURED) == 58 * SECOND


def test_giving_up_is_an_end_with_its_reason() -> None:
    stage = pending()
    stage.user(e.GivenUp())
    assert recorded(stage).end_reason == "given_up"


def test_the_host_is_internal_where_it_is_the_app_owner() -> None:
    assert recorded(pending()).host is HostSide.UNKNOWN
    stage = Stage(meeting=OWN_MEETING)
    stage.ask()
    stage.zoom(e.MeetingStarted(OWN_MEETING, stage.at()))
    stage.reply()
    assert recorded(stage).host is HostSide.UNKNOWN or stage.context.is_own(stage.session.meeting)
    stage.zoom(e.StreamStarted(OWN_MEETING, "stream-1", ME, stage.at()))
    assert recorded(stage).host is HostSide.INTERNAL


def test_nothing_of_the_people_is_kept_and_the_story_has_codes_only() -> None:
    stage = refused()
    record = recorded(stage)
    assert "people" not in record.saved_session
    assert set(field_names(type(record.story[0]))) == {"at", "state", "why", "number"}


@pytest.mark.parametrize(
    "make", [sharing, pending, paused, interrupted, stopped, refused, waiting_for_meeting]
)
def test_a_session_is_restored_as_it_was_but_unverified(make: Callable[[], Stage]) -> None:
    stage = make()
    was, seen_at = stage.session, stage.now
    now = seen_at + 10 * MINUTE
    session = put(recorded(stage), now)
    assert session.state is was.state
    assert session.meeting == was.meeting
    assert session.since == was.since
    assert (session.requests.asked_here, session.requests.asked_at) == (
        was.requests.asked_here,
        was.requests.asked_at,
    )
    current = was.streams.current
    assert session.streams.current == (replace(current, doubted=True) if current else None)
    assert session.streams.finished == was.streams.finished
    assert session.streams.stopped_at == was.streams.stopped_at
    assert session.streams.stop_reason == was.streams.stop_reason
    assert session.doubt.since == (None if make is refused else seen_at)
    assert session.story[: len(was.story)] == tuple(
        replace(entry, why=replace(entry.why, message="") if entry.why else None)
        for entry in was.story
    )
    before = was.timeline.spans(seen_at)
    assert session.timeline.spans(now)[: len(before)] == before
    if make is not waiting_for_meeting:
        gap = session.timeline.total(SpanKind.UNKNOWN, now) - was.timeline.total(
            SpanKind.UNKNOWN, seen_at
        )
        assert gap == 10 * MINUTE
        assert session.timeline.elapsed(now) == was.timeline.elapsed(seen_at) + 10 * MINUTE


def test_where_i_was_and_that_i_am_not_the_host_any_more_is_kept() -> None:
    stage = sharing()
    stage.zoom(e.BreakoutJoined(MEETING, I_AM, stage.at()))
    stage.zoom(e.RoleChanged(MEETING, GUEST, "attendee", "host", stage.at()))
    session = put(recorded(stage), stage.now + MINUTE)
    assert session.state is S.PAUSED_BREAKOUT
    assert session.people.room == replace(stage.session.people.room, unbroken=False)
    assert session.people.host == e.Person()
    assert session.people.connections == ()


def test_a_record_of_an_earlier_version_has_none_of_that() -> None:
    record = recorded(sharing())
    file = msgspec.json.decode(record.saved_session)
    for name in ("room", "handed_over"):
        del file[name]
    for name in ("new_host", "taken_over_at"):
        del file["session"][name]
    old = replace(record, saved_session=msgspec.json.encode(file).decode())
    session = put(old, record.seen_at + MINUTE)
    assert replace(session.people, before_gap=None) == People(began=session.people.began)
    assert not session.attention.new_host
    assert session.streams.taken_over_at is None


def test_a_request_that_was_on_its_way_is_not_repeated() -> None:
    stage = requesting()
    session = put(recorded(stage), stage.now + MINUTE)
    assert session.state is S.PENDING_APPROVAL
    assert session.why is not None
    assert session.why.code is Code.REPLY_LOST
    assert session.requests.newest is None
    assert not session.awaits_reply
    assert session.timers[Timer.GRACE] == stage.now + MINUTE + 5 * SECOND


def test_requests_for_a_meeting_that_had_not_started_continue() -> None:
    stage = waiting_for_meeting()
    now = stage.now + 30 * MINUTE
    assert put(recorded(stage), now).timers[Timer.NEXT_REQUEST] == now + 5 * SECOND
    off = put(recorded(stage), now, Policy(auto_resend=AutoResend.OFF))
    assert Timer.NEXT_REQUEST not in off.timers
    late = put(recorded(stage), now + HOUR)
    assert Timer.NEXT_REQUEST not in late.timers


def test_the_answer_timeout_continues_with_the_feed() -> None:
    stage = pending()
    stage.wait(15)
    now = stage.now + MINUTE
    board = restore_board(Board(), [recorded(stage)], now).board
    session = board.sessions[0]
    assert session.why is not None
    assert session.why.code is Code.CANNOT_SEE
    assert Timer.NO_ANSWER not in session.timers
    after = boards.turn(board, e.FeedUp(now), now).board.sessions[0]
    assert now < after.timers[Timer.NO_ANSWER] <= now + 5 * SECOND
    assert after.why is not None
    assert after.why.code is Code.ASKED


def test_once_the_feed_is_up_a_restored_meeting_is_fetched() -> None:
    stage = sharing()
    now = stage.now + MINUTE
    board = restore_board(Board(), [recorded(stage)], now).board
    turn = boards.turn(board, e.FeedUp(now), now)
    assert [type(effect).__name__ for effect in turn.effects] == ["FetchMeeting"]


def test_events_find_the_session_that_was_restored() -> None:
    stage = sharing()
    now = stage.now + MINUTE
    board = restore_board(Board(context=Context(me=ME)), [recorded(stage)], now).board
    board = boards.turn(board, e.FeedUp(now), now).board
    stop = e.StreamStopped(MEETING, "stream-1", 5, now)
    board = boards.turn(board, stop, now).board
    assert [session.state for session in board.sessions] == [S.STOPPED]
    start = e.StreamStarted(MEETING, "stream-2", ME, now + SECOND)
    board = boards.turn(board, start, now + SECOND).board
    assert [session.state for session in board.sessions] == [S.SHARING]
    assert board.sessions[0].verified


def test_a_stream_that_had_stopped_does_not_start_again() -> None:
    stage = stopped()
    now = stage.now + MINUTE
    board = restore_board(Board(context=Context(me=ME)), [recorded(stage)], now).board
    late = e.StreamStarted(MEETING, "stream-1", ME, now)
    assert boards.turn(board, late, now).board.sessions[0].state is S.STOPPED


def test_new_sessions_do_not_share_a_key_with_those_restored() -> None:
    records = [recorded(sharing()), replace(recorded(refused()), key="other")]
    restored = restore_board(Board(), records, sharing().now)
    assert restored.keys == {"s1": "key", "s2": "other"}
    turn = boards.turn(restored.board, e.StartRequested(meeting_id="1234567890"), sharing().now)
    assert turn.key == "s3"


def test_evidence_comes_back_but_not_that_the_host_was_absent() -> None:
    stage = pending()
    stage.user(e.ConditionReported(Condition.HOST_CLIENT_SUPPORTED, Value.YES))
    stage.zoom(e.WaitingForHost(MEETING, e.Person(in_meeting_id="9"), stage.at()))
    session = put(recorded(stage), stage.now + MINUTE)
    assert value_of(stage.session.known, Condition.HOST_PRESENT) is Value.NO
    assert value_of(session.known, Condition.HOST_PRESENT) is Value.UNKNOWN
    evidence = session.known[Condition.HOST_CLIENT_SUPPORTED]
    assert (evidence.value, evidence.source) == (Value.YES, Source.USER)


def test_a_meeting_last_seen_too_long_ago_ended_at_the_last_evidence() -> None:
    stage = sharing()
    record = recorded(stage)
    at_limit = restore_board(Board(), [record], stage.now + LOST_SIGHT_AFTER)
    assert at_limit.ended == ()
    restored = restore_board(Board(), [record], stage.now + LOST_SIGHT_AFTER + 1)
    assert restored.board.sessions == ()
    assert restored.keys == {}
    (ended,) = restored.ended
    assert (ended.key, ended.end_reason) == ("key", "lost_sight")
    assert ended.ended_at == stage.now
    assert ended.counted == record.counted
    assert ended.saved_session == ""


def test_a_long_meeting_that_was_watched_has_not_ended() -> None:
    stage = sharing()
    stage.wait(13 * 3600)
    board = restore_board(Board(), [recorded(stage)], stage.now + MINUTE).board
    session = board.sessions[0]
    assert session.state is S.SHARING
    assert session.timeline.total(SpanKind.CAPTURED, stage.now) == (13 * 3600 + 60) * SECOND
    deadline = session.timers[Timer.LOST_SIGHT]
    assert deadline == stage.now + LOST_SIGHT_AFTER


@pytest.mark.parametrize("damage", ["", "{}", "nonsense", '{"session": 1}', "unknown state"])
def test_what_cannot_be_read_ended_when_it_was_last_saved(damage: str) -> None:
    record = recorded(sharing())
    if damage == "unknown state":
        damage = record.saved_session.replace('"sharing"', '"levitating"')
        assert damage != record.saved_session
    restored = restore_board(
        Board(), [replace(record, saved_session=damage)], record.seen_at + MINUTE
    )
    assert restored.board == Board()
    (ended,) = restored.ended
    assert (ended.ended_at, ended.end_reason) == (record.seen_at, "lost_sight")
    assert ended.spans == record.spans


def test_a_reason_of_another_version_makes_a_story_unreadable_not_a_crash() -> None:
    record = recorded(sharing())
    story = (replace(record.story[0], why="not_invented_yet"), *record.story[1:])
    restored = restore_board(Board(), [replace(record, story=story)], record.seen_at)
    assert len(restored.ended) == 1


def test_a_clock_that_was_set_back_meanwhile_does_no_harm() -> None:
    stage = sharing()
    now = stage.now - HOUR
    session = put(recorded(stage), now)
    again = record_of(session, "key", Context(now=now))
    assert all(span.end >= span.start for span in again.spans)
    assert session.timeline.elapsed(stage.now + MINUTE) >= 60 * SECOND


def test_being_restored_twice_changes_nothing_more() -> None:
    stage = sharing()
    first = put(recorded(stage), stage.now + MINUTE)
    second = put(
        record_of(first, "key", Context(now=stage.now + 2 * MINUTE)), stage.now + 3 * MINUTE
    )
    assert second.state is first.state
    assert second.doubt.since == first.doubt.since
    now = stage.now + 3 * MINUTE
    assert second.timeline.total(SpanKind.UNKNOWN, now) == 3 * MINUTE
    assert second.timeline.total(SpanKind.CAPTURED, now) == 60 * SECOND


def test_what_is_kept_is_json_of_plain_names() -> None:
    kept = msgspec.json.decode(recorded(paused()).saved_session)
    assert kept["session"]["state"] == "paused"
    names = {"uuid": UUID, "number": NUMBER, "host_id": "host", "host_account": None}
    assert kept["session"]["meeting"] == names


def test_a_record_of_an_earlier_version_goes_on_with_its_spans() -> None:
    stage = sharing()
    record = recorded(stage)
    file = msgspec.json.decode(record.saved_session)
    del file["session"]["facts"]
    now = stage.now + MINUTE
    old = replace(record, saved_session=msgspec.json.encode(file).decode())
    session = put(old, now)
    was = stage.session.timeline.spans(stage.now)
    assert session.timeline.spans(now)[: len(was)] == was
    assert session.timeline.total(SpanKind.UNKNOWN, now) == MINUTE
    board = restore_board(Board(context=Context(me=ME)), [old], now).board
    board = boards.turn(board, e.FeedUp(now), now).board
    board = boards.turn(board, e.StreamStopped(MEETING, "stream-1", 5, now), now).board
    later = board.sessions[0].timeline
    assert later.total(SpanKind.CAPTURED, now) == 60 * SECOND
    assert later.spans(now + MINUTE)[-1].kind is SpanKind.LOST


@pytest.mark.parametrize("at", [-1, LATEST + 1])
def test_a_fact_at_an_impossible_moment_makes_a_session_unreadable(at: Millis) -> None:
    record = recorded(sharing())
    file = msgspec.json.decode(record.saved_session)
    file["session"]["facts"][0]["at"] = at
    damaged = replace(record, saved_session=msgspec.json.encode(file).decode())
    assert len(restore_board(Board(), [damaged], record.seen_at).ended) == 1


def test_after_a_restart_the_streams_own_stop_still_proves_what_was_in_doubt() -> None:
    stage = sharing()
    now = stage.now + HOUR
    board = restore_board(Board(context=Context(me=ME)), [recorded(stage)], now).board
    assert board.sessions[0].timeline.total(SpanKind.UNKNOWN, now) == HOUR
    stop = e.StreamStopped(MEETING, "stream-1", 5, now)
    board = boards.turn(board, e.FeedUp(now), now).board
    timeline = boards.turn(board, stop, now).board.sessions[0].timeline
    assert timeline.total(SpanKind.CAPTURED, now) == HOUR + MINUTE
