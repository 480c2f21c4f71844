"""The sub-menu of the user's own meetings: asked for when it opens, and only then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from PySide6.QtWidgets import QMenu

from rtms_tray.capture.units import Millis
from rtms_tray.commands import Command
from rtms_tray.desktop.choices import CannotListError, MeetingChoice
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.wording import clock, menu_text

log = logging.getLogger(__name__)
ListMeetings: TypeAlias = Callable[[], Awaitable[Sequence[MeetingChoice]]]
_LONGEST_WAIT_S: Final = 15
_MOST: Final = 15


class MeetingsMenu:
    """Fills itself each time it is opened: "Loading…", then the meetings or a plain reason."""

    def __init__(
        self, clicks: Clicks, list_meetings: ListMeetings, clock: Callable[[], Millis]
    ) -> None:
        self._clicks = clicks
        self._list_meetings = list_meetings
        self._clock = clock
        self._loading = False
        self.menu = QMenu("Start in one of my meetings")
        self._say("Loading…")  # an empty menu would not open
        self.menu.aboutToShow.connect(self._load)

    def _load(self) -> None:
        if not self._loading:
            self._loading = True
            self._clicks.spawn(self._fill())

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

    def _say(self, text: str) -> None:
        self.menu.clear()
        self.menu.addAction(menu_text(text)).setEnabled(False)

    def _offer(self, choices: Sequence[MeetingChoice]) -> None:
        if not choices:
            self._say("No meeting is live, and none is coming up.")
            return
        self.menu.clear()
        at = self._clock()
        for choice in choices[:_MOST]:
            command = Command("start", {"meeting": choice.meeting})
            self.menu.addAction(menu_text(_label(choice, at))).triggered.connect(
                lambda _checked=False, command=command: self._clicks.perform(command)
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
