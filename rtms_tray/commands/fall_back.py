"""Another way of capturing, where RTMS cannot work: opens a page, or starts a program, that the user has set up.

No shell, an argument list; of the meeting only the digits of its number; the join link, if the user gave one,
goes to the program's standard input alone and is kept nowhere (P1).
"""

import asyncio
import subprocess
import threading
from typing import Final

from rtms_tray.store.settings import FallbackSettings
from rtms_tray.support.command_types import OpenUrl, RefusedError

MEETING: Final = "{meeting}"


async def fall_back(
    wishes: FallbackSettings, number: str | None, link: str | None, open_url: OpenUrl
) -> str:
    """Start the fall-back, and say what was done; the program comes before the page.

    Raises:
        RefusedError: it cannot be started; the text says why.
    """
    words = wishes.command or (wishes.url,)
    if number is None and any(MEETING in word for word in words):
        raise RefusedError("The fall-back needs the meeting's number, which is not known.")
    words = tuple(word.replace(MEETING, number or "") for word in words)
    if not wishes.command:
        if not open_url(words[0]):
            raise RefusedError("The fall-back's page cannot be opened: no browser was found.")
        return "The fall-back's page is opened."
    try:
        await asyncio.to_thread(_start, words, link)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not a program"
        raise RefusedError(
            f"The fall-back {words[0]} cannot be started: {why}. Check fallback.command."
        ) from None
    return "The fall-back is started."


def _start(words: tuple[str, ...], link: str | None) -> None:
    """Start the program and hand it the link; it goes on when this program ends."""
    process = subprocess.Popen(  # noqa: S603 - the user's own program, an argument list, no shell
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=_see_off, args=(process, link), daemon=True).start()


def _see_off(process: "subprocess.Popen[bytes]", link: str | None) -> None:
    """Hand it the link, close its input, and wait for its end, so that nothing of it is left over."""
    process.communicate(f"{link}\n".encode() if link else None)
