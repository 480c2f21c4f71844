"""Measures what the tests run of each module, lines and branches, and fails where it is too little.

`python3 packaging/dev.py coverage`: runs all tests, those of the real desktop too, and counts what
the programs run that they start. Words after it go to pytest.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
WHOLE: Final = "rtms_tray/capture/"
"""What says whether capture runs: nothing of it may go untested."""
WHOLE_PERCENT: Final = 100.0
ELSEWHERE_PERCENT: Final = 95.0
SAVER: Final = "tests.helpers.coverage_saver"
ELSEWHERE: Final[Mapping[str, str]] = {
    "rtms_tray/control/address.py": "Windows has no socket files: a port and a key stand in for one",
    "rtms_tray/support/locks.py": "Windows locks files by a call of its own",
    "rtms_tray/zoom/loopback.py": "Windows lets others bind a port in use, unless it is told not to",
    "rtms_tray/zoom/client_version.py": "Windows lists its windows by calls of its own",
}
"""Modules with lines for another system, which stand under `if sys.platform == …` and are not counted."""

Report = Mapping[str, Any]


def floor_of(module: str) -> float:
    """Tell how much of a module the tests must run, in percent."""
    return WHOLE_PERCENT if module.startswith(WHOLE) else ELSEWHERE_PERCENT


def shortfalls(report: Report) -> list[str]:
    """Name each module that falls short: how much is run, and which lines and branches are not.

    Args:
        report: what `coverage json` writes, with branches.
    """
    said = []
    for module, seen in sorted(report["files"].items()):
        percent, floor = seen["summary"]["percent_covered"], floor_of(module)
        if percent < floor:
            said.append(f"{module}: {percent:.1f} % of {floor:.0f} %; {_missing(seen)}")
    return said


def with_lines_for_others(root: Path = ROOT) -> set[str]:
    """Find the modules with lines that are not counted, because another system runs them."""
    modules = (root / "rtms_tray").rglob("*.py")
    mark = re.compile(r"if sys\.platform == .(win32|darwin).:")
    return {
        path.relative_to(root).as_posix()
        for path in modules
        if mark.search(path.read_text(encoding="utf-8"))
    }


def _missing(seen: Report) -> str:
    lines = ", ".join(map(_spoken, in_runs(seen["missing_lines"])))
    branches = ", ".join(f"{start}→{end}" for start, end in seen["missing_branches"])
    parts = (("lines", lines), ("branches", branches))
    return "; ".join(f"{what} {which}" for what, which in parts if which) + " not run"


def in_runs(lines: Sequence[int]) -> list[tuple[int, int]]:
    """Put lines that follow each other together: the first and the last of each run."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and runs[-1][1] == line - 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    return runs


def _spoken(run: tuple[int, int]) -> str:
    first, last = run
    return str(first) if first == last else f"{first}–{last}"


def summary(report: Report) -> str:
    """Say in two lines what the tests run: of all, and of the modules they run least of."""
    files = {name: seen["summary"]["percent_covered"] for name, seen in report["files"].items()}
    least = sorted(files.items(), key=lambda item: (item[1], item[0]))[:5]
    lowest = ", ".join(f"{name} {percent:.1f} %" for name, percent in least)
    totals = report["totals"]
    return (
        f"{totals['percent_covered']:.2f} % of {totals['num_statements']} statements and "
        f"{totals['num_branches']} branches in {len(files)} modules\nleast: {lowest}"
    )


def measure(folder: Path, arguments: Sequence[str]) -> tuple[int, Report]:
    """Run the tests and hand back pytest's exit code and what they ran; `folder` keeps the parts."""
    # Nothing of a measurement that goes on around this one.
    environ = {name: value for name, value in os.environ.items() if "COVERAGE_" not in name}
    environ["COVERAGE_FILE"] = str(folder / "coverage")

    def coverage(*words: str) -> int:
        command = [sys.executable, "-m", "coverage", *words]
        return subprocess.run(command, check=False, cwd=ROOT, env=environ).returncode

    ended = coverage("run", "-m", "pytest", "-p", SAVER, *arguments)
    written = folder / "report.json"
    coverage("combine", "--quiet")
    coverage("json", "--quiet", "-o", str(written))
    report: Report = json.loads(written.read_bytes()) if written.exists() else {}
    return ended, report


def run(arguments: Sequence[str]) -> int:
    """Measure, say what came out, and fail where tests fail or a module falls short."""
    with tempfile.TemporaryDirectory() as folder:
        ended, report = measure(Path(folder), arguments)
    if not report:
        return ended or 1
    short = shortfalls(report)
    print(summary(report))
    print(
        "\n".join(short) if short else "every module is run enough; not counted, for other systems:"
    )
    print("\n".join(f"{module}: {why}" for module, why in sorted(ELSEWHERE.items())))
    return ended or int(bool(short))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
