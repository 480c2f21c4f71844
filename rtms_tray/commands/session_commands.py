"""Orders about meetings: ask, ask again, pause, stop, give up, tell what one knows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Rejection
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import in_words, meeting_name, session_view
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import (
    LONGEST_MINUTES,
    REPLY_LIMIT_S,
    STILL_TRYING,
    Answer,
    AnswerCode,
    Arguments,
    Exit,
    Plain,
    RefusedError,
    UsageError,
    read_minutes,
    read_moment,
)
from rtms_tray.support.units import MINUTE
from rtms_tray.zoom.meeting_reference import join_link, parse_meeting_or_uuid, parse_new_meeting

_DONE: Final = {
    e.Action.PAUSE: "Paused.",
    e.Action.RESUME: "Capture goes on.",
    e.Action.STOP: "Capture is stopped.",
}
_TELLABLE: Final = frozenset({Value.YES, Value.NO, Value.UNKNOWN})


class SessionOrders:
    """Carries out what the user wants of meetings."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.links: dict[
            str, str
        ] = {}  # join links by session, for the fall-back alone: never stored

    def rules(self) -> Mapping[str, Plain]:
        """Name every order with its rule."""
        return {
            "start": self.start,
            "resend": self.resend,
            "pause": self.pause,
            "resume": self.resume,
            "stop": self.stop,
            "give-up": self.give_up,
            "remind": self.remind,
            "acknowledge": self.acknowledge,
            "tell": self.tell,
        }

    # --- asking -------------------------------------------------------------------------------

    async def start(self, arguments: Arguments) -> Answer:
        """Send the start request for a meeting's number, link or UUID."""
        self._program.require_sign_in()
        number, uuid = self._new_meeting(arguments.get("meeting", ""))
        warning = await self._program.client_warning()
        key = self._program.watcher.handle(e.StartRequested(number, uuid)).key
        self._keep_link(key, arguments)
        answer = await self._reply_to_start(key)
        return replace(answer, text=f"{warning} {answer.text}".strip())

    def _new_meeting(self, meeting: str) -> tuple[str | None, str | None]:
        """Read which meeting to start in; a session's own name means its meeting, once more."""
        session = self._named(meeting)
        if session is None:
            return parse_new_meeting(meeting)
        return session.meeting.number, None if session.meeting.number else session.meeting.uuid

    def _keep_link(self, key: str | None, arguments: Arguments) -> None:
        here = {one.key for one in self._sessions() if one.open}
        self.links = {name: link for name, link in self.links.items() if name in here}
        link = join_link(arguments.get("link") or arguments.get("meeting", ""))
        if key is not None and link is not None:
            self.links[key] = link

    async def resend(self, arguments: Arguments) -> Answer:
        """Send it again; while one is on its way, wait for that one's reply."""
        self._program.require_sign_in()
        session = self.open_session(arguments)
        self._ask_of(session, e.StartRequested(resend=True))
        return await self._reply_to_start(session.key)

    async def _reply_to_start(self, key: str | None) -> Answer:
        if not await self._settled(lambda: _closed(self._now(key, "request"))):
            return STILL_TRYING
        session = self._named(key)
        if session is None:
            return Answer(Exit.DONE)
        exit_ = Exit.REFUSED if _is_refused(session) else Exit.DONE
        return self._as_session_says(exit_, session)

    # --- acting on a stream -------------------------------------------------------------------

    async def pause(self, arguments: Arguments) -> Answer:
        """Pause the stream."""
        return await self._act(e.Action.PAUSE, arguments)

    async def resume(self, arguments: Arguments) -> Answer:
        """Let the stream go on."""
        return await self._act(e.Action.RESUME, arguments)

    async def stop(self, arguments: Arguments) -> Answer:
        """Stop the stream."""
        return await self._act(e.Action.STOP, arguments)

    async def _act(self, action: e.Action, arguments: Arguments) -> Answer:
        session = self.open_session(arguments)
        self._ask_of(session, e.ActionRequested(action))
        return await self._reply_to_act(session.key, action)

    async def _reply_to_act(self, key: str, action: e.Action) -> Answer:
        if not await self._settled(lambda: _closed(self._now(key, "act"))):
            return STILL_TRYING
        session = self._named(key)
        if session is not None and session.attention.refusal is not None:
            return self._as_session_says(Exit.REFUSED, session)
        if session is not None and not _has_come(action, session):
            text = f"It came otherwise. {self._words(session)}"
            return Answer(Exit.REFUSED, text, session=key)
        return Answer(Exit.DONE, _DONE[action])

    # --- what needs no reply ------------------------------------------------------------------

    async def give_up(self, arguments: Arguments) -> Answer:
        """Wait for this meeting no longer."""
        session = self.open_session(arguments)
        self._ask_of(session, e.GivenUp())
        return Answer(Exit.DONE, f"{meeting_name(session)} is given up.")

    async def remind(self, arguments: Arguments) -> Answer:
        """Remind the user in some minutes."""
        minutes = self._minutes(arguments)
        session = self.open_session(arguments)
        self._ask_of(session, e.ReminderRequested(minutes))
        return Answer(Exit.DONE, f"You are reminded in {minutes} min.")

    def _minutes(self, arguments: Arguments) -> int:
        """How long to wait: a number of minutes, or until a moment (`at`, in milliseconds)."""
        at = read_moment(arguments.get("at", ""))
        if at is None:
            return read_minutes(arguments.get("minutes", "2"))
        wait = at - self._program.dependencies.clock()
        return min(max(1, ceil(wait / MINUTE)), LONGEST_MINUTES)

    async def acknowledge(self, arguments: Arguments) -> Answer:
        """The user has seen what happened; a meeting that is over may still ask for it."""
        session = self._over(arguments) or self.open_session(arguments)
        self._ask_of(session, e.Acknowledged())
        return Answer(Exit.DONE, "Noted.")

    async def tell(self, arguments: Arguments) -> Answer:
        """The user knows a condition, or sees Zoom's own “Sharing” sign."""
        told = _told(arguments.get("condition", ""), arguments.get("value", ""))
        session = self.open_session(arguments)
        self._ask_of(session, told)
        return Answer(Exit.DONE, "Noted.")

    def _ask_of(self, session: Session, wish: e.UserEvent) -> None:
        """Have the machine do it; where the same is under way, its reply is that one's.

        Raises:
            RefusedError: the machine does not grant it; the text says why.
        """
        refused = self._program.watcher.handle(wish, session.key).refused
        if refused is not None and refused is not Rejection.UNDER_WAY:
            raise RefusedError(self._why_not(refused, session, wish), session=session.key)

    def _why_not(self, refused: Rejection, session: Session, wish: e.UserEvent) -> str:
        match refused, wish:
            case Rejection.TOO_SOON, _:
                return "The host said no a moment ago. Wait a minute before you ask again."
            case Rejection.BUSY, _:
                action = session.streams.action
                under_way = action.action if action else ""
                return f"Zoom has not answered yet: {under_way}. Wait for that."
            case Rejection.CAPTURE_RUNS, _:
                return "Capture is running; stop it instead."
            case Rejection.NOTHING_CAPTURED, e.ActionRequested(action):
                return f"Nothing is captured in {meeting_name(session)}: nothing to {action}."
            case Rejection.NOTHING_CAPTURED, _:
                return f"Nothing is captured in {meeting_name(session)} as it is."
            case _, e.ActionRequested(action):
                return f"Cannot {action} now: {self._title(session)}."
            case _:
                return f"That cannot be done now: {self._title(session)}."

    # --- finding sessions ---------------------------------------------------------------------

    def open_session(self, arguments: Arguments) -> Session:
        """Find the session that is meant; the only open one where none is named.

        Raises:
            RefusedError: there is none, or several, or it is over.
            MeetingReferenceError: what was given names no meeting.
        """
        wanted = arguments.get("meeting", "").strip()
        if wanted:
            return self._wanted(wanted)
        open_ = [one for one in self._sessions() if one.open]
        if len(open_) == 1:
            return open_[0]
        if not open_:
            raise RefusedError("No meeting is watched. Start one with its number or link.")
        numbers = ", ".join(one.meeting.number or one.meeting.uuid or one.key for one in open_)
        raise RefusedError(f"Several meetings are open: {numbers}. Name one with --meeting.")

    def _over(self, arguments: Arguments) -> Session | None:
        """Find a session by its own name that is over."""
        named = self._named(arguments.get("meeting", ""))
        return named if named is not None and not named.open else None

    def _wanted(self, wanted: str) -> Session:
        """A session's own name or UUID is taken as it is; all else has to be read."""
        found = self._called(wanted) or self._called(parse_meeting_or_uuid(wanted))
        if found is None:
            raise RefusedError(f"The meeting {wanted} is not watched.")
        if not found.open:
            raise RefusedError(f"{meeting_name(found)} is over. Start it anew to capture it again.")
        return found

    def _called(self, name: str) -> Session | None:
        fits = [
            one
            for one in self._sessions()
            if name in {one.key, one.meeting.uuid, one.meeting.number}
        ]
        return max(fits, key=lambda one: (one.open, one.number), default=None)

    @property
    def _context(self) -> Context:
        program = self._program
        return program.watcher.board.context.at(program.dependencies.clock())

    def _sessions(self) -> tuple[Session, ...]:
        return self._program.watcher.board.sessions

    def _named(self, key: str | None) -> Session | None:
        return self._program.watcher.board.session(key) if key else None

    # --- what came of it ----------------------------------------------------------------------

    def _now(self, key: str | None, kind: str) -> Request | None:
        """The newest request of a session: its start (`request`), or its pause, resume, stop (`act`)."""
        session = self._named(key)
        if session is None:
            return None
        return session.requests.newest if kind == "request" else session.streams.action

    async def _settled(self, is_so: Callable[[], bool]) -> bool:
        return await self._program.changes.until(is_so, REPLY_LIMIT_S)

    def _as_session_says(self, exit_: Exit, session: Session) -> Answer:
        """Answer with the session's own reason, which every surface that shows it gives."""
        text = self._words(session)
        return Answer(exit_, text, code=AnswerCode.SESSION, session=session.key)

    def _words(self, session: Session) -> str:
        return in_words(session, self._context)

    def _title(self, session: Session) -> str:
        return session_view(session, self._context).title


def _closed(request: Request | None) -> bool:
    return request is None or not request.open


def _is_refused(session: Session) -> bool:
    refused = {CaptureState.REFUSED, CaptureState.STOPPED_PERMANENTLY}
    return session.state in refused or session.attention.refusal is not None


def _has_come(action: e.Action, session: Session) -> bool:
    match action:
        case e.Action.PAUSE:
            return session.state is CaptureState.PAUSED
        case e.Action.RESUME:
            return session.state is CaptureState.SHARING
        case _:
            return not session.live


def _told(condition: str, value: str) -> e.ConditionReported | e.SharingReported:
    if condition == "sharing":
        if value not in {"yes", "no"}:
            raise UsageError("Whether the stream is shared can be told as yes or no only.")
        return e.SharingReported(sharing=value == "yes")
    name = condition.replace("-", "_")
    if name not in set(Condition) or value not in _TELLABLE:
        names = ", ".join(("sharing", *Condition))
        raise UsageError(f"Conditions are {names}; values yes, no, unknown.")
    return e.ConditionReported(Condition(name), Value(value))
