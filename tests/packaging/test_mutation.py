"""The search for mistakes that no test notices finds them, and the explanations it goes by are true to the program."""

import re
import subprocess
import sys
from pathlib import Path

import mutation
import pytest
from mutants import LEFT_OUT, members_of, mutants_of
from mutation_hints import ENDS as KEPT

SMALL = '''"""Small."""

from enum import Enum


class Size(Enum):
    """Sizes."""

    SMALL = 1
    LARGE = 2


LIMIT = 10


def size(number: int) -> Size:
    """Tell how large a number is."""
    return Size.LARGE if number > LIMIT else Size.SMALL
'''
PROJECT = """[tool.pytest.ini_options]
pythonpath = ["."]
asyncio_default_fixture_loop_scope = "function"
"""
WEAK_TEST = """from rtms_tray.capture.small import Size, size


def test_sizes() -> None:
    assert size(-1) is Size.SMALL
    assert size(100) is Size.LARGE
"""
STRONG_TEST = """from rtms_tray.capture.small import LIMIT, Size, size


def test_sizes() -> None:
    assert LIMIT == 10
    assert size(10) is Size.SMALL
    assert size(11) is Size.LARGE
    assert [one.value for one in Size] == [1, 2]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "rtms_tray" / "capture"
    folder.mkdir(parents=True)
    (tmp_path / "tests" / "capture").mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    (folder / "small.py").write_text(SMALL, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def ran(project: Path, test: str, explained: str = "") -> subprocess.CompletedProcess[str]:
    (project / "tests" / "capture" / "test_small.py").write_text(test, encoding="utf-8")
    (project / mutation.EXPLAINED).write_text(explained, encoding="utf-8")
    command = [sys.executable, mutation.__file__, "--root", str(project), "--jobs", "1", "--write"]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_mutants_of_a_module(project: Path) -> None:
    path = project / "rtms_tray" / "capture" / "small.py"
    mutants = list(mutants_of(path, members_of([path])))
    assert [(one.where, one.old, one.new) for one in mutants] == [
        ("Size", "SMALL = 1", "pass"),
        ("Size", "1", "2"),
        ("Size", "LARGE = 2", "pass"),
        ("Size", "2", "3"),
        ("module", "LIMIT = 10", "pass"),
        ("module", "10", "11"),
        ("size", "Size.LARGE if number > LIMIT else Size.SMALL", "Size.LARGE"),
        ("size", "Size.LARGE if number > LIMIT else Size.SMALL", "Size.SMALL"),
        ("size", "number > LIMIT", "False"),
        ("size", "number > LIMIT", "True"),
        ("size", "number > LIMIT", "number >= LIMIT"),
        ("size", "number > LIMIT", "number <= LIMIT"),
        ("size", "Size.LARGE", "Size.SMALL"),
        ("size", "Size.SMALL", "Size.LARGE"),
    ]


def test_a_mutant_leaves_no_trace_in_the_others(project: Path) -> None:
    path = project / "rtms_tray" / "capture" / "small.py"
    mutants = list(mutants_of(path, members_of([path])))
    for mutant in mutants:
        mutant.code()
    spaces: list[dict[str, object]] = [{}, {}]
    for space, mutant in zip(spaces, (mutants[4], mutants[5]), strict=True):
        exec(mutant.code(), space)  # noqa: S102 - our own source
    assert "LIMIT" not in spaces[0]
    assert spaces[1]["LIMIT"] == 11


def test_what_is_left_out_of_a_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "table.py"
    path.write_text("TABLE = {'one': size(low=1)}\n", encoding="utf-8")
    left_out = [one.old for one in mutants_of(path, {}) if one.new == LEFT_OUT]
    assert left_out == ["'one'", "low=1"]


def test_what_no_test_notices_is_told(project: Path) -> None:
    done = ran(project, WEAK_TEST)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "small.py:18 in size: number > LIMIT → number >= LIMIT" in done.stdout
    assert "small.py:13 in module: 10 → 11" in done.stdout
    table = (project / mutation.TABLE).read_text(encoding="utf-8")
    assert "## Not explained" in table
    assert "- small, module: `LIMIT = 10`: `10` → `11`" in table


def test_what_is_noticed_or_explained_is_well(project: Path) -> None:
    why = '[[explained]]\nwhy = "The order alone matters."\n'
    rows = 'mutants = [["small", "Size", "*", "*", "*"]]\n'
    done = ran(project, STRONG_TEST.replace(" == [1, 2]", ""), why + rows)
    assert done.returncode == 0, done.stdout + done.stderr
    table = (project / mutation.TABLE).read_text(encoding="utf-8")
    assert "## The order alone matters." in table
    assert "## Not explained" not in table
    assert "- small, Size: `LARGE = 2`: `2` → `3`" in table


def test_an_explanation_that_nothing_needs_is_told(project: Path) -> None:
    why = '[[explained]]\nwhy = "It once survived."\n'
    done = ran(project, STRONG_TEST, why + 'mutants = [["small", "*", "*", "*", "12"]]\n')
    assert done.returncode == 1, done.stdout + done.stderr
    assert "explained and do not survive" in done.stdout


def test_a_test_that_fails_by_itself_ends_the_search(project: Path) -> None:
    done = ran(project, STRONG_TEST + "    assert LIMIT == 9\n")
    assert done.returncode == 1, done.stdout
    assert "fail without any mistake" in done.stderr


def test_every_explanation_means_a_mutant_of_the_program() -> None:
    explained = mutation.explained(mutation.ROOT)
    entries = [entry for names in explained.values() for entry in names]
    modules = sorted({entry.module for entry in entries})
    names = [one.name for one in mutation.chosen(mutation.ROOT, modules)] if modules else []
    stale = [entry for entry in entries if not any(mutation.is_meant(entry, one) for one in names)]
    assert stale == []


def test_what_tests_of_several_files_call_is_not_noticed_by_that_alone(project: Path) -> None:
    body = "(tmp_path: object) -> None:\n    assert size(sum(range({})))\n"
    by_pytest = WEAK_TEST.replace("test_sizes()", "test_sizes(tmp_path: object)")
    slow = f"\n\ndef test_slow{body}".format(5_000_000)
    less_slow = by_pytest.replace("test_sizes(", "test_less_slow(").replace(
        "assert size(-1)", "assert size(-1 - sum(range(1_000_000)))"
    )
    (project / "tests" / "capture" / "test_zoo.py").write_text(less_slow, encoding="utf-8")
    done = ran(project, by_pytest + slow)
    assert "small.py:18 in size: number > LIMIT → number >= LIMIT" in done.stdout


def test_a_run_is_taken_up_again_until_something_changes(project: Path) -> None:
    done = ran(project, STRONG_TEST)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = project / KEPT
    state, *ends = kept.read_text(encoding="utf-8").splitlines()
    assert len(ends) >= 14
    kept.write_text(f'{state}\n["small 11", 0]\n', encoding="utf-8")
    again = ran(project, STRONG_TEST)
    assert (
        "survive:\nsmall.py:18 in size: number > LIMIT → number >= LIMIT\n14 mutants"
        in again.stdout
    )
    anew = ran(project, STRONG_TEST + "\n\nAND_MORE = 1\n")
    assert anew.returncode == 0, anew.stdout + anew.stderr


def test_a_hint_is_tried_and_not_believed(project: Path) -> None:
    ran(project, STRONG_TEST)
    done = ran(project, WEAK_TEST)
    assert "small.py:18 in size: number > LIMIT → number >= LIMIT" in done.stdout
    assert "small.py:13 in module: 10 → 11" in done.stdout


def test_the_table_tells_of_every_module_and_every_reason() -> None:
    told = (mutation.ROOT / mutation.TABLE).read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| (\w+) \| \d+", told, re.MULTILINE))
    assert rows == {one.path.stem for one in mutation.chosen(mutation.ROOT, [])}
    reasons = re.findall(r"^## (.+)$", told, re.MULTILINE)
    assert reasons == list(mutation.explained(mutation.ROOT)), "run packaging/mutation.py --write"
