"""The soak's simulated Zoom and a busy account's day at it: meetings by the hundred, and a feed with faults.

A process of its own: `python -m tests.soak.zoom SEED PACE…`.
"""

import asyncio
import itertools
import sys
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any, Final

from rtms_tray.simulator import Simulator, scenarios
from rtms_tray.simulator.engine import ConflictError
from rtms_tray.simulator.event_socket import FeedFaults
from rtms_tray.simulator.faults import Fault
from tests.soak.process import Json, Pace, PacedLoop, from_words, say, serve

if TYPE_CHECKING:
    from collections.abc import Callable

MINE: Final = tuple(98_700_000_000 + place for place in range(12))
"""Meetings that come again and again; the user of the program asks for them."""
_FIRST_STRANGER: Final = 91_000_000_000
_HOSTS: Final = ("host", "colleague", "owner", "outsider")
_ANSWERS: Final = ("approve", "deny", "ignore", "ask")
_ACTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("approve", {}), ("approve", {}), ("deny", {}), ("ignore", {}), ("host_leaves", {}),
    ("host_joins", {}), ("owner_leaves", {}), ("owner_joins", {}), ("owner_joins", {}),
    ("sharing_off", {}), ("all_apps_off", {}), ("sharing_on", {}), ("sharing_on", {}),
    ("host_stops", {}), ("hand_off", {"to": "inside"}), ("hand_off", {"to": "outside"}),
    ("open_breakout", {}), ("open_breakout", {"who": "colleague"}), ("close_breakout", {}),
    ("close_breakout", {}), ("close_breakout", {"who": "colleague"}), ("close_rooms", {}),
    ("open_breakout", {"who": "host"}), ("close_rooms", {"events": False}), ("change_room", {}),
    ("second_device_joins", {}), ("second_device_leaves", {}), ("reconnects", {"left_after_s": 91}),
    ("pause_in_zoom", {}), ("resume_in_zoom", {}), ("interrupt_receiver", {}),
    ("receiver_back", {}), ("receiver_timeout", {}), ("new_server", {}), ("revoke", {}),
    ("admin_disables", {}), ("starts_in_zoom", {}), ("starts_in_zoom", {"who": "colleague"}),
    ("starts_in_zoom", {"who": "another"}), ("stop", {"reason": 6}), ("concurrency_limited", {}),
)  # fmt: skip


class Day:
    """Plays; everything is drawn from one seed, and lengths are seconds of the day."""

    def __init__(self, zoom: Simulator, seed: int) -> None:
        self._zoom = zoom
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose
        self._strangers = itertools.count(_FIRST_STRANGER)
        self.played = 0

    async def go_on(self, hours: float) -> None:
        """Let that much of the day pass; at its end every meeting is over."""
        seconds = hours * 3600
        async with asyncio.TaskGroup() as group:
            playing = [
                *(group.create_task(self._recurring(number)) for number in MINE),
                *(group.create_task(self._other_people()) for _ in range(4)),
                group.create_task(self._bad_feed()),
                group.create_task(self._bad_replies()),
            ]
            await asyncio.sleep(seconds)
            for task in playing:
                task.cancel()
        await self._end_all()

    async def burst(self, meetings: int) -> None:
        """Let so many meetings of other people begin and end in a row."""
        for _ in range(meetings):
            number = next(self._strangers)
            self._put(number, host="colleague", owner="colleague")
            for name in ("owner_joins", "starts_in_zoom", "end_meeting"):
                self._act(number, name, who="colleague")
            self._forget(number)
            await asyncio.sleep(2)

    async def _end_all(self) -> None:
        """Mend everything, and end every meeting once it can be heard of."""
        self._zoom.faults.clear()
        self._zoom.feed.faults = FeedFaults()
        await asyncio.sleep(90)
        for number in list(self._zoom.world.meetings):
            self._act(number, "end_meeting")
        self._zoom.engine.schedule.clear()

    # --- meetings ---------------------------------------------------------------------------------

    async def _recurring(self, number: int) -> None:
        """One of the user's own meetings, over and over."""
        await self._while(0, 900)
        while True:
            self._put(number, **self._circumstances())
            if self._random.random() < 0.8:
                self._act(number, "host_joins")
            self._act(number, "owner_joins")
            for _ in range(self._random.randrange(4, 14)):
                await self._while(20, 240)
                name, details = self._random.choice(_ACTS)
                self._act(number, name, **details)
            self._act(number, "end_meeting")
            await self._while(60, 900)

    async def _other_people(self) -> None:
        """Meetings that nobody here asks for, some of them captured for somebody else."""
        while True:
            number = next(self._strangers)
            self._put(number, host="colleague", owner=self._random.choice(("colleague", "another")))
            self._act(number, "host_joins")
            self._act(number, "owner_joins")
            await self._while(10, 60)
            self._act(number, "starts_in_zoom")
            for _ in range(self._random.randrange(6)):
                await self._while(10, 60)
                name, details = self._random.choice(_ACTS)
                self._act(number, name, **details)
            self._act(number, "end_meeting")
            self._forget(number)

    def _circumstances(self) -> dict[str, Any]:
        chance = self._random.random
        return {
            "host": self._random.choice(_HOSTS),
            "host_now": "",
            "others": [],
            "host_has_app": chance() < 0.85,
            "host_org_rtms_enabled": chance() < 0.95,
            "allow_listed": chance() < 0.95,
            "sharing_on": True,
            "approval_required": chance() < 0.4,
            "approval": self._random.choice(_ANSWERS),
            "auto_start_enabled": chance() < 0.2,
            "owner_client_version": "6.6.1" if chance() < 0.95 else "6.4.0",
            "owner_present": False,
            "host_present": False,
        }

    def _put(self, number: int, **fields: Any) -> None:  # noqa: ANN401 - a meeting's own
        scenarios.put_meeting(self._zoom.engine, {"number": number, **fields})

    def _act(self, number: int, name: str, **details: Any) -> None:  # noqa: ANN401 - any JSON
        with suppress(ConflictError):
            self._zoom.act(number, name, **details)
            self.played += 1
        world = self._zoom.world
        world.events.clear()  # the day is long, and nobody looks back
        world.requests.clear()

    def _forget(self, number: int) -> None:
        del self._zoom.world.meetings[number]

    async def _while(self, shortest: float, longest: float) -> None:
        await asyncio.sleep(self._random.uniform(shortest, longest))

    # --- what goes wrong --------------------------------------------------------------------------

    async def _bad_feed(self) -> None:
        feed = self._zoom.feed
        while True:
            await self._while(300, 1200)
            match self._random.choice(("cut", "cut", "kick", "refuse", "silence", "duplicate")):
                case "cut":
                    feed.cut()
                case "kick":
                    feed.kick(1)
                case fault:
                    setattr(feed.faults, fault, True)
                    feed.cut()
                    await self._while(20, 120)
                    setattr(feed.faults, fault, False)

    async def _bad_replies(self) -> None:
        faults: tuple[Callable[[], Fault], ...] = (
            lambda: Fault(path="/v2/", status=500, times=2),
            lambda: Fault(path="/v2/", status=503, times=5),
            lambda: Fault(path="/v2/", status=429, headers={"retry-after": "2"}),
            lambda: Fault(path="/v2/", drop=True),
            lambda: Fault(path="/v2/", lose_reply=True),
            lambda: Fault(path="/v2/", status=200, body="{"),
            lambda: Fault(path="/oauth/token", status=500),
        )
        while True:
            await self._while(120, 600)
            self._zoom.faults.add(self._random.choice(faults)())


async def _main(pace: Pace, seed: int) -> None:
    async with Simulator(progression="timed", clock=pace, seed=seed) as zoom:
        zoom.world.settings.consent = "allow"
        day = Day(zoom, seed)

        async def perform(command: Json) -> Json:
            match command["do"]:
                case "burst":
                    await day.burst(command["meetings"])
                case "go on":
                    await day.go_on(command["hours"])
                case "sleep":
                    pace.slept_s += command["seconds"]
            return {"played": day.played, "living": len(zoom.grants.active)}

        say(dict(zoom.addresses()))
        await serve(perform)


def main() -> None:
    """Serve until standard input ends."""
    pace = from_words(sys.argv[2:])
    with asyncio.Runner(loop_factory=lambda: PacedLoop(pace)) as runner:
        runner.run(_main(pace, int(sys.argv[1])))


if __name__ == "__main__":
    main()
