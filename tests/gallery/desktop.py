"""The desktop that the gallery shows, its overviews and its menus."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.desktop.window_registry import WindowRegistry
from rtms_tray.doctor.check_report import as_json, from_json
from rtms_tray.doctor.check_types import CheckStatus, ok, result
from rtms_tray.presentation.view_model import AccountView, AppView, Notice, Overview, SignInState
from rtms_tray.runtime.event_log import Change, EventLog
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Command, Say
from rtms_tray.support.files import resources
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.exchanges import Call, Exchange
from rtms_tray.zoom.feeds import Received
from tests.desktop_units import samples
from tests.helpers.demo_harness import DemoHarness, run_demo
from tests.helpers.histories import keep_many
from tests.helpers.windows import Known, window_inputs

S = CaptureState
NOW: Final = samples.NOW
_SETTLE_S: Final = 0.02
_HIGH: Final = 940

RESULTS: Final = (
    ok("settings", text("doctor.settings.ok")),
    result(
        "keyring",
        CheckStatus.WARNING,
        text("keyring.trouble.locked.text"),
        text("keyring.trouble.locked.remedy"),
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


async def settle() -> None:
    """Let everything draw that is due."""
    for _ in range(3):
        await asyncio.sleep(_SETTLE_S)


APP: Final = AppView(
    "A note-taker whose name is long – Example Corporation Ltd.",
    "https://help.example.com",
    resources() / "app" / "rtms-tray.png",
)


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
        "in a meeting, at rest": replace(
            samples.at_rest(), joined=samples.JOINED, title=text("overview.not_capturing")
        ),
        "signing in": samples.signing_in(samples.at_rest(S.SIGNED_OUT)),
        "not set up": not_configured,
        "with the app's own name": replace(samples.overview(S.SHARING), app=APP),
    }


class Commander(Known):
    """Answers the doctor with the results that are asked for."""

    async def perform(self, command: Command, say: Say) -> Answer:
        """Answer."""
        answer = await super().perform(command, say)
        only = command.arguments.get("only", "")
        results = from_json(answer.data)
        asked = [result for result in results if not only or result.code in only.split(",")]
        return answer._replace(data=as_json(asked)) if asked else answer


class GalleryDesktop:
    """A desktop with a history, a settings file, results and events to show."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.ends = AsyncExitStack()
        self._demo: DemoHarness | None = None
        self.profile = Profile("default", folder, folder / "data", folder / "logs")
        self.commander = Commander(as_json(RESULTS), self.profile)
        shown = window_inputs(self.profile)
        _receive(shown.inspector)
        self.desktop = Desktop(
            app,
            self.commander,
            DesktopInputs(self._meetings, lambda: None, clock=lambda: NOW),
            shown,
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
        changes = [Change("98712345670", "requesting", "sharing")] if place == 10 else []
        inspector.add(Received(decode(raw, 1), raw, NOW + place * 61_000), changes)
    for status, answer in ((204, None), (400, {"code": 2310, "message": "Not entitled to RTMS."})):
        path = "/v2/live_meetings/98712345670/rtms_app/status"
        call = Call(1, NOW + 740_000, "PATCH", path, {"action": "start"})
        inspector.add_exchange(Exchange(call, 183, status, answer))


@asynccontextmanager
async def gallery_desktop(
    app: QApplication, folder: Path, meetings: int = 400
) -> AsyncIterator[GalleryDesktop]:
    """Show a desktop inside, with so many past meetings."""
    gallery = GalleryDesktop(app, folder)
    set_value(gallery.profile.settings_file, "app.client_id", "AbCdEf123")
    keep_many(gallery.profile.history_file, meetings, NOW, 6 * HOUR)
    gallery.desktop.show(samples.overview(S.SHARING))
    await settle()
    gallery.desktop.tray.found.emit()  # as on a desktop that has a tray
    gallery.desktop.window.hide()
    try:
        yield gallery
    finally:
        await gallery.ends.aclose()
        gallery.desktop.close()
        await settle()


# --- menus --------------------------------------------------------------------------------------


def menu_overviews() -> dict[str, Overview]:
    """Name the overviews whose menus differ."""
    shown = status_overviews()
    muted = Notice("muted", Severity.INFO, "Notifications are muted until 11:30", "", "")
    return {
        **shown,
        "muted": replace(samples.overview(S.SHARING), notices=(muted,)),
    }


async def tray_menu(gallery: GalleryDesktop, overview: Overview) -> QMenu:
    """Open the tray's menu for an overview."""
    gallery.desktop.menu.show(overview)
    menu = gallery.desktop.menu.menu
    menu.popup(QPoint(0, 0))
    return menu


async def window_menu(gallery: GalleryDesktop, overview: Overview) -> QMenu:
    """Open the status window's own menu, which has the window's colours."""
    gallery.desktop.window.menu.show(overview)
    menu = gallery.desktop.window.menu.menu
    menu.popup(QPoint(0, 0))
    return menu


async def sub_menus(gallery: GalleryDesktop) -> list[QMenu]:
    """Open what stands in the tray's menu, one after the other, and what stands in that."""
    gallery.desktop.menu.show(status_overviews()["several sessions"])
    found = [action.menu() for action in gallery.desktop.menu.menu.actions()]
    menus = [menu for menu in found if isinstance(menu, QMenu)]
    for menu in menus:
        menu.aboutToShow.emit()
    await settle()
    inside = (action.menu() for menu in menus for action in menu.actions())
    return [*menus, *(menu for menu in inside if isinstance(menu, QMenu))]
