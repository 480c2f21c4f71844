"""The queue that weighs nothing while it is empty."""

import asyncio

from rtms_tray.relay.small_queue import SmallQueue


async def test_what_is_put_in_comes_out_in_order() -> None:
    queue: SmallQueue[int] = SmallQueue()
    getting = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    for number in range(3):
        queue.put_nowait(number)
    assert [await getting, await queue.get(), await queue.get()] == [0, 1, 2]
    assert queue.empty()
    assert not queue.full()


async def test_who_puts_waits_for_room() -> None:
    queue: SmallQueue[str] = SmallQueue(1)
    await queue.put("first")
    putting = asyncio.create_task(queue.put("second"))
    await asyncio.sleep(0)
    assert queue.full()
    assert not putting.done()
    assert await queue.get() == "first"
    await putting
    assert await queue.get() == "second"


async def test_clearing_makes_room() -> None:
    queue: SmallQueue[str] = SmallQueue(1)
    await queue.put("first")
    putting = asyncio.create_task(queue.put("second"))
    await asyncio.sleep(0)
    queue.clear()
    await putting
    assert len(queue) == 1


async def test_a_wait_that_was_given_up_takes_nothing() -> None:
    queue: SmallQueue[str] = SmallQueue()
    getting = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    getting.cancel()
    await asyncio.wait([getting])
    queue.put_nowait("kept")
    assert await queue.get() == "kept"
