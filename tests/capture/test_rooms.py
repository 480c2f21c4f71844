"""Rooms: what events of rooms, and moves without them, tell of where somebody is."""

import pytest

from rtms_tray.capture.rooms import Room, Where, is_last, latest
from rtms_tray.support.units import SECOND


def room(
    entered: float | None = None, left: float | None = None, moved: float | None = None
) -> Room:
    moments = [None if at is None else round(at * SECOND) for at in (entered, left, moved)]
    return Room(moments[0], moments[1], moments[2])


@pytest.mark.parametrize(
    ("known", "where"),
    [
        (room(), Where.UNKNOWN),
        (room(entered=10), Where.IN_ROOM),
        (room(left=10), Where.OUTSIDE),
        (room(entered=10, left=20), Where.OUTSIDE),
        (room(entered=20, left=10), Where.IN_ROOM),
        (room(entered=10.1, left=10.9), Where.IN_ROOM),
        (room(moved=10), Where.UNCLEAR),
        (room(entered=10, moved=7), Where.IN_ROOM),
        (room(entered=10, moved=13.9), Where.IN_ROOM),
        (room(entered=10.9, moved=14), Where.UNCLEAR),
        (room(entered=10, left=20, moved=23), Where.OUTSIDE),
        (room(entered=10, left=20, moved=24), Where.UNCLEAR),
    ],
)
def test_where_somebody_is(known: Room, where: Where) -> None:
    assert known.where is where


def test_only_what_is_newer_changes_a_room() -> None:
    known = Room().entered(10, unbroken=True).entered(5, unbroken=False)
    assert known == Room(entered_at=10, unbroken=True)
    assert known.entered(10, unbroken=False) == known
    assert known.left(9).left(7).left_at == 9
    assert known.moved(9).moved(7).moved_at == 9


def test_a_gap_breaks_what_was_seen() -> None:
    assert Room().entered(10, unbroken=True).after_gap() == Room(entered_at=10)


def test_who_never_joined_is_not_there_and_a_tie_is_joined() -> None:
    assert not is_last(None, None)
    assert not is_last(None, 5)
    assert is_last(5, None)
    assert is_last(5_000, 5_999)
    assert not is_last(4_999, 5_000)


def test_of_two_moments_the_later() -> None:
    assert latest(None, None) is None
    assert latest(None, 3) == latest(3, 2) == 3
