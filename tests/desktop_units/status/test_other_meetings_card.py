"""Planned meetings and colleagues' streams in the window."""

from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.status.other_meetings_card import summary, when
from rtms_tray.presentation.wording import clock, date_and_time
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import visible_texts

S = CaptureState


FIRST, HOSTED, SOMETIME = samples.ARMED


BOTH = replace(samples.at_rest(), armed=samples.ARMED, colleagues=samples.COLLEAGUES)
BESIDE = replace(samples.overview(S.SHARING), armed=samples.ARMED, colleagues=samples.COLLEAGUES)


def toggle(harness: DesktopHarness) -> QPushButton:
    found = harness.desktop.window.other_meetings.findChild(QPushButton, "other-meetings")
    assert isinstance(found, QPushButton)
    return found


async def unfold(harness: DesktopHarness) -> None:
    toggle(harness).click()
    await settle()


def test_at_rest_it_is_one_line_that_unfolds(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(BOTH)
        window.show()
        assert visible_texts(window.other_meetings) == []
        await unfold(harness)
        assert FIRST.starts_at is not None
        assert HOSTED.starts_at is not None
        assert visible_texts(window.other_meetings) == [
            "Planned",
            f"{FIRST.meeting} · at {clock(FIRST.starts_at)}",
            f"{HOSTED.meeting} · {date_and_time(HOSTED.starts_at)} · you're the host",
            f"{SOMETIME.meeting} · when Zoom says it has started",
            "Captured by someone else",
            f"Meeting 987 1234 5675 · since {clock(samples.COLLEAGUES[0].since)}",
            f"Meeting 4/kQ9xYz… · since {clock(samples.COLLEAGUES[1].since)} · not confirmed",
        ]
        harness.desktop.show(samples.at_rest())
        assert not window.other_meetings.isVisible()

    run_scene(qapp, scene)


def test_a_plan_is_cancelled_but_not_one_that_a_setting_makes_again(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(BOTH)
        window.show()
        await unfold(harness)
        _toggle, *cancels = window.other_meetings.findChildren(QPushButton)
        assert [part.accessibleName() for part in cancels] == [
            f"Cancel: {FIRST.meeting}",
            f"Cancel: {SOMETIME.meeting}",
        ]
        cancels[0].click()
        await settle()
        assert harness.commander.asked == [("disarm", {"meeting": FIRST.meeting_id})]

    run_scene(qapp, scene)


def test_while_a_session_has_the_window_it_is_one_line(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(BESIDE)
        window.show()
        parts = summary(BESIDE, harness.at)
        line = " · ".join(parts)
        assert line.startswith("3 planned, next at ")
        assert line.endswith(" · 2 captured by someone else")
        assert visible_texts(window.other_meetings) == []
        lines = "\n   ".join(parts)
        assert toggle(harness).text() == f"▸ {lines}"
        toggle(harness).click()
        await settle()
        assert "Captured by someone else" in visible_texts(window.other_meetings)
        assert toggle(harness).text() == f"▾ {lines}"
        toggle(harness).click()
        await settle()
        assert visible_texts(window.other_meetings) == []

    run_scene(qapp, scene)


def test_many_do_not_fill_the_screen(qapp: QApplication) -> None:
    many = tuple(replace(FIRST, meeting_id=str(n), meeting=f"Meeting {n}") for n in range(40))
    streams = samples.COLLEAGUES * 3

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(replace(samples.at_rest(), armed=many, colleagues=streams))
        window.show()
        await unfold(harness)
        texts = visible_texts(window.other_meetings)
        assert "36 more planned" in texts
        assert "2 more captured by someone else" in texts
        assert window.height() <= window.screen().availableSize().height()

    run_scene(qapp, scene)


def test_a_plan_of_another_day_names_the_day() -> None:
    assert when(SOMETIME, samples.NOW) == "when Zoom says it has started"
    assert HOSTED.starts_at is not None
    assert when(HOSTED, samples.NOW) == date_and_time(HOSTED.starts_at)
    assert when(HOSTED, HOSTED.starts_at - 60_000) == f"at {clock(HOSTED.starts_at)}"
    assert summary(samples.at_rest(), samples.NOW) == ()
