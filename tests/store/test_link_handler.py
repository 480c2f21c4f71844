"""Who opens set-up links and files: this program, unless somebody has chosen another one."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rtms_tray.store import link_handler
from rtms_tray.store.link_handler import program_beside, register
from rtms_tray.store.link_handler_freedesktop import ENTRY, entry_text, register_freedesktop
from rtms_tray.store.link_handler_windows import register_windows
from rtms_tray.store.profile import Profile, find_profile

PROGRAM = Path("/opt/rtms-tray/bin/rtms-tray")
EXE = Path(r"C:\Program Files\rtms-tray\rtms-tray-gui.exe")
SCHEME_COMMAND = r"rtms-tray\shell\open\command"


def values(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


# --- Linux ----------------------------------------------------------------------------------------


def tool(folder: Path, name: str, script: str = "") -> None:
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{folder}/calls"\n{script}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


class Tools:
    """A search path with tools that only note how they are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tools"
        self.folder.mkdir()
        self.data = folder / "data"
        self.environ = {"PATH": str(self.folder), "XDG_DATA_HOME": str(self.data)}

    @property
    def calls(self) -> list[str]:
        noted = self.folder / "calls"
        return noted.read_text().splitlines() if noted.exists() else []


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path)


def test_the_link_is_one_argument_behind_the_dashes() -> None:
    entry = values(entry_text(PROGRAM))
    assert entry["Exec"] == f"{PROGRAM} open -- %u"
    assert entry["TryExec"] == str(PROGRAM)
    assert entry["MimeType"] == "x-scheme-handler/rtms-tray;application/x-rtms-tray-setup;"
    assert Path(entry["Icon"]).is_file()


def test_unusual_paths_are_quoted() -> None:
    odd = Path('/opt/my "apps"/100%/$x\\y')
    entry = values(entry_text(odd))
    assert entry["Exec"] == r'"/opt/my \\"apps\\"/100%%/\\$x\\\\y" open -- %u'
    assert entry["TryExec"] == r'/opt/my "apps"/100%/$x\\y'
    with pytest.raises(ValueError, match="cannot stand"):
        entry_text(Path("/opt/a\nExec=rm"))


@pytest.mark.parametrize("program", [PROGRAM, Path('/opt/my "apps"/100%/$x')])
def test_the_entry_is_valid(tmp_path: Path, program: Path) -> None:
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("there is no desktop-file-validate")
    entry = tmp_path / ENTRY
    entry.write_text(entry_text(program))
    done = subprocess.run(
        ["desktop-file-validate", entry], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def everybodys(tools: Tools, program: Path) -> Path:
    """Install the program's entry for all users, as a Debian package does."""
    shared = tools.folder.parent / "shared"
    entry = shared / "applications" / ENTRY
    entry.parent.mkdir(parents=True)
    entry.write_text(entry_text(program, icon="rtms-tray"))
    tools.environ["XDG_DATA_DIRS"] = str(shared)
    return entry


def test_a_program_that_is_installed_for_everybody_needs_no_entry_of_its_own(tools: Tools) -> None:
    assert values(everybodys(tools, PROGRAM).read_text())["Icon"] == "rtms-tray"
    assert not register_freedesktop(PROGRAM, tools.environ)
    assert not tools.data.exists()


def test_an_older_entry_of_this_users_own_does_not_hide_everybodys(tools: Tools) -> None:
    tool(tools.folder, "update-desktop-database")
    entry = tools.data / "applications" / ENTRY
    entry.parent.mkdir(parents=True)
    entry.write_text(entry_text(Path("/home/olive/rtms-tray/bin/rtms-tray")))
    everybodys(tools, PROGRAM)
    assert register_freedesktop(PROGRAM, tools.environ)
    assert not entry.exists()
    assert tools.calls == [f"update-desktop-database {entry.parent}"]


def test_another_program_of_everybodys_changes_nothing(tools: Tools) -> None:
    everybodys(tools, Path("/usr/lib/rtms-tray/bin/rtms-tray"))
    assert register_freedesktop(PROGRAM, tools.environ)
    assert (tools.data / "applications" / ENTRY).is_file()


def test_it_is_written_once_and_again_when_the_program_moves(tools: Tools) -> None:
    tool(tools.folder, "update-desktop-database")
    tool(tools.folder, "update-mime-database")
    assert register_freedesktop(PROGRAM, tools.environ)
    entry = tools.data / "applications" / ENTRY
    assert entry.read_text() == entry_text(PROGRAM)
    assert "*.rtms-tray" in (tools.data / "mime" / "packages" / "rtms-tray.xml").read_text()
    called = [
        f"update-mime-database {tools.data / 'mime'}",
        f"update-desktop-database {tools.data / 'applications'}",
    ]
    assert tools.calls == called
    assert not register_freedesktop(PROGRAM, tools.environ)
    assert tools.calls == called
    assert register_freedesktop(PROGRAM.with_name("elsewhere"), tools.environ)
    assert "elsewhere" in entry.read_text()


@pytest.mark.parametrize(("chosen", "times"), [("", 2), ("another.desktop", 0)])
def test_nobodys_choice_is_overwritten(tools: Tools, chosen: str, times: int) -> None:
    tool(tools.folder, "xdg-mime", f'[ "$1" = query ] && echo "{chosen}"')
    assert register_freedesktop(PROGRAM, tools.environ)
    assert sum(call.startswith(f"xdg-mime default {ENTRY}") for call in tools.calls) == times


@pytest.mark.parametrize("script", ["exit 3", "kill -9 $$"])
def test_tools_that_fail_do_no_harm(tools: Tools, script: str) -> None:
    for name in ("update-desktop-database", "update-mime-database", "xdg-mime"):
        tool(tools.folder, name, script)
    assert register_freedesktop(PROGRAM, tools.environ)
    assert (tools.data / "applications" / ENTRY).exists()
    assert not any("default rtms" in call for call in tools.calls)


def test_without_tools_the_files_are_there(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tools.folder.parent))
    for named in ("", "relative/folder"):  # the specification ignores what is not absolute
        assert register_freedesktop(PROGRAM, {**tools.environ, "XDG_DATA_HOME": named})
        share = tools.folder.parent / ".local" / "share"
        assert (share / "applications" / ENTRY).exists()
        shutil.rmtree(share)


# --- Windows --------------------------------------------------------------------------------------


class FakeRegistry:
    """Keys and their values, as the registry keeps them."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.writes = 0

    def read(self, key: str, name: str = "") -> str | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[key, name] = value
        self.writes += 1

    def delete(self, key: str, name: str) -> None:
        raise NotImplementedError


def test_windows_opens_links_and_files_by_the_program_without_a_console() -> None:
    registry = FakeRegistry()
    assert register_windows(EXE, registry)
    command = f'"{EXE}" open -- "%1"'
    assert registry.values == {
        ("rtms-tray", ""): "URL:rtms-tray",
        ("rtms-tray", "URL Protocol"): "",
        (SCHEME_COMMAND, ""): command,
        (".rtms-tray", ""): "rtms-tray.setup",
        ("rtms-tray.setup", ""): "rtms-tray set-up file",
        (r"rtms-tray.setup\shell\open\command", ""): command,
    }
    assert not register_windows(EXE, registry)
    moved = Path(r"D:\rtms-tray-gui.exe")
    assert register_windows(moved, registry)
    assert registry.values[SCHEME_COMMAND, ""] == f'"{moved}" open -- "%1"'
    assert registry.writes == 8


def test_windows_takes_over_what_an_earlier_version_has_written() -> None:
    registry = FakeRegistry()
    registry.write(SCHEME_COMMAND, "", f'"{EXE}" setup -- "%1"')
    assert register_windows(EXE, registry)
    assert registry.values[SCHEME_COMMAND, ""] == f'"{EXE}" open -- "%1"'


@pytest.mark.parametrize("other", [r'"C:\Other\other.exe" "%1"', r'"C:\rtms-tray\other.exe" "%1"'])
def test_windows_keeps_what_another_program_has_written(other: str) -> None:
    registry = FakeRegistry()
    registry.write(SCHEME_COMMAND, "", other)
    registry.write(".rtms-tray", "", "Other.File")
    assert not register_windows(EXE, registry)
    assert registry.writes == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is one")
def test_elsewhere_there_is_no_registry() -> None:
    with pytest.raises(OSError, match="no registry"):
        register_windows(EXE)


# --- which program, which profile -----------------------------------------------------------------


class Registered:
    """Stands in for a system: notes what is registered."""

    def __init__(self) -> None:
        self.programs: list[Path] = []
        self.trouble: Exception | None = None

    def __call__(self, program: Path) -> bool:
        self.programs.append(program)
        if self.trouble is not None:
            raise self.trouble
        return len(self.programs) == 1


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Registered:
    monkeypatch.delenv("RTMS_TRAY_HOME", raising=False)
    registered = Registered()
    monkeypatch.setattr(link_handler, "_REGISTER", {"linux": registered, "win32": registered})
    return registered


@pytest.fixture
def python(tmp_path: Path) -> str:
    for name in ("rtms-tray", "rtms-tray-gui.exe"):
        (tmp_path / name).touch()
    return str(tmp_path / "python")


@pytest.mark.parametrize(
    ("platform", "name"), [("linux", "rtms-tray"), ("win32", "rtms-tray-gui.exe")]
)
def test_the_usual_profile_registers(
    registered: Registered, python: str, platform: str, name: str
) -> None:
    assert register(find_profile(), platform, python)
    assert not register(find_profile(), platform, python)
    assert [program.name for program in registered.programs] == [name, name]


def test_no_other_profile_registers_nor_a_home_of_its_own(
    registered: Registered, python: str, tmp_path: Path
) -> None:
    own = find_profile(environ={"RTMS_TRAY_HOME": str(tmp_path)})
    demo = Profile("default", tmp_path, tmp_path, tmp_path)
    for profile in (own, demo, find_profile("work")):
        assert not register(profile, "linux", python)
    assert not register(find_profile(), "darwin", python)
    assert not register(find_profile(), "linux", str(tmp_path / "checkout" / "python"))
    assert registered.programs == []


@pytest.mark.parametrize("trouble", [PermissionError("no"), ValueError("odd")])
def test_what_goes_wrong_is_only_logged(
    registered: Registered, python: str, trouble: Exception
) -> None:
    registered.trouble = trouble
    assert not register(find_profile(), "linux", python)


def test_a_bundled_program_is_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program_beside(str(tmp_path / "rtms-tray"), "linux") == tmp_path / "rtms-tray"
