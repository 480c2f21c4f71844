"""Builds the wheel and tries it out the way a user has it: installed, away from this repository."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from python_environment import LOCK, ROOT, Environment

CACHE = ROOT / ".cache"


def run(command: list[str], folder: Path) -> None:
    """Run a step in a folder; its failure ends the check.

    Raises:
        subprocess.CalledProcessError: the step failed.
    """
    print(f"rtms-tray: {' '.join(Path(word).name or word for word in command)}")
    sys.stdout.flush()
    subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL)


def missing_resources(wheel: Path, resources: Path) -> list[str]:
    """Resource files that the wheel should carry and does not."""
    wanted = [path.relative_to(resources) for path in resources.rglob("*") if path.is_file()]
    with zipfile.ZipFile(wheel) as archive:
        there = set(archive.namelist())
    names = (f"rtms_tray/resources/{path.as_posix()}" for path in wanted)
    return [name for name in names if name not in there]


def versions_only(lock: str) -> str:
    """The lock's versions without their hashes: limits for pip, which takes the wheel's word.

    So the wheel's own list of dependencies is what gets installed, in the versions tested here.
    """
    lines = (line.split(" \\")[0] for line in lock.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith((" ", "#"))) + "\n"


def try_out(wheel: Path, folder: Path) -> None:
    """Install the wheel in a throw-away environment and start what it installs."""
    limits = folder / "limits.txt"
    limits.write_text(versions_only(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    environment = Environment(folder / "venv")
    environment.make()
    python = str(environment.python)
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "-qq", "--constraint", str(limits), str(wheel)], folder)
    run([*pip, "check"], folder)
    program = str(environment.python.with_name("rtms-tray"))
    run([program, "--version"], folder)
    run([program, "--help"], folder)


def check(python: Path) -> int:
    """Build, look inside, install elsewhere, start; hand back the exit code."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="wheel-") as name:
        folder = Path(name)
        build = [str(python), "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
        try:
            run([*build, str(ROOT)], folder)
            wheel = next(folder.glob("*.whl"))
            missing = missing_resources(wheel, ROOT / "resources")
            if missing:
                print(f"rtms-tray: the wheel lacks {', '.join(missing)}", file=sys.stderr)
                return 1
            try_out(wheel, folder)
        except subprocess.CalledProcessError as error:
            step = " ".join(map(str, error.cmd))
            print(f"rtms-tray: this step failed ({error.returncode}): {step}", file=sys.stderr)
            return 1
    print("rtms-tray: the wheel installs and starts on its own")
    return 0
