"""Hands every click to the program: one way in, buttons resting meanwhile, refusals shown."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from PySide6.QtWidgets import QAbstractButton
from shiboken6 import isValid

from rtms_tray.presentation.view_model import ActionView, SessionView
from rtms_tray.support.command_types import Answer, Command, Commander, Exit

log = logging.getLogger(__name__)
_Key = tuple[str, tuple[tuple[str, str], ...]]
_AGAIN: Final = {"sign-in"}  # the user may have closed the browser: the newer one wins
_BROKEN: Final = Answer(Exit.REFUSED, "That went wrong inside rtms-tray. The log says more.")


def command_for(action: ActionView, session: SessionView | None = None) -> Command:
    """Say as a command what an action of a session, or of the whole program, asks for."""
    arguments = dict(action.arguments)
    if session is not None:
        arguments["meeting"] = session.key
    if action.name == "sign-in":
        arguments["browser"] = "yes"
    return Command(action.name, arguments)


def _key(command: Command) -> _Key:
    return command.name, tuple(sorted(command.arguments.items()))


def _ignore(_said: Mapping[str, object]) -> None:
    """Let go what a command says on its way: the next overview shows it."""


class CommandSender:
    """Performs commands as tasks; a command under way is not sent a second time."""

    def __init__(self, commander: Commander, on_answer: Callable[[Command, Answer], None]) -> None:
        self._commander = commander
        self.on_answer = on_answer
        self._under_way: set[_Key] = set()
        self._buttons: WeakKeyDictionary[QAbstractButton, _Key] = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine and keep it until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def send(self, command: Command, answered: Callable[[Answer], None] | None = None) -> None:
        """Send the command, once; `answered` hears the answer instead of the window."""
        if command.name in _AGAIN:
            self.spawn(self._perform(command, answered))
        elif _key(command) not in self._under_way:
            self._under_way.add(_key(command))
            self._enable(command, on=False)
            self.spawn(self._perform(command, answered))

    async def send_and_wait(self, command: Command) -> Answer:
        """Send the command and wait for its answer; a fault inside is an answer too."""
        answers: list[Answer] = []
        await self._perform(command, answers.append)
        return answers[0]

    def bind(
        self, button: QAbstractButton, command: Command, click: Callable[[], None] | None = None
    ) -> None:
        """Have a button send the command, or ask first by `click`; it rests while that runs."""
        self._buttons[button] = _key(command)
        button.setEnabled(_key(command) not in self._under_way)
        send = click or (lambda: self.send(command))
        button.clicked.connect(lambda _checked=False: send())

    def close(self) -> None:
        """Cancel what is under way; the program ends."""
        for task in self._tasks:
            task.cancel()

    async def _perform(self, command: Command, answered: Callable[[Answer], None] | None) -> None:
        try:
            answer = await self._commander.perform(command, _ignore)
        except Exception:  # a border: a fault inside must not leave the click without an answer
            log.exception("The command %s failed.", command.name)
            answer = _BROKEN
        finally:
            self._under_way.discard(_key(command))
            self._enable(command, on=True)
        if answered is None:
            self.on_answer(command, answer)
        else:
            answered(answer)

    def _enable(self, command: Command, *, on: bool) -> None:
        bound = [button for button, key in self._buttons.items() if key == _key(command)]
        for button in filter(isValid, bound):
            button.setEnabled(on)
