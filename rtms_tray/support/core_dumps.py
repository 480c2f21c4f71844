"""Keeps this process's memory, and the tokens in it, out of files that a crash would leave behind.

Not being dumpable at all would also keep debuggers of the same user out, but a desktop's portals then
refuse every call: they look at `/proc/PID/root` to see who asks (tried with xdg-desktop-portal 1.16:
“Unable to open /proc/…/root” for settings, file dialogs, notifications and links). So the tray only has
its limit, which is enough against dumps.
"""

import contextlib
import os
import sys
from typing import Final

DEBUG_VARIABLE: Final = "RTMS_TRAY_DEBUG"
"""Set by developers, who want dumps, debuggers and tracebacks."""

_LIMIT: Final = 1 if sys.platform == "linux" else 0
"""Bytes. Linux ignores a limit of 0 where dumps go to a program, such as Apport; 1 forbids those, too."""

_PR_SET_DUMPABLE: Final = 4


def forbid_core_dumps(*, uses_portals: bool) -> None:
    """Forbid dumps of this process, unless a developer wants them."""
    if os.environ.get(DEBUG_VARIABLE) or sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    lowest = _LIMIT if hard == resource.RLIM_INFINITY else min(_LIMIT, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (lowest, hard))
    if sys.platform == "linux" and not uses_portals:
        _make_undumpable()


def _make_undumpable() -> None:
    import ctypes  # noqa: PLC0415 - not for the tray, which starts fast

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
