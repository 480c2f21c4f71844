"""The doctor beside a simulated Zoom: every check, well and unwell."""

import os
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from rtms_tray.doctor.checks import CHECKS
from rtms_tray.doctor.examination import examine
from rtms_tray.doctor.findings import TITLES, Finding, Mark, Patient, Seen
from rtms_tray.doctor.machine import judged
from rtms_tray.doctor.report import as_json, from_json, in_words, report, summary
from rtms_tray.doctor.screen import look, once
from rtms_tray.runtime.network import make_http
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, SecretStore, Trouble
from rtms_tray.store.settings_file import set_value
from rtms_tray.zoom.client_version import InstalledClient
from tests.helpers.certificates import server_tls
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import ManualClock
from tests.helpers.program_harness import make_profile, make_secrets, manual_simulator
from tests.helpers.scripted_server import Reply, ScriptedServer
from tests.helpers.stores import LockedStore

SCREEN = Seen("xcb", "6.11.0", tray=True)


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    async with manual_simulator() as simulator:
        yield simulator


async def checked(
    profile: Profile,
    *only: str,
    store: SecretStore | None = None,
    screen: Seen = SCREEN,
    now: int | None = None,
) -> dict[str, Finding]:
    """Examine without a running instance."""

    async def seen() -> Seen:
        return screen

    async with make_http() as http:
        clock = ManualClock(now) if now is not None else _clock()
        patient = Patient(profile, store or MemoryStore(), http, clock, None, seen)
        return {finding.code: finding for finding in await examine(patient, only)}


def _clock() -> ManualClock:
    import time  # noqa: PLC0415 - for the one moment

    return ManualClock(time.time_ns() // 1_000_000)


def test_every_check_has_a_title() -> None:
    assert set(CHECKS) == set(TITLES)


# --- on this machine ----------------------------------------------------------------------------


async def test_complete_settings(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    assert (await checked(profile, "settings"))["settings"].mark is Mark.OK


async def test_settings_that_lack_something(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "settings"))["settings"]
    assert found.mark is Mark.BROKEN
    assert "app.client_id" in found.text
    assert "settings set app.client_id" in found.remedy


async def test_settings_that_are_wrong_name_the_line(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    text = profile.settings_file.read_text()
    profile.settings_file.write_text(f"{text}\n[history]\nkeep_days = 'long'\n")
    found = (await checked(profile, "settings"))["settings"]
    assert found.mark is Mark.BROKEN
    line = profile.settings_file.read_text().splitlines().index("keep_days = 'long'") + 1
    assert f"history.keep_days (line {line})" in found.text


async def test_settings_nobody_knows_are_a_warning(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    with profile.settings_file.open("a") as file:
        file.write("\n[more]\nkey = 1\n")
    assert (await checked(profile, "settings"))["settings"].mark is Mark.WARNING


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_folders_that_others_can_look_into(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "home", zoom)
    assert (await checked(profile, "folders"))["folders"].mark is Mark.OK
    profile.settings_folder.chmod(0o755)
    found = (await checked(profile, "folders"))["folders"]
    assert found.mark is Mark.WARNING
    assert f"chmod 700 {profile.settings_folder}" in found.remedy


async def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    profile = Profile("default", tmp_path / "file" / "home", tmp_path / "d", tmp_path / "l")
    found = (await checked(profile, "folders"))["folders"]
    assert found.mark is Mark.BROKEN
    assert str(profile.settings_folder) in found.text


@pytest.mark.parametrize(
    ("trouble", "mark"),
    [(None, Mark.OK), (Trouble.LOCKED, Mark.WARNING), (Trouble.UNAVAILABLE, Mark.BROKEN)],
)
async def test_keyrings(tmp_path: Path, trouble: Trouble | None, mark: Mark) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "keyring", store=LockedStore(trouble)))["keyring"]
    assert found.mark is mark
    assert bool(found.remedy) is (mark is not Mark.OK)


async def test_the_client_secret(zoom: Simulator, tmp_path: Path) -> None:
    profile, code = make_profile(tmp_path, zoom), "client_secret"
    kept = await make_secrets(zoom)
    assert (await checked(profile, code, store=kept))[code].mark is Mark.OK
    assert (await checked(profile, code))[code].mark is Mark.BROKEN
    locked = LockedStore(Trouble.LOCKED)
    assert (await checked(profile, code, store=locked))[code].mark is Mark.NOT_CHECKED
    set_value(profile.settings_file, "feed.kind", "none")
    assert (await checked(profile, code))[code].mark is Mark.OK


async def test_without_an_instance_no_token_is_touched(zoom: Simulator, tmp_path: Path) -> None:
    found = await checked(make_profile(tmp_path, zoom), store=await make_secrets(zoom))
    for code in ("sign_in", "scopes", "feed"):
        assert found[code].mark is Mark.NOT_CHECKED
        assert found[code].remedy == "Start it: rtms-tray run"
    assert "client_id" not in found
    assert zoom.grants.active == []
    assert found["subscription"].mark is Mark.NOT_CHECKED
    assert "keeps one connection" in found["subscription"].remedy


async def test_a_check_that_fails_says_so(tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    class Broken(MemoryStore):
        async def load(self, name: str) -> str | None:
            raise RuntimeError(name)

    expected_logs.expect("rtms_tray.doctor.examination:ERROR:The check keyring failed.")
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = await checked(profile, "keyring", "folders", store=Broken())
    assert found["keyring"].mark is Mark.NOT_CHECKED
    assert "RuntimeError" in found["keyring"].text
    assert found["folders"].mark is Mark.OK


# --- the way to Zoom ----------------------------------------------------------------------------


async def test_zoom_answers_and_the_clocks_agree(zoom: Simulator, tmp_path: Path) -> None:
    found = await checked(make_profile(tmp_path, zoom), "zoom", "clock")
    assert found["zoom"].mark is Mark.OK
    assert found["clock"].mark is Mark.OK


async def test_zoom_does_not_answer(zoom: Simulator, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        profile = make_profile(tmp_path, zoom, zoom__api_url=url)
        found = (await checked(profile, "zoom"))["zoom"]
    assert found.mark is Mark.BROKEN
    assert url.removeprefix("http://") in found.text


async def test_zoom_has_trouble_of_its_own(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    zoom.faults.add(Fault(path="/oauth/token", status=503))
    found = (await checked(profile, "zoom"))["zoom"]
    assert found.mark is Mark.BROKEN
    assert "503" in found.text


@pytest.mark.parametrize(("off_s", "word"), [(-3600, "behind"), (3600, "ahead of")])
async def test_a_clock_that_is_wrong(
    zoom: Simulator, tmp_path: Path, off_s: int, word: str
) -> None:
    now = _clock()() + off_s * 1000
    found = (await checked(make_profile(tmp_path, zoom), "clock", now=now))["clock"]
    assert found.mark is Mark.WARNING
    assert word in found.text
    seconds = int("".join(filter(str.isdigit, found.text)))
    assert 3595 <= seconds <= 3605


async def test_settings_that_name_no_zoom(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    set_value(profile.settings_file, "zoom.environment", "custom")
    found = await checked(profile, "zoom", "clock")
    assert {finding.mark for finding in found.values()} == {Mark.NOT_CHECKED}


# --- the screen ---------------------------------------------------------------------------------


async def test_what_qt_sees(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = await checked(profile, "qt", "tray")
    assert {finding.mark for finding in found.values()} == {Mark.OK}
    without = replace(SCREEN, tray=False, why_no_tray="There is none.")
    found = await checked(profile, "qt", "tray", screen=without)
    assert found["tray"].mark is Mark.WARNING
    assert found["tray"].text == "There is none."
    found = await checked(profile, "qt", "tray", screen=Seen(trouble="no display"))
    assert found["qt"].mark is Mark.BROKEN
    assert "no display" in found["qt"].text
    assert found["tray"].mark is Mark.NOT_CHECKED
    assert (await checked(profile, "qt", screen=Seen()))["qt"].mark is Mark.NOT_CHECKED


async def test_qt_is_really_started() -> None:
    seen = await look()
    assert seen.platform == "offscreen"
    assert not seen.tray
    assert seen.why_no_tray


async def test_the_zoom_client_here(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "zoom_client"))["zoom_client"]
    assert "6.5.5" in f"{found.text} {found.remedy}"


@pytest.mark.parametrize(
    ("version", "mark"),
    [
        (None, Mark.NOT_CHECKED),
        ((6, 5, 4, 9), Mark.BROKEN),
        ((6, 5), Mark.NOT_CHECKED),
        ((6, 5, 5), Mark.OK),
        ((7, 0), Mark.OK),
    ],
)
def test_versions_of_the_zoom_client(version: tuple[int, ...] | None, mark: Mark) -> None:
    found = judged(InstalledClient(version))
    assert found.mark is mark
    assert (found.remedy == "Update Zoom.") is (mark is Mark.BROKEN)


async def test_qt_is_started_once_for_all() -> None:
    looked = 0

    async def count() -> Seen:
        nonlocal looked
        looked += 1
        return SCREEN

    seen = once(count)
    assert [await seen(), await seen()] == [SCREEN, SCREEN]
    assert looked == 1


async def test_notifications_that_are_switched_off_are_said(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    set_value(profile.settings_file, "notifications.enabled", "false")
    found = (await checked(profile, "notifications"))["notifications"]
    assert found.mark is Mark.WARNING
    assert "notifications.enabled" in found.remedy


@pytest.mark.parametrize("headers", [(), ("Date: soon",)])
async def test_an_answer_without_a_good_date_says_nothing_of_the_clock(
    zoom: Simulator, tmp_path: Path, headers: tuple[str, ...]
) -> None:
    async with ScriptedServer() as server:
        server.script(Reply(200, b"", headers))
        url = server.origin
        profile = make_profile(tmp_path, zoom, zoom__api_url=url, zoom__oauth_url=url)
        found = await checked(profile, "zoom", "clock")
    assert found["zoom"].mark is Mark.OK
    assert found["clock"].mark is Mark.NOT_CHECKED


async def test_a_certificate_that_nobody_trusts_is_named(zoom: Simulator, tmp_path: Path) -> None:
    async with ScriptedServer(tls=server_tls(trustme.CA())) as server:
        url = server.origin
        profile = make_profile(tmp_path, zoom, zoom__api_url=url, zoom__oauth_url=url)
        found = (await checked(profile, "zoom"))["zoom"]
    assert found.mark is Mark.BROKEN
    assert "certificate" in found.text
    assert "another network" in found.remedy


# --- the report ---------------------------------------------------------------------------------

FOUND: Sequence[Finding] = (
    Finding("settings", "Settings", Mark.OK, "They are complete."),
    Finding("sign_in", "Sign-in", Mark.BROKEN, "olive@example.com is signed out.", "Sign in."),
    Finding("tray", "Tray", Mark.WARNING, "None.", "Use the window."),
    Finding("feed", "Event feed", Mark.NOT_CHECKED, "Not running."),
)


def test_the_report_says_all_but_secrets() -> None:
    for text in (report(FOUND), in_words(FOUND)):
        assert "olive@" not in text
        assert "They are complete." in text
        assert "Sign in." in text
        assert "1 of 4 checks found something broken." in text
    assert "[not checked] Event feed" in report(FOUND)


def test_the_report_hides_the_users_folder() -> None:
    folder = Path.home() / "settings"
    text = report([Finding("folders", "Folders", Mark.OK, f"For you alone: {folder}")])
    assert str(Path.home()) not in text
    assert str(Path("~") / "settings") in text


def test_the_json_reads_back() -> None:
    data = as_json(FOUND)
    assert data["broken"] is True
    back = from_json(data)
    assert [(one.code, one.mark) for one in back] == [(one.code, one.mark) for one in FOUND]
    assert from_json(None) == ()
    assert from_json({"checks": [1, {}, {"result": "odd"}]}) == ()


def test_the_summary_is_true() -> None:
    assert summary(FOUND[:1]) == "Nothing wrong was found."
    assert summary((FOUND[0], FOUND[2])).startswith("Nothing is broken; 1 of 2")
