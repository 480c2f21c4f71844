"""The native channel as a whole: loaded late, and never the cause of anybody's fall."""

import asyncio
from pathlib import Path

import pytest

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.freedesktop import FreedesktopNotifications
from rtms_tray.desktop.notifications.message import Message, Topic, printable
from rtms_tray.desktop.notifications.native import NativeBackend, NativeChannel, ScreenLock, loader
from rtms_tray.desktop.notifications.toolkit import ToolkitNotifications
from tests.helpers.expected_logs import ExpectedLogs

MESSAGE = Message("Title", "Text", Severity.CRITICAL)


class Broken:
    """A channel of a system in which nothing works."""

    async def deliver(self, message: Message) -> bool:
        raise OSError(message.title)

    async def withdraw(self, topic: Topic) -> None:
        raise AssertionError(topic)

    async def prepare(self) -> None:
        raise OSError("no")

    async def close(self) -> None:
        """Nothing is open."""


class Locked:
    """A lock screen that is on."""

    async def is_on(self) -> bool:
        return True

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_broken_system_is_a_way_that_is_closed(expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("native:ERROR:The native notification failed")
    native = NativeChannel(lambda: (Broken(), None))
    await native.prepare()
    assert not await native.deliver(MESSAGE)
    assert not await native.is_locked()
    await native.close()


async def test_a_library_that_cannot_be_loaded_is_one_too(expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("native:ERROR:The native notification failed")

    def load() -> tuple[NativeBackend, ScreenLock | None]:
        raise ImportError("dbus_fast")

    native = NativeChannel(load)
    await native.prepare()
    assert not await native.deliver(MESSAGE)
    await native.withdraw(MESSAGE.topic)
    await native.close()


class Stuck(Broken):
    """A channel that never comes to an end."""

    async def deliver(self, message: Message) -> bool:
        del message
        never: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        return await never


async def test_a_system_that_hangs_is_not_waited_for() -> None:
    assert not await NativeChannel(lambda: (Stuck(), None), limit_s=0.02).deliver(MESSAGE)


async def test_nothing_is_loaded_before_it_is_needed() -> None:
    loaded: list[int] = []

    def load() -> tuple[NativeBackend, ScreenLock | None]:
        loaded.append(1)
        return Broken(), Locked()

    native = NativeChannel(load)
    await native.withdraw(MESSAGE.topic)
    assert not await native.is_locked()
    await native.close()
    assert loaded == []
    await native.prepare()
    await native.prepare()
    assert await native.is_locked()
    assert loaded == [1]


@pytest.mark.skipif("sys.platform != 'linux'", reason="the message bus is Linux's")
async def test_linux_uses_its_message_bus() -> None:
    channel, lock_screen = loader(
        lambda _: None, lambda _: None, Path("/icon.png"), platform="linux"
    )()
    assert isinstance(channel, FreedesktopNotifications)
    assert lock_screen is not None


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_use_their_own_way(platform: str) -> None:
    nothing = loader(lambda _: None, lambda _: None, Path("/icon.png"), platform=platform)
    channel, lock_screen = nothing()
    assert isinstance(channel, ToolkitNotifications)
    assert lock_screen is None


class Shown(Broken):
    """A channel that works."""

    def __init__(self) -> None:
        self.gone: list[Topic] = []

    async def withdraw(self, topic: Topic) -> None:
        self.gone.append(topic)

    async def prepare(self) -> None:
        """Nothing is needed."""


async def test_what_is_resolved_is_taken_off_the_screen() -> None:
    channel = Shown()
    native = NativeChannel(lambda: (channel, Locked()))
    await native.withdraw(Topic("a", "b"))
    assert channel.gone == [], "nothing was shown yet"
    await native.prepare()
    await native.withdraw(Topic("a", "b"))
    assert channel.gone == [Topic("a", "b")]
    assert await native.is_locked()
    await native.close()


def test_texts_keep_their_lines_and_lose_what_is_no_text() -> None:
    assert printable("a\nb\x07c\u202ed\ud800é – 漢") == "a\nb c d é – 漢"
