"""What is installed is what was locked: every package with its hashes, and nothing of one computer."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from bootstrap import LOCK, NIGHTLY_LOCK, ROOT

HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
REQUIREMENT = re.compile(r"^[a-z0-9-]+==[0-9][\w.!]*( ; [^\\]+)? \\$")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(lock: Path) -> dict[str, str]:
    """The locked packages with their versions, by name."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return dict(line.split()[0].split("==") for line in lines if line[0] != " ")


@pytest.mark.promise("every dependency has a hash")
@pytest.mark.parametrize("lock", [LOCK, NIGHTLY_LOCK])
def test_locks_have_hashes_and_nothing_of_one_computer(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not (HASH.match(line) or REQUIREMENT.match(line))] == []
    assert len(lines) > 100


@pytest.mark.promise("every dependency has a hash")
def test_node_packages_have_hashes_and_no_addresses() -> None:
    path = ROOT / "tests" / "helpers" / "oidc" / "package-lock.json"
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    fetched = [package for name, package in packages.items() if name]
    assert len(fetched) > 50
    assert all(package["integrity"].startswith("sha512-") for package in fetched)
    assert not any("resolved" in package for package in fetched)


def test_locks_have_everything_the_project_names() -> None:
    groups = PYPROJECT["dependency-groups"]
    named = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["build-system"]["requires"]]
    named += [word for name in ("test", "lint", "build") for word in groups[name]]
    for words, lock in ((named, LOCK), (groups["nightly"], NIGHTLY_LOCK)):
        names = {re.split(r"[^\w-]", word, maxsplit=1)[0] for word in words}
        assert names - locked(lock).keys() == set(), "run `python3 packaging/dev.py lock`"


def test_the_nightly_lock_changes_no_version_of_the_other() -> None:
    versions, nightly = locked(LOCK), locked(NIGHTLY_LOCK)
    shared = versions.keys() & nightly.keys()
    assert shared
    assert {name: nightly[name] for name in shared} == {name: versions[name] for name in shared}
