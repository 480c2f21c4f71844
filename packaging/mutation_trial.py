"""Tries mutants on the tests: each in a process of its own, forked from one in which all is ready.

Most mistakes are inside a function: the process has collected the tests and knows which of them call it; its
child gets the wrong code and runs those, the quickest first. What has its effect when a module is imported
(tables, default values) is tried in a child of a process that has imported nothing of the program yet.
"""

import gc
import importlib.machinery
import os
import resource
import runpy
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from enum import IntEnum
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Final, NoReturn, Self

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from mutants import Mutant

CALM: Final = (
    *("-q", "--numprocesses=0", "-p", "no:randomly", "-p", "no:cacheprovider", "-o", "timeout=0"),
    *("--assert=plain", "--hypothesis-profile=mutation"),
)
"""One process, one order, the same examples every time; the limits are those of `_confined`."""
READY_SECONDS: Final = 20
FRESH_SECONDS: Final = 60
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
    hypothesis.settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=40,
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

    def __init__(self, mutants: list[Mutant], told: Told, jobs: int) -> None:
        self.mutants, self.told, self.jobs = mutants, told, jobs
        self.files = {str(mutant.path) for mutant in mutants}
        self.at_import: set[Function] = set()
        self.callers: dict[Function, set[int]] = defaultdict(set)
        self.seconds: list[float] = []
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
        for function in calls.functions():
            self.callers[function].add(index)

    def tests(self) -> list[str]:
        """List the tests' files, those first that take the least time."""
        taken: dict[str, float] = defaultdict(float)
        for item, seconds in zip(self.items, self.seconds, strict=True):
            taken[item.nodeid.partition("::")[0]] += seconds
        return sorted(taken, key=taken.__getitem__)

    def _fails(self, index: int) -> bool:
        following = self.items[index + 1] if index + 1 < len(self.items) else None
        reports = runtestprotocol(self.items[index], log=False, nextitem=following)
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
        for index in sorted(self.callers[function], key=self.seconds.__getitem__):
            if self._fails(index):
                return End.KILLED
        return End.NOT_HERE if function in self.at_import else End.SURVIVED

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
        self.codes: set[CodeType] = set()

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call":
            self.codes.add(frame.f_code)

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def functions(self) -> set[Function]:
        """Name those of the modules in question."""
        codes = (code for code in self.codes if code.co_filename in self.files)
        return {(code.co_filename, code.co_firstlineno) for code in codes}


class Fresh:
    """Tries a mutant by importing it: on the quickest tests first, then on those about its module, then on all.

    `files` are the tests' files in the order of the time that they take; `quick` those of them that need no pytest.
    """

    def __init__(self, files: list[str], quick: list[str]) -> None:
        self.files, self.quick = files, quick

    def attempt(self, mutant: Mutant) -> End:
        """Have the wrong code imported in the module's place, and run the tests."""
        try:
            _import_instead(mutant.path, mutant.code())
        except SyntaxError:
            return End.KILLED
        if not all(_passes(path) for path in self.quick):
            return End.KILLED
        near = [path for path in self.files if path.endswith(f"/test_{mutant.path.stem}.py")]
        for files in (near, self.files) if near else (self.files,):
            code = int(pytest.main([*CALM, "-x", *files]))
            if code:
                known = {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
                return End.KILLED if code in known else End.BROKEN
        return End.SURVIVED


def _passes(path: str) -> bool:
    """Call the tests of a file that need nothing: much sooner done than by pytest."""
    try:
        for name, thing in runpy.run_path(path).items():
            if name.startswith("test_") and not thing.__code__.co_argcount:
                thing()
    except Exception:  # noqa: BLE001 - whatever it is, it was noticed
        return False
    return True


def _import_instead(path: Path, code: CodeType) -> None:
    ordinary = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        return code if loader.path == str(path) else ordinary(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign] # its purpose
