"""What the doctor hears from the running instance beside a simulated Zoom."""

import asyncio
from pathlib import Path

import pytest

from rtms_tray.doctor.check_report import from_json, is_broken
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.presentation.view_model import SignInState
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text
from rtms_tray.zoom.delivery_log import LOG_SCOPE
from tests.helpers.program_harness import (
    ProgramHarness,
    make_profile,
    make_secrets,
    run_program,
    run_signed_in,
)


async def asked(harness: ProgramHarness, *only: str) -> dict[str, CheckResult]:
    """Ask the running program."""
    answer = await harness.do("doctor", only=",".join(only))
    results = from_json(answer.data)
    assert (answer.exit is Exit.REFUSED) is is_broken(results)
    return {result.code: result for result in results}


async def test_all_is_well_where_it_runs(harness: ProgramHarness) -> None:
    codes = ("settings", "client_secret", "zoom", "client_id", "sign_in", "scopes", "feed")
    found = await asked(harness, *codes)
    assert {code: result.status for code, result in found.items()} == dict.fromkeys(
        codes, CheckStatus.OK
    )


async def test_a_missing_scope_is_named(zoom: Simulator, tmp_path: Path) -> None:
    wanted = "meeting:update:participant_rtms_app_status"
    zoom.world.settings.scopes = zoom.world.settings.scopes.replace(f" {wanted}", "")
    async with run_signed_in(
        zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)
    ) as harness:
        found = (await asked(harness, "scopes"))["scopes"]
    assert found.status is CheckStatus.BROKEN
    assert wanted in found.text
    assert "Marketplace" in found.remedy


async def test_a_listing_that_is_refused(zoom: Simulator, tmp_path: Path) -> None:
    zoom.world.settings.scopes = "user:read:user"
    async with run_signed_in(
        zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)
    ) as harness:
        found = (await asked(harness, "scopes"))["scopes"]
    assert found.status is CheckStatus.BROKEN


async def test_a_sign_in_that_zoom_has_ended(harness: ProgramHarness) -> None:
    grants = harness.zoom.grants
    grants.revoke(grants.active[0])
    found = await asked(harness, "sign_in", "scopes")
    assert found["sign_in"].status is CheckStatus.BROKEN


async def test_nobody_is_signed_in(zoom: Simulator, tmp_path: Path) -> None:
    async with run_program(zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)) as harness:
        await harness.wait_for_feed()
        found = await asked(harness, "sign_in", "scopes", "feed")
    assert found["sign_in"].status is CheckStatus.BROKEN
    assert found["sign_in"].remedy == text("doctor.sign_in.sign_in")
    assert found["scopes"].status is CheckStatus.NOT_CHECKED
    assert found["feed"].status is CheckStatus.OK


async def test_a_sign_in_under_way_is_waited_for(zoom: Simulator, tmp_path: Path) -> None:
    async with run_program(zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)) as harness:
        under_way = asyncio.create_task(harness.do("sign-in"))
        await harness.wait_until(
            lambda: harness.program.overview().account.state is SignInState.SIGNING_IN
        )
        found = (await asked(harness, "sign_in"))["sign_in"]
        await harness.do("cancel-sign-in")
        await under_way
    assert found.status is CheckStatus.NOT_CHECKED
    assert found.remedy == text("doctor.sign_in.finish")


async def test_nothing_is_set_up(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    profile.settings_file.unlink()
    async with run_program(zoom, profile, MemoryStore()) as harness:
        found = await asked(harness, "settings", "sign_in", "scopes", "client_id")
    assert found.pop("settings").status is CheckStatus.BROKEN
    assert {result.status for result in found.values()} == {CheckStatus.NOT_CHECKED}


@pytest.mark.parametrize("key", ["app.client_id", "app.sign_in_client_id"])
async def test_a_client_id_that_zoom_does_not_know(
    zoom: Simulator, tmp_path: Path, key: str
) -> None:
    profile = make_profile(tmp_path, zoom)
    set_value(profile.settings_file, "app.sign_in_client_id", "")
    set_value(profile.settings_file, "feed.kind", "none")
    set_value(profile.settings_file, key, "nobody")
    async with run_program(zoom, profile, MemoryStore()) as harness:
        found = (await asked(harness, "client_id"))["client_id"]
    assert found.status is CheckStatus.BROKEN
    assert ("Public Client" in found.remedy) is (key == "app.client_id")


async def test_a_wrong_secret_shows_in_the_feed(zoom: Simulator, tmp_path: Path) -> None:
    store = await make_secrets(zoom)
    zoom.world.app.client_secret = "another"
    async with run_program(zoom, make_profile(tmp_path, zoom), store) as harness:
        found = (await asked(harness, "feed"))["feed"]
    assert found.status is CheckStatus.BROKEN
    assert "client ID or the client secret" in found.text
    assert found.remedy


@pytest.mark.parametrize("scope", [LOG_SCOPE, ""])
async def test_the_delivery_log_is_tried(zoom: Simulator, tmp_path: Path, scope: str) -> None:
    zoom.world.settings.scopes += f" {scope}"
    profile = make_profile(tmp_path, zoom, feed__log_app_id=zoom.world.app.app_id)
    async with run_signed_in(zoom, profile, await make_secrets(zoom)) as harness:
        found = (await asked(harness, "feed"))["feed"]
    assert found.status is (CheckStatus.OK if scope else CheckStatus.WARNING)
    assert (LOG_SCOPE in found.text) is (LOG_SCOPE in found.remedy) is not bool(scope)


async def test_a_second_subscription_that_zoom_refuses_shows_in_the_feed(
    zoom: Simulator, tmp_path: Path
) -> None:
    profile = make_profile(tmp_path, zoom, feed__standby_subscription_id="wrong")
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        await harness.wait_for_feed()
        await harness.wait_until(lambda: "standby_subscription_refused" in harness.notice_codes())
        found = (await asked(harness, "feed"))["feed"]
    assert found.status is CheckStatus.WARNING
    assert "Invalid subscriptionId" in found.text
    assert found.remedy


async def test_no_feed_costs_sight(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom, feed__kind="none")
    async with run_program(zoom, profile, MemoryStore()) as harness:
        found = await asked(harness, "feed", "subscription")
    assert found["feed"].status is CheckStatus.WARNING
    assert found["feed"].text == text("doctor.feed.none")
    assert found["subscription"].status is CheckStatus.NOT_CHECKED


async def test_offline_says_nothing_about_the_sign_in(zoom: Simulator, tmp_path: Path) -> None:
    async with run_signed_in(
        zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)
    ) as harness:
        zoom.faults.add(Fault(path="/v2/users/me", times=-1, drop=True))
        found = (await asked(harness, "sign_in"))["sign_in"]
    assert found.status is CheckStatus.NOT_CHECKED


async def test_offline_says_nothing_about_the_client_id(harness: ProgramHarness) -> None:
    harness.zoom.faults.add(Fault(path="/oauth/token", times=-1, drop=True))
    found = (await asked(harness, "client_id"))["client_id"]
    assert found.status is CheckStatus.NOT_CHECKED
    assert found.remedy


async def test_a_check_that_there_is_not(harness: ProgramHarness) -> None:
    assert (await harness.do("doctor", only="nothing")).exit is Exit.USAGE
