"""The command `message`: the text for whoever can act where the user cannot."""

from collections.abc import Mapping

from rtms_tray.capture.host_messages import message_for
from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Answer, Arguments, Exit, QuietHandler, RefusedError
from rtms_tray.support.texts import text


class HostMessageCommands:
    """Gives texts for the host, for an admin, or for the app's developer."""

    def __init__(self, program: Program, lookup: SessionLookup) -> None:
        self._program = program
        self._lookup = lookup

    def handlers(self) -> Mapping[str, QuietHandler]:
        """Name the command with its handler."""
        return {"message": self.message}

    async def message(self, arguments: Arguments) -> Answer:
        """Give the text that fits what happened."""
        session = self._lookup.open_session(arguments)
        client_id, reason = self._program.settings.app.client_id, session.reason
        found = message_for(reason.code, client_id, reason.message) if reason else None
        if found is None:
            raise RefusedError(text("commands.message.none", meeting=session.meeting))
        data = {"audience": str(found.audience), "text": found.text}
        return Answer(Exit.DONE, found.text, data)
