"""Commands about starting at log-in: how the system has it now, and changing that."""

import asyncio
from collections.abc import Mapping

from rtms_tray.store.autostart import Autostart
from rtms_tray.support.command_types import Answer, Arguments, Exit, Handler, RefusedError, quiet
from rtms_tray.support.texts import text


class AutostartCommands:
    """Carries them out; nothing is kept here: the system alone knows."""

    def __init__(self, autostart: Autostart | None) -> None:
        self._autostart = autostart

    def handlers(self) -> Mapping[str, Handler]:
        """Name every command with its handler."""
        return {"autostart": quiet(self.tell), "autostart-set": quiet(self.turn)}

    async def tell(self, arguments: Arguments) -> Answer:
        """Say how it is."""
        del arguments
        if self._autostart is None:
            return _answer(None, text("autostart.unavailable"), available=False)
        try:
            on = await asyncio.to_thread(self._autostart.is_on)
        except OSError as error:
            problem = error.strerror or str(error)
            return _answer(None, text("autostart.unreadable", problem=problem))
        return _answer(on, text("autostart.unknown") if on is None else "")

    async def turn(self, arguments: Arguments) -> Answer:
        """Turn it on or off, and say how it is then."""
        if self._autostart is None:
            raise RefusedError(text("autostart.unavailable"))
        try:
            await asyncio.to_thread(self._autostart.turn, on=arguments.get("on") == "true")
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise RefusedError(text("autostart.failed", problem=problem)) from None
        return await self.tell(arguments)


def _answer(on: bool | None, note: str, *, available: bool = True) -> Answer:  # noqa: FBT001 - three values
    return Answer(Exit.DONE, note, {"on": on, "available": available, "note": note})
