"""What goes wrong is said in the window too: a banner for each that needs the user."""

from collections.abc import Callable
from pathlib import Path

from tests.helpers.desktop import Desktop
from tests.helpers.desktop_app import OnDesktop, on_desktop
from tests.helpers.running import newest, notices

MakeDesktop = Callable[..., Desktop]


def test_each_trouble_has_its_banner(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(), artefacts) as here:
        here.zoom.set_up(here.app, secret="not-the-secret")
        here.app.run()
        here.app.done("run")  # shows the window
        said(here, "feed_client_secret_refused")

        right = here.zoom.addresses["client_secret"]
        here.app.done("settings", "set", "app.client_secret", given=right)
        here.app.done("settings", "set", "feed.subscription_id", "not-a-subscription")
        said(here, "feed_subscription_refused")

        subscription = here.zoom.addresses["subscription_id"]
        here.app.done("settings", "set", "feed.subscription_id", subscription)
        here.zoom.sign_in(here.app)
        here.app.wait_for_status(lambda status: notices(status) == {})
        here.mouse.keep("all-well")
        unknown_meeting(here)
        here.zoom.end()
        # Quiet, because nothing is being captured that could be lost.
        quiet = here.app.wait_for_status(lambda status: "feed_offline" in notices(status))
        assert notices(quiet)["feed_offline"]["severity"] == "info"
        here.mouse.keep("feed_offline")


def said(here: OnDesktop, code: str) -> None:
    """Wait for a notice, and for the banner that shows it."""
    here.app.wait_for_status(lambda status: code in notices(status))
    here.mouse.banner_button(here.desktop.find_window("rtms-tray"))
    here.mouse.keep(code)


def unknown_meeting(here: OnDesktop) -> None:
    """Start in a meeting that Zoom does not know, by the window."""
    window = here.desktop.find_window("rtms-tray")
    entry, button = here.mouse.start_row(window)
    here.desktop.click(*entry)
    here.desktop.type("999 9999 9999")
    here.desktop.click(*button)
    refused = here.app.wait_for_state("refused")
    assert refused["reason"]["code"] == "meeting_unknown"
    here.mouse.primary_button(window)
    here.mouse.keep("unknown-meeting")
    here.app.done("give-up")
    assert newest(here.app.status())["state"] == "ended"
