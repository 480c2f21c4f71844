"""Every window and dialog of the gallery, in every state that looks different."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtWidgets import QRadioButton, QScrollArea, QWidget

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.host_panel import Page
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.tray import why_no_tray
from rtms_tray.desktop.widgets.dialogs import confirm
from rtms_tray.doctor.check_report import as_json
from rtms_tray.doctor.check_types import CheckStatus, result
from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.store.log import LOG_FILE
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.gallery.desktop import RESULTS, GalleryDesktop, settle

S = CaptureState
_HIGH: Final = 940
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


async def _history(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.history.bring()
    gallery.windows.history.tabs.setCurrentIndex(0)
    return gallery.windows.history


async def _trends(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.history.bring()
    gallery.windows.history.tabs.setCurrentIndex(1)
    return gallery.windows.history


async def _losses(gallery: GalleryDesktop) -> QWidget:
    await _trends(gallery)
    await settle()
    bar = gallery.windows.history.trends.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(bar.maximum())
    return gallery.windows.history


async def _no_history(gallery: GalleryDesktop) -> QWidget:
    window = gallery.windows.history
    window.bring()
    window.tabs.setCurrentIndex(0)
    window.entry.setText("nothing fits this")
    await asyncio.sleep(0.3)
    return window


async def _settings(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_settings()
    return gallery.windows.settings


async def _settings_end(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_settings()
    await settle()
    for area in gallery.windows.settings.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    return gallery.windows.settings


_WRONG: Final = """[app]
client_id = "AbCdEf123"
[behaviour]
no_answer_after_s = "soon"
[appearance]
theme = "pink"
them = "dark"
"""
_DO_NOT_DISTURB: Final = result(
    "notifications",
    CheckStatus.WARNING,
    text("doctor.notifications.do_not_disturb", server="GNOME Shell"),
    text("doctor.notifications.allow"),
)


async def _settings_wrong(gallery: GalleryDesktop) -> QWidget:
    file = gallery.profile.settings_file
    good = file.read_text("utf-8")
    file.write_text(_WRONG, "utf-8")
    gallery.commander.doctor = as_json([_DO_NOT_DISTURB])
    window = gallery.windows.settings
    gallery.windows.open_settings()
    window.resize(window.width(), _HIGH)
    await settle()
    file.write_text(good, "utf-8")
    gallery.commander.doctor = as_json(RESULTS)
    area = window.findChildren(QScrollArea)[0]
    area.ensureWidgetVisible(window.test, 0, _HIGH // 3)
    return window


async def _inspector(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_inspector()
    gallery.windows.inspector.list.setCurrentRow(1)
    return gallery.windows.inspector


async def _log(gallery: GalleryDesktop) -> QWidget:
    file = gallery.profile.log_folder / LOG_FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(_LOGGED, "utf-8")
    gallery.windows.open_log()
    return gallery.windows.log


async def _help(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_help()
    return gallery.windows.help


async def _doctor(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_doctor()
    await settle()
    return gallery.windows.doctor


async def _report(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_doctor()
    await settle()
    gallery.windows.doctor.copy.click()
    gallery.windows.doctor.hide()
    box = gallery.windows.doctor.report.box
    _, *rest = box.toPlainText().splitlines()  # the first line tells of this computer
    box.setPlainText("\n".join(("rtms-tray 0.1.0, Python 3.13, Linux", *rest)))
    return gallery.windows.doctor.report


async def _help_states(gallery: GalleryDesktop) -> QWidget:
    gallery.windows.open_help("states.md")
    return gallery.windows.help


async def _crash(gallery: GalleryDesktop) -> QWidget:
    gallery.desktop.show_crash(CRASH)
    return gallery.windows.crash


def _setup_wizard(step: int) -> Callable[[GalleryDesktop], Awaitable[QWidget]]:
    async def show(gallery: GalleryDesktop) -> QWidget:
        window = gallery.windows.setup_wizard
        window.start()
        window._go_to(step)
        await settle()
        return window

    return show


async def _setup_wizard_broken(gallery: GalleryDesktop) -> QWidget:
    window = gallery.windows.setup_wizard
    window.start()
    window._go_to(0)
    window._show_results(RESULTS[2:4])
    window._update_buttons()
    await settle()
    return window


async def _setup_wizard_no_events(gallery: GalleryDesktop) -> QWidget:
    window = gallery.windows.setup_wizard
    window.start()
    window._go_to(1)
    next(
        radio for radio in window.findChildren(QRadioButton) if radio.objectName() == "none"
    ).click()
    await settle()
    return window


async def _setup_wizard_signing_in(gallery: GalleryDesktop) -> QWidget:
    window = gallery.windows.setup_wizard
    window.start()
    window._go_to(2)
    window.sign_in.show_account(AccountView(SignInState.SIGNING_IN))
    await settle()
    return window


def _host_panel(page: Page) -> Callable[[GalleryDesktop], Awaitable[QWidget]]:
    async def show(gallery: GalleryDesktop) -> QWidget:
        demo = await gallery.demo()
        panel = demo.panel
        panel.bring()
        panel.tabs.setCurrentIndex(page)
        if page == Page.SCENARIOS:
            panel.scenarios.choose("scenario-04")
            await demo.press(panel.scenarios.next)
            await demo.wait_until(lambda: panel.scenarios.playback, "the play to begin")
        if page == Page.TOUR:
            await demo.press(panel.tour.next)
            await demo.wait_until(lambda: panel.tour.visited, "the tour to begin")
        await demo.wait_until(panel.header.people.text, "the panel to look")
        return panel

    return show


async def _link(gallery: GalleryDesktop) -> QWidget:
    window = gallery.windows.link
    topic = "Weekly sync of sales and everybody else who wants to come"
    window.ask(LinkQuestion("key", "start", "Meeting 987 1234 5670", topic))
    window._moment.stop()
    window._enable()
    return window


def _consent(offer: SetupOffer) -> Callable[[GalleryDesktop], Awaitable[QWidget]]:
    async def show(gallery: GalleryDesktop) -> QWidget:
        window = gallery.windows.consent
        window.ask(offer)
        await settle()
        return window

    return show


async def _start_dialog(gallery: GalleryDesktop) -> QWidget:
    gallery.desktop.start_dialog.ask()
    return gallery.desktop.start_dialog


async def _start_refused(gallery: GalleryDesktop) -> QWidget:
    gallery.desktop.start_dialog.ask()
    gallery.desktop.start_dialog._show_trouble(
        "“Weekly review” is no meeting number. Type the nine to eleven digits, or paste the link."
    )
    return gallery.desktop.start_dialog


async def _question(gallery: GalleryDesktop) -> QWidget:
    question = text("actions.confirm.resend_after_denial")
    return confirm(gallery.desktop.window, question, "Resend request", lambda: None)


async def _no_tray(gallery: GalleryDesktop) -> QWidget:
    gallery.desktop.window.show_own(
        [BannerView("no-tray", Severity.INFO, "No tray icon", why_no_tray(), dismissable=True)]
    )
    gallery.desktop.window.show_overview(samples.at_rest())
    gallery.desktop.window.bring()
    return gallery.desktop.window


OFFER: Final = SetupOffer(
    "key",
    "relay.notes.example.com",
    "Notes & more",
    (
        text("setup_link.stored.app", name="Notes & more"),
        text("setup_link.stored.relay", host="relay.notes.example.com"),
    ),
)
OTHER_HOST: Final = replace(
    OFFER,
    host=f"{'long-' * 12}name.example.com:8443",
    stored=(*OFFER.stored, text("setup_link.stored.help", host="help.example.com")),
    replaces=text("setup_link.replaces.relay", old="relay.example.com", new="elsewhere.example"),
)

WINDOWS: Final[dict[str, Callable[[GalleryDesktop], Awaitable[QWidget]]]] = {
    "history": _history,
    "history, trends": _trends,
    "history, lost by reason": _losses,
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
    "a set-up link": _consent(OFFER),
    "a set-up link from another host": _consent(OTHER_HOST),
    "a link to start": _link,
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
    "host panel": _host_panel(Page.ACTIONS),
    "host panel, a scenario": _host_panel(Page.SCENARIOS),
    "host panel, the tour": _host_panel(Page.TOUR),
}
