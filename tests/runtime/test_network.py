"""The HTTP client: no proxy towards this machine, no redirects, a limit on every call."""

import asyncio
import os
import sys

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.zoom.http_client import CALL_LIMIT_S, make_http

_ASK_THROUGH_A_PROXY = """
import asyncio, sys
from rtms_tray.zoom.http_client import make_http

async def main():
    async with make_http() as http:
        for host in ("127.0.0.1", "localhost"):
            reply = await http.get(f"http://{host}:{sys.argv[1]}/control/state")
            assert reply.status_code == 200, reply

asyncio.run(main())
"""


async def test_a_proxy_is_not_asked_for_this_machine(zoom: Simulator) -> None:
    nowhere = "http://127.0.0.1:1"
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), nowhere)
    python = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ASK_THROUGH_A_PROXY, zoom.oauth_url.rpartition(":")[2],
        env={**os.environ, **proxies},
    )  # fmt: skip
    assert await python.wait() == 0


@pytest.mark.promise("only https and wss, except on this computer")
async def test_redirects_are_not_followed(zoom: Simulator) -> None:
    async with make_http() as http:
        assert not http.follow_redirects
        assert http.timeout.read == CALL_LIMIT_S
        reply = await http.get(f"{zoom.control_url}/state")
    assert reply.request.headers["user-agent"] == "rtms-tray"
