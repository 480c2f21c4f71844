"""Checks of this computer, beside a simulator: well and unwell."""

import os
from pathlib import Path

import pytest

from rtms_tray.doctor.check_types import CheckStatus
from rtms_tray.doctor.system_checks import client_result
from rtms_tray.simulator import Simulator
from rtms_tray.store.log import LOG_FILE
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import Trouble
from rtms_tray.store.settings_file import set_value
from rtms_tray.zoom.client_version import InstalledClient
from tests.doctor.check_helpers import checked
from tests.helpers.program_harness import make_profile, make_secrets
from tests.helpers.stores import LockedStore


async def test_complete_settings(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    assert (await checked(profile, "settings"))["settings"].status is CheckStatus.OK


async def test_settings_that_lack_something(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = (await checked(profile, "settings"))["settings"]
    assert found.status is CheckStatus.BROKEN
    assert "app.client_id" in found.text
    assert "under “Client ID” (app.client_id)" in found.remedy
    assert "rtms-tray settings" not in found.remedy  # a field, no shell command


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
async def test_a_pipe_in_the_logs_place_is_named(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "home", zoom)
    profile.log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.mkfifo(profile.log_folder / LOG_FILE)
    found = (await checked(profile, "folders"))["folders"]
    assert found.status is CheckStatus.BROKEN
    assert str(profile.log_folder / LOG_FILE) in found.text


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
