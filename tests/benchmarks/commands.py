"""What people wait for at the command line, and how long it takes to load everything."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.station import PROGRAM, Station
from tests.helpers.running import ROOT

FLOOR_COMMAND: Final = (sys.executable, "-c", "import argparse, json, socket")
FLOOR_IMPORT: Final = (sys.executable, "-c", "import PySide6.QtWidgets, PySide6.QtSvg, asyncio")
AS_IT_STARTS: Final = """
from rtms_tray.desktop.first_icon import use_plain_imports
use_plain_imports()
import gc
gc.disable()
import rtms_tray.app
"""
ALL: Final = (sys.executable, "-c", AS_IT_STARTS)
STATUS_REACH: Final = 2.0
IMPORT_REACH: Final = 2.0
_MS: Final = 1000


def figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Run commands and their floors in turns."""
    environ = here.app.environ
    with here.running(PROGRAM):
        here.wait_until_up()
        status = _in_turns((*PROGRAM, "status"), FLOOR_COMMAND, environ, effort.commands)
    yield Figure("rtms-tray status", "ms", status[0], STATUS_REACH, status[1])
    loading = _in_turns(ALL, FLOOR_IMPORT, environ, effort.commands)
    yield Figure("import of the whole program", "ms", loading[0], IMPORT_REACH, loading[1])


def _in_turns(
    command: Sequence[str], floor: Sequence[str], environ: Mapping[str, str], pairs: int
) -> tuple[list[float], list[float]]:
    ours, floors = [], []
    for _ in range(pairs):
        floors.append(_took_ms(floor, environ))
        ours.append(_took_ms(command, environ))
    return ours, floors


def _took_ms(command: Sequence[str], environ: Mapping[str, str]) -> float:
    began_at = time.perf_counter()
    subprocess.run(command, env=dict(environ), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began_at) * _MS
