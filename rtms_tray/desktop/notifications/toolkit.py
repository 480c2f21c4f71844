"""Notifications on macOS and Windows, through the library desktop-notifier.

macOS shows them only for a signed application bundle, once the user has agreed; elsewhere the library uses a
backend that swallows messages and has no capabilities. Both systems replace a notification by a newer one with the
same identifier.
"""

import asyncio
import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import Message, Topic, button_key, printable
from rtms_tray.support.command_types import Command
from rtms_tray.support.tasks import Tasks

log = logging.getLogger(__name__)

_LIMIT_S: Final = 2.0
_URGENCY: Final = {
    Severity.INFO: "Normal",
    Severity.ATTENTION: "Normal",
    Severity.CRITICAL: "Critical",
}


class ToolkitNotifications:
    """One live notification per topic, with buttons."""

    def __init__(
        self,
        send: Callable[[Command], None],
        icon: Path,
        library: Any = None,  # noqa: ANN401 - the module, or a test double
        *,
        limit_s: float = _LIMIT_S,
    ) -> None:
        self._send = send
        self._limit_s = limit_s
        self._library = library or importlib.import_module("desktop_notifier")
        self._notifier = self._library.DesktopNotifier(
            app_name="rtms-tray", app_icon=self._library.Icon(path=icon)
        )
        self._live: set[str] = set()
        self._tasks = Tasks()
        self._permission: asyncio.Task[bool] | None = None
        self._closed = False

    async def deliver(self, message: Message) -> bool:
        """Show it in place of an older one on its topic; False where the user or system forbids it."""
        if not await self._allowed() or not await self._notifier.get_capabilities():
            return False
        shown: list[bool] = []
        notification = self._notification(message, lambda: shown.append(True))
        await self._notifier.send_notification(notification)
        if shown:
            self._live.add(notification.identifier)
        return bool(shown)

    async def withdraw(self, topic: Topic) -> None:
        """Take the notification on this topic off the screen, and out of the system's list."""
        identifier = _identifier(topic)
        if identifier in self._live:
            self._live.discard(identifier)
            await self._notifier.clear(identifier)

    async def prepare(self) -> None:
        """Ask early for permission: macOS asks the user once."""
        await self._allowed()

    async def close(self) -> None:
        """Take everything off the screen."""
        self._closed = True
        for identifier in tuple(self._live):
            self._live.discard(identifier)
            await self._notifier.clear(identifier)

    async def _allowed(self) -> bool:
        """Whether messages may be shown; not while the user has yet to answer."""
        if self._permission is None or self._permission.done():
            self._permission = self._tasks.start(
                self._notifier.request_authorisation(), "ask for permission to notify"
            )
        # Never cancelled: the system's answer would then fail inside the library.
        await asyncio.wait({self._permission}, timeout=self._limit_s)
        if not self._permission.done():
            return False
        if (error := self._permission.exception()) is not None:
            log.info("No native notifications: %r.", error)
            return False
        return self._permission.result()

    def _notification(self, message: Message, dispatched: Callable[[], None]) -> Any:  # noqa: ANN401 - the library's own
        library = self._library
        shown_ms = message.shown_ms
        return library.Notification(
            title=printable(message.title),
            message=printable(message.text),
            urgency=getattr(library.Urgency, _URGENCY[message.severity]),
            buttons=tuple(
                library.Button(
                    title=offer.label,
                    on_pressed=self._press(message.topic, offer.command),
                    identifier=button_key(offer.command),
                )
                for offer in message.offers
            ),
            on_clicked=self._press(message.topic, message.opens),
            on_dispatched=dispatched,
            timeout=shown_ms // 1000 if shown_ms else -1,
            identifier=_identifier(message.topic),
        )

    def _press(self, topic: Topic, command: Command) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def pressed() -> None:
            self._live.discard(_identifier(topic))
            if not self._closed:
                self._send(command)

        def press() -> None:
            # The system may call from any thread, and after the loop has ended.
            if not loop.is_closed():
                loop.call_soon_threadsafe(pressed)

        return press


def _identifier(topic: Topic) -> str:
    """Name a topic in the few characters that Windows allows for a tag."""
    return f"{topic.category}-{topic.session}"[:60]
