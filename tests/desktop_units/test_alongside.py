"""Planned meetings and colleagues' streams: in the window, and in the menu of the user's meetings."""

from dataclasses import replace

from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.desktop.status.other_meetings_card import summary, when
from rtms_tray.presentation.wording import clock, date_and_time
from rtms_tray.support.command_types import Answer, Exit
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

S = CaptureState
FIRST, HOSTED, SOMETIME = samples.ARMED
BOTH = replace(samples.at_rest(), armed=samples.ARMED, colleagues=samples.COLLEAGUES)
BESIDE = replace(samples.overview(S.SHARING), armed=samples.ARMED, colleagues=samples.COLLEAGUES)


def shown(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def toggle(stage: Stage) -> QPushButton:
    found = stage.desktop.window.other_meetings.findChild(QPushButton, "other-meetings")
    assert isinstance(found, QPushButton)
    return found


def test_at_rest_all_of_it_is_shown(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(BOTH)
        window.show()
        assert FIRST.starts_at is not None
        assert HOSTED.starts_at is not None
        assert shown(window.other_meetings) == [
            "Planned",
            f"{FIRST.meeting} · at {clock(FIRST.starts_at)}",
            f"{HOSTED.meeting} · {date_and_time(HOSTED.starts_at)} · you host it",
            f"{SOMETIME.meeting} · once Zoom says that it began",
            "Captured by someone else",
            f"Meeting 987 1234 5675 · since {clock(samples.COLLEAGUES[0].since)}",
            f"Meeting 4/kQ9xYz… · since {clock(samples.COLLEAGUES[1].since)} · not confirmed now",
        ]
        stage.desktop.show(samples.at_rest())
        assert not window.other_meetings.isVisible()

    play(qapp, scene)


def test_a_plan_is_cancelled_but_not_one_that_a_setting_makes_again(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(BOTH)
        window.show()
        cancels = window.other_meetings.findChildren(QPushButton)
        assert [one.accessibleName() for one in cancels] == [
            f"Cancel: {FIRST.meeting}",
            f"Cancel: {SOMETIME.meeting}",
        ]
        cancels[0].click()
        await settle()
        assert stage.commander.asked == [("disarm", {"meeting": FIRST.meeting_id})]

    play(qapp, scene)


def test_while_a_session_has_the_window_it_is_one_line(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(BESIDE)
        window.show()
        parts = summary(BESIDE, stage.at)
        line = " · ".join(parts)
        assert line.startswith("3 planned, next at ")
        assert line.endswith(" · 2 captured by someone else")
        assert shown(window.other_meetings) == []
        lines = "\n   ".join(parts)
        assert toggle(stage).text() == f"▸ {lines}"
        toggle(stage).click()
        await settle()
        assert "Captured by someone else" in shown(window.other_meetings)
        assert toggle(stage).text() == f"▾ {lines}"
        toggle(stage).click()
        await settle()
        assert shown(window.other_meetings) == []

    play(qapp, scene)


def test_many_do_not_fill_the_screen(qapp: QApplication) -> None:
    many = tuple(replace(FIRST, meeting_id=str(n), meeting=f"Meeting {n}") for n in range(40))
    streams = samples.COLLEAGUES * 3

    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(replace(samples.at_rest(), armed=many, colleagues=streams))
        window.show()
        await settle()
        told = shown(window.other_meetings)
        assert "36 more planned for later" in told
        assert "2 more captured by someone else" in told
        assert window.height() <= window.screen().availableSize().height()

    play(qapp, scene)


def test_a_plan_of_another_day_names_the_day() -> None:
    assert when(SOMETIME, samples.NOW) == "once Zoom says that it began"
    assert HOSTED.starts_at is not None
    assert when(HOSTED, samples.NOW) == date_and_time(HOSTED.starts_at)
    assert when(HOSTED, HOSTED.starts_at - 60_000) == f"at {clock(HOSTED.starts_at)}"
    assert summary(samples.at_rest(), samples.NOW) == ()


# --- the menu -----------------------------------------------------------------------------------


async def meetings(stage: Stage) -> QMenu:
    """Open the sub-menu of three meetings: one that runs, two to come, one of them planned."""
    assert FIRST.starts_at is not None
    stage.meetings = [
        MeetingChoice("1", "Mine", live=True),
        MeetingChoice(FIRST.meeting_id, "Planned one", live=False, starts_at=FIRST.starts_at),
        MeetingChoice("98712345679", "Later", live=False, starts_at=samples.NOW + 5_400_000),
        MeetingChoice("4/kQ9xYz==", "No number", live=False, starts_at=samples.NOW + 5_400_000),
    ]
    menu = stage.desktop.menu._meetings.menu
    menu.aboutToShow.emit()
    await settle()
    return menu


def inside(menu: QMenu, place: int) -> dict[str, QMenu]:
    inner = menu.actions()[place].menu()
    assert isinstance(inner, QMenu)
    for action in inner.actions():
        assert action.isEnabled()
    return {action.text(): inner for action in inner.actions()}


def choose(menu: QMenu, place: int, text: str) -> None:
    inner = inside(menu, place)[text]
    next(one for one in inner.actions() if one.text() == text).trigger()


def test_meetings_to_come_can_be_planned(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(BOTH)
        menu = await meetings(stage)
        assert [action.menu() is not None for action in menu.actions()] == [False, True, True, True]
        assert menu.actions()[1].text().endswith("Planned one · planned")
        assert list(inside(menu, 1)) == ["Do not ask by itself", "Ask now"]
        assert list(inside(menu, 2)) == ["Ask when it begins", "Ask now"]
        assert list(inside(menu, 3)) == ["Ask now"]
        choose(menu, 1, "Do not ask by itself")
        choose(menu, 2, "Ask when it begins")
        choose(menu, 2, "Ask now")
        await settle()
        later = str((samples.NOW + 5_400_000) // 1000 * 1000)
        assert stage.commander.asked == [
            ("disarm", {"meeting": FIRST.meeting_id}),
            ("arm", {"meeting": "98712345679", "at": later}),
            ("start", {"meeting": "98712345679"}),
        ]
        menu.aboutToShow.emit()  # again: what was there is gone
        await settle()
        assert len(menu.actions()) == 4

    play(qapp, scene)


def test_what_i_host_cannot_be_cancelled_one_by_one(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(replace(BOTH, armed=(replace(FIRST, hosted=True),)))
        assert list(inside(await meetings(stage), 1)) == ["Ask now"]

    play(qapp, scene)


def test_that_a_meeting_is_planned_is_said_where_the_window_is_closed(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.at_rest())
        await settle()
        stage.desktop.tray.found.emit()
        stage.desktop.window.close()
        stage.commander.answer = Answer(Exit.DONE, "Meeting 987 is planned.")
        choose(await meetings(stage), 2, "Ask when it begins")
        await settle()
        assert "Meeting 987 is planned." in shown(stage.desktop.window.banners)

    play(qapp, scene)
