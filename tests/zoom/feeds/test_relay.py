"""A relay as a feed: sessions, replays, doubt, closes, and how each ends."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from msgspec.structs import replace

from rtms_tray.store.relay_place import RelayPlaceFile
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from rtms_tray.zoom.errors import SignInNeeded
from rtms_tray.zoom.feeds import Company, Connected, Disconnected, Received, relay_connection
from rtms_tray.zoom.feeds import relay as relay_module
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.feeds.relay import RelayFeed
from rtms_tray.zoom.feeds.relay_session import RelayAddress, RelaySession
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.relay_script import ScriptedRelay, heartbeat, hello, message
from tests.zoom.fakes import CALM, Reports, Tokens

QUICK = replace(CALM, first_slow_delay_s=0.01, last_slow_delay_s=0.02, overlap_s=5)
Make = Callable[..., RelayFeed]


@pytest.fixture
async def relay(clock: ManualClock) -> AsyncIterator[ScriptedRelay]:
    async with ScriptedRelay(clock) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> RelayPlaceFile:
    return RelayPlaceFile(tmp_path / "relay.json")


@pytest.fixture
async def start(
    relay: ScriptedRelay,
    file: RelayPlaceFile,
    clock: ManualClock,
    tokens: Tokens,
    reports: Reports,
) -> AsyncIterator[Make]:
    """Run a feed for somebody who is signed in; the test gets the feed."""
    tasks: list[asyncio.Task[None]] = []

    def run(timing: Timing = QUICK, account: str | None = "me") -> RelayFeed:
        feed = RelayFeed(
            address=relay.address,
            session=RelaySession(relay.address, relay.http, clock),
            file=file,
            clock=clock,
            random=lambda: 0.5,
            timing=timing,
        )
        feed.use_account(account, tokens)
        tasks.append(asyncio.create_task(feed.run(reports)))
        return feed

    yield run
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


def connected(reports: Reports) -> list[Connected]:
    return [one for one in reports.all if isinstance(one, Connected)]


def received(reports: Reports) -> list[str]:
    found = (one for one in reports.all if isinstance(one, Received))
    return [one.event.meeting.uuid or "" for one in found if hasattr(one.event, "meeting")]


class TestConnecting:
    """The session, and the first heartbeat."""

    @pytest.mark.promise("the app's relay is shown an access token once for each session")
    async def test_a_token_of_the_user_is_shown_once(
        self, relay: ScriptedRelay, start: Make, reports: Reports, file: RelayPlaceFile
    ) -> None:
        start()
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
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        kept = [message(3, 0, NOON - HOUR), message(5, 3, NOON - MINUTE)]
        relay.frames = [hello(gap="new"), *kept]
        start()
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
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        start()
        await reports.count(Connected, 1)
        again = message(4, 0, NOON)
        await relay.send(again, again, "nonsense", '{"module":"message"}', message(7, 4, NOON))
        await reports.count(Received, 2)
        assert received(reports) == ["u-4", "u-7"]

    async def test_nobody_is_signed_in(
        self, relay: ScriptedRelay, start: Make, reports: Reports, tokens: Tokens
    ) -> None:
        feed = start(account=None)
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
        self, start: Make, reports: Reports, tmp_path: Path, expected_logs: ExpectedLogs
    ) -> None:
        del expected_logs
        (tmp_path / "relay.json").mkdir()
        start()
        await reports.count(Connected, 1)

    async def test_somebody_else_signs_in(
        self, relay: ScriptedRelay, start: Make, reports: Reports, tokens: Tokens
    ) -> None:
        feed = start()
        await reports.count(Connected, 1)
        await relay.send(message(4, 0, NOON), heartbeat(4, NOON))
        await reports.count(Received, 1)
        relay.user = "other"
        feed.use_account("other", tokens)
        await reports.count(Connected, 2)
        assert relay.queries[-1] == {}  # another user's place means nothing

    async def test_who_acts_is_told_before_anything_that_may_be_acted_on(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        relay.frames = [hello(), heartbeat(0, NOON, acting=False, signed_in_elsewhere=True)]
        start()
        await reports.count(Connected, 1)
        assert reports.all[0] == Company(acting=False, signed_in_elsewhere=True)
        await relay.send(heartbeat(0, NOON, acting=True))
        await reports.count(Company, 2)


class TestResuming:
    """Over any loss, from where it was."""

    async def test_a_loss_is_reported_and_made_up_for(
        self, relay: ScriptedRelay, start: Make, reports: Reports, clock: ManualClock
    ) -> None:
        start()
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
        self, relay: ScriptedRelay, start: Make, reports: Reports, code: int
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.newest.close(code)
        await reports.count(Connected, 2)
        assert reports.of(Disconnected) == []

    async def test_unless_that_takes_long(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        start(replace(QUICK, overlap_s=0.01))
        await reports.count(Connected, 1)
        relay.frames = [hello()]
        await relay.newest.close(1012)
        await reports.count(Disconnected, 1)
        assert reports.last_down().error is None

    async def test_or_something_is_lost(
        self, relay: ScriptedRelay, start: Make, reports: Reports, clock: ManualClock
    ) -> None:
        start()
        await reports.count(Connected, 1)
        relay.frames = [hello(gap="epoch", epoch="another"), heartbeat(0, NOON + SECOND)]
        clock.now += SECOND
        await relay.newest.close(1012)
        await reports.count(Connected, 2)
        assert connected(reports)[-1].since == NOON + SECOND
        assert reports.of(Disconnected) == [Disconnected(NOON + SECOND, None, NOON + SECOND, NOON)]

    async def test_who_is_sent_away_before_anything_came_waits(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        relay.frames = []
        start()
        await relay.connected()
        await relay.newest.close(1012)
        await reports.count(Disconnected, 1)
        assert reports.error_codes()[:1] == ["relay_lost"]

    async def test_a_hole_is_asked_for_once(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        start()
        await reports.count(Connected, 1)
        relay.frames = [hello(0), message(5, 0, NOON), message(9, 5, NOON), heartbeat(9, NOON)]
        await relay.send(message(9, 5, NOON))
        await reports.count(Connected, 2)
        assert [len(one.missed) for one in connected(reports)] == [0, 2]

    async def test_a_hole_that_stays_is_a_gap(
        self, relay: ScriptedRelay, start: Make, reports: Reports, clock: ManualClock
    ) -> None:
        start()
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
        start: Make,
        reports: Reports,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(relay_connection, "MOST_MISSED", 2)
        many = [message(n, n - 1, NOON - 10 * SECOND + n) for n in range(1, 5)]
        relay.frames = [hello(), *many, heartbeat(4, NOON)]
        start()
        await reports.count(Connected, 1)
        (one,) = connected(reports)
        assert (len(one.missed), one.since) == (2, NOON - 10 * SECOND + 3)

    @pytest.mark.promise("the session with a relay is in memory only")
    async def test_the_place_outlives_the_program(
        self,
        relay: ScriptedRelay,
        start: Make,
        reports: Reports,
        file: RelayPlaceFile,
        tmp_path: Path,
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.send(message(4, 0, NOON), heartbeat(6, NOON), heartbeat(7, NOON))
        await reports.until(lambda: file.load().sequence == 6)
        assert file.load().since == NOON
        assert "session-1" not in (tmp_path / "relay.json").read_text()
        relay.frames = [hello(6), heartbeat(9, NOON)]
        start()
        await reports.count(Connected, 2)
        assert relay.queries[-1]["after"] == ["6"]

    async def test_a_place_is_written_down_now_and_then_though_nothing_comes(
        self,
        relay: ScriptedRelay,
        start: Make,
        reports: Reports,
        file: RelayPlaceFile,
        clock: ManualClock,
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.send(heartbeat(6, NOON), heartbeat(7, NOON), heartbeat(8, NOON, acting=False))
        await reports.count(Company, 2)
        assert (file.load().epoch, file.load().sequence) == ("epoch", 0)
        clock.now += relay_module.KEEP_EVERY
        await relay.send(heartbeat(20, NOON))
        await reports.until(lambda: file.load().sequence == 8)

    async def test_it_wakes(self, start: Make, reports: Reports) -> None:
        feed = start()
        await reports.count(Connected, 1)
        feed.wake()
        await reports.count(Connected, 2)
        assert reports.of(Disconnected) == []


class TestDoubt:
    """The relay itself does not know."""

    async def test_until_its_next_heartbeat(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.send({"module": "doubt"}, {"module": "doubt"}, message(4, 0, NOON))
        await reports.count(Disconnected, 1)
        await relay.send(heartbeat(4, NOON))
        await reports.count(Connected, 2)
        assert reports.error_codes() == ["relay_unsure"]
        assert len(connected(reports)[-1].missed) == 1
        assert received(reports) == []


class TestSessions:
    """They are renewed, and begun anew."""

    async def test_a_session_is_renewed_in_time(
        self, relay: ScriptedRelay, start: Make, reports: Reports, clock: ManualClock
    ) -> None:
        start()
        await reports.count(Connected, 1)
        clock.now += HOUR // 2
        relay.answers = [httpx2.Response(503)]
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 2)
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 3)
        assert [path for path, _ in relay.calls[1:]] == ["/session/renew"] * 2
        assert len(relay.connections) == 1

    async def test_one_that_is_over_begins_anew(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.newest.close(4401)
        await reports.count(Connected, 2)
        assert relay.tokens == ["session-1", "session-2"]

    async def test_one_that_cannot_be_renewed_begins_anew(
        self, relay: ScriptedRelay, start: Make, reports: Reports, clock: ManualClock
    ) -> None:
        start()
        await reports.count(Connected, 1)
        clock.now += HOUR // 2
        relay.answers = [httpx2.Response(401, json={"error": "session_over"})]
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 2)
        await relay.newest.close(1012)
        await reports.count(Connected, 2)
        assert relay.calls[-1][0].startswith("/session?")

    async def test_another_copy_takes_over(
        self, relay: ScriptedRelay, start: Make, reports: Reports, file: RelayPlaceFile
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.newest.close(4000)
        await reports.count(Disconnected, 1)
        down = reports.last_down()
        assert down.error is not None
        assert (down.error.code, down.next_try_at) == ("relay_taken_over", None)
        tray = relay.calls[0][0].partition("=")[2]
        await reports.until(lambda: file.load().tray != tray)
        start()
        await reports.count(Connected, 2)
        assert relay.calls[-1][0].partition("=")[2] != tray


class TestRefusals:
    """Nobody is let in, and the user learns why."""

    @pytest.mark.parametrize(
        ("status", "error", "code"),
        [
            (401, "not_this_app", "relay_of_other_app"),
            (401, "refused_by_zoom", "relay_sign_in_refused"),
            (401, "session_over", "relay_session_over"),
            (429, "too_many_requests", "relay_busy"),
            (503, "unavailable", "relay_trouble"),
            (404, "", "no_relay"),
            (302, "", "relay_redirected"),
        ],
    )
    async def test_no_session(
        self,
        relay: ScriptedRelay,
        start: Make,
        reports: Reports,
        status: int,
        error: str,
        code: str,
    ) -> None:
        relay.answers = [httpx2.Response(status, json={"error": error}) for _ in range(3)]
        start()
        await reports.until(lambda: code in reports.error_codes())
        await reports.count(Connected, 1)

    async def test_a_token_that_zoom_refuses_is_not_shown_again(
        self, relay: ScriptedRelay, start: Make, reports: Reports, tokens: Tokens
    ) -> None:
        relay.answers = [httpx2.Response(401, json={"error": "refused_by_zoom"})]
        start()
        await reports.count(Connected, 1)
        assert tokens.refusals == ["token-0"]
        assert [token for _, token in relay.calls] == ["token-0", "token-1"]

    @pytest.mark.parametrize("body", [b"<html>", b'{"token": 1}', b"x" * 100_000])
    async def test_whoever_answers_something_else_is_no_relay(
        self, relay: ScriptedRelay, start: Make, reports: Reports, body: bytes
    ) -> None:
        relay.answers = [httpx2.Response(200, content=body)]
        start()
        await reports.until(lambda: "no_relay" in reports.error_codes())

    @pytest.mark.parametrize(
        ("failure", "code"),
        [
            (httpx2.ConnectError("no"), "relay_offline"),
            (httpx2.ReadTimeout("no"), "relay_offline"),
            (httpx2.ConnectError("no"), "untrusted"),
        ],
    )
    async def test_no_way_to_it(
        self, relay: ScriptedRelay, start: Make, reports: Reports, failure: Exception, code: str
    ) -> None:
        if code == "untrusted":
            failure.__cause__ = ssl.SSLCertVerificationError()
        relay.answers = [failure]
        start()
        await reports.until(lambda: code in reports.error_codes())

    @pytest.mark.parametrize(
        ("status", "code"), [(401, "relay_session_over"), (429, "relay_busy"), (403, "no_relay")]
    )
    async def test_no_socket(
        self, relay: ScriptedRelay, start: Make, reports: Reports, status: int, code: str
    ) -> None:
        relay.refuse_with = status
        start()
        await reports.until(lambda: code in reports.error_codes())

    async def test_too_many_trays(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        start()
        await reports.count(Connected, 1)
        await relay.newest.close(4429)
        await reports.until(lambda: "relay_too_many" in reports.error_codes())

    @pytest.mark.parametrize(
        ("trouble", "code"),
        [
            (SignInNeeded("sign_in_expired"), "sign_in_expired"),
            (SecretError(Trouble.LOCKED), "keyring"),
        ],
    )
    async def test_no_token_of_the_user(
        self, start: Make, reports: Reports, tokens: Tokens, trouble: Exception, code: str
    ) -> None:
        tokens.trouble = trouble
        start()
        await reports.until(lambda: code in reports.error_codes())

    async def test_something_that_nobody_thought_of(
        self, start: Make, reports: Reports, tokens: Tokens, expected_logs: ExpectedLogs
    ) -> None:
        expected_logs.expect("the relay's socket failed")
        tokens.trouble = ZeroDivisionError()
        start()
        await reports.until(lambda: "unexpected" in reports.error_codes())

    async def test_a_session_without_a_bearer(
        self, relay: ScriptedRelay, clock: ManualClock
    ) -> None:
        session = RelaySession(relay.address, relay.http, clock)
        with pytest.raises(SignInNeeded):
            await session.token("tray")
        await session.end()  # there is none
        assert relay.calls == []

    async def test_an_end_that_the_relay_is_not_told(
        self, relay: ScriptedRelay, clock: ManualClock, tokens: Tokens
    ) -> None:
        session = RelaySession(relay.address, relay.http, clock)
        session.bearer = tokens
        await session.token("tray")
        relay.answers = [httpx2.ConnectError("no")]
        await session.end()
        assert not session.renewal_due


class TestSigns:
    """A relay that has gone silently."""

    async def test_silence(self, relay: ScriptedRelay, start: Make, reports: Reports) -> None:
        start(replace(QUICK, heartbeat_s=0.05, answer_s=0.05))
        await reports.count(Connected, 1)
        await reports.count(Connected, 2)
        assert "relay_lost" in reports.error_codes()
        assert len(relay.connections) >= 2

    async def test_while_it_matters_pings_are_sent(self, start: Make, reports: Reports) -> None:
        feed = start(replace(QUICK, ping_s=0.01, pong_s=5))
        await reports.count(Connected, 1)
        feed.watch_closely(wanted=True)
        await reports.until(lambda: feed.pings_answered >= 2)
        assert feed.seen_at == NOON

    async def test_a_relay_that_answers_none_is_gone(
        self, relay: ScriptedRelay, start: Make, reports: Reports
    ) -> None:
        feed = start(replace(QUICK, ping_s=0.01, pong_s=0.05))
        await reports.count(Connected, 1)
        relay.newest.transport.pause_reading()
        feed.watch_closely(wanted=True)
        await reports.count(Connected, 2)
        assert "relay_lost" in reports.error_codes()


def test_an_address_is_read_as_people_write_it() -> None:
    for url in ("wss://relay.example/x/", " https://relay.example/x"):
        address = RelayAddress.of(url)
        assert (address.url, address.host) == ("https://relay.example/x", "relay.example")
        assert address.socket_url == "wss://relay.example/x/events"
