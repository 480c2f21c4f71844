"""The control socket's server: hands commands of this user to the running instance.

Works on any asyncio loop. One request a connection; whoever floods it, stalls or talks nonsense
is told so and let go, and never holds up the others.
"""

import asyncio
import contextlib
import hmac
import json
import logging
import secrets
import socket
import stat
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rtms_tray.control.address import BUSY, Address, TcpAddress, UnixAddress, is_private
from rtms_tray.control.wire import (
    LONGEST_REQUEST,
    OPEN_ENDED,
    BadRequestError,
    answer_line,
    read_request,
    say_line,
)
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.files import PRIVATE_FILE, private_folder, write_private
from rtms_tray.support.tasks import Tasks

# --- The server's socket: private, and never in the way of the next start. ---

LOOPBACK: Final = "127.0.0.1"
_PROBE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket, the file to remove with it, and the key that clients must show."""

    socket: socket.socket
    file: Path
    key: str = ""

    def close(self) -> None:
        """Close the socket and remove its file."""
        self.socket.close()
        with contextlib.suppress(OSError):
            self.file.unlink()


def listen(address: Address) -> Listener:
    """Bind the control socket; raises OSError, also when another instance answers there."""
    if isinstance(address, TcpAddress):
        return _listen_tcp(address)
    return _listen_unix(address)


def _listen_tcp(address: TcpAddress) -> Listener:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.bind((LOOPBACK, 0))
        key = secrets.token_urlsafe(32)
        told = {"port": bound.getsockname()[1], "key": key}
        write_private(address.key_file, json.dumps(told).encode())
    except BaseException:
        bound.close()
        raise
    return Listener(bound, address.key_file, key)


def _listen_unix(address: UnixAddress) -> Listener:
    failure = OSError("there is no private folder for the control socket")
    for path in address.paths:
        try:
            return _bind(path)
        except OSError as error:
            failure = error
    raise failure


def _bind(path: Path) -> Listener:
    _prepare_folder(path.parent)
    _remove_stale(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        path.chmod(PRIVATE_FILE)
    except BaseException:
        bound.close()
        raise
    return Listener(bound, path)


def _prepare_folder(folder: Path) -> None:
    """Make the folder, or make sure that nobody planted it."""
    private_folder(folder)
    if not is_private(folder):
        raise PermissionError(f"{folder} is open to other users")


def _remove_stale(path: Path) -> None:
    """Remove the socket file that a killed process left; one that answers is not touched."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} is in the way")
    except FileNotFoundError:
        return
    if _answers(path):
        raise FileExistsError(f"another rtms-tray answers at {path}")
    path.unlink(missing_ok=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(str(path))
        except BUSY:
            return True
        except OSError:
            return False
    return True


def peer_is_me(connection: object) -> bool:
    """Tell whether the process at the other end is this user's, where the system says so."""
    if sys.platform != "linux":
        return True
    import os  # noqa: PLC0415 - beside its only use
    import struct  # noqa: PLC0415 - the same

    getsockopt = getattr(connection, "getsockopt", None)
    if getsockopt is None or getattr(connection, "family", None) != socket.AF_UNIX:
        return True
    raw = getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", raw)[1] == os.getuid())


log = logging.getLogger(__name__)

_MEBIBYTE: Final = 1024 * 1024
_BROKEN: Final = Answer(Exit.REFUSED, "Something went wrong inside rtms-tray. Its log says more.")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a client may ask for; times in seconds."""

    request_s: float = 5.0
    answer_s: float = 14.0
    farewell_s: float = 1.0
    connections: int = 64
    burst: int = 100
    per_second: float = 50.0
    unread: int = _MEBIBYTE  # bytes that wait for a client that does not read


class ControlServer:
    """Listens for commands and has the commander perform them."""

    def __init__(self, address: Address, commander: Commander, limits: Limits = Limits()) -> None:
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
                self._connected, sock=self._listener.socket, limit=LONGEST_REQUEST
            )
        except BaseException:
            self._listener.close()
            raise

    async def stop(self) -> None:
        """Stop listening; answers on their way get a moment, everything else is cancelled."""
        if self._server is None or self._listener is None:
            return
        self._server.close()
        self._listener.close()
        self._cancel_jobs(lambda command: command.name in OPEN_ENDED)
        if others := self._connections - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=self._limits.farewell_s)
        self._cancel_jobs(lambda _: True)
        await _cancelled({*self._connections, *self._jobs})
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
            await self._converse(_Client(reader, writer, self._limits))
        except (ConnectionError, asyncio.CancelledError):
            log.debug("a control client left, or the server stops")
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, client: "_Client") -> None:
        refusal = self._refusal(client)
        if refusal:
            await client.swallow()
            await client.answer(Answer(Exit.REFUSED, refusal))
            return
        try:
            command, key = read_request(await client.request())
        except BadRequestError as error:
            await client.answer(Answer(Exit.USAGE, str(error)))
            return
        if self._listener is None or not _same(key, self._listener.key):
            await client.answer(Answer(Exit.REFUSED, "The key is not this profile's."))
            return
        await self._serve(client, command)

    def _refusal(self, client: "_Client") -> str:
        if not peer_is_me(client.socket):
            return "This rtms-tray belongs to another user."
        if len(self._connections) > self._limits.connections:
            return "Too many programs talk to rtms-tray at once. End some, then try again."
        if not self._allowed_by_rate():
            return "Too many commands at once. Try again in a second."
        return ""

    def _allowed_by_rate(self) -> bool:
        now = asyncio.get_running_loop().time()
        earned = (now - self._allowance_at) * self._limits.per_second
        self._allowance = min(self._limits.burst, self._allowance + earned)
        self._allowance_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def _serve(self, client: "_Client", command: Command) -> None:
        """Perform a command and answer in time; one that takes longer goes on by itself."""
        job = self._begin(self._perform(command, client.say), command)
        open_ended = command.name in OPEN_ENDED
        hang_up = self._tasks.start(client.until_hang_up(), "wait for a hang-up")
        try:
            limit = None if open_ended else self._limits.answer_s
            await asyncio.wait({job, hang_up}, timeout=limit, return_when="FIRST_COMPLETED")
            if job.done() and not job.cancelled():
                await client.answer(job.result())
            elif not hang_up.done() and not job.done():
                await client.answer(Answer(Exit.STILL_TRYING, "Still trying; see the status."))
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
        except Exception:  # the border: whatever breaks inside, the client gets an answer
            log.exception("the command %s failed", command.name)
            return _BROKEN


class _Client:
    """The other end of one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self.socket: object = writer.get_extra_info("socket")

    async def request(self) -> bytes:
        """Read the one request; raises BadRequestError."""
        try:
            async with asyncio.timeout(self._limits.request_s):
                line = await self._reader.readline()
        except ValueError:
            await self.swallow()
            raise BadRequestError("The request is longer than 64 KiB.") from None
        except TimeoutError:
            raise BadRequestError("The request did not come in time.") from None
        if not line.endswith(b"\n"):
            raise BadRequestError("The request does not end with a new line.")
        return line

    async def swallow(self) -> None:
        """Read on for a moment: closing on unread data would take the answer away with it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.farewell_s):
                for _ in range(_MEBIBYTE // LONGEST_REQUEST):
                    if len(await self._reader.read(LONGEST_REQUEST)) < LONGEST_REQUEST:
                        return

    async def until_hang_up(self) -> None:
        """Return when the client has left; whatever it still sends is ignored."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(4096):
                pass

    def say(self, words: Mapping[str, object]) -> None:
        """Send what comes before the answer; a client that does not read is let go."""
        if self._writer.is_closing():
            return
        self._writer.write(say_line(words))
        if self._writer.transport.get_write_buffer_size() > self._limits.unread:
            self._writer.transport.abort()

    async def answer(self, answer: Answer) -> None:
        """Send the answer and wait until it is out."""
        if self._writer.is_closing():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.farewell_s):
                self._writer.write(_written(answer))
                await self._writer.drain()


def _written(answer: Answer) -> bytes:
    try:
        return answer_line(answer)
    except (TypeError, ValueError):
        log.exception("an answer cannot be written as JSON")
        return answer_line(_BROKEN)


def _same(key: str, expected: str) -> bool:
    return hmac.compare_digest(key.encode(errors="surrogatepass"), expected.encode())


async def _cancelled(tasks: set[asyncio.Task[None] | asyncio.Task[Answer]]) -> None:
    tasks = {task for task in tasks if task is not asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)
