"""How checks run: all of them, those that need the running instance, and one that fails."""

from pathlib import Path

from rtms_tray.doctor.check_runner import CHECKS
from rtms_tray.doctor.check_types import CODES, CheckStatus
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.support.texts import has_text, text
from rtms_tray.zoom.app_requirements import SUBSCRIBED_EVENTS
from tests.doctor.check_helpers import checked
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.program_harness import make_profile, make_secrets, manual_simulator


def test_every_check_has_a_title() -> None:
    assert set(CHECKS) == set(CODES)
    assert all(has_text(f"doctor.titles.{code}") for code in CODES)


async def test_without_an_instance_no_token_is_touched(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        found = await checked(make_profile(tmp_path, zoom), store=await make_secrets(zoom))
        assert zoom.grants.active == []
    for code in ("sign_in", "scopes", "feed"):
        assert found[code].status is CheckStatus.NOT_CHECKED
        assert found[code].remedy == "Start it with: rtms-tray run"
    assert "client_id" not in found
    assert found["subscription"].status is CheckStatus.NOT_CHECKED
    remedy = text("doctor.subscription.remedy", count=len(SUBSCRIBED_EVENTS))
    assert found["subscription"].remedy == remedy


async def test_a_check_that_fails_says_so(tmp_path: Path, expected_logs: ExpectedLogs) -> None:
    class Broken(MemoryStore):
        async def load(self, name: str) -> str | None:
            raise RuntimeError(name)

    expected_logs.expect("rtms_tray.doctor.check_runner:ERROR:The check keyring failed.")
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = await checked(profile, "keyring", "folders", store=Broken())
    assert found["keyring"].status is CheckStatus.NOT_CHECKED
    assert "RuntimeError" in found["keyring"].text
    assert found["folders"].status is CheckStatus.OK
