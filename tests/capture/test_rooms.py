"""Rooms: what events of rooms, and moves without them, tell of where somebody is."""

import pytest

from rtms_tray.capture.facts import What
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.rooms import Room, Where, is_last, latest
from rtms_tray.capture.timings import MOVES_REMEMBERED
from rtms_tray.support.frozen import replace
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
    assert (known.entered_at, known.unbroken) == (10, True)
    assert known.entered(10, unbroken=False) == known.entered(10, unbroken=True)
    assert known.left(9).left(7).left_at == 9
    assert known.moved(9).moved(7).moved_at == 9


def test_a_gap_breaks_what_was_seen() -> None:
    seen = Room().entered(10, unbroken=True)
    assert seen.after_gap() == replace(seen, unbroken=False)


def test_every_move_is_remembered_once_however_late_it_is_told() -> None:
    known = Room().entered(10, unbroken=True).entered(5, unbroken=True).left(20).moved(20)
    known = known.left(20).without_device(30)
    assert [(move.at, move.what) for move in known.moves] == [
        (10, What.ROOM_ENTERED),
        (5, What.ROOM_ENTERED),
        (20, What.ROOM_UNSURE),
        (20, What.ROOM_LEFT),
        (30, What.ROOM_UNSURE),
    ]


def test_only_so_many_moves_are_remembered() -> None:
    known = Room()
    for at in range(MOVES_REMEMBERED + 5):
        known = known.moved(at)
    assert [move.at for move in known.moves] == list(range(5, MOVES_REMEMBERED + 5))


@pytest.mark.parametrize(
    ("entered", "left", "why"),
    [("A", "A", ""), ("A", "B", Code.ROOM_MAYBE_LEFT), (None, "B", ""), ("A", None, "")],
)
def test_who_leaves_another_room_than_they_went_into_has_been_elsewhere(
    entered: str | None, left: str | None, why: str
) -> None:
    known = Room().entered(10, entered, unbroken=True).left(20, room_id=left)
    assert known.left_another is bool(why)
    assert known.moves[-1].why == why


def test_who_never_joined_is_not_there_and_a_tie_is_joined() -> None:
    assert not is_last(None, None)
    assert not is_last(None, 5)
    assert is_last(5, None)
    assert is_last(5_000, 5_999)
    assert not is_last(4_999, 5_000)


def test_of_two_moments_the_later() -> None:
    assert latest(None, None) is None
    assert latest(None, 3) == latest(3, 2) == 3
