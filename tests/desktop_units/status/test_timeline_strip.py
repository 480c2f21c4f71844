"""The timeline strip: shares its width, tells every stretch, and shows kinds by more than colour."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.status.timeline_strip import TimelineStrip, pieces
from rtms_tray.desktop.theme import DARK, LIGHT
from rtms_tray.presentation.view_model import SpanView
from rtms_tray.presentation.wording import clock, span_line
from rtms_tray.store.state import WindowGeometryFile
from rtms_tray.support.languages import load
from rtms_tray.support.texts import use_language
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle, status_window

NOW = samples.NOW
K = SpanKind
SPANS = (
    SpanView(NOW - 30 * MINUTE, NOW - 20 * MINUTE, K.LOST, "Asked"),
    SpanView(NOW - 20 * MINUTE, NOW - 20 * MINUTE + SECOND, K.PAUSED, "Paused"),
    SpanView(NOW - 20 * MINUTE + SECOND, NOW - 15 * MINUTE, K.UNKNOWN, "Not seen"),
    SpanView(NOW - 10 * MINUTE, None, K.CAPTURED, "Sharing"),
)


def stripwith(spans: tuple[SpanView, ...], width: int = 300) -> TimelineStrip:
    strip = TimelineStrip()
    strip.resize(width, strip.sizeHint().height())
    strip.show_spans(spans, LIGHT, NOW)
    strip.show()
    return strip


lengths = st.lists(st.integers(0, 10 * HOUR), min_size=0, max_size=25)


S = CaptureState


@given(lengths, lengths, st.integers(20, 2_000))
def test_the_width_is_shared_whole_and_nothing_vanishes(
    worth: list[int], gaps: list[int], width: int
) -> None:
    spans, at = [], NOW
    for length, gap in zip(worth, gaps, strict=False):
        spans.append(SpanView(at, at + length, K.LOST, ""))
        at += length + gap
    placed = pieces(spans, at, width)
    assert len(placed) == sum(span.end != span.start for span in spans)
    assert all(piece.right - piece.left >= 3.9 for piece in placed)
    assert all(a.right <= b.left + 0.001 for a, b in pairwise(placed))
    if placed and width >= 14 * len(placed):
        assert placed[-1].right == pytest.approx(width)


def test_longer_stretches_are_wider_and_a_gap_takes_little() -> None:
    first, short, third, last = pieces(SPANS, NOW, 400)
    assert short.right - short.left == 4
    assert first.right - first.left == pytest.approx(2 * (third.right - third.left), rel=0.02)
    assert last.left - third.right == 10
    assert pieces((), NOW, 400) == ()


@pytest.mark.usefixtures("qapp")
def test_the_arrow_keys_tell_every_stretch() -> None:
    strip = stripwith(SPANS)
    assert strip.accessibleName() == "Timeline"
    assert all(span_line(span, NOW) in strip.accessibleDescription() for span in SPANS)
    words = []
    for _ in range(5):
        QTest.keyClick(strip, Qt.Key.Key_Right)
        words.append(strip.chosen_words)
        assert QToolTip.text() == strip.chosen_words == strip.accessibleDescription()
    assert words == [*(span_line(span, NOW) for span in SPANS), span_line(SPANS[-1], NOW)]
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.chosen_words == span_line(SPANS[2], NOW)
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert (
        strip.chosen_words
        == f"{clock(SPANS[0].start)} – {clock(NOW - 20 * MINUTE)} · 10 min lost · Asked"
    )
    QTest.keyClick(strip, Qt.Key.Key_End)
    assert "now" in strip.chosen_words
    strip.choose(None)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.chosen_words == span_line(SPANS[-1], NOW)
    QTest.keyClick(strip, Qt.Key.Key_A)  # none of its keys
    assert strip.chosen_words == span_line(SPANS[-1], NOW)
    strip.hide()


def test_where_one_reads_from_the_right_the_labels_stay_at_their_ends(qapp: QApplication) -> None:
    def beginning() -> QImage:
        strip = stripwith(SPANS)
        shown = strip.grab().toImage()
        return shown.copy(0, 0, shown.width() // 3, round(strip.area(0).top()))

    written = beginning()
    use_language(load("en-XR"))
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert beginning() == written
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.usefixtures("qapp")
def test_the_mouse_tells_what_is_under_it() -> None:
    strip = stripwith(SPANS)
    middle = strip.area(2).center().toPoint()
    QTest.mouseMove(strip, middle)
    QApplication.processEvents()
    assert strip.chosen_words == span_line(SPANS[2], NOW)
    gap = QPoint(round(strip.area(3).left()) - 5, middle.y())
    QTest.mouseMove(strip, gap)
    QApplication.processEvents()
    assert strip.chosen_words == span_line(SPANS[2], NOW)  # until another one is under it
    strip.clearFocus()
    strip.choose(2)
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert strip.chosen_words == ""
    strip.hide()


@pytest.mark.usefixtures("qapp")
def test_what_goes_on_grows_with_time() -> None:
    strip = stripwith(SPANS)
    before = strip.area(3).width()
    strip.tick(NOW + 30 * MINUTE)
    assert strip.area(3).width() > before
    assert "40 min captured" in strip.accessibleDescription()
    strip.show_spans((), LIGHT, NOW)
    assert not strip.isVisible()
    strip.show_spans((SpanView(NOW, None, K.LOST, ""),), LIGHT, NOW)  # of no length yet
    strip.grab()
    assert strip.count() == 0
    strip.hide()


@pytest.mark.usefixtures("qapp")
def test_fewer_stretches_let_go_of_the_chosen_one() -> None:
    strip = stripwith(SPANS)
    strip.choose(3)
    strip.show_spans(SPANS[:2], LIGHT, NOW)
    assert strip.chosen_words == ""
    strip.choose(1)
    strip.show_spans(SPANS[:2], DARK, NOW)  # the same ones in other colours
    assert strip.chosen_words == span_line(SPANS[1], NOW)
    strip.hide()


def test_the_window_shows_and_ages_it_only_while_visible(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(samples.S.SHARING))
        assert not window._timer.isActive()
        harness.desktop.open_window()
        await settle()
        strip = window.card.strip
        assert strip.isVisible()
        assert strip.count() == len(samples.spans(samples.S.SHARING))
        assert window._timer.isActive()
        before = strip.area(5).width()
        harness.at += 30 * MINUTE
        window._tick()
        assert strip.area(5).width() > before
        window.close()
        assert not window._timer.isActive()
        harness.desktop.show(samples.at_rest())
        assert strip.isVisibleTo(window)  # nobody looks
        window.bring()
        assert not strip.isVisibleTo(window)

    run_scene(qapp, scene)


@pytest.mark.usefixtures("qapp")
def test_a_stray_key_in_the_stripgoes_on_to_the_window(tmp_path: Path) -> None:
    window = status_window(WindowGeometryFile(tmp_path / "windows.json"))
    window.show_overview(samples.overview(S.SHARING))
    window.bring()
    assert QTest.qWaitForWindowActive(window)
    window.card.strip.setFocus()
    QTest.keyClick(window.card.strip, Qt.Key.Key_Escape)
    assert window.isHidden()
