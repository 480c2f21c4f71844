"""`rtms-tray relay` as a process, with the nats-server that it starts."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from rtms_tray.simulator import Simulator
from tests.helpers.nats_servers import PROGRAM
from tests.helpers.relay_harness import LIMIT_S, RECEIVER_KEY, SECRET


def relay_environ(zoom: Simulator, folder: Path, port: int = 0) -> dict[str, str]:
    """Return the settings of a relay of the simulator's app that brings its own nats-server."""
    return {
        "RTMS_RELAY_PUBLIC_URL": "http://127.0.0.1:0",
        "RTMS_RELAY_PORT": str(port),
        "RTMS_RELAY_CLIENT_IDS": f"{zoom.client_id},{zoom.public_client_id}",
        "RTMS_RELAY_WEBHOOK_SECRETS": f"{SECRET},{zoom.world.app.webhook_secret}",
        "RTMS_RELAY_RECEIVER_KEYS": RECEIVER_KEY,
        "RTMS_RELAY_ZOOM_API_URL": zoom.api_url,
        "RTMS_RELAY_DATA_FOLDER": str(folder),
        "RTMS_RELAY_NATS_SERVER": PROGRAM,
        "RTMS_RELAY_HEARTBEAT_S": "0.2",
    }


@asynccontextmanager
async def relay_process(environ: Mapping[str, str]) -> AsyncIterator[tuple[Process, str]]:
    """Run the command; give the process and the URL that it printed."""
    started_ = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "rtms_tray.relay"),
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, **environ},
    )
    try:
        assert started_.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            line = await started_.stdout.readline()
        yield started_, json.loads(line)["relay_url"]
    finally:
        if started_.returncode is None:
            started_.kill()
        await started_.communicate()
