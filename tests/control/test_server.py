"""Server and client over real sockets, Unix and TCP."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from rtms_tray.control.address import Address, TcpAddress, UnixAddress
from rtms_tray.control.client import call
from rtms_tray.control.server import ControlServer, Limits
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.support.texts import text
from tests.control.fakes import STATUS, FakeCommander
from tests.helpers.expected_logs import ExpectedLogs

Line = Mapping[str, object]


async def ask(address: Address, name: str, limit_s: float = 10, **arguments: str) -> Answer:
    command = Command(name, arguments)
    return await asyncio.to_thread(call, address, command, limit_s=limit_s)


def key_of(address: Address) -> Mapping[str, str]:
    if isinstance(address, TcpAddress):
        return {"key": json.loads(address.key_file.read_bytes())["key"]}
    return {}


async def connect(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(address, TcpAddress):
        port = json.loads(address.key_file.read_bytes())["port"]
        return await asyncio.open_connection("127.0.0.1", port)
    return await asyncio.open_unix_connection(address.paths[0])


async def send(address: Address, request: bytes) -> Line:
    reader, writer = await connect(address)
    try:
        writer.write(request)
        return dict(json.loads(await reader.readline()))
    finally:
        writer.close()


def request(address: Address, command: str) -> bytes:
    return json.dumps({"schema": 1, "command": command, **key_of(address)}).encode() + b"\n"


@pytest.mark.usefixtures("server")
async def test_a_command_is_performed_and_answered(
    address: Address, commander: FakeCommander
) -> None:
    assert await ask(address, "status") == Answer(Exit.DONE, "Idle.\x1b[2J\nSecond line", STATUS)
    refused = await ask(address, "start", meeting="98712345670")
    assert refused == Answer(Exit.REFUSED, "Zoom refused: the meeting is over.")
    assert commander.performed[-1] == Command("start", {"meeting": "98712345670"})


@pytest.mark.usefixtures("server")
async def test_progress_comes_before_the_answer(address: Address) -> None:
    progress: list[Line] = []
    answer = await asyncio.to_thread(call, address, Command("sign-in"), progress.append)
    assert (answer.text, len(progress)) == ("Signed in.", 1)


@pytest.mark.usefixtures("server")
async def test_a_watcher_that_leaves_is_forgotten(
    address: Address, commander: FakeCommander
) -> None:
    reader, writer = await connect(address)
    writer.write(request(address, "watch"))
    assert json.loads(await reader.readline())["say"]["status"] == STATUS
    writer.close()
    async with asyncio.timeout(10):
        await commander.cancelled.wait()


@pytest.mark.usefixtures("server")
async def test_other_commands_go_on_when_the_client_leaves(
    address: Address, commander: FakeCommander
) -> None:
    _, writer = await connect(address)
    writer.write(request(address, "resend"))
    await writer.drain()
    writer.close()
    assert (await ask(address, "status")).exit is Exit.DONE
    commander.go_on.set()
    async with asyncio.timeout(10):
        await commander.finished.wait()


async def test_a_slow_command_continues_without_its_client(
    address: Address, commander: FakeCommander
) -> None:
    server = ControlServer(address, commander, Limits(answer_s=0.05))
    await server.start()
    assert (await ask(address, "resend")).exit is Exit.STILL_TRYING
    commander.go_on.set()
    async with asyncio.timeout(10):
        await commander.finished.wait()
    await server.stop()


@pytest.mark.usefixtures("server")
async def test_a_client_waits_no_longer_than_its_limit(
    address: Address,
) -> None:
    begun = time.monotonic()
    assert (await ask(address, "resend", limit_s=0.2)).exit is Exit.STILL_TRYING
    assert time.monotonic() - begun < 5


@pytest.mark.usefixtures("server")
async def test_an_internal_error_is_answered_and_logged(
    address: Address, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("The command pause failed")
    answer = await ask(address, "pause")
    assert answer.exit is Exit.REFUSED
    assert "log" in answer.text


async def test_an_answer_that_is_not_json_is_refused_and_logged(
    address: Address, expected_logs: ExpectedLogs
) -> None:
    class Odd(FakeCommander):
        async def perform(self, command: Command, say: object) -> Answer:
            del command, say
            return Answer(Exit.DONE, "", {1, 2})

    expected_logs.expect("cannot be written as JSON")
    server = ControlServer(address, Odd())
    await server.start()
    assert (await ask(address, "status")).exit is Exit.REFUSED
    await server.stop()


@pytest.mark.promise("control requests are limited in size, number and time")
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\n", "JSON"),
        (b"{\n", "JSON"),
        (b"\xff\xfe\n", "JSON"),
        (b"[" * 60_000 + b"\n", "JSON"),
        (b"[]\n", "schema"),
        (b'{"schema": 2, "command": "status"}\n', "schema"),
        (b'{"schema": 1}\n', "command"),
        (b'{"schema": 1, "command": 7}\n', "command"),
        (b'{"schema": 1, "command": "x", "arguments": []}\n', "arguments"),
        (b'{"schema": 1, "command": "x", "arguments": {"a": 1}}\n', "isn't a string"),
        (b"x" * 70_000, "64 KiB"),
        (b"x" * 200_000 + b"\n", "64 KiB"),
    ],
)
async def test_bad_requests_are_answered(
    address: Address, commander: FakeCommander, line: bytes, words: str
) -> None:
    reply = await send(address, line)
    assert reply["exit"] == Exit.USAGE
    assert words in str(reply["text"])
    assert commander.performed == []
    assert (await ask(address, "status")).exit is Exit.DONE


@pytest.mark.promise("control requests are limited in size, number and time")
async def test_a_client_that_sends_no_request_is_disconnected(
    address: Address, commander: FakeCommander
) -> None:
    server = ControlServer(address, commander, Limits(request_s=0.05))
    await server.start()
    assert "in time" in str((await send(address, b"{"))["text"])
    await server.stop()


@pytest.mark.usefixtures("server")
async def test_a_client_that_leaves_at_once_is_no_trouble(address: Address) -> None:
    for _ in range(5):
        _, writer = await connect(address)
        writer.close()
    assert (await ask(address, "status")).exit is Exit.DONE


@pytest.mark.promise("control requests are limited in size, number and time")
async def test_too_many_commands_are_refused(address: Address, commander: FakeCommander) -> None:
    server = ControlServer(address, commander, Limits(burst=3, per_second=0.001))
    await server.start()
    exits = [(await ask(address, "status")).exit for _ in range(5)]
    assert exits == [Exit.DONE] * 3 + [Exit.REFUSED] * 2
    await server.stop()


@pytest.mark.promise("control requests are limited in size, number and time")
async def test_too_many_connections_are_refused(address: Address, commander: FakeCommander) -> None:
    server = ControlServer(address, commander, Limits(connections=1))
    await server.start()
    reader, writer = await connect(address)
    writer.write(request(address, "watch"))
    await reader.readline()
    assert "Too many" in (await ask(address, "status")).text
    writer.close()
    await server.stop()


@pytest.mark.promise("control requests are limited in size, number and time")
async def test_a_watcher_that_does_not_read_is_disconnected(address: Address) -> None:
    gone = asyncio.Event()

    class Chatty(FakeCommander):
        async def perform(self, command: Command, say: object) -> Answer:
            del command
            assert callable(say)
            try:
                while True:
                    say({"text": "x" * 50_000})
                    await asyncio.sleep(0)
            finally:
                gone.set()

    server = ControlServer(address, Chatty(), Limits(unread=100_000))
    await server.start()
    _, writer = await connect(address)
    writer.write(request(address, "watch"))
    await writer.drain()
    async with asyncio.timeout(20):
        await gone.wait()
    writer.close()
    await server.stop()


async def test_a_line_longer_than_what_may_wait_unread_reaches_who_reads(address: Address) -> None:
    words = {"text": "x" * 3_000_000}

    class OfHundredsOfMeetings(FakeCommander):
        async def perform(self, command: Command, say: Say) -> Answer:
            del command
            say(words)
            say(words)
            return Answer(Exit.DONE, "said")

    server = ControlServer(address, OfHundredsOfMeetings(), Limits(unread=100_000))
    await server.start()
    heard: list[Line] = []
    answer = await asyncio.to_thread(call, address, Command("watch"), heard.append)
    assert (answer.text, heard) == ("said", [words, words])
    await server.stop()


async def test_stopping_sends_answers_under_way_and_cancels_the_rest(
    address: Address, commander: FakeCommander
) -> None:
    server = ControlServer(address, commander, Limits(linger_s=5))
    await server.start()
    watching = asyncio.create_task(ask(address, "watch"))
    trying = asyncio.create_task(ask(address, "resend"))
    async with asyncio.timeout(10):
        await commander.watching.wait()
        await commander.resending.wait()
        stopping = asyncio.create_task(server.stop())
        assert (await watching).exit is Exit.NOT_RUNNING
        commander.go_on.set()
        assert (await trying).text == "late"
        await stopping
    assert (await ask(address, "status")).exit is Exit.NOT_RUNNING
    await server.stop()


@pytest.mark.promise("the control socket is this user's alone")
@pytest.mark.usefixtures("server")
async def test_a_wrong_key_opens_nothing(address: Address, commander: FakeCommander) -> None:
    if isinstance(address, UnixAddress):
        return
    for key in ("", "wrong", "ä", "\ud800"):
        line = {"schema": 1, "command": "status", "key": key}
        reply = await send(address, json.dumps(line).encode() + b"\n")
        assert reply["exit"] == Exit.REFUSED
    assert commander.performed == []


@pytest.mark.promise("the control socket is this user's alone")
@pytest.mark.usefixtures("server")
async def test_only_this_user_can_open_it(address: Address) -> None:
    file = address.key_file if isinstance(address, TcpAddress) else address.paths[0]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_the_server_works_on_the_loop_inside_qt(tmp_path: Path) -> None:
    commander = FakeCommander()
    address = UnixAddress((tmp_path / "control" / "socket",))
    server = ControlServer(address, commander)
    await server.start()
    assert (await ask(address, "status")).data == STATUS
    watching = asyncio.create_task(ask(address, "watch"))
    await commander.watching.wait()
    commander.go_on.set()
    assert (await watching).exit is Exit.DONE
    await server.stop()


def test_without_an_instance_nothing_runs(address: Address) -> None:
    assert call(address, Command("status")).exit is Exit.NOT_RUNNING


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"port": "x", "key": ""}', b"\xff"])
def test_with_a_damaged_key_file_nothing_runs(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "control.json").write_bytes(content)
    assert call(TcpAddress(tmp_path / "control.json"), Command("x")).exit is Exit.NOT_RUNNING


@pytest.mark.parametrize(
    "reply", [b"nonsense\n", b"[]\n", b'{"exit": 77, "text": "", "data": 1}\n']
)
def test_strange_answers_are_refused(tmp_path: Path, reply: bytes) -> None:
    path = tmp_path / "socket"
    tmp_path.chmod(0o700)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(10)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        answer = call(UnixAddress((path,)), Command("status"))
        thread.join()
    assert answer.exit is Exit.REFUSED
    assert answer.text == text("control.client.strange_answer")


@pytest.mark.promise("490 meetings and 400 events a second")
async def test_a_request_that_came_in_time_is_read_however_late(
    address: Address, commander: FakeCommander
) -> None:
    """The loop comes to itself after the limit, with the request waiting: that isn't late."""
    server = ControlServer(address, commander, Limits(request_s=0.2))
    await server.start()
    try:
        reader, writer = await connect(address)
        await asyncio.sleep(0.05)  # the server waits for it now
        writer.write(request(address, "status"))
        time.sleep(0.4)  # noqa: ASYNC251 - the point: nothing else can run
        answer = json.loads(await reader.readline())
        assert answer["exit"] == Exit.DONE
        writer.close()
    finally:
        await server.stop()
