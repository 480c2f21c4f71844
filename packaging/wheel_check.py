"""Builds the wheel and tries it out the way a user has it: installed, away from this repository.

Wheel and sources are built a second time, from the packed sources in another folder: they must be the same files.

`python3 packaging/dev.py package [FOLDER]`: a folder keeps what was built.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from bootstrap import LOCK, ROOT, make_environment, python_of, say


def run(*command: str | Path, folder: Path) -> None:
    """Run a step; a CalledProcessError ends the check."""
    say(" ".join(Path(word).name or str(word) for word in command))
    subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL)


def missing_resources(wheel: Path, resources: Path) -> list[str]:
    """Resource files that the wheel should carry and does not."""
    files = [path.relative_to(resources) for path in resources.rglob("*") if path.is_file()]
    with zipfile.ZipFile(wheel) as archive:
        there = set(archive.namelist())
    names = (f"rtms_tray/resources/{path.as_posix()}" for path in files)
    return [name for name in names if name not in there]


def versions_only(lock: str) -> str:
    """The lock's versions without their hashes, as constraints for pip.

    So the wheel's own list of dependencies is what gets installed, in the versions tested here.
    """
    lines = (line.split(" \\")[0] for line in lock.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith((" ", "#"))) + "\n"


def try_out(wheel: Path, folder: Path) -> None:
    """Install the wheel in a throw-away environment and start what it installs."""
    constraints = folder / "constraints.txt"
    constraints.write_text(versions_only(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    make_environment(folder / "venv")
    python = python_of(folder / "venv")
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "-qq", "--constraint", constraints, wheel, folder=folder)
    run(*pip, "check", folder=folder)
    for option in ("--version", "--help"):
        run(python.with_name("rtms-tray"), option, folder=folder)


def build(source: Path, target: Path) -> list[Path]:
    """Build the wheel and the packed sources, both from the same folder."""
    command = (sys.executable, "-m", "build", "--wheel", "--sdist", "--no-isolation")
    run(*command, "--outdir", target, source, folder=target.parent)
    return sorted(target.iterdir())


def built_differently(built: list[Path], folder: Path) -> list[str]:
    """Build again from the packed sources; name the files that come out otherwise."""
    packed = next(path for path in built if path.name.endswith(".tar.gz"))
    run("tar", "-xzf", packed, folder=folder)  # Debian's Python 3.11.2 has no safe way of its own
    again = build(folder / packed.name.removesuffix(".tar.gz"), folder / "again")
    return differing(built, again)


def differing(built: list[Path], again: list[Path]) -> list[str]:
    """Name the files that only one side has, or that differ."""
    ones, others = ({path.name: path.read_bytes() for path in paths} for paths in (built, again))
    return sorted(name for name in ones | others if ones.get(name) != others.get(name))


def check(keep: Path | None = None) -> int:
    """Build, look inside, install elsewhere, start, keep the files if asked to; hand back the exit code."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache", prefix="wheel-") as name:
        folder = Path(name)
        try:
            built = build(ROOT, folder / "dist")
            if others := built_differently(built, folder):
                print(f"rtms-tray: built otherwise elsewhere: {', '.join(others)}", file=sys.stderr)
                return 1
            wheel = next(path for path in built if path.suffix == ".whl")
            missing = missing_resources(wheel, ROOT / "resources")
            if missing:
                print(f"rtms-tray: the wheel lacks {', '.join(missing)}", file=sys.stderr)
                return 1
            try_out(wheel, folder)
            if keep:
                shutil.copytree(folder / "dist", keep, dirs_exist_ok=True)
        except subprocess.CalledProcessError as error:
            step = " ".join(map(str, error.cmd))
            print(f"rtms-tray: this step failed ({error.returncode}): {step}", file=sys.stderr)
            return 1
    say("the wheel installs and starts on its own, and is the same wherever it is built")
    return 0


if __name__ == "__main__":
    sys.exit(check(*map(Path, sys.argv[1:2])))
