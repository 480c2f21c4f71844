"""Orders that help where the request itself does not: plans ahead, the text for the host, the fall-back."""

from collections.abc import Mapping

from rtms_tray.capture.host_messages import message_for
from rtms_tray.capture.session import Session
from rtms_tray.commands.fall_back import fall_back
from rtms_tray.commands.session_commands import SessionOrders
from rtms_tray.presentation.actions import offers_fall_back
from rtms_tray.presentation.overview import grouped, meeting_name
from rtms_tray.runtime.program import Program
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    OpenUrl,
    Plain,
    RefusedError,
    read_moment,
)
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.meeting_reference import parse_meeting


class AidOrders:
    """Carries them out."""

    def __init__(self, program: Program, sessions: SessionOrders, open_url: OpenUrl) -> None:
        self._program = program
        self._sessions = sessions
        self._open_url = open_url

    def rules(self) -> Mapping[str, Plain]:
        """Name every order with its rule."""
        return {
            "arm": self.arm,
            "disarm": self.disarm,
            "message": self.message,
            "fall-back": self.fall_back,
        }

    # --- ahead --------------------------------------------------------------------------------

    async def arm(self, arguments: Arguments) -> Answer:
        """Ask for a meeting by itself once it begins; `at` is its start (milliseconds), where given."""
        self._program.require_sign_in()
        number = parse_meeting(arguments.get("meeting", ""))
        at = read_moment(arguments.get("at", ""))
        start = at if at is not None else await self._start_of(number)
        if start is not None and start <= self._program.dependencies.clock():
            start = None
            if at is not None:
                raise RefusedError("That time has passed. Start capture now, or name a later time.")
        if start is None and not self._program.watcher.feed.connected:
            raise RefusedError(
                "Nothing would tell rtms-tray that this meeting begins. Name its time with --at."
            )
        self._program.scheduled.plan(number, start)
        return Answer(Exit.DONE, _planned(number, known=start is not None))

    async def _start_of(self, number: str) -> Millis | None:
        """Zoom's own lists tell when a meeting of the next day begins."""
        rest = self._program.rest
        try:
            listed = await rest.upcoming_meetings() if rest else ()
        except (ZoomTrouble, SecretError):
            return None
        return next((one.start_time for one in listed if one.number == number), None)

    async def disarm(self, arguments: Arguments) -> Answer:
        """Give up a plan; without a meeting, take note of those that were missed."""
        meeting = arguments.get("meeting", "").strip()
        number = parse_meeting(meeting) if meeting else None
        found = self._program.scheduled.cancel(number)
        if number is not None and not found:
            raise RefusedError(f"Nothing is planned for meeting {grouped(number)}.")
        return Answer(Exit.DONE, "It is no longer planned." if number else "Noted.")

    # --- what else can be done ----------------------------------------------------------------

    async def message(self, arguments: Arguments) -> Answer:
        """Give the text for the host, or for an admin, that fits what happened."""
        session = self._sessions.open_session(arguments)
        client_id = self._program.settings.app.client_id
        why = session.why
        found = message_for(why.code, client_id, why.message) if why else None
        if found is None:
            raise RefusedError(
                f"There is nothing to ask of the host now: {meeting_name(session)} needs nobody else."
            )
        return Answer(Exit.DONE, found.text, {"audience": str(found.audience), "text": found.text})

    async def fall_back(self, arguments: Arguments) -> Answer:
        """Use the other way of capturing that the user has set up, where RTMS cannot work."""
        wishes = self._program.settings.fallback
        if not wishes.is_set_up:
            raise RefusedError(
                "No fall-back is set up. Set fallback.url, or fallback.command, in the settings."
            )
        session = self._sessions.open_session(arguments)
        if not offers_fall_back(session, self._program.watcher.board.context):
            raise RefusedError(_why_not(session))
        link = self._sessions.links.get(session.key)
        return Answer(
            Exit.DONE, await fall_back(wishes, session.meeting.number, link, self._open_url)
        )


def _why_not(session: Session) -> str:
    return (
        f"The fall-back is for meetings in which RTMS cannot work; of {meeting_name(session)} that is "
        "not known, or somebody said no."
    )


def _planned(number: str, *, known: bool) -> str:
    name = f"Meeting {grouped(number)}"
    if known:
        return f"{name} is planned: the request goes out when it begins."
    return (
        f"{name} is planned: the request goes out when Zoom tells that it has begun. Zoom tells so only of "
        "meetings on accounts with the app; name a time with --at to be sure."
    )
