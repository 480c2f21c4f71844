"""A relay as a feed: what it brings, and how it goes on over any loss."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from rtms_tray.store.relay_place import RelayPlaceFile
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from rtms_tray.zoom.feeds import Company, Connected, Disconnected, Received, relay_connection
from rtms_tray.zoom.feeds import relay as relay_module
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.relay_script import ScriptedRelay, heartbeat, hello, message
from tests.zoom.fakes import QUICK, BeginRelay, Reports, Tokens


def connected(reports: Reports) -> list[Connected]:
    return [one for one in reports.all if isinstance(one, Connected)]


def received(reports: Reports) -> list[str]:
    found = (one for one in reports.all if isinstance(one, Received))
    return [one.event.meeting.uuid or "" for one in found if hasattr(one.event, "meeting")]


class TestConnecting:
    """The session, and the first heartbeat."""

    @pytest.mark.promise(
        "the app's relay is shown an access token once for each session, and every few hours"
    )
    async def test_a_token_of_the_user_is_shown_once(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, file: RelayPlaceFile
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        ((path, token),) = relay.calls
        assert (path.partition("=")[0], token) == ("/session?tray", "token-0")
        assert relay.tokens == ["session-1"]
        assert relay.queries == [{}]
        await relay.newest.close(1012)
        await reports.count(Connected, 2)
        assert [token for _, token in relay.calls] == ["token-0"]
        assert relay.tokens == ["session-1", "session-1"]
        assert connected(reports)[0] == Connected(NOON, NOON)
        assert path.partition("=")[2] == file.load().tray or file.load().epoch == ""

    async def test_what_was_kept_is_reported_whole_with_the_first_heartbeat(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        kept = [message(3, 0, NOON - HOUR), message(5, 3, NOON - MINUTE)]
        relay.frames = [hello(gap="new"), *kept]
        begin()
        await relay.connected()
        assert reports.all == []
        await relay.send(heartbeat(9, NOON + 10 * SECOND))  # its clock is ahead
        await reports.count(Connected, 1)
        (one,) = connected(reports)
        assert [event.at for event in one.missed] == [
            NOON - HOUR - 10 * SECOND,
            NOON - MINUTE - 10 * SECOND,
        ]
        assert one.since == NOON - HOUR - 10 * SECOND

    async def test_what_comes_then_is_reported_at_once_and_once(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        again = message(4, 0, NOON)
        await relay.send(again, again, "nonsense", '{"module":"message"}', message(7, 4, NOON))
        await reports.count(Received, 2)
        assert received(reports) == ["u-4", "u-7"]

    async def test_nobody_is_signed_in(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, tokens: Tokens
    ) -> None:
        feed = begin(account=None)
        await asyncio.sleep(0)
        feed.use_account("me", tokens)
        await reports.count(Connected, 1)
        feed.use_account("me", tokens)  # nothing new
        feed.use_account(None, None)
        await reports.count(Disconnected, 1)
        assert reports.last_down().error is None
        await reports.until(lambda: ("/session/end", "session-1") in relay.calls)
        assert len(relay.connections) == 1

    async def test_a_place_that_cannot_be_kept_is_only_logged(
        self, begin: BeginRelay, reports: Reports, tmp_path: Path, expected_logs: ExpectedLogs
    ) -> None:
        del expected_logs
        (tmp_path / "relay.json").mkdir()
        begin()
        await reports.count(Connected, 1)

    async def test_somebody_else_signs_in(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, tokens: Tokens
    ) -> None:
        feed = begin()
        await reports.count(Connected, 1)
        await relay.send(message(4, 0, NOON), heartbeat(4, NOON))
        await reports.count(Received, 1)
        relay.user = "other"
        feed.use_account("other", tokens)
        await reports.count(Connected, 2)
        assert relay.queries[-1] == {}  # another user's place means nothing

    async def test_who_acts_is_told_before_anything_that_may_be_acted_on(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        relay.frames = [hello(), heartbeat(0, NOON, acting=False, signed_in_elsewhere=True)]
        begin()
        await reports.count(Connected, 1)
        assert reports.all[0] == Company(acting=False, signed_in_elsewhere=True)
        await relay.send(heartbeat(0, NOON, acting=True))
        await reports.count(Company, 2)


class TestResuming:
    """Over any loss, from where it was."""

    async def test_a_loss_is_reported_and_made_up_for(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, clock: ManualClock
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.send(message(4, 0, NOON), heartbeat(6, NOON))
        await reports.count(Received, 1)
        relay.frames = [hello(6), message(8, 4, NOON + SECOND), heartbeat(8, NOON)]
        clock.now += SECOND
        relay.newest.transport.abort()
        await reports.count(Connected, 2)
        assert reports.error_codes() == ["relay_lost"]
        assert relay.queries[-1] in (
            {"after": ["4"], "epoch": ["epoch"]},
            {"after": ["6"], "epoch": ["epoch"]},
        )
        assert connected(reports)[-1].since == NOON
        assert [len(one.missed) for one in connected(reports)] == [0, 1]

    @pytest.mark.parametrize("code", [1012, 4008])
    async def test_who_is_sent_to_another_instance_resumes_unnoticed(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, code: int
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.newest.close(code)
        await reports.count(Connected, 2)
        assert reports.of(Disconnected) == []

    async def test_unless_that_takes_long(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        begin(replace(QUICK, overlap_s=0.01))
        await reports.count(Connected, 1)
        relay.frames = [hello()]
        await relay.newest.close(1012)
        await reports.count(Disconnected, 1)
        assert reports.last_down().error is None

    async def test_or_something_is_lost(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, clock: ManualClock
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        relay.frames = [hello(gap="epoch", epoch="another"), heartbeat(0, NOON + SECOND)]
        clock.now += SECOND
        await relay.newest.close(1012)
        await reports.count(Connected, 2)
        assert connected(reports)[-1].since == NOON + SECOND
        assert reports.of(Disconnected) == [Disconnected(NOON + SECOND, None, NOON + SECOND, NOON)]

    async def test_who_is_sent_away_before_anything_came_waits(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        relay.frames = []
        begin()
        await relay.connected()
        await relay.newest.close(1012)
        await reports.count(Disconnected, 1)
        assert reports.error_codes()[:1] == ["relay_lost"]

    async def test_a_hole_is_asked_for_once(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        relay.frames = [hello(0), message(5, 0, NOON), message(9, 5, NOON), heartbeat(9, NOON)]
        await relay.send(message(9, 5, NOON))
        await reports.count(Connected, 2)
        assert [len(one.missed) for one in connected(reports)] == [0, 2]

    async def test_a_hole_that_stays_is_a_gap(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, clock: ManualClock
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        clock.now += MINUTE
        relay.frames = [
            hello(0), message(3, 0, NOON), message(9, 5, NOON + SECOND), heartbeat(9, clock.now),
        ]  # fmt: skip
        await relay.send(message(9, 5, NOON))
        await reports.count(Connected, 2)
        last = connected(reports)[-1]
        assert (len(last.missed), last.since) == (1, NOON + SECOND)

    async def test_more_than_anybody_can_take_in_is_a_gap(
        self,
        relay: ScriptedRelay,
        begin: BeginRelay,
        reports: Reports,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(relay_connection, "MOST_MISSED", 2)
        many = [message(n, n - 1, NOON - 10 * SECOND + n) for n in range(1, 5)]
        relay.frames = [hello(), *many, heartbeat(4, NOON)]
        begin()
        await reports.count(Connected, 1)
        (one,) = connected(reports)
        assert (len(one.missed), one.since) == (2, NOON - 10 * SECOND + 3)

    @pytest.mark.promise("the session with a relay is in memory only")
    async def test_the_place_outlives_the_program(
        self,
        relay: ScriptedRelay,
        begin: BeginRelay,
        reports: Reports,
        file: RelayPlaceFile,
        tmp_path: Path,
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.send(message(4, 0, NOON), heartbeat(6, NOON), heartbeat(7, NOON))
        await reports.until(lambda: file.load().sequence == 6)
        assert file.load().since == NOON
        assert "session-1" not in (tmp_path / "relay.json").read_text()
        relay.frames = [hello(6), heartbeat(9, NOON)]
        begin()
        await reports.count(Connected, 2)
        assert relay.queries[-1]["after"] == ["6"]

    async def test_a_place_is_written_down_now_and_then_though_nothing_comes(
        self,
        relay: ScriptedRelay,
        begin: BeginRelay,
        reports: Reports,
        file: RelayPlaceFile,
        clock: ManualClock,
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.send(heartbeat(6, NOON), heartbeat(7, NOON), heartbeat(8, NOON, acting=False))
        await reports.count(Company, 2)
        assert (file.load().epoch, file.load().sequence) == ("epoch", 0)
        clock.now += relay_module.KEEP_EVERY
        await relay.send(heartbeat(20, NOON))
        await reports.until(lambda: file.load().sequence == 8)

    async def test_it_wakes(self, begin: BeginRelay, reports: Reports) -> None:
        feed = begin()
        await reports.count(Connected, 1)
        feed.wake()
        await reports.count(Connected, 2)
        assert reports.of(Disconnected) == []


class TestDoubt:
    """The relay itself does not know."""

    async def test_until_its_next_heartbeat(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.send({"module": "doubt"}, {"module": "doubt"}, message(4, 0, NOON))
        await reports.count(Disconnected, 1)
        await relay.send(heartbeat(4, NOON))
        await reports.count(Connected, 2)
        assert reports.error_codes() == ["relay_unsure"]
        assert len(connected(reports)[-1].missed) == 1
        assert received(reports) == []
