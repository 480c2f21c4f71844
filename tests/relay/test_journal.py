"""The journal: once each, in sequence, and safe from what an ID may contain."""

import asyncio

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from rtms_tray.relay.journal import (
    STREAM,
    Journal,
    JournalLimits,
    in_subject,
    message_id,
    numbers_in,
    out_subject,
    subject_token,
)
from tests.helpers.zoom_events import HOME, HOST

SUBJECT = in_subject(HOME, HOST)


@pytest.fixture
async def journal(bus: Client) -> Journal:
    """An empty journal."""
    opened = Journal(bus, JournalLimits())
    await opened.open()
    return opened


async def test_what_is_stored_twice_is_there_once_for_each_reader(journal: Journal) -> None:
    first = await journal.store(SUBJECT, b"1", "event", 5, HOME, HOST)
    assert await journal.store(SUBJECT, b"1", "event", 6, HOME, HOST) == first
    other = in_subject(HOME, "other")
    assert await journal.store(other, b"1", "event", 5, HOME, "other") == first + 1
    assert message_id("event", "ab", "c") != message_id("event", "a", "bc")


async def test_a_walk_finds_one_subject_in_order(journal: Journal) -> None:
    for number in range(3):
        await journal.store(SUBJECT, b"%d" % number, f"e{number}", number)
        await journal.store("in.x.y", b"other", f"o{number}", number)
    found = [await journal.next_after(SUBJECT, 0)]
    while (last := found[-1]) is not None:
        found.append(await journal.next_after(SUBJECT, last.sequence))
    assert [(f.body, f.event_id, f.received_at) for f in found if f] == [
        (b"0", "e0", 0),
        (b"1", "e1", 1),
        (b"2", "e2", 2),
    ]
    assert await journal.newest(SUBJECT) == 5
    assert await journal.newest("in.nobody.here") == 0
    extent = await journal.extent()
    assert (extent.first, extent.last) == (1, 6)


async def test_instances_hear_of_each_with_its_sequence_and_the_one_before(
    journal: Journal, bus: Client
) -> None:
    heard: list[Msg] = []

    async def hear(message: Msg) -> None:
        heard.append(message)

    await bus.subscribe(out_subject(HOME, HOST), cb=hear)
    await journal.store(SUBJECT, b"1", "a", 5)
    await journal.store("in.x.y", b"other", "b", 6)
    await journal.store(SUBJECT, b"2", "c", 7)
    await bus.flush()
    assert [numbers_in(message.headers or {}) for message in heard] == [(1, 0, 5), (3, 1, 7)]


async def test_opening_it_again_keeps_everything_and_takes_new_limits(
    journal: Journal, bus: Client
) -> None:
    await journal.store(SUBJECT, b"1", "a", 5)
    again = Journal(bus, JournalLimits(max_bytes=5_000_000))
    await again.open()
    assert again.epoch == journal.epoch
    assert await again.newest(SUBJECT) == 1
    info = await bus.jetstream().stream_info(STREAM)
    assert info.config.max_bytes == 5_000_000


async def test_instances_that_open_it_at_once_agree(bus: Client) -> None:
    journals = [Journal(bus, JournalLimits()) for _ in range(3)]
    opened = await asyncio.gather(*(one.open() for one in journals), return_exceptions=True)
    for one, failure in zip(journals, opened, strict=True):
        if failure is not None:  # another one was quicker; an instance tries again
            assert isinstance(failure, NatsError)
            await one.open()
    assert len({one.epoch for one in journals}) == 1
    assert journals[0].epoch


async def test_a_new_stream_is_another_epoch(journal: Journal, bus: Client) -> None:
    await bus.jetstream().delete_stream(STREAM)
    with pytest.raises(NotFoundError):
        await journal.extent()
    again = Journal(bus, JournalLimits())
    await again.open()
    assert again.epoch != journal.epoch


async def test_purging_a_user_leaves_all_others(journal: Journal) -> None:
    await journal.store(in_subject("one", HOST), b"1", "a", 5, "one")
    await journal.store(in_subject("two", HOST), b"1", "a", 5, "two")
    await journal.store(in_subject("one", "other"), b"1", "a", 5, "other")
    await journal.purge_user(HOST)
    assert await journal.newest(in_subject("one", HOST)) == 0
    assert await journal.newest(in_subject("two", HOST)) == 0
    assert await journal.newest(in_subject("one", "other")) == 3


@pytest.mark.parametrize("name", ["a.b", "*", ">", "", "a b", "é", "x" * 65, "a\r\n"])
def test_no_id_becomes_a_wildcard_or_a_second_token(name: str) -> None:
    token = subject_token(name)
    assert token.isalnum()
    assert token.startswith("x")
    assert token != subject_token(name + "!")


def test_zooms_ids_stay_readable() -> None:
    assert subject_token("30R7kT7bTIKSNUFEuH_Qlg") == "30R7kT7bTIKSNUFEuH_Qlg"
