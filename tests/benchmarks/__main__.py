"""Measures how light the program is, beside floors measured in the same run; README.md says how.

`python -m tests.benchmarks` measures at length; `--short` is for every change. Exits with 1 only where
a figure is far outside its reach.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    commands,
    events,
    machine,
    many_sessions,
    others,
    past_meetings,
    resting,
    starting,
)
from tests.benchmarks.effort import LONG, SHORT, Effort
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.station import Station, station

ON_DESKTOP: Final[dict[str, Callable[[Station, Effort], Iterator[Figure]]]] = {
    "starting": starting.figures,
    "memory": resting.memory_figures,
    "idle": resting.idle_figures,
    "commands": commands.figures,
    "events": events.figures,
    "ten sessions": events.figures_of_ten,
    "history": past_meetings.figures,
    "many sessions": many_sessions.figures,
    "others": others.figures,
}
RELAY: Final = "relay"
"""Needs no desktop, but nats-server and the extra `relay`; only measured when it is asked for."""

ONLY_AT_LENGTH: Final = {"ten sessions"}


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and judge."""
    given = _parse(arguments)
    effort = SHORT if given.short else LONG
    facts = machine.facts()
    print("  ".join(f"{name}: {fact}" for name, fact in facts.items()), flush=True)
    usual = [name for name in ON_DESKTOP if not (given.short and name in ONLY_AT_LENGTH)]
    figures = list(_measure(given.only or usual, effort))
    print(table(figures))
    if given.json:
        whole = {"machine": facts, "figures": [figure.as_json() for figure in figures]}
        given.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")
    return int(any(figure.far_outside for figure in figures))


def _measure(names: Sequence[str], effort: Effort) -> Iterator[Figure]:
    if RELAY in names:
        from tests.benchmarks.relay import figures as relay  # noqa: PLC0415 - an extra

        yield from relay.figures(effort)
    if on_desktop := [name for name in names if name != RELAY]:
        yield from _measure_on_desktop(on_desktop, effort)


def _measure_on_desktop(names: Sequence[str], effort: Effort) -> Iterator[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with station() as here:
        for name in names:
            began_at = time.monotonic()
            yield from ON_DESKTOP[name](here, effort)
            print(f"{name}: {time.monotonic() - began_at:.0f} s", file=sys.stderr, flush=True)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer samples: about a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every sample there")
    parser.add_argument(
        "--only", nargs="+", choices=[*ON_DESKTOP, RELAY], help="these groups alone"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
