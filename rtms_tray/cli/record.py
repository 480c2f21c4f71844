"""The command `record`: writes a recording of the running instance, and says what is in it before it is shared."""

import json
import os
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.cli.output import complain, finish, one_line, say
from rtms_tray.control.address import Address, control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.files import PRIVATE_FILE
from rtms_tray.support.texts import plural, text

_COUNTED: Final = ("event", "request", "reply", "click", "state", "feed", "mark")
_FIRST_LINE_S: Final = 10.0
_LOOK_S: Final = 0.5


def perform(profile: Profile, arguments: Namespace) -> int:
    """Record; returns the exit code."""
    name = arguments.file or (time.strftime("rtms-%Y%m%d-%H%M%S.jsonl") if arguments.guide else "")
    if not name:
        complain(text("recording.file_missing"))
        return Exit.USAGE
    try:
        file = RecordingFile(Path(name))
    except FileExistsError:
        complain(text("recording.file_exists", file=name))
        return Exit.REFUSED
    except OSError as error:
        complain(text("recording.file_unusable", file=name, problem=error.strerror or error))
        return Exit.REFUSED
    try:
        return _record(control_address(profile), file, guided=arguments.guide)
    finally:
        file.close()


def _record(address: Address, file: "RecordingFile", *, guided: bool) -> int:
    source = _Source(address, file)
    try:
        if source.began():
            say(text("recording.began", file=file.path))
            _lead(address, file) if guided else source.wait()
    except KeyboardInterrupt:
        say("")
    if file.is_empty:
        return finish(source.answer)
    for line in summary(file.lines, file.path):
        say(line)
    return Exit.DONE


def _lead(address: Address, file: "RecordingFile") -> None:
    from rtms_tray.cli import recording_guide  # noqa: PLC0415 - only where a guide is asked for

    recording_guide.lead(address, file.mark)


class RecordingFile:
    """A new file that only this user can read; each line is complete on the disk before the next one comes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[Mapping[str, object]] = []
        self._began_s = 0.0
        self._guard = threading.Lock()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        self._file = os.fdopen(handle, "w", encoding="ascii")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded."""
        return not self.lines

    def write(self, line: Mapping[str, object]) -> None:
        """Add a line."""
        with self._guard:
            if self._file.closed:
                return
            if self.is_empty:
                self._began_s = time.monotonic()
            self.lines.append(line)
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def mark(self, **facts: str) -> None:
        """Add a step of the guide."""
        at_ms = round((time.monotonic() - self._began_s) * 1000)
        self.write({"kind": "mark", "at_ms": at_ms, **facts})

    def close(self) -> None:
        """End it; a file without a line goes away."""
        with self._guard:
            self._file.close()
        if self.is_empty:
            self.path.unlink(missing_ok=True)


class _Source:
    """Has the running instance record, in a thread of its own: the terminal belongs to the person."""

    def __init__(self, address: Address, file: RecordingFile) -> None:
        self._address = address
        self._file = file
        self.answer = Answer(Exit.NOT_RUNNING)
        self.ended = threading.Event()
        self._begun = threading.Event()
        threading.Thread(target=self._run, name="recording", daemon=True).start()

    def began(self) -> bool:
        """Wait until the first line is there; False: none will come."""
        self._begun.wait(_FIRST_LINE_S)
        return not self._file.is_empty

    def wait(self) -> None:
        """Wait until the instance ends; an interrupt is noticed between two looks."""
        while not self.ended.wait(_LOOK_S):
            pass

    def _run(self) -> None:
        try:
            self.answer = call(self._address, Command("record"), self._take)
        finally:
            self.ended.set()
            self._begun.set()

    def _take(self, progress: Mapping[str, object]) -> None:
        line = progress.get("line")
        if isinstance(line, dict):
            self._file.write(line)
            self._begun.set()


def summary(lines: list[Mapping[str, object]], path: Path) -> Iterator[str]:
    """Say what is in a recording, and which words in it are somebody else's."""
    from rtms_tray.runtime.stand_ins import sentences_in  # noqa: PLC0415 - not before there is something to say

    counts = Counter(str(line.get("kind")) for line in lines)
    kinds = (
        text(f"recording.kinds.{kind}", count=counts[kind]) for kind in _COUNTED if counts[kind]
    )
    yield plural("recording.counted", len(lines), kinds=", ".join(kinds))
    if counts["feed"]:
        answered = any(line.get("pings_answered") for line in lines)
        yield text("recording.pings" if answered else "recording.no_pings")
    kept = sorted({one_line(words) for line in lines for words in sentences_in(line)})
    yield text("recording.sentences" if kept else "recording.no_sentences")
    yield from (f"- {words}" for words in kept)
    yield text("recording.read_first", file=path)
