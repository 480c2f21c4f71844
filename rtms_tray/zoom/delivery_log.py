"""Zoom's log of an app's webhook deliveries, with the events themselves: `GET /marketplace/apps/{appId}/webhook_logs`.

It goes back seven days. Only the account of the app's developer may read it, with the scope `marketplace_app:read`.
Deliveries over the event WebSocket are not in it: the app needs a webhook, too.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from rtms_tray.capture.events import Outcome
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import HOUR, SECOND, Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.json_values import JsonObject, as_id, as_moment, as_object, parse_object
from rtms_tray.zoom.replies import Reply
from rtms_tray.zoom.rest import Bearer, trouble_of

if TYPE_CHECKING:
    import httpx2

LOG_SCOPE: Final = "marketplace_app:read"
KEPT_FOR: Final[Millis] = 7 * 24 * HOUR
MOST_PAGES: Final = 20
PAGE_SIZE: Final = 100
"""A page must not become larger than an answer may be; Zoom allows 300."""
_ALL: Final = "1"  # `type`: by default only failed deliveries are listed
_OWN: Final = "endpoint."
"""Events with which Zoom only checks the webhook's address."""


class LogEntry(Frozen):
    """A delivery: to which subscription, and the event as it was sent; `at` is its `event_ts`."""

    subscription: str
    name: str
    raw: str
    at: Millis
    digest: bytes


class LogRead(Frozen):
    """What the log says of a span of time; unless `complete`, something is missing of what it has."""

    entries: tuple[LogEntry, ...] = ()
    complete: bool = True
    zoom_ahead: Millis = 0


class LogRefused(ZoomTrouble):
    """Zoom does not show the log; `wait_s` is how long it wants to be left alone, where it says so."""

    def __init__(self, reply: Reply) -> None:
        trouble = trouble_of(reply)
        self.code, self.says = trouble.code, trouble.says
        self.text, self.remedy = trouble.text, trouble.remedy
        self.is_final = reply.reading.outcome not in {Outcome.RATE_LIMITED, Outcome.SERVER_TROUBLE}
        self.wait_s = reply.reading.retry_after_s
        Exception.__init__(self, f"{self.code}: {self.text}")


class DeliveryLog:
    """The log of one app."""

    def __init__(
        self, http: "httpx2.AsyncClient", app_id: str, clock: Callable[[], Millis]
    ) -> None:
        self._http = http
        self._path = f"marketplace/apps/{quote(app_id, safe='')}/webhook_logs"
        self._clock = clock

    async def read(self, bearer: Bearer, since: Millis, event: str = "") -> LogRead:
        """Read all deliveries since then, of one event or of all, page by page.

        Raises:
            LogRefused: Zoom does not show them.
            ZoomTrouble: Zoom could not be asked.
            SecretError: nor could the keyring.
        """
        from rtms_tray.zoom.rest_transport import CALL_LIMIT_S, Transport  # noqa: PLC0415 - loads an HTTP client

        transport = Transport(self._http, bearer, self._clock, CALL_LIMIT_S)
        params = self._params(since, event)
        entries: list[LogEntry] = []
        complete, ahead, token = True, 0, ""
        for _ in range(MOST_PAGES):
            more = {"next_page_token": token} if token else {}
            reply = await transport.call("GET", self._path, params={**params, **more})
            if reply.reading.outcome is not Outcome.ACCEPTED:
                raise LogRefused(reply)
            found, readable, token = read_page(reply.body, token)
            entries += found
            complete = complete and readable
            ahead = reply.zoom_ahead_ms or 0
            if not token:
                return LogRead(tuple(entries), complete, ahead)
        return LogRead(tuple(entries), False, ahead)

    def _params(self, since: Millis, event: str) -> dict[str, str]:
        params = {"type": _ALL, "page_size": str(PAGE_SIZE)}
        params |= {"from": _moment(since), "to": _moment(self._clock() + SECOND)}
        return params | ({"event": event} if event else {})


def read_page(body: bytes, token_before: str = "") -> tuple[list[LogEntry], bool, str]:
    """Read one page: its entries, whether that is all of it, and the token of the next one."""
    page = parse_object(body) or {}
    listed, token = page.get("webhook_logs"), page.get("next_page_token")
    if not isinstance(listed, list):
        return [], False, ""
    entries = [read_entry(as_object(one) or {}) for one in listed]
    readable = all(entry is not None for entry in entries)
    if not isinstance(token, str):
        token = ""
    if token and token == token_before:
        return list(_known(entries)), False, ""
    return list(_known(entries)), readable, token


def _known(entries: list[LogEntry | None]) -> Iterator[LogEntry]:
    return (one for one in entries if one is not None and not one.name.startswith(_OWN))


def read_entry(fields: JsonObject) -> LogEntry | None:
    """Read a delivery; None if it does not hold an event."""
    raw, subscription = fields.get("request_body"), as_id(fields.get("subscription_id"))
    event = parse_object(raw) if isinstance(raw, str) else None
    if not isinstance(raw, str) or event is None or subscription is None:
        return None
    name, at = event.get("event"), as_moment(event.get("event_ts"))
    digest = digest_of(raw)
    if not isinstance(name, str) or at is None or digest is None:
        return None
    return LogEntry(subscription, name, raw, at, digest)


def digest_of(raw: str) -> bytes | None:
    """Know an event again, whatever its blanks and the order of its fields; None: it is no JSON."""
    event = parse_object(raw)
    if event is None:
        return None
    return blake2b(msgspec.json.encode(event, order="sorted"), digest_size=16).digest()


def _moment(at: Millis) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
