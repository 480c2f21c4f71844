"""The Zoom client's version, read from files as three systems have them; Linux is also looked at for real."""

import plistlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.conditions import Source, Value
from rtms_tray.zoom.client_version import (
    FLOOR,
    InstalledClient,
    Support,
    Version,
    client_of,
    installed_client,
    is_supported,
    owner_support,
    parse_version,
    short_version,
)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "zoom_client"
LINUX_FILE = "/opt/zoom/version.txt"
MACOS_FILE = "/Applications/zoom.us.app/Contents/Info.plist"
APPDATA_EXE = r"%APPDATA%\Zoom\bin\Zoom.exe"
PROGRAM_EXE = r"%ProgramFiles%\Zoom\bin\Zoom.exe"


def client(platform: str, files: dict[str, bytes]) -> InstalledClient:
    """The client on a system of which these files are known."""
    return client_of(platform, files.get)


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
    assert short_version(version) == ".".join(map(str, version[:3]))


@pytest.mark.parametrize(
    ("versions", "version"),
    [
        ((b"6.6.0", b"6.5.5"), (6, 5, 5)),
        ((b"6.5.5", b"6.6.0"), (6, 5, 5)),
        ((b"6.3.0", b"6.4.1"), (6, 3, 0)),
        ((b"6.4.1", b"6.5.5"), None),
    ],
)
def test_the_oldest_of_several_clients_counts_unless_they_differ(
    versions: tuple[bytes, bytes], version: Version | None
) -> None:
    system, snap = versions
    files = {LINUX_FILE: system, "/snap/zoom-client/current/zoom/version.txt": snap}
    found = client("linux", files)
    assert found.version == version
    assert found.supported is is_supported(version)


# --- Linux --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "version"),
    [
        ("linux", (6, 6, 1, 3087)),
        ("linux_idle", (6, 4, 12, 2297)),
        ("linux_flatpak", (6, 5, 5, 2495)),
        ("nothing_there", None),
    ],
)
def test_linux_from_its_files(root: str, version: Version | None, tmp_path: Path) -> None:
    assert installed_client("linux", FIXTURES / root, tmp_path, {}).version == version


def test_linux_looks_into_the_users_own_flatpak(tmp_path: Path) -> None:
    place = tmp_path / ".local/share/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom"
    place.mkdir(parents=True)
    (place / "version.txt").write_text("6.5.9.1")
    assert installed_client("linux", tmp_path / "none", tmp_path, {}).version == (6, 5, 9, 1)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"unknown\n", b"9" * 5000])
def test_linux_with_a_strange_version_file(content: bytes) -> None:
    assert client("linux", {LINUX_FILE: content}) == InstalledClient()


def test_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "opt/zoom/version.txt").mkdir(parents=True)
    assert installed_client("linux", tmp_path, tmp_path, {}) == InstalledClient()


def test_this_machine_can_be_checked() -> None:
    assert installed_client().supported in {Value.YES, Value.NO, Value.UNKNOWN}


# --- macOS (never run there) --------------------------------------------------------------------


def test_macos_from_its_files() -> None:
    plist = (FIXTURES / "macos" / "Info.plist").read_bytes()
    assert client("darwin", {MACOS_FILE: plist}).version == (6, 5, 7)
    binary = plistlib.dumps(plistlib.loads(plist), fmt=plistlib.FMT_BINARY)
    assert client("darwin", {f"~{MACOS_FILE}": binary}).version == (6, 5, 7)


@pytest.mark.parametrize(
    "plist",
    [b"", b"<plist", b"bplist00\xff", b"nonsense", plistlib.dumps([]), plistlib.dumps({}),
     plistlib.dumps({"CFBundleShortVersionString": 6})],
)  # fmt: skip
def test_macos_with_a_strange_plist(plist: bytes) -> None:
    assert client("darwin", {MACOS_FILE: plist}) == InstalledClient()


def test_macos_as_this_system_would_see_it(tmp_path: Path) -> None:
    place = tmp_path / "Applications/zoom.us.app/Contents"
    place.mkdir(parents=True)
    (place / "Info.plist").write_bytes((FIXTURES / "macos" / "Info.plist").read_bytes())
    assert installed_client("darwin", tmp_path, tmp_path / "home", {}).version == (6, 5, 7)


# --- Windows (never run there) ------------------------------------------------------------------


def test_windows_from_its_program() -> None:
    assert client("win32", {APPDATA_EXE: exe(6, 5, 7, 8345)}).version == (6, 5, 7, 8345)
    assert client("win32", {}) == InstalledClient()


@pytest.mark.parametrize(
    "program", [b"", b"MZ", exe(0, 0, 0, 0), exe(6, 5, 5, 1)[:530], exe(6, 5, 5, 1)[:-104]]
)
def test_windows_with_a_program_without_a_version(program: bytes) -> None:
    assert client("win32", {PROGRAM_EXE: program}).version is None


def test_windows_as_this_system_would_see_it(tmp_path: Path) -> None:
    folder = tmp_path / "Roaming"
    place = Path(f"{folder}\\Zoom\\bin\\Zoom.exe")  # one long name, except on Windows
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(exe(6, 4, 0, 1))
    found = installed_client("win32", tmp_path, tmp_path, {"AppData": str(folder)})
    assert found.version == (6, 4, 0, 1)
    assert found.supported is Value.NO


def test_other_systems_tell_nothing(tmp_path: Path) -> None:
    assert installed_client("plan9", tmp_path, tmp_path, {}) == InstalledClient()


# --- put together -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "last", "value", "source"),
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
    version: Version | None, last: str | None, value: Value, source: Source
) -> None:
    assert owner_support(InstalledClient(version), last) == Support(value, source)
