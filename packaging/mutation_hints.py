"""What earlier runs found: which test noticed which mutant, and how far a run came that was broken off.

Which test noticed it is only a hint, so that it is tried first: a mutant that it no longer notices is tried on all
others. How mutants ended is believed as long as not a byte of the program, its tests and these tools has changed.
"""

import hashlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mutants import Mutant, Name

PATH: Final = ".cache/mutation.jsonl"
ENDS: Final = ".cache/mutation-ends.jsonl"
SURE: Final = 1_000_000


class Hints:
    """What noticed each mutant last time, by the mutants' names; kept in a file, a line each."""

    def __init__(self, root: Path) -> None:
        self.path = root / PATH
        self.path.parent.mkdir(exist_ok=True)
        self.path.touch()
        self.known: dict[Name, str] = {}
        self.near: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._read = 0
        self.refresh()

    def refresh(self) -> None:
        """Take in what other processes have noted since."""
        with self.path.open(encoding="utf-8") as file:
            file.seek(self._read)
            for line in file.readlines():
                *names, test = json.loads(line)
                name = Name(*names)
                self.known[name] = test
                self.near[name.module, name.where][test] += 1
            self._read = file.tell()

    def turns(self, mutant: Mutant) -> Mapping[str, int]:
        """Tell which tests to try sooner, the lowest number first: those that noticed it, or others like it."""
        near = self.near[mutant.name.module, mutant.name.where]
        return Counter({test: -count for test, count in near.items()} | {self.of(mutant): -SURE})

    def of(self, mutant: Mutant) -> str:
        """Name the test that noticed this mutant last time; nothing if none did."""
        return self.known.get(mutant.name, "")

    def note(self, mutant: Mutant, test: str) -> None:
        """Keep what has noticed a mutant; many processes may do so at once."""
        if test and self.of(mutant) != test:
            line = json.dumps([*mutant.name, test]) + "\n"
            file = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)
            os.write(file, line.encode())
            os.close(file)

    def files(self, mutant: Mutant) -> Counter[str]:
        """Count by their files the tests that noticed others like this mutant; the one that noticed it leads."""
        found: Counter[str] = Counter()
        for test, count in self.near[mutant.name.module, mutant.name.where].items():
            found[test.partition("::")[0]] += count
        if hint := self.of(mutant):
            found[hint.partition("::")[0]] = SURE
        return found


class KeptEnds:
    """How the mutants of one run ended, kept so that it can be broken off and taken up again."""

    def __init__(self, root: Path, state: str) -> None:
        self.path = root / ENDS
        self.path.parent.mkdir(exist_ok=True)
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        if not lines or json.loads(lines[0]) != state:
            lines = []
            self.path.write_text(json.dumps(state) + "\n", encoding="utf-8")
        self.known: dict[str, int] = dict(map(json.loads, lines[1:]))

    def note(self, key: str, end: int) -> None:
        """Keep how the mutant of this name ended."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, end]) + "\n")

    def forget(self) -> None:
        """Keep nothing: it was found to be wrong."""
        self.path.unlink()


def state_of(root: Path, patterns: Sequence[str]) -> str:
    """Name the state of all files that these patterns mean."""
    found = hashlib.sha256()
    paths = sorted({path for pattern in patterns for path in root.glob(pattern)})
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return found.hexdigest()
