"""When the OAuth server for the tests is fetched, and from what."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import node_packages
import pytest
from node_packages import LISTS, SOURCE, NodePackages
from python_environment import EnvironmentSetupError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


@pytest.fixture
def packages(tmp_path: Path) -> NodePackages:
    """Give packages to fetch, and a stand-in for npm that notes how it was called."""
    source = tmp_path / "source"
    source.mkdir()
    for name in LISTS:
        shutil.copy(SOURCE / name, source)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in node_packages.PROGRAMS:
        fake(programs, name, f'echo "{name} $1 in $PWD" >>"{tmp_path}/calls"')
    return NodePackages(source, tmp_path / "there", str(programs))


def fake(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def calls(folder: Path) -> list[str]:
    path = folder / "calls"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_they_are_fetched_once(packages: NodePackages, tmp_path: Path) -> None:
    assert node_packages.provide(packages)
    assert not node_packages.provide(packages)
    assert calls(tmp_path) == [f"npm ci in {packages.folder}"]
    assert (packages.folder / LISTS[1]).read_bytes() == (SOURCE / LISTS[1]).read_bytes()


def test_another_lock_means_fetching_again(packages: NodePackages, tmp_path: Path) -> None:
    assert node_packages.provide(packages)
    lock = packages.source / LISTS[1]
    lock.write_text(lock.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert node_packages.provide(packages)
    assert len(calls(tmp_path)) == 2


def test_a_failure_is_told_and_tried_again(packages: NodePackages, tmp_path: Path) -> None:
    fake(tmp_path / "programs", "npm", "exit 1")
    for _ in range(2):
        with pytest.raises(EnvironmentSetupError, match="npm could not install"):
            node_packages.provide(packages)


def test_without_node_nothing_is_fetched(
    packages: NodePackages, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = replace(packages, path=str(packages.source))
    assert not node_packages.provide(nowhere)
    assert "node and npm not found" in capsys.readouterr().out
    assert not packages.folder.exists()


def test_lock_has_hashes_and_no_addresses_of_packages() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    fetched = [one for name, one in lock["packages"].items() if name]
    assert len(fetched) > 50
    assert all(one["integrity"].startswith("sha512-") for one in fetched)
    assert not any("resolved" in one for one in fetched)
