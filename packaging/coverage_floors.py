"""Runs the tests, and fails where they run too little of a module: `python3 packaging/dev.py coverage`.

What the programs run that tests start is counted too. Words after the command go to pytest.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
WHOLE: Final = "rtms_tray/capture/"
"""What says whether capture runs: nothing of it may go untested."""


def shortfalls(files: Mapping[str, Any]) -> list[str]:
    """Name each module of coverage's JSON report that is run less than it must be."""
    floors = {module: 100 if module.startswith(WHOLE) else 95 for module in files}
    percents = {module: files[module]["summary"]["percent_covered"] for module in files}
    return [
        f"{module}: {percents[module]:.1f} % of {floor} %"
        for module, floor in floors.items()
        if percents[module] < floor
    ]


def run(arguments: Sequence[str]) -> int:
    """Measure and report; the exit code says whether tests failed or a module falls short."""
    with tempfile.TemporaryDirectory() as folder:
        # Nothing of a measurement that goes on around this one.
        environ = {name: value for name, value in os.environ.items() if "COVERAGE_" not in name}
        environ["COVERAGE_FILE"] = f"{folder}/coverage"

        def coverage(*words: str) -> int:
            command = [sys.executable, "-m", "coverage", *words]
            return subprocess.run(command, check=False, cwd=ROOT, env=environ).returncode

        failed = coverage("run", "-m", "pytest", "-p", "tests.helpers.coverage_saver", *arguments)
        coverage("combine", "--quiet")
        if coverage("json", "--quiet", "--fail-under=0", "-o", f"{folder}/report.json"):
            return failed or 1  # there is nothing to report
        failed = coverage("report", "--skip-covered") or failed
        short = shortfalls(json.loads(Path(folder, "report.json").read_bytes())["files"])
    print("\n".join(short) if short else "every module is run enough")
    return failed or int(bool(short))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
