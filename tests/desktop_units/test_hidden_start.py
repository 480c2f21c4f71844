"""Started at log-in: nothing opens before somebody asks for it, and without a tray the taskbar leads to the window."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop, settle

pytestmark = pytest.mark.qt_loop
NOT_SET_UP = AccountView(SignInState.NOT_CONFIGURED)


@pytest.fixture
async def hidden(qapp: QApplication, tmp_path: Path) -> AsyncIterator[FullDesktop]:
    full = FullDesktop(qapp, tmp_path, hidden=True)
    yield full
    full.desktop.close()
    await settle()


async def test_what_is_not_set_up_waits_for_a_click(hidden: FullDesktop) -> None:
    hidden.desktop.show(replace(samples.at_rest(CaptureState.SIGNED_OUT), account=NOT_SET_UP))
    await settle()
    assert not hidden.windows.setup_wizard.isVisible()
    hidden.desktop.tray.clicked.emit()
    assert hidden.windows.setup_wizard.isVisible()


async def test_without_a_tray_the_window_is_minimised(hidden: FullDesktop) -> None:
    hidden.desktop.show(samples.at_rest())
    hidden.desktop.tray.missing.emit("There is none.")
    await settle()
    assert hidden.desktop.window.isMinimized()
    hidden.desktop.open_window()
    assert hidden.desktop.window.isVisible()
    assert not hidden.desktop.window.isMinimized()
