"""No feed reports nothing, and waits."""

import asyncio

import pytest

from rtms_tray.zoom.feeds.none import NoFeed
from tests.helpers.feed_parts import Reports


async def test_no_feed_waits_in_silence(reports: Reports) -> None:
    feed = NoFeed()
    running = asyncio.create_task(feed.run(reports))
    feed.wake()
    done, _ = await asyncio.wait({running}, timeout=0.05)
    assert not done
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert reports.all == []
