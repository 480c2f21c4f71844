"""The user: asks for capture, and uses what the program offers. What they tell is true."""

from collections.abc import Callable
from random import Random

from rtms_tray.capture import events as e
from tests.stories.program import Program
from tests.stories.truth import Instance
from tests.stories.zoom import Zoom


class User:
    """Does what the status lists as an action, now and then."""

    def __init__(
        self, program: Program, zoom: Zoom, dice: Random, log: Callable[[str], None]
    ) -> None:
        self.away = False  # while the program does not run
        self.told: Callable[[Instance], None] = lambda _meeting: None
        self._program = program
        self._zoom = zoom
        self._dice = dice
        self._log = log

    def request(self, number: str) -> None:
        """Ask for a meeting's capture."""
        if not self.away:
            self._log(f"USER: asks for {number}")
            self._program.take(e.StartRequested(number))

    def do_something(self, meeting: Instance) -> None:
        """Use one of the actions that the meeting's session offers."""
        if self.away:
            return
        for view in self._program.sessions:
            if not view.open or meeting.uuid != view.meeting_uuid:
                continue
            actions = [action.listed_as for action in view.actions if action.listed_as]
            if actions:
                self._act(self._dice.choice(actions), view.key, meeting)
            return

    def _act(self, action: str, key: str, meeting: Instance) -> None:
        self._log(f"USER: {action}")
        take = self._program.take
        if action == "resend":
            take(e.StartRequested(meeting.number, resend=True), key)
        elif action in {"pause", "resume", "stop"}:
            take(e.ActionRequested(e.Action(action)), key)
        elif action == "tell":
            self._tell(key, meeting)
        elif action == "give_up" and self._dice.random() < 0.3:
            take(e.GivenUp(), key)

    def _tell(self, key: str, meeting: Instance) -> None:
        """Say whether Zoom shows that the app gets the meeting."""
        now = self._zoom.now
        live = [one for one in meeting.streams if one.live(now) and one.operator is self._zoom.me]
        paused = any(one.paused_from_here(now) or one.paused_by_zoom(now) for one in live)
        in_room = any(one.room for one in meeting.present(self._zoom.me))
        if not paused and not in_room:
            self._log(f"USER: says that it {'is' if live else 'is not'} shared")
            self._program.take(e.SharingReported(bool(live)), key)
            self.told(meeting)
