"""Starting at log-in: what each system is given, and how it is read back when somebody else has changed it."""

import plistlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rtms_tray.store.autostart import Autostart, Job, find_autostart
from rtms_tray.store.autostart_freedesktop import FreedesktopAutostart
from rtms_tray.store.autostart_macos import MacAutostart, launchctl
from rtms_tray.store.autostart_portal import PortalAutostart
from rtms_tray.store.autostart_windows import APPROVED, ROOT, RUN, WindowsAutostart
from rtms_tray.store.desktop_entry import values_of
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.windows_registry import UserRegistry
from tests.helpers.registry import FakeWinreg

HIDDEN = ("run", "--hidden")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    program = tmp_path / "my apps" / "rtms-tray"
    program.parent.mkdir()
    program.touch(0o700)
    return Job("rtms-tray", program, HIDDEN)


# --- Linux ----------------------------------------------------------------------------------------


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CONFIG_DIRS": f"relative:{tmp_path / 'site'}",
        "XDG_CURRENT_DESKTOP": "ubuntu:GNOME",
        "PATH": str(tmp_path),
    }


@pytest.fixture
def linux(job: Job, environ: dict[str, str]) -> FreedesktopAutostart:
    return FreedesktopAutostart(job, environ)


def test_an_entry_of_the_users_starts_it_hidden(linux: FreedesktopAutostart, job: Job) -> None:
    assert not linux.is_on()
    linux.turn(on=True)
    assert linux.is_on()
    values = values_of(linux.entry.read_text())
    assert values["Exec"] == f'"{job.program}" run --hidden'
    assert values["TryExec"] == str(job.program)
    assert Path(values["Icon"]).is_file()
    linux.turn(on=False)
    assert not linux.is_on()
    assert not linux.entry.exists()
    linux.turn(on=False)


def test_the_entry_is_valid(linux: FreedesktopAutostart) -> None:
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("there is no desktop-file-validate")
    linux.turn(on=True)
    done = subprocess.run(
        ["desktop-file-validate", linux.entry], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("change", "on"),
    [
        (("", ""), True),
        (("Terminal=false", "Terminal=false\nHidden=true"), False),
        (("Terminal=false", "Terminal=false\nHidden=false"), True),
        (("enabled=true", "enabled=false"), False),
        (("TryExec=", "TryExec=/gone"), False),
        (("Exec=", "#Exec="), False),
        (("Terminal=false", "OnlyShowIn=KDE;"), False),
        (("Terminal=false", "OnlyShowIn=KDE;GNOME;"), True),
        (("Terminal=false", "NotShowIn=GNOME;"), False),
        (("Terminal=false", "NotShowIn=KDE;"), True),
        (("Terminal=false", "[Desktop Action x]\nHidden=true"), True),
        (("[Desktop Entry]", "[Other]"), False),
    ],
)
def test_what_the_desktops_tools_change_counts(
    linux: FreedesktopAutostart, change: tuple[str, str], *, on: bool
) -> None:
    linux.turn(on=True)
    linux.entry.write_text(linux.entry.read_text().replace(*change, 1))
    assert linux.is_on() is on
    linux.turn(on=True)
    assert linux.is_on()


def test_an_entry_of_the_whole_computer_is_overruled(
    linux: FreedesktopAutostart, tmp_path: Path
) -> None:
    site = tmp_path / "site" / "autostart" / "rtms-tray.desktop"
    site.parent.mkdir(parents=True)
    site.write_text("[Desktop Entry]\nType=Application\nName=rtms-tray\nExec=rtms-tray run\n")
    assert linux.is_on()
    linux.turn(on=False)
    assert not linux.is_on()
    assert values_of(linux.entry.read_text())["Hidden"] == "true"
    linux.turn(on=True)
    assert linux.is_on()


def test_a_link_to_the_programs_entry_is_replaced_not_followed(
    linux: FreedesktopAutostart, tmp_path: Path
) -> None:
    installed = tmp_path / "installed.desktop"
    installed.write_text("[Desktop Entry]\nExec=rtms-tray\n")
    linux.entry.parent.mkdir(parents=True)
    linux.entry.symlink_to(installed)
    assert linux.is_on()
    linux.turn(on=True)
    assert installed.read_text() == "[Desktop Entry]\nExec=rtms-tray\n"
    assert not linux.entry.is_symlink()


# --- Windows --------------------------------------------------------------------------------------


@pytest.fixture
def winreg(monkeypatch: pytest.MonkeyPatch) -> FakeWinreg:
    fake = FakeWinreg()
    monkeypatch.setitem(sys.modules, "winreg", fake)
    return fake


EXE = Path(r"C:\Program Files\rtms-tray\rtms-tray-gui.exe")
RUN_KEY, APPROVED_KEY = (f"{ROOT}\\{key}".lower() for key in (RUN, APPROVED))


@pytest.mark.usefixtures("winreg")
def test_a_value_of_the_run_key_starts_it_hidden(winreg: FakeWinreg) -> None:
    windows = WindowsAutostart(Job("rtms-tray", EXE, HIDDEN))
    assert not windows.is_on()
    windows.turn(on=True)
    assert windows.is_on()
    assert winreg.keys[RUN_KEY] == {"rtms-tray": (f'"{EXE}" run --hidden', winreg.REG_SZ)}
    windows.turn(on=False)
    assert not windows.is_on()
    assert winreg.keys[RUN_KEY] == {}
    windows.turn(on=False)


@pytest.mark.parametrize(("first", "on"), [(2, True), (3, False), (6, True), (7, False)])
def test_task_manager_can_switch_it_off(winreg: FakeWinreg, first: int, *, on: bool) -> None:
    windows = WindowsAutostart(Job("rtms-tray", EXE, HIDDEN))
    windows.turn(on=True)
    state = bytes([first, *[0] * 11])
    winreg.keys[APPROVED_KEY] = {"rtms-tray": (state, winreg.REG_BINARY)}
    assert windows.is_on() is on
    windows.turn(on=True)
    assert windows.is_on(), "what is chosen here is newer"
    assert winreg.keys[APPROVED_KEY] == {}


def test_another_programs_value_is_not_this_one(winreg: FakeWinreg) -> None:
    windows = WindowsAutostart(Job("rtms-tray", EXE, HIDDEN))
    winreg.keys[RUN_KEY] = {"rtms-tray": (r"C:\other.exe", winreg.REG_SZ)}
    assert not windows.is_on()
    winreg.keys[RUN_KEY] = {"rtms-tray": (7, winreg.REG_DWORD)}
    assert not windows.is_on()


def test_a_key_of_its_own_has_no_name(winreg: FakeWinreg) -> None:
    registry = UserRegistry("Software")
    registry.write("", "name", "value")
    assert winreg.keys == {"software": {"name": ("value", winreg.REG_SZ)}}


# --- macOS ----------------------------------------------------------------------------------------


class Launchctl:
    """The system's tool: notes how it is called, and says what it is told to."""

    def __init__(self) -> None:
        self.calls: list[Sequence[str]] = []
        self.says = ""

    def __call__(self, arguments: Sequence[str]) -> str:
        self.calls.append(arguments)
        return self.says


@pytest.fixture
def tool() -> Launchctl:
    return Launchctl()


@pytest.fixture
def mac(job: Job, tmp_path: Path, tool: Launchctl) -> MacAutostart:
    return MacAutostart(job, tmp_path / "home", tool)


def test_a_launch_agent_starts_it_hidden(mac: MacAutostart, job: Job, tool: Launchctl) -> None:
    assert not mac.is_on()
    mac.turn(on=True)
    assert mac.is_on()
    agent = plistlib.loads(mac.file.read_bytes())
    assert agent["ProgramArguments"] == [str(job.program), *HIDDEN]
    assert agent["Label"] == "rtms-tray"
    assert tool.calls[0][0] == "enable"
    assert tool.calls[0][1].endswith("/rtms-tray")
    mac.turn(on=False)
    assert not mac.is_on()
    assert all(call[0] != "bootout" for call in tool.calls), "that would end this program"


@pytest.mark.parametrize("says", ['\t"rtms-tray" => disabled\n', '"rtms-tray" => true'])
def test_an_agent_that_is_switched_off_is_off(
    mac: MacAutostart, tool: Launchctl, says: str
) -> None:
    mac.turn(on=True)
    tool.says = says
    assert not mac.is_on()
    tool.says = says.replace("rtms-tray", "rtms-tray-work")
    assert mac.is_on()


@pytest.mark.parametrize(
    "agent",
    [
        b"no property list",
        plistlib.dumps({}),
        plistlib.dumps({"ProgramArguments": []}),
        plistlib.dumps({"ProgramArguments": [3]}),
        plistlib.dumps(["list"]),
        plistlib.dumps({"ProgramArguments": ["/gone"], "RunAtLoad": True}),
        plistlib.dumps({"ProgramArguments": [sys.executable]}),
        plistlib.dumps({"ProgramArguments": [sys.executable], "RunAtLoad": True, "Disabled": True}),
    ],
)
def test_an_agent_that_starts_nothing_is_off(mac: MacAutostart, agent: bytes) -> None:
    mac.file.parent.mkdir(parents=True)
    mac.file.write_bytes(agent)
    assert not mac.is_on()


@pytest.mark.skipif(sys.platform == "darwin", reason="there it is")
def test_without_the_tool_nothing_is_switched_off() -> None:
    assert launchctl(["print-disabled", "gui/501"]) == ""


def test_the_tools_words_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(argv: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(argv, 0, " ".join(argv), "")

    monkeypatch.setattr(subprocess, "run", run)
    assert launchctl(["print-disabled", "gui/501"]) == "/bin/launchctl print-disabled gui/501"


# --- which way ------------------------------------------------------------------------------------


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("RTMS_TRAY_HOME", raising=False)
    for name in ("rtms-tray", "rtms-tray-gui.exe"):
        (tmp_path / name).touch()
    return str(tmp_path / "python")


@pytest.mark.usefixtures("winreg")
@pytest.mark.parametrize(
    ("platform", "way"),
    [
        ("linux", FreedesktopAutostart),
        ("win32", WindowsAutostart),
        ("darwin", MacAutostart),
        ("plan9", type(None)),
    ],
)
def test_each_system_has_its_way(
    python: str, platform: str, way: type[Autostart], tmp_path: Path
) -> None:
    sandbox = tmp_path / "no sandbox"
    found = find_autostart(find_profile(), platform, python, sandbox=sandbox)
    assert isinstance(found, way)


def test_in_a_sandbox_the_desktops_portal_is_asked(python: str, tmp_path: Path) -> None:
    found = find_autostart(find_profile(), "linux", python, sandbox=tmp_path)
    assert isinstance(found, PortalAutostart)


def test_each_profile_has_an_entry_of_its_own(
    python: str, environ: dict[str, str], tmp_path: Path
) -> None:
    sandbox = tmp_path / "no sandbox"
    found = find_autostart(find_profile("work"), "linux", python, environ, sandbox)
    assert isinstance(found, FreedesktopAutostart)
    found.turn(on=True)
    assert found.entry.name == "rtms-tray-work.desktop"
    assert "run --hidden --profile work" in found.entry.read_text()


def test_what_nobody_could_start_again_has_no_way(python: str, tmp_path: Path) -> None:
    own = find_profile(environ={"RTMS_TRAY_HOME": str(tmp_path)})
    demo = Profile("default", tmp_path, tmp_path, tmp_path)
    for profile in (own, demo):
        assert find_autostart(profile, "linux", python) is None
    assert find_autostart(find_profile(), "linux", str(tmp_path / "checkout" / "python")) is None
