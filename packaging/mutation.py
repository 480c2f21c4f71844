"""Tells whether the tests notice mistakes in rtms_tray/capture: `python packaging/mutation.py`.

Every mutant that survives must be explained in tests/mutants.toml; any other fails the run, and so does an
explanation that nothing needs. With `--write`, what was found is written to tests/MUTATION.md. A run that is broken
off is taken up again by the next one.
"""

import argparse
import json
import os
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from mutants import Mutant, Name, members_of, mutants_of
from mutation_hints import Hints, KeptEnds, state_of
from mutation_trial import (
    CALM,
    FRESH_SECONDS,
    End,
    Fresh,
    Ready,
    calm_hypothesis,
    each_alone,
)

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = "rtms_tray/capture"
TABLE: Final = "tests/MUTATION.md"
EXPLAINED: Final = "tests/mutants.toml"
TESTS: Final = ("tests/capture", "tests/packaging/test_state_guide.py")
STATE: Final = (
    *("rtms_tray/**/*", "resources/help/**/*", "packaging/*.py"),
    *("tests/capture/**/*", "tests/helpers/**/*", "tests/packaging/test_state_guide.py"),
)
"""What decides how mutants end: where anything of it changes, a run begins anew."""
QUICK: Final = (
    *("tests/capture/test_names.py", "tests/capture/test_numbers.py"),
    *("tests/capture/test_beginnings.py", "tests/packaging/test_state_guide.py"),
)
"""Those that notice most of the mistakes in texts and names."""
ANYTHING: Final = "*"
_HEAD: Final = """\
# Mistakes that the tests of rtms_tray/capture notice

Made by `python packaging/mutation.py --write` from a run of it and from `tests/mutants.toml`; not edited by hand.

A mutant is the program with one small mistake in it: a comparison turned round, a condition left out, another member
of an enumeration, a row missing from a table, a number one higher, a text changed, a call not made. Functions,
properties, tables and default values alike. It is *noticed* if a test fails (or would run for ever); each one that
survives is below, with the reason why that is well.
"""

Explained = Mapping[str, tuple[Name, ...]]
"""Why mutants may survive, and which."""
Ends = Mapping[int, End]
"""How each mutant of a list ended, by its place in the list."""


def chosen(root: Path, modules: Sequence[str]) -> list[Mutant]:
    """Make the mutants of these modules; of all, if none is named."""
    paths = sorted((root / FOLDER).glob("*.py"))
    members = members_of(paths)
    wanted = [path for path in paths if not modules or path.stem in modules]
    return [mutant for path in wanted for mutant in mutants_of(path, members)]


def explained(root: Path) -> Explained:
    """Read why mutants may survive."""
    path = root / EXPLAINED
    read = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    entries = read.get("explained", [])
    return {entry["why"]: tuple(Name(*row) for row in entry["mutants"]) for entry in entries}


def is_meant(entry: Name, name: Name) -> bool:
    """Tell whether an entry of the explanations means this mutant."""
    return all(wanted in {ANYTHING, have} for wanted, have in zip(entry, name, strict=True))


def existing(paths: Sequence[str]) -> list[str]:
    """Choose those of the paths that are there."""
    return [path for path in paths if Path(path).exists()]


def controls(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Make mutants without any mistake, one for each way of trying them: a test that notices one tells nothing."""
    first = {one.inside is None: one for one in reversed(mutants)}
    return [replace(one, wrong=one.node, new=one.old) for one in first.values()]


class Run:
    """What a run tries, mutants and controls, and how that ended so far; `kept` is of an earlier part of it."""

    def __init__(self, mutants: Sequence[Mutant], kept: KeptEnds, hints: Hints) -> None:
        self.mutants = [*mutants, *controls(mutants)]
        self.kept, self.hints = kept, hints
        self.places = {id(mutant): place for place, mutant in enumerate(self.mutants)}
        self.keys = dict(enumerate(_keys_of(mutants)))
        known = {place: kept.known.get(key) for place, key in self.keys.items()}
        self.ends = {place: End(end) for place, end in known.items() if end is not None}

    def told(self, mutant: Mutant, end: End) -> None:
        """Take in how a mutant ended."""
        place = self.places[id(mutant)]
        self.ends[place] = end
        self.hints.refresh()
        if place in self.keys:
            if end is not End.BROKEN:
                self.kept.note(self.keys[place], end)
            if end in {End.SURVIVED, End.BROKEN}:
                print(f"{end.name.lower()}: {said(mutant)}", file=sys.stderr, flush=True)

    def left(self, *ends: End | None) -> list[Mutant]:
        """List those that ended in one of these ways so far."""
        return [one for place, one in enumerate(self.mutants) if self.ends.get(place) in ends]

    def found(self) -> Ends:
        """Tell how all mutants ended. Raises `SystemExit` if tests notice a mistake where there is none."""
        for place, mutant in enumerate(self.mutants):
            if place not in self.keys and self.ends[place] is not End.SURVIVED:
                self.kept.forget()
                raise SystemExit(f"Tests fail without a mistake in {mutant.path.name}")
        return {place: self.ends[place] for place in self.keys}


def _keys_of(mutants: Sequence[Mutant]) -> list[str]:
    """Name each mutant by its module and its number there."""
    numbers: Counter[str] = Counter()
    keys = []
    for mutant in mutants:
        numbers[mutant.path.stem] += 1
        keys.append(f"{mutant.path.stem} {numbers[mutant.path.stem]}")
    return keys


def try_ready(run: Run, tests: list[str], jobs: int) -> list[str]:
    """Try all mutants whose effect does not come with an import; the tests must pass without any.

    Tells the files of the tests, in the order of the time that they take. Raises `SystemExit` if they do not pass.
    """
    with tempfile.NamedTemporaryFile("r+", encoding="utf-8") as file:
        if (pid := os.fork()) == 0:
            try:
                _run_ready(run, tests, jobs, Path(file.name))
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        told = json.loads(file.read() or '{"failed": ["the process that tries them broke off"]}')
    if told["failed"]:
        raise SystemExit("\n".join(("These tests fail without any mistake:", *told["failed"])))
    run.ends |= {int(place): End(end) for place, end in told["ends"].items()}
    return [str(path) for path in told["files"]]


def _run_ready(run: Run, tests: list[str], jobs: int, file: Path) -> None:
    ready = Ready(run.left(None), run.told, jobs, run.hints)
    code = int(pytest.main([*CALM, *tests], plugins=[ready]))
    failed = ready.failed or ([f"pytest ended with {code}"] if code else [])
    told = {"failed": failed, "ends": run.ends, "files": ready.tests()}
    file.write_text(json.dumps(told), encoding="utf-8")


def try_all(run: Run, tests: list[str], jobs: int) -> Ends:
    """Try all mutants, those that come with an import by importing them.

    Raises `SystemExit` if tests notice a mistake where there is none.
    """
    files = try_ready(run, tests, jobs)
    fresh = Fresh(files, existing(QUICK), run.hints)
    each_alone(run.left(End.NOT_HERE), fresh.attempt, run.told, jobs, FRESH_SECONDS)
    return run.found()


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run found."""

    mutants: list[Mutant]
    ends: Ends
    explained: Explained

    def survivors(self) -> list[Mutant]:
        """List the mutants that no test noticed."""
        return [one for index, one in enumerate(self.mutants) if self.ends[index] is End.SURVIVED]

    def unexplained(self) -> list[Mutant]:
        """List the survivors that nothing explains."""
        entries = [entry for names in self.explained.values() for entry in names]
        return [
            one
            for one in self.survivors()
            if not any(is_meant(entry, one.name) for entry in entries)
        ]

    def needless(self) -> list[Name]:
        """List the explanations of mutants that did not survive, in the modules that were tried."""
        names = [one.name for one in self.survivors()]
        tried = {one.path.stem for one in self.mutants}
        entries = [entry for names in self.explained.values() for entry in names]
        return [
            entry
            for entry in entries
            if entry.module in tried and not any(is_meant(entry, name) for name in names)
        ]

    def broken(self) -> list[Mutant]:
        """List the mutants that could not be tried."""
        return [one for index, one in enumerate(self.mutants) if self.ends[index] is End.BROKEN]

    def figures(self) -> dict[str, Counter[End]]:
        """Count how the mutants of each module ended."""
        found: dict[str, Counter[End]] = {}
        for index, mutant in enumerate(self.mutants):
            found.setdefault(mutant.path.stem, Counter())[self.ends[index]] += 1
        return found


def said(mutant: Mutant) -> str:
    """Say where a mutant is, and what is wrong in it."""
    name = mutant.name
    return f"{name.module}.py:{mutant.line} in {name.where}: {name.old} → {name.new}"


def written(found: Findings) -> str:
    """Write the table of figures and the explanations."""
    lines = [_HEAD, "| module | mutants | noticed | survive |", "|---|--:|--:|--:|"]
    total: Counter[End] = Counter()
    for module, ends in (*found.figures().items(), ("**all**", total)):
        noticed = ends[End.KILLED] + ends[End.ENDLESS]
        lines.append(f"| {module} | {ends.total()} | {noticed} | {ends[End.SURVIVED]} |")
        total.update(ends)
    for why, entries in found.explained.items():
        lines += ["", f"## {why}", ""]
        survivors = [
            one for one in found.survivors() if any(is_meant(entry, one.name) for entry in entries)
        ]
        lines += [_row(one.name) for one in survivors]
    if open_ones := found.unexplained():
        lines += ["", "## Not explained: tests are wanted", ""]
        lines += [_row(one.name) for one in open_ones]
    return "\n".join(lines) + "\n"


def _row(name: Name) -> str:
    return f"- {name.module}, {name.where}: `{name.line}`: `{name.old}` → `{name.new}`"


def told(found: Findings) -> int:
    """Tell what was found; hand back the exit code."""
    groups = (
        ("Nothing explains why these survive:", [said(one) for one in found.unexplained()]),
        ("These are explained and do not survive:", [_row(one) for one in found.needless()]),
        ("These could not be tried:", [said(one) for one in found.broken()]),
    )
    for title, lines in groups:
        if lines:
            print("\n".join((title, *lines)))
    total = Counter(found.ends.values())
    noticed = total[End.KILLED] + total[End.ENDLESS]
    print(f"{total.total()} mutants: {noticed} noticed, {total[End.SURVIVED]} survived")
    return 1 if any(lines for _, lines in groups) else 0


def main(arguments: Sequence[str]) -> int:
    """Run it; hand back the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="of rtms_tray/capture; default: all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help=f"write {TABLE}")
    parser.add_argument("--root", type=Path, default=ROOT, help="of the project; default: this one")
    parsed = parser.parse_args(arguments)
    os.chdir(parsed.root)
    sys.path.insert(0, str(parsed.root))  # before whatever else is installed under the same name
    calm_hypothesis()
    mutants = chosen(parsed.root, parsed.modules)
    run = Run(mutants, KeptEnds(parsed.root, state_of(parsed.root, STATE)), Hints(parsed.root))
    ends = try_all(run, existing(TESTS), parsed.jobs)
    found = Findings(mutants, ends, explained(parsed.root))
    if parsed.write:
        (parsed.root / TABLE).write_text(written(found), encoding="utf-8")
    return told(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
