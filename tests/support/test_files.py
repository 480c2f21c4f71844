"""Private files and folders, locks between processes, and where the program's own files are."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtms_tray.support.files import FileLock, private_folder, read_regular, resources, write_private


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277])
def _umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    del tmp_path  # it must exist first: under some masks nobody could write into it
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.promise("files are 0600 in folders 0700 whatever the umask")
@pytest.mark.usefixtures("_umask")
def test_modes_hold_whatever_the_umask(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "file"
    write_private(file, b"x")
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b"), mode(file)) == (0o700, 0o700, 0o600)


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_an_open_file_becomes_private_when_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o666)
    write_private(file, b"new")
    assert (mode(file), file.read_bytes()) == (0o600, b"new")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    write_private(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"."):
        write_private(tmp_path / "folder", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_reading_what_is_not_a_file_fails_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    for name in ("pipe", "large", ".", "missing"):
        with pytest.raises(OSError, match=name if name != "." else "folder"):
            read_regular(tmp_path / name)


def test_resources_inside_the_package_come_first(tmp_path: Path) -> None:
    package = tmp_path / "rtms_tray"
    (tmp_path / "resources").mkdir()
    package.mkdir()
    assert resources(package) == tmp_path / "resources"
    (package / "resources").mkdir()
    assert resources(package) == package / "resources"


def test_an_installation_without_resources_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="install again"):
        resources(tmp_path / "rtms_tray")


def test_this_program_has_its_icons() -> None:
    assert any((resources() / "icons").iterdir())


def test_a_file_system_without_locks_is_an_error_not_a_lock(tmp_path: Path) -> None:
    handles: list[int] = []

    def no_locks(handle: int) -> None:
        handles.append(handle)
        raise OSError(errno.ENOLCK, "No locks available")

    lock = FileLock(tmp_path / "lock", no_locks)
    with pytest.raises(OSError, match="No locks available"):
        lock.acquire()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handles[0])
    lock.release()  # it does not hold the lock: nothing happens
    again = FileLock(tmp_path / "lock")
    assert again.acquire()
    again.release()


def test_a_lock_is_held_until_it_is_released(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    assert not second.wait(0.05)
    first.release()
    first.release()
    assert second.wait(0.05)
