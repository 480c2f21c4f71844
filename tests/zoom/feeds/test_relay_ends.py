"""A relay as a feed: its sessions, refusals, closes and silence, and how each ends."""

import ssl

import httpx2
import pytest
from msgspec.structs import replace

from rtms_tray.store.relay_place import RelayPlaceFile
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.errors import SignInNeeded
from rtms_tray.zoom.feeds import Connected, Disconnected
from rtms_tray.zoom.feeds.relay_session import RelayAddress, RelaySession
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.relay_script import ScriptedRelay, heartbeat
from tests.zoom.fakes import QUICK, BeginRelay, Reports, Tokens


class TestSessions:
    """They are renewed, and begun anew."""

    async def test_a_session_is_renewed_in_time(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, clock: ManualClock
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        clock.now += HOUR // 2
        relay.answers = [httpx2.Response(503)]
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 2)
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 3)
        assert [path for path, _ in relay.calls[1:]] == ["/session/renew"] * 2
        assert len(relay.connections) == 1

    async def test_the_sign_in_is_shown_again_before_the_relay_has_to_ask_for_it(
        self,
        relay: ScriptedRelay,
        begin: BeginRelay,
        reports: Reports,
        clock: ManualClock,
        tokens: Tokens,
    ) -> None:
        relay.vouch_by = (clock.now + 2 * HOUR) / 1000
        begin()
        await reports.count(Connected, 1)
        clock.now += HOUR // 2
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 2)
        clock.now += HOUR // 2
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 3)
        assert relay.vouchers == []
        shown = await tokens.token()
        clock.now += HOUR // 2
        relay.answers = [httpx2.Response(401, json={"error": "refused_by_zoom"})]
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 4)
        assert relay.vouchers == [shown]
        await reports.until(lambda: tokens.refusals == [shown])
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 5)
        assert len(relay.vouchers) == 2
        assert len(relay.connections) == 1, "the session has gone on all the time"

    async def test_a_sign_in_that_cannot_be_shown_ends_nothing(
        self,
        relay: ScriptedRelay,
        begin: BeginRelay,
        reports: Reports,
        clock: ManualClock,
        tokens: Tokens,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level("INFO", "rtms_tray")
        relay.vouch_by = (clock.now + HOUR) / 1000
        begin()
        await reports.count(Connected, 1)
        clock.now += HOUR // 2
        tokens.trouble = SignInNeeded("signed_out")
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: "cannot be shown the sign-in: SignInNeeded" in caplog.text)
        assert len(relay.calls) == 1
        tokens.trouble = None
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 2)
        assert len(relay.connections) == 1

    async def test_one_that_is_over_begins_anew(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.newest.close(4401)
        await reports.count(Connected, 2)
        assert relay.tokens == ["session-1", "session-2"]

    async def test_one_that_cannot_be_renewed_begins_anew(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, clock: ManualClock
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        clock.now += HOUR // 2
        relay.answers = [httpx2.Response(401, json={"error": "session_over"})]
        await relay.send(heartbeat(0, clock.now))
        await reports.until(lambda: len(relay.calls) == 2)
        await relay.newest.close(1012)
        await reports.count(Connected, 2)
        assert relay.calls[-1][0].startswith("/session?")

    async def test_another_copy_takes_over(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, file: RelayPlaceFile
    ) -> None:
        begin()
        await reports.count(Connected, 1)
        await relay.newest.close(4000)
        await reports.count(Disconnected, 1)
        down = reports.last_down()
        assert down.error is not None
        assert (down.error.code, down.next_try_at) == ("relay_taken_over", None)
        tray = relay.calls[0][0].partition("=")[2]
        await reports.until(lambda: file.load().tray != tray)
        begin()
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
        begin: BeginRelay,
        reports: Reports,
        status: int,
        error: str,
        code: str,
    ) -> None:
        relay.answers = [httpx2.Response(status, json={"error": error}) for _ in range(3)]
        begin()
        await reports.until(lambda: code in reports.error_codes())
        await reports.count(Connected, 1)

    async def test_a_token_that_zoom_refuses_is_not_shown_again(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, tokens: Tokens
    ) -> None:
        relay.answers = [httpx2.Response(401, json={"error": "refused_by_zoom"})]
        begin()
        await reports.count(Connected, 1)
        assert tokens.refusals == ["token-0"]
        assert [token for _, token in relay.calls] == ["token-0", "token-1"]

    @pytest.mark.parametrize("body", [b"<html>", b'{"token": 1}', b"x" * 100_000])
    async def test_whoever_answers_something_else_is_no_relay(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, body: bytes
    ) -> None:
        relay.answers = [httpx2.Response(200, content=body)]
        begin()
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
        self,
        relay: ScriptedRelay,
        begin: BeginRelay,
        reports: Reports,
        failure: Exception,
        code: str,
    ) -> None:
        if code == "untrusted":
            failure.__cause__ = ssl.SSLCertVerificationError()
        relay.answers = [failure]
        begin()
        await reports.until(lambda: code in reports.error_codes())

    @pytest.mark.parametrize(
        ("status", "code"), [(401, "relay_session_over"), (429, "relay_busy"), (403, "no_relay")]
    )
    async def test_no_socket(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports, status: int, code: str
    ) -> None:
        relay.refuse_with = status
        begin()
        await reports.until(lambda: code in reports.error_codes())

    async def test_too_many_trays(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        begin()
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
        self, begin: BeginRelay, reports: Reports, tokens: Tokens, trouble: Exception, code: str
    ) -> None:
        tokens.trouble = trouble
        begin()
        await reports.until(lambda: code in reports.error_codes())

    async def test_something_that_nobody_thought_of(
        self, begin: BeginRelay, reports: Reports, tokens: Tokens, expected_logs: ExpectedLogs
    ) -> None:
        expected_logs.expect("the relay's socket failed")
        tokens.trouble = ZeroDivisionError()
        begin()
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

    async def test_silence(self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports) -> None:
        begin(replace(QUICK, heartbeat_s=0.05, answer_s=0.05))
        await reports.count(Connected, 1)
        await reports.count(Connected, 2)
        assert "relay_lost" in reports.error_codes()
        assert len(relay.connections) >= 2

    async def test_while_it_matters_pings_are_sent(
        self, begin: BeginRelay, reports: Reports
    ) -> None:
        feed = begin(replace(QUICK, ping_s=0.01, pong_s=5))
        await reports.count(Connected, 1)
        feed.watch_closely(wanted=True)
        await reports.until(lambda: feed.pings_answered >= 2)
        assert feed.seen_at == NOON

    async def test_a_relay_that_answers_none_is_gone(
        self, relay: ScriptedRelay, begin: BeginRelay, reports: Reports
    ) -> None:
        feed = begin(replace(QUICK, ping_s=0.01, pong_s=0.05))
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
