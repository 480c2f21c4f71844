"""Shows which test holds which promise: runs them, and writes tests/RELIABILITY.md from what it saw.

Promises are named in tests/promises.toml, and held by tests that are marked with their names. What the long runs
(.ci/nightly) measured stands in tests/figures.toml, and is copied from there.
"""

import ast
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
TABLE: Final = ROOT / "tests" / "RELIABILITY.md"
_MARK: Final = "pytest.mark.promise"
_HEAD: Final = """\
# What rtms-tray promises, and the tests that hold it

Made by `python packaging/reliability.py` from `tests/promises.toml` and a run of the tests named here; not edited by
hand. Numbers in brackets count the cases of one test. The last section is what long runs measured:
`tests/figures.toml`.
"""

Run = Mapping[str, Any]
Sections = list[tuple[str, dict[str, str]]]
Results = Mapping[str, str]


def promises() -> Sections:
    """Read what is promised: sections, each with the promises' names and what they say."""
    read = tomllib.loads((ROOT / "tests" / "promises.toml").read_text(encoding="utf-8"))
    return [(section["title"], section["promises"]) for section in read["section"]]


def figures() -> list[Run]:
    """Read what the long runs measured: title, date, computer, command, result, perhaps a table."""
    read = tomllib.loads((ROOT / "tests" / "figures.toml").read_text(encoding="utf-8"))
    return list(read["run"])


def holders() -> dict[str, list[str]]:
    """List the tests that hold each promise, by their marks: `path::test`."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test, promise in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(promise, []).append(f"{path.relative_to(ROOT).as_posix()}::{test}")
    return found


def _marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == _MARK:
                    yield node.name, str(ast.literal_eval(mark.args[0]))


def results_of(report: Path) -> dict[str, str]:
    """Read pytest's report: how each test ended, its cases taken together."""
    ends: dict[str, Counter[str]] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own file, just written
        test = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '')}"
        kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
        ends.setdefault(test.partition("[")[0], Counter())[min(kinds, default="passed")] += 1
    return {test: _said(counted) for test, counted in ends.items()}


def _said(counted: Counter[str]) -> str:
    parts = (f"{end} ({times})" if times > 1 else end for end, times in sorted(counted.items()))
    return ", ".join(parts)


def results_in(table: str) -> dict[str, str]:
    """Read the results back out of the table."""
    rows = (line.split(" | ") for line in table.splitlines() if "::" in line)
    return {test.strip("`"): result.removesuffix(" |") for _, test, result in rows}


def written(results: Results) -> str:
    """Write the table."""
    held = holders()
    lines = [_HEAD]
    for title, names in promises():
        lines += [f"## {title}\n", "| promise | held by | result |", "|---|---|---|"]
        for name, says in names.items():
            said = [f"**{name[0].upper()}{name[1:]}.** {says}"]
            for test in held.get(name, ()):
                lines.append(f"| {''.join(said)} | `{test}` | {results.get(test, 'not run')} |")
                said = []
        lines.append("")
    lines += ["## Long runs\n", *(line for measured in figures() for line in _measured(measured))]
    return "\n".join(lines).rstrip() + "\n"


def _measured(run: Run) -> Iterator[str]:
    yield f"### {run['title']}\n"
    yield f"{run['result']}\n"
    yield f"`{run['command']}`, {run['date']}, {run['computer']}.\n"
    if run.get("columns"):
        yield f"| {' | '.join(run['columns'])} |"
        yield "|" + "---|" * len(run["columns"])
        yield from (f"| {' | '.join(row)} |" for row in run["rows"])
        yield ""


def run() -> int:
    """Run the tests that hold promises, and write the table; pytest's exit code."""
    tests = sorted({test for found in holders().values() for test in found})
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *tests]
        ended = subprocess.run(command, cwd=ROOT, check=False).returncode
        results = results_of(report)
    TABLE.write_text(written(results), encoding="utf-8")
    print(f"{TABLE.relative_to(ROOT)}: {len(tests)} tests")
    return ended


if __name__ == "__main__":
    sys.exit(run())
