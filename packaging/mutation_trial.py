"""Tries mutants on the tests: each in a process of its own, forked from one in which all is ready.

Most mistakes are inside a function: the process has collected the tests and knows which of them call it; its
child gets the wrong code and runs those, the quickest first. What has its effect when a module is imported
(tables, default values) is tried in a child of a process that has imported nothing of the program yet.
"""

import cProfile
import gc
import importlib
import importlib.machinery
import inspect
import os
import resource
import runpy
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final, NoReturn, Self

import hypothesis
import pytest
from _pytest.mark import ParameterSet
from _pytest.runner import runtestprotocol
from mutants import Mutant
from mutation_hints import Hints

CALM: Final = (
    *("-q", "--numprocesses=0", "-p", "no:randomly", "-p", "no:cacheprovider", "-o", "timeout=0"),
    *("--assert=plain", "--hypothesis-profile=mutation"),
)
"""One process, one order, the same examples every time; the limits are those of `_confined`."""
READY_SECONDS: Final = 60
FRESH_SECONDS: Final = 100
"""Of the processor, per mutant, about twice what all tests take: one that needs longer runs for ever."""
MEMORY: Final = 4 << 30


class End(IntEnum):
    """How a mutant ended: the exit code of the process that tried it."""

    SURVIVED = 0
    KILLED = 1
    NOT_HERE = 7  # its effect comes with the import
    ENDLESS = 8
    BROKEN = 9  # the trial itself failed


Told = Callable[[Mutant, End], None]
Attempt = Callable[[Mutant], End]


def calm_hypothesis() -> None:
    """Register the profile that the trials run with: the same few examples, the first failure ends it."""
    # Loaded now: pytest's plug-in refuses to come after tests that were called without it.
    importlib.import_module("_hypothesis_pytestplugin")
    hypothesis.settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=15,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def _confined(seconds: int) -> None:
    """Keep a mutant from running for ever, from eating all memory, and from talking."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(20 * seconds)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _alone(attempt: Attempt, mutant: Mutant, seconds: int) -> NoReturn:
    try:
        _confined(seconds)
        end = attempt(mutant)
    except BaseException:  # noqa: BLE001 - whatever it is, this process must end here
        end = End.BROKEN
    os._exit(end)


def _end_of(status: int) -> End:
    if os.WIFSIGNALED(status):
        limits = {signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL}
        return End.ENDLESS if os.WTERMSIG(status) in limits else End.KILLED
    return End(os.WEXITSTATUS(status))


def each_alone(
    mutants: Iterable[Mutant], attempt: Attempt, told: Told, jobs: int, seconds: int
) -> None:
    """Try each mutant in a forked process, `jobs` at a time, each for so many seconds of the processor at most."""
    running: dict[int, Mutant] = {}

    def reap() -> None:
        pid, status = os.wait()
        told(running.pop(pid), _end_of(status))

    for mutant in mutants:
        if len(running) >= jobs:
            reap()
        if (pid := os.fork()) == 0:
            _alone(attempt, mutant, seconds)
        running[pid] = mutant
    while running:
        reap()


Function = tuple[str, int]
"""A function's file and first line."""


class Ready:
    """A pytest plugin that, all collected, tries mutants on the tests that call them, and runs nothing else."""

    def __init__(self, mutants: list[Mutant], told: Told, jobs: int, hints: Hints) -> None:
        self.mutants, self.told, self.jobs, self.hints = mutants, told, jobs, hints
        self.files = {str(mutant.path) for mutant in mutants}
        self.at_import: set[Function] = set()
        self.callers: dict[Function, set[int]] = defaultdict(set)
        self.seconds: list[float] = []
        self.calls: dict[int, Callable[[], object]] = {}
        self.items: list[pytest.Item] = []
        self.functions: dict[str, list[FunctionType]] = defaultdict(list)
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, Any, Any]:
        """Note which functions are called by imports: their mutants have more to show than in the tests."""
        with _Calls(self.files) as calls:
            result = yield
        self.at_import = calls.functions()
        return result

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """See which test calls what, then try the mutants."""
        self.items = session.items
        self._find_functions()
        for index, item in enumerate(self.items):
            self._observe(index, item)
        if not self.failed:
            gc.enable()
            gc.collect()
            gc.freeze()
            each_alone(self.mutants, self.attempt, self.told, self.jobs, READY_SECONDS)
        return True

    def _observe(self, index: int, item: pytest.Item) -> None:
        began = time.process_time()
        with _Calls(self.files) as calls:
            if self._fails(index):
                self.failed.append(item.nodeid)
        self.seconds.append(time.process_time() - began)
        call = _call_of(item)
        if call is not None and not _raises(call):
            self.calls[index] = call
        for function in calls.functions():
            self.callers[function].add(index)

    def tests(self) -> list[str]:
        """List the tests' files, those first that take the least time."""
        taken: dict[str, float] = defaultdict(float)
        for item, seconds in zip(self.items, self.seconds, strict=True):
            taken[item.nodeid.partition("::")[0]] += seconds
        return sorted(taken, key=taken.__getitem__)

    def _fails(self, index: int) -> bool:
        # Torn down wholly: which test comes next differs, and what is left standing would make any fail.
        reports = runtestprotocol(self.items[index], log=False, nextitem=None)
        return any(report.failed for report in reports)

    def _find_functions(self) -> None:
        gc.unfreeze()
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType) and thing.__code__.co_filename in self.files:
                self.functions[thing.__code__.co_filename].append(thing)
        gc.freeze()

    def attempt(self, mutant: Mutant) -> End:
        """Put the wrong code into the functions, and run the tests that call the one it is in."""
        if mutant.inside is None or not self._planted(mutant):
            return End.NOT_HERE
        function = (str(mutant.path), mutant.inside)
        index = self._noticing(sorted(self.callers[function], key=self._turns(mutant)))
        if index is not None:
            self.hints.note(mutant, self.items[index].nodeid)
            return End.KILLED
        return End.NOT_HERE if function in self.at_import else End.SURVIVED

    def _noticing(self, tests: list[int]) -> int | None:
        """Find the first test that fails: by its function alone, where that is all it needs, else by pytest."""
        fails = (
            index
            for index in tests
            if (_raises(self.calls[index]) if index in self.calls else self._fails(index))
        )
        return next(fails, None)

    def _turns(self, mutant: Mutant) -> Callable[[int], tuple[int, float]]:
        """Tell the order of tests: first those that noticed this mutant, or most others near it."""
        turns = self.hints.turns(mutant)
        return lambda index: (turns[self.items[index].nodeid], self.seconds[index])

    def _planted(self, mutant: Mutant) -> bool:
        try:
            codes = _codes_in(mutant.code())
        except SyntaxError:
            return False
        for function in self.functions[str(mutant.path)]:
            old = function.__code__
            same = codes[old.co_qualname, old.co_firstlineno]
            if len(same) != 1 or same[0].co_freevars != old.co_freevars:
                return False
            function.__code__ = same[0]
        return True


def _call_of(item: pytest.Item) -> Callable[[], object] | None:
    """A test's function with its row, where that is all it needs."""
    if type(item) is not pytest.Function or inspect.iscoroutinefunction(item.obj):
        return None
    row = item.callspec.params if hasattr(item, "callspec") else {}
    needed = inspect.signature(item.obj).parameters.keys()
    return partial(item.obj, **row) if needed <= row.keys() else None


def _raises(call: Callable[[], object]) -> bool:
    try:
        call()
    except pytest.skip.Exception:
        return False
    except BaseException:  # noqa: BLE001 - whatever it is, it was noticed
        return True
    return False


def _codes_in(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)

    def walk(outer: CodeType) -> None:
        found[outer.co_qualname, outer.co_firstlineno].append(outer)
        for one in outer.co_consts:
            if isinstance(one, CodeType):
                walk(one)

    walk(code)
    return found


class _Calls:
    """Notes the functions called while it is open."""

    def __init__(self, files: set[str]) -> None:
        self.files = files
        self.profile = cProfile.Profile(subcalls=False, builtins=False)

    def __enter__(self) -> Self:
        self.profile.enable()
        return self

    def __exit__(self, *_: object) -> None:
        self.profile.disable()

    def functions(self) -> set[Function]:
        """Name those of the modules in question."""
        codes = (entry.code for entry in self.profile.getstats())
        return {
            (code.co_filename, code.co_firstlineno)
            for code in codes
            if isinstance(code, CodeType) and code.co_filename in self.files
        }


class Fresh:
    """Tries a mutant by importing it: on the quickest tests first, then on those about its module, then on all.

    `files` are the tests' files in the order of the time that they take; `quick` those that notice most.
    """

    def __init__(self, files: list[str], quick: list[str], hints: Hints) -> None:
        self.files, self.quick, self.hints = files, quick, hints
        self.passing = {path for path in {*files, *quick} if _passes_alone(path)}

    def attempt(self, mutant: Mutant) -> End:
        """Have the wrong code imported in the module's place, and run the tests."""
        try:
            _import_instead(mutant.path, mutant.code())
        except SyntaxError:
            return End.KILLED
        near = [path for path in self.files if path.endswith(f"/test_{mutant.path.stem}.py")]
        for path in self._soonest(mutant, near):
            if not _passes(path):
                self.hints.note(mutant, path)
                return End.KILLED
        end = self._run(near, mutant) if near else End.SURVIVED
        return end if end is not End.SURVIVED else self._run(self.files, mutant)

    def _soonest(self, mutant: Mutant, near: list[str]) -> list[str]:
        """Choose the files that may notice it without pytest, those first that noticed most others like it."""
        noticed = self.hints.files(mutant)
        some = self.passing & {*self.quick, *near, *noticed}
        return sorted(some, key=lambda path: (-noticed[path], path not in self.quick, path))

    def _run(self, tests: list[str], mutant: Mutant) -> End:
        first = _First()
        code = int(pytest.main([*CALM, "-x", *tests], plugins=[first]))
        if code in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
            self.hints.note(mutant, first.test)
            return End.KILLED
        return End.BROKEN if code else End.SURVIVED


class _First:
    """A pytest plugin that keeps the first test that fails, or the file that cannot be read."""

    def __init__(self) -> None:
        self.test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at a test that was run."""
        if report.failed:
            self.test = self.test or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at a file that was read."""
        if report.failed:
            self.test = self.test or report.nodeid


def _passes(path: str) -> bool:
    """Call the tests of a file that need nothing but their rows: much sooner done than by pytest."""
    try:
        for name, thing in runpy.run_path(path).items():
            if name.startswith("test_"):
                for row in _rows_of(thing):
                    thing(**row)
    except BaseException:  # noqa: BLE001 - whatever it is, it was noticed
        return False
    return True


def _rows_of(test: FunctionType) -> Iterator[dict[str, Any]]:
    """List the rows of a test; none where it needs more than they tell."""
    rows: list[dict[str, Any]] = [{}]
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names = mark.args[0].split(", ") if isinstance(mark.args[0], str) else mark.args[0]
            added = [dict(zip(names, _values(one, names), strict=True)) for one in mark.args[1]]
            rows = [row | more for row in rows for more in added]
    return (row for row in rows if inspect.signature(test).parameters.keys() == row.keys())


def _values(row: Any, names: Sequence[str]) -> Sequence[Any]:  # noqa: ANN401 - a test's row is anything
    values = getattr(row, "values", row) if isinstance(row, ParameterSet) else row
    several = len(names) > 1 or isinstance(row, ParameterSet)
    return list(values) if several else [values]


def _passes_alone(path: str) -> bool:
    """Tell whether a file's tests pass in a process of their own, without any mistake."""
    if (pid := os.fork()) == 0:
        _confined(FRESH_SECONDS)
        os._exit(0 if _passes(path) else 1)
    return os.waitpid(pid, 0)[1] == 0


def _import_instead(path: Path, code: CodeType) -> None:
    ordinary = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        return code if loader.path == str(path) else ordinary(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign] # its purpose
