"""What the demo runs in: a simulator, a temporary profile that leads to it, and the host panel beside the tray."""

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rtms_tray.store.profile import DEFAULT_PROFILE, Profile
from rtms_tray.store.secrets import MemoryStore, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from rtms_tray.demo.host_panel import HostPanel
    from rtms_tray.runtime.program import Program

READY: Final = "demo: ready"
_ENVIRONMENT: Final = "custom"
_NO_ANSWER_AFTER_S: Final = 5  # whoever looks at every state should not wait long for this one


def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """Create the folder that holds everything of the demo, and is removed with it."""
    return tempfile.TemporaryDirectory(prefix="rtms-tray-demo-")


def profile_in(folder: Path) -> Profile:
    """Put a profile under one folder, as `RTMS_TRAY_HOME` does."""
    return Profile(DEFAULT_PROFILE, folder, folder / "data", folder / "logs")


def write_settings(profile: Profile, zoom: Mapping[str, str]) -> None:
    """Write the settings that lead to the simulator at these addresses."""
    values = {
        "app.client_id": zoom["client_id"],
        "app.sign_in_client_id": zoom["public_client_id"],
        "zoom.environment": _ENVIRONMENT,
        "zoom.oauth_url": zoom["oauth_url"],
        "zoom.api_url": zoom["api_url"],
        "feed.url": zoom["events_url"],
        "feed.subscription_id": zoom["subscription_id"],
        "behaviour.no_answer_after_s": str(_NO_ANSWER_AFTER_S),
        "appearance.topics": "true",
        "behaviour.offer_start": "false",  # the tour says what comes next
    }
    for key, value in values.items():
        set_value(profile.settings_file, key, value)


async def secrets_in_memory(zoom: Mapping[str, str]) -> MemoryStore:
    """Keep the simulated app's client secret where the program finds it."""
    store = MemoryStore()
    name = secret_name("client_secret", _ENVIRONMENT, zoom["oauth_url"], zoom["client_id"])
    await store.save(name, zoom["client_secret"])
    return store


async def sign_in(commander: Commander, zoom: Mapping[str, str]) -> Answer:
    """Sign in as the simulated app owner, who agrees at once; no browser is needed for that."""
    from rtms_tray.zoom.http_client import make_http  # noqa: PLC0415 - loads an HTTP client

    visits = Tasks()
    async with make_http() as http:

        async def visit(url: str) -> None:
            reply = await http.get(url)
            await http.get(reply.headers["location"])

        def agree(message: Mapping[str, object]) -> None:
            url = message.get("authorize_url")
            if isinstance(url, str):
                visits.spawn(visit(url), "agree to sign in")

        settings = f"{zoom['control_url']}/settings"
        await http.post(settings, json={"consent": "allow"})
        try:
            answer = await commander.perform(Command("sign-in", {"browser": "no"}), agree)
            await visits.finish()
        finally:  # a sign-in that is cancelled leaves no visit behind
            await visits.close()
        await http.post(settings, json={"consent": "ask"})
    return answer


@asynccontextmanager
async def host_panel_for(
    program: "Program", commander: Commander, zoom: Mapping[str, str]
) -> AsyncIterator["HostPanel"]:
    """Make the host panel; nothing of it is left running afterwards."""
    from rtms_tray.demo.host_panel import HostPanel  # noqa: PLC0415 - profiles need no windows
    from rtms_tray.demo.playback import StepRunner  # noqa: PLC0415 - as above
    from rtms_tray.demo.simulator_client import SimulatorClient  # noqa: PLC0415 - as above

    simulator = SimulatorClient(program.dependencies.http, zoom["control_url"])
    patience = program.settings.behaviour.no_answer_after_s
    runner = StepRunner(simulator, commander, lambda: sign_in(commander, zoom), patience)
    panel = HostPanel(simulator, runner)
    program.listen(panel.show_overview, lambda _: None)
    try:
        yield panel
    finally:
        await panel.end()


def announce_ready(profile: Profile) -> None:
    """Print that everything is up, and how commands reach it."""
    print_line = sys.stdout.write
    print_line(text("demo.terminal.home", folder=profile.settings_folder) + "\n")
    print_line(f"{READY}\n")
    sys.stdout.flush()


def report_failure(answer: Answer) -> int:
    """Print that the demo could not sign in, and return the exit code."""
    sys.stderr.write(text("demo.terminal.failed", problem=answer.text) + "\n")
    return Exit.REFUSED
