"""A process of its own for the keyring's backend, which takes 11 MB and is wanted for seconds a day.

It gets one job a line, as JSON on its standard input, and answers on its standard output; no other process can read
either. When the program closes its input, or ends in any way, it ends at once, with any prompt that it has open.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Final, cast

from rtms_tray.store.keyring_backends import system_keyring
from rtms_tray.store.keyring_work import Job, perform
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.core_dumps import forbid_core_dumps

if TYPE_CHECKING:
    from types import ModuleType

_COMMAND: Final = (sys.executable, "-P", "-m", "rtms_tray.store.keyring_helper")
"""-P: nothing is imported from the folder in which somebody happened to start the program."""
_PROMPTS: Final = "prompts"


def helper_for(platform: str = sys.platform) -> "KeyringHelper | None":
    """Give a helper where it saves something: the backends of other systems are small."""
    bundled = getattr(sys, "frozen", False)  # there is no Python to start there
    return None if bundled or not platform.startswith("linux") else KeyringHelper()


class HelperGoneError(Exception):
    """The helper could not be started, or ended without an answer."""


class KeyringHelper:
    """The program's side; started when it is first needed, and again after `end`. Blocks: for one thread."""

    def __init__(self, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Its process number, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, so that the first job need not wait; raises HelperGoneError."""
        if self._process is None:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - this program itself
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
                )
            except OSError as error:
                raise HelperGoneError from error
            atexit.register(self._end_now)

    def perform(self, job: Job, expect_prompt: Callable[[], None]) -> str | None:
        """Have a job done; raises SecretError as if it were done here, and HelperGoneError."""
        self.start()
        for answer in self._ask(json.dumps(job)):
            if answer == _PROMPTS:
                expect_prompt()
            elif isinstance(answer, list):
                raise SecretError(Trouble(answer[0]), *answer[1:])
            elif isinstance(answer, dict):
                value = answer["value"]
                return None if value is None else str(value)
        self.end()
        raise HelperGoneError

    def _ask(self, line: str) -> Iterator[object]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        try:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            for answer in process.stdout:
                yield json.loads(answer)
        except (OSError, ValueError):  # it died
            return

    def _end_now(self) -> None:
        """End it whatever it does: the program ends, and another thread may be waiting for an answer."""
        if self._process is not None:
            self._process.kill()
        self.end()

    def end(self) -> None:
        """End it."""
        atexit.unregister(self._end_now)
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                _close(pipe)
            process.wait()


def _close(pipe: IO[str] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:  # what was written could not be read any more
        return


# --- The helper's own side. ---


def main() -> None:
    """Do jobs, one after the other, until the program closes the input."""
    forbid_core_dumps(uses_portals=False)
    skip_other_systems()
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_work, args=(jobs,), daemon=True).start()
    for line in sys.stdin:
        jobs.put(Job(*json.loads(line)))
    os._exit(0)  # at once: a backend may wait for a prompt


def skip_other_systems() -> None:
    """Keep keyring from asking a compiler and a linker where macOS has its libraries: 50 ms."""
    refused: dict[str, ModuleType | None] = {"keyring.backends.macOS.api": None}
    sys.modules.update(cast("dict[str, ModuleType]", refused))


def _work(jobs: "SimpleQueue[Job]") -> None:
    with contextlib.suppress(Exception):  # as with the first job, which says what is wrong
        system_keyring()  # loaded while the program is, not when it asks
    while True:
        try:
            _say({"value": perform(jobs.get(), system_keyring, lambda: _say(_PROMPTS))})
        except SecretError as error:
            _say([error.trouble, error.text, error.remedy])


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
