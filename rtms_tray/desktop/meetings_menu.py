"""The sub-menu of the user's own meetings: asked for when it opens, and only then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtWidgets import QMenu

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.wording import menu_text
from rtms_tray.presentation.view_model import ArmedView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.command_types import Command
from rtms_tray.support.units import SECOND, Millis

# --- What the desktop needs to know of a meeting to offer it for starting. ---


@dataclass(frozen=True, slots=True)
class MeetingChoice:
    """A meeting of the user's own; `title` is shown as it is."""

    meeting: str  # number or UUID, as `start` takes it
    title: str
    live: bool
    starts_at: Millis | None = None


class CannotListError(Exception):
    """The meetings cannot be listed now; the text says why and what to do."""


log = logging.getLogger(__name__)
ListMeetings: TypeAlias = Callable[[], Awaitable[Sequence[MeetingChoice]]]
_LONGEST_WAIT_S: Final = 15
_MOST: Final = 15


class MeetingsMenu:
    """Fills itself each time it is opened: "Loading…", then the meetings or a plain reason.

    A meeting that runs is started in by a click; one to come is planned for, or asked for now.
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
        self._inner: list[QMenu] = []
        self.menu = QMenu("Start in one of my meetings", parent)
        self._say("Loading…")  # an empty menu would not open
        self.menu.aboutToShow.connect(self._load)

    def show_plans(self, plans: Sequence[ArmedView]) -> None:
        """Take note of what is planned; seen when the menu opens next."""
        self._planned = {plan.meeting_id: plan for plan in plans}

    def _load(self) -> None:
        if not self._loading:
            self._loading = True
            self._sender.spawn(self._fill())

    async def _fill(self) -> None:
        try:
            choices = await asyncio.wait_for(self._list_meetings(), _LONGEST_WAIT_S)
        except CannotListError as error:
            self._say(str(error))
        except TimeoutError:
            self._say("Zoom does not answer. Try again in a minute.")
        except Exception:  # a border: a fault inside must not leave "Loading…" for ever
            log.exception("Listing the meetings failed.")
            self._say("Your meetings could not be listed. The log says more.")
        else:
            self._offer(choices)
        finally:
            self._loading = False

    def _clear(self) -> None:
        self.menu.clear()
        for inner in self._inner:
            inner.deleteLater()
        self._inner = []

    def _say(self, text: str) -> None:
        self._clear()
        self.menu.addAction(menu_text(text)).setEnabled(False)

    def _offer(self, choices: Sequence[MeetingChoice]) -> None:
        if not choices:
            self._say("No meeting is live, and none is coming up.")
            return
        self._clear()
        at = self._clock()
        for choice in choices[:_MOST]:
            if choice.starts_at is not None and choice.starts_at > at and not choice.live:
                self._offer_ahead(choice, choice.starts_at, at)
            else:
                self._add(self.menu, _label(choice, at), "start", choice)

    def _offer_ahead(self, choice: MeetingChoice, starts_at: Millis, at: Millis) -> None:
        planned = self._planned.get(choice.meeting)
        title = f"{_label(choice, at)}{' · planned' if planned else ''}"
        inner = QMenu(menu_text(title), self.menu)
        self._inner.append(inner)
        self.menu.addMenu(inner)
        if planned is not None:
            if not planned.hosted:  # it would be planned again: a setting says so
                self._add(inner, "Do not ask by itself", "disarm", choice)
        elif choice.meeting.isdigit():  # who has a UUID alone cannot be told from others ahead
            moment = str(starts_at // SECOND * SECOND)
            self._add(inner, "Ask when it begins", "arm", choice, at=moment)
        self._add(inner, "Ask now", "start", choice)

    def _add(self, menu: QMenu, text: str, name: str, choice: MeetingChoice, **more: str) -> None:
        command = Command(name, {"meeting": choice.meeting, **more})
        menu.addAction(menu_text(text)).triggered.connect(
            lambda _checked=False: self._sender.send(command)
        )


def _label(choice: MeetingChoice, at: Millis) -> str:
    if choice.live:
        return f"Live now: {choice.title}"
    if choice.starts_at is None:
        return choice.title
    began = (
        f"Since {clock(choice.starts_at)}:" if choice.starts_at <= at else clock(choice.starts_at)
    )
    return f"{began} {choice.title}"
