"""A busy user of the soak's program: asks, clicks what is offered, opens and closes every window."""

import asyncio
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Final

import httpx2
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog

from rtms_tray.app import Running
from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.demo.demo_environment import sign_in
from rtms_tray.desktop.command_sender import command_for
from rtms_tray.presentation.view_model import Overview
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Command, Exit
from tests.soak.zoom import MINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from rtms_tray.desktop.widgets.app_window import AppWindow

_UNSEEN: Final = frozenset({"sign-in", "sign-out", "unlock", "switch-account"})
_EVERY_S: Final = 25.0
_TRIES: Final = 8
_PANELS: Final = ("history", "inspector", "settings", "help", "doctor")
_SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "appearance.theme": ("light", "dark"),
    "appearance.icons": ("colour", "monochrome"),
    "feed.watch": ("mine", "all"),
    "behaviour.auto_resend": ("ask", "host_joined", "off"),
    "notifications.discreet": ("off", "always"),
}
"""What the user plays with; the first is the usual one."""
_TELLS: Final = ("host_present", "host_approves", "rtms_enabled", "sharing")


class User:
    """Clicks at random, with a seed."""

    def __init__(
        self, running: Running, commands: CommandDispatcher, zoom: dict[str, str], seed: int
    ) -> None:
        self._running, self._commands, self._zoom = running, commands, zoom
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose
        self._overview: Overview | None = None
        self._task: asyncio.Task[None] | None = None
        self.did = 0
        running.program.listen(self._see, lambda _heard: None)
        self._ways: tuple[tuple[int, Callable[[], object]], ...] = (
            (8, self._start),
            (14, self._choose_an_act),
            (5, self._open_and_close_status),
            (2, self._choose_session),
            (6, self._open_a_panel),
            (3, self._open_menu),
            (2, self._mute),
            (2, self._tell),
            (1, self._arm),
            (1, self._change_a_setting),
            (2, self._dismiss_all),
        )

    def _see(self, overview: Overview) -> None:
        self._overview = overview

    def begin(self) -> None:
        """Sit down."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def end(self) -> None:
        """Leave nothing open, and nothing watched."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self.put_away()

    async def put_away(self) -> None:
        """Close all windows, give up what goes on, and have every setting as it was."""
        for key, (usual, *_) in _SETTINGS.items():
            self._set(key, usual)
        self._perform("mute", {"for": "off"})
        for session in self._overview.sessions if self._overview else ():
            told = {"meeting": session.key, "condition": "sharing", "value": "no"}
            await self._running.desktop.commands.send_and_wait(Command("tell", told))
            await self._running.desktop.commands.send_and_wait(
                Command("give-up", {"meeting": session.key})
            )
        for plan in self._overview.armed if self._overview else ():
            self._perform("disarm", {"meeting": plan.meeting_id})
        await asyncio.sleep(30)
        self._dismiss_all()
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                window.close()

    async def look_around(self) -> None:
        """Open everything once, so that later nothing is there for the first time."""
        for theme, icons in (("dark", "monochrome"), ("light", "colour")):
            self._set("appearance.theme", theme)
            self._set("appearance.icons", icons)
            for name in _PANELS:
                getattr(self._running.desktop.windows, f"open_{name}")()
                await asyncio.sleep(5)
            self._open_menu()
            self._running.desktop.open_window()
            self._running.desktop.start_dialog.ask()
            await asyncio.sleep(5)
            await self.put_away()

    def _set(self, key: str, value: str) -> None:
        """Change the file as an editor would; the program follows by itself."""
        set_value(self._running.profile.settings_file, key, value)

    async def _work(self) -> None:
        weights = [weight for weight, _ in self._ways]
        while True:
            await asyncio.sleep(self._random.uniform(0, 2 * _EVERY_S))
            ((_, way),) = self._random.choices(self._ways, weights)
            way()
            self.did += 1
            for window in QApplication.topLevelWidgets():
                if isinstance(window, QDialog) and window.isVisible():
                    window.close()
            if self.did % 150 == 0:
                await self._sign_in_anew()

    # --- what there is to do ----------------------------------------------------------------------

    def _perform(self, name: str, arguments: dict[str, str]) -> None:
        self._running.desktop.commands.send(Command(name, arguments))

    def _start(self) -> None:
        self._perform("start", {"meeting": str(self._random.choice(MINE))})

    def _choose_an_act(self) -> None:
        sessions = self._overview.sessions if self._overview else ()
        offered = [
            command_for(action, session)
            for session in sessions
            for action in session.actions
            if action.name not in _UNSEEN
        ]
        if offered:
            self._running.desktop.commands.send(self._random.choice(offered))

    def _open_and_close_status(self) -> None:
        window = self._running.desktop.window
        window.close() if window.isVisible() else self._running.desktop.open_window()

    def _choose_session(self) -> None:
        sessions = self._overview.sessions if self._overview else ()
        if sessions:
            self._running.desktop.open_window(self._random.choice(sessions).key)

    def _open_a_panel(self) -> None:
        windows = self._running.desktop.windows
        assert windows is not None
        name = self._random.choice(_PANELS)
        panel: AppWindow = getattr(windows, name)
        if panel.isVisible():
            panel.close()
        else:
            getattr(windows, f"open_{name}")()

    def _open_menu(self) -> None:
        menu = self._running.desktop.menu.menu
        menu.close() if menu.isVisible() else menu.popup(QPoint(10, 10))
        meetings = self._running.desktop.menu._meetings.menu
        meetings.aboutToShow.emit()
        meetings.aboutToHide.emit()

    def _mute(self) -> None:
        self._perform("mute", {"for": self._random.choice(("30", "meeting", "off", "off"))})

    def _tell(self) -> None:
        value = self._random.choice(("yes", "no"))
        condition = self._random.choice(_TELLS)
        sessions = self._overview.sessions if self._overview else ()
        if sessions:
            key = self._random.choice(sessions).key
            self._perform("tell", {"meeting": key, "condition": condition, "value": value})

    def _arm(self) -> None:
        name = self._random.choice(("arm", "disarm"))
        self._perform(name, {"meeting": str(self._random.choice(MINE))})

    def _change_a_setting(self) -> None:
        key = self._random.choice(tuple(_SETTINGS))
        self._set(key, self._random.choice(_SETTINGS[key]))

    def _dismiss_all(self) -> None:
        desktop = self._running.desktop
        for key in list(desktop.banners.shown):
            desktop.banners.dismiss(key)

    async def _sign_in_anew(self) -> None:
        if self.did % 300 == 0:
            await self._commands.perform(Command("sign-out", {}), lambda _said: None)
        await self.sign_in()

    async def sign_in(self) -> None:
        """Sign in through a browser; Zoom may be out of order just then, or the machine slow."""
        for _ in range(_TRIES):
            with suppress(httpx2.HTTPError, KeyError):
                if (await sign_in(self._commands, self._zoom)).exit is Exit.DONE:
                    return
            await asyncio.sleep(5)
