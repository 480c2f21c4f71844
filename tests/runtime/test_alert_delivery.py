"""Who is told of a meeting finds it on the disk; alerts keep their order, and wait only so long."""

import asyncio

import pytest

from rtms_tray.capture.effects import AlertEffect, Announce, Category, Withdraw
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.history.database import read_meetings
from rtms_tray.runtime import alert_delivery as module
from rtms_tray.runtime.alert_delivery import AlertDelivery
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.support.tasks import ChangeSignal
from tests.helpers.program_harness import LATER, run_signed_in
from tests.helpers.stores import LockedStore


async def test_a_meeting_is_on_the_disk_before_its_first_notification(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, profile, store) as harness:
        on_disk: list[bool] = []

        def tell(alert: AlertEffect) -> None:
            if isinstance(alert, Announce):
                records = (
                    read_meetings(profile.history_file) if profile.history_file.exists() else []
                )
                on_disk.append(LATER in [record.meeting_number for record in records])

        harness.program.listen(lambda _overview: None, tell)
        harness.act("owner_joins", int(LATER))
        await harness.do("start", meeting=LATER)
        harness.run_schedule()
        await harness.wait_for_state("sharing", LATER)
        harness.act("revoke", int(LATER))
        await harness.wait_until(lambda: bool(on_disk))
        assert on_disk[0]


def announce(session: str, category: Category = Category.CAPTURE) -> Announce:
    return Announce(session, category, Severity.ATTENTION, Why(Code.HOST_ABSENT))


class Disk:
    """A history in which sessions are kept when `keep` ends, which it does when `written` is set."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.written = asyncio.Event()
        self.saves = 0
        self.told: list[AlertEffect] = []
        self._changes = ChangeSignal()
        self.delivery = AlertDelivery(self._tell, self.kept.__contains__, self._keep)

    def _tell(self, alert: AlertEffect) -> None:
        self.told.append(alert)
        self._changes.ring()

    async def _keep(self) -> None:
        self.saves += 1
        await self.written.wait()
        self.kept |= {"a", "b"}

    async def until_told(self, count: int) -> None:
        """Wait for this many alerts."""
        assert await self._changes.until(lambda: len(self.told) >= count, 5)


async def test_what_is_on_the_disk_is_told_in_the_loops_next_turn() -> None:
    disk = Disk()
    disk.kept.add("a")
    disk.delivery.take(announce("a"))
    disk.delivery.take(Withdraw("b", Category.CAPTURE))
    assert disk.told == [], "the icon comes first"
    await disk.until_told(2)
    assert disk.saves == 0
    await disk.delivery.close()


async def test_alerts_keep_their_order_behind_one_that_waits() -> None:
    disk = Disk()
    disk.kept.add("z")
    alerts: list[AlertEffect] = [
        announce("a"),
        announce("z"),
        Withdraw("a", Category.CAPTURE),
        announce("b"),
    ]
    for alert in alerts:
        disk.delivery.take(alert)
    await asyncio.sleep(0)
    assert disk.told == []
    disk.written.set()
    await disk.until_told(4)
    assert disk.told == alerts
    assert disk.saves == 1, "what is saved is saved for all"
    disk.delivery.take(announce("a"))
    await disk.until_told(5)
    assert disk.saves == 1
    await disk.delivery.close()


async def test_a_disk_that_does_not_answer_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT_S", 0.02)
    disk = Disk()
    disk.delivery.take(announce("a"))
    await disk.until_told(1)
    await disk.delivery.close()


async def test_after_the_end_nothing_is_told() -> None:
    disk = Disk()
    disk.delivery.take(announce("a"))
    await asyncio.sleep(0)
    await disk.delivery.close()
    disk.written.set()
    await asyncio.sleep(0)
    assert disk.told == []
