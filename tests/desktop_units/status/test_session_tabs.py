"""Which session the window shows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.status.session_tabs import arranged
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene

S = CaptureState
LIVE = samples.session(S.SHARING, key="81122223333")
OTHER = samples.session(S.STOPPED, key="82233334444")
ENDED = samples.session(S.ENDED, key="70011112222")
OLDER = replace(
    samples.session(S.ENDED, key="60011112222"),
    meeting_id=None,
    meeting="Meeting 600 & 1",
    short_name="Meeting 600 & 1",
)


def test_several_sessions_are_tabs(qapp: QApplication) -> None:
    first = samples.session(S.RESEND_NEEDED)
    second = samples.session(S.SHARING, key="81122223333")

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(first, second))
        window.show()
        assert window.tabs.isVisible()
        assert window.tabs.bar.currentIndex() == 0
        window.tabs.bar.setCurrentIndex(1)
        assert window.card.title.text() == "Capturing"
        harness.desktop.open_window()  # the leading one again
        assert window.card.title.text() == first.title
        harness.desktop.open_window("81122223333")
        assert window.card.title.text() == "Capturing"
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))
        assert not window.tabs.isVisible()
        assert window.card.title.text() == first.title

    run_scene(qapp, scene)


def test_what_goes_on_has_a_tab_what_is_over_one_entry() -> None:
    all_of_them = samples.of_sessions(LIVE, OLDER, ENDED, OTHER)
    assert arranged(all_of_them, LIVE) == ((LIVE, OTHER), (ENDED, OLDER))
    assert arranged(all_of_them, ENDED) == ((LIVE, ENDED, OTHER), (OLDER,))
    only_over = samples.of_sessions(ENDED, OLDER)
    assert arranged(only_over, ENDED) == ((ENDED,), (OLDER,))
    assert arranged(samples.at_rest(), None) == ((), ())


def test_ended_sessions_are_found_under_earlier(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(LIVE, OLDER, ENDED, OTHER))
        window.show()
        tabs = window.tabs
        assert [tabs.bar.tabText(n) for n in range(tabs.bar.count())] == [
            "811 2222 3333",
            "822 3333 4444",
        ]
        assert tabs.earlier.isVisible()
        newest, oldest = tabs.over.actions()
        assert newest.text().startswith(f"700 1111 2222 · {ENDED.title}, ")
        assert oldest.text().startswith("Meeting 600 && 1 ·")
        oldest.trigger()
        assert "Meeting 600 & 1" in window.card.subtitle.text()
        assert tabs.bar.count() == 3
        assert not tabs.bar.usesScrollButtons()  # they would cover the last tab
        assert len(tabs.over.actions()) == 1
        harness.desktop.show(samples.of_sessions(LIVE))
        assert not tabs.isVisible()
        assert LIVE.meeting in window.card.subtitle.text()

    run_scene(qapp, scene)


def test_narrow_tabs_keep_what_tells_them_apart(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        bar = harness.desktop.window.tabs.bar
        harness.desktop.show(samples.of_sessions(LIVE, OTHER))
        harness.desktop.open_window()
        assert (
            bar.elideMode() is Qt.TextElideMode.ElideLeft
        )  # numbers and times differ at their ends
        assert [bar.tabToolTip(n) for n in range(2)] == [LIVE.meeting, OTHER.meeting]

    run_scene(qapp, scene)
