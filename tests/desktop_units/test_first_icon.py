"""The icon before the program: it is there at once, and nothing that is clicked meanwhile is lost."""

import builtins
import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.first_icon import FirstIcon, use_plain_imports
from rtms_tray.desktop.icons import IconStyle
from rtms_tray.desktop.tray import Tray
from tests.desktop_units import samples
from tests.desktop_units.fakes import Recorder, settle

CLICK = QSystemTrayIcon.ActivationReason.Trigger
MENU = QSystemTrayIcon.ActivationReason.Context


@pytest.fixture
def first(qapp: QApplication) -> Iterator[FirstIcon]:
    was_on = gc.isenabled()
    icon = FirstIcon(qapp)
    yield icon
    icon.icon.hide()
    if was_on:
        gc.enable()


def test_it_is_shown_with_a_menu_that_is_not_empty(first: FirstIcon) -> None:
    assert first.icon.isVisible()
    assert not first.icon.icon().isNull()
    assert [action.text() for action in first.menu.actions()] == ["rtms-tray"]
    assert not gc.isenabled()


def test_work_is_done_in_a_thread_while_qt_runs(first: FirstIcon) -> None:
    ticked = threading.Event()
    QTimer.singleShot(0, ticked.set)

    def work() -> str:
        assert ticked.wait(10), "this thread was kept waiting"
        return threading.current_thread().name

    assert first.meanwhile(work) == "loading"
    assert not first.asked_to_quit


def test_what_the_work_raises_is_raised(first: FirstIcon) -> None:
    def fail() -> None:
        raise ImportError("damaged")

    with pytest.raises(ImportError, match="damaged"):
        first.meanwhile(fail)


def test_being_told_to_quit_is_remembered_and_the_work_ends(
    qapp: QApplication, first: FirstIcon
) -> None:
    ended = threading.Event()
    qapp.aboutToQuit.connect(ended.set)
    QTimer.singleShot(0, qapp.quit)
    assert first.meanwhile(lambda: ended.wait(10))
    assert first.asked_to_quit


class Watched(Desktop):
    """A desktop that notes when its window is opened."""

    opened = 0

    def open_window(
        self, session_key: str | None = None, part: str = "", *, asked: bool = True
    ) -> None:
        """Note it."""
        super().open_window(session_key, part, asked=asked)
        self.opened += 1


@pytest.mark.parametrize(("reason", "times"), [(CLICK, 1), (MENU, 0)], ids=["click", "menu"])
def test_a_click_is_served_once_the_program_is_there(
    qapp: QApplication, first: FirstIcon, reason: QSystemTrayIcon.ActivationReason, times: int
) -> None:
    first.icon.activated.emit(reason)

    async def scene(desktop: Watched) -> None:
        desktop.show(samples.overview(CaptureState.IDLE))
        assert desktop.opened == times
        assert desktop.tray.icon is first.icon

    run_behind(qapp, first, scene)


def test_the_first_menu_is_filled_where_the_tray_only_says_that_it_opens(
    qapp: QApplication, first: FirstIcon
) -> None:
    first.menu.aboutToShow.emit()

    async def scene(desktop: Watched) -> None:
        desktop.show(samples.overview(CaptureState.IDLE))
        assert len(first.menu.actions()) > 1

    run_behind(qapp, first, scene)


def test_the_first_menu_is_filled_but_not_while_somebody_looks_at_it(
    qapp: QApplication, first: FirstIcon
) -> None:
    first.menu.popup(QPoint())

    async def scene(desktop: Watched) -> None:
        desktop.show(samples.overview(CaptureState.IDLE))
        assert [action.text() for action in first.menu.actions()] == ["rtms-tray"]
        first.menu.hide()
        await settle()
        assert len(first.menu.actions()) > 1

    run_behind(qapp, first, scene)


def test_a_tray_that_came_meanwhile_gets_an_icon_of_its_own(first: FirstIcon) -> None:
    first.had_tray = False
    tray = Tray(first.menu, available=lambda: True, first=first)
    tray.show(samples.overview(CaptureState.IDLE), IconStyle.ANY)
    assert tray.icon is not first.icon
    assert tray.icon.isVisible()
    assert not first.icon.isVisible()
    tray.close()


def run_behind(
    qapp: QApplication, first: FirstIcon, scene: Callable[[Watched], Coroutine[Any, Any, None]]
) -> None:
    """Run a scene with a desktop that goes on with the first icon."""

    async def main() -> None:
        desktop = Watched(qapp, Recorder(), DesktopInputs(no_meetings, lambda: None), None, first)
        try:
            await scene(desktop)
        finally:
            desktop.close()
            await settle()

    run(main(), qapp)


async def no_meetings() -> tuple[()]:
    return ()


def test_sources_of_modules_are_not_read_and_kept() -> None:
    """A process of its own: nobody has imported anything there."""
    script = (
        "import linecache, sys\n"
        "from rtms_tray.desktop.first_icon import FirstIcon\n"
        "FirstIcon().meanwhile(lambda: __import__('rtms_tray.desktop.tray'))\n"
        "print([name for name in linecache.cache if name.endswith('desktop/tray.py')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_another_binding_may_have_no_imports_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(builtins, "__orig_import__")
    before = builtins.__import__
    use_plain_imports()
    assert builtins.__import__ is before
