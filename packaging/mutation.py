"""Puts small mistakes into rtms_tray/capture, one at a time, and shows those that no test notices.

`python3 packaging/dev.py mutation`. Cosmic Ray does the work in a copy of the project, as
packaging/cosmic-ray.toml says. All mutants take more than a night, so each run tries a random
sample. A few survivors are normal: some mutants change nothing that can be observed.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
CONFIG: Final = "packaging/cosmic-ray.toml"
LEFT_OUT: Final = shutil.ignore_patterns(".?*", "__pycache__", "artefacts", "build", "dist")
MOST_SURVIVORS: Final = "5"  # percent


def sample(session: Path, size: int, modules: Sequence[str]) -> None:
    """Keep a random sample of the session's mutants, of these modules only if any are named."""
    # Part of the nightly run's own packages, which the tests do without.
    from cosmic_ray.work_db import use_db  # noqa: PLC0415

    def is_wanted(module: Path, line: int) -> bool:
        # That data stays unchanged (`frozen=True`) is for the type checker to notice.
        source = (ROOT / module).read_text(encoding="utf-8").splitlines()[line - 1]
        return (not modules or module.stem in modules) and not source.startswith("@dataclass")

    with use_db(session) as database:
        pending = [(item, item.mutations[0]) for item in database.pending_work_items]
        items = [item for item, it in pending if is_wanted(it.module_path, it.start_pos[0])]
        database.clear()
        database.add_work_items(random.sample(items, min(size, len(items))))


def run(size: int, modules: Sequence[str]) -> int:
    """Try a sample of mutants and report the survivors; fail where too many survive."""
    bin_folder = str(Path(sys.executable).parent)
    environ = os.environ | {"PATH": os.pathsep.join((bin_folder, os.environ["PATH"]))}
    with tempfile.TemporaryDirectory(prefix="rtms-tray-mutation-") as name:
        copy, session = Path(name, "project"), Path(name, "session.sqlite")
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)

        def step(*command: str | Path) -> int:
            return subprocess.run(command, check=False, cwd=copy, env=environ).returncode

        if step("cosmic-ray", "init", CONFIG, session) or step("cosmic-ray", "baseline", CONFIG):
            return 1
        step("cr-filter-operators", session, CONFIG)
        sample(session, size, modules)
        print(f"rtms-tray: trying {size} mutants at most", flush=True)
        failed = step("cosmic-ray", "exec", CONFIG, session)
        step("cr-report", "--surviving-only", "--show-diff", session)
        return failed or step("cr-rate", "--fail-over", MOST_SURVIVORS, session)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="dev.py mutation")
    parser.add_argument("--mutants", type=int, default=300, help="size of the sample")
    parser.add_argument("modules", nargs="*", help="modules of capture, such as timeline")
    parsed = parser.parse_args()
    sys.exit(run(parsed.mutants, parsed.modules))
