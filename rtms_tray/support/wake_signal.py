"""Hears from Linux that this machine wakes up, so that nobody has to look at the clock all the time.

A timer on the wall clock that is cancelled when that clock jumps (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET): the
kernel sets it after sleep. It also jumps when somebody sets it, so whoever is told compares clocks himself.
"""

import asyncio
import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_ABSOLUTE: Final = 1
_CANCEL_ON_SET: Final = 2
_FAR_S: Final = 2**40
_EXPIRATIONS: Final = 8  # bytes


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Timer(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


@contextmanager
def wake_told(woke: Callable[[], None], platform: str = sys.platform) -> Iterator[bool]:
    """Call `woke` whenever the wall clock jumps, sleep included; gives whether the system tells."""
    loop = asyncio.get_running_loop()
    try:
        timer = _armed() if platform == "linux" else -1
    except (OSError, AttributeError):  # a kernel or a C library without it
        timer = -1
    if timer < 0:
        yield False
        return

    def look() -> None:
        if _has_jumped(timer):
            _arm(timer)
            woke()

    loop.add_reader(timer, look)
    try:
        yield True
    finally:
        loop.remove_reader(timer)
        os.close(timer)


def _armed() -> int:
    """Make the timer; raises OSError."""
    timer = int(_libc().timerfd_create(time.CLOCK_REALTIME, os.O_NONBLOCK | os.O_CLOEXEC))
    if timer < 0:
        raise OSError(ctypes.get_errno(), "timerfd_create")
    try:
        _arm(timer)
    except OSError:
        os.close(timer)
        raise
    return timer


def _arm(timer: int) -> None:
    far = _Timer(value=_Timespec(_FAR_S, 0))
    if _libc().timerfd_settime(timer, _ABSOLUTE | _CANCEL_ON_SET, ctypes.byref(far), None) < 0:
        raise OSError(ctypes.get_errno(), "timerfd_settime")


def _has_jumped(timer: int) -> bool:
    """Whether the timer was cancelled: reading it fails then (ECANCELED)."""
    try:
        os.read(timer, _EXPIRATIONS)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return False


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
