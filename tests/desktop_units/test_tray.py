"""The tray icon: what it shows, its messages, a tray that comes late, and none at all."""

import asyncio
import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.icons import IconStyle, icon_for
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.theme import is_dark, tray_style
from rtms_tray.desktop.tray import Tray, TrayChannel, place_of_click, why_no_tray
from rtms_tray.desktop.tray_watch import TrayWatch
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.command_types import Command
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene
from tests.helpers.windows import until

S = CaptureState


TOPIC, OTHER = Topic("s1", "capture"), Topic("s2", "capture")


RESEND = Offer("Resend request", Command("resend", {"meeting": "s1"}))
SHOW = Command("show", {"meeting": "s1"})
STOPPED = Message(
    "Capture stopped", "Meeting 987 1234 5670: why.", Severity.CRITICAL, TOPIC, (RESEND,), SHOW
)
SHARING = Message("Sharing", "A stream is live.", Severity.INFO, TOPIC, (), SHOW)


class Balloon(Tray):
    """A tray that shows messages, without a screen."""

    def __init__(self, *, on_bus: bool = False) -> None:
        super().__init__(QMenu(), available=lambda: True, on_bus=lambda _: on_bus)
        self.titles: list[str] = []

    def show_message(self, title: str, body: str, shown_ms: int) -> bool:
        self.titles.append(title)
        return super().show_message(title, body, shown_ms)


def test_the_icon_follows_the_overview(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        shown = []
        for overview in (samples.overview(S.SHARING), samples.overview(S.SHARING, unverified=True)):
            harness.desktop.show(overview)
            shown.append(harness.desktop.tray.icon.icon().pixmap(22).toImage())
        style = tray_style(sys.platform)
        expected = [
            icon_for(S.SHARING, flag, False, style).pixmap(22).toImage() for flag in (False, True)
        ]
        assert shown == expected
        assert harness.desktop.tray.icon.toolTip() == f"rtms-tray: {overview.title}"

    run_scene(qapp, scene)


def test_no_tray_opens_the_window_which_then_only_minimises(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        await asyncio.sleep(0.05)
        window = harness.desktop.window
        assert window.isVisible()
        assert "tray icons" in harness.desktop.banners.shown["no-tray"].text
        window.leave()
        assert window.isMinimized()
        window.showNormal()
        window.close()  # not the user's click on ×: the program or the session ends
        assert not window.isVisible()
        harness.desktop._tray_found()
        window.showNormal()
        window.leave()
        assert not window.isVisible()

    run_scene(qapp, scene)


def test_gnome_is_told_the_extensions_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    assert "AppIndicator and KStatusNotifierItem Support" in why_no_tray()


def test_an_icon_that_was_thrown_out_is_put_in_again(qapp: QApplication) -> None:
    async def main() -> None:
        out = [False]
        tray = Tray(
            QMenu(),
            available=lambda: True,
            check_ms=20,
            dropped=lambda: out[0],
        )
        tray.show(samples.overview(S.SHARING), IconStyle.ANY)
        first = tray.icon
        await asyncio.sleep(0.1)
        assert tray.icon is first
        out[0] = True
        await until(lambda: tray.icon is not first, "another icon")
        out[0] = False
        assert tray.icon.isVisible()
        assert tray.icon.toolTip() == "rtms-tray: Capturing"
        tray.close()

    run(main(), qapp)


def test_an_open_menu_is_not_taken_away_by_moving_its_icon(qapp: QApplication) -> None:
    async def main() -> None:
        there = [False]
        menu = QMenu()
        menu.addAction("Quit")
        tray = Tray(menu, available=lambda: there[0])
        tray.show(samples.overview(S.SHARING), IconStyle.ANY)
        first = tray.icon
        menu.popup(QPoint(0, 0))
        there[0] = True
        tray._next_check.timeout.emit()
        assert tray.icon is first
        assert menu.isVisible()
        menu.close()
        tray._next_check.timeout.emit()
        assert tray.icon is not first
        tray.close()

    run(main(), qapp)


@pytest.mark.promise("tray host restarting")
def test_a_late_tray_is_found(qapp: QApplication) -> None:
    async def main() -> None:
        there = [False]
        signals: list[str] = []
        tray = Tray(QMenu(), available=lambda: there[0], patience_ms=20, check_ms=20)
        tray.missing.connect(signals.append)
        tray.found.connect(lambda: signals.append("found"))
        tray.show(samples.overview(S.IDLE), IconStyle.ANY)
        await asyncio.sleep(0.08)
        assert signals == [why_no_tray()]
        there[0] = True
        before = tray.icon
        await asyncio.sleep(0.08)
        assert signals[1:] == ["found"]
        assert tray.icon is not before  # made anew, for the tray that is there now
        assert tray.icon.isVisible()
        assert tray.icon.toolTip() == "rtms-tray: Ready"
        tray.close()

    run(main(), qapp)


def test_a_tray_that_goes_for_good_is_missed(qapp: QApplication) -> None:
    async def main() -> None:
        there = [True]
        signals: list[str] = []
        tray = Tray(
            QMenu(),
            available=lambda: there[0],
            patience_ms=40,
            check_ms=10,
        )
        tray.missing.connect(signals.append)
        tray.found.connect(lambda: signals.append("found"))
        tray.show(samples.overview(S.IDLE), IconStyle.ANY)
        for wanted in (why_no_tray(), "found") * 2:
            there[0] = not there[0]
            await until(lambda: signals, wanted)
            assert signals.pop() == wanted
        tray.close()

    run(main(), qapp)


class Tells(TrayWatch):
    """A watch that tells of icons on the bus."""

    def __init__(self) -> None:
        super().__init__("played")

    def tells(self, *, on_bus: bool) -> bool:
        return on_bus


@pytest.mark.parametrize("on_bus", [True, False])
def test_nobody_looks_for_a_tray_that_the_bus_tells_of(qapp: QApplication, *, on_bus: bool) -> None:
    async def main() -> None:
        looks: list[int] = []

        def look() -> bool:
            looks.append(1)
            return True

        tray = Tray(
            QMenu(),
            available=look,
            check_ms=5,
            on_bus=lambda _: on_bus,
        )
        watch = Tells()
        tray.follow(watch)
        tray.show(samples.overview(S.IDLE), IconStyle.ANY)
        if not on_bus:
            await until(lambda: len(looks) > 8, "looks without an end")
            tray.close()
            return
        await until(lambda: not tray._next_check.isActive(), "the looks to end")
        seen = len(looks)
        watch.changed.emit()
        assert len(looks) == seen + 1
        assert tray._next_check.isActive()
        await until(lambda: not tray._next_check.isActive(), "the looks to end again")
        tray.close()

    run(main(), qapp)


def test_on_linux_a_watch_needs_the_bus_and_elsewhere_nothing(qapp: QApplication) -> None:
    assert qapp is not None
    assert not TrayWatch("linux").tells(on_bus=False)
    assert TrayWatch("win32").tells(on_bus=False)


def test_a_tray_that_restarts_opens_no_window(qapp: QApplication) -> None:
    async def main() -> None:
        there = [True]
        signals: list[str] = []
        tray = Tray(
            QMenu(),
            available=lambda: there[0],
            patience_ms=60_000,
            check_ms=10,
        )
        tray.missing.connect(signals.append)
        tray.found.connect(lambda: signals.append("found"))
        tray.show(samples.overview(S.SHARING), IconStyle.ANY)
        before = tray.icon
        there[0] = False
        await until(tray._patience.isActive, "the tray to be seen gone")
        there[0] = True
        await until(lambda: tray.icon is not before, "an icon for the tray that is there now")
        assert tray.icon.isVisible()
        assert tray.icon.toolTip() == "rtms-tray: Capturing"
        assert not tray._patience.isActive()
        assert signals == []
        tray.close()

    run(main(), qapp)


def test_a_click_tells_that_the_tray_is_back(qapp: QApplication) -> None:
    async def main() -> None:
        there = [False]
        signals: list[str] = []
        tray = Tray(QMenu(), available=lambda: there[0], patience_ms=0, check_ms=60_000)
        tray.missing.connect(lambda _: signals.append("missing"))
        tray.found.connect(lambda: signals.append("found"))
        tray.clicked.connect(lambda: signals.append("clicked"))
        tray.show(samples.overview(S.IDLE), IconStyle.ANY)
        await until(lambda: signals, "the tray to be missed")
        there[0] = True
        tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
        await until(lambda: "clicked" in signals, "the click")
        assert signals == ["missing", "found", "clicked"]
        tray.close()

    run(main(), qapp)


def test_a_double_click_is_one_wish(qapp: QApplication) -> None:
    async def main() -> None:
        sender = []
        tray = Tray(QMenu(), available=lambda: True)
        tray.clicked.connect(lambda: sender.append(1))
        reasons = QSystemTrayIcon.ActivationReason
        for reason in (reasons.Context, reasons.Trigger, reasons.DoubleClick, reasons.MiddleClick):
            tray.icon.activated.emit(reason)
        await asyncio.sleep(0.25)
        assert sender == [1]
        tray.close()

    run(main(), qapp)


def test_the_icon_is_drawn_alone(qapp: QApplication) -> None:
    async def main() -> None:
        tray = Tray(QMenu(), available=lambda: True)
        tray.show(samples.overview(S.SHARING), IconStyle.ANY)
        words = tray.icon.toolTip()
        view = samples.overview(S.STOPPED).icon
        tray.draw(view, IconStyle.ANY)
        drawn = icon_for(view.overall, not view.verified, view.attention, IconStyle.ANY)
        assert tray.icon.icon().cacheKey() == drawn.cacheKey()
        assert tray.icon.toolTip() == words
        tray.close()

    run(main(), qapp)


@pytest.mark.promise("words from outside are plain text everywhere")
def test_tooltips_are_never_markup(qapp: QApplication) -> None:
    async def main() -> None:
        tray = Tray(QMenu(), available=lambda: True)
        overview = samples.muted("<img src=x>")
        tray.show(overview, IconStyle.ANY)
        assert "<" not in tray.icon.toolTip()
        assert "‹img" in tray.icon.toolTip()
        tray.close()

    run(main(), qapp)


def test_styles_by_platform(qapp: QApplication) -> None:
    assert qapp is not None
    assert tray_style("darwin") is IconStyle.MASK
    assert tray_style("linux", monochrome=True) is IconStyle.WHITE
    assert tray_style("linux") is (IconStyle.DARK if is_dark() else IconStyle.ANY)


@pytest.mark.parametrize("on_icon", [False, True])
def test_a_click_on_the_icon_is_no_click_on_its_message(
    qapp: QApplication, *, on_icon: bool
) -> None:
    async def main() -> None:
        clicked: list[object] = []
        tray = Tray(QMenu(), available=lambda: True, on_bus=lambda _: False)
        messages = TrayChannel(tray, clicked.append)
        message = Message("Title", "Text", Severity.INFO)
        assert await messages.deliver(message)
        tray.icon.messageClicked.emit()
        if on_icon:
            tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
        await asyncio.sleep(0.02)
        assert clicked == ([] if on_icon else [message.opens])
        tray.close()

    run(main(), qapp)


def test_nothing_in_the_desktop_nests_event_loops() -> None:
    found = subprocess.run(
        ["grep", "-rnE", r"\.exec\(|\.exec_\(|processEvents\(|asyncSlot", "rtms_tray/desktop"],
        capture_output=True,
        text=True,
        check=False,
    )
    calls = [line for line in found.stdout.splitlines() if "(`" not in line and "`)" not in line]
    only_ones = ("first_icon.py", "lone_message.py")  # where there is no other loop
    calls = [line for line in calls if not any(name in line for name in only_ones)]
    assert calls == []


def test_the_title_names_what_a_click_does(qapp: QApplication) -> None:
    async def main() -> None:
        acted: list[Command] = []
        tray = Balloon()
        messages = TrayChannel(tray, acted.append)
        assert await messages.deliver(STOPPED)
        tray.message_clicked.emit()
        assert await messages.deliver(SHARING)
        tray.message_clicked.emit()
        await messages.withdraw(OTHER)
        tray.message_clicked.emit()
        await messages.withdraw(TOPIC)  # Qt leaves it on the screen: a click must not act
        tray.message_clicked.emit()
        await messages.close()
        tray.message_clicked.emit()
        assert tray.titles == ["Capture stopped – click: Resend request", "Sharing – click: Show"]
        assert acted == [RESEND.command, SHOW, SHOW, Command("show")]
        tray.close()

    run(main(), qapp)


def test_an_icon_on_the_bus_never_shows_messages(qapp: QApplication) -> None:
    async def main() -> None:
        tray = Balloon(on_bus=True)
        assert not await TrayChannel(tray, lambda _: None).deliver(STOPPED)
        tray.close()

    run(main(), qapp)


class Placed(QSystemTrayIcon):
    """An icon whose place is known, or unknown."""

    def __init__(self, place: QRect) -> None:
        super().__init__()
        self._place = place

    def geometry(self) -> QRect:
        return self._place


KNOWN = QRect(10, 20, 24, 24)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("place", "platform", "found"),
    [
        (KNOWN, "windows", KNOWN),
        (KNOWN, "wayland", None),
        (QRect(), "wayland", None),
        (QRect(), "xcb", QRect(300, 200, 1, 1)),  # where the mouse is
    ],
)
def test_the_icons_place_where_the_system_tells(
    monkeypatch: pytest.MonkeyPatch, place: QRect, platform: str, found: QRect | None
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    monkeypatch.setattr(QCursor, "pos", lambda: QPoint(300, 200))
    assert place_of_click(Placed(place)) == found
