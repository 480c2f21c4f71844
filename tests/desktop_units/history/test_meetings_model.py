"""The list of past meetings as Qt's views use it: read page by page."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rtms_tray.desktop.history.meetings_model import MeetingsModel
from rtms_tray.history.model import HostSide
from rtms_tray.history.reader import MeetingLine, Page
from rtms_tray.support.frozen import replace
from tests.helpers.manual_clock import NOON


def line(number: int) -> MeetingLine:
    return MeetingLine(
        key=f"k{number}", meeting_number=f"9871234{number:04}", meeting_uuid=None,
        host=HostSide.UNKNOWN, began_at=NOON + number, ended_at=NOON + number + 1, end_reason="meeting_ended",
        captured=60_000, paused=0, lost=0, unknown=0,
    )  # fmt: skip


def page(first: int, end: int, total: int) -> Page:
    return Page(tuple(line(number) for number in range(first, end)), total)


@pytest.fixture
def model(qapp: object) -> Iterator[MeetingsModel]:
    del qapp
    model = MeetingsModel()
    yield model
    model.deleteLater()


def test_it_keeps_to_qts_rules(model: MeetingsModel, qtmodeltester: ModelTester) -> None:
    model.start(page(0, 3, 5))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # the library's
    model.append(page(3, 5, 5))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # the library's


def test_more_is_asked_for_once_until_it_comes(model: MeetingsModel, qtbot: QtBot) -> None:
    model.start(page(0, 3, 5))
    nowhere = QModelIndex()
    with qtbot.waitSignal(model.more_wanted) as wanted:
        model.fetchMore(nowhere)
    assert wanted.args == [3]
    with qtbot.assertNotEmitted(model.more_wanted):
        model.fetchMore(nowhere)
    model.append(page(3, 5, 5))
    assert (model.rowCount(), model.total) == (5, 5)
    assert not model.canFetchMore(nowhere)


def test_a_meeting_that_slipped_down_a_place_is_not_shown_twice(model: MeetingsModel) -> None:
    model.start(page(0, 3, 6))
    model.append(page(2, 5, 6))
    assert [model.row_of(f"k{number}") for number in range(6)] == [0, 1, 2, 3, 4, None]
    model.append(page(0, 5, 6))
    assert model.total == model.rowCount() == 5, "what brings nothing new is the end"


def test_rows_have_no_names_and_places_beyond_them_no_words(model: MeetingsModel) -> None:
    model.start(page(0, 1, 1))
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Meeting"
    beyond = model.createIndex(7, 0)
    assert model.data(beyond) is None
    assert model.line(7) is None
    assert model.data(model.index(0, 1)) == "987 1234 0000"


def test_what_a_narrow_column_cuts_off_is_told_under_the_mouse(model: MeetingsModel) -> None:
    strange = replace(line(0), end_reason="<b>later</b>")  # a reason of another version
    model.start(Page((strange,), 1))
    cell = model.index(0, 4)
    assert model.data(cell) == "<b>later</b>"
    assert model.data(cell, Qt.ItemDataRole.ToolTipRole) == "‹b›later‹/b›"
