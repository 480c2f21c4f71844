"""The command `fall-back`: another way of capturing, which the user has set up, where RTMS cannot work (P1).

It opens a page, or starts a program: no shell, an argument list; of the meeting only the digits of its number. The join
link, if the user gave one, goes to the program's standard input alone and is kept nowhere.
"""

import asyncio
import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import Final

from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.runtime.program import Program
from rtms_tray.store.settings import FallbackSettings
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    OpenUrl,
    QuietHandler,
    RefusedError,
)
from rtms_tray.support.texts import text

MEETING: Final = "{meeting}"


class FallBackCommands:
    """Starts the fall-back."""

    def __init__(
        self,
        program: Program,
        lookup: SessionLookup,
        link_of: Callable[[str], str | None],
        open_url: OpenUrl,
    ) -> None:
        self._program = program
        self._lookup = lookup
        self._link_of = link_of
        self._open_url = open_url

    def handlers(self) -> Mapping[str, QuietHandler]:
        """Name the command with its handler."""
        return {"fall-back": self.fall_back}

    async def fall_back(self, arguments: Arguments) -> Answer:
        """Use the fall-back, where RTMS cannot work and nobody said no."""
        settings = self._program.settings.fallback
        if not settings.is_set_up:
            raise RefusedError(text("commands.fall_back.not_set_up"))
        session = self._lookup.open_session(arguments)
        if not session.falls_back:
            raise RefusedError(text("commands.fall_back.not_offered", meeting=session.meeting))
        link = self._link_of(session.key)
        words = await start_fall_back(settings, session.meeting_id, link, self._open_url)
        return Answer(Exit.DONE, words)


async def start_fall_back(
    settings: FallbackSettings, number: str | None, link: str | None, open_url: OpenUrl
) -> str:
    """Start it, and say what was done; the program comes before the page.

    Raises:
        RefusedError: it cannot be started; the text says why.
    """
    given = settings.command or (settings.url,)
    if number is None and any(MEETING in word for word in given):
        raise RefusedError(text("commands.fall_back.number_unknown"))
    words = tuple(word.replace(MEETING, number or "") for word in given)
    if not settings.command:
        if not open_url(words[0]):
            raise RefusedError(text("commands.fall_back.no_browser"))
        return text("commands.fall_back.page_opened")
    try:
        await asyncio.to_thread(_start, words, link)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or text("commands.fall_back.not_a_program")
        facts = {"program": words[0], "reason": reason}
        raise RefusedError(text("commands.fall_back.not_started", **facts)) from None
    return text("commands.fall_back.started")


def _start(words: tuple[str, ...], link: str | None) -> None:
    """Start the program and hand it the link; it keeps running when this program ends."""
    process = subprocess.Popen(  # noqa: S603 - the user's own program, an argument list, no shell
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=_hand_over, args=(process, link), daemon=True).start()


def _hand_over(process: "subprocess.Popen[bytes]", link: str | None) -> None:
    """Hand it the link, close its input, and wait for its end, so that nothing of it is left over."""
    process.communicate(f"{link}\n".encode() if link else None)
