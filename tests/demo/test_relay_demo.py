"""The demo with a relay: all of its programs run, the page's buttons reach them, and nothing stays."""

import asyncio
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx2
import pytest

from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.demo import relay_demo
from rtms_tray.demo.relay_demo import NATS_SERVER, DemoError, RelayDemo
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import find_profile
from rtms_tray.support.command_types import Command, Exit
from tests.helpers.desktop.waiting import wait_for

LIMIT_S = 60.0
needs_relay = pytest.mark.skipif(
    not (shutil.which(NATS_SERVER) and find_spec("nats") and find_spec("jwt")),
    reason="There is no nats-server here, or the extra “relay” is not installed.",
)


@pytest.fixture(autouse=True)
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let trays draw in memory, and no browser open."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("BROWSER", "true")


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    async with Simulator(switches={"access_tokens": "jwt"}) as simulator:
        yield simulator


@asynccontextmanager
async def running(
    folder: Path, zoom: Simulator, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[str]:
    """Run the demo; gives the page's address, and waits for the end."""
    demo = asyncio.create_task(RelayDemo(folder, zoom.addresses()).run())
    said = ""
    async with asyncio.timeout(LIMIT_S):
        while "demo: ready" not in said and not demo.done():
            await asyncio.sleep(0.05)
            said += capsys.readouterr().out
    found = re.search(r"http://\S+", said)
    assert found, said
    try:
        yield found[0]
    except BaseException:
        demo.cancel()
        raise
    async with asyncio.timeout(LIMIT_S):
        assert await demo is Exit.DONE


async def press(http: httpx2.AsyncClient, page: str, button: str) -> str:
    """Press a button; hand back the page that comes next."""
    reply = await http.post(f"{page}{button}", follow_redirects=True, timeout=LIMIT_S)
    assert reply.status_code == 200
    return reply.text


async def quit_tray(home: Path) -> None:
    """Quit a tray, and wait until it has gone."""
    address = control_address(find_profile(environ={"RTMS_TRAY_HOME": str(home)}))
    assert (await asyncio.to_thread(call, address, Command("quit"))).exit is Exit.DONE

    def has_gone() -> bool:
        return call(address, Command("status")).exit is Exit.NOT_RUNNING

    await asyncio.to_thread(wait_for, has_gone, LIMIT_S, "the tray to end")


@needs_relay
async def test_its_page_reaches_trays_and_meetings(
    tmp_path: Path, zoom: Simulator, http: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path, zoom, capsys) as page:
        first = await http.get(page)
        assert "rtms-tray:setup?name=Meeting+Notes" in first.text
        assert "Olive Owner" in first.text
        assert "role=" not in first.text
        assert "of Anna&#x27;s rtms-tray" not in await press(http, page, "another/show")
        assert "that Anna&#x27;s rtms-tray asks" in await press(http, page, "another/set_up")
        assert zoom.world.settings.user == "another", "the sign-in page offers her"
        assert "no request" in await press(http, page, "owner/approve")
        assert "You ended the capture" in await press(http, page, "owner/sharing_off")
        assert (await http.post(f"{page}owner/end_meeting")).status_code == 404
        assert (await http.post(f"{page}host/show")).status_code == 404
        assert (await http.post(page.rpartition("/")[0][:-1] + "x/owner/show")).status_code == 404
        await quit_tray(tmp_path / "owner")
        gone = await press(http, page, "owner/show")
        assert "rtms-tray is not running" in gone or "isn&#x27;t running" in gone
        await quit_tray(tmp_path / "another")


@needs_relay
async def test_it_ends_when_it_is_told_to(
    tmp_path: Path, zoom: Simulator, http: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path, zoom, capsys) as page:
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(httpx2.ConnectError):
        await http.get(page)
    address = control_address(find_profile(environ={"RTMS_TRAY_HOME": str(tmp_path / "owner")}))
    assert (await asyncio.to_thread(call, address, Command("show"))).exit is Exit.NOT_RUNNING


@needs_relay
async def test_a_tray_that_does_not_start_says_why(
    tmp_path: Path, zoom: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DemoError, match=r"A tray of the demo did not start: .*There is no display"):
        await RelayDemo(tmp_path, zoom.addresses()).run()


@pytest.mark.skipif(
    not (find_spec("nats") and find_spec("jwt")), reason="The extra “relay” is not installed."
)
async def test_a_relay_that_does_not_start_says_why(
    tmp_path: Path, zoom: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_demo, "find_nats_server", lambda: "/nowhere/nats-server")
    with pytest.raises(DemoError, match=r"The demo's relay did not start: .*/nowhere/nats-server"):
        await RelayDemo(tmp_path, zoom.addresses()).run()


def test_what_is_missing_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(relay_demo, "find_spec", lambda name: None if name == "jwt" else name)
    assert relay_demo.run() == Exit.REFUSED
    assert "the Python package “jwt”" in capsys.readouterr().err
    monkeypatch.setattr(relay_demo, "find_spec", lambda name: name)
    monkeypatch.setattr(relay_demo, "find_nats_server", lambda: None)
    assert relay_demo.run() == Exit.REFUSED
    assert capsys.readouterr().err.startswith("The demo with a relay needs nats-server")


def test_nats_server_is_found_beside_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert relay_demo.find_nats_server() is None
    program = tmp_path / NATS_SERVER
    program.write_text("")
    program.chmod(0o755)
    assert relay_demo.find_nats_server() == str(program)


def test_the_whole_demo_ends_with_a_sentence_where_a_part_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(_self: RelayDemo) -> int:
        raise DemoError("So it is.")

    monkeypatch.setattr(relay_demo, "missing", lambda: "")
    monkeypatch.setattr(RelayDemo, "run", fail)
    assert relay_demo.run() == Exit.REFUSED
    assert capsys.readouterr().err == "So it is.\n"
