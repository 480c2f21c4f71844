"""The demo's parts: a throw-away profile that leads to the simulated Zoom, and a sign-in by itself."""

from pathlib import Path

import pytest

from rtms_tray.demo import sandbox
from rtms_tray.store.secret_names import load_client_secret
from rtms_tray.store.settings import completeness
from rtms_tray.store.settings_file import load
from rtms_tray.support.command_types import Answer, Exit
from tests.helpers.program_harness import manual_simulator, run_program


async def test_the_demo_signs_in_by_itself(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = sandbox.throw_away_profile(tmp_path)
        sandbox.set_up(profile, zoom.addresses())
        settings, problems = load(profile.settings_file)
        assert problems == ()
        assert completeness(settings, client_secret=True) == ()
        assert settings.behaviour.no_answer_after_s == 5, "every state, within two minutes"
        store = await sandbox.secrets_in_memory(zoom.addresses())
        assert await load_client_secret(store, profile, settings) == zoom.client_secret
        async with run_program(zoom, profile, store) as harness:
            answer = await sandbox.sign_in(harness.orders, zoom.addresses())
            assert answer == Answer(Exit.DONE, "Signed in as olive.owner@example.com.")
            await harness.wait_for_feed()
        assert zoom.world.settings.consent == "ask", "the next sign-in shows its page again"


def test_everything_of_the_demo_is_in_one_folder_that_vanishes() -> None:
    with sandbox.folder() as name:
        profile = sandbox.throw_away_profile(Path(name))
        for place in (profile.settings_file, profile.data_folder, profile.log_folder):
            assert place.is_relative_to(name)
    assert not Path(name).exists()


def test_a_demo_that_cannot_sign_in_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert sandbox.fail(Answer(Exit.REFUSED, "Zoom cannot be reached.")) == 1
    assert capsys.readouterr() == ("", "demo: Zoom cannot be reached.\n")
