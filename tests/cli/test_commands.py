"""Commands for the running instance: words, JSON, exit codes."""

import asyncio
import json
import signal
import sys

import pytest

from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Command
from rtms_tray.support.files import FileLock
from rtms_tray.zoom.meeting_reference import MeetingReferenceError, parse_meeting_or_uuid
from tests.cli.conftest import RunCli, StartCli
from tests.control.fakes import STATUS, FakeCommander

UUID = "4444AAAiAAAAAiAiAiiAii=="


@pytest.mark.usefixtures("instance")
async def test_status_in_words_and_as_json(cli: RunCli) -> None:
    words = await cli("status")
    assert (words.code, words.out, words.err) == (0, "Idle.\nSecond line\n", "")
    as_json = await cli("status", "--json")
    assert (as_json.code, json.loads(as_json.out)) == (0, STATUS)
    copied = await cli("status", "\u2011\u2011json")  # as the window writes it, on one line
    assert json.loads(copied.out) == STATUS


@pytest.mark.usefixtures("instance")
async def test_a_refusal_says_why(cli: RunCli) -> None:
    ended = await cli("start", "987 1234 5670")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "rtms-tray: Zoom refused: the meeting is over.\n"


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ("start 987-1234-5670", Command("start", {"meeting": "98712345670"})),
        ("start 987 1234 5670", Command("start", {"meeting": "98712345670"})),
        (
            "start https://zoom.us/j/98712345670?pwd=x",
            Command("start", {"meeting": "98712345670", "link": "https://zoom.us/j/98712345670?pwd=x"}),
        ),
        ("arm https://zoom.us/j/98712345670?pwd=x", Command("arm", {"meeting": "98712345670"})),
        ("arm 987 1234 5670 --at 2026-11-20T10:00Z",
         Command("arm", {"meeting": "98712345670", "at": "1795168800000"})),
        ("arm --list", Command("plans")),
        ("disarm 98712345670", Command("disarm", {"meeting": "98712345670"})),
        ("message", Command("message")),
        ("fall-back --meeting 98712345670", Command("fall-back", {"meeting": "98712345670"})),
        ("stop", Command("stop")),
        ("resume --meeting 98712345670", Command("resume", {"meeting": "98712345670"})),
        (f"give-up --meeting {UUID}", Command("give-up", {"meeting": UUID})),
        ("acknowledge", Command("acknowledge")),
        ("remind", Command("remind")),
        ("remind 05", Command("remind", {"minutes": "5"})),
        (
            "tell host-present no",
            Command("tell", {"condition": "host_present", "value": "no"}),
        ),
        (
            f"tell sharing yes --meeting {UUID}",
            Command("tell", {"condition": "sharing", "value": "yes", "meeting": UUID}),
        ),
        ("receiver-says --state paused", Command("receiver-says", {"state": "paused"})),
        (
            "receiver-says --state live --media-at 2026-11-20T10:00:05.250Z --meeting 98712345670",
            Command(
                "receiver-says",
                {"state": "live", "media-at": "1795168805250", "meeting": "98712345670"},
            ),
        ),
        ("mute 30", Command("mute", {"for": "30"})),
        ("mute off", Command("mute", {"for": "off"})),
        ("mute meeting --meeting 98712345670", Command("mute", {"for": "meeting", "meeting": "98712345670"})),
        ("sign-out", Command("sign-out")),
        ("quit", Command("quit")),
        ("sign-in", Command("sign-in", {"browser": "yes"})),
        ("run", Command("show")),
        ("", Command("show")),
    ],
)  # fmt: skip
async def test_arguments_reach_the_commander(
    cli: RunCli, instance: FakeCommander, profile: Profile, arguments: str, command: Command
) -> None:
    lock = FileLock(profile.lock_file)  # stands for the instance: without it `run` would start one
    assert lock.acquire()
    ended = await cli(*arguments.split())
    lock.release()
    assert ended.code == (1 if command.name == "start" else 0)
    assert instance.performed == [command]


@pytest.mark.usefixtures("instance")
async def test_sign_in_without_a_browser_prints_the_address_alone(cli: RunCli) -> None:
    ended = await cli("sign-in", "--no-browser")
    assert ended.code == 0
    assert ended.out == "https://zoom.us/oauth/authorize?state=1\nSigned in.\n"


@pytest.mark.parametrize("as_json", [False, True])
async def test_watch_prints_a_line_for_every_change(
    start: StartCli, instance: FakeCommander, *, as_json: bool
) -> None:
    process = await start("watch", *(["--json"] if as_json else []))
    assert process.stdout is not None
    first = await asyncio.wait_for(process.stdout.readline(), 10)
    instance.go_on.set()
    rest, err = await asyncio.wait_for(process.communicate(), 10)
    if as_json:
        assert json.loads(first) == STATUS
        assert json.loads(rest)["overall"] == "sharing"
    else:
        assert (first, rest) == (b"Idle since ten\n", b"Sharing\n")
    assert (process.returncode, err) == (0, b"")


async def test_an_interrupt_ends_watch_quietly(start: StartCli, instance: FakeCommander) -> None:
    process = await start("watch")
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 10)
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, out, err) == (130, b"", b"")
    async with asyncio.timeout(10):
        await instance.cancelled.wait()


async def test_a_reader_that_leaves_causes_no_error(
    environ: dict[str, str], instance: FakeCommander
) -> None:
    shell = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m rtms_tray watch | head -n 1",
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await asyncio.wait_for(instance.watching.wait(), 10)
    instance.go_on.set()
    out, err = await asyncio.wait_for(shell.communicate(), 10)
    assert (out, err) == (b"Idle since ten\n", b"")


@pytest.mark.parametrize(
    "arguments", ["status", "status --json", "watch", "stop", "start 98712345670", "sign-out"]
)
async def test_without_an_instance(cli: RunCli, arguments: str) -> None:
    ended = await cli(*arguments.split())
    assert (ended.code, ended.out) == (3, "")
    assert "isn't running" in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("meeting", ["nonsense", "https://zoom.us/my/me", "12", "--meeting"])
async def test_what_names_no_meeting_is_refused(cli: RunCli, meeting: str) -> None:
    ended = await cli("start", meeting)
    assert ended.code == (2 if meeting.startswith("--") else 1)
    assert ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        "nonsense",
        "status --nonsense",
        "start",
        "tell host-present maybe",
        "tell nonsense yes",
        "tell sharing unknown",
        "tell host-present paused",
        "mute",
        "mute 0",
        "mute 5000000000",
        "remind x",
        "settings",
        "settings set app.client_id",
        "--profile ../x status",
        "--prof x status",
        "--language tlh status",
        "status --language",
        "status extra",
    ],
)
async def test_wrong_usage(cli: RunCli, arguments: str) -> None:
    ended = await cli(*arguments.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["start", "--help"]])
async def test_help_is_quick_and_needs_nothing(cli: RunCli, arguments: list[str]) -> None:
    ended = await cli(*arguments)
    assert ended.code == 0
    assert "rtms-tray" in ended.out


async def test_everything_is_said_in_the_language_that_is_asked_for(cli: RunCli) -> None:
    ended = await cli("status", "--language", "en-XL")
    assert (ended.code, ended.out) == (3, "")
    assert "ïsn't rünnïng" in ended.err
    ended = await cli("--language=en-XL", "--help")
    assert "Éxït cödés" in ended.out


async def test_light_commands_load_nothing_heavy(environ: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "importtime", "-m", "rtms_tray", "status",
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await process.communicate()
    loaded = {line.rpartition("|")[2].strip() for line in err.decode().splitlines()}
    assert "rtms_tray.control.client" in loaded
    heavy = {
        "asyncio",
        "PySide6",
        "httpx2",
        "keyring",
        "tomlkit",
        "websockets",
        "msgspec",
        "h11",
        "rtms_tray.support.translation",
    }
    assert not loaded & heavy


async def test_profiles_are_separate(cli: RunCli, instance: FakeCommander) -> None:
    assert (await cli("--profile", "work", "status")).code == 3
    assert (await cli("status", "--profile", "work")).code == 3
    assert instance.performed == []


def test_a_uuid_is_distinguished_from_a_number() -> None:
    assert parse_meeting_or_uuid(f" {UUID} ") == UUID
    assert parse_meeting_or_uuid("/abc+def==") == "/abc+def=="
    assert parse_meeting_or_uuid("987 1234 5670") == "98712345670"
    assert parse_meeting_or_uuid("zoommtg://zoom.us/join?confno=98712345670") == "98712345670"
    with pytest.raises(MeetingReferenceError):
        parse_meeting_or_uuid("what is this?")
