"""The way to Zoom: built from settings, or the reason why it cannot be."""

from pathlib import Path

import httpx2
import pytest

from rtms_tray.capture import events as e
from rtms_tray.demo.demo_environment import profile_in
from rtms_tray.runtime.connection import Connection, NoZoom, blocking_problem, connect
from rtms_tray.store.secrets import MemoryStore, SecretStore, Trouble, secret_name
from rtms_tray.store.settings import AppSettings, FeedSettings, Settings, ZoomSettings
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.feeds.logged import LoggedFeed, LoggedStandbyFeed
from rtms_tray.zoom.feeds.relay import RelayFeed
from rtms_tray.zoom.feeds.standby import StandbyFeed
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from tests.helpers.manual_clock import ManualClock
from tests.helpers.stores import LockedStore

ORIGIN = "https://zoom.example"
SETTINGS = Settings(
    app=AppSettings(client_id="client"),
    zoom=ZoomSettings(environment="custom", oauth_url=ORIGIN, api_url=ORIGIN),
    feed=FeedSettings(url="wss://zoom.example/ws", subscription_id="mine"),
)
SECRET = secret_name("client_secret", "custom", ORIGIN, "client")


async def build(tmp_path: Path, settings: Settings, store: SecretStore) -> Connection:
    """Build a connection that is never used."""
    async with httpx2.AsyncClient() as http:
        return await connect(settings, profile_in(tmp_path), store, http, ManualClock())


async def full_store(secret: str) -> MemoryStore:
    """A store with the app's secret."""
    store = MemoryStore()
    await store.save(SECRET, secret)
    return store


def test_what_blocks_is_named_with_its_remedy() -> None:
    assert blocking_problem(SETTINGS) is None
    missing = blocking_problem(Settings())
    assert missing is not None
    assert missing.code == "not_configured"
    assert "app.client_id" in missing.remedy
    wrong = replace(SETTINGS, zoom=replace(SETTINGS.zoom, api_url="ftp://zoom.example"))
    missing = blocking_problem(wrong)
    assert missing is not None
    assert "zoom.api_url" in missing.text


async def test_a_feed_needs_a_secret_and_a_subscription(tmp_path: Path) -> None:
    connection = await build(tmp_path, SETTINGS, await full_store("secret"))
    assert connection.feed is not None
    assert connection.no_feed is None
    connection = await build(tmp_path, SETTINGS, MemoryStore())
    assert connection.feed is None
    assert connection.no_feed is not None
    assert (connection.no_feed.code, connection.secret_unread) == ("feed_not_configured", False)
    without = replace(SETTINGS, feed=replace(SETTINGS.feed, subscription_id=""))
    connection = await build(tmp_path, without, await full_store("secret"))
    assert connection.no_feed is not None
    assert "subscription" in connection.no_feed.text


@pytest.mark.parametrize(
    ("standby", "kind"), [("", ZoomSocketFeed), ("mine", ZoomSocketFeed), ("other", StandbyFeed)]
)
async def test_a_second_subscription_stands_by(tmp_path: Path, standby: str, kind: type) -> None:
    settings = replace(SETTINGS, feed=replace(SETTINGS.feed, standby_subscription_id=standby))
    connection = await build(tmp_path, settings, await full_store("secret"))
    assert type(connection.feed) is kind


@pytest.mark.parametrize(("standby", "kind"), [("", LoggedFeed), ("other", LoggedStandbyFeed)])
async def test_the_delivery_log_tells_of_gaps(tmp_path: Path, standby: str, kind: type) -> None:
    feed = replace(SETTINGS.feed, standby_subscription_id=standby, log_app_id="app")
    connection = await build(tmp_path, replace(SETTINGS, feed=feed), await full_store("secret"))
    assert type(connection.feed) is kind


async def test_a_locked_keyring_is_said_to_be_locked(tmp_path: Path) -> None:
    connection = await build(tmp_path, SETTINGS, LockedStore(Trouble.LOCKED))
    assert connection.feed is None
    assert connection.no_feed is not None
    assert (connection.no_feed.code, connection.secret_unread) == ("keyring_locked", True)


async def test_no_feed_needs_neither(tmp_path: Path) -> None:
    none = replace(SETTINGS, feed=FeedSettings(kind="none"))
    for store in (MemoryStore(), LockedStore(Trouble.LOCKED)):
        connection = await build(tmp_path, none, store)
        assert (connection.feed, connection.no_feed) == (None, None)


async def test_a_relay_needs_no_secret(tmp_path: Path) -> None:
    relay = replace(SETTINGS, feed=FeedSettings(kind="relay", url="https://relay.example"))
    connection = await build(tmp_path, relay, LockedStore(Trouble.LOCKED))
    assert isinstance(connection.feed, RelayFeed)
    assert connection.no_feed is None


async def test_a_relay_on_this_computer_is_for_a_simulated_zoom_alone(tmp_path: Path) -> None:
    here = FeedSettings(kind="relay", url="http://127.0.0.1:8080")
    connection = await build(tmp_path, replace(SETTINGS, feed=here), MemoryStore())
    assert connection.feed is None
    assert connection.no_feed is not None
    assert connection.no_feed.code == "relay_not_here"
    simulated = replace(SETTINGS.zoom, oauth_url="http://127.0.0.1:1", api_url="http://127.0.0.1:1")
    demo = replace(SETTINGS, feed=here, zoom=simulated)
    assert (await build(tmp_path, demo, MemoryStore())).feed is not None


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
async def test_the_public_client_is_never_given_the_secret(tmp_path: Path) -> None:
    public = replace(SETTINGS, app=replace(SETTINGS.app, sign_in_client_id="public"))
    connection = await build(tmp_path, public, await full_store("secret"))
    assert (connection.oauth.client.sign_in_id, connection.oauth.client.secret) == ("public", None)
    assert (connection.app.sign_in_id, connection.app.secret) == ("client", "secret")
    assert "secret" not in repr(connection.oauth.client)


@pytest.mark.parametrize(
    ("changed", "signs_in", "sees"),
    [
        (SETTINGS, True, True),
        (replace(SETTINGS, feed=replace(SETTINGS.feed, subscription_id="other")), True, False),
        (replace(SETTINGS, feed=replace(SETTINGS.feed, standby_subscription_id="b")), True, False),
        (replace(SETTINGS, feed=replace(SETTINGS.feed, log_app_id="app")), True, False),
        (replace(SETTINGS, app=replace(SETTINGS.app, client_id="other")), False, False),
        (replace(SETTINGS, app=replace(SETTINGS.app, redirect_port=4711)), False, True),
        (
            replace(SETTINGS, zoom=replace(SETTINGS.zoom, api_url="https://api.example")),
            False,
            False,
        ),
    ],
)
async def test_what_a_change_of_settings_replaces(
    tmp_path: Path, changed: Settings, *, signs_in: bool, sees: bool
) -> None:
    store = await full_store("secret")
    await store.save(secret_name("client_secret", "custom", ORIGIN, "other"), "secret")
    old = await build(tmp_path, SETTINGS, store)
    new = await build(tmp_path, changed, store)
    assert (old.signs_in_like(new), old.sees_like(new)) == (signs_in, sees)
    assert old.is_set_up_like(new) is (changed == SETTINGS)


async def test_another_secret_replaces_both(tmp_path: Path) -> None:
    old = await build(tmp_path, SETTINGS, await full_store("secret"))
    new = await build(tmp_path, SETTINGS, await full_store("newer"))
    assert old.is_set_up_like(new)
    assert not old.signs_in_like(new)
    assert not old.sees_like(new)


async def test_without_zoom_everything_needs_a_sign_in() -> None:
    reply = await NoZoom().send_request(7, e.Action.START, "98712345670")
    assert (reply.request, reply.outcome) == (7, e.Outcome.SIGN_IN_NEEDED)
    seen = await NoZoom().fetch_meeting("uuid==")
    assert (seen.meeting.uuid, seen.status) == ("uuid==", e.MeetingStatus.UNREADABLE)
