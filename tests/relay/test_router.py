"""Whose an event is: streams, meetings, what comes in an odd order, and twice."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from rtms_tray.relay.records import MeetingRecord, StreamState
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.relay_routing import Routing
from tests.helpers.zoom_events import (
    AWAY,
    GUEST,
    HOME,
    HOST,
    STRANGER,
    UUID,
    event,
    joined,
    left,
    meeting_event,
    person,
    started,
    stopped,
)


class TestStreams:
    """Events about a stream."""

    async def test_a_stream_belongs_to_its_operator_from_start_to_stop(
        self, routing: Routing
    ) -> None:
        interrupted = event(
            "meeting.rtms_interrupted", {"meeting_uuid": UUID, "rtms_stream_id": "stream-1"}
        )
        await routing.take(started(HOST), interrupted, stopped())
        assert await routing.names(HOST) == ["rtms_started", "rtms_interrupted", "rtms_stopped"]

    async def test_what_overtakes_the_start_comes_after_it(self, routing: Routing) -> None:
        await routing.take(stopped())
        assert await routing.names(HOST) == []
        await routing.take(started(HOST))
        assert await routing.names(HOST) == ["rtms_started", "rtms_stopped"]
        await routing.take(stopped("another"))
        assert await routing.names(HOST) == ["rtms_started", "rtms_stopped"]

    async def test_start_and_stop_at_the_same_time_lose_neither(self, routing: Routing) -> None:
        for number in range(10):
            stream = f"stream-{number}"
            both = [started(HOST, stream), stopped(stream)]
            await asyncio.gather(*(routing.take(one) for one in both))
        names = await routing.names(HOST)
        assert sorted(names) == ["rtms_started"] * 10 + ["rtms_stopped"] * 10

    async def test_a_stop_by_meeting_alone_goes_to_all_owners_of_a_live_stream(
        self, routing: Routing
    ) -> None:
        await routing.take(started(HOST, "s1"), started(GUEST, "s2"), started(STRANGER, "s3"))
        await routing.take(stopped("s3"), stopped(None))
        assert (await routing.names(HOST))[-1] == (await routing.names(GUEST))[-1] == "rtms_stopped"
        assert (await routing.names(STRANGER)).count("rtms_stopped") == 1
        await routing.take(stopped(None, meeting="another"))
        assert (await routing.names(HOST)).count("rtms_stopped") == 1

    async def test_after_a_stop_by_meeting_the_only_stream_is_over(self, routing: Routing) -> None:
        await routing.take(started(HOST), stopped(None), stopped(None, 5))
        assert await routing.names(HOST) == ["rtms_started", "rtms_stopped"]

    async def test_a_stop_by_meeting_alone_that_overtakes_the_start_comes_after_it(
        self, routing: Routing
    ) -> None:
        earlier, start, stop = stopped(None, 4), started(HOST), stopped(None)
        await routing.take(earlier, stop)
        assert await routing.names(HOST) == []
        await routing.take(start)
        assert await routing.names(HOST) == ["rtms_started", "rtms_stopped"]
        record = await routing.records.meetings.get(UUID)
        assert record is not None
        assert record.live_owners() == set()
        await routing.take(started(HOST, "stream-2"))  # that stop was of the one before
        assert (await routing.names(HOST)).count("rtms_stopped") == 1

    async def test_events_that_name_their_operator_are_theirs(self, routing: Routing) -> None:
        limited = event("rtms.concurrency_limited", {"operator_id": GUEST, "account_id": HOME})
        near = event("rtms.concurrency_near_limit", {"percentage": 81})
        await routing.take(limited, near)
        assert await routing.names(GUEST) == ["rtms.concurrency_limited"]

    async def test_who_stops_a_stream_is_not_its_owner(self, routing: Routing) -> None:
        start, stop = started(HOST), stopped()
        stop["payload"]["operator_id"] = GUEST
        await routing.take(start, stop)
        assert (await routing.names(HOST))[-1] == "rtms_stopped"
        assert await routing.names(GUEST) == []
        await routing.take(stopped(None))  # it is over: nobody here has a live stream
        assert (await routing.names(HOST)).count("rtms_stopped") == 1

    async def test_a_start_that_names_nobody_is_nobodys(
        self, routing: Routing, expected_logs: ExpectedLogs
    ) -> None:
        expected_logs.expect("names no operator")
        await routing.take(started(""))
        assert (await routing.journal.extent()).last == 0

    async def test_what_came_before_the_sign_in_is_there_after_it(self, routing: Routing) -> None:
        await routing.take(started(HOST, account="of somebody else"))
        assert await routing.names(HOST) == ["rtms_started"]
        await routing.sign_in(HOST, account=AWAY)
        assert await routing.names(HOST) == []
        for _ in range(2):
            await routing.router.adopt(HOST, AWAY)
        await routing.take(stopped())
        assert await routing.names(HOST) == ["rtms_started", "rtms_stopped"]

    async def test_what_comes_while_somebody_signs_in_is_not_left_behind(
        self, routing: Routing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = routing.journal.store

        async def store_late(subject: str, *rest: Any) -> int:  # noqa: ANN401 - as for the real one
            await routing.sign_in(HOST, account=AWAY)
            return await real(subject, *rest)

        monkeypatch.setattr(routing.journal, "store", store_late)
        await routing.take(started(HOST))
        assert await routing.names(HOST) == ["rtms_started"]


class TestMeetings:
    """Events about a meeting."""

    async def test_its_host_hears_a_meeting_from_its_beginning(self, routing: Routing) -> None:
        await routing.sign_in(HOST)
        await routing.take(
            meeting_event("started"), joined(HOST, 1), joined("", 2), meeting_event("ended")
        )
        assert await routing.names(HOST) == [
            "started",
            "participant_joined",
            "participant_joined",
            "ended",
        ]

    async def test_whoever_comes_later_hears_once_what_was(self, routing: Routing) -> None:
        await routing.sign_in(GUEST)
        await routing.take(meeting_event("started"), joined("", 1), joined(GUEST, 2), joined("", 3))
        heard = await routing.heard(GUEST)
        assert [e["event"].removeprefix("meeting.participant_") for e in heard] == [
            "meeting.started",
            "joined",
            "joined",
            "joined",
        ]
        assert [e["event_ts"] for e in heard] == sorted(e["event_ts"] for e in heard)

    async def test_whoever_leaves_hears_that_and_nothing_after_it(self, routing: Routing) -> None:
        await routing.sign_in(GUEST)
        await routing.take(joined(GUEST, 1), left(GUEST, 2), joined("", 3), meeting_event("ended"))
        assert await routing.names(GUEST) == ["participant_joined", "participant_left"]

    async def test_whoever_comes_back_hears_what_was_meanwhile_once(self, routing: Routing) -> None:
        await routing.sign_in(GUEST)
        away = [left(GUEST, 2), joined("", 3), joined("", 4)]
        await routing.take(joined(GUEST, 1), *away, joined(GUEST, 5, "new connection"))
        assert await routing.names(GUEST) == [
            "participant_joined",
            "participant_left",
            *["participant_joined"] * 3,
        ]

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    async def test_a_move_between_rooms_is_no_leave_in_either_order(
        self, routing: Routing, order: tuple[int, ...]
    ) -> None:
        await routing.sign_in(GUEST)
        move = [left(GUEST, 5, "c"), joined(GUEST, 5, "c")]
        await routing.take(joined(GUEST, 1, "c"), *(move[i] for i in order), meeting_event("ended"))
        assert (await routing.names(GUEST))[-1] == "ended"

    async def test_with_a_second_device_one_stays(self, routing: Routing) -> None:
        await routing.sign_in(GUEST)
        await routing.take(joined(GUEST, 1, "a"), joined(GUEST, 2, "b"), left(GUEST, 3, "a"))
        await routing.take(meeting_event("ended"))
        assert (await routing.names(GUEST))[-1] == "ended"

    async def test_the_owner_of_a_stream_hears_the_meeting_though_zoom_does_not_name_them(
        self, routing: Routing
    ) -> None:
        await routing.take(meeting_event("started"), joined("", 1), started(GUEST), joined("", 2))
        assert await routing.names(GUEST) == [
            "rtms_started",
            "started",
            "participant_joined",
            "participant_joined",
        ]

    async def test_after_the_owner_has_left_their_stream_opens_nothing(
        self, routing: Routing
    ) -> None:
        await routing.take(started(GUEST), stopped(reason=3), joined("", 5))
        assert await routing.names(GUEST) == ["rtms_started", "rtms_stopped"]
        await routing.take(started(GUEST, "another"))
        assert (await routing.names(GUEST))[-1] == "participant_joined"

    async def test_a_stream_that_the_host_stopped_keeps_its_owner_listening(
        self, routing: Routing
    ) -> None:
        await routing.take(started(GUEST), stopped(reason=5), joined("", 5))
        assert (await routing.names(GUEST))[-1] == "participant_joined"

    async def test_a_start_that_is_sent_again_does_not_bring_a_stream_back(
        self, routing: Routing
    ) -> None:
        start = started(GUEST)
        await routing.take(start, stopped(reason=3), start, joined("", 5))
        assert await routing.names(GUEST) == ["rtms_started", "rtms_stopped"]

    async def test_waiting_for_the_host_is_told_to_who_waits(self, routing: Routing) -> None:
        await routing.sign_in(GUEST)
        await routing.take(
            joined("", 1), meeting_event("participant_jbh_waiting", participant={"id": GUEST})
        )
        assert await routing.names(GUEST) == ["participant_jbh_waiting"]

    async def test_other_events_of_meetings_are_for_nobody(self, routing: Routing) -> None:
        await routing.sign_in(HOST)
        await routing.take(meeting_event("updated"), meeting_event("chat_message_sent"))
        assert (await routing.journal.extent()).last == 0

    async def test_many_at_once_lose_nothing_and_repeat_nothing(self, routing: Routing) -> None:
        await routing.sign_in(HOST, GUEST)
        crowd = [joined("", 1, f"c{n}") for n in range(20)]
        rest = [meeting_event("started"), joined(GUEST, 2), started(STRANGER, "s")]
        await asyncio.gather(*(routing.take(one) for one in [*crowd, *rest, *crowd]))
        for user, extra in ((HOST, 0), (GUEST, 0), (STRANGER, 1)):
            assert len(await routing.heard(user)) == len(crowd) + 2 + extra

    async def test_what_failed_half_way_is_complete_after_it_was_sent_again(
        self, routing: Routing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await routing.sign_in(HOST, GUEST)
        before = [meeting_event("started"), joined("", 1, "a"), joined("", 1, "b")]
        await routing.take(*before)
        store, coming = routing.journal.store, joined(GUEST, 2)
        for broken_at in range(6):
            calls = iter(range(broken_at))  # so many succeed

            async def fail(
                *arguments: Any,  # noqa: ANN401 - those of `store`
                left: Iterator[int] = calls,
            ) -> int:
                if next(left, None) is None:
                    raise TimeoutError
                return await store(*arguments)

            with monkeypatch.context() as patch, contextlib.suppress(TimeoutError):
                patch.setattr(routing.journal, "store", fail)
                await routing.take(coming)
        await routing.take(coming)
        assert len(await routing.heard(GUEST)) == len(before) + 1
        assert len(await routing.heard(HOST)) == len(before) + 1


@pytest.mark.promise("the relay tells nobody what is not theirs")
class TestAttackers:
    """Somebody with an account, the app and a valid session tries to hear more than their own."""

    async def test_another_users_streams_are_not_told(self, routing: Routing) -> None:
        await routing.sign_in(GUEST, HOST, STRANGER)
        await routing.take(started(HOST), stopped())
        assert await routing.names(GUEST) == await routing.names(STRANGER) == []

    async def test_knowing_a_meetings_number_or_being_named_as_its_host_by_nobody_opens_nothing(
        self, routing: Routing
    ) -> None:
        await routing.sign_in(STRANGER)
        await routing.take(meeting_event("started"), joined(GUEST, 1), started(GUEST))
        own = meeting_event("started", host=STRANGER, meeting="their own, with the same number")
        await routing.take(own, joined("", 2))
        assert await routing.names(STRANGER) == ["started"]
        assert "their own" in (await routing.heard(STRANGER))[0]["payload"]["object"]["uuid"]

    async def test_the_same_user_id_with_dots_or_stars_reaches_no_other_subject(
        self, routing: Routing
    ) -> None:
        for name in ("*", ">", "a.b", "", " ", HOST + ".x", "\r\nPUB x"):
            await routing.take(started(name)) if name else None
        assert await routing.heard(HOST) == []
        assert len(await routing.heard("*")) == 1
        assert len(await routing.heard("a.b")) == 1

    async def test_stream_ids_of_others_do_not_make_their_stops_yours(
        self, routing: Routing
    ) -> None:
        await routing.take(started(HOST, "s"), started(STRANGER, "t"), stopped("s"))
        assert await routing.names(STRANGER) == ["rtms_started"]

    async def test_who_never_signed_in_is_stored_nothing_of_meetings(
        self, routing: Routing
    ) -> None:
        await routing.take(meeting_event("started"), joined(GUEST, 1), joined(HOST, 2))
        assert await routing.heard(GUEST) == await routing.heard(HOST) == []

    async def test_another_meetings_past_is_not_told(self, routing: Routing) -> None:
        await routing.sign_in(GUEST)
        await routing.take(meeting_event("started"), joined("", 1))
        await routing.take(joined(GUEST, 2, meeting="another", host=STRANGER))
        assert await routing.names(GUEST) == ["participant_joined"]


class TestDeauthorization:
    """Somebody removes the app."""

    async def test_everything_of_the_user_is_deleted_and_nothing_comes_again(
        self, routing: Routing
    ) -> None:
        await routing.sign_in(HOST, GUEST)
        await routing.take(
            meeting_event("started"), joined(GUEST, 1), started(GUEST), started(HOST, "h")
        )
        await routing.take(event("app_deauthorized", {"user_id": GUEST, "account_id": HOME}))
        assert await routing.heard(GUEST) == []
        assert routing.gone == [(HOME, GUEST)]
        await routing.take(
            joined("", 3), stopped("stream-1"), started(GUEST, "more"), joined(GUEST, 4)
        )
        await routing.take(event("rtms.concurrency_limited", {"operator_id": GUEST}))
        assert await routing.heard(GUEST) == []
        assert (await routing.names(HOST))[-1] == "participant_joined"

    async def test_signing_in_again_begins_anew(self, routing: Routing) -> None:
        await routing.take(started(GUEST), event("app_deauthorized", {"user_id": GUEST}))
        await routing.sign_in(GUEST)
        await routing.take(started(GUEST, "more"))
        assert await routing.names(GUEST) == ["rtms_started"]

    async def test_without_a_user_nothing_happens(self, routing: Routing) -> None:
        await routing.take(event("app_deauthorized", {}))
        assert routing.gone == []


def test_what_is_older_than_what_is_known_changes_no_stream() -> None:
    record = MeetingRecord().with_stream("s", StreamState(HOST, at=5, live=False))
    assert record.with_stream("s", StreamState(HOST, at=4)) == record
    assert record.with_stream("s", StreamState(HOST, at=6)).live_owners() == {HOST}


async def test_a_role_change_moves_nobody(routing: Routing) -> None:
    await routing.sign_in(GUEST)
    change = person(GUEST, date_time="2026-10-30T12:00:01Z", new_role="host")
    await routing.take(meeting_event("participant_role_changed", participant=change), joined("", 2))
    assert await routing.names(GUEST) == ["participant_role_changed"]
