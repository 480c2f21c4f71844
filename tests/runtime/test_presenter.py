"""The surfaces are shown once for many changes, the icon ahead of everything else."""

import asyncio

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import icon_view, overview
from rtms_tray.presentation.view_model import IconView, Overview
from rtms_tray.runtime.presenter import QUICK_S, SHOWING_PAUSE, Presenter, pause_after
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs


class Screen:
    """Writes down what is made and shown, in its order."""

    def __init__(self) -> None:
        self.board = board(in_state(CaptureState.SHARING))
        self.seen: list[str] = []
        self.shown = asyncio.Event()
        self.presenter = Presenter(self._overview, self._icon)

    def _overview(self) -> Overview:
        self.seen.append("words")
        return overview(self.board, overview_inputs(), NOON)

    def _icon(self) -> IconView:
        return icon_view(self.board, overview_inputs())

    def draw(self, icon: IconView) -> None:
        """Draw the icon."""
        self.seen.append(f"icon {icon.overall}")

    def show(self, view: Overview) -> None:
        """Show everything."""
        self.seen.append(f"shown {view.overall}")
        self.shown.set()


async def test_the_icon_is_drawn_before_anything_is_put_into_words() -> None:
    screen = Screen()
    screen.presenter.listen(screen.show)
    screen.presenter.draw_first(screen.draw)
    screen.seen.clear()
    screen.shown.clear()
    for _ in range(3):
        screen.presenter.show_soon()
    async with asyncio.timeout(10):
        await screen.shown.wait()
    assert screen.seen == ["icon sharing", "words", "shown sharing"]
    screen.presenter.close()


def test_only_what_takes_long_makes_room_for_everything_else() -> None:
    assert pause_after(QUICK_S) == 0
    assert pause_after(10.0) == 10.0 * SHOWING_PAUSE
