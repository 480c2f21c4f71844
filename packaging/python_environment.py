"""Makes the virtual environment, exactly as locked, and remembers what it did."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
NIGHTLY_LOCK = ROOT / "packaging" / "nightly.lock"
STAMP_NAME = "rtms-tray-setup"


class EnvironmentSetupError(Exception):
    """The virtual environment could not be made; the text says what to do."""


def fingerprint(lock: bytes, pyproject: bytes, python_version: str) -> str:
    """What an environment was made from, in one word that changes when any of it does."""
    parts = (lock, pyproject, python_version.encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def wanted_fingerprint(root: Path = ROOT) -> str:
    """The fingerprint that a finished environment for this Python has now."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    lock = root / "packaging" / "requirements.lock"
    return fingerprint(lock.read_bytes(), (root / "pyproject.toml").read_bytes(), version)


@dataclass(frozen=True)
class Environment:
    """A virtual environment in a folder."""

    folder: Path

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        if os.name == "nt":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """The file that says what the environment was made from, written when it is finished."""
        return self.folder / STAMP_NAME

    def is_current(self, wanted: str) -> bool:
        """Tell whether nothing is to be set up again."""
        stamped = self.stamp.read_text(encoding="utf-8") if self.stamp.exists() else ""
        return stamped == wanted and self.python.exists()

    def is_usable(self) -> bool:
        """Tell whether an environment is there that only needs its packages brought up to date."""
        settings = self.folder / "pyvenv.cfg"
        version = f"{sys.version_info[0]}.{sys.version_info[1]}."
        text = settings.read_text(encoding="utf-8") if settings.exists() else ""
        same_python = any(
            line.startswith("version") and line.split("=")[1].strip().startswith(version)
            for line in text.splitlines()
        )
        return same_python and self.python.exists() and self._pip("--version", quiet=True)

    def make(self) -> None:
        """Make the environment anew, whatever was in its folder.

        Raises:
            EnvironmentSetupError: Python could not make it.
        """
        command = [sys.executable, "-m", "venv", "--clear", str(self.folder)]
        if subprocess.run(command, check=False).returncode != 0:
            raise EnvironmentSetupError(
                f"Python could not make the virtual environment {self.folder}. "
                "Remove that folder, check that there is room on the disk, and run this again."
            )

    def install(self, wanted: str) -> None:
        """Install what is locked, then the project itself, and stamp the environment.

        Raises:
            EnvironmentSetupError: pip failed.
        """
        self.stamp.unlink(missing_ok=True)
        steps = (
            ("--require-hashes", "--requirement", str(LOCK)),
            # hatchling is locked too, so that building the project downloads nothing unchecked.
            ("--no-deps", "--no-build-isolation", "--editable", str(ROOT)),
        )
        for step in steps:
            if not self._pip("install", "-qq", "--disable-pip-version-check", *step):
                raise EnvironmentSetupError(
                    f"pip could not install {step[-1]} (its message is above). "
                    "Check the network connection, then run this again."
                )
        self.stamp.write_text(wanted, encoding="utf-8")

    def add(self, lock: Path) -> None:
        """Install what a further file locks, unless that was done; nothing else is changed.

        Raises:
            EnvironmentSetupError: pip failed.
        """
        stamp = self.folder / f"{STAMP_NAME}-{lock.stem}"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        print(f"rtms-tray: installing what {lock.name} names")
        sys.stdout.flush()
        how = ("-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes")
        if not self._pip("install", *how, "--requirement", str(lock)):
            raise EnvironmentSetupError(
                f"pip could not install {lock} (its message is above). "
                "Check the network connection, then run this again."
            )
        stamp.write_text(wanted, encoding="utf-8")

    def _pip(self, *arguments: str, quiet: bool = False) -> bool:
        output = subprocess.DEVNULL if quiet else None
        command = [str(self.python), "-m", "pip", *arguments]
        done = subprocess.run(command, check=False, stdout=output, stderr=output, cwd=ROOT)
        return done.returncode == 0


def python_can_make_venv() -> bool:
    """Tell whether this Python has what a virtual environment needs.

    Debian ships Python without ensurepip's wheels until python3-venv is installed.
    """
    ensurepip = Path(sysconfig.get_paths()["stdlib"]) / "ensurepip" / "__init__.py"
    return ensurepip.exists()


def provide(environment: Environment) -> bool:
    """Make sure the environment is there and current; tell whether anything was done.

    Raises:
        EnvironmentSetupError: it could not be made; the text says what to do.
    """
    wanted = wanted_fingerprint()
    if environment.is_current(wanted):
        return False
    if environment.is_usable():
        print(f"rtms-tray: bringing the virtual environment {environment.folder} up to date")
    else:
        print(f"rtms-tray: making the virtual environment {environment.folder}")
        sys.stdout.flush()
        environment.make()
    print("rtms-tray: installing the locked Python packages (a minute or so)")
    sys.stdout.flush()
    environment.install(wanted)
    return True
