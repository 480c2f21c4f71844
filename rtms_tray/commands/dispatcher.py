"""Carries out commands, whichever surface they come from; an answer says what came of each."""

from collections.abc import Callable, Mapping

from rtms_tray.commands.account_commands import AccountCommands
from rtms_tray.commands.autostart_commands import AutostartCommands
from rtms_tray.commands.fall_back import FallBackCommands
from rtms_tray.commands.link_commands import LinkCommands
from rtms_tray.commands.message_commands import HostMessageCommands
from rtms_tray.commands.planning_commands import PlanningCommands
from rtms_tray.commands.program_commands import ProgramCommands
from rtms_tray.commands.receiver_commands import ReceiverCommands
from rtms_tray.commands.recording_commands import RecordingCommands
from rtms_tray.commands.session_commands import SessionCommands
from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.commands.settings_commands import SettingsCommands
from rtms_tray.commands.setup_commands import NoWindow, SetupCommands, SetupWindow
from rtms_tray.runtime.notices import keyring_code
from rtms_tray.runtime.program import Program
from rtms_tray.runtime.sign_in_manager import QUIET_ENDS
from rtms_tray.store.autostart import Autostart
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.command_types import (
    Answer,
    AnswerCode,
    Arguments,
    Command,
    Exit,
    Handler,
    OpenUrl,
    RefusedError,
    Say,
    ShowWindow,
    UsageError,
    quiet,
)
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.meeting_reference import MeetingReferenceError


class CommandDispatcher:
    """The commander of the running program."""

    def __init__(
        self,
        program: Program,
        *,
        open_url: OpenUrl,
        show_window: ShowWindow,
        quit_program: Callable[[], None],
        setup_window: SetupWindow | None = None,
        autostart: Autostart | None = None,
    ) -> None:
        self._program = program
        lookup = SessionLookup(program)
        self.sessions = SessionCommands(program, lookup)
        window = setup_window or NoWindow()
        setup = SetupCommands(program, window)
        quiet_ones = {
            **self.sessions.handlers(),
            **PlanningCommands(program).handlers(),
            **HostMessageCommands(program, lookup).handlers(),
            **ReceiverCommands(program, lookup).handlers(),
            **FallBackCommands(program, lookup, self.sessions.link_of, open_url).handlers(),
        }
        self._handlers: Mapping[str, Handler] = {
            **{name: quiet(handler) for name, handler in quiet_ones.items()},
            **ProgramCommands(program, lookup, show_window, quit_program).handlers(),
            **AccountCommands(program, open_url).handlers(),
            **RecordingCommands(program).handlers(),
            **AutostartCommands(autostart).handlers(),
            "doctor": quiet(self._doctor),
            **setup.handlers(),
            **LinkCommands(program, lookup, self.sessions, setup, window).handlers(),
            **SettingsCommands(program.editor, program.reload, program.reload_soon).handlers(),
        }

    async def perform(self, command: Command, say: Say) -> Answer:
        """Carry out a command; refusals are answers, never exceptions."""
        handler = self._handlers.get(command.name)
        if handler is None:
            return Answer(Exit.USAGE, text("commands.unknown", name=command.name))
        self._program.recordings.click(command)
        try:
            return await handler(command.arguments, say)
        except UsageError as error:
            return Answer(Exit.USAGE, str(error))
        except RefusedError as refusal:
            return Answer(
                Exit.REFUSED, str(refusal), trouble=refusal.trouble, session=refusal.session
            )
        except (MeetingReferenceError, ZoomTrouble, SecretError) as trouble:
            return _refusal(trouble)

    async def _doctor(self, arguments: Arguments) -> Answer:
        from rtms_tray.commands.doctor_commands import DoctorCommands  # noqa: PLC0415 - seldom wanted

        return await DoctorCommands(self._program).doctor(arguments)


def _refusal(trouble: MeetingReferenceError | ZoomTrouble | SecretError) -> Answer:
    """Say what went wrong and what to do, with the code of the notice that says the same."""
    words = text("commands.trouble", text=trouble.text, remedy=trouble.remedy).strip()
    match trouble:
        case ZoomTrouble(code=code) if code in QUIET_ENDS:
            return Answer(Exit.REFUSED, words, code=AnswerCode.CANCELLED, trouble=code)
        case ZoomTrouble(code=code):
            return Answer(Exit.REFUSED, words, trouble=code)
        case SecretError():
            return Answer(Exit.REFUSED, words, trouble=keyring_code(trouble))
        case _:
            return Answer(Exit.REFUSED, words)
