"""At rest: the meetings that the user is in now, or has today, to be clicked.

What events tell is there at once. Zoom's lists are asked for while the window is seen, at most every ten minutes. What
cannot be had (no sign-in, a scope that is missing) is left out without a word: the menu says why.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from PySide6.QtWidgets import QVBoxLayout

from rtms_tray.capture.events import Meeting
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.meetings_menu import CannotListError, MeetingChoice
from rtms_tray.desktop.own_meetings import OwnMeetings
from rtms_tray.desktop.plain_text import shortened
from rtms_tray.desktop.widgets.buttons import Button
from rtms_tray.desktop.widgets.controls import SMALL, Rows, button, label, note, row, set_margins
from rtms_tray.presentation.view_model import ArmedView, Overview, SignInState
from rtms_tray.presentation.wording import clock, meeting_name
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import plural, text
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis

log = logging.getLogger(__name__)

MOST: Final = 6
"""Rows: the window at rest is small; one less beside a line about other meetings."""
LIST_AGAIN: Final[Millis] = 10 * MINUTE
SOON: Final[Millis] = MINUTE
"""When the window is opened again, a list that is older is renewed."""
BEGAN_WITHIN: Final[Millis] = 2 * HOUR
"""A meeting of a list that should have begun, and that nothing tells of, may run for so long."""
_INDENT: Final = 4
_BELOW: Final = 3
"""Pixels that keep two meetings apart, where the first has a second line."""
_LONGEST_TOPIC: Final = 30
"""Letters: a row is one line."""
_LONGEST_WAIT_S: Final = 15


class Entry(Frozen):
    """A row: the meeting in words, and what its button does; without a command there is none."""

    words: str
    label: str = ""
    command: Command | None = None
    about: str = ""  # a line below


class _Found(Struct):
    """What was found out, when, and for whom."""

    user: str | None = None
    asked_at: Millis | None = None
    choices: Sequence[MeetingChoice] = ()
    client_is_in_one: bool = False
    asking: bool = False


class MyMeetings(Rows):
    """The rows, each with a button; without meetings it takes no room."""

    def __init__(
        self, sender: CommandSender, own: OwnMeetings, clock: Callable[[], Millis]
    ) -> None:
        super().__init__(spacing=0)
        self._sender, self._own, self._clock = sender, own, clock
        self._found = _Found()
        self._overview: Overview | None = None
        self.changed: Callable[[], None] = lambda: None

    @property
    def words(self) -> tuple[str, str]:
        """What the window at rest says: a title and a text; empty where it is what it says anyway."""
        joined = self._overview is not None and bool(self._overview.joined)
        offered = self._overview is not None and self._overview.offer is not None
        if (offered or self._found.client_is_in_one) and not joined:
            key = "in_a_meeting" if self.isHidden() else "in_one_of_these"
            return text("overview.not_capturing"), text(f"status.idle.{key}")
        return "", "" if self.isHidden() else text("status.idle.choose")

    def show_overview(self, overview: Overview) -> None:
        """Show what is known; while a session has the window, nothing."""
        self._overview = overview
        if overview.account.user_id != self._found.user:
            self._found = _Found(overview.account.user_id)
        at_rest = overview.lead is None and overview.account.state is SignInState.SIGNED_IN
        found = list(self._entries(overview)) if at_rest else []
        most = MOST - 1 if overview.armed or overview.colleagues else MOST
        self._show(found, most)

    def _show(self, found: Sequence[Entry], most: int) -> None:
        shown = found if len(found) <= most else found[: most - 1]

        def build(column: QVBoxLayout) -> None:
            for entry in shown:
                column.addLayout(self._row(entry))
            if rest := len(found) - len(shown):
                more = note(plural("status.mine.more", rest))
                set_margins(more, _INDENT, 0, 0, 0)
                column.addWidget(more)

        self.show_rows((tuple(found), most), build)

    def look(self, *, opened: bool = False) -> None:
        """Ask again what has become old; call it while the window is seen."""
        view, found = self._overview, self._found
        if view is None or view.lead is not None or view.account.state is not SignInState.SIGNED_IN:
            return
        lasts = SOON if opened else LIST_AGAIN
        due = found.asked_at is None or not 0 <= self._clock() - found.asked_at < lasts
        if due and not found.asking:
            found.asking = True
            found.asked_at = self._clock()
            self._sender.spawn(self._ask(found))

    async def _ask(self, found: _Found) -> None:
        try:
            found.choices = await asyncio.wait_for(self._own.list_meetings(), _LONGEST_WAIT_S)
        except (CannotListError, TimeoutError) as error:
            found.choices = ()
            log.info("The meetings cannot be listed for the window: %s.", type(error).__name__)
        except Exception:  # a border: a fault inside must not keep the window from listing again
            found.choices = ()
            log.exception("Listing the meetings for the window failed.")
        finally:
            found.asking = False
        await self._look_at_client(found)
        if self._overview is not None:
            self.show_overview(self._overview)
            self.changed()

    async def _look_at_client(self, found: _Found) -> None:
        """Look at this computer's programs only where Zoom tells of no meeting: that takes a while."""
        live = any(choice.live for choice in found.choices)
        joined = self._overview is not None and bool(self._overview.joined)
        found.client_is_in_one = not live and not joined and await self._own.client_is_in_one()

    # --- the rows -----------------------------------------------------------------------------

    def _entries(self, overview: Overview) -> Iterator[Entry]:
        now = self._clock()
        plans = {plan.meeting_id: plan for plan in overview.armed}
        shown = set()
        for joined in overview.joined:
            name = self._named(joined.meeting_id or joined.meeting_uuid, joined.meeting)
            words = text("status.mine.joined", meeting=name)
            shown.add(joined.meeting_id or joined.meeting_uuid)
            yield self._start(words, joined.meeting_id or joined.meeting_uuid)
        today = [choice for choice in self._found.choices if _is_today(choice, now)]
        for choice in sorted(today, key=lambda choice: (not choice.live, choice.starts_at or 0)):
            if choice.meeting not in shown:
                shown.add(choice.meeting)
                entry = self._entry(choice, plans.get(choice.meeting), now)
                yield replace(entry, about=choice.about)

    def _entry(self, choice: MeetingChoice, plan: ArmedView | None, now: Millis) -> Entry:
        number = choice.meeting if choice.meeting.isdigit() else None
        plain = meeting_name(Meeting(uuid=None if number else choice.meeting, number=number))
        name, starts_at = self._named(choice.meeting, plain), choice.starts_at
        if choice.live or starts_at is None:
            return self._start(text("status.mine.live", meeting=name), choice.meeting)
        words = text("status.mine.timed", time=clock(starts_at), meeting=name)
        if plan is not None:
            cancel = Command("disarm", {"meeting": choice.meeting})
            label = text("status.mine.planned")
            return Entry(words, label, None if plan.hosted else cancel)
        if choice.cancelled:
            return Entry(words)
        if starts_at <= now or number is None:  # a UUID alone does not say which meeting begins
            return self._start(words, choice.meeting)
        moment = str(starts_at // SECOND * SECOND)
        command = Command("arm", {"meeting": choice.meeting, "at": moment})
        return Entry(words, text("status.mine.plan"), command)

    def _start(self, words: str, meeting: str) -> Entry:
        return Entry(words, text("status.mine.start"), Command("start", {"meeting": meeting}))

    def _named(self, meeting: str, plain: str) -> str:
        return shortened(self._own.topic_of(meeting), _LONGEST_TOPIC) or plain

    def _row(self, entry: Entry) -> QVBoxLayout:
        line = row(label(entry.words, scale=SMALL))
        line.setStretch(0, 1)
        if entry.command is not None:
            line.addWidget(self._button(entry, entry.command))
        elif entry.label:
            line.addWidget(note(entry.label))
        lines = QVBoxLayout()
        set_margins(lines, _INDENT, 0, 0, _BELOW if entry.about else 0)
        lines.setSpacing(0)
        lines.addLayout(line)
        if entry.about:
            lines.addWidget(note(entry.about))
        return lines

    def _button(self, entry: Entry, command: Command) -> Button:
        act = button(entry.label, flat=True)
        act.setAccessibleName(
            text("status.mine.button_name", label=entry.label, meeting=entry.words)
        )
        self._sender.bind(act, command)
        return act


def _is_today(choice: MeetingChoice, now: Millis) -> bool:
    """Whether it runs now, or begins today: one that began long ago is over, as far as anybody knows."""
    starts_at = choice.starts_at
    if choice.live or starts_at is None:
        return choice.live
    days = [datetime.fromtimestamp(at / SECOND).astimezone().date() for at in (now, starts_at)]
    return days[0] == days[1] and starts_at > now - BEGAN_WITHIN
