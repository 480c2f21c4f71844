"""Sleep is noticed once, by whichever sign comes first, and whatever the system tells of it."""

import asyncio
import time

import pytest

from rtms_tray.runtime.wakefulness import SLEPT_AT_LEAST, Wakefulness
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.units import HOUR, SECOND, Millis
from tests.helpers.manual_clock import NOON, ManualClock


class Machine:
    """A machine that sleeps, and notes when the program thinks it did."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.woke: list[Millis] = []
        self.sense = Wakefulness(self.clock, self.woke.append)


@pytest.fixture
async def machine() -> Machine:
    await asyncio.sleep(0)
    return Machine()


async def test_a_gap_between_the_clocks_is_sleep(machine: Machine) -> None:
    machine.sense.check()
    machine.sense.look()
    machine.clock.advance(SLEPT_AT_LEAST - SECOND)
    machine.sense.check()
    assert machine.woke == []
    fell_asleep_at = machine.clock.now
    machine.clock.advance(HOUR)
    machine.sense.check(fell_asleep_at)
    assert machine.woke == []
    machine.sense.check(machine.clock.now)
    assert machine.woke == [fell_asleep_at]
    assert machine.sense.since == machine.clock.now


async def test_a_clock_that_goes_on_in_sleep_shows_it_by_a_late_look(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, ahead = asyncio.get_running_loop(), 0.0
    began = loop.time()
    monkeypatch.setattr(loop, "time", lambda: began + ahead)
    machine.sense.looks_every = 5 * SECOND
    machine.sense.look()
    for pause, slept in ((5, False), (20, False), (60, True)):
        ahead += pause
        machine.clock.advance(pause * SECOND)
        machine.sense.look()
        assert bool(machine.woke) is slept


async def test_however_short_sleep_counts_where_the_system_tells(machine: Machine) -> None:
    machine.sense.look()
    machine.sense.told_of_sleep()
    fell_asleep_at = machine.clock.now
    machine.clock.advance(3 * SECOND)
    machine.sense.told_awake()
    assert machine.woke == [fell_asleep_at]


@pytest.mark.parametrize("first", ["the clocks", "the system"])
async def test_several_signs_of_one_waking_count_once(machine: Machine, first: str) -> None:
    machine.sense.look()
    machine.sense.told_of_sleep()
    machine.clock.advance(HOUR)
    if first == "the clocks":
        machine.sense.look()
    machine.sense.told_awake()
    machine.clock.advance(SECOND)
    machine.sense.told_awake()  # Windows says it twice
    machine.sense.look()
    assert machine.woke == [NOON]


async def test_a_waking_whose_sleep_nobody_told_of_counts(machine: Machine) -> None:
    machine.sense.told_awake()
    assert machine.woke == [NOON]
    machine.clock.advance(HOUR)
    machine.sense.told_awake()
    assert machine.woke == [NOON, NOON + HOUR]


async def test_a_clock_that_is_set_is_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [NOON]
    monkeypatch.setattr(time, "time_ns", lambda: wall[0] * 1_000_000)
    clock = SystemClock()
    woke: list[Millis] = []
    sense = Wakefulness(clock, woke.append)
    sense.follow_wall()
    sense.told_awake()
    for _ in range(2):  # before anybody has looked, and after
        wall[0] += HOUR
        shown, since = clock(), sense.since
        sense.follow_wall()
        assert since is not None
        assert sense.since is not None
        assert clock() - shown > HOUR / 2
        assert sense.since - since > HOUR / 2
        sense.look()
    assert len(woke) == 1
