"""Buttons stand two in a line where their texts fit, in their order, and one below the other where not."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.status.session_buttons import in_lines
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle


@given(st.lists(st.integers(1, 400), max_size=8), st.integers(1, 800))
def test_every_button_has_its_place_and_fits(widths: list[int], room: int) -> None:
    lines = in_lines(widths, room)
    assert [place for line in lines for place in line] == list(range(len(widths)))
    for line in lines:
        assert 1 <= len(line) <= 2
        assert len(line) == 1 or sum(widths[place] for place in line) + 8 <= room


def test_two_that_fit_share_a_line_whatever_the_third_needs() -> None:
    assert in_lines([170, 160, 300], 352) == [[0, 1], [2]]
    assert in_lines([300, 160, 170], 352) == [[0], [1, 2]]
    assert in_lines([], 352) == []


def test_a_wider_window_needs_fewer_lines(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(CaptureState.PENDING_APPROVAL))
        window.show()
        heights = []
        for width in (window.minimumWidth(), 900):
            window.resize(width, 700)
            await settle()
            tops = {b.y() for b in window.card.secondary.findChildren(QPushButton)}
            heights.append(len(tops))
        assert heights[0] >= heights[1]
        assert heights[1] == 2

    play(qapp, scene)
