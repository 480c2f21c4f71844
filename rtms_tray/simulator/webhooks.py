"""Zoom's webhooks: every event as a signed POST to one URL, sent again where nobody takes it.

The signature is `v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}` with the app's secret token; an
answer of 500 or more, or none within three seconds, lets Zoom try again after 5, 20 and 60 minutes
(https://developers.zoom.us/docs/api/webhooks/).
"""

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.payloads import Json

if TYPE_CHECKING:
    from httpx2 import AsyncClient

ANSWER_S = 3.0
SERVER_ERROR = 500


class Webhooks:
    """Sends events to the URL in the settings, while there is one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world = engine.world
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: AsyncClient | None = None
        self.answers: list[int] = []
        """The status of every answer so far; 0: there was none."""
        self.sent_again: set[bytes] = set()
        """The bodies of those that had to be sent more than once."""

    def deliver(self, event: Json) -> bool:
        """Begin to send an event; False: there is no URL to send it to."""
        if not self._world.settings.webhook_url:
            return False
        self._send(json.dumps(event).encode(), 0)
        return True

    async def settle(self) -> None:
        """Wait until everything that is on its way has been answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Stop sending."""
        for task in self._tasks:
            task.cancel()
        await self.settle()
        if self._client is not None:
            await self._client.aclose()

    def _send(self, body: bytes, attempt: int) -> None:
        task = asyncio.get_running_loop().create_task(self._try(body, attempt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try(self, body: bytes, attempt: int) -> None:
        status = await self._post(body)
        self.answers.append(status)
        retries_s = self._world.settings.webhook_retries_s
        if 0 < status < SERVER_ERROR or attempt == len(retries_s):
            return
        again = retries_s[attempt]
        self.sent_again.add(body)
        self._engine.call_later("webhook_retry", lambda: self._send(body, attempt + 1), again)

    async def _post(self, body: bytes) -> int:
        from httpx2 import AsyncClient, HTTPError  # noqa: PLC0415 - few simulations have webhooks

        if self._client is None:
            self._client = AsyncClient(timeout=ANSWER_S, trust_env=False)
        url = self._world.settings.webhook_url
        try:
            reply = await self._client.post(url, content=body, headers=self._headers(body))
        except HTTPError:
            return 0
        return reply.status_code

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(self._engine.now() // 1000)
        message = b"v0:" + timestamp.encode() + b":" + body
        key = self._world.app.webhook_secret.encode()
        return {
            "content-type": "application/json",
            "user-agent": "Zoom Marketplace/1.0a",
            "clientid": self._world.app.client_id,
            "x-zm-request-id": f"request-{len(self.answers)}",
            "x-zm-request-timestamp": timestamp,
            "x-zm-signature": "v0=" + hmac.new(key, message, hashlib.sha256).hexdigest(),
        }
