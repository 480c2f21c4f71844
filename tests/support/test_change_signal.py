"""Waiting for changes: nobody misses one, nobody is left behind."""

import asyncio

import pytest

from rtms_tray.support.change_signal import ChangeSignal


async def test_everybody_who_waits_hears_the_bell() -> None:
    changes = ChangeSignal()
    waiting = [asyncio.create_task(changes.next()) for _ in range(3)]
    await asyncio.sleep(0)
    changes.ring()
    await asyncio.gather(*waiting)
    changes.ring()


async def test_until_looks_before_it_waits() -> None:
    assert await ChangeSignal().until(lambda: True, 0.0)


async def test_until_looks_again_at_every_change() -> None:
    changes, seen = ChangeSignal(), [0]
    waiting = asyncio.create_task(changes.until(lambda: seen[0] == 3, 5))
    for number in (1, 2, 3):
        await asyncio.sleep(0)
        seen[0] = number
        changes.ring()
    assert await waiting


async def test_until_gives_up_and_looks_a_last_time() -> None:
    changes, so = ChangeSignal(), [False]
    assert not await changes.until(lambda: so[0], 0.01)
    waiting = asyncio.create_task(changes.until(lambda: so[0], 0.01))
    await asyncio.sleep(0)
    so[0] = True
    assert await waiting
    assert not changes._waiting


async def test_who_is_cancelled_is_forgotten() -> None:
    changes = ChangeSignal()
    waiting = asyncio.create_task(changes.next())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not changes._waiting
    changes.ring()


async def test_a_bell_rung_just_before_a_cancel_hurts_nobody() -> None:
    changes = ChangeSignal()
    waiting = asyncio.create_task(changes.next())
    await asyncio.sleep(0)
    waiting.cancel()
    changes.ring()
    with pytest.raises(asyncio.CancelledError):
        await waiting
