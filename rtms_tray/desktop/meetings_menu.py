"""The submenu of the user's own meetings: they are listed when it opens, and only then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.plain_text import menu_text
from rtms_tray.presentation.view_model import ArmedView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis


class MeetingChoice(Frozen):
    """A meeting of the user's own; `title` is shown as it is."""

    meeting: str  # number or UUID, as `start` takes it
    title: str
    live: bool
    starts_at: Millis | None = None
    about: str = ""  # whose it is, and how it went before
    cancelled: bool = False


class CannotListError(Exception):
    """The meetings cannot be listed now; the text says why and what to do."""


log = logging.getLogger(__name__)
ListMeetings: TypeAlias = Callable[[], Awaitable[Sequence[MeetingChoice]]]
_LONGEST_WAIT_S: Final = 15
_MOST: Final = 15


class MeetingsMenu:
    """Fills itself each time it opens: "Loading…", then the meetings, or why there are none.

    A click starts capture in a meeting that runs; one to come is planned, or asked for now.
    """

    def __init__(
        self,
        sender: CommandSender,
        list_meetings: ListMeetings,
        clock: Callable[[], Millis],
        parent: QMenu | None = None,
    ) -> None:
        self._sender = sender
        self._list_meetings = list_meetings
        self._clock = clock
        self._loading = False
        self._planned: dict[str, ArmedView] = {}
        self._submenus: list[QMenu] = []
        self.menu = QMenu(text("menu.meetings.title"), parent)
        self._show_note(text("menu.meetings.loading"))  # an empty menu would not open
        self.menu.aboutToShow.connect(self._load)

    def show_plans(self, plans: Sequence[ArmedView]) -> None:
        """Remember what is planned, for when the menu opens next."""
        self._planned = {plan.meeting_id: plan for plan in plans}

    def _load(self) -> None:
        if not self._loading:
            self._loading = True
            self._sender.spawn(self._fill())

    async def _fill(self) -> None:
        try:
            choices = await asyncio.wait_for(self._list_meetings(), _LONGEST_WAIT_S)
        except CannotListError as error:
            self._show_note(str(error))
        except TimeoutError:
            self._show_note(text("menu.meetings.no_answer"))
        except Exception:  # a border: a fault inside must not leave "Loading…" for ever
            log.exception("Listing the meetings failed.")
            self._show_note(text("menu.meetings.failed"))
        else:
            self._show_meetings(choices)
        finally:
            self._loading = False
            keep_on_screen(self.menu)

    def _clear(self) -> None:
        self.menu.clear()
        for submenu in self._submenus:
            submenu.deleteLater()
        self._submenus = []

    def _show_note(self, words: str) -> None:
        self._clear()
        self.menu.addAction(menu_text(words)).setEnabled(False)

    def _show_meetings(self, choices: Sequence[MeetingChoice]) -> None:
        if not choices:
            self._show_note(text("menu.meetings.none"))
            return
        self._clear()
        at = self._clock()
        for choice in choices[:_MOST]:
            if self._is_full():
                break
            if choice.starts_at is not None and choice.starts_at > at and not choice.live:
                self._add_plan(choice, choice.starts_at, at)
            else:
                self._add(self.menu, _label(choice, at), "start", choice)

    def _is_full(self) -> bool:
        """Whether one more entry would not fit on the screen: an open menu that grows never scrolls."""
        entries = max(len(self.menu.actions()), 1)
        height = self.menu.sizeHint().height()
        return height + height // entries > self.menu.screen().availableGeometry().height()

    def _add_plan(self, choice: MeetingChoice, starts_at: Millis, at: Millis) -> None:
        plan = self._planned.get(choice.meeting)
        label = _label(choice, at)
        title = text("menu.meetings.planned", meeting=label) if plan else label
        submenu = QMenu(menu_text(title), self.menu)
        self._submenus.append(submenu)
        self.menu.addMenu(submenu)
        if choice.about:
            submenu.addAction(menu_text(choice.about)).setEnabled(False)
        label = text("menu.meetings.ask_later")
        if plan is not None:
            switch = self._add(submenu, label, "disarm", choice)
            switch.setEnabled(not plan.hosted)  # the setting would plan it again at once
            self._set_on(switch, on=True)
        elif choice.meeting.isdigit():  # a UUID alone does not say which meeting begins
            moment = str(starts_at // SECOND * SECOND)
            self._set_on(self._add(submenu, label, "arm", choice, at=moment), on=False)
        self._add(submenu, text("menu.meetings.ask_now"), "start", choice)

    def _set_on(self, switch: QAction, *, on: bool) -> None:
        switch.setCheckable(True)
        switch.setChecked(on)

    def _add(
        self, menu: QMenu, label: str, name: str, choice: MeetingChoice, **more: str
    ) -> QAction:
        command = Command(name, {"meeting": choice.meeting, **more})
        entry = menu.addAction(menu_text(label))
        entry.triggered.connect(lambda _checked=False: self._sender.send(command))
        return entry


def _label(choice: MeetingChoice, at: Millis) -> str:
    if choice.cancelled:
        return text(
            "menu.meetings.cancelled", time=clock(choice.starts_at or at), title=choice.title
        )
    if choice.live:
        return text("menu.meetings.live", title=choice.title)
    if choice.starts_at is None:
        return choice.title
    key = "menu.meetings.running" if choice.starts_at <= at else "menu.meetings.later"
    return text(key, time=clock(choice.starts_at), title=choice.title)


def keep_on_screen(menu: QMenu) -> None:
    """Move a menu that has grown while it was open: where it began, Qt knew only its first entries."""
    if not menu.isVisible():
        return
    screen, place = menu.screen().availableGeometry(), menu.geometry()
    parent = menu.parentWidget()
    left, beside = place.left(), (parent.geometry().left() if parent else 0) - place.width()
    if left < beside + place.width() or place.right() > screen.right():
        left = beside if beside >= screen.left() else screen.right() + 1 - place.width()
    top = min(place.top(), screen.bottom() + 1 - place.height())
    menu.move(max(left, screen.left()), max(top, screen.top()))
