"""Commands about meetings: start, resend, pause, stop, give up, tell what one knows."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.effects import Rejection
from rtms_tray.capture.states import CaptureState
from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.presentation.session_words import answer_words
from rtms_tray.presentation.view_model import SessionView
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import (
    MAX_MINUTES,
    REPLY_LIMIT_S,
    Answer,
    AnswerCode,
    Arguments,
    Exit,
    QuietHandler,
    RefusedError,
    UsageError,
    read_minutes,
    read_moment,
    still_trying,
)
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from rtms_tray.zoom.meeting_reference import join_link, parse_new_meeting

_DONE: Final = {
    e.Action.PAUSE: "commands.session.paused",
    e.Action.RESUME: "commands.session.resumed",
    e.Action.STOP: "commands.session.stopped",
}
_REFUSED_STATES: Final = frozenset({CaptureState.REFUSED, CaptureState.STOPPED_PERMANENTLY})
_TELLABLE: Final = frozenset({Value.YES, Value.NO, Value.UNKNOWN})


class SessionCommands:
    """Carries out what the user wants of meetings."""

    def __init__(self, program: Program, lookup: SessionLookup) -> None:
        self._program = program
        self._lookup = lookup
        self._links: dict[str, str] = {}  # join links by session, for the fall-back: never stored

    def handlers(self) -> Mapping[str, QuietHandler]:
        """Name every command with its handler."""
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

    # --- start requests -----------------------------------------------------------------------

    async def start(self, arguments: Arguments) -> Answer:
        """Send the start request for a meeting's number, link or UUID."""
        self._program.require_sign_in()
        number, uuid = self._new_meeting(arguments.get("meeting", ""))
        warning = await self._program.client_warning()
        key = self._program.watcher.handle(e.StartRequested(number, uuid)).key
        self._keep_link(key, arguments)
        answer = await self._reply_to_start(key)
        if not warning:
            return answer
        words = text("commands.session.with_warning", warning=warning, answer=answer.text)
        return answer._replace(text=words.strip())

    def _new_meeting(self, meeting: str) -> tuple[str | None, str | None]:
        """Read which meeting to start in; a session's key means its meeting, once more."""
        session = self._lookup.by_key(meeting)
        if session is None:
            return parse_new_meeting(meeting)
        return session.meeting_id, None if session.meeting_id else session.meeting_uuid

    def _keep_link(self, key: str | None, arguments: Arguments) -> None:
        open_ = {one.key for one in self._program.watcher.board.sessions if one.open}
        self._links = {name: link for name, link in self._links.items() if name in open_}
        link = join_link(arguments.get("link") or arguments.get("meeting", ""))
        if key is not None and link is not None:
            self._links[key] = link

    def link_of(self, session: str) -> str | None:
        """Give the join link with which a session was started, if it was one."""
        return self._links.get(session)

    async def resend(self, arguments: Arguments) -> Answer:
        """Send it again; while one is on its way, wait for that one's reply."""
        self._program.require_sign_in()
        session = self._lookup.open_session(arguments)
        self._request(session, e.StartRequested(resend=True))
        return await self._reply_to_start(session.key)

    async def _reply_to_start(self, key: str | None) -> Answer:
        if not await self._settled(key, lambda session: not session.start_pending):
            return still_trying()
        session = self._lookup.by_key(key)
        if session is None:
            return Answer(Exit.DONE)
        refused = session.state in _REFUSED_STATES or session.refusal is not None
        return _as_session_says(Exit.REFUSED if refused else Exit.DONE, session)

    # --- acting on a stream -------------------------------------------------------------------

    async def pause(self, arguments: Arguments) -> Answer:
        """Pause the stream."""
        return await self._act(e.Action.PAUSE, arguments)

    async def resume(self, arguments: Arguments) -> Answer:
        """Resume the stream."""
        return await self._act(e.Action.RESUME, arguments)

    async def stop(self, arguments: Arguments) -> Answer:
        """Stop the stream."""
        return await self._act(e.Action.STOP, arguments)

    async def _act(self, action: e.Action, arguments: Arguments) -> Answer:
        session = self._lookup.open_session(arguments)
        self._request(session, e.ActionRequested(action))
        checks = action is e.Action.RESUME and session.state is not CaptureState.PAUSED
        return await self._reply_to_action(session.key, action, checks=checks)

    async def _reply_to_action(self, key: str, action: e.Action, *, checks: bool) -> Answer:
        """Say what came of it; `checks`: it was asked only to make sure that capture runs."""
        if not await self._settled(key, lambda session: session.action_pending is None):
            return still_trying()
        session = self._lookup.by_key(key)
        if session is not None and session.refusal is not None:
            return _as_session_says(Exit.REFUSED, session)
        if session is not None and checks:
            runs = _has_come(action, session)
            return _as_session_says(Exit.DONE if runs else Exit.REFUSED, session)
        if session is not None and not _has_come(action, session):
            words = text("commands.session.came_otherwise", answer=answer_words(session))
            return Answer(Exit.REFUSED, words, session=key)
        return Answer(Exit.DONE, text(_DONE[action]))

    # --- what needs no reply ------------------------------------------------------------------

    async def give_up(self, arguments: Arguments) -> Answer:
        """Wait for this meeting no longer."""
        session = self._lookup.open_session(arguments)
        self._request(session, e.GivenUp())
        return Answer(Exit.DONE, text("commands.session.given_up", meeting=session.meeting))

    async def remind(self, arguments: Arguments) -> Answer:
        """Remind the user later."""
        minutes = self._minutes(arguments)
        session = self._lookup.open_session(arguments)
        self._request(session, e.ReminderRequested(minutes))
        return Answer(Exit.DONE, text("commands.session.reminder", minutes=minutes))

    def _minutes(self, arguments: Arguments) -> int:
        """How long to wait: a number of minutes, or until a moment (`at`, in milliseconds)."""
        at = read_moment(arguments.get("at", ""))
        if at is None:
            return read_minutes(arguments.get("minutes", "2"))
        wait = at - self._program.dependencies.clock()
        return min(max(1, ceil(wait / MINUTE)), MAX_MINUTES)

    async def acknowledge(self, arguments: Arguments) -> Answer:
        """The user has seen what happened; a meeting that is over may still ask for it."""
        session = self._lookup.over(arguments) or self._lookup.open_session(arguments)
        self._request(session, e.Acknowledged())
        return Answer(Exit.DONE, text("commands.session.noted"))

    async def tell(self, arguments: Arguments) -> Answer:
        """The user knows a condition, or sees Zoom's own “Sharing” sign."""
        report = _report(arguments.get("condition", ""), arguments.get("value", ""))
        session = self._lookup.open_session(arguments)
        self._request(session, report)
        return Answer(Exit.DONE, text("commands.session.noted"))

    # --- the machine --------------------------------------------------------------------------

    def _request(self, session: SessionView, wish: e.UserEvent) -> None:
        """Have the machine do it; where the same is under way, its reply is that one's.

        Raises:
            RefusedError: the machine does not grant it; the text says why.
        """
        refused = self._program.watcher.handle(wish, session.key).refused
        if refused is not None and refused is not Rejection.UNDER_WAY:
            raise RefusedError(_why_not(refused, session, wish), session=session.key)

    async def _settled(self, key: str | None, is_so: Callable[[SessionView], bool]) -> bool:
        """Wait for something to become true of a session; one that is gone has settled, too."""

        def settled() -> bool:
            session = self._lookup.by_key(key)
            return session is None or is_so(session)

        return await self._program.changes.until(settled, REPLY_LIMIT_S)


def _why_not(refused: Rejection, session: SessionView, wish: e.UserEvent) -> str:
    match refused, wish:
        case Rejection.TOO_SOON, _:
            return text("commands.session.refused.too_soon")
        case Rejection.BUSY, _:
            return text(f"commands.session.refused.busy.{session.action_pending}")
        case Rejection.CAPTURE_RUNS, _:
            return text("commands.session.refused.capture_runs")
        case Rejection.NOTHING_CAPTURED, e.ActionRequested(action):
            key = f"commands.session.refused.nothing_to.{action}"
            return text(key, meeting=session.meeting)
        case Rejection.NOTHING_CAPTURED, _:
            return text("commands.session.refused.nothing_captured", meeting=session.meeting)
        case _, e.ActionRequested(action):
            return text(f"commands.session.refused.cannot.{action}", title=session.title)
        case _:
            return text("commands.session.refused.not_now", title=session.title)


def _as_session_says(exit_: Exit, session: SessionView) -> Answer:
    """Answer with the session's own reason, which every surface that shows it gives."""
    return Answer(exit_, answer_words(session), code=AnswerCode.SESSION, session=session.key)


def _has_come(action: e.Action, session: SessionView) -> bool:
    match action:
        case e.Action.PAUSE:
            return session.state is CaptureState.PAUSED
        case e.Action.RESUME:
            return session.state is CaptureState.SHARING
        case _:
            return not session.live


def _report(
    condition: str, value: str
) -> e.ConditionReported | e.SharingReported | e.PauseReported:
    if condition == "sharing":
        if value not in {"yes", "no", "paused"}:
            raise UsageError(text("commands.tell.sharing"))
        return e.PauseReported() if value == "paused" else e.SharingReported(sharing=value == "yes")
    name = condition.replace("-", "_")
    if name not in set(Condition) or value not in _TELLABLE:
        conditions = ", ".join(("sharing", *Condition))
        raise UsageError(text("commands.tell.unknown", conditions=conditions))
    return e.ConditionReported(Condition(name), Value(value))
