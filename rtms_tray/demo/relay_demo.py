"""The demo with a relay: a simulated Zoom, an app's relay that it sends its webhooks to, and the trays of two users.

All are processes of their own, as they are outside of the demo; the relay starts its nats-server itself. The page of
the app's vendor is `link_page`, in the browser.
"""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.demo.demo_environment import READY, temporary_folder
from rtms_tray.demo.link_page import SET_UP, SHOW, LinkPage, Person, set_up_link
from rtms_tray.store.profile import DEFAULT_PROFILE, HOME_VARIABLE, find_profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.child_processes import bound_to_this_process, own_program
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import language_in_use, text

if TYPE_CHECKING:
    import httpx2

PEOPLE: Final = (
    Person("owner", "Olive", "Owner", 98712345670, "Weekly review"),
    Person("another", "Anna", "Another", 98712345671, "Customer call"),
)
"""Two of the simulator's people; each brings the app to a meeting of the scenario `default`."""
NATS_SERVER: Final = "nats-server"
_PACKAGES: Final = ("nats", "jwt", "starlette", "uvicorn")
_START_S: Final = 40.0
_POLL_S: Final = 0.1
_END_S: Final = 15.0
_OK: Final = 200


class DemoError(Exception):
    """A part of the demo cannot be started; the text says why, in words for people."""


def missing() -> str:
    """Say what is not installed; empty: nothing is missing."""
    for package in _PACKAGES:
        if find_spec(package) is None:
            return text("cli.relay_not_installed", package=package)
    return "" if find_nats_server() else text("demo.relay.no_nats_server")


def find_nats_server() -> str | None:
    """Find nats-server: on the path, or beside the Python that runs this, where pip installs it."""
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), beside))
    return shutil.which(NATS_SERVER, path=path)


def run() -> int:
    """Run the demo until it is interrupted, or both trays were quit; returns the exit code."""
    if problem := missing():
        return _fail(problem)
    from rtms_tray.simulator import SimulatorThread  # noqa: PLC0415 - loads a whole server

    simulator = SimulatorThread(progression="immediate", switches={"access_tokens": "jwt"})
    try:
        zoom = simulator.start()
        with temporary_folder() as folder:
            return asyncio.run(RelayDemo(Path(folder), zoom).run())
    except DemoError as error:
        return _fail(str(error))
    finally:
        simulator.stop()


def _fail(problem: str) -> int:
    sys.stderr.write(f"{problem}\n")
    return Exit.REFUSED


class RelayDemo:
    """One run of the demo."""

    def __init__(self, folder: Path, zoom: Mapping[str, str]) -> None:
        self._folder = folder
        self._zoom = zoom
        self._tasks = Tasks()
        self._http: httpx2.AsyncClient
        self._link = ""

    async def run(self) -> int:
        """Start everything, wait for the end, and end everything."""
        from rtms_tray.zoom.http_client import make_http  # noqa: PLC0415 - loads an HTTP client

        ended = asyncio.Event()
        with _ending_on_signals(ended):
            async with make_http() as self._http, self._relay() as relay:
                self._link = set_up_link(self._zoom, relay)
                await self._prepare_meetings(relay)
                async with contextlib.AsyncExitStack() as stack:
                    trays = [await stack.enter_async_context(self._tray(who)) for who in PEOPLE]
                    page = LinkPage(PEOPLE, self._link, secrets.token_urlsafe(16), self.act)
                    url = await stack.enter_async_context(_served(page, self._tasks))
                    self._announce(url)
                    await self._until_over(ended, trays)
        return Exit.DONE

    async def act(self, who: Person, what: str) -> str:
        """Do what a button of the page says; returns what to read then."""
        if what == SET_UP:
            # Zoom's page offers the person whose link it was.
            await self._control("settings", {"user": who.key})
            answer = await self._tell_tray(who, Command("setup", {"given": self._link}))
            return answer or text("demo.relay.page.set_up_done", name=who.first_name)
        if what == SHOW:
            return await self._tell_tray(who, Command("show"))
        problem = await self._control(f"meetings/{who.meeting}/act", {"act": what})
        return problem or text(f"demo.relay.page.{what}_done", topic=who.topic)

    # --- the simulated Zoom -----------------------------------------------------------------------

    async def _prepare_meetings(self, relay: str) -> None:
        await self._control("settings", {"webhook_url": f"{relay}/zoom/webhook"})
        for who in PEOPLE:
            there = {"owner": who.key, "owner_present": True, "host_present": True}
            await self._control("meetings", {"number": who.meeting, **there})

    async def _control(self, what: str, values: Mapping[str, Any]) -> str:
        """Change something in the simulated Zoom; says why it cannot be, if so."""
        reply = await self._http.post(f"{self._zoom['control_url']}/{what}", json=values)
        return "" if reply.status_code == _OK else str(reply.json()["error"])

    # --- programs ---------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _relay(self) -> AsyncIterator[str]:
        """Run the vendor's relay; gives its address."""
        async with self._program(("relay",), self._relay_settings(), "relay", PIPE) as process:
            line = b""
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_START_S):
                    line = await cast("asyncio.StreamReader", process.stdout).readline()
            if not line:
                await _wait(
                    process
                )  # it is ending; asyncio complains of whoever signals it just then
                raise DemoError(text("demo.relay.failed", problem=self._last_words("relay")))
            yield str(json.loads(line)["relay_url"])

    def _relay_settings(self) -> Mapping[str, str]:
        ids = (self._zoom["client_id"], self._zoom["public_client_id"])
        values = {
            "PUBLIC_URL": "http://127.0.0.1:0",
            "PORT": "0",
            "CLIENT_IDS": ",".join(ids),
            "WEBHOOK_SECRETS": self._zoom["webhook_secret"],
            "ZOOM_API_URL": self._zoom["api_url"],
            "DATA_FOLDER": str(self._folder / "relay"),
            "NATS_SERVER": find_nats_server() or NATS_SERVER,
            "HEARTBEAT_S": "2",
        }
        return {f"RTMS_RELAY_{name}": value for name, value in values.items()}

    @contextlib.asynccontextmanager
    async def _tray(self, who: Person) -> AsyncIterator[Process]:
        """Run a user's tray: it knows the simulated Zoom, and no app yet."""
        file = find_profile(DEFAULT_PROFILE, self._home(who)).settings_file
        for key, value in {
            "zoom.environment": "custom",
            "zoom.oauth_url": self._zoom["oauth_url"],
            "zoom.api_url": self._zoom["api_url"],
            "appearance.topics": "true",
        }.items():
            set_value(file, key, value)
        async with self._program(("demo", "--tray"), self._home(who), who.key) as process:
            ends_at = monotonic() + _START_S
            while (await self._call(who, Command("status"))).exit is Exit.NOT_RUNNING:
                if process.returncode is not None or monotonic() > ends_at:
                    problem = self._last_words(who.key)
                    raise DemoError(text("demo.relay.tray_failed", problem=problem))
                await asyncio.sleep(_POLL_S)
            yield process

    async def _tell_tray(self, who: Person, command: Command) -> str:
        """Have the tray of this person do something, as the system does with a link; returns why not, if so."""
        answer = await self._call(who, command)
        return "" if answer.exit is Exit.DONE else answer.text

    async def _call(self, who: Person, command: Command) -> Answer:
        address = control_address(find_profile(DEFAULT_PROFILE, self._home(who)))
        return await asyncio.to_thread(call, address, command)

    def _home(self, who: Person) -> Mapping[str, str]:
        return {HOME_VARIABLE: str(self._folder / who.key)}

    @contextlib.asynccontextmanager
    async def _program(
        self, arguments: Sequence[str], environ: Mapping[str, str], name: str, out: int = DEVNULL
    ) -> AsyncIterator[Process]:
        """Run this program with other arguments; it ends with the block."""
        environ = {**os.environ, "LANGUAGE": language_in_use().code, **environ}
        command = [*bound_to_this_process(), *own_program(*arguments)]
        with (self._folder / f"{name}.log").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=DEVNULL,
                stdout=out,
                stderr=errors,
                env=environ,
                start_new_session=True,  # an interrupt in the terminal is this program's alone
            )
        try:
            yield process
        finally:
            await _end(process)

    def _last_words(self, name: str) -> str:
        lines = (self._folder / f"{name}.log").read_text("utf-8", "replace").splitlines()
        return lines[-1] if lines else ""

    # --- what is seen -----------------------------------------------------------------------------

    def _announce(self, url: str) -> None:
        for who in PEOPLE:
            home = self._home(who)[HOME_VARIABLE]
            sys.stdout.write(
                text("demo.relay.terminal.tray", name=who.first_name, folder=home) + "\n"
            )
        sys.stdout.write(text("demo.relay.terminal.page", url=url) + f"\n{READY}\n")
        sys.stdout.flush()
        self._tasks.spawn(_open_in_browser(url), "opening the page")

    async def _until_over(self, ended: asyncio.Event, trays: Sequence[Process]) -> None:
        """Wait until the demo is interrupted, or nobody has a tray any more."""

        async def all_quit() -> None:
            for tray in trays:
                await tray.wait()
            ended.set()

        self._tasks.spawn(all_quit(), "waiting for trays")
        try:
            await ended.wait()
        finally:
            await self._tasks.close()


@contextlib.asynccontextmanager
async def _served(page: LinkPage, tasks: Tasks) -> AsyncIterator[str]:
    """Serve the page on loopback; gives its address."""
    import uvicorn  # noqa: PLC0415 - loads a whole server

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave signals to the demo."""
            yield

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(page.app, lifespan="off", log_config=None, access_log=False)
        server = Server(config)
        serving = tasks.start(server.serve(sockets=[listener]), "serving the page")
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{page.path}"
        finally:
            server.should_exit = server.force_exit = True
            await asyncio.wait({serving})


async def _open_in_browser(url: str) -> None:
    """Open the page; what a browser says on the terminal is nobody's business."""
    command = (sys.executable, "-P", "-m", "webbrowser", url)
    opening = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    await opening.wait()


@contextlib.contextmanager
def _ending_on_signals(ended: asyncio.Event) -> Iterator[None]:
    """Set an event when this program is told to end."""
    loop, numbers = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(NotImplementedError):  # Windows: an interrupt cancels what runs
        for number in numbers:
            loop.add_signal_handler(number, ended.set)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in numbers:
                loop.remove_signal_handler(number)


async def _end(process: Process) -> None:
    """End a program: asked first, then made to."""
    for ask in (process.terminate, process.kill):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            ask()
        await _wait(process)


async def _wait(process: Process) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_END_S):
            await process.wait()
