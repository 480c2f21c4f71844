"""Sends the user's commands to the program: each once, its buttons disabled meanwhile, every answer shown."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from PySide6.QtWidgets import QAbstractButton
from shiboken6 import isValid

from rtms_tray.presentation import actions
from rtms_tray.presentation.view_model import ActionView, SessionView
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

log = logging.getLogger(__name__)
_Key = tuple[str, tuple[tuple[str, str], ...]]
_REPEATABLE: Final = {"sign-in"}  # the user may have closed the browser: the newer one wins


def command_for(action: ActionView, session: SessionView | None = None) -> Command:
    """Make the command of an action of a session, or of the whole program."""
    return actions.command_for(action, session.key if session else "")


def _key(command: Command) -> _Key:
    return command.name, tuple(sorted(command.arguments.items()))


def _ignore(_progress: Mapping[str, object]) -> None:
    """Drop what a command says on its way: the next overview shows it."""


class CommandSender:
    """Performs commands as tasks; one that is already running is not sent a second time."""

    def __init__(self, commander: Commander, on_answer: Callable[[Command, Answer], None]) -> None:
        self._commander = commander
        self.on_answer = on_answer
        self._running: set[_Key] = set()
        self._buttons: WeakKeyDictionary[QAbstractButton, _Key] = WeakKeyDictionary()
        self._tasks = Tasks()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine in the background, until the desktop closes."""
        return self._tasks.spawn(work, getattr(work, "__qualname__", "work"))

    def send(self, command: Command, answered: Callable[[Answer], None] | None = None) -> None:
        """Send the command, once; its answer goes to `answered`, or else to `on_answer`."""
        if command.name not in _REPEATABLE:
            if _key(command) in self._running:
                return
            self._running.add(_key(command))
            self._enable(command, on=False)
        self.spawn(self._perform(command, answered))

    async def send_and_wait(self, command: Command) -> Answer:
        """Send the command and return its answer, also when something fails inside."""
        answers: list[Answer] = []
        await self._perform(command, answers.append)
        return answers[0]

    def bind(
        self, button: QAbstractButton, command: Command, click: Callable[[], None] | None = None
    ) -> None:
        """Have a button send the command, or `click` do so; it is disabled while that runs."""
        from rtms_tray.desktop.widgets.buttons import Button  # noqa: PLC0415 - windows alone have buttons

        self._buttons[button] = _key(command)
        if isinstance(button, Button):
            button.sends = _key(command)
        button.setEnabled(_key(command) not in self._running)
        send = click or (lambda: self.send(command))
        button.clicked.connect(lambda _checked=False: send())

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was begun here is under way."""
        return self._tasks.is_idle

    def close(self) -> None:
        """Cancel what runs; the desktop closes."""
        self._tasks.cancel()

    async def _perform(self, command: Command, answered: Callable[[Answer], None] | None) -> None:
        try:
            answer = await self._commander.perform(command, _ignore)
        except Exception:  # a border: a fault inside must not leave the click without an answer
            log.exception("The command %s failed.", command.name)
            answer = Answer(Exit.REFUSED, text("status.refusal.internal_error"))
        finally:
            self._running.discard(_key(command))
            self._enable(command, on=True)
        if answered is None:
            self.on_answer(command, answer)
        else:
            answered(answer)

    def _enable(self, command: Command, *, on: bool) -> None:
        bound = [button for button, key in self._buttons.items() if key == _key(command)]
        if not bound:
            return
        from rtms_tray.desktop.widgets.keyboard_window import enable  # noqa: PLC0415 - as above

        for button in filter(isValid, bound):
            enable(button, enabled=on)
