"""Carries out commands, whichever surface they come from; an answer says what came of each."""

import asyncio
from collections.abc import Callable, Mapping

from rtms_tray.commands.account_commands import AccountOrders
from rtms_tray.commands.doctor_commands import DoctorOrders
from rtms_tray.commands.help_commands import AidOrders
from rtms_tray.commands.session_commands import SessionOrders
from rtms_tray.commands.settings_commands import SettingsCommands
from rtms_tray.presentation.status_json import one_line, status_json, status_words
from rtms_tray.runtime.account import QUIET_ENDS
from rtms_tray.runtime.mute import Mute
from rtms_tray.runtime.notices import keyring_code
from rtms_tray.runtime.program import Program
from rtms_tray.runtime.settings_editor import SettingsEditor
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.command_types import (
    REPLY_LIMIT_S,
    Answer,
    AnswerCode,
    Arguments,
    Command,
    Exit,
    OpenUrl,
    RefusedError,
    Rule,
    Say,
    ShowWindow,
    UsageError,
    plain,
    read_minutes,
)
from rtms_tray.support.units import MINUTE
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.meeting_reference import MeetingReferenceError

__all__ = ["REPLY_LIMIT_S", "Orders"]


class Orders:
    """The commander of the running program."""

    def __init__(
        self,
        program: Program,
        *,
        open_url: OpenUrl,
        show_window: ShowWindow,
        quit_program: Callable[[], None],
    ) -> None:
        self._program = program
        self._show_window = show_window
        self._quit = quit_program
        self._sessions = SessionOrders(program)
        aids = AidOrders(program, self._sessions, open_url)
        editor = SettingsEditor(program.dependencies.profile, program.dependencies.store)
        self._commands: Mapping[str, Rule] = {
            "show": plain(self._show),
            "quit": plain(self._end),
            "reload": plain(self._reload),
            "reconnect": plain(self._reconnect),
            "status": plain(self._status),
            "watch": self._watch,
            "mute": plain(self._mute),
            **{name: plain(rule) for name, rule in self._sessions.rules().items()},
            **{name: plain(rule) for name, rule in aids.rules().items()},
            **AccountOrders(program, open_url).rules(),
            **DoctorOrders(program).rules(),
            **SettingsCommands(editor, program.reload, program.reload_soon).rules(),
        }

    async def perform(self, command: Command, say: Say) -> Answer:
        """Carry out a command; refusals are answers, never exceptions."""
        rule = self._commands.get(command.name)
        if rule is None:
            return Answer(Exit.USAGE, f"There is no command {command.name!r}.")
        try:
            return await rule(command.arguments, say)
        except UsageError as error:
            return Answer(Exit.USAGE, str(error))
        except RefusedError as refusal:
            return Answer(
                Exit.REFUSED, str(refusal), trouble=refusal.trouble, session=refusal.session
            )
        except (MeetingReferenceError, ZoomTrouble, SecretError) as trouble:
            return _refusal(trouble)

    # --- the program --------------------------------------------------------------------------

    async def _show(self, arguments: Arguments) -> Answer:
        self._show_window(arguments.get("meeting") or None, arguments.get("part", ""))
        return Answer(Exit.DONE)

    async def _end(self, arguments: Arguments) -> Answer:
        del arguments
        # The answer must leave before the program does.
        asyncio.get_running_loop().call_soon(self._quit)
        return Answer(Exit.DONE, "rtms-tray ends.")

    async def _reload(self, arguments: Arguments) -> Answer:
        del arguments
        await self._program.reload()
        return Answer(Exit.DONE)

    async def _reconnect(self, arguments: Arguments) -> Answer:
        del arguments
        await self._program.reconnect()
        return Answer(Exit.DONE, "Trying again.")

    # --- looking ------------------------------------------------------------------------------

    async def _status(self, arguments: Arguments) -> Answer:
        del arguments
        view, now = self._program.overview(), self._program.dependencies.clock()
        data = status_json(self._program.watcher.board, view, now)
        return Answer(Exit.DONE, status_words(view, now), data)

    async def _watch(self, arguments: Arguments, say: Say) -> Answer:
        """Say how things stand after every change, until cancelled; nothing twice."""
        del arguments
        program = self._program
        before: object = None
        words_before = ""
        while True:
            view, now = program.overview(), program.dependencies.clock()
            # At the beginning of time nothing grows: what differs then has changed.
            facts = status_json(program.watcher.board, view, 0)
            words = one_line(view, None)
            if facts != before:
                line = one_line(view, now) if words != words_before else ""
                say({"status": status_json(program.watcher.board, view, now), "text": line})
            before, words_before = facts, words
            await program.changes.next()

    async def _mute(self, arguments: Arguments) -> Answer:
        length = arguments.get("for", "")
        mute, text = Mute(), "Notifications are on."
        if length == "meeting":
            session = self._sessions.open_session(arguments)
            mute, text = Mute(session=session.key), "Muted until the meeting ends."
        elif length != "off":
            minutes = read_minutes(length)
            until = self._program.dependencies.clock() + minutes * MINUTE
            mute, text = Mute(until), f"Muted for {minutes} min."
        self._program.mute_for(mute)
        return Answer(Exit.DONE, text)


def _refusal(trouble: MeetingReferenceError | ZoomTrouble | SecretError) -> Answer:
    """Say what went wrong and what to do, with the code of the notice that says the same."""
    text = f"{trouble.text} {trouble.remedy}".strip()
    match trouble:
        case ZoomTrouble(code=code) if code in QUIET_ENDS:
            return Answer(Exit.REFUSED, text, code=AnswerCode.CANCELLED, trouble=code)
        case ZoomTrouble(code=code):
            return Answer(Exit.REFUSED, text, trouble=code)
        case SecretError():
            return Answer(Exit.REFUSED, text, trouble=keyring_code(trouble))
        case _:
            return Answer(Exit.REFUSED, text)
