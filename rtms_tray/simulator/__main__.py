"""The command `rtms-tray simulate`: runs the simulator alone, and prints its addresses as JSON."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rtms_tray.simulator import Simulator, recordings, scenarios
from rtms_tray.simulator.replay import Replayed
from rtms_tray.simulator.settings import describe_switches


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; exit with 0, or with 1 if it could not start."""
    options = _parser().parse_args(argv)
    # Where a loop takes no signal handlers, Ctrl-C arrives as an exception.
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(_serve(options))
        except (OSError, ValueError) as error:
            sys.stderr.write(f"The simulator cannot start: {error}\n")
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rtms-tray simulate",
        description=main.__doc__,
        epilog=f"Switches for --set and POST /control/settings:\n{describe_switches()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default: any free port")
    parser.add_argument("--scenario", default="default", choices=scenarios.names())
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same IDs")
    parser.add_argument("--progression", default="timed", choices=("immediate", "manual", "timed"))
    parser.add_argument(
        "--set",
        action="append",
        type=_switch,
        default=[],
        metavar="NAME=VALUE",
        dest="switches",
        help="set a switch, such as breakout_stop_reason=null; can be repeated",
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="FILE",
        help="play a recording of `rtms-tray record` instead of a scenario; clicks, and what rtms-tray showed"
        " then, are printed when their time has come",
    )
    return parser


def _switch(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


async def _serve(options: argparse.Namespace) -> None:
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, end.set)
    options.switches = dict(options.switches)
    if options.replay is not None:
        options.scenario = Replayed(recordings.read(options.replay), _print)
    del options.replay
    async with Simulator(**vars(options)) as zoom:
        _print(zoom.addresses())
        await end.wait()


def _print(content: object) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
