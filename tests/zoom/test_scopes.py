"""The table of scopes and events, held to the README, the decoder and the simulated Zoom."""

from pathlib import Path

import pytest

from rtms_tray.simulator.world import SCOPES
from rtms_tray.zoom.event_decoder import _reader_of
from rtms_tray.zoom.oauth import CALLS, EVENTS, SUBSCRIBED, missing

README = Path(__file__).parents[2] / "README.md"
ALL = [scope.name for scope in CALLS]


def test_the_readme_names_every_scope() -> None:
    text = README.read_text(encoding="utf-8")
    assert [scope.name for scope in (*CALLS, *EVENTS) if f"`{scope.name}`" not in text] == []


def test_every_subscribed_event_is_understood() -> None:
    assert [name for name in SUBSCRIBED if _reader_of(name) is None] == []


def test_the_simulated_zoom_wants_the_same() -> None:
    assert set(SCOPES.split()) == set(ALL)


def test_nothing_is_missing_where_all_is_granted() -> None:
    assert missing(ALL) == ()
    assert missing([f"{name}:admin" for name in ALL]) == ()
    assert missing(["meeting:read", "meeting:write", "user:read:admin"]) == ()


@pytest.mark.parametrize("name", ALL)
def test_each_one_is_missed(name: str) -> None:
    assert [scope.name for scope in missing(set(ALL) - {name})] == [name]


def test_reading_grants_no_writing() -> None:
    lacking = [scope.name for scope in missing(["meeting:read", "user:read"])]
    assert lacking == ["meeting:update:participant_rtms_app_status"]
