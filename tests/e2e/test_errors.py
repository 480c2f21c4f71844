"""What goes wrong, as a user meets it: a message of its own for each, no traceback, nothing lost.

Each test breaks one thing, reads what the command line and the status say, mends it, and goes on.
"""

import os
from collections.abc import Generator

import pytest

from rtms_tray.support.texts import text
from tests.helpers.running import App, newest, notices
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess


@pytest.fixture(autouse=True)
def _no_fault_inside(app: App) -> Generator[None]:
    """Fail a test in which the program met a fault of its own, even where nobody saw it."""
    yield
    assert "traceback" not in app.log()


def goes_on(app: App, zoom: SimulatorProcess) -> None:
    """Check that the main job can be done, from a request to a stream."""
    app.wait_for_status(lambda status: status["feed"]["connected"])
    app.done("start", str(WITH_HOST))
    zoom.act(WITH_HOST, "approve")
    app.wait_for_state("sharing")
    assert notices(app.status()) == {}


def test_wrong_client_secret(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app, secret="not-the-secret")
    app.run()
    seen = app.wait_for_status(lambda status: "feed_client_secret_refused" in notices(status))
    notice = notices(seen)["feed_client_secret_refused"]
    assert "client secret" in notice["text"]
    assert "Marketplace" in notice["remedy"]
    assert (seen["feed"]["connected"], seen["feed"]["error"]) == (False, notice["text"])

    with app.started("sign-in", "--no-browser") as signing_in:
        zoom.answer_consent(signing_in.line().strip(), "Allow")
        ended = signing_in.wait()
    assert ended.code == 1
    assert "Zoom refused the client ID or the client secret." in ended.err
    assert app.status()["signed_in"] is False
    assert "client_refused" in notices(app.status())

    right = zoom.addresses["client_secret"]
    app.done("settings", "set", "app.client_secret", given=right)
    zoom.sign_in(app)
    goes_on(app, zoom)


@pytest.mark.promise("build_connection refused")
def test_wrong_subscription(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app)
    app.done("settings", "set", "feed.subscription_id", "not-a-subscription")
    app.run()
    zoom.sign_in(app)
    seen = app.wait_for_status(lambda status: "feed_subscription_refused" in notices(status))
    notice = notices(seen)["feed_subscription_refused"]
    assert "subscription" in notice["text"]
    assert "subscription ID" in notice["remedy"]
    assert seen["signed_in"] is True
    assert "subscription" in app.done("status")
    app.done("start", str(WITH_HOST))  # asking needs no feed; seeing does
    assert newest(app.status())["reason"]["code"] == "cannot_see"

    app.done("settings", "set", "feed.subscription_id", zoom.addresses["subscription_id"])
    app.wait_for_status(lambda status: status["feed"]["connected"])
    zoom.act(WITH_HOST, "approve")
    app.wait_for_state("sharing")
    assert notices(app.status()) == {}


def test_refused_consent(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app)
    app.run()
    with app.started("sign-in", "--no-browser") as signing_in:
        page = zoom.answer_consent(signing_in.line().strip(), "Decline")
        ended = signing_in.wait()
    assert ended.code == 1
    assert text("zoom_errors.access_denied.text") in ended.err
    assert "Not signed in" in page
    status = app.status()
    assert (status["overall"], status["signed_in"]) == ("signed_out", False)
    assert notices(status)["access_denied"]["remedy"].startswith("Sign in again")

    zoom.sign_in(app)
    goes_on(app, zoom)


def test_refused_consent_leaves_an_earlier_sign_in_alone(
    running: App, zoom: SimulatorProcess
) -> None:
    with running.started("sign-in", "--no-browser") as signing_in:
        zoom.answer_consent(signing_in.line().strip(), "Decline")
        assert signing_in.wait().code == 1
    assert running.status()["signed_in"] is True
    running.done("start", str(WITH_HOST))


def test_unknown_meeting(running: App, zoom: SimulatorProcess) -> None:
    refusal = running.refused("start", "999 9999 9999")
    assert "999" in refusal or "meeting" in refusal.lower()
    session = newest(running.status())
    assert (session["state"], session["reason"]["code"]) == ("refused", "meeting_unknown")
    assert session["reason"]["number"] == 3001
    assert "999" not in running.refused("start", "not a meeting")
    running.done("give-up", "--meeting", "99999999999")
    goes_on(running, zoom)


@pytest.mark.promise("connection refused")
def test_dead_network_from_the_beginning(app: App) -> None:
    with SimulatorProcess(os.environ) as gone:
        gone.set_up(app)
    app.run()
    seen = app.wait_for_status(lambda status: "feed_offline" in notices(status))
    assert "network" in notices(seen)["feed_offline"]["remedy"]
    assert seen["overall"] == "signed_out"
    assert "Sign in" in app.refused("start", str(WITH_HOST))


@pytest.mark.promise("keyring absent")
def test_missing_keyring(app: App, zoom: SimulatorProcess) -> None:
    app.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with pytest.raises(AssertionError, match=r"client_secret.*keyring"):
        zoom.set_up(app, public=True, by_commands=True)
    app.run()
    seen = app.wait_for_status(lambda status: "keyring_unavailable" in notices(status))
    assert "keyring" in notices(seen)["keyring_unavailable"]["text"]
    assert seen["overall"] == "signed_out"

    zoom.sign_in(app)
    status = app.status()
    assert (status["overall"], status["signed_in"]) == ("idle", True)
    assert any("only until" in notice["title"] for notice in status["notices"])
    app.done("start", str(WITH_HOST))
    assert newest(app.status())["reason"]["code"] == "cannot_see"
    assert len(zoom.requests()) == 1


@pytest.mark.promise("settings file broken, unreadable or a folder")
def test_broken_settings(running: App, zoom: SimulatorProcess) -> None:
    file = running.home / "settings.toml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole + "\n[app\n", encoding="utf-8")
    refusal = running.refused("settings", "set", "behaviour.no_answer_after_s", "30")
    assert "line" in refusal
    running.done("quit")
    running.run_process.wait()

    running.run()
    status = running.status()
    notice = notices(status)["settings_file"]
    assert "line" in notice["text"]
    assert notice["title"] == "Check the settings"
    assert "settings" in running.refused("start", str(WITH_HOST)).lower()
    assert file.read_text(encoding="utf-8") == whole + "\n[app\n"

    file.write_text(whole, encoding="utf-8")
    running.done("settings", "set", "behaviour.no_answer_after_s", "30")
    goes_on(running, zoom)


def test_not_set_up(app: App) -> None:
    app.run()
    status = app.status()
    assert status["overall"] == "signed_out"
    assert "“Client ID” (app.client_id)" in notices(status)["not_configured"]["remedy"]
    for command in (("start", str(WITH_HOST)), ("sign-in", "--no-browser")):
        assert "“Client ID” (app.client_id)" in app.refused(*command)


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
def test_two_instances_of_zoom_do_not_share_a_sign_in(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app)
    app.run()
    zoom.sign_in(app)
    with SimulatorProcess(os.environ) as other:
        app.done("settings", "set", "zoom.oauth_url", other.addresses["oauth_url"])
        app.done("settings", "set", "zoom.api_url", other.addresses["api_url"])
        app.done("settings", "set", "feed.url", other.addresses["events_url"])
        elsewhere = app.wait_for_status(lambda status: not status["signed_in"])
        assert "feed_not_configured" in notices(elsewhere)  # the secret stays with its Zoom
        assert other.state()["requests"] == []
    for key in ("oauth_url", "api_url"):
        app.done("settings", "set", f"zoom.{key}", zoom.addresses[key])
    app.done("settings", "set", "feed.url", zoom.addresses["events_url"])
    assert app.wait_for_status(lambda status: status["signed_in"])["user"] is not None
    goes_on(app, zoom)
