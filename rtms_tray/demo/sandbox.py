"""The demo: a simulated Zoom and the tray beside it, in a profile that is thrown away afterwards."""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rtms_tray.store.profile import DEFAULT_PROFILE, Profile
from rtms_tray.store.secrets import MemoryStore, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Command, Exit

if TYPE_CHECKING:
    from rtms_tray.support.command_types import Commander

READY: Final = "demo: ready"
_NAME: Final = "custom"
_NO_ANSWER_AFTER_S: Final = 5  # whoever looks at every state should not wait long for this one


def throw_away_profile(folder: Path) -> Profile:
    """Put everything of the demo under one folder, as `RTMS_TRAY_HOME` does."""
    return Profile(DEFAULT_PROFILE, folder, folder / "data", folder / "logs")


def set_up(profile: Profile, zoom: Mapping[str, str]) -> None:
    """Write the settings that lead to the simulated Zoom."""
    values = {
        "app.client_id": zoom["client_id"],
        "app.sign_in_client_id": zoom["public_client_id"],
        "zoom.environment": _NAME,
        "zoom.oauth_url": zoom["oauth_url"],
        "zoom.api_url": zoom["api_url"],
        "feed.url": zoom["events_url"],
        "feed.subscription_id": zoom["subscription_id"],
        "behaviour.no_answer_after_s": str(_NO_ANSWER_AFTER_S),
    }
    for key, value in values.items():
        set_value(profile.settings_file, key, value)


async def secrets_in_memory(zoom: Mapping[str, str]) -> MemoryStore:
    """Keep the simulated app's client secret where the program looks for it."""
    store = MemoryStore()
    name = secret_name("client_secret", _NAME, zoom["oauth_url"], zoom["client_id"])
    await store.save(name, zoom["client_secret"])
    return store


async def sign_in(commander: "Commander", zoom: Mapping[str, str]) -> Answer:
    """Sign in as the simulated app owner, who agrees at once; no browser is needed for that."""
    import asyncio  # noqa: PLC0415 - for the demo alone

    from rtms_tray.runtime.network import make_http  # noqa: PLC0415 - loads an HTTP client

    visits: set[asyncio.Task[None]] = set()
    async with make_http() as http:

        async def visit(url: str) -> None:
            reply = await http.get(url)
            await http.get(reply.headers["location"])

        def agree(said: Mapping[str, object]) -> None:
            url = said.get("authorize_url")
            if isinstance(url, str):
                visits.add(asyncio.ensure_future(visit(url)))

        settings = f"{zoom['control_url']}/settings"
        await http.post(settings, json={"consent": "allow"})
        try:
            answer = await commander.perform(Command("sign-in", {"browser": "no"}), agree)
            await asyncio.gather(*visits)
        finally:  # whoever gives up meanwhile leaves no visit behind
            for one in visits:
                one.cancel()
            await asyncio.gather(*visits, return_exceptions=True)
        await http.post(settings, json={"consent": "ask"})
    return answer


def announce_ready(profile: Profile) -> None:
    """Say on the terminal that everything is up, and how commands reach it."""
    say = sys.stdout.write
    say(f"demo: commands reach it with RTMS_TRAY_HOME={profile.settings_folder}\n")
    say(f"{READY}\n")
    sys.stdout.flush()


def fail(answer: Answer) -> int:
    """Say that the demo could not sign in."""
    sys.stderr.write(f"demo: {answer.text}\n")
    return Exit.REFUSED


def folder() -> "tempfile.TemporaryDirectory[str]":
    """Make the folder that is thrown away."""
    return tempfile.TemporaryDirectory(prefix="rtms-tray-demo-")
