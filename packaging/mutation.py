"""Tells whether the tests notice mistakes in rtms_tray/capture: `python packaging/mutation.py`.

Every mutant that survives must be explained in tests/mutants.toml; any other fails the run, and so does an
explanation that nothing needs. With `--write`, what was found is written to tests/MUTATION.md.
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
survives is explained below.
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


def try_ready(
    mutants: list[Mutant], tests: list[str], jobs: int
) -> tuple[dict[int, End], list[str]]:
    """Try all mutants whose effect does not come with an import; the tests must pass without any.

    Tells the files of the tests, too, in the order of the time that they take. Raises `SystemExit` if they do not.
    """
    with tempfile.NamedTemporaryFile("r+", encoding="utf-8") as file:
        if (pid := os.fork()) == 0:
            try:
                _run_ready(mutants, tests, jobs, Path(file.name))
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        told = json.loads(file.read() or '{"failed": ["the process that tries them broke off"]}')
    if told["failed"]:
        raise SystemExit("\n".join(("These tests fail without any mistake:", *told["failed"])))
    return {int(index): End(end) for index, end in told["ends"].items()}, told["files"]


def _run_ready(mutants: list[Mutant], tests: list[str], jobs: int, file: Path) -> None:
    ends: dict[int, End] = {}
    places = {id(mutant): index for index, mutant in enumerate(mutants)}
    ready = Ready(mutants, lambda mutant, end: ends.update({places[id(mutant)]: end}), jobs)
    code = int(pytest.main([*CALM, *tests], plugins=[ready]))
    failed = ready.failed or ([f"pytest ended with {code}"] if code else [])
    told = {"failed": failed, "ends": ends, "files": ready.tests()}
    file.write_text(json.dumps(told), encoding="utf-8")


def try_all(mutants: list[Mutant], tests: list[str], jobs: int) -> Ends:
    """Try all mutants, those that come with an import by importing them.

    Raises `SystemExit` if tests notice a mistake where there is none.
    """
    added = [*mutants, *controls(mutants)]
    ends, files = try_ready(added, tests, jobs)
    places = {id(mutant): index for index, mutant in enumerate(added)}
    rest = [one for one in added if ends[places[id(one)]] is End.NOT_HERE]

    def told(mutant: Mutant, end: End) -> None:
        ends[places[id(mutant)]] = end

    each_alone(rest, Fresh(files, existing(QUICK)).attempt, told, jobs, FRESH_SECONDS)
    for index in range(len(mutants), len(added)):
        if ends.pop(index) is not End.SURVIVED:
            raise SystemExit(f"Tests fail without a mistake in {added[index].path.name}")
    return ends


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
    lines = [_HEAD, "| module | mutants | noticed | survive, explained |", "|---|--:|--:|--:|"]
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
    calm_hypothesis()
    mutants = chosen(parsed.root, parsed.modules)
    ends = try_all(mutants, existing(TESTS), parsed.jobs)
    found = Findings(mutants, ends, explained(parsed.root))
    if parsed.write:
        (parsed.root / TABLE).write_text(written(found), encoding="utf-8")
    return told(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
