"""Fetches the OAuth server that tests sign in at: npm packages, exactly as locked.

A folder of their own keeps them; a stamp in it tells that nothing is to be fetched again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_environment import ROOT, EnvironmentSetupError

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "tests" / "helpers" / "oidc"
FOLDER = ROOT / ".cache" / "oidc"
PROGRAMS = ("node", "npm")
LISTS = ("package.json", "package-lock.json")
STAMP_NAME = "rtms-tray-setup"
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")


@dataclass(frozen=True)
class NodePackages:
    """The packages that a folder's lists name, kept in another folder.

    `path` says where programs are looked for, if not where they always are.
    """

    source: Path = SOURCE
    folder: Path = FOLDER
    path: str | None = None

    @property
    def stamp(self) -> Path:
        """The file that says from which lists the packages came, written when all are there."""
        return self.folder / STAMP_NAME

    def wanted(self) -> str:
        """What finished packages are stamped with now."""
        lists = (self.source / name for name in LISTS)
        digests = (hashlib.sha256(path.read_bytes()).digest() for path in lists)
        return hashlib.sha256(b"".join(digests)).hexdigest()

    def is_current(self) -> bool:
        """Tell whether nothing is to be fetched."""
        return self.stamp.exists() and self.stamp.read_text(encoding="utf-8") == self.wanted()

    def missing_programs(self) -> list[str]:
        """What is not there to fetch and to run them with."""
        return [name for name in PROGRAMS if shutil.which(name, path=self.path) is None]

    def fetch(self) -> None:
        """Fetch the packages anew, and stamp them.

        Raises:
            EnvironmentSetupError: npm failed.
        """
        self.stamp.unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in LISTS:
            shutil.copy(self.source / name, self.folder)
        npm = shutil.which("npm", path=self.path) or "npm"
        done = subprocess.run([npm, "ci", *QUIETLY], check=False, cwd=self.folder)
        if done.returncode != 0:
            raise EnvironmentSetupError(
                "npm could not install the OAuth server for the tests (its message is above). "
                "Check the network connection, then run this again."
            )
        self.stamp.write_text(self.wanted(), encoding="utf-8")


def provide(packages: NodePackages | None = None) -> bool:
    """Make sure the packages are there, where Node.js is; tell whether anything was done.

    Raises:
        EnvironmentSetupError: they could not be fetched; the text says what to do.
    """
    packages = packages or NodePackages()
    missing = packages.missing_programs()
    if missing:
        print(f"rtms-tray: {' and '.join(missing)} not found; the tests that need it will say so")
        return False
    if packages.is_current():
        return False
    print("rtms-tray: installing the OAuth server for the tests")
    sys.stdout.flush()
    packages.fetch()
    return True
