"""The soak's simulated Zoom, a process of its own: `python -m tests.helpers.soak_zoom SEED PACE…`."""

import asyncio
import sys

from rtms_tray.simulator import Simulator
from tests.helpers.soak_day import Day
from tests.helpers.soak_lines import Json, say, serve
from tests.helpers.soak_time import Pace, PacedLoop, from_words


async def _main(pace: Pace, seed: int) -> None:
    async with Simulator(progression="timed", clock=pace, seed=seed) as zoom:
        zoom.world.settings.consent = "allow"
        day = Day(zoom, seed)

        async def perform(told: Json) -> Json:
            match told["do"]:
                case "burst":
                    await day.burst(told["meetings"])
                case "go on":
                    await day.go_on(told["hours"])
                case "sleep":
                    pace.slept_s += told["seconds"]
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
