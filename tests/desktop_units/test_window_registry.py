"""The windows beside the status window: the menu opens them, and they end together."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.widgets.app_window import AppWindow
from rtms_tray.presentation.view_model import AccountView, Overview, SignInState
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop
from tests.helpers.histories import keep_many
from tests.helpers.windows import until

pytestmark = pytest.mark.qt_loop


NOT_CONFIGURED = AccountView(SignInState.NOT_CONFIGURED)


def not_set_up() -> Overview:
    return replace(samples.at_rest(samples.S.SIGNED_OUT), account=NOT_CONFIGURED)


def entries(full: FullDesktop) -> dict[str, Callable[[], None]]:
    """Every entry of the tray's menu, and of the menus in it, with what chooses it."""
    found = {}
    for action in full.desktop.menu.menu.actions():
        found[action.text()] = action.trigger
        inside = action.menu()
        if isinstance(inside, QMenu):
            found.update({inner.text(): inner.trigger for inner in inside.actions()})
    return found


class Opener(QObject):
    """Takes what would be opened by the system's own program."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Remember it."""
        self.opened.append(url)


@pytest.fixture
def opener() -> Iterator[Opener]:
    handler = Opener()
    QDesktopServices.setUrlHandler("file", handler, "open")  # type: ignore[arg-type]  # wants text
    yield handler
    QDesktopServices.unsetUrlHandler("file")


@pytest.mark.parametrize(
    ("entry", "window"),
    [
        ("Settings…", "Settings"),
        ("Help", "Help"),
        ("Diagnostics", "Diagnostics"),
        ("Event inspector", "Event inspector"),
        ("Log", "Log"),
        ("History…", "History"),
        ("Set up…", "Set up"),
    ],
)
async def test_the_menu_opens_each_window(full: FullDesktop, entry: str, window: str) -> None:
    full.desktop.show(samples.at_rest())
    full.desktop.show(samples.overview(samples.S.SHARING))  # filled a second time
    await until(full.desktop.window.isActiveWindow)  # it opens by itself: there is no tray
    entries(full)[entry]()
    shown = [
        w for w in QApplication.topLevelWidgets() if isinstance(w, AppWindow) and w.isVisible()
    ]
    assert [w.windowTitle() for w in shown] == [f"{window} – rtms-tray"]
    await until(shown[0].isActiveWindow)
    QTest.keyClick(shown[0], Qt.Key.Key_Escape)
    await until(lambda: not shown[0].isVisible())


async def test_the_windows_own_menu_has_them_too(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    full.desktop.open_window()
    texts = [action.text() for action in full.desktop.window.menu.menu.actions()]
    assert "Settings…" in texts
    assert "Help and diagnostics" in texts


async def test_everything_that_takes_the_focus_has_a_name(full: FullDesktop) -> None:
    full.desktop.show(not_set_up())
    windows = (
        full.windows.settings, full.windows.inspector, full.windows.help, full.windows.doctor,
        full.windows.setup_wizard, full.windows.crash, full.windows.doctor.report, full.windows.log,
    )  # fmt: skip
    nameless = [
        (panel.windowTitle(), widget.metaObject().className())
        for panel in windows
        for widget in panel.findChildren(QPushButton) + panel.findChildren(QLineEdit)
        if not widget.accessibleName()
        if not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


async def test_an_open_history_follows_what_happens(full: FullDesktop) -> None:
    keep_many(full.profile.history_file, 2, samples.NOW)
    full.desktop.show(samples.at_rest())
    full.windows.open_history()
    model = full.windows.history.model
    await until(lambda: model.rowCount() == 2)
    keep_many(full.profile.history_file, 3, samples.NOW)
    full.desktop.show(samples.overview(CaptureState.SHARING))
    await until(lambda: model.rowCount() == 3)


async def test_the_logs_folder_is_opened_by_the_systems_own_program(
    full: FullDesktop, opener: Opener
) -> None:
    full.windows.open_log()
    buttons = full.windows.log.findChildren(QPushButton)
    folder = next(part for part in buttons if part.text() == "Open folder")
    folder.click()
    assert [Path(url.toLocalFile()) for url in opener.opened] == [full.profile.log_folder]


async def test_the_set_up_can_be_opened_before_anything_is_known(full: FullDesktop) -> None:
    full.windows.open_setup()
    setup_wizard = full.windows.setup_wizard
    assert setup_wizard.isVisible()
    full.desktop.show(samples.at_rest())  # and follows when something is
    assert setup_wizard.isVisible()


async def test_the_end_leaves_no_window(qapp: QApplication, tmp_path: Path) -> None:
    full = FullDesktop(qapp, tmp_path)
    keep_many(full.profile.history_file, 2, samples.NOW)
    full.desktop.show(samples.at_rest())
    full.desktop.open_window()
    for name in ("settings", "history", "help", "doctor", "inspector", "log"):
        getattr(full.windows, f"open_{name}")()
    mine = [full.desktop.window, *full.windows._windows.values()]
    assert all(window.isVisible() for window in mine)
    await until(lambda: full.windows.history.model.rowCount() == 2)
    await full.desktop.end()
    assert not any(window.isVisible() for window in mine)
    left = [part for part in QApplication.topLevelWidgets() if isinstance(part, AppWindow)]
    assert not any(part.isVisible() for part in left)
