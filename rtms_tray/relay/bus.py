"""This instance's one connection to NATS: a server of its own, or a cluster."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import SlowConsumerError

log = logging.getLogger(__name__)

FIRST_S: Final = 15.0
"""How long the first connection may take; later ones are tried for as long as it takes."""
_CONNECT_S: Final = 5
_RETRY_S: Final = 1
_PING_S: Final = 5

Listener = Callable[[], Awaitable[None]]


async def connect(
    urls: list[str],
    token: str,
    on_lost: Listener,
    on_back: Listener,
    limit_s: float = FIRST_S,
) -> Client:
    """Connect, and stay connected; raises NatsError or OSError if not even once.

    `on_back` runs after each reconnection, and after messages were dropped because this instance was slow.
    """
    client = Client()

    async def lost() -> None:
        if client.is_closed:
            return
        log.warning("the connection to NATS is lost")
        await on_lost()

    async def back() -> None:
        log.warning("the connection to NATS is back")
        await on_back()

    async def failed(error: Exception) -> None:
        if isinstance(error, SlowConsumerError):
            await on_back()
        log.warning("NATS: %s", type(error).__name__)

    connecting = client.connect(
        urls,
        name="rtms-tray relay",
        token=token or None,
        connect_timeout=_CONNECT_S,
        reconnect_time_wait=_RETRY_S,
        max_reconnect_attempts=-1,
        ping_interval=_PING_S,
        max_outstanding_pings=2,
        disconnected_cb=lost,
        reconnected_cb=back,
        error_cb=failed,
    )
    try:
        await asyncio.wait_for(connecting, limit_s)  # it would try for ever
    except BaseException:
        await client.close()
        raise
    return client


async def subscribe(client: Client, subject: str, receive: Callable[[Msg], None]) -> Subscription:
    """Have messages received as they are read: thousands of subscriptions need no queue and no task of their own."""
    subscription = await client.subscribe(subject)
    straight = _Straight(subscription, receive)
    subscription._pending_queue = straight  # type: ignore[assignment] # noqa: SLF001 - the library has no other way
    subscription._message_iterator = None  # noqa: SLF001 - it would wait at that queue
    return subscription


class _Straight:
    """Stands in for a subscription's queue."""

    __slots__ = ("_receive", "_subscription")

    def __init__(self, subscription: Subscription, receive: Callable[[Msg], None]) -> None:
        self._subscription = subscription
        self._receive = receive

    def put_nowait(self, message: Msg) -> None:
        """Receive a message; a failure ends neither the subscription nor the connection."""
        self._subscription._pending_size -= len(message.data)  # noqa: SLF001 - nothing is pending
        try:
            self._receive(message)
        except Exception:
            log.exception("a message could not be received")
