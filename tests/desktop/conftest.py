"""Gives tests a headless desktop, and keeps what they saw in the folder `artefacts`."""

import re
import shutil
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.helpers.desktop import Desktop

HERE = Path(__file__).parent
ARTEFACTS = HERE.parent.parent / "artefacts"
FAILED = pytest.StashKey[bool]()
MakeDesktop = Callable[..., Desktop]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder: it needs a headless Linux desktop."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.desktop)
            if not sys.platform.startswith("linux"):
                item.add_marker(pytest.mark.skip(reason="headless desktops exist on Linux only"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the fixtures that end after it."""
    del call
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def _end_desktops_when_told_to_end() -> Generator[None]:
    """Turn TERM into an orderly end, so that no desktop outlives the tests."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        pytest.exit(f"ended by signal {number}", returncode=128 + number)

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def artefacts(request: pytest.FixtureRequest) -> Path:
    """A folder for this test's screenshots, emptied when it starts and kept when it ends."""
    node: Any = request.node
    name = re.sub(r"[^\w.-]+", "-", f"{Path(node.path).stem}-{node.name}").strip("-")
    folder = ARTEFACTS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _keep_traces_of_failure(test: pytest.Item, desktop: Desktop, folder: Path) -> None:
    if test.stash.get(FAILED, False):
        desktop.screenshot(folder / "failure.png")
        shutil.copytree(desktop.folder / "logs", folder / "logs", dirs_exist_ok=True)


@pytest.fixture
def make_desktop(request: pytest.FixtureRequest, artefacts: Path) -> Generator[MakeDesktop]:
    """Start desktops: `make_desktop(tray="xfce", keyring="locked")`; they end with the test.

    When the test fails, the screen and what every program said are kept in its artefacts.
    """
    with ExitStack() as ends:

        def make(**wishes: Any) -> Desktop:  # noqa: ANN401 - the wishes are Desktop's own
            desktop = ends.enter_context(Desktop(**wishes))
            ends.callback(_keep_traces_of_failure, request.node, desktop, artefacts)
            return desktop

        yield make


@pytest.fixture
def desktop(request: pytest.FixtureRequest, make_desktop: MakeDesktop) -> Desktop:
    """A desktop with a tray (lxqt), or with what an indirect parameter asks for."""
    return make_desktop(**getattr(request, "param", {}))
