"""Log-in on macOS: a launch agent of this user, which works with and without an app bundle."""

import os
import plistlib
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from rtms_tray.store.autostart import Job
from rtms_tray.support.files import write_private

_LIMIT_S: Final = 10.0


def launchctl(arguments: Sequence[str]) -> str:
    """Run the system's tool; returns what it prints, nothing where it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the system's own tool
            ["/bin/launchctl", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


class MacAutostart:
    """The agent's file, and whether the user has switched the agent off."""

    def __init__(
        self,
        job: Job,
        home: Path | None = None,
        tool: Callable[[Sequence[str]], str] = launchctl,
    ) -> None:
        self._job, self._tool = job, tool
        self._label = job.name
        self._domain = f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui/501"
        self.file = (home or Path.home()) / "Library" / "LaunchAgents" / f"{job.name}.plist"

    def is_on(self) -> bool:
        """Whether the agent is there, is to run at log-in, names a program, and is not switched off."""
        try:
            agent = plistlib.loads(self.file.read_bytes())
            program = Path(agent["ProgramArguments"][0])
        except (
            FileNotFoundError,
            plistlib.InvalidFileException,
            LookupError,
            TypeError,
            ValueError,
        ):
            return False
        runs = agent.get("RunAtLoad") is True and agent.get("Disabled") is not True
        return runs and program.is_file() and not self._is_switched_off()

    def turn(self, *, on: bool) -> None:
        """Write the agent's file or remove it; an agent that runs is left running: it may be this program."""
        if not on:
            self.file.unlink(missing_ok=True)
            return
        agent = {
            "Label": self._label,
            "ProgramArguments": [str(self._job.program), *self._job.arguments],
            "RunAtLoad": True,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Interactive",
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.file, plistlib.dumps(agent))
        self._tool(["enable", f"{self._domain}/{self._label}"])

    def _is_switched_off(self) -> bool:
        listed = self._tool(["print-disabled", self._domain])
        return re.search(rf'"{re.escape(self._label)}" => (disabled|true)', listed) is not None
