"""Carries out commands, whichever surface they come from; an answer says what came of each."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.capture.units import MINUTE
from rtms_tray.commands import Answer, Command, Exit, Say
from rtms_tray.membership import AnotherAccountError, Membership
from rtms_tray.mute import Mute
from rtms_tray.presentation import filled, meeting_name, reason_of, session_view
from rtms_tray.program import Program
from rtms_tray.status import one_line, status_json, status_words
from rtms_tray.store.secrets import SecretError
from rtms_tray.zoom.errors import SignInFailed, ZoomTrouble
from rtms_tray.zoom.meeting_reference import MeetingReferenceError, parse_meeting

REPLY_LIMIT_S: Final = 14.0
"""How long a command waits for Zoom's reply: the command line promises 15 s in all."""

Arguments = Mapping[str, str]
OpenUrl = Callable[[str], bool]
Rule = Callable[[Arguments, Say], Awaitable[Answer]]
_DONE: Final = {
    e.Action.PAUSE: "Paused.",
    e.Action.RESUME: "Capture goes on.",
    e.Action.STOP: "Capture is stopped.",
}


class RefusedError(Exception):
    """A command that cannot be carried out; the text says why and what to do."""


class Orders:
    """The commander of the running program."""

    def __init__(
        self,
        program: Program,
        *,
        open_url: OpenUrl,
        show_window: Callable[[str | None], None],
        quit_program: Callable[[], None],
    ) -> None:
        self._program = program
        self._open_url = open_url
        self._show_window = show_window
        self._quit = quit_program
        self._commands: Mapping[str, Rule] = {
            "show": self._show,
            "quit": self._end,
            "reload": self._reload,
            "reconnect": self._reconnect,
            "status": self._status,
            "watch": self._watch,
            "start": self._start,
            "resend": self._resend,
            "give-up": self._give_up,
            "remind": self._remind,
            "acknowledge": self._acknowledge,
            "tell": self._tell,
            "mute": self._mute,
            "sign-in": self._sign_in,
            "cancel-sign-in": self._cancel_sign_in,
            "switch-account": self._switch_account,
            "sign-out": self._sign_out,
            "unlock": self._unlock,
            "pause": self._pause,
            "resume": self._resume,
            "stop": self._stop,
        }

    async def perform(self, command: Command, say: Say) -> Answer:
        """Carry out a command; refusals are answers, never exceptions."""
        rule = self._commands.get(command.name)
        if rule is None:
            return Answer(Exit.USAGE, f"There is no command {command.name!r}.")
        try:
            return await rule(command.arguments, say)
        except RefusedError as refusal:
            return Answer(Exit.REFUSED, str(refusal))
        except MeetingReferenceError as error:
            return Answer(Exit.REFUSED, f"{error.text} {error.remedy}")
        except (ZoomTrouble, SecretError) as trouble:
            return Answer(Exit.REFUSED, f"{trouble.text} {trouble.remedy}".strip())

    # --- the program --------------------------------------------------------------------------

    async def _show(self, arguments: Arguments, say: Say) -> Answer:
        del say
        self._show_window(arguments.get("meeting") or None)
        return Answer(Exit.DONE)

    async def _end(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        # The answer must leave before the program does.
        asyncio.get_running_loop().call_soon(self._quit)
        return Answer(Exit.DONE, "rtms-tray ends.")

    async def _reload(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        await self._program.reload()
        return Answer(Exit.DONE)

    async def _reconnect(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        await self._program.reconnect()
        return Answer(Exit.DONE, "Trying again.")

    async def _status(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        view, now = self._program.overview(), self._program.outside.clock()
        data = status_json(self._program.watcher.board, view, now)
        return Answer(Exit.DONE, status_words(view, now), data)

    async def _watch(self, arguments: Arguments, say: Say) -> Answer:
        del arguments
        last = None
        while True:
            view, now = self._program.overview(), self._program.outside.clock()
            if view != last:
                data = status_json(self._program.watcher.board, view, now)
                say({"status": data, "text": one_line(view, now)})
                last = view
            await self._program.changes.next()

    async def _mute(self, arguments: Arguments, say: Say) -> Answer:
        del say
        length = arguments.get("for", "")
        mute, text = Mute(), "Notifications are on."
        if length == "meeting":
            session = self._session(arguments)
            mute, text = Mute(session=session.key), "Muted until the meeting ends."
        elif length != "off":
            minutes = _minutes(length)
            until = self._program.outside.clock() + minutes * MINUTE
            mute, text = Mute(until), f"Muted for {minutes} min."
        self._program.mute_for(mute)
        return Answer(Exit.DONE, text)

    # --- sessions -----------------------------------------------------------------------------

    async def _start(self, arguments: Arguments, say: Say) -> Answer:
        del say
        meeting = arguments.get("meeting", "")
        self._needs_set_up()
        number, uuid = _target(meeting)
        if not number and not uuid:
            raise RefusedError(f"The meeting {meeting} is not watched.")
        key = self._program.watcher.ask(e.Ask(number, uuid))
        return await self._reply_to_start(key)

    async def _resend(self, arguments: Arguments, say: Say) -> Answer:
        del say
        session = self._session(arguments)
        if session.state is CaptureState.REQUESTING:
            return await self._reply_to_start(session.key)
        number = session.request.number if session.request else None
        self._program.watcher.to_session(session.key, e.Ask(resend=True))
        sent = self._named(session.key)
        if sent is None or sent.request is None or sent.request.number == number:
            raise RefusedError(
                "The host said no a moment ago. Wait a minute before you ask again."
                if session.state is CaptureState.DENIED
                else "A request is on its way already."
            )
        return await self._reply_to_start(session.key)

    async def _pause(self, arguments: Arguments, say: Say) -> Answer:
        del say
        return await self._act(e.Action.PAUSE, arguments)

    async def _resume(self, arguments: Arguments, say: Say) -> Answer:
        del say
        return await self._act(e.Action.RESUME, arguments)

    async def _stop(self, arguments: Arguments, say: Say) -> Answer:
        del say
        return await self._act(e.Action.STOP, arguments)

    async def _act(self, action: e.Action, arguments: Arguments) -> Answer:
        session = self._session(arguments)
        if session.state not in LIVE:
            raise RefusedError(
                f"Nothing is captured in {meeting_name(session)}: nothing to {action}."
            )
        number = session.act.number if session.act else None
        self._program.watcher.to_session(session.key, e.Act(action))
        sent = self._named(session.key)
        if sent is None or sent.act is None or sent.act.number == number:
            raise RefusedError(f"Cannot {action} while it is {session.state}.")
        return await self._reply_to_act(session.key, action)

    async def _give_up(self, arguments: Arguments, say: Say) -> Answer:
        del say
        session = self._session(arguments)
        if session.state in LIVE:
            raise RefusedError("Capture is running; stop it instead.")
        self._program.watcher.to_session(session.key, e.GiveUp())
        return Answer(Exit.DONE, f"{meeting_name(session)} is given up.")

    async def _remind(self, arguments: Arguments, say: Say) -> Answer:
        del say
        minutes = _minutes(arguments.get("minutes", "2"))
        session = self._session(arguments)
        self._program.watcher.to_session(session.key, e.Remind(minutes))
        return Answer(Exit.DONE, f"You are reminded in {minutes} min.")

    async def _acknowledge(self, arguments: Arguments, say: Say) -> Answer:
        del say
        session = self._session(arguments)
        self._program.watcher.to_session(session.key, e.Acknowledge())
        return Answer(Exit.DONE, "Noted.")

    async def _tell(self, arguments: Arguments, say: Say) -> Answer:
        del say
        session = self._session(arguments)
        condition, value = arguments.get("condition", ""), arguments.get("value", "")
        self._program.watcher.to_session(session.key, _told(condition, value))
        return Answer(Exit.DONE, "Noted.")

    # --- what came of it ----------------------------------------------------------------------

    async def _reply_to_start(self, key: str | None) -> Answer:
        def known() -> bool:
            session = self._named(key)
            return session is None or session.request is None or not session.request.open

        if not await self._program.changes.until(known, REPLY_LIMIT_S):
            return Answer(Exit.STILL_TRYING, "Still trying; rtms-tray goes on by itself.")
        session = self._named(key)
        if session is None:
            return Answer(Exit.DONE)
        return self._said(session, refused=_is_refused(session))

    async def _reply_to_act(self, key: str, action: e.Action) -> Answer:
        def known() -> bool:
            session = self._named(key)
            return session is None or session.act is None or not session.act.open

        if not await self._program.changes.until(known, REPLY_LIMIT_S):
            return Answer(Exit.STILL_TRYING, "Still trying; rtms-tray goes on by itself.")
        session = self._named(key)
        if session is not None and session.refusal is not None:
            return self._said(session, refused=True)
        return Answer(Exit.DONE, _DONE[action])

    def _said(self, session: Session, *, refused: bool) -> Answer:
        view = session_view(session, self._program.outside.clock())
        words = f"{view.title}. {view.text} {view.remedy}"
        if session.refusal is not None:
            reason = reason_of(session.refusal)
            words = f"{reason.title}. {filled(reason.text, session.refusal)} {reason.remedy}"
        return Answer(Exit.REFUSED if refused else Exit.DONE, words.strip())

    # --- finding sessions ---------------------------------------------------------------------

    def _named(self, key: str | None) -> Session | None:
        return self._program.watcher.board.session(key) if key else None

    def _session(self, arguments: Arguments) -> Session:
        wanted = arguments.get("meeting", "")
        sessions = self._program.watcher.board.sessions
        open_ = [one for one in sessions if one.open]
        if wanted:
            return self._wanted(wanted, sessions)
        if len(open_) == 1:
            return open_[0]
        if not open_:
            raise RefusedError("No meeting is watched. Start one with its number or link.")
        numbers = ", ".join(one.meeting.number or one.meeting.uuid or one.key for one in open_)
        raise RefusedError(f"Several meetings are open: {numbers}. Name one with --meeting.")

    def _wanted(self, wanted: str, sessions: tuple[Session, ...]) -> Session:
        number, _ = _target(wanted)
        for one in sorted(sessions, key=lambda one: (one.open, one.number), reverse=True):
            names = {one.key, one.meeting.uuid, one.meeting.number}
            if wanted in names or number in names - {None}:
                return one
        raise RefusedError(f"The meeting {wanted} is not watched.")

    def _needs_set_up(self) -> None:
        if self._program.membership is None:
            notice = next(iter(self._program.overview().notices), None)
            why = f" {notice.text} {notice.remedy}" if notice else ""
            raise RefusedError(f"rtms-tray is not set up yet.{why}")

    # --- signing in ---------------------------------------------------------------------------

    def _membership(self) -> Membership:
        self._needs_set_up()
        membership = self._program.membership
        if membership is None:
            raise RefusedError("rtms-tray is not set up yet.")
        return membership

    async def _sign_in(self, arguments: Arguments, say: Say) -> Answer:
        membership = self._membership()
        browser = arguments.get("browser", "yes") == "yes"

        def show_url(url: str) -> None:
            if not browser:
                say({"authorize_url": url})
            elif not self._open_url(url):
                raise SignInFailed("no_browser")

        try:
            user = await membership.sign_in(show_url, switch=arguments.get("switch") == "yes")
        except AnotherAccountError as error:
            raise RefusedError(f"{error} To use it: rtms-tray sign-in --switch.") from None
        except asyncio.CancelledError:
            with contextlib.suppress(ZoomTrouble):
                membership.cancel()
            raise
        return Answer(Exit.DONE, f"Signed in as {user.email or user.id}.")

    async def _cancel_sign_in(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        self._membership().cancel()
        return Answer(Exit.DONE, "The sign-in is cancelled.")

    async def _switch_account(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        user = await self._membership().accept_switch()
        if user is None:
            raise RefusedError("No other account is waiting.")
        return Answer(Exit.DONE, f"Signed in as {user.email or user.id}.")

    async def _sign_out(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        result = await self._membership().sign_out()
        return Answer(Exit.DONE if result.forgotten else Exit.REFUSED, result.text)

    async def _unlock(self, arguments: Arguments, say: Say) -> Answer:
        del arguments, say
        await self._membership().unlock()
        await self._program.reload()
        return Answer(Exit.DONE, "The keyring can be read.")


def _is_refused(session: Session) -> bool:
    refused = {CaptureState.REFUSED, CaptureState.STOPPED_PERMANENTLY}
    return session.state in refused or session.refusal is not None


def _target(meeting: str) -> tuple[str | None, str | None]:
    """Read a meeting as people give it, a number or a link, or a UUID, or a session's own name."""
    text = meeting.strip()
    if text.endswith("=="):
        return None, text
    if text[:1] == "s" and text[1:].isdigit():
        return None, None
    return parse_meeting(text), None


def _minutes(text: str) -> int:
    try:
        minutes = int(text)
    except ValueError:
        minutes = 0
    if not 0 < minutes <= 24 * 60:
        raise RefusedError(f"{text!r} is no number of minutes from 1 to 1440.")
    return minutes


def _told(condition: str, value: str) -> e.Tell | e.TellSharing:
    if condition == "sharing":
        if value not in {"yes", "no"}:
            raise RefusedError("Tell sharing yes or no.")
        return e.TellSharing(sharing=value == "yes")
    try:
        return e.Tell(Condition(condition.replace("-", "_")), Value(value))
    except ValueError:
        names = ", ".join(Condition)
        raise RefusedError(f"Conditions are sharing, {names}; values yes, no, unknown.") from None
