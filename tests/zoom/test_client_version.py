"""The Zoom client of this machine, from what lies on three systems' disks; Linux is also looked at for real."""

import json
import plistlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.conditions import Source, Value
from rtms_tray.zoom import client_version
from rtms_tray.zoom.client_version import (
    FLOOR,
    ClientSeen,
    Version,
    Window,
    agreed,
    is_supported,
    look_here,
    owner_support,
    parse_version,
    tasks_in,
    written,
)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "zoom_client"
APPDATA_EXE = r"%APPDATA%\Zoom\bin\Zoom.exe"
PROGRAM_EXE = r"%ProgramFiles%\Zoom\bin\Zoom.exe"


@dataclass
class MachineOfFiles:
    """A machine that is only what a test says of it."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    programs: frozenset[str] | None = None
    open_windows: tuple[Window, ...] | None = None

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def processes(self) -> frozenset[str] | None:
        return self.programs

    def windows(self) -> tuple[Window, ...] | None:
        return self.open_windows


def exe(*version: int) -> bytes:
    """A program as far as its version resource goes."""
    a, b, c, d = version
    info = struct.pack("<IIII", 0xFEEF04BD, 0x00010000, a << 16 | b, c << 16 | d)
    return b"MZ\x90\0" + b"\0" * 500 + "VS_VERSION_INFO".encode("utf-16-le") + info + b"\0" * 99


# --- versions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "version", "supported"),
    [
        ("6.5.5", (6, 5, 5), Value.YES),
        ("6.5.7 (12345)", (6, 5, 7), Value.YES),
        ("6.5.7.12345", (6, 5, 7, 12345), Value.YES),
        ("6.6.1.3087\n", (6, 6, 1, 3087), Value.YES),
        ("7.0.2", (7, 0, 2), Value.YES),
        ("6.10.0", (6, 10, 0), Value.YES),
        ("10.0", (10, 0), Value.YES),
        ("6.5.4.99999", (6, 5, 4, 99999), Value.NO),
        ("6.4.12(win)", (6, 4, 12), Value.NO),
        ("5.2.45120.0906(win)", (5, 2, 45120, 906), Value.NO),
        ("5.9.6.4993(mac)", (5, 9, 6, 4993), Value.NO),
        ("6, 5, 5, 1234", (6, 5, 5, 1234), Value.YES),
        ("v6.6.0", (6, 6, 0), Value.YES),
        ("6.5", (6, 5), Value.UNKNOWN),
        ("6.4", (6, 4), Value.NO),
        ("6", None, Value.UNKNOWN),
        ("", None, Value.UNKNOWN),
        ("latest", None, Value.UNKNOWN),
        ("(win)6.5.5", None, Value.UNKNOWN),
        ("٦.٥.٥", None, Value.UNKNOWN),
    ],
)
def test_versions_are_read_as_zoom_writes_them(
    text: str, version: Version | None, supported: Value
) -> None:
    assert parse_version(text) == version
    assert is_supported(version) is supported


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    version = parse_version(text)
    assert version is None or len(version) >= 2


@given(st.tuples(*[st.integers(0, 99999)] * 4))
def test_versions_are_compared_number_by_number(version: tuple[int, ...]) -> None:
    text = ".".join(map(str, version))
    assert parse_version(text) == version
    assert (is_supported(version) is Value.YES) == (version[:3] >= FLOOR)
    assert written(version) == ".".join(map(str, version[:3]))


def test_of_several_clients_the_oldest_counts_unless_they_differ() -> None:
    old, new, newer = ((6, 4, 1), "a"), ((6, 5, 5), "b"), ((6, 6, 0), "c")
    assert agreed([]) == (None, "")
    assert agreed([newer, new]) == new
    assert agreed([old, new]) == (None, "several Zoom clients are installed")


# --- Linux --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "version", "in_meeting", "sign"),
    [
        ("linux", (6, 6, 1, 3087), Value.YES, "aomhost runs"),
        ("linux_idle", (6, 4, 12, 2297), Value.UNKNOWN, ""),
        ("linux_flatpak", (6, 5, 5, 2495), Value.NO, "Zoom does not run on this machine"),
        ("nothing_there", None, Value.UNKNOWN, ""),
    ],
)
def test_linux_from_its_files(
    root: str, version: Version | None, in_meeting: Value, sign: str, tmp_path: Path
) -> None:
    seen = look_here("linux", FIXTURES / root, tmp_path, {})
    assert (seen.version, seen.in_meeting, seen.meeting_source) == (version, in_meeting, sign)
    assert (seen.version_source == "") is (version is None)


def test_linux_looks_into_the_users_own_flatpak(tmp_path: Path) -> None:
    place = tmp_path / ".local/share/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom"
    place.mkdir(parents=True)
    (place / "version.txt").write_text("6.5.9.1")
    assert look_here("linux", tmp_path / "none", tmp_path, {}).version == (6, 5, 9, 1)


def test_linux_with_an_old_and_a_new_client_claims_nothing() -> None:
    machine = MachineOfFiles(
        {
            "/opt/zoom/version.txt": b"6.4.1.1",
            "/snap/zoom-client/current/zoom/version.txt": b"6.6.0.1",
        }
    )
    seen = client_version.look_on_linux(machine)
    assert seen.version is None
    assert seen.supported is Value.UNKNOWN
    assert "several" in seen.version_source


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"unknown\n", b"9" * 5000])
def test_linux_with_a_strange_version_file(content: bytes) -> None:
    machine = MachineOfFiles({"/opt/zoom/version.txt": content}, frozenset())
    assert client_version.look_on_linux(machine).version is None


def test_files_that_are_none_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "opt/zoom/version.txt").mkdir(parents=True)
    assert look_here("linux", tmp_path, tmp_path, {}) == ClientSeen()


def test_a_program_that_has_just_ended_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "proc" / "77").mkdir(parents=True)
    assert look_here("linux", tmp_path, tmp_path, {}).in_meeting is Value.NO


def test_this_machine_can_be_looked_at() -> None:
    seen = look_here()
    assert isinstance(seen, ClientSeen)
    assert seen.supported in {Value.YES, Value.NO, Value.UNKNOWN}


# --- macOS (never run there) --------------------------------------------------------------------


def test_macos_from_its_files() -> None:
    plist = (FIXTURES / "macos" / "Info.plist").read_bytes()
    path = "/Applications/zoom.us.app/Contents/Info.plist"
    seen = client_version.look_on_macos(
        MachineOfFiles({path: plist}, frozenset({"zoom.us", "CptHost"}))
    )
    assert (seen.version, seen.version_source) == ((6, 5, 7), path)
    assert (seen.in_meeting, seen.meeting_source) == (Value.YES, "CptHost runs")
    binary = plistlib.dumps(plistlib.loads(plist), fmt=plistlib.FMT_BINARY)
    own = MachineOfFiles({path.replace("/App", "~/App", 1): binary}, frozenset({"zoom.us"}))
    seen = client_version.look_on_macos(own)
    assert (seen.version, seen.in_meeting) == ((6, 5, 7), Value.UNKNOWN)


@pytest.mark.parametrize(
    "plist",
    [b"", b"<plist", b"bplist00\xff", b"nonsense", plistlib.dumps([]), plistlib.dumps({}),
     plistlib.dumps({"CFBundleShortVersionString": 6})],
)  # fmt: skip
def test_macos_with_a_strange_plist(plist: bytes) -> None:
    path = "/Applications/zoom.us.app/Contents/Info.plist"
    assert client_version.look_on_macos(MachineOfFiles({path: plist})) == ClientSeen()


def test_macos_as_this_system_would_see_it(tmp_path: Path) -> None:
    place = tmp_path / "Applications/zoom.us.app/Contents"
    place.mkdir(parents=True)
    (place / "Info.plist").write_bytes((FIXTURES / "macos" / "Info.plist").read_bytes())
    assert look_here("darwin", tmp_path, tmp_path / "home", {}).version == (6, 5, 7)


# --- Windows (never run there) ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "in_meeting"),
    [
        ("home", Value.UNKNOWN),
        ("connecting", Value.UNKNOWN),
        ("meeting", Value.YES),
        ("webinar", Value.YES),
        ("meeting_japanese", Value.YES),
        ("meeting_older_client", Value.YES),
        ("title_alone", Value.UNKNOWN),
        ("failed_join", Value.UNKNOWN),
    ],
)
def test_windows_from_its_windows(case: str, in_meeting: Value) -> None:
    cases = json.loads((FIXTURES / "windows" / "windows.json").read_text())
    windows = tuple(Window(name, title) for name, title in cases[case])
    machine = MachineOfFiles({APPDATA_EXE: exe(6, 5, 7, 8345)}, frozenset({"Zoom.exe"}), windows)
    seen = client_version.look_on_windows(machine)
    assert (seen.version, seen.version_source) == ((6, 5, 7, 8345), APPDATA_EXE)
    assert seen.in_meeting is in_meeting


def test_windows_without_zoom_running() -> None:
    seen = client_version.look_on_windows(MachineOfFiles({}, frozenset({"explorer.exe"}), ()))
    assert (seen.version, seen.in_meeting) == (None, Value.NO)
    assert client_version.look_on_windows(MachineOfFiles()) == ClientSeen()


def test_windows_programs_are_listed() -> None:
    table = (FIXTURES / "windows" / "tasklist.csv").read_text()
    assert tasks_in(table) == {"System Idle Process", "Zoom.exe", "explorer.exe"}
    assert tasks_in("INFO: No tasks are running") == frozenset()


@pytest.mark.parametrize(
    "program", [b"", b"MZ", exe(0, 0, 0, 0), exe(6, 5, 5, 1)[:530], exe(6, 5, 5, 1)[:-104]]
)
def test_windows_with_a_program_without_a_version(program: bytes) -> None:
    machine = MachineOfFiles({PROGRAM_EXE: program})
    assert client_version.look_on_windows(machine).version is None


def test_windows_as_this_system_would_see_it(tmp_path: Path) -> None:
    folder = tmp_path / "Roaming"
    place = Path(f"{folder}\\Zoom\\bin\\Zoom.exe")  # one long name, except on Windows
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(exe(6, 4, 0, 1))
    seen = look_here("win32", tmp_path, tmp_path, {"AppData": str(folder)})
    assert seen.version == (6, 4, 0, 1)
    assert seen.supported is Value.NO


def test_other_systems_tell_nothing(tmp_path: Path) -> None:
    assert look_here("plan9", tmp_path, tmp_path, {}) == ClientSeen()


# --- put together -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "told", "value", "source"),
    [
        ((6, 6, 0), "5.1.0(win)", Value.YES, Source.MACHINE),
        ((6, 4, 0), "6.6.0(win)", Value.NO, Source.MACHINE),
        (None, "6.6.0.1(linux)", Value.YES, Source.REPLY),
        (None, "5.2.45120.0906(win)", Value.NO, Source.REPLY),
        (None, "6.4.0.1", Value.NO, Source.REPLY),
        (None, "5.9.6.4993(iphone)", Value.UNKNOWN, Source.INFERRED),
        (None, "6.6.0(android)", Value.UNKNOWN, Source.INFERRED),
        (None, "", Value.UNKNOWN, Source.INFERRED),
        (None, None, Value.UNKNOWN, Source.INFERRED),
        ((6, 5), "6.6.0(mac)", Value.YES, Source.REPLY),
    ],
)
def test_this_machine_counts_more_than_the_last_log_in(
    version: Version | None, told: str | None, value: Value, source: Source
) -> None:
    support = owner_support(ClientSeen(version, version_source="/opt/zoom/version.txt"), told)
    assert (support.value, support.source) == (value, source)
    assert support.text
