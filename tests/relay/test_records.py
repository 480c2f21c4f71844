"""Records that several instances change at once."""

import asyncio

import pytest
from nats.aio.client import Client

from rtms_tray.relay.records import (
    Bucket,
    ConflictError,
    Listener,
    MeetingRecord,
    StreamRecord,
    UserRecord,
    open_records,
)


@pytest.fixture
async def users(bus: Client) -> Bucket[UserRecord]:
    """An empty bucket."""
    return (await open_records(bus.jetstream(), 1, 3600)).users


async def test_changes_at_the_same_time_are_all_made(users: Bucket[UserRecord]) -> None:
    def add(found: UserRecord | None) -> UserRecord:
        return UserRecord((found.account if found else "") + "x")

    await asyncio.gather(*(users.change(add, "somebody") for _ in range(8)))
    assert await users.get("somebody") == UserRecord("x" * 8)
    assert await users.get("somebody", "else") is None


async def test_what_changes_every_time_is_given_up(
    users: Bucket[UserRecord],
) -> None:
    await users.change(lambda _: UserRecord("a"), "somebody")
    entry = users._entry

    async def stale(key: str) -> tuple[UserRecord | None, int | None]:
        found, revision = await entry(key)
        return found, (revision or 0) + 1000

    users._entry = stale  # type: ignore[method-assign] # others are always quicker
    with pytest.raises(ConflictError):
        await users.change(lambda _: UserRecord("b"), "somebody")


async def test_no_change_writes_nothing(users: Bucket[UserRecord]) -> None:
    await users.change(lambda _: UserRecord("a"), "somebody")
    _, revision = await users._entry(next(iter(await users._keys())))
    await users.change(lambda found: found, "somebody")
    await users.change(lambda _: None, "somebody")
    assert (await users._entry(next(iter(await users._keys()))))[1] == revision


async def test_records_are_removed_and_changed_by_what_they_say(bus: Client) -> None:
    streams = (await open_records(bus.jetstream(), 1, 3600)).streams
    await streams.remove_where(lambda _: True)  # of none
    for name in ("a", "b"):
        await streams.change(lambda _, user=name: StreamRecord(user, ""), name)  # type: ignore[misc] # a default
    await streams.remove_where(lambda stream: stream.user == "a")
    assert await streams.get("a") is None
    assert await streams.get("b") == StreamRecord("b", "")
    await streams.change_all(lambda _: StreamRecord("c", ""))
    assert await streams.get("b") == StreamRecord("c", "")
    await streams.change(lambda _: StreamRecord("d", ""), "a")
    assert await streams.get("a") == StreamRecord("d", "")


def test_who_hears_a_meeting() -> None:
    listeners = {
        "host": Listener(is_host=True),
        "there": Listener(connections={"c": ("1", True), "d": ("2", False)}),
        "gone": Listener(connections={"c": ("1", False)}),
    }
    record = MeetingRecord(listeners)
    assert [name for name in (*listeners, "nobody") if record.hears(name)] == ["host", "there"]
    assert not record.without("host").hears("host")
