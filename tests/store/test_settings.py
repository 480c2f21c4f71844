"""The keys and defaults of the settings, and what `completeness` says is missing."""

import pytest

from rtms_tray.store.settings import (
    RULES,
    AppSettings,
    FeedSettings,
    Problem,
    Settings,
    ZoomSettings,
    build,
    completeness,
    flatten,
)
from rtms_tray.support.frozen import replace

READY = Settings(AppSettings(client_id="id"), feed=FeedSettings(subscription_id="sub"))
CUSTOM = ZoomSettings("custom", "https://zoom.test", "https://zoom.test")


def missing(settings: Settings, *, blocking: bool = True) -> list[str]:
    return [each.key for each in completeness(settings) if each.blocking is blocking]


def test_keys_and_defaults_are_the_interface() -> None:
    assert flatten(Settings()) == {
        "app.client_id": "",
        "app.sign_in_client_id": "",
        "app.redirect_path": "/callback",
        "app.redirect_port": 0,
        "app.name": "",
        "app.help_url": "",
        "zoom.environment": "commercial",
        "zoom.oauth_url": "",
        "zoom.api_url": "",
        "feed.kind": "zoom",
        "feed.url": "",
        "feed.subscription_id": "",
        "feed.watch": "mine",
        "feed.standby_subscription_id": "",
        "feed.log_app_id": "",
        "behaviour.auto_resend": "ask",
        "behaviour.no_answer_after_s": 20,
        "behaviour.check_after_gap": False,
        "behaviour.watch_hosted": False,
        "behaviour.offer_start": True,
        "notifications.enabled": True,
        "notifications.info": True,
        "notifications.sound": False,
        "notifications.discreet": "auto",
        "fallback.url": "",
        "fallback.command": (),
        "hooks.on_change": (),
        "hooks.time_limit_s": 10,
        "history.keep_days": 365,
        "calendar.source": "",
        "appearance.icons": "colour",
        "appearance.theme": "auto",
        "appearance.topics": False,
    }


def test_defaults_are_allowed_and_make_the_same_settings_again() -> None:
    assert all(rule.convert(rule.default) == rule.default for rule in RULES.values())
    assert build(flatten(Settings())) == Settings()


@pytest.mark.parametrize(
    ("settings", "keys"),
    [
        (READY, []),
        (Settings(), ["app.client_id", "feed.subscription_id"]),
        (replace(READY, feed=replace(READY.feed, standby_subscription_id="two")), []),
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
def test_missing_settings_are_named(settings: Settings, keys: list[str]) -> None:
    assert missing(settings) == keys


def test_settings_without_effect_are_reported_but_do_not_block() -> None:
    stray = replace(
        READY,
        zoom=replace(CUSTOM, environment="commercial"),
        feed=replace(READY.feed, url="wss://x.test"),
    )
    assert missing(stray) == []
    assert missing(stray, blocking=False) == ["zoom.oauth_url", "zoom.api_url", "feed.url"]
    same = replace(READY, feed=replace(READY.feed, standby_subscription_id="sub"))
    assert missing(same) == []
    assert missing(same, blocking=False) == ["feed.standby_subscription_id"]


def test_a_client_secret_is_missing_only_where_it_is_needed() -> None:
    assert [each.key for each in completeness(READY, client_secret=False)] == ["app.client_secret"]
    assert completeness(READY, client_secret=True) == ()
    no_feed = replace(READY, feed=FeedSettings("none"))
    assert completeness(no_feed, client_secret=False) == ()


def test_a_problem_reads_as_a_sentence() -> None:
    problem = Problem("app.client_id", "It is wrong.", "Mend it.", 7)
    assert str(problem) == "line 7: app.client_id: It is wrong. Mend it."
