"""The whole program without its windows, connected to a simulator or to a proxy in front of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from rtms_tray.capture.session import Session
from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.demo import demo_environment
from rtms_tray.runtime.connector import ClientMeetings, Dependencies
from rtms_tray.runtime.program import Program
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import SecretStore, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.units import Millis
from rtms_tray.zoom.exchanges import Exchanges
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.http_client import make_http
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.stores import LockedStore

if TYPE_CHECKING:
    from rtms_tray.capture.effects import AlertEffect
    from rtms_tray.presentation.view_model import Overview

NUMBER = 98712345670
MEETING = str(NUMBER)
OTHER = "98712345671"
LATER = "98712345672"
RTMS_PATH = r"/rtms_app/status$"
LIMIT_S = 15.0
_POLL_S = 0.02

FAST_TIMING = Timing(
    open_s=3.0,
    build_s=1.0,
    heartbeat_s=0.4,
    answer_s=0.3,
    close_s=0.5,
    good_after_s=0.5,
    first_delay_s=0.05,
    last_delay_s=0.3,
    first_slow_delay_s=0.2,
    last_slow_delay_s=0.5,
    overlap_s=0.5,
)
"""The event socket's timing, a fiftieth of what users get, in the same proportions."""


class ShiftedClock:
    """The system clock, moved `ahead` by some milliseconds."""

    def __init__(self, ahead: Millis = 0) -> None:
        self._clock = SystemClock()
        self.ahead = ahead

    def __call__(self) -> Millis:
        """Return the time."""
        return self._clock() + self.ahead


class ProgramHarness:
    """A running program with its commands; `opened_urls` went to the browser."""

    def __init__(self, zoom: Simulator, profile: Profile, program: Program) -> None:
        self.zoom = zoom
        self.profile = profile
        self.program = program
        self.opened_urls: list[str] = []
        self.shown_windows: list[str | None] = []
        self.overviews: list[Overview] = []
        self.alerts: list[AlertEffect] = []
        self.ended = False
        self.browser: Callable[[str], bool] = lambda _url: True
        self.commands = CommandDispatcher(
            program,
            open_url=self._open,
            show_window=lambda session, _part: self.shown_windows.append(session),
            quit_program=self._end,
        )
        self._visits: set[asyncio.Task[object]] = set()

    def _open(self, url: str) -> bool:
        self.opened_urls.append(url)
        return self.browser(url)

    def _end(self) -> None:
        self.ended = True

    # --- what the user and Zoom do ----------------------------------------------------------------

    async def do(self, name: str, **arguments: str) -> Answer:
        """Perform a command; its progress messages are ignored."""
        return await self.commands.perform(Command(name, arguments), lambda _message: None)

    async def sign_in(self, choice: str = "allow", **arguments: str) -> Answer:
        """Sign in, with a browser that opens and answers at once."""
        async with make_http() as http:

            def visit(message: Mapping[str, object]) -> None:
                url = f"{message['authorize_url']}&auto={choice}"
                task: asyncio.Task[object] = asyncio.create_task(_follow(http, url))
                self._visits.add(task)

            command = Command("sign-in", {"browser": "no", **arguments})
            answer = await self.commands.perform(command, visit)
            await asyncio.gather(*self._visits)
            self._visits.clear()
        return answer

    def act(self, name: str, number: int = NUMBER, **details: object) -> None:
        """Perform an action in a meeting, with everything that follows from it."""
        self.zoom.act(number, name, **details)
        self.run_schedule()

    async def share(self) -> None:
        """Have the first meeting captured: the user asks, the host approves."""
        await self.do("start", meeting=MEETING)
        self.act("approve")
        await self.wait_for_state("sharing")

    def run_schedule(self) -> None:
        """Let everything happen that is scheduled at Zoom, timeouts too."""
        self.zoom.engine.step(None)

    def fail_next_request(self, **fields: Any) -> None:  # noqa: ANN401 - those of Fault
        """Let the next request about a stream fail."""
        self.zoom.faults.add(Fault(**{"path": RTMS_PATH, **fields}))

    # --- what the program shows -------------------------------------------------------------------

    async def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something, whether or not the program reports it; fails after a while."""
        for _ in range(round(LIMIT_S / _POLL_S)):
            if await self.program.changes.until(is_so, _POLL_S):
                return
        raise AssertionError(str(self.program.overview()))

    async def wait_for_state(self, state: str, number: str = MEETING) -> Session:
        """Wait until the newest session of a meeting is in a state."""
        await self.wait_until(
            lambda: self.has_session(number) and self.session(number).state == state
        )
        return self.session(number)

    async def wait_for_feed(self) -> None:
        """Wait until the event feed is connected."""
        await self.wait_until(lambda: self.program.watcher.feed.connected)

    def has_session(self, number: str = MEETING) -> bool:
        """Whether there is a session of this meeting."""
        return bool(self._sessions(number))

    def session(self, number: str = MEETING) -> Session:
        """Return the newest session of a meeting."""
        return self._sessions(number)[-1]

    def notice_codes(self) -> set[str]:
        """Return the codes of the notices that are shown."""
        return {notice.code for notice in self.program.overview().notices}

    async def status_json(self) -> dict[str, object]:
        """Return the status JSON."""
        data = (await self.do("status")).data
        assert isinstance(data, dict)
        return data

    def count_requests(self, action: str = "start") -> int:
        """Count the requests of this kind that reached Zoom."""
        return sum(request["action"] == action for request in self.zoom.world.requests)

    def _sessions(self, number: str) -> list[Session]:
        sessions = self.program.watcher.board.sessions
        return [session for session in sessions if session.meeting.number == number]


async def _follow(http: httpx2.AsyncClient, url: str) -> None:
    reply = await http.get(url)
    if location := reply.headers.get("location"):
        await http.get(location)


# --- setting up ---------------------------------------------------------------------------------


def manual_simulator() -> Simulator:
    """Create a simulator in which nothing happens on its own."""
    return Simulator(progression="manual")


def make_profile(
    folder: Path, zoom: Simulator, proxy: FaultProxy | None = None, /, **settings: str
) -> Profile:
    """Create a profile for the simulator; in names of settings, `__` stands for a dot."""
    profile = demo_environment.profile_in(folder)
    demo_environment.write_settings(profile, _addresses(zoom, proxy))
    for key, value in settings.items():
        set_value(profile.settings_file, key.replace("__", "."), value)
    return profile


async def make_secrets(zoom: Simulator, proxy: FaultProxy | None = None) -> LockedStore:
    """Create a store, unlocked, with the client secret of the simulator's app."""
    store = LockedStore()
    oauth_url = _addresses(zoom, proxy)["oauth_url"]
    name = secret_name("client_secret", "custom", oauth_url, zoom.client_id)
    await store.save(name, zoom.client_secret)
    return store


def _addresses(zoom: Simulator, proxy: FaultProxy | None) -> dict[str, str]:
    addresses = dict(zoom.addresses())
    if proxy is not None:
        for name in ("oauth_url", "api_url", "events_url"):
            addresses[name] = proxy.address(addresses[name])
    return addresses


@contextlib.asynccontextmanager
async def run_program(
    zoom: Simulator,
    profile: Profile,
    store: SecretStore,
    clock: Clock | None = None,
    timing: Timing | None = None,
    *,
    start: bool = True,
    client_meetings: ClientMeetings | None = None,
) -> AsyncIterator[ProgramHarness]:
    """Run the program; afterwards no task of it is left."""
    time = clock or SystemClock()
    exchanges = Exchanges(time)
    async with make_http(exchanges) as http:
        outside = Dependencies(
            profile,
            store,
            http,
            time,
            None,
            client_meetings,
            timing=timing or Timing(),
            exchanges=exchanges,
        )
        harness = ProgramHarness(zoom, profile, Program(outside))
        program = harness.program
        program.listen(harness.overviews.append, harness.alerts.append)
        try:
            await (program.start() if start else program.reload())
            yield harness
        finally:
            await program.close()


@contextlib.asynccontextmanager
async def run_signed_in(
    zoom: Simulator,
    profile: Profile,
    store: SecretStore,
    clock: Clock | None = None,
    timing: Timing | None = None,
) -> AsyncIterator[ProgramHarness]:
    """Run the program, signed in and with its feed connected."""
    async with run_program(zoom, profile, store, clock, timing) as harness:
        answer = await harness.sign_in()
        assert answer.exit is Exit.DONE, answer
        await harness.wait_for_feed()
        yield harness
