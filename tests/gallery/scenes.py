"""What the gallery shows: every window, dialog and menu, in every state that looks different."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu, QRadioButton, QScrollArea, QWidget

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.application import Desktop
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.desktop.status.banner import BannerView
from rtms_tray.desktop.tray import why_no_tray
from rtms_tray.desktop.widgets.dialogs import confirm
from rtms_tray.desktop.window_registry import WindowRegistry
from rtms_tray.doctor.check_report import as_json, from_json
from rtms_tray.doctor.check_types import CheckStatus, ok, result
from rtms_tray.presentation.view_model import AccountView, Notice, Overview, SignInState
from rtms_tray.runtime.event_log import EventLog
from rtms_tray.store.log import LOG_FILE
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Command, Say
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from tests.desktop_units import samples
from tests.helpers.demo_harness import DemoHarness, run_demo
from tests.helpers.many_meetings import keep_many
from tests.helpers.windows import Known, window_inputs

S = CaptureState
NOW: Final = samples.NOW
_SETTLE_S: Final = 0.02
_HIGH: Final = 940
_SCENARIOS, _TOUR = 1, 2

FINDINGS: Final = (
    ok("settings", text("doctor.settings.ok")),
    result(
        "keyring",
        CheckStatus.WARNING,
        "The system's keyring is locked.",
        "Answer its password window, or unlock it, and try again: nothing was lost.",
    ),
    ok("zoom", text("doctor.zoom.ok_hosts", first="zoom.us", second="api.zoom.us")),
    result(
        "scopes",
        CheckStatus.BROKEN,
        text("doctor.scopes.missing", scopes="meeting:read:list_meetings"),
        text("doctor.scopes.add"),
    ),
    result("feed", CheckStatus.NOT_CHECKED, text("doctor.check.not_running")),
    ok("notifications", text("doctor.notifications.ok", server="GNOME Shell")),
)
_RAW: Final = (
    '{"event":"meeting.%s","event_ts":1795170000000,"payload":{"meeting_uuid":"AbCdEfGh==",'
    '"operator_id":"u1","rtms_stream_id":"s1","server_urls":"wss://example.com","signature":"abc"}}'
)
_LOGGED: Final = "".join(
    f'{{"at":"2026-11-20T10:{place:02}:00.000Z","level":"INFO","from":"rtms_tray.runtime.watcher","text":"{text}"}}\n'
    for place, text in enumerate(
        (
            "The event feed is connected.",
            "start 100001 of meeting 98712345670",
            "meeting 98712345670: requesting, then waiting_for_host",
            "meeting 98712345670: waiting_for_host, then resend_needed",
        )
    )
)
CRASH: Final = "rtms-tray 0.1.0\nTraceback (most recent call last):\n  File “window.py”, line 7\nValueError: no"


async def settle() -> None:
    """Let everything draw that is due."""
    for _ in range(3):
        await asyncio.sleep(_SETTLE_S)


def status_overviews() -> dict[str, Overview]:
    """Name every overview that the status window draws differently."""
    ended = samples.session(S.ENDED, key="70011112222")
    several = samples.of_sessions(
        samples.session(S.RESEND_NEEDED),
        samples.session(S.SHARING, key="81122223333"),
        ended,
        replace(ended, key="60011112222"),
        notices=(samples.NOTICE,),
    )
    not_configured = replace(
        samples.at_rest(S.SIGNED_OUT), account=AccountView(SignInState.NOT_CONFIGURED)
    )
    shown = {state.value.replace("_", " "): samples.overview(state) for state in CaptureState}
    return {
        **shown,
        "sharing, not verified": samples.overview(S.SHARING, unverified=True),
        "several sessions": several,
        "planned, and colleagues": replace(
            samples.overview(S.SHARING), armed=samples.ARMED, colleagues=samples.COLLEAGUES
        ),
        "planned, at rest": replace(samples.at_rest(), armed=samples.ARMED),
        "signing in": samples.signing_in(samples.at_rest(S.SIGNED_OUT)),
        "not set up": not_configured,
    }


class Doctor(Known):
    """Knows results, and gives those that it is asked for."""

    async def perform(self, command: Command, say: Say) -> Answer:
        """Answer."""
        answer = await super().perform(command, say)
        only = command.arguments.get("only", "")
        found = [one for one in from_json(answer.data) if not only or one.code in only.split(",")]
        return replace(answer, data=as_json(found)) if found else answer


class Stage:
    """A desktop with a history, a settings file, results and events to show."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.ends = AsyncExitStack()
        self._demo: DemoHarness | None = None
        self.profile = Profile("default", folder, folder / "data", folder / "logs")
        self.commander = Doctor(as_json(FINDINGS), self.profile)
        shown = window_inputs(self.profile)
        _receive(shown.inspector)
        self.desktop = Desktop(
            app,
            self.commander,
            self._meetings,
            lambda: None,
            clock=lambda: NOW,
            window_inputs=shown,
        )

    @property
    def windows(self) -> WindowRegistry:
        """The windows beside the status window."""
        assert self.desktop.windows is not None
        return self.desktop.windows

    async def demo(self) -> DemoHarness:
        """Begin the demo, once: the host panel belongs to it."""
        if self._demo is None:
            self._demo = await self.ends.enter_async_context(run_demo(self.folder / "demo"))
        return self._demo

    async def _meetings(self) -> Sequence[MeetingChoice]:
        return (
            MeetingChoice("98712345670", "Weekly review", True, None),
            MeetingChoice("81122223333", "Design & <b>plans</b>", False, NOW + HOUR),
        )


def _receive(inspector: EventLog) -> None:
    for place in range(12):
        raw = _RAW % ("rtms_started" if place % 3 else "participant_joined")
        inspector.add(Received(decode(raw, 1), raw, NOW + place * 61_000))


@asynccontextmanager
async def stage(app: QApplication, folder: Path, meetings: int = 400) -> AsyncIterator[Stage]:
    """Set the stage inside, with so many past meetings, and take it down afterwards."""
    made = Stage(app, folder)
    set_value(made.profile.settings_file, "app.client_id", "AbCdEf123")
    keep_many(made.profile.history_file, meetings, NOW, 6 * HOUR)
    made.desktop.show(samples.overview(S.SHARING))
    await settle()
    made.desktop.tray.found.emit()  # as on a desktop that has a tray
    made.desktop.window.hide()
    try:
        yield made
    finally:
        await made.ends.aclose()
        made.desktop.close()
        await settle()


# --- windows and dialogs ------------------------------------------------------------------------


async def _history(on: Stage) -> QWidget:
    on.windows.history.bring()
    on.windows.history.tabs.setCurrentIndex(0)
    return on.windows.history


async def _weeks(on: Stage) -> QWidget:
    on.windows.history.bring()
    on.windows.history.tabs.setCurrentIndex(1)
    return on.windows.history


async def _reasons(on: Stage) -> QWidget:
    await _weeks(on)
    await settle()
    bar = on.windows.history.trends.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(bar.maximum())
    return on.windows.history


async def _no_history(on: Stage) -> QWidget:
    window = on.windows.history
    window.bring()
    window.tabs.setCurrentIndex(0)
    window.entry.setText("nothing fits this")
    await asyncio.sleep(0.3)
    return window


async def _settings(on: Stage) -> QWidget:
    on.windows.open_settings()
    return on.windows.settings


async def _settings_end(on: Stage) -> QWidget:
    on.windows.open_settings()
    await settle()
    for area in on.windows.settings.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    return on.windows.settings


_WRONG: Final = """[app]
client_id = "AbCdEf123"
[behaviour]
no_answer_after_s = "soon"
[appearance]
theme = "pink"
them = "dark"
"""
_SWALLOWED: Final = result(
    "notifications",
    CheckStatus.WARNING,
    text("doctor.notifications.do_not_disturb", server="GNOME Shell"),
    text("doctor.notifications.allow"),
)


async def _settings_wrong(on: Stage) -> QWidget:
    file = on.profile.settings_file
    good = file.read_text("utf-8")
    file.write_text(_WRONG, "utf-8")
    on.commander.doctor = as_json([_SWALLOWED])
    window = on.windows.settings
    on.windows.open_settings()
    window.resize(window.width(), _HIGH)
    await settle()
    file.write_text(good, "utf-8")
    on.commander.doctor = as_json(FINDINGS)
    area = window.findChildren(QScrollArea)[0]
    area.ensureWidgetVisible(window.test, 0, _HIGH // 3)
    return window


async def _inspector(on: Stage) -> QWidget:
    on.windows.open_inspector()
    on.windows.inspector.list.setCurrentRow(1)
    return on.windows.inspector


async def _log(on: Stage) -> QWidget:
    file = on.profile.log_folder / LOG_FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(_LOGGED, "utf-8")
    on.windows.open_log()
    return on.windows.log


async def _help(on: Stage) -> QWidget:
    on.windows.open_help()
    return on.windows.help


async def _doctor(on: Stage) -> QWidget:
    on.windows.open_doctor()
    await settle()
    return on.windows.doctor


async def _report(on: Stage) -> QWidget:
    on.windows.open_doctor()
    await settle()
    on.windows.doctor.copy.click()
    on.windows.doctor.hide()
    box = on.windows.doctor.report.box
    _, *rest = box.toPlainText().splitlines()  # the first line tells of this computer
    box.setPlainText("\n".join(("rtms-tray 0.1.0, Python 3.13, Linux", *rest)))
    return on.windows.doctor.report


async def _help_states(on: Stage) -> QWidget:
    on.windows.open_help("states.md")
    return on.windows.help


async def _crash(on: Stage) -> QWidget:
    on.desktop.show_crash(CRASH)
    return on.windows.crash


def _setup_wizard(step: int) -> Callable[[Stage], Awaitable[QWidget]]:
    async def show(on: Stage) -> QWidget:
        window = on.windows.setup_wizard
        window.start()
        window._go_to(step)
        await settle()
        return window

    return show


async def _setup_wizard_broken(on: Stage) -> QWidget:
    window = on.windows.setup_wizard
    window.start()
    window._go_to(0)
    window._show_results(FINDINGS[2:4])
    window._update_buttons()
    await settle()
    return window


async def _setup_wizard_no_events(on: Stage) -> QWidget:
    window = on.windows.setup_wizard
    window.start()
    window._go_to(1)
    next(one for one in window.findChildren(QRadioButton) if one.objectName() == "none").click()
    await settle()
    return window


async def _setup_wizard_signing_in(on: Stage) -> QWidget:
    window = on.windows.setup_wizard
    window.start()
    window._go_to(2)
    window.sign_in.show_account(AccountView(SignInState.SIGNING_IN))
    await settle()
    return window


def _host_panel(page: int) -> Callable[[Stage], Awaitable[QWidget]]:
    async def show(on: Stage) -> QWidget:
        demo = await on.demo()
        panel = demo.panel
        panel.bring()
        panel.tabs.setCurrentIndex(page)
        if page == _SCENARIOS:
            panel.scenarios.choose("scenario-04")
            await demo.press(panel.scenarios.next)
            await demo.wait_until(lambda: panel.scenarios.playback, "the play to begin")
        if page == _TOUR:
            await demo.press(panel.tour.next)
            await demo.wait_until(lambda: panel.tour.visited, "the tour to begin")
        await demo.wait_until(panel.header.people.text, "the panel to look")
        return panel

    return show


async def _start_dialog(on: Stage) -> QWidget:
    on.desktop.start_dialog.ask()
    return on.desktop.start_dialog


async def _start_refused(on: Stage) -> QWidget:
    on.desktop.start_dialog.ask()
    on.desktop.start_dialog._show_trouble(
        "“Weekly review” is no meeting number. Type the nine to eleven digits, or paste the link."
    )
    return on.desktop.start_dialog


async def _question(on: Stage) -> QWidget:
    question = "The host said no. Send the request once more?"
    return confirm(on.desktop.window, question, "Resend request", lambda: None)


async def _no_tray(on: Stage) -> QWidget:
    on.desktop.window.show_own(
        [BannerView("no-tray", Severity.INFO, "No tray icon", why_no_tray(), dismissable=True)]
    )
    on.desktop.window.show_overview(samples.overview(S.STOPPED))
    on.desktop.window.bring()
    return on.desktop.window


WINDOWS: Final[dict[str, Callable[[Stage], Awaitable[QWidget]]]] = {
    "history": _history,
    "history, over the weeks": _weeks,
    "history, lost by reason": _reasons,
    "history, nothing found": _no_history,
    "settings": _settings,
    "settings, wrong values in the file": _settings_wrong,
    "settings, the end": _settings_end,
    "set up": _setup_wizard(-1),
    "set up, the app": _setup_wizard(0),
    "set up, something is broken": _setup_wizard_broken,
    "set up, the feed": _setup_wizard(1),
    "set up, no events": _setup_wizard_no_events,
    "set up, signing in": _setup_wizard(2),
    "set up, in the browser": _setup_wizard_signing_in,
    "set up, the test": _setup_wizard(3),
    "inspector": _inspector,
    "diagnostics": _doctor,
    "diagnostics, the report": _report,
    "log": _log,
    "help": _help,
    "help, states and reasons": _help_states,
    "crash": _crash,
    "start": _start_dialog,
    "start, refused": _start_refused,
    "a question": _question,
    "no tray": _no_tray,
    "host panel": _host_panel(0),
    "host panel, a scenario": _host_panel(_SCENARIOS),
    "host panel, the tour": _host_panel(_TOUR),
}


# --- menus --------------------------------------------------------------------------------------


def menu_overviews() -> dict[str, Overview]:
    """Name the overviews whose menus differ."""
    shown = status_overviews()
    muted = Notice("muted", Severity.INFO, "Notifications are muted until 11:30", "", "")
    return {
        **shown,
        "muted": replace(samples.overview(S.SHARING), notices=(muted,)),
    }


async def tray_menu(on: Stage, overview: Overview) -> QMenu:
    """Open the tray's menu for an overview."""
    on.desktop.menu.show(overview)
    menu = on.desktop.menu.menu
    menu.popup(QPoint(0, 0))
    return menu


async def window_menu(on: Stage, overview: Overview) -> QMenu:
    """Open the status window's own menu, which has the window's colours."""
    on.desktop.window.menu.show(overview)
    menu = on.desktop.window.menu.menu
    menu.popup(QPoint(0, 0))
    return menu


async def sub_menus(on: Stage) -> list[QMenu]:
    """Open what stands in the tray's menu, one after the other, and what stands in that."""
    on.desktop.menu.show(status_overviews()["several sessions"])
    found = [action.menu() for action in on.desktop.menu.menu.actions()]
    menus = [menu for menu in found if isinstance(menu, QMenu)]
    for menu in menus:
        menu.aboutToShow.emit()
    await settle()
    inside = (action.menu() for menu in menus for action in menu.actions())
    return [*menus, *(menu for menu in inside if isinstance(menu, QMenu))]
