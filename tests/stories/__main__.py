"""Plays stories and prints what the judge finds: `python -m tests.stories --mode all --count 500 --seed 1`."""

import argparse
import sys

from tests.stories.modes import Mode
from tests.stories.run import play_mode
from tests.stories.story import Story


def main(arguments: list[str]) -> int:
    """Play what is asked for; the exit code says whether anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories", description=__doc__)
    parser.add_argument("--mode", choices=[*Mode, "all"], default="all")
    parser.add_argument("--count", type=int, default=500, help="stories per mode")
    parser.add_argument("--seed", type=int, default=1, help="of the first story")
    parser.add_argument("--log", action="store_true", help="tell one story from beginning to end")
    asked = parser.parse_args(arguments)
    modes = list(Mode) if asked.mode == "all" else [Mode(asked.mode)]
    if asked.log:
        return _tell(modes[0], asked.seed)
    rows = []
    for mode in modes:
        rows.append(play_mode(mode, asked.seed, asked.count))
        print(rows[-1].text(), flush=True)
    return int(any(row.fails for row in rows))


def _tell(mode: Mode, seed: int) -> int:
    judge = Story(mode, seed, log=print).play()
    for kind, why in judge.findings:
        print(f"{kind}: {why}")
    return int(bool(judge.findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
