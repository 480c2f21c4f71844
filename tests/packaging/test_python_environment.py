"""When the virtual environment is made, brought up to date, or left as it is."""

import hashlib
import re
import sys
import tomllib
from pathlib import Path

import pytest
import python_environment
from python_environment import LOCK, NIGHTLY_LOCK, ROOT, Environment, fingerprint

HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
REQUIREMENT = re.compile(r"^[a-z0-9-]+==[0-9][\w.!]*( ; [^\\]+)? \\$")


@pytest.mark.parametrize(
    "other",
    [
        (b"other", b"pyproject", "3.11"),
        (b"lock", b"other", "3.11"),
        (b"lock", b"pyproject", "3.12"),
        (b"lockpyproject", b"", "3.11"),
    ],
)
def test_fingerprint_tells_every_difference(other: tuple[bytes, bytes, str]) -> None:
    assert fingerprint(*other) != fingerprint(b"lock", b"pyproject", "3.11")


def test_finished_environment_is_left_as_it_is(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert not environment.is_current("wanted")
    environment.python.parent.mkdir()
    environment.python.touch()
    environment.stamp.write_text("wanted", encoding="utf-8")
    assert environment.is_current("wanted")
    assert not environment.is_current("something newer")


def test_environment_whose_python_is_gone_is_not_current(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    environment.stamp.write_text("wanted", encoding="utf-8")
    assert not environment.is_current("wanted")


def test_environment_made_by_hand_is_used(tmp_path: Path) -> None:
    assert not Environment(tmp_path / "nothing").is_usable()
    assert Environment(Path(sys.prefix)).is_usable()


def test_environment_of_another_python_is_not_used(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    environment.python.parent.mkdir()
    environment.python.symlink_to(sys.executable)
    (tmp_path / "pyvenv.cfg").write_text("version = 3.1.7\n", encoding="utf-8")
    assert not environment.is_usable()


def test_this_python_can_make_environments() -> None:
    assert python_environment.python_can_make_venv()


@pytest.mark.promise("every dependency has a hash")
def test_lock_has_hashes_and_nothing_of_this_computer() -> None:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if not (HASH.match(line) or REQUIREMENT.match(line))]
    assert strange == []
    assert len(lines) > 100


@pytest.mark.promise("every dependency has a hash")
def test_what_the_nightly_run_adds_is_locked_too() -> None:
    lines = NIGHTLY_LOCK.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not (HASH.match(line) or REQUIREMENT.match(line))] == []
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {re.split(r"[^\w-]", word)[0] for word in pyproject["dependency-groups"]["nightly"]}
    assert named <= {line.split("==")[0] for line in lines}


def test_what_is_added_once_is_not_added_again(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("nothing==1\n", encoding="utf-8")
    environment = Environment(tmp_path)
    stamp = tmp_path / f"{python_environment.STAMP_NAME}-some"
    stamp.write_text(hashlib.sha256(lock.read_bytes()).hexdigest(), encoding="utf-8")
    environment.add(lock)  # this folder has no Python: anything else would fail
    lock.write_text("nothing==2\n", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        environment.add(lock)


def test_lock_has_everything_the_project_names() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = pyproject["dependency-groups"]
    named = [*pyproject["project"]["dependencies"], *pyproject["build-system"]["requires"]]
    named += [word for name in ("test", "lint", "build") for word in groups[name]]
    names = {re.split(r"[^\w-]", word, maxsplit=1)[0] for word in named}
    locked = {line.split("==")[0] for line in LOCK.read_text(encoding="utf-8").splitlines()}
    assert names - locked == set(), "run `python3 packaging/dev.py lock`"
