"""The whole program without surfaces, behind a network that fails: quick in what it waits for."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from rtms_tray.demo import sandbox
from rtms_tray.runtime.network import make_http
from rtms_tray.runtime.program import Outside, Program
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, SecretStore
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.units import Millis
from rtms_tray.zoom.feeds.reconnect import Timing
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.zoom_world import House

QUICK = Timing(
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
"""The event socket's times, a fiftieth of what users get; their proportions are the same."""


class MovedClock:
    """A clock that runs as time does, `ahead` milliseconds ahead of it."""

    def __init__(self, ahead: Millis = 0) -> None:
        self._clock = SystemClock()
        self.ahead = ahead

    def __call__(self) -> Millis:
        """Tell the time."""
        return self._clock() + self.ahead


def addresses(zoom: Simulator, proxy: FaultProxy) -> dict[str, str]:
    """Name Zoom's places as they are reached through the proxy."""
    found = dict(zoom.addresses())
    for name in ("oauth_url", "api_url", "events_url"):
        found[name] = proxy.address(found[name])
    return found


def profile_behind(folder: Path, zoom: Simulator, proxy: FaultProxy, **settings: str) -> Profile:
    """Make a profile that leads to Zoom through the proxy; `__` in names stands for a dot."""
    profile = sandbox.throw_away_profile(folder)
    sandbox.set_up(profile, addresses(zoom, proxy))
    for key, value in settings.items():
        set_value(profile.settings_file, key.replace("__", "."), value)
    return profile


async def secrets_behind(zoom: Simulator, proxy: FaultProxy) -> MemoryStore:
    """A store with the client secret where the program looks for it."""
    return await sandbox.secrets_in_memory(addresses(zoom, proxy))


@contextlib.asynccontextmanager
async def program_behind(
    zoom: Simulator,
    profile: Profile,
    store: SecretStore,
    clock: Clock | None = None,
    timing: Timing = QUICK,
) -> AsyncIterator[House]:
    """Run the program; afterwards no task of it is left."""
    async with make_http() as http:
        program = Program(Outside(profile, store, http, clock or SystemClock(), timing=timing))
        house = House(zoom, profile, program)
        program.listen(house.views.append, house.heard.append)
        try:
            await program.start()
            yield house
        finally:
            await program.close()
