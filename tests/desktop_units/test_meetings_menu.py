"""The submenu of the user's own meetings: listed when it opens, started, planned, or not to be had."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.meetings_menu import CannotListError, MeetingChoice
from rtms_tray.desktop.tray_menu import Menu
from rtms_tray.presentation.wording import clock
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.desktop_units.menus import sub_menu, texts
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.windows import until

S = CaptureState


def open_meetings(menu: Menu) -> QMenu:
    sub = sub_menu(menu.menu, "Start in one of my meetings")
    sub.aboutToShow.emit()
    return sub


FIRST, HOSTED, SOMETIME = samples.ARMED


BOTH = replace(samples.at_rest(), armed=samples.ARMED, colleagues=samples.COLLEAGUES)


async def meetings(harness: DesktopHarness) -> QMenu:
    """Open the sub-menu of three meetings: one that runs, two to come, one of them planned."""
    assert FIRST.starts_at is not None
    harness.meetings = [
        MeetingChoice("1", "Mine", live=True),
        MeetingChoice(FIRST.meeting_id, "Planned one", live=False, starts_at=FIRST.starts_at),
        MeetingChoice("98712345679", "Later", live=False, starts_at=samples.NOW + 5_400_000),
        MeetingChoice("4/kQ9xYz==", "No number", live=False, starts_at=samples.NOW + 5_400_000),
    ]
    menu = harness.desktop.menu._meetings.menu
    menu.aboutToShow.emit()
    await settle()
    return menu


SWITCH = "Start automatically when it begins"


def inside(menu: QMenu, place: int) -> dict[str, QMenu]:
    inner = menu.actions()[place].menu()
    assert isinstance(inner, QMenu)
    return {action.text(): inner for action in inner.actions()}


def is_on(menu: QMenu, place: int) -> bool:
    switch = inside(menu, place)[SWITCH].actions()[0]
    assert switch.isCheckable()
    return switch.isChecked()


def choose(menu: QMenu, place: int, text: str) -> None:
    inner = inside(menu, place)[text]
    next(part for part in inner.actions() if part.text() == text).trigger()


def test_my_meetings_are_asked_for_when_the_sub_menu_opens(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.meetings = (
            MeetingChoice("111", "R&D <b>weekly</b>", live=True),
            MeetingChoice("222", "Standup", live=False, starts_at=samples.NOW),
        )
        harness.desktop.show(samples.overview(S.IDLE))
        assert harness.listed == 0
        sub = open_meetings(harness.desktop.menu)
        assert texts(sub) == ["Loading…"]
        await settle()
        assert texts(sub)[0] == "Live now: R&&D <b>weekly</b>"
        assert texts(sub)[1].endswith(" Standup")
        sub.actions()[0].trigger()
        await settle()
        assert harness.commander.asked == [("start", {"meeting": "111"})]
        assert harness.listed == 1

    run_scene(qapp, scene)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (CannotListError("Sign in first."), "Sign in first."),
        ((), "No meeting is running, and none is coming up."),
        (TimeoutError(), "Zoom isn't responding. Try again in a minute."),
    ],
)
def test_my_meetings_say_why_there_are_none(
    qapp: QApplication, outcome: tuple[MeetingChoice, ...] | Exception, says: str
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.meetings = outcome
        harness.desktop.show(samples.overview(S.IDLE))
        sub = open_meetings(harness.desktop.menu)
        await settle()
        assert texts(sub) == [says]
        assert not sub.actions()[0].isEnabled()

    run_scene(qapp, scene)


def test_a_fault_while_listing_is_logged_and_said(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.meetings = ValueError("odd")
        harness.desktop.show(samples.overview(S.IDLE))
        sub = open_meetings(harness.desktop.menu)
        await settle()
        assert texts(sub) == ["Couldn't list your meetings. The log has the details."]

    expected_logs.expect("meetings_menu:ERROR:Listing the meetings failed")
    run_scene(qapp, scene)


def test_meetings_to_come_can_be_planned(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(BOTH)
        menu = await meetings(harness)
        assert [action.menu() is not None for action in menu.actions()] == [False, True, True, True]
        assert menu.actions()[1].text().endswith("Planned one · planned")
        assert list(inside(menu, 1)) == [SWITCH, "Start now"]
        assert list(inside(menu, 2)) == [SWITCH, "Start now"]
        assert [is_on(menu, place) for place in (1, 2)] == [True, False]
        assert list(inside(menu, 3)) == ["Start now"]
        choose(menu, 1, SWITCH)
        choose(menu, 2, SWITCH)
        choose(menu, 2, "Start now")
        await settle()
        later = str((samples.NOW + 5_400_000) // 1000 * 1000)
        assert harness.commander.asked == [
            ("disarm", {"meeting": FIRST.meeting_id}),
            ("arm", {"meeting": "98712345679", "at": later}),
            ("start", {"meeting": "98712345679"}),
        ]
        menu.aboutToShow.emit()  # again: what was there is gone
        await settle()
        assert len(menu.actions()) == 4

    run_scene(qapp, scene)


def test_what_i_host_cannot_be_cancelled_one_by_one(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(replace(BOTH, armed=(replace(FIRST, hosted=True),)))
        menu = await meetings(harness)
        assert is_on(menu, 1)
        switch = inside(menu, 1)[SWITCH].actions()[0]
        assert not switch.isEnabled()  # the setting would plan it again at once

    run_scene(qapp, scene)


def test_what_is_known_of_a_meeting_stands_above_its_switch(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        soon = samples.NOW + 60_000
        harness.meetings = [
            MeetingChoice("98712345679", "Call", False, soon, "From example.org"),
            MeetingChoice("98712345678", "Off", False, soon, "Cancelled", cancelled=True),
        ]
        harness.desktop.show(samples.overview(S.IDLE))
        menu = open_meetings(harness.desktop.menu)
        await settle()
        assert list(inside(menu, 0)) == ["From example.org", SWITCH, "Start now"]
        assert menu.actions()[1].text().endswith("Off · canceled")

    run_scene(qapp, scene)


def test_meetings_that_have_begun_are_not_listed_as_to_come(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        ago, ahead = samples.NOW - 60_000, samples.NOW + 60_000
        harness.meetings = [
            MeetingChoice("1", "Mine", True, ago),
            MeetingChoice("2", "Theirs", False, ago),
            MeetingChoice("3", "Later", False, ahead),
        ]
        harness.desktop.show(samples.overview(S.IDLE))
        menu = harness.desktop.menu._meetings.menu
        menu.aboutToShow.emit()
        await settle()
        assert [part.text() for part in menu.actions()] == [
            "Live now: Mine",
            f"Since {clock(ago)}: Theirs",
            f"{clock(ahead)} Later",
        ]

    run_scene(qapp, scene)


async def opened_near(harness: DesktopHarness, x: int, y: int, points: int = 9) -> QMenu:
    """Open the tray's menu at a place, and the sub-menu of many meetings inside; both are on the screen."""
    harness.meetings = [
        MeetingChoice(str(n), f"Meeting {n}", live=False, starts_at=samples.NOW + n * 60_000)
        for n in range(1, 31)
    ]
    harness.desktop.show(samples.overview(S.IDLE))
    menu = harness.desktop.menu.menu
    inner = sub_menu(menu, "Start in one of my meetings")
    font = inner.font()
    font.setPointSize(points)
    inner.setFont(font)
    await settle()
    menu.popup(QPoint(x, y))
    await settle()
    menu.setActiveAction(inner.menuAction())
    await until(lambda: inner.isVisible() and len(inner.actions()) > 1)
    await settle()
    screen = inner.screen().availableGeometry()
    assert screen.contains(inner.geometry()), inner.geometry()
    assert inner.height() == inner.sizeHint().height()  # nothing is cut off
    return inner


def test_near_the_screens_lower_edge_it_grows_upwards(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        inner = await opened_near(harness, 10, 795)
        assert len(inner.actions()) == 15
        assert inner.geometry().left() > harness.desktop.menu.menu.geometry().left()
        harness.desktop.menu.menu.close()

    run_scene(qapp, scene)


def test_near_the_right_edge_it_grows_beside_the_menu(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        inner = await opened_near(harness, 795, 10)
        menu = harness.desktop.menu.menu
        assert inner.geometry().right() <= menu.geometry().left() + 10
        menu.close()

    run_scene(qapp, scene)


def test_on_a_screen_that_is_too_narrow_it_covers_the_menu(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        await opened_near(harness, 200, 10, points=50)
        harness.desktop.menu.menu.close()

    run_scene(qapp, scene)


def test_no_more_meetings_are_listed_than_the_screen_has_room_for(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        inner = await opened_near(harness, 10, 400, points=40)
        assert 3 < len(inner.actions()) < 15
        harness.desktop.menu.menu.close()

    run_scene(qapp, scene)
