"""Run by hand: draws the window in every state, light and dark, into the PNG named on the command line."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.commands import Answer, Command, Exit, Say
from rtms_tray.desktop.banner import BannerView
from rtms_tray.desktop.choices import MeetingChoice
from rtms_tray.desktop.looks import DARK, LIGHT
from rtms_tray.desktop.surface import Desktop
from rtms_tray.desktop.tray import why_no_tray
from rtms_tray.view_model import Overview
from tests.desktop_units import samples

WIDTH, HEIGHT, PER_ROW = 420, 660, 6


class Nobody:
    """A commander that does nothing."""

    async def perform(self, command: Command, say: Say) -> Answer:
        """Agree to everything."""
        return Answer(Exit.DONE, command.name + str(say)[:0])


async def no_meetings() -> Sequence[MeetingChoice]:
    """Have no meetings."""
    return ()


def all_overviews() -> list[Overview]:
    """Give what the gallery shows."""
    several = samples.of_sessions(
        samples.session(CaptureState.RESEND_NEEDED),
        samples.session(CaptureState.SHARING, key="81122223333"),
        notices=(samples.NOTICE,),
    )
    unverified = samples.overview(CaptureState.SHARING, unverified=True)
    return [*map(samples.overview, CaptureState), unverified, several]


def main(path: str) -> None:
    """Draw every window, first light, then dark."""
    desktop = Desktop(app, Nobody(), no_meetings, app.quit, clock=lambda: samples.NOW)
    overviews = all_overviews()
    rows = -(-2 * len(overviews) // PER_ROW)
    sheet = QPixmap(PER_ROW * WIDTH, rows * HEIGHT)
    painter = QPainter(sheet)
    window = desktop.window
    window.resize(WIDTH, HEIGHT)
    window.show()
    for place, (looks, overview) in enumerate(
        [(looks, o) for looks in (LIGHT, DARK) for o in overviews]
    ):
        window.set_looks(looks)
        own = BannerView("no-tray", Severity.INFO, "No tray icon", why_no_tray())
        window.show_own([own] if overview.overall is CaptureState.SIGNED_OUT else [])
        window.show_overview(overview)
        for _ in range(3):
            app.sendPostedEvents()
            app.processEvents()
        left, top = place % PER_ROW * WIDTH, place // PER_ROW * HEIGHT
        window.render(painter, QPoint(left, top), QRect(0, 0, WIDTH, HEIGHT))
    painter.end()
    sheet.save(path)


if __name__ == "__main__":
    app = QApplication(sys.argv)
    main(sys.argv[1])
