"""What the demo runs in: a temporary profile that leads to the simulator, and an automatic sign-in."""

import asyncio
import gc
from pathlib import Path

import pytest

from rtms_tray.demo import demo_environment
from rtms_tray.simulator import Simulator
from rtms_tray.store.secret_names import load_client_secret
from rtms_tray.store.settings import completeness
from rtms_tray.store.settings_file import load
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from tests.helpers.program_harness import manual_simulator, run_program


async def test_the_demo_signs_in_automatically(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = demo_environment.profile_in(tmp_path)
        demo_environment.write_settings(profile, zoom.addresses())
        settings, problems = load(profile.settings_file)
        assert problems == ()
        assert completeness(settings, client_secret=True) == ()
        assert settings.behaviour.no_answer_after_s == 5, "every state, within two minutes"
        store = await demo_environment.secrets_in_memory(zoom.addresses())
        assert await load_client_secret(store, profile, settings) == zoom.client_secret
        async with run_program(zoom, profile, store) as harness:
            answer = await demo_environment.sign_in(harness.commands, zoom.addresses())
            assert answer == Answer(Exit.DONE, "Signed in as olive.owner@example.com.")
            await harness.wait_for_feed()
        assert zoom.world.settings.consent == "ask", "the next sign-in shows its page again"


def test_everything_of_the_demo_is_in_one_folder_that_is_removed() -> None:
    with demo_environment.temporary_folder() as name:
        profile = demo_environment.profile_in(Path(name))
        for place in (profile.settings_file, profile.data_folder, profile.log_folder):
            assert place.is_relative_to(name)
    assert not Path(name).exists()


def test_a_demo_that_cannot_sign_in_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo_environment.report_failure(Answer(Exit.REFUSED, "Zoom cannot be reached.")) == 1
    assert capsys.readouterr() == ("", "demo: Zoom cannot be reached.\n")


def test_what_starts_the_demo_learns_how_to_reach_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo_environment.announce_ready(demo_environment.profile_in(tmp_path))
    home, ready = capsys.readouterr().out.splitlines()
    assert home.endswith(f"RTMS_TRAY_HOME={tmp_path}")
    assert ready == demo_environment.READY


class NeverAnswers:
    """Asks for a visit in the browser, and waits for ever."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.asked = asyncio.Event()

    async def perform(self, command: Command, say: Say) -> Answer:
        """Wait."""
        del command
        say({"authorize_url": self._url})
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_cancelled_sign_in_leaves_no_visit_behind() -> None:
    async with Simulator(progression="immediate") as zoom:
        addresses = zoom.addresses()
        commander = NeverAnswers(addresses["control_url"])
        others = asyncio.all_tasks()
        signing_in = asyncio.create_task(demo_environment.sign_in(commander, addresses))
        await commander.asked.wait()
        signing_in.cancel()
        with pytest.raises(asyncio.CancelledError):
            await signing_in
        await asyncio.sleep(
            0.05
        )  # a visit that went on would find its client closed, and be logged
        gc.collect()
        assert not [task for task in asyncio.all_tasks() - others if "visit" in repr(task)]
