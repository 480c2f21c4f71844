"""What comes along where rtms-tray is packed with all it needs: the locked packages, and which of their files.

Taken from the environment that `dev.py` installs from the lock; every file is checked against the list that its
package brought.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tomllib
from fnmatch import fnmatch
from importlib.metadata import Distribution, PackagePath, distribution
from pathlib import Path
from typing import NamedTuple

from bootstrap import LOCK, ROOT, SetupError
from packaging.requirements import Requirement

NAME = "rtms-tray"
RULES = Path(__file__).with_name("bundle.txt")
TRIMMED = ("pyside6", "shiboken6")
# Written by pip on this computer, and true of it alone.
LOCAL = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class Rules(NamedTuple):
    """Which files of packages come along."""

    left_out: tuple[str, ...]
    kept_of_trimmed: tuple[str, ...]

    def keep(self, package: str, path: str) -> bool:
        """Tell whether a package's file comes along."""
        parts = path.split("/")
        if ".." in parts or "__pycache__" in parts or parts[0] == "bin":
            return False
        if parts[-1] in LOCAL and parts[0].endswith(".dist-info"):
            return False
        if any(fnmatch(part, rule) for rule in self.left_out for part in parts):
            return False
        trimmed = package.startswith(TRIMMED)
        return not trimmed or any(_fits(parts, rule.split("/")) for rule in self.kept_of_trimmed)


def _fits(parts: list[str], rule: list[str]) -> bool:
    return len(parts) == len(rule) and all(map(fnmatch, parts, rule))


def read_rules(text: str) -> Rules:
    """Read bundle.txt: `-` leaves out, `+` keeps."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    left_out = tuple(rule for sign, rule in lines if sign == "-")
    return Rules(left_out, tuple(rule for sign, rule in lines if sign == "+"))


def normal(name: str) -> str:
    """A package's name as the index writes it."""
    return name.lower().replace("_", "-").replace(".", "-")


def brought_along() -> list[Distribution]:
    """List the installed packages that rtms-tray needs on this computer, by name."""
    found: dict[str, Distribution] = {}
    done: set[tuple[str, frozenset[str]]] = set()
    todo = wanted_by(NAME)
    while todo:
        requirement = todo.pop()
        asked = (normal(requirement.name), frozenset(requirement.extras))
        if asked not in done:
            done.add(asked)
            found[asked[0]] = distribution(requirement.name)
            todo += wanted_by(*asked)
    return [found[key] for key in sorted(found)]


def wanted_by(name: str, extras: frozenset[str] = frozenset()) -> list[Requirement]:
    """List what a package asks for on this computer; of rtms-tray, what these sources say."""
    if normal(name) == NAME:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        lines = project["dependencies"]
    else:
        lines = distribution(name).requires or []
    return [wanted for wanted in map(Requirement, lines) if _applies(wanted, extras)]


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, ""))


def locked_versions(lock: str) -> dict[str, set[str]]:
    """Read the versions that a lock allows; some packages have one for each Python."""
    versions: dict[str, set[str]] = {}
    for line in lock.splitlines():
        if line and line[0] not in " #":
            name, _, version = line.split()[0].partition("==")
            versions.setdefault(normal(name), set()).add(version)
    return versions


def check_locked(packages: list[Distribution]) -> None:
    """Raise for a package that is not the locked one: somebody has changed the environment by hand."""
    versions = locked_versions(LOCK.read_text(encoding="utf-8"))
    wrong = [p.name for p in packages if p.version not in versions.get(normal(p.name), ())]
    if wrong:
        text = "These packages are not as locked; remove .venv and run this again:"
        raise SetupError(f"{text} {', '.join(wrong)}")


def copy(packages: list[Distribution], target: Path, rules: Rules | None = None) -> dict[str, int]:
    """Copy what comes along of each package; tell how many bytes each costs."""
    chosen = rules or read_rules(RULES.read_text(encoding="utf-8"))
    return {package.name: _copy_one(package, target, chosen) for package in packages}


def _copy_one(package: Distribution, target: Path, rules: Rules) -> int:
    size = 0
    for file in package.files or ():
        if rules.keep(normal(package.name), file.as_posix()):
            size += _copy_file(file, target / file)
    return size


def _copy_file(file: PackagePath, target: Path) -> int:
    content = Path(str(file.locate())).read_bytes()
    if file.hash:
        digest = hashlib.new(file.hash.mode, content).digest()
        usual = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if file.hash.value not in (usual, digest.hex()):  # uv 0.8 wrote the latter
            raise SetupError(f"{file} was changed after it was installed. Remove .venv, try again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return len(content)


def unpack_wheel(wheel: Path, target: Path) -> None:
    """Add the program itself from its wheel."""
    shutil.unpack_archive(wheel, target, "zip")
    for name in LOCAL:
        for file in target.glob(f"rtms_tray-*.dist-info/{name}"):
            file.unlink()
