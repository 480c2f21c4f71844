"""Linux tells of a wall clock that jumps, as after sleep; tests cannot set the clock, so they play the kernel."""

import asyncio
import errno
import os
import sys
import time
from pathlib import Path

import pytest

from rtms_tray.support import wake_signal
from rtms_tray.support.wake_signal import wake_told

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these timers")


def nothing() -> None:
    """Be told."""


@on_linux
async def test_the_kernel_takes_the_timer_and_it_is_closed_again() -> None:
    before = timers()
    with wake_told(nothing) as told:
        assert told
        assert timers() == before + 1
    assert timers() == before


def timers() -> int:
    """Count this process's timers."""
    links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return sum(link.readlink().name == "anon_inode:[timerfd]" for link in links)


@on_linux
async def test_a_clock_that_jumps_is_told_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told = asyncio.Event()
    monkeypatch.setattr(wake_signal, "_FAR_S", int(time.time()) - 1)  # due at once: it can be read
    monkeypatch.setattr(wake_signal, "_has_jumped", has_jumped_when_read)
    with wake_told(told.set):
        for _ in range(3):
            await asyncio.wait_for(told.wait(), 10)
            told.clear()


def has_jumped_when_read(timer: int) -> bool:
    os.read(timer, 8)
    return True


@on_linux
@pytest.mark.parametrize(
    ("read", "jumped"),
    [
        (OSError(errno.ECANCELED, "cancelled"), True),
        (BlockingIOError(), False),
        (b"\0" * 8, False),
    ],
)
def test_only_a_cancelled_timer_means_a_jump(
    monkeypatch: pytest.MonkeyPatch, read: OSError | bytes, *, jumped: bool
) -> None:
    def give(_fd: int, _count: int) -> bytes:
        if isinstance(read, OSError):
            raise read
        return read

    monkeypatch.setattr(os, "read", give)
    assert wake_signal._has_jumped(0) is jumped


@on_linux
async def test_a_timer_that_was_not_cancelled_tells_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = asyncio.Event()

    def look(_timer: int) -> bool:
        looks.set()
        return False

    monkeypatch.setattr(wake_signal, "_FAR_S", int(time.time()) - 1)
    monkeypatch.setattr(wake_signal, "_has_jumped", look)
    with wake_told(lambda: pytest.fail("nothing jumped")):
        await asyncio.wait_for(looks.wait(), 10)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
async def test_other_systems_do_not_tell(platform: str) -> None:
    with wake_told(nothing, platform) as told:
        assert not told


class Kernel:
    """A C library whose calls fail."""

    def __init__(self, failing: str) -> None:
        self._failing = failing
        self._real = wake_signal._libc()

    def timerfd_create(self, clock: int, flags: int) -> int:
        return -1 if self._failing == "create" else int(self._real.timerfd_create(clock, flags))

    def timerfd_settime(self, *_: object) -> int:
        return -1


@on_linux
@pytest.mark.parametrize("failing", ["create", "settime"])
async def test_a_kernel_that_refuses_does_not_tell(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = timers()
    kernel = Kernel(failing)
    monkeypatch.setattr(wake_signal, "_libc", lambda: kernel)
    with wake_told(nothing) as told:
        assert not told
    assert timers() == before
