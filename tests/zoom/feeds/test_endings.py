"""Each reason for having no connection has its code, against a real server or none."""

import asyncio
import socket

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInRefused,
    UnexpectedReply,
)
from rtms_tray.zoom.feeds import Connected, Disconnected, FeedError
from rtms_tray.zoom.feeds.endings import CloseCause, Ending, ending_of_close
from tests.helpers.event_server import BUILT, EventServer, refused_frame
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import ManualClock
from tests.zoom.fakes import CALM, MakeFeed, Reports, Start, Tokens


async def test_an_invalid_token_is_renewed_once(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens
) -> None:
    server.first_frames = [refused_frame("Invalid Token")]
    start(make(CALM))
    await reports.count(Disconnected, 1)
    server.first_frames = [BUILT]
    await reports.count(Connected, 1)
    assert reports.error_codes() == [None]
    assert server.tokens == ["token-0", "token-1"]
    assert tokens.refusals == ["token-0"]


async def test_a_new_token_refused_too_means_a_wrong_secret(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    server.first_frames = [refused_frame("Invalid Token")]
    start(make(CALM))
    await reports.count(Disconnected, 2)
    assert reports.error_codes() == [None, "client_secret_refused"]
    refused = reports.last_down()
    assert refused.next_try_at == clock.now + 45_000
    assert len(server.queries) == 2


@pytest.mark.promise("build_connection refused")
async def test_another_refusal_is_of_the_subscription(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens
) -> None:
    server.first_frames = [refused_frame("unknown subscription")]
    start(make(CALM))
    await reports.count(Disconnected, 1)
    refused = reports.last_down()
    assert refused.error
    assert refused.error.code == "subscription_refused"
    assert "unknown subscription" in refused.error.text
    assert tokens.refusals == []


@pytest.mark.parametrize(
    ("status", "codes", "wait"),
    [
        (302, ["redirected"], 20_000),
        (308, ["redirected"], 20_000),
        (401, [None, "client_secret_refused"], 45_000),
        (403, ["subscription_refused"], 45_000),
        (404, ["subscription_refused"], 45_000),
        (429, ["server_trouble"], 20_000),
        (500, ["server_trouble"], 20_000),
        (503, ["server_trouble"], 20_000),
    ],
)
async def test_a_refused_handshake_says_why_and_does_not_hammer(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    status: int, codes: list[str | None], wait: Millis,
) -> None:  # fmt: skip
    server.refuse_with = status
    start(make(replace(CALM, first_delay_s=20, last_delay_s=20)))
    await reports.count(Disconnected, len(codes))
    assert reports.error_codes() == codes
    refused = reports.last_down()
    assert refused.next_try_at == refused.at + wait


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (ClientRefused(), "client_secret_refused"),
        (ClientRefused("client_secret_missing"), "client_secret_missing"),
        (SignInRefused("invalid_scope"), "sign_in_refused"),
        (SecretError(Trouble.LOCKED), "keyring"),
        (Offline(), "offline"),
        (ServerTrouble(503), "server_trouble"),
        (UnexpectedReply("not_json"), "unexpected_reply"),
    ],
)
async def test_without_a_token_it_says_why(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens,
    trouble: Exception, code: str,
) -> None:  # fmt: skip
    tokens.trouble = trouble
    start(make(CALM))
    await reports.count(Disconnected, 1)
    assert reports.error_codes()[0] == code
    assert server.queries == []


@pytest.mark.promise("tokens go to Zoom's own hosts only")
async def test_a_redirect_is_not_followed(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens
) -> None:
    async with EventServer() as elsewhere:
        server.refuse_with, server.location = 302, f"{elsewhere.url}?access_token=x"
        start(make(CALM))
        await reports.count(Disconnected, 2)
        assert elsewhere.queries == []
    assert set(reports.error_codes()) == {"redirected"}
    assert tokens.refusals == [], "the secret has nothing to do with it"


async def test_nobody_there_is_offline(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.url = f"ws://127.0.0.1:{probe.getsockname()[1]}/ws"
    start(make(CALM))
    await reports.count(Disconnected, 2)
    assert set(reports.error_codes()) == {"offline"}


async def test_something_else_there_is_offline(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    async def speak_ssh(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak_ssh, "127.0.0.1", 0) as other:
        server.url = f"ws://127.0.0.1:{other.sockets[0].getsockname()[1]}/ws?x=1"
        start(make(CALM))
        await reports.count(Disconnected, 1)
        assert reports.error_codes()[0] == "offline"


async def test_the_unexpected_is_reported_without_secrets(
    make: MakeFeed, start: Start, reports: Reports, tokens: Tokens, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("feeds.event_connection:ERROR:the event socket failed: RuntimeError$")
    tokens.trouble = RuntimeError("a bug that holds a secret")
    start(make(replace(CALM, first_delay_s=20, last_delay_s=20)))
    await reports.count(Disconnected, 1)
    assert reports.error_codes() == ["unexpected"]


BYE = Close(1000, "")


@pytest.mark.parametrize(
    ("closed", "cause"),
    [
        (ConnectionClosedError(BYE, BYE, rcvd_then_sent=True), CloseCause.CLOSED),
        (ConnectionClosedError(BYE, None), CloseCause.CLOSED),
        (
            ConnectionClosedError(BYE, BYE, rcvd_then_sent=False),
            CloseCause.BROKEN,
        ),  # we closed first
        (ConnectionClosedError(None, BYE), CloseCause.BROKEN),
        (ConnectionClosedError(None, None), CloseCause.BROKEN),
    ],
)
def test_only_zooms_own_close_frame_is_a_close(
    closed: ConnectionClosedError, cause: CloseCause
) -> None:
    code = "closed_by_zoom" if cause is CloseCause.CLOSED else "connection_lost"
    assert ending_of_close(closed, 3.0) == Ending(cause, FeedError.of(code), 3.0)
