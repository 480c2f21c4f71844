"""Which of the watched meetings a command means."""

from rtms_tray.presentation.view_model import SessionView
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Arguments, RefusedError
from rtms_tray.support.texts import text
from rtms_tray.zoom.meeting_reference import parse_meeting_or_uuid


class SessionLookup:
    """Finds sessions by key, UUID, number or link, in what every surface shows."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def all(self) -> tuple[SessionView, ...]:
        """List every session, oldest first."""
        return self._program.overview().sessions

    def by_key(self, key: str | None) -> SessionView | None:
        """Find a session by its key."""
        return self._program.overview().session(key)

    def open_session(self, arguments: Arguments) -> SessionView:
        """Find the session that is meant; the only open one where none is named.

        Raises:
            RefusedError: there is none, or several, or it is over.
            MeetingReferenceError: what was given names no meeting.
        """
        wanted = arguments.get("meeting", "").strip()
        return self._named(wanted) if wanted else self._only_open()

    def over(self, arguments: Arguments) -> SessionView | None:
        """Find a session by its key that is over."""
        session = self.by_key(arguments.get("meeting"))
        return session if session is not None and not session.open else None

    def _only_open(self) -> SessionView:
        open_ = [session for session in self.all() if session.open]
        if len(open_) == 1:
            return open_[0]
        if not open_:
            raise RefusedError(text("commands.which.none_open"))
        meetings = ", ".join(_name(session) for session in open_)
        raise RefusedError(text("commands.which.several_open", meetings=meetings))

    def _named(self, wanted: str) -> SessionView:
        """A key or UUID is taken as it is; all else has to be read."""
        found = self._called(wanted) or self._called(parse_meeting_or_uuid(wanted))
        if found is None:
            raise RefusedError(text("commands.which.not_watched", name=wanted))
        if not found.open:
            raise RefusedError(text("commands.which.over", meeting=found.meeting))
        return found

    def _called(self, name: str) -> SessionView | None:
        """Find the newest session of that name; an open one before those that are over."""
        fits = [
            session
            for session in self.all()
            if name in {session.key, session.meeting_uuid, session.meeting_id}
        ]
        return max(reversed(fits), key=lambda session: session.open, default=None)


def _name(session: SessionView) -> str:
    return session.meeting_id or session.meeting_uuid or session.key
