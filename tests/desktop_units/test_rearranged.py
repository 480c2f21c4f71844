"""Buttons that stand already find new places when the window gets wider or narrower, and still work."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.view_model import ActionView
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

OBVIOUS = ActionView("resend", "Send again", primary=True)
OFFERED = (
    ActionView("explain", "Explain in every detail what happened"),
    ActionView("message", "Copy a message for the host of it"),
    ActionView("give-up", "Give up"),
)
WIDE = 900


def test_the_same_buttons_move_and_still_send_their_commands(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        session = replace(samples.session(CaptureState.STOPPED), actions=(OBVIOUS, *OFFERED))
        stage.desktop.show(samples.of_sessions(session))
        window.show()
        shown = window.card.secondary
        lines = []
        for width in (window.minimumWidth(), WIDE, window.minimumWidth()):
            window.resize(width, 700)
            await settle()
            lines.append([shown.buttons[place].y() for place in range(len(OFFERED))])
        first, wide, again = lines
        assert first == again
        assert first == sorted(set(first))  # one below the other
        assert wide[0] == wide[1] < wide[2]
        QTest.mouseClick(shown.buttons[0], Qt.MouseButton.LeftButton)
        await settle()
        assert stage.commander.asked == [("explain", {"meeting": session.key})]

    play(qapp, scene)
