"""Trying whether Zoom can be reached: only while something waits for it, and ever less often."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.runtime.network_probe import NetworkProbe, Pauses, answers
from rtms_tray.zoom.http_client import make_http
from tests.helpers.program_harness import (
    MEETING,
    make_profile,
    make_secrets,
    manual_simulator,
    run_program,
)

PAUSES = Pauses(0.01, 0.04, 300.0)


class Line:
    """A line to Zoom that can be cut."""

    def __init__(self) -> None:
        self.works = False
        self.tried: list[float] = []
        self.back = 0
        self._used = asyncio.Event()

    async def reach(self) -> bool:
        self.tried.append(asyncio.get_running_loop().time())
        self._used.set()
        return self.works

    def is_back(self) -> None:
        self.back += 1
        self._used.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until enough has come over this line."""
        async with asyncio.timeout(10):
            while not is_so():
                self._used.clear()
                await self._used.wait()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
async def probe(line: Line) -> AsyncIterator[NetworkProbe]:
    probe = NetworkProbe(line.reach, line.is_back, PAUSES)
    yield probe
    await probe.close()


async def test_it_tries_less_and_less_often_until_it_is_back(
    probe: NetworkProbe, line: Line
) -> None:
    probe.need(wanted=True)
    probe.need(wanted=True)
    await line.until(lambda: len(line.tried) >= 5)
    gaps = [after - before for before, after in zip(line.tried, line.tried[1:], strict=False)]
    assert gaps[0] >= 0.02
    assert all(gap >= 0.04 for gap in gaps[1:])
    assert line.back == 0
    line.works = True
    await line.until(lambda: line.back > 0)


async def test_it_rests_while_nothing_waits(probe: NetworkProbe, line: Line) -> None:
    probe.need(wanted=False)
    probe.need(wanted=True)
    probe.need(wanted=False)
    await asyncio.sleep(0.1)
    assert line.tried == []


async def test_what_fails_again_at_once_is_not_hurried(line: Line) -> None:
    """The host answers, and the request fails all the same: the pauses go on growing."""
    line.works = True
    probe = NetworkProbe(line.reach, line.is_back, PAUSES)
    probe.need(wanted=True)
    await line.until(lambda: line.back == 2)
    probe.need(wanted=False)
    began = asyncio.get_running_loop().time()
    probe.need(wanted=True)
    await line.until(lambda: line.back == 3)
    assert asyncio.get_running_loop().time() - began >= 0.04
    await probe.close()


async def test_any_answer_counts_and_none_does_not(unused_tcp_port: int) -> None:
    async with manual_simulator() as zoom, make_http() as http:
        assert await answers(http, zoom.api_url)
        assert await answers(http, f"{zoom.api_url}/nothing/here")
        assert not await answers(http, f"http://127.0.0.1:{unused_tcp_port}/v2")
        assert not await answers(http, "http://")


async def test_without_a_feed_a_request_goes_out_once_the_network_is_back(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = make_profile(tmp_path, zoom, feed__kind="none")
        async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
            await harness.sign_in()
            program = harness.program
            program.watcher.use_zoom(_CutOff())
            under_way = asyncio.create_task(harness.do("start", meeting=MEETING))
            await harness.wait_until(partial(harness.has_session, MEETING))
            await harness.wait_for_state("refused")
            await under_way
            assert program.watcher.waits_for_network
            assert program.rest is not None
            program.watcher.use_zoom(program.rest)
            await harness.wait_for_state("pending_approval")
            assert harness.count_requests() == 1


class _CutOff:
    """Zoom behind a network that is down."""

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        del meeting
        return e.Replied(request, action, e.Outcome.OFFLINE)

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
        return e.MeetingFetched(e.Meeting(uuid=meeting), e.MeetingStatus.UNREADABLE)


async def test_where_the_system_tells_of_a_network_it_is_tried_at_once(line: Line) -> None:
    line.works = True
    probe = NetworkProbe(line.reach, line.is_back, Pauses(first_s=600.0))
    probe.hurry()
    assert line.tried == []
    probe.need(wanted=True)
    probe.hurry()
    await line.until(lambda: line.back == 1)
    assert len(line.tried) == 1
    await probe.close()
