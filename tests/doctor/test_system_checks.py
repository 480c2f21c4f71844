"""Checks of this computer and of its connection to Zoom, beside a simulator: well and unwell."""

import os
import socket
from pathlib import Path

import pytest
import trustme

from rtms_tray.doctor.check_types import CheckStatus
from rtms_tray.doctor.system_checks import client_result
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import Trouble
from rtms_tray.store.settings_file import set_value
from rtms_tray.zoom.client_version import InstalledClient
from tests.doctor.check_helpers import checked, now
from tests.helpers.network import server_tls
from tests.helpers.program_harness import make_profile, make_secrets
from tests.helpers.scripted_server import Reply, ScriptedServer
from tests.helpers.stores import LockedStore

# --- on this machine ----------------------------------------------------------------------------


async def test_complete_settings(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    assert (await checked(profile, "settings"))["settings"].status is CheckStatus.OK


async def test_settings_that_lack_something(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "settings"))["settings"]
    assert found.status is CheckStatus.BROKEN
    assert "app.client_id" in found.text
    assert "settings set app.client_id" in found.remedy


async def test_settings_that_are_wrong_name_the_line(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    text = profile.settings_file.read_text()
    profile.settings_file.write_text(f"{text}\n[history]\nkeep_days = 'long'\n")
    found = (await checked(profile, "settings"))["settings"]
    assert found.status is CheckStatus.BROKEN
    line = profile.settings_file.read_text().splitlines().index("keep_days = 'long'") + 1
    assert f"history.keep_days (line {line})" in found.text


async def test_settings_nobody_knows_are_a_warning(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    with profile.settings_file.open("a") as file:
        file.write("\n[more]\nkey = 1\n")
    assert (await checked(profile, "settings"))["settings"].status is CheckStatus.WARNING


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_folders_that_others_can_look_into(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "home", zoom)
    assert (await checked(profile, "folders"))["folders"].status is CheckStatus.OK
    profile.settings_folder.chmod(0o755)
    found = (await checked(profile, "folders"))["folders"]
    assert found.status is CheckStatus.WARNING
    assert f"chmod 700 {profile.settings_folder}" in found.remedy


async def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    profile = Profile("default", tmp_path / "file" / "home", tmp_path / "d", tmp_path / "l")
    found = (await checked(profile, "folders"))["folders"]
    assert found.status is CheckStatus.BROKEN
    assert str(profile.settings_folder) in found.text


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (None, CheckStatus.OK),
        (Trouble.LOCKED, CheckStatus.WARNING),
        (Trouble.UNAVAILABLE, CheckStatus.BROKEN),
    ],
)
async def test_keyrings(tmp_path: Path, trouble: Trouble | None, status: CheckStatus) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "keyring", store=LockedStore(trouble)))["keyring"]
    assert found.status is status
    assert bool(found.remedy) is (status is not CheckStatus.OK)


async def test_the_client_secret(zoom: Simulator, tmp_path: Path) -> None:
    profile, code = make_profile(tmp_path, zoom), "client_secret"
    kept = await make_secrets(zoom)
    assert (await checked(profile, code, store=kept))[code].status is CheckStatus.OK
    assert (await checked(profile, code))[code].status is CheckStatus.BROKEN
    locked = LockedStore(Trouble.LOCKED)
    assert (await checked(profile, code, store=locked))[code].status is CheckStatus.NOT_CHECKED
    set_value(profile.settings_file, "feed.kind", "none")
    assert (await checked(profile, code))[code].status is CheckStatus.OK


# --- the way to Zoom ----------------------------------------------------------------------------


async def test_zoom_answers_and_the_clocks_agree(zoom: Simulator, tmp_path: Path) -> None:
    found = await checked(make_profile(tmp_path, zoom), "zoom", "clock")
    assert found["zoom"].status is CheckStatus.OK
    assert found["clock"].status is CheckStatus.OK


async def test_zoom_does_not_answer(zoom: Simulator, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        profile = make_profile(tmp_path, zoom, zoom__api_url=url)
        found = (await checked(profile, "zoom"))["zoom"]
    assert found.status is CheckStatus.BROKEN
    assert url.removeprefix("http://") in found.text


async def test_zoom_has_trouble_of_its_own(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    zoom.faults.add(Fault(path="/oauth/token", status=503))
    found = (await checked(profile, "zoom"))["zoom"]
    assert found.status is CheckStatus.BROKEN
    assert "503" in found.text


@pytest.mark.parametrize(("off_s", "word"), [(-3600, "behind"), (3600, "ahead of")])
async def test_a_clock_that_is_wrong(
    zoom: Simulator, tmp_path: Path, off_s: int, word: str
) -> None:
    at = now() + off_s * 1000
    found = (await checked(make_profile(tmp_path, zoom), "clock", at=at))["clock"]
    assert found.status is CheckStatus.WARNING
    assert word in found.text
    seconds = int("".join(filter(str.isdigit, found.text)))
    assert 3595 <= seconds <= 3605


async def test_settings_that_name_no_zoom(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    set_value(profile.settings_file, "zoom.environment", "custom")
    found = await checked(profile, "zoom", "clock")
    assert {result.status for result in found.values()} == {CheckStatus.NOT_CHECKED}


async def test_the_zoom_client_here(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "zoom_client"))["zoom_client"]
    assert "6.5.5" in f"{found.text} {found.remedy}"


@pytest.mark.parametrize(
    ("version", "status"),
    [
        (None, CheckStatus.NOT_CHECKED),
        ((6, 5, 4, 9), CheckStatus.BROKEN),
        ((6, 5), CheckStatus.NOT_CHECKED),
        ((6, 5, 5), CheckStatus.OK),
        ((7, 0), CheckStatus.OK),
    ],
)
def test_versions_of_the_zoom_client(version: tuple[int, ...] | None, status: CheckStatus) -> None:
    found = client_result(InstalledClient(version))
    assert found.status is status
    assert (found.remedy == "Update Zoom.") is (status is CheckStatus.BROKEN)


@pytest.mark.parametrize("headers", [(), ("Date: soon",)])
async def test_an_answer_without_a_good_date_says_nothing_of_the_clock(
    zoom: Simulator, tmp_path: Path, headers: tuple[str, ...]
) -> None:
    async with ScriptedServer() as server:
        server.script(Reply(200, b"", headers))
        url = server.origin
        profile = make_profile(tmp_path, zoom, zoom__api_url=url, zoom__oauth_url=url)
        found = await checked(profile, "zoom", "clock")
    assert found["zoom"].status is CheckStatus.OK
    assert found["clock"].status is CheckStatus.NOT_CHECKED


async def test_a_certificate_that_nobody_trusts_is_named(zoom: Simulator, tmp_path: Path) -> None:
    async with ScriptedServer(tls=server_tls(trustme.CA())) as server:
        url = server.origin
        profile = make_profile(tmp_path, zoom, zoom__api_url=url, zoom__oauth_url=url)
        found = (await checked(profile, "zoom"))["zoom"]
    assert found.status is CheckStatus.BROKEN
    assert "certificate" in found.text
    assert "another network" in found.remedy
