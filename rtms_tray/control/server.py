"""The control socket's server: passes this user's commands to the running instance.

It works on any asyncio loop, and takes one request per connection. A client that floods it, stalls or sends nonsense
gets an answer that says so, is disconnected, and never delays the others.
"""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Final

from rtms_tray.control.address import Address
from rtms_tray.control.listener import Listener, listen, peer_is_me
from rtms_tray.control.wire import (
    MAX_REQUEST_BYTES,
    OPEN_ENDED,
    BadRequestError,
    answer_line,
    read_request,
    say_line,
)
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text
from rtms_tray.support.workers import wait_patiently

log = logging.getLogger(__name__)

_MEBIBYTE: Final = 1024 * 1024


class Limits(Frozen):
    """What clients may demand; times are seconds."""

    request_s: float = 5.0
    answer_s: float = 14.0
    linger_s: float = 1.0
    connections: int = 64
    burst: int = 100
    per_second: float = 50.0
    unread: int = _MEBIBYTE  # bytes buffered for a client that does not read


class ControlServer:
    """Receives commands and has the commander perform them."""

    def __init__(self, address: Address, commander: Commander, limits: Limits = Limits()) -> None:  # noqa: B008 - it never changes
        self._address = address
        self._commander = commander
        self._limits = limits
        self._listener: Listener | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._tasks = Tasks()
        self._jobs: dict[asyncio.Task[Answer], Command] = {}
        self._allowance = float(limits.burst)
        self._allowance_at = 0.0

    async def start(self) -> None:
        """Listen from now on; raises OSError."""
        self._listener = listen(self._address)
        try:
            self._server = await asyncio.start_server(
                self._connected, sock=self._listener.socket, limit=MAX_REQUEST_BYTES
            )
        except BaseException:
            self._listener.close()
            raise

    async def stop(self) -> None:
        """Stop listening; answers under way get a moment, everything else is cancelled."""
        if self._server is None or self._listener is None:
            return
        self._server.close()
        self._listener.close()
        self._cancel_jobs(lambda command: command.name in OPEN_ENDED)
        if others := self._connections - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=self._limits.linger_s)
        self._cancel_jobs(lambda _: True)
        await _cancel({*self._connections, *self._jobs})
        self._server = None

    def _cancel_jobs(self, chosen: Callable[[Command], bool]) -> None:
        for job, command in self._jobs.items():
            if chosen(command):
                job.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # asyncio runs this callback as a task
            return
        self._connections.add(task)
        try:
            await self._handle(_Client(reader, writer, self._limits, self._tasks))
        except (ConnectionError, asyncio.CancelledError):
            log.debug("A control client left, or the server stops.")
        finally:
            self._connections.discard(task)
            writer.close()

    async def _handle(self, client: "_Client") -> None:
        refusal = self._refusal(client)
        if refusal:
            await client.read_rest()
            await client.send_answer(Answer(Exit.REFUSED, refusal))
            return
        try:
            command, key = read_request(await client.read())
        except BadRequestError as error:
            await client.send_answer(Answer(Exit.USAGE, str(error)))
            return
        if self._listener is None or not _keys_match(key, self._listener.key):
            await client.send_answer(Answer(Exit.REFUSED, text("control.server.wrong_key")))
            return
        await self._serve(client, command)

    def _refusal(self, client: "_Client") -> str:
        if not peer_is_me(client.socket):
            return text("control.server.another_user")
        if len(self._connections) > self._limits.connections:
            return text("control.server.many_connections")
        if not self._within_rate():
            return text("control.server.many_commands")
        return ""

    def _within_rate(self) -> bool:
        now = asyncio.get_running_loop().time()
        earned = (now - self._allowance_at) * self._limits.per_second
        self._allowance = min(self._limits.burst, self._allowance + earned)
        self._allowance_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def _serve(self, client: "_Client", command: Command) -> None:
        """Perform a command and answer in time; one that takes longer continues without its client."""
        job = self._begin(self._perform(command, client.say), command)
        open_ended = command.name in OPEN_ENDED
        hang_up = self._tasks.start(client.until_hang_up(), "wait for a hang-up")
        try:
            limit = None if open_ended else self._limits.answer_s
            await asyncio.wait({job, hang_up}, timeout=limit, return_when="FIRST_COMPLETED")
            if job.done() and not job.cancelled():
                await client.send_answer(job.result())
            elif not hang_up.done() and not job.done():
                await client.send_answer(
                    Answer(Exit.STILL_TRYING, text("control.server.still_trying"))
                )
        finally:
            hang_up.cancel()
            if open_ended:
                job.cancel()

    def _begin(self, work: Coroutine[None, None, Answer], command: Command) -> asyncio.Task[Answer]:
        job = self._tasks.start(work, f"command {command.name}")
        self._jobs[job] = command
        job.add_done_callback(lambda done: self._jobs.pop(done, None))
        return job

    async def _perform(
        self, command: Command, say: Callable[[Mapping[str, object]], None]
    ) -> Answer:
        try:
            return await self._commander.perform(command, say)
        except Exception:  # a border: whatever fails inside, the client gets an answer
            log.exception("The command %s failed.", command.name)
            return _internal_error()


class _Client:
    """The other end of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
        tasks: Tasks,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._tasks = tasks
        self.socket: object = writer.get_extra_info("socket")

    async def read(self) -> bytes:
        """Read the one request; raises BadRequestError."""
        reading = self._tasks.start(self._reader.readline(), "read a request")
        try:
            await wait_patiently(reading, self._limits.request_s)
            if not reading.done():
                raise BadRequestError(text("control.request.late"))
            line = reading.result()
        except ValueError:
            await self.read_rest()
            raise BadRequestError(text("control.request.too_long")) from None
        finally:
            reading.cancel()
        if not line.endswith(b"\n"):
            raise BadRequestError(text("control.request.unfinished"))
        return line

    async def read_rest(self) -> None:
        """Read on for a moment: closing with data unread would discard the answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.linger_s):
                for _ in range(_MEBIBYTE // MAX_REQUEST_BYTES):
                    if len(await self._reader.read(MAX_REQUEST_BYTES)) < MAX_REQUEST_BYTES:
                        return

    async def until_hang_up(self) -> None:
        """Return when the client has left, ignoring what it still sends."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(4096):
                pass

    def say(self, words: Mapping[str, object]) -> None:
        """Send what comes before the answer; a client that does not read is disconnected.

        One line of hundreds of meetings may be longer than the limit: it is allowed to wait.
        """
        if self._writer.is_closing():
            return
        line = say_line(words)
        if self._writer.transport.get_write_buffer_size() > max(self._limits.unread, len(line)):
            self._writer.transport.abort()
        else:
            self._writer.write(line)

    async def send_answer(self, answer: Answer) -> None:
        """Send the answer and wait until it is sent."""
        if self._writer.is_closing():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.linger_s):
                self._writer.write(_encode(answer))
                await self._writer.drain()


def _encode(answer: Answer) -> bytes:
    try:
        return answer_line(answer)
    except (TypeError, ValueError):
        log.exception("An answer cannot be written as JSON.")
        return answer_line(_internal_error())


def _internal_error() -> Answer:
    return Answer(Exit.REFUSED, text("control.server.internal_error"))


def _keys_match(key: str, expected: str) -> bool:
    return hmac.compare_digest(key.encode(errors="surrogatepass"), expected.encode())


async def _cancel(tasks: set[asyncio.Task[None] | asyncio.Task[Answer]]) -> None:
    tasks = {task for task in tasks if task is not asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)
