"""What Zoom and the app's receiver get for an answer: 2xx only for what JetStream has."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator

import httpx2
import msgspec
import pytest
from nats.aio.client import Client

from rtms_tray.relay import intake
from rtms_tray.relay.intake import Intake
from rtms_tray.relay.journal import STREAM, in_subject
from rtms_tray.relay.router import NO_ACCOUNT
from rtms_tray.relay.settings import Settings
from rtms_tray.relay.webhook_events import Event, make_event
from rtms_tray.support.clock import SystemClock
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.relay_harness import LIMIT_S, SECRET, RelayHarness, running
from tests.helpers.zoom_events import HOST, started


async def count(bus: Client) -> int:
    """How many messages the stream holds."""
    return int((await bus.jetstream().stream_info(STREAM)).state.messages)


async def test_an_event_is_stored_before_zoom_gets_its_2xx(
    relay: RelayHarness, bus: Client
) -> None:
    reply = await relay.webhook(started(HOST))
    assert (reply.status_code, reply.content) == (204, b"")
    stored = await bus.jetstream().get_msg(STREAM, subject=in_subject(NO_ACCOUNT, HOST))
    assert json.loads(stored.data or b"")["event"] == "meeting.rtms_started"


async def test_an_event_that_zoom_sends_again_is_stored_once(
    relay: RelayHarness, bus: Client
) -> None:
    event = started(HOST)
    await relay.take(event)
    stored = await count(bus)
    reordered = {name: event[name] for name in reversed(event)}
    await relay.take(event, reordered)
    assert await count(bus) == stored


@pytest.mark.promise("the relay takes only what Zoom signed")
async def test_what_zoom_did_not_sign_is_refused(relay: RelayHarness, bus: Client) -> None:
    event = started(HOST)
    forgeries = (
        await relay.webhook(event, key="another"),
        await relay.webhook(event, signature=""),
        await relay.webhook(event, at_s=time.time() - 600),
        await relay.webhook(event, prefix="x-rtms-tray"),
        await relay.http.post(f"{relay.url}/zoom/webhook", json=event),
    )
    assert {reply.status_code for reply in forgeries} == {401}
    assert await count(bus) == 0


async def test_the_url_is_validated_by_its_secret_alone(relay: RelayHarness) -> None:
    event = {"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": "abc"}}
    expected = hmac.new(SECRET.encode(), b"abc", hashlib.sha256).hexdigest()
    reply = await relay.webhook(event)
    assert (reply.status_code, reply.json()) == (
        200,
        {"plainToken": "abc", "encryptedToken": expected},
    )
    assert (await relay.webhook(event | {"payload": {}})).status_code == 400
    assert (await relay.webhook(event, key="another")).status_code == 401


@pytest.mark.promise("the relay takes only what Zoom signed")
async def test_no_validation_signs_an_event(relay: RelayHarness) -> None:
    """Its answer is an HMAC by the key that signs events: whoever chooses the text must not get a signature."""
    at, body = str(int(time.time())), json.dumps({"event": "app_deauthorized"})
    forged = {"plainToken": f"v0:{at}:{body}"}
    event = {"event": "endpoint.url_validation", "event_ts": 1, "payload": forged}
    reply = await relay.webhook(event)
    assert (reply.status_code, reply.json()) == (400, {"error": "no plainToken"})


async def test_a_body_that_never_comes_whole_keeps_nothing_open(
    relay: RelayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "READ_S", 0.1)
    url = httpx2.URL(relay.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        b"POST /zoom/webhook HTTP/1.1\r\nHost: relay\r\nContent-Length: 100\r\n\r\nhalf of it"
    )
    async with asyncio.timeout(LIMIT_S):
        answer = await reader.read()  # up to the end of the connection
    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_what_is_larger_than_zooms_events_is_not_read(relay: RelayHarness) -> None:
    body = b"x" * (intake.LARGEST_BODY + 1)
    reply = await relay.post("/zoom/webhook", body, key=SECRET, prefix="x-zm")
    assert reply.status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    reply = await relay.http.post(f"{relay.url}/zoom/webhook", content=endless())
    assert reply.status_code == 413


async def test_nonsense_that_zoom_signed_is_not_asked_for_again(
    relay: RelayHarness, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("A start names no operator")
    assert (await relay.webhook({})).status_code == 400
    for event in (
        {"event": "user.updated"},
        {"event": "meeting.rtms_started"},
        {"event": "app_deauthorized"},
    ):
        assert (await relay.webhook(event)).status_code == 204


async def test_without_jetstream_zoom_is_asked_to_send_it_again_in_time(
    settings: Settings, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("not stored: TimeoutError")

    async def never(_event: Event) -> None:
        await asyncio.Event().wait()

    taken = Intake(settings, never, SystemClock(), deadline_s=0.05)
    event = make_event("meeting.started", 1, {}, 1)
    assert (await taken._store(event, "request")).status_code == 503
    assert intake.DEADLINE_S < 3


async def test_whoever_forges_often_is_refused_unread(
    settings: Settings, http: httpx2.AsyncClient
) -> None:
    few = msgspec.structs.replace(settings, requests_per_minute=3)
    async with running(few, http) as relay:
        for _ in range(3):
            assert (await relay.webhook(started(HOST), key="another")).status_code == 401
        assert (await relay.webhook(started(HOST))).status_code == 429


class TestReceiver:
    """The app's own receiver, which signs with a key of its own."""

    async def test_its_word_reaches_the_owner_of_the_stream(
        self, relay: RelayHarness, bus: Client
    ) -> None:
        await relay.take(started(HOST, "s"))
        said_at = int(time.time())
        word = {"stream_id": "s", "state": 2, "last_media_at": said_at * 1000}
        assert (await relay.receiver(word)).status_code == 204
        stored = await bus.jetstream().get_msg(STREAM, subject=in_subject(NO_ACCOUNT, HOST))
        told = json.loads(stored.data or b"")
        assert told["event"] == "rtms.receiver"
        assert told["payload"] == {
            "rtms_stream_id": "s",
            "state": 2,
            "last_media_at": said_at * 1000,
        }
        assert abs(told["event_ts"] - said_at * 1000) <= 2000

    async def test_it_needs_no_media_yet(self, relay: RelayHarness) -> None:
        assert (await relay.receiver({"stream_id": "s", "state": 1})).status_code == 204

    @pytest.mark.parametrize(
        "word",
        [
            [],
            {"stream_id": "s"},
            {"stream_id": "", "state": 2},
            {"stream_id": "s", "state": 6},
            {"stream_id": "s", "state": -1},
            {"stream_id": "s", "state": "2"},
            {"stream_id": "s", "state": 2, "user": "somebody"},
            {"stream_id": "s", "state": 2, "last_media_at": 9_000_000_000_000},
        ],
    )
    async def test_what_it_may_not_say_is_refused(self, relay: RelayHarness, word: object) -> None:
        assert (await relay.receiver(word)).status_code == 400

    async def test_zooms_secret_is_not_its_key(self, relay: RelayHarness) -> None:
        assert (await relay.receiver({"stream_id": "s", "state": 2}, key=SECRET)).status_code == 401
