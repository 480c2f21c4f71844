"""Which of the watched meetings a command means."""

from collections.abc import Sequence

from rtms_tray.capture.session import Session
from rtms_tray.presentation.overview import told_apart
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.view_model import SessionView
from rtms_tray.presentation.wording import short_meeting_name
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Arguments, RefusedError
from rtms_tray.support.texts import text
from rtms_tray.zoom.meeting_reference import parse_meeting_or_uuid


class SessionLookup:
    """Finds sessions by key, UUID, number or link, and shows them as every surface does.

    Only those that are meant are put into words: there may be hundreds.
    """

    def __init__(self, program: Program) -> None:
        self._program = program

    def by_key(self, key: str | None) -> SessionView | None:
        """Find a session by its key."""
        session = self._program.watcher.board.session(key) if key else None
        return None if session is None else self._shown(session)

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
        open_ = [session for session in self._sessions if session.open]
        if len(open_) == 1:
            return self._shown(open_[0])
        if not open_:
            raise RefusedError(text("commands.which.none_open"))
        meetings = ", ".join(_name(session) for session in open_)
        raise RefusedError(text("commands.which.several_open", meetings=meetings))

    def _named(self, wanted: str) -> SessionView:
        """A key or UUID is taken as it is; all else has to be read."""
        found = self._called(wanted) or self._called(parse_meeting_or_uuid(wanted))
        if found is None:
            raise RefusedError(text("commands.which.not_watched", name=wanted))
        shown = self._shown(found)
        if not found.open:
            raise RefusedError(text("commands.which.over", meeting=shown.meeting))
        return shown

    def _called(self, name: str) -> Session | None:
        """Find the newest session of that name; an open one before those that are over."""
        fits = [
            session
            for session in self._sessions
            if name in {session.key, session.meeting.uuid, session.meeting.number}
        ]
        return max(reversed(fits), key=lambda session: session.open, default=None)

    @property
    def _sessions(self) -> Sequence[Session]:
        return self._program.watcher.board.sessions

    def _shown(self, session: Session) -> SessionView:
        """Show a session; those of the same name are told apart, as in the overview."""
        context = self._program.watcher.board.context.at(self._program.dependencies.clock())
        name = short_meeting_name(session.meeting)
        alike = [one for one in self._sessions if short_meeting_name(one.meeting) == name]
        views = told_apart([session_view(one, context) for one in alike])
        return views[alike.index(session)]


def _name(session: Session) -> str:
    return session.meeting.number or session.meeting.uuid or session.key
