"""The whole program without surfaces beside a simulated Zoom: real sockets, a profile of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from rtms_tray.capture.session import Session
from rtms_tray.commands.dispatcher import Orders
from rtms_tray.demo import sandbox
from rtms_tray.runtime.network import make_http
from rtms_tray.runtime.program import Outside, Program
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, SecretError, SecretStore, Trouble
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.command_types import Answer, Command, Exit

if TYPE_CHECKING:
    from rtms_tray.presentation.view_model import Overview
    from rtms_tray.runtime.watcher import Hearing

NUMBER = 98712345670
MEETING = str(NUMBER)
OTHER = "98712345671"
LATER = "98712345672"
RTMS = r"/rtms_app/status$"
LIMIT_S = 15.0
_LOOK_S = 0.02


class LockedStore(MemoryStore):
    """A keyring that can be locked or missing (`trouble`), and unlocked by `unlock`."""

    def __init__(self, trouble: Trouble | None = None) -> None:
        super().__init__()
        self.trouble = trouble
        self.unlocks = True  # whether the user answers its password window
        self.loaded: list[str] = []

    async def load(self, name: str) -> str | None:
        """Read, unless locked."""
        self.loaded.append(name)
        self._check()
        return await super().load(name)

    async def save(self, name: str, value: str) -> None:
        """Keep, unless locked."""
        self._check()
        await super().save(name, value)

    async def delete(self, name: str) -> None:
        """Forget, unless locked."""
        self._check()
        await super().delete(name)

    async def unlock(self) -> None:
        """Ask the user, who may leave the window unanswered."""
        if self.unlocks:
            self.trouble = None
        self._check()

    def _check(self) -> None:
        if self.trouble is not None:
            raise SecretError(self.trouble)


class House:
    """One running program with its orders; `opened` are addresses that went to the browser."""

    def __init__(self, zoom: Simulator, profile: Profile, program: Program) -> None:
        self.zoom = zoom
        self.profile = profile
        self.program = program
        self.opened: list[str] = []
        self.shown: list[str | None] = []
        self.views: list[Overview] = []
        self.heard: list[Hearing] = []
        self.ended = False
        self.browser: Callable[[str], bool] = lambda _url: True
        self.orders = Orders(
            program,
            open_url=self._open,
            show_window=self.shown.append,
            quit_program=self._end,
        )
        self._visits: set[asyncio.Task[object]] = set()

    def _open(self, url: str) -> bool:
        self.opened.append(url)
        return self.browser(url)

    def _end(self) -> None:
        self.ended = True

    async def do(self, name: str, **arguments: str) -> Answer:
        """Perform a command, and hear nothing on the way."""
        return await self.orders.perform(Command(name, arguments), lambda _said: None)

    async def sign_in(self, choice: str = "allow", **arguments: str) -> Answer:
        """Sign in as a user whose browser opens by itself and who chooses at once."""
        async with make_http() as http:

            def visit(said: Mapping[str, object]) -> None:
                url = f"{said['authorize_url']}&auto={choice}"
                task: asyncio.Task[object] = asyncio.create_task(_follow(http, url))
                self._visits.add(task)

            command = Command("sign-in", {"browser": "no", **arguments})
            answer = await self.orders.perform(command, visit)
            await asyncio.gather(*self._visits)
            self._visits.clear()
        return answer

    def act(self, name: str, number: int = NUMBER, **details: object) -> None:
        """Play somebody in a meeting; what follows from it happens at once."""
        self.zoom.act(number, name, **details)
        self.quiet()

    def quiet(self) -> None:
        """Let everything happen that is due at Zoom, time-outs too."""
        self.zoom.engine.step(None)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something, whether the program tells of it or not; fails after a while."""
        for _ in range(round(LIMIT_S / _LOOK_S)):
            if await self.program.changes.until(is_so, _LOOK_S):
                return
        raise AssertionError(str(self.program.overview()))

    async def state(self, state: str, number: str = MEETING) -> Session:
        """Wait until the newest session of a meeting is in a state."""
        await self.until(lambda: self.session(number).state == state if self.has(number) else False)
        return self.session(number)

    def has(self, number: str = MEETING) -> bool:
        """Whether there is a session of this meeting."""
        return any(one.meeting.number == number for one in self.program.watcher.board.sessions)

    def session(self, number: str = MEETING) -> Session:
        """The newest session of a meeting."""
        found = [one for one in self.program.watcher.board.sessions if one.meeting.number == number]
        return found[-1]

    async def connected(self) -> None:
        """Wait until events can come."""
        await self.until(lambda: self.program.watcher.feed.connected)

    def codes(self) -> set[str]:
        """The codes of the notices that are shown."""
        return {notice.code for notice in self.program.overview().notices}

    async def json(self) -> dict[str, object]:
        """The status JSON."""
        data = (await self.do("status")).data
        assert isinstance(data, dict)
        return data


async def _follow(http: httpx2.AsyncClient, url: str) -> None:
    reply = await http.get(url)
    if location := reply.headers.get("location"):
        await http.get(location)


def profile_in(folder: Path, zoom: Simulator, **settings: str) -> Profile:
    """Make a profile that leads to the simulated Zoom; settings are named with `__` for a dot."""
    from rtms_tray.store.settings_file import set_value  # noqa: PLC0415 - for the exceptions only

    profile = sandbox.throw_away_profile(folder)
    sandbox.set_up(profile, zoom.addresses())
    for key, value in settings.items():
        set_value(profile.settings_file, key.replace("__", "."), value)
    return profile


@contextlib.asynccontextmanager
async def house(
    zoom: Simulator, profile: Profile, store: SecretStore, *, watchful: bool = True
) -> AsyncIterator[House]:
    """Run the program; afterwards no task of it is left."""
    async with make_http() as http:
        program = Program(Outside(profile, store, http, SystemClock()))
        made = House(zoom, profile, program)
        program.listen(made.views.append, made.heard.append)
        try:
            await (program.start() if watchful else program.reload())
            yield made
        finally:
            await program.close()


@contextlib.asynccontextmanager
async def signed_in(zoom: Simulator, profile: Profile, store: SecretStore) -> AsyncIterator[House]:
    """Run the program, signed in and with its feed connected."""
    async with house(zoom, profile, store) as made:
        answer = await made.sign_in()
        assert answer.exit is Exit.DONE, answer
        await made.connected()
        yield made


def simulator() -> Simulator:
    """A simulated Zoom in which nothing happens by itself."""
    return Simulator(progression="manual")


async def secrets_of(zoom: Simulator) -> MemoryStore:
    """A store with the simulated app's client secret where the program looks for it."""
    return await sandbox.secrets_in_memory(zoom.addresses())


def fault(home: House, **fields: Any) -> None:  # noqa: ANN401 - those of Fault
    """Let the next request about a stream go wrong."""
    home.zoom.faults.add(Fault(**{"path": RTMS, **fields}))


def asked(home: House, action: str = "start") -> int:
    """How often Zoom was asked for something."""
    return sum(one["action"] == action for one in home.zoom.world.requests)
