"""What is missing is said by `completeness`, never by setting a single key."""

from dataclasses import replace

import pytest

from rtms_tray.store.settings import (
    AppSettings,
    FeedSettings,
    Problem,
    Settings,
    ZoomSettings,
    completeness,
)

READY = Settings(AppSettings(client_id="id"), feed=FeedSettings(subscription_id="sub"))
CUSTOM = ZoomSettings("custom", "https://zoom.test", "https://zoom.test")


def missing(settings: Settings, *, blocking: bool = True) -> list[str]:
    return [each.key for each in completeness(settings) if each.blocking is blocking]


@pytest.mark.parametrize(
    ("settings", "keys"),
    [
        (READY, []),
        (Settings(), ["app.client_id", "feed.subscription_id"]),
        (replace(READY, feed=FeedSettings("none")), []),
        (replace(READY, feed=FeedSettings("relay")), ["feed.url"]),
        (replace(READY, feed=FeedSettings("relay", "wss://relay.test")), []),
        (
            replace(READY, zoom=ZoomSettings("custom")),
            ["zoom.oauth_url", "zoom.api_url", "feed.url"],
        ),
        (replace(READY, zoom=CUSTOM, feed=FeedSettings("none")), []),
        (
            replace(READY, zoom=CUSTOM, feed=replace(READY.feed, url="https://zoom.test")),
            ["feed.url"],
        ),
    ],
)
def test_what_is_missing_is_named(settings: Settings, keys: list[str]) -> None:
    assert missing(settings) == keys


def test_what_does_not_count_is_said_without_blocking() -> None:
    stray = replace(
        READY,
        zoom=replace(CUSTOM, environment="commercial"),
        feed=replace(READY.feed, url="wss://x.test"),
    )
    assert missing(stray) == []
    assert missing(stray, blocking=False) == ["zoom.oauth_url", "zoom.api_url", "feed.url"]


def test_a_client_secret_is_missing_only_where_it_is_needed() -> None:
    assert [each.key for each in completeness(READY, client_secret=False)] == ["app.client_secret"]
    assert completeness(READY, client_secret=True) == ()
    no_feed = replace(READY, feed=FeedSettings("none"))
    assert completeness(no_feed, client_secret=False) == ()


def test_a_problem_reads_as_a_sentence() -> None:
    problem = Problem("app.client_id", "It is wrong.", "Mend it.", 7)
    assert str(problem) == "line 7: app.client_id: It is wrong. Mend it."
