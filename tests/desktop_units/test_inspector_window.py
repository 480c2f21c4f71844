"""The event inspector: newest first, filtered, copied, and nothing kept while it is closed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from rtms_tray.runtime.event_log import KEPT
from rtms_tray.support.texts import text
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.exchanges import Call, Exchange
from rtms_tray.zoom.feeds import Received
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop

pytestmark = pytest.mark.qt_loop


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_events_are_listed_newest_first_as_plain_text(full: FullDesktop) -> None:
    full.receive("meeting.started")
    window = full.windows.inspector
    window.bring()
    full.receive("meeting.ended")
    texts = [window.list.item(place).text() for place in range(window.list.count())]
    assert [text.split()[-1] for text in texts] == ["meeting.ended", "meeting.started"]
    window.list.setCurrentRow(0)
    assert "<b>bold</b>" in window.box.toPlainText()
    assert window.counted.text() == "2 entries"


async def test_the_filter_holds_for_what_comes_later(full: FullDesktop) -> None:
    window = full.windows.inspector
    window.bring()
    QTest.keyClicks(window.filter, "ended")
    for name in ("meeting.started", "meeting.ended"):
        full.receive(name)
    assert window.list.count() == 1
    QTest.keyClicks(window.filter, " nothing")
    assert window.list.count() == 0
    assert not window.copy_all.isEnabled()
    assert window.counted.text() == text("windows.inspector.none_found")
    window.filter.clear()
    assert window.list.count() == 2


async def test_copying_one_and_all(full: FullDesktop) -> None:
    for name in ("meeting.started", "meeting.ended"):
        full.receive(name)
    window = full.windows.inspector
    window.bring()
    assert "meeting.ended" in window.box.toPlainText()  # the newest one is open at once
    window.list.setCurrentRow(1)
    click(window.copy_selected)
    copied = QGuiApplication.clipboard().text()
    assert "meeting.started" in copied
    assert "meeting.ended" not in copied
    click(window.copy_all)
    copied = QGuiApplication.clipboard().text()
    assert copied.index("meeting.ended") < copied.index("meeting.started")
    assert window.counted.text() == "Copied 2 entries."


async def test_no_more_is_listed_than_is_kept(full: FullDesktop) -> None:
    window = full.windows.inspector
    window.bring()
    for _ in range(KEPT + 3):
        full.receive("meeting.started")
    assert window.list.count() == KEPT


async def test_a_closed_inspector_hears_nothing_and_catches_up(full: FullDesktop) -> None:
    window = full.windows.inspector
    window.bring()
    window.close()
    full.receive("meeting.started")
    assert window.list.count() == 0
    window.bring()
    assert window.list.count() == 1


async def test_a_closed_inspector_keeps_no_event_and_has_them_again_when_it_opens(
    full: FullDesktop,
) -> None:
    raw = '{"event": "meeting.started", "event_ts": 1, "payload": {}}'
    inspector = full.windows._window_inputs.inspector
    inspector.add(Received(decode(raw, samples.NOW), raw, samples.NOW))
    window = full.windows.inspector
    window.bring()
    assert "meeting.started" in window.box.toPlainText()
    window.close()
    assert (window.list.count(), window.box.toPlainText()) == (0, "")
    window.bring()
    assert window.list.count() == 1
    assert "meeting.started" in window.box.toPlainText()


async def test_requests_are_among_the_events_and_can_be_shown_alone(full: FullDesktop) -> None:
    window = full.windows.inspector
    window.bring()
    full.receive("meeting.started")
    call = Call(1, samples.NOW, "PATCH", "/v2/live_meetings/98712345670/rtms_app/status")
    refusal = {"code": 2310, "message": "Not entitled."}
    full.windows._window_inputs.inspector.add_exchange(Exchange(call, 183, 400, refusal))
    assert window.list.count() == 2
    assert "400 · 2310 · Not entitled. · 183 ms" in window.list.item(0).text()
    window.kind.setCurrentIndex(2)
    assert window.list.count() == 1
    full.receive("meeting.ended")
    assert window.list.count() == 1
    window.kind.setCurrentIndex(1)
    assert [window.list.item(place).text().split()[-1] for place in range(2)] == [
        "meeting.ended",
        "meeting.started",
    ]
