"""`rtms-tray relay check`: whether this relay can run as it is set up, and what it can promise."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final, Literal

import httpx2
import msgspec
from nats.errors import Error as NatsError
from nats.js.api import StreamInfo

from rtms_tray.relay import bus, nats_server
from rtms_tray.relay.journal import STREAM
from rtms_tray.relay.nats_server import NatsServerError
from rtms_tray.relay.settings import Settings
from rtms_tray.support.files import private_folder

_SHORT_SECRET: Final = 16
_LIMIT_S: Final = 3.0
_SERVER_ERROR: Final = 500
_OLDEST_IN_CLUSTER: Final = (2, 10)
"""Before it, three nodes were seen to lose an event after one of them had been killed or cut off."""
Level = Literal["ok", "warning", "broken"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was checked."""

    level: Level
    text: str


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Check one thing after the other."""
    for finding in _of_settings(settings):
        yield finding
    yield await _of_zoom(settings)
    if settings.nats_urls:
        async for finding in _of_cluster(settings):
            yield finding
    else:
        for finding in _of_own_server(settings):
            yield finding


def _of_settings(settings: Settings) -> Iterator[Finding]:
    keys = [*settings.webhook_secrets, *settings.receiver_keys]
    if any(len(key) < _SHORT_SECRET for key in keys):
        yield Finding("broken", f"A secret has fewer than {_SHORT_SECRET} characters.")
    if not settings.public_url.startswith("https:"):
        yield Finding("warning", "public_url is not https: Zoom and trays elsewhere cannot use it.")
    if not settings.receiver_keys:
        yield Finding(
            "warning", "receiver_keys is empty: the app's receiver cannot say what it gets."
        )
    yield Finding("ok", f"Settings are read; trays use {settings.origin}.")


async def _of_zoom(settings: Settings) -> Finding:
    try:
        async with httpx2.AsyncClient(timeout=_LIMIT_S) as client:
            reply = await client.get(f"{settings.zoom_api_url.rstrip('/')}/v2/users/me")
    except httpx2.HTTPError as error:
        return Finding("broken", f"Zoom's API cannot be reached: {type(error).__name__}.")
    if reply.status_code >= _SERVER_ERROR:
        return Finding("warning", f"Zoom's API answers {reply.status_code}.")
    return Finding("ok", "Zoom's API can be reached.")


def _of_own_server(settings: Settings) -> Iterator[Finding]:
    try:
        path = nats_server.find_program(settings.nats_server)
        private_folder(Path(settings.data_folder))
    except (NatsServerError, OSError) as error:
        yield Finding("broken", str(error))
        return
    found = ".".join(map(str, nats_server.version(path)))
    if nats_server.syncs_always(path):
        yield Finding(
            "ok", f"nats-server {found} writes every event to the disk before Zoom gets its 2xx."
        )
    else:
        text = "cannot write every event to the disk at once: a power cut may lose the last two minutes."
        yield Finding("warning", f"nats-server {found} {text} 2.10 or newer can.")


async def _of_cluster(settings: Settings, limit_s: float = _LIMIT_S) -> AsyncIterator[Finding]:
    async def ignore() -> None:
        pass

    try:
        nats = await bus.connect(settings.nats_urls, "", ignore, ignore, limit_s)
    except (NatsError, OSError) as error:
        yield Finding("broken", f"NATS cannot be reached: {type(error).__name__}.")
        return
    try:
        version = nats.connected_server_version
        yield Finding("ok", f"NATS {version} can be reached.")
        if settings.replicas > 1 and (version.major, version.minor) < _OLDEST_IN_CLUSTER:
            yield Finding(
                "warning", "Nodes older than 2.10 can lose an event after one of them was lost."
            )
        info = await nats.jetstream(timeout=_LIMIT_S).stream_info(STREAM)
        yield _of_replicas(settings, info)
    except NatsError as error:
        yield Finding("warning", f"The stream is not there yet: {type(error).__name__}.")
    finally:
        await nats.close()


def _of_replicas(settings: Settings, info: StreamInfo) -> Finding:
    followers = (info.cluster.replicas or []) if info.cluster else []
    current = 1 + sum(bool(peer.current) for peer in followers)
    if settings.replicas == 1:
        text = "One replica: an acknowledged event is on one node; set sync_interval: always there."
        return Finding("warning", text)
    if current < settings.replicas:
        return Finding("broken", f"Only {current} of {settings.replicas} replicas are up to date.")
    return Finding("ok", f"An acknowledged event is on a majority of {settings.replicas} nodes.")
