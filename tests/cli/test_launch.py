"""Starting the program: once per profile, and never with a traceback."""

import asyncio
import importlib
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rtms_tray.cli.launch import lacks_display, open_link, relay, run, sign_in
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.support.files import FileLock
from tests.cli.conftest import RunCli, start_cli
from tests.control.fakes import FakeCommander


class FakeApp:
    """The program behind the command line."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.ran = False
        self.setup, self.hidden, self.window = "", False, False

    def run(
        self,
        profile: Profile,
        *,
        verbose: bool,
        setup: str = "",
        hidden: bool = False,
        window: bool = False,
    ) -> int:
        assert (profile, verbose) == (self.profile, True)
        self.setup, self.hidden, self.window = setup, hidden, window
        assert not FileLock(profile.lock_file).acquire(), "the lock is held while it runs"
        self.ran = True
        return 7

    def demo(self, scenario: str | None, *, verbose: bool) -> int:
        raise NotImplementedError

    def demo_tray(
        self,
        profile: Profile,
        *,
        verbose: bool,
        setup: str = "",
        hidden: bool = False,
        window: bool = False,
    ) -> int:
        raise NotImplementedError

    def sign_in_without_instance(
        self, profile: Profile, arguments: Mapping[str, str], say: Say
    ) -> Answer:
        assert profile == self.profile
        say({"authorize_url": "https://zoom.us/\x1b[2Jx"})
        say({"hint": "Nothing has\x1b[2J come back."})
        say({"not": "for people"})
        return Answer(Exit.DONE, f"asked for: {dict(arguments)}")


def loader(app: FakeApp) -> Callable[[], FakeApp]:
    return lambda: app


@pytest.mark.promise("two instances racing")
def test_run_holds_the_lock_and_releases_it(profile: Profile) -> None:
    app = FakeApp(profile)
    assert run(profile, verbose=True, start=app.run) == 7
    lock = FileLock(profile.lock_file)
    assert lock.acquire()
    lock.release()


def test_an_instance_that_is_about_to_end_is_waited_for(profile: Profile) -> None:
    lock, app = FileLock(profile.lock_file), FakeApp(profile)
    assert lock.acquire()
    end = threading.Timer(0.2, lock.release)
    end.start()
    assert run(profile, verbose=True, start=app.run) == 7
    end.join()


def test_at_log_in_nothing_is_to_be_shown(profile: Profile) -> None:
    app = FakeApp(profile)
    assert run(profile, verbose=True, start=app.run, hidden=True) == 7
    assert app.hidden


def test_a_switch_opens_the_window(profile: Profile) -> None:
    app = FakeApp(profile)
    assert run(profile, verbose=True, start=app.run, window=True) == 7
    assert app.window


async def test_at_log_in_an_instance_that_runs_shows_nothing(
    cli: RunCli, instance: FakeCommander, profile: Profile
) -> None:
    lock = FileLock(profile.lock_file)
    assert lock.acquire()
    ended = await cli("run", "--hidden")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert [command.name for command in instance.performed] == ["status"]
    await cli("run")
    assert instance.performed[-1].name == "show"
    lock.release()


@pytest.mark.parametrize("browser", [True, False])
def test_signing_in_without_an_instance(
    profile: Profile, capsys: pytest.CaptureFixture[str], *, browser: bool
) -> None:
    assert sign_in(profile, browser=browser, app=loader(FakeApp(profile))) == 0
    out, err = capsys.readouterr()
    address = err if browser else out.splitlines()[0]
    assert "https://zoom.us/x" in address
    assert err.endswith("rtms-tray: Nothing has come back.\n")
    assert out.endswith(f"asked for: {{'browser': '{'yes' if browser else 'no'}'}}\n")


def test_another_account_can_be_accepted(
    profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sign_in(profile, browser=True, switch=True, app=loader(FakeApp(profile))) == 0
    assert "'switch': 'yes'" in capsys.readouterr().out


async def test_a_home_that_is_not_a_folder_is_an_error(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for arguments in (["run"], ["settings", "set", "app.client_id", "x"]):
        ended = await cli(*arguments, RTMS_TRAY_HOME=str(tmp_path / "file" / "x"))
        assert ended.code == 1
        assert len(ended.err.splitlines()) == 1
    assert (await cli("status", RTMS_TRAY_HOME=str(tmp_path / "file" / "x"))).code == 3


async def test_tracebacks_are_shown_on_request_only(
    environ: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "platformdirs.py").write_text("raise RuntimeError('broken')")
    environ["PYTHONPATH"] = os.pathsep.join((str(broken), environ["PYTHONPATH"]))
    del environ["RTMS_TRAY_HOME"]
    for asks in (False, True):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "rtms_tray", "status", stderr=asyncio.subprocess.PIPE,
            env={**environ, "RTMS_TRAY_DEBUG": "1"} if asks else environ,
        )  # fmt: skip
        _, err = await process.communicate()
        assert process.returncode == 1
        assert (b"Traceback" in err) is asks
        assert b"broken" in err


async def test_the_simulator_has_options_of_its_own(cli: RunCli) -> None:
    ended = await cli("simulate", "--help")
    assert ended.code == 0
    assert "--seed" in ended.out


async def test_the_relay_has_options_of_its_own(cli: RunCli) -> None:
    pytest.importorskip("nats")
    ended = await cli("relay", "--help")
    assert ended.code == 0
    assert "--nats" in ended.out


def test_without_its_packages_the_relay_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def import_module(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'nats'", name="nats")

    monkeypatch.setattr(importlib, "import_module", import_module)
    assert relay([]) == 1
    assert "pip install 'rtms-tray[relay]'" in capsys.readouterr().err


IMPORT_TIMES = {"PYTHONPROFILEIMPORTTIME": "1"}


def loaded_modules(err: str) -> set[str]:
    """The modules that a process with `IMPORT_TIMES` loaded."""
    return {line.rpartition("|")[2].strip() for line in err.splitlines()}


@pytest.mark.parametrize(
    "arguments", ["status", "doctor", "settings get", "explain --host-present no"]
)
async def test_commands_do_not_load_the_simulator(cli: RunCli, arguments: str) -> None:
    ended = await cli(*arguments.split(), **IMPORT_TIMES)
    loaded = loaded_modules(ended.err)
    assert "rtms_tray.cli.main" in loaded
    assert not loaded & {"starlette", "uvicorn", "rtms_tray.simulator"}


async def test_the_tray_does_not_load_the_simulator(cli: RunCli, environ: dict[str, str]) -> None:
    tray = {**environ, **IMPORT_TIMES, "QT_QPA_PLATFORM": "offscreen"}
    process = await start_cli(tray, "run")
    async with asyncio.timeout(60):
        while (await cli("status")).code:
            assert process.returncode is None
        assert (await cli("quit")).code == 0
        _, err = await process.communicate()
    loaded = loaded_modules(err.decode())
    assert "rtms_tray.desktop.event_loop" in loaded
    assert not loaded & {"starlette", "uvicorn", "rtms_tray.simulator"}


def test_profiles_in_one_home_run_side_by_side(environ: dict[str, str]) -> None:
    locks = [FileLock(find_profile(name, environ).lock_file) for name in ("default", "work")]
    assert all(lock.acquire() for lock in locks)
    for lock in locks:
        lock.release()


@pytest.mark.parametrize(
    ("environ", "lacks"),
    [
        ({}, True),
        ({"DISPLAY": ""}, True),
        ({"DISPLAY": ":0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "vnc:port=5901"}, False),
        ({"QT_QPA_PLATFORM": "xcb"}, True),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, True),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":0"}, False),
    ],
)
def test_display_is_looked_for_on_linux(environ: dict[str, str], *, lacks: bool) -> None:
    assert lacks_display(environ, "linux") is lacks
    assert not lacks_display(environ, "darwin")
    assert not lacks_display(environ, "win32")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a display")
@pytest.mark.parametrize("command", ["run", "demo"])
async def test_without_a_display_one_sentence_says_so(command: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    environ |= {"RTMS_TRAY_HOME": str(tmp_path), "QT_QPA_PLATFORM": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rtms_tray", command,
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == Exit.REFUSED
    assert err.decode().startswith("rtms-tray: There is no display")
    assert out == b""


LINK = "rtms-tray:setup?name=Notes&client_id=abc&relay=https%3A%2F%2Frelay.example.com"


START_LINK = "rtms-tray:start?meeting=98712345670"


def test_a_set_up_link_starts_the_program_and_is_asked_about(profile: Profile) -> None:
    app = FakeApp(profile)
    for command in ("setup", "open"):
        assert open_link(profile, LINK, command, verbose=True, start=app.run) == 7
        assert app.setup == LINK


def test_a_second_apps_link_disturbs_the_first_only_where_somebody_types_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTMS_TRAY_HOME", str(tmp_path))
    usual, second = find_profile(), find_profile("notes")
    set_value(usual.settings_file, "app.client_id", "another")
    for profile, command in ((second, "open"), (usual, "setup")):
        app = FakeApp(profile)
        assert open_link(usual, LINK, command, verbose=True, start=app.run) == 7
        assert app.setup == LINK


def test_a_link_to_start_is_opened_and_sets_nothing_up(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = FakeApp(profile)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert open_link(profile, START_LINK, verbose=True, start=app.run) == 7
    assert app.setup == START_LINK
    assert open_link(profile, START_LINK, "setup", verbose=True, start=app.run) == 1


@pytest.mark.parametrize(
    "given",
    [
        *("", "--", "-h", "--help", "--profile=x", "-x", "file with spaces", "https://example.com"),
        f"{LINK}&command=rm",
        f'{LINK}" --profile "x',
        f"{LINK}%22",
        f"{LINK}&help=a\nb",
        f"{LINK}\n{LINK}",
        f"{LINK} {LINK}",
        f'{START_LINK}" --profile "x',
        f"{START_LINK}&action=stop",
        "rtms-tray:start",
        "rtms-tray:quit",
    ],
)
async def test_one_argument_after_the_dashes_is_a_link_or_refused(cli: RunCli, given: str) -> None:
    for command in ("setup", "open"):
        ended = await cli(command, "--", given, QT_QPA_PLATFORM="offscreen")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith("rtms-tray: ")
        assert ended.err.count("\n") == 1


def test_in_a_terminal_a_bad_link_is_refused_there_alone(
    profile: Profile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = FakeApp(profile)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert open_link(profile, "no link", verbose=True, start=app.run) == 1
    assert "neither" in capsys.readouterr().err
    assert not app.ran


@pytest.mark.promise("a set-up link names an app, and nothing else")
@pytest.mark.parametrize(
    "given", [(), (LINK, LINK), (LINK, "--profile", "x"), (LINK, "--help"), (LINK, "")]
)
async def test_more_or_less_than_one_argument_is_wrong_usage(
    cli: RunCli, given: tuple[str, ...]
) -> None:
    for command in ("setup", "open"):
        assert (await cli(command, "--", *given)).code == 2


async def test_a_running_instance_asks(
    cli: RunCli, instance: FakeCommander, profile: Profile, tmp_path: Path
) -> None:
    lock = FileLock(profile.lock_file)
    assert lock.acquire()
    file = tmp_path / "my notes.rtms-tray"
    values = {"name": 'A "quoted" name', "client_id": "-a", "relay": "https://relay.example.com"}
    file.write_text(json.dumps(values))
    for given in (
        LINK,
        f"{LINK}&fallback=https://example.com/%22a%22?x='b'",
        str(file),
        file.as_uri(),
    ):
        await cli("setup", "--", given)
        asked = {"given": given, "aloud": "yes"}  # whoever clicked on the link sees no terminal
        assert instance.performed[-1] == Command("setup", asked)
        await cli("open", "--", given)
        assert instance.performed[-1] == Command("open", asked)
    await cli("open", "--", START_LINK)
    assert instance.performed[-1].arguments["given"] == START_LINK
    assert (await cli("setup", "--", f"{LINK}&x=y")).code == 1
    told = Command("setup", {"given": f"{LINK}&x=y", "aloud": "yes"})
    assert instance.performed[-1] == told, "whoever clicked on the link sees no terminal"
    lock.release()
