"""What the app needs, in one table: held to the developer's page, the help, the decoder and the simulated Zoom."""

import json
from pathlib import Path
from typing import Final

import pytest

from rtms_tray.simulator.settings import SCOPES
from rtms_tray.support.texts import keys, text
from rtms_tray.zoom.app_requirements import (
    CALL_SCOPES,
    EVENT_SCOPES,
    SUBSCRIBED_EVENTS,
    SWITCHES,
    manifest,
    missing_scopes,
)
from rtms_tray.zoom.event_decoder import event_names

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "connect.md"
HELP: Final = ROOT / "resources" / "help" / "set-up.md"
SHAPES: Final = [
    path
    for path in (ROOT / "tests" / "fixtures" / "payloads").glob("*.json")
    if path.name != "INDEX.json" and not path.name.startswith("frame_")
]
OLD_NAMES: Final = {
    f"{kind}.rtms_{name}"
    for kind in ("meeting", "webinar")
    for name in ("concurrency_limited", "concurrency_near_limit", "request_status", "start_failed")
}
"""Names of 2025, and ones that Zoom might use instead: nobody can tick them now."""
NOT_SENT: Final = {
    f"webinar.participant_{name}"
    for name in (
        "admitted", "put_in_waiting_room", "jbh_waiting", "jbh_joined", "role_changed",
        "joined_breakout_room", "left_breakout_room",
    )
}  # fmt: skip
"""Zoom documents these for meetings only."""
ALL = [scope.name for scope in CALL_SCOPES]


def test_the_page_names_every_scope() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [
        scope.name for scope in (*CALL_SCOPES, *EVENT_SCOPES) if f"`{scope.name}`" not in text
    ] == []


def test_the_page_lists_the_events_to_copy() -> None:
    assert "\n".join(f"   {name}" for name in SUBSCRIBED_EVENTS) in PAGE.read_text("utf-8")


def test_the_page_has_the_manifest() -> None:
    assert manifest("http://127.0.0.1/callback") in PAGE.read_text("utf-8")


@pytest.mark.parametrize("page", [PAGE, HELP], ids=lambda page: page.name)
def test_page_and_help_name_the_switches(page: Path) -> None:
    words = " ".join(page.read_text("utf-8").split())
    assert [name for name in SWITCHES if name not in words] == []


def test_what_the_decoder_knows_is_what_is_to_be_ticked() -> None:
    assert set(SUBSCRIBED_EVENTS) == set(event_names()) - OLD_NAMES - NOT_SENT
    assert len(SUBSCRIBED_EVENTS) == len(set(SUBSCRIBED_EVENTS))


def test_every_event_to_tick_has_its_shape_among_the_fixtures_or_a_twin_for_meetings() -> None:
    shown = {json.loads(path.read_text("utf-8"))["event"] for path in SHAPES}
    unseen = {name for name in SUBSCRIBED_EVENTS if name not in shown}
    assert {name.replace("webinar.", "meeting.") for name in unseen} <= shown


def test_the_manifest_has_zooms_shape() -> None:
    parts = json.loads(manifest("http://127.0.0.1/callback"))
    oauth, features = parts["oauth_information"], parts["features"]
    assert oauth["usage"] == "USER_OPERATION"
    assert oauth["development_redirect_uri"] in oauth["oauth_allow_list"]
    assert {scope["scope"] for scope in oauth["scopes"]} >= set(ALL)
    assert not any(scope["optional"] for scope in oauth["scopes"])
    subscription = features["event_subscription"]
    assert subscription["enable"] is True
    assert [one["event_types"] for one in subscription["events"]] == [list(SUBSCRIBED_EVENTS)]


def test_the_simulated_zoom_wants_the_same() -> None:
    assert set(SCOPES.split()) == set(ALL)


def test_nothing_is_missing_where_all_is_granted() -> None:
    assert missing_scopes(ALL) == ()
    assert missing_scopes([f"{name}:admin" for name in ALL]) == ()
    assert missing_scopes(["meeting:read", "meeting:write", "user:read:admin"]) == ()


@pytest.mark.parametrize("name", ALL)
def test_each_one_is_missed(name: str) -> None:
    assert [scope.name for scope in missing_scopes(set(ALL) - {name})] == [name]


def test_reading_grants_no_writing() -> None:
    lacking = [scope.name for scope in missing_scopes(["meeting:read", "user:read"])]
    assert lacking == ["meeting:update:participant_rtms_app_status"]


def test_every_scope_says_what_it_is_for() -> None:
    purposes = [scope.purpose for scope in (*CALL_SCOPES, *EVENT_SCOPES)]
    assert sorted(purposes) == sorted(text(key) for key in keys("scopes"))
