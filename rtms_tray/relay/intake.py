"""Where Zoom's webhooks and the app's own receiver arrive.

2xx says that JetStream has the event; anything else makes Zoom send it again. Zoom waits three seconds.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rtms_tray.relay.journal import NatsError
from rtms_tray.relay.rate_limits import RateLimit, client_address
from rtms_tray.relay.records import ConflictError
from rtms_tray.relay.settings import Settings
from rtms_tray.relay.signatures import encrypted_token, signing_key
from rtms_tray.relay.webhook_events import Event, EventError, as_id, make_event, read_event
from rtms_tray.support.clock import Clock

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 2 * 1024 * 1024
READ_S: Final = 10.0
"""How long a body may take to come: whoever sends half a one keeps nothing open."""
DEADLINE_S: Final = 2.5
_PLAIN_TOKEN: Final = re.compile(r"[A-Za-z0-9_+/=.-]{1,128}")
"""What is answered by its HMAC. What Zoom signs has colons ("v0:…"), so no answer can serve as a signature."""
_FUTURE_MS: Final = 60_000
_STATES: Final = range(6)
RECEIVER_EVENT: Final = "rtms.receiver"
"""The event that a receiver's word becomes: a tray hears it like any other."""


class TooLargeError(Exception):
    """A body is larger than Zoom's ever are."""


class ReceiverWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the app's receiver says: Zoom's session state (0 to 5), and when media last came (milliseconds)."""

    stream_id: str
    state: int
    last_media_at: int | None = None


class Intake:
    """Serves `/zoom/webhook` and `/receiver`."""

    def __init__(
        self,
        settings: Settings,
        route: Callable[[Event], Awaitable[None]],
        clock: Clock,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._settings = settings
        self._route = route
        self._clock = clock
        self._deadline_s = deadline_s
        self._forgeries = RateLimit(settings.requests_per_minute, clock)

    def routes(self) -> list[Route]:
        """List both routes."""
        return [
            Route("/zoom/webhook", self.webhook, methods=["POST"]),
            Route("/receiver", self.receiver, methods=["POST"]),
        ]

    async def webhook(self, request: Request) -> Response:
        """Take in one webhook of Zoom's."""
        signed = await self._signed_body(request, "x-zm", self._settings.webhook_secrets)
        if isinstance(signed, Response):
            return signed
        body, secret = signed
        try:
            event = read_event(body, self._clock())
        except EventError:
            return _refusal(400, "no event")
        if event.name == "endpoint.url_validation":
            return _validate(event, secret)
        return await self._store(event, request.headers.get("x-zm-request-id", "-"))

    async def receiver(self, request: Request) -> Response:
        """Take in the word of the app's receiver."""
        signed = await self._signed_body(request, "x-rtms-tray", self._settings.receiver_keys)
        if isinstance(signed, Response):
            return signed
        try:
            word = msgspec.json.decode(signed[0], type=ReceiverWord)
        except msgspec.MsgspecError:
            return _refusal(400, "expected stream_id, state, last_media_at")
        now = self._clock()
        if not as_id(word.stream_id) or word.state not in _STATES:
            return _refusal(400, "stream_id or state out of range")
        if (word.last_media_at or 0) > now + _FUTURE_MS:
            return _refusal(400, "last_media_at is in the future")
        said_at = int(request.headers["x-rtms-tray-request-timestamp"]) * 1000
        payload = {"rtms_stream_id": word.stream_id, "state": word.state}
        if word.last_media_at is not None:
            payload["last_media_at"] = word.last_media_at
        return await self._store(make_event(RECEIVER_EVENT, said_at, payload, now), "receiver")

    async def _signed_body(
        self, request: Request, prefix: str, keys: list[str]
    ) -> tuple[bytes, str] | Response:
        """Read a body and the key that signed it, or return the refusal."""
        address = client_address(request)
        if self._forgeries.is_exceeded(address):
            return _refusal(429, "too many requests with a wrong signature")
        try:
            async with asyncio.timeout(READ_S):
                body = await _read(request)
        except TooLargeError:
            return _refusal(413, "larger than 2 MB")
        except TimeoutError:
            return _refusal(408, "the body takes too long", {"Connection": "close"})
        timestamp = request.headers.get(f"{prefix}-request-timestamp", "")
        signature = request.headers.get(f"{prefix}-signature", "")
        if key := signing_key(keys, timestamp, body, signature, self._clock() / 1000):
            return body, key
        self._forgeries.count(address)
        return _refusal(401, "wrong signature or time")

    async def _store(self, event: Event, request_id: str) -> Response:
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._route(event)
        except (TimeoutError, OSError, NatsError, ConflictError) as error:
            log.warning("not stored: %s (request %.64s)", type(error).__name__, request_id)
            return _refusal(503, "not stored; send it again")
        log.info("stored %s (request %.64s)", event.name, request_id)
        return Response(status_code=204)


def _validate(event: Event, secret: str) -> Response:
    plain = as_id(event.payload.get("plainToken"))
    if not plain or not _PLAIN_TOKEN.fullmatch(plain):
        return _refusal(400, "no plainToken")
    answer = {"plainToken": plain, "encryptedToken": encrypted_token(secret, plain)}
    return JSONResponse(answer)


async def _read(request: Request) -> bytes:
    """Read a body, but never more than Zoom sends, whatever its header says."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        raise TooLargeError
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLargeError
    return bytes(body)


def _refusal(status: int, error: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": error}, status_code=status, headers=headers)
