"""Log-in on Windows: a value of the Run key, which Task Manager can overrule (StartupApproved)."""

import subprocess
from typing import Final

from rtms_tray.store.autostart import Job
from rtms_tray.store.windows_registry import Registry, UserRegistry

ROOT: Final = r"Software\Microsoft\Windows\CurrentVersion"
RUN: Final = "Run"
APPROVED: Final = r"Explorer\StartupApproved\Run"
_DISABLED: Final = 0x01  # of the first byte


class WindowsAutostart:
    """The value, and whether the user has switched it off in Task Manager or the system's settings."""

    def __init__(self, job: Job, registry: Registry | None = None) -> None:
        self._name = job.name
        self._command = subprocess.list2cmdline([str(job.program), *job.arguments])
        self._registry = registry or UserRegistry(ROOT)

    def is_on(self) -> bool:
        """Whether the value names this program, and is not switched off."""
        approved = self._registry.read(APPROVED, self._name)
        disabled = isinstance(approved, bytes) and bool(approved[:1]) and approved[0] & _DISABLED
        return not disabled and self._registry.read(RUN, self._name) == self._command

    def turn(self, *, on: bool) -> None:
        """Write or remove the value; what the user has just chosen here is newer than what stands there."""
        self._registry.delete(APPROVED, self._name)
        if on:
            self._registry.write(RUN, self._name, self._command)
        else:
            self._registry.delete(RUN, self._name)
