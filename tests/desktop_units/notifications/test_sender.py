"""The channels of notifications: their order, one message per topic, and discreet mode."""

import asyncio

import pytest

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.notifications.sender import Announcer, DiscreetMode, without_content
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text

TOPIC, OTHER = Topic("s1", "capture"), Topic("s2", "capture")


RESEND = Offer("Resend request", Command("resend", {"meeting": "s1"}))
SHOW = Command("show", {"meeting": "s1"})
STOPPED = Message(
    "Capture stopped", "Meeting 987 1234 5670: why.", Severity.CRITICAL, TOPIC, (RESEND,), SHOW
)
SHARING = Message("Sharing", "A stream is live.", Severity.INFO, TOPIC, (), SHOW)


class Channel:
    """A channel that is open or closed, answers when `go` is set, and shows what it was given."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.open = is_open
        self.screen: dict[Topic, str] = {}
        self.tried: list[str] = []
        self.go = asyncio.Event()
        self.go.set()

    async def deliver(self, message: Message) -> bool:
        self.tried.append(message.title)
        await self.go.wait()
        if self.open:
            self.screen[message.topic] = message.title
        return self.open

    async def withdraw(self, topic: Topic) -> None:
        self.screen.pop(topic, None)

    async def close(self) -> None:
        await self.go.wait()
        self.screen.clear()


async def locked() -> bool:
    return True


async def unlocked() -> bool:
    return False


async def test_ways_are_tried_in_order_until_one_succeeds() -> None:
    first, second, third = Channel(is_open=False), Channel(), Channel()
    await Announcer((first, second, third)).announce(STOPPED)
    assert [len(first.tried), len(second.tried), len(third.tried)] == [1, 1, 0]


async def test_one_live_message_per_topic_whichever_way_it_went() -> None:
    first, last = Channel(is_open=False), Channel()
    announcer = Announcer((first, last))
    await announcer.announce(STOPPED)
    first.open = True
    await announcer.announce(SHARING)
    assert (first.screen, last.screen) == ({TOPIC: "Sharing"}, {})


async def test_a_resolved_message_never_comes_after_its_withdrawal() -> None:
    channel = Channel()
    announcer = Announcer((channel,))
    channel.go.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(announcer.announce(Message("Slow", "", Severity.INFO, OTHER)))
        group.create_task(announcer.announce(STOPPED))
        group.create_task(announcer.withdraw(TOPIC))
        await asyncio.sleep(0)
        channel.go.set()
    assert channel.tried == ["Slow"]
    assert channel.screen == {OTHER: "Slow"}


async def test_only_the_newest_of_those_that_waited_is_shown() -> None:
    channel = Channel()
    announcer = Announcer((channel,))
    channel.go.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(announcer.announce(Message("Slow", "", Severity.INFO, OTHER)))
        group.create_task(announcer.announce(STOPPED))
        group.create_task(announcer.withdraw(TOPIC))
        group.create_task(announcer.announce(SHARING))
        await asyncio.sleep(0)
        channel.go.set()
    assert channel.tried == ["Slow", "Sharing"]


async def test_what_was_lost_is_told_again_only_while_it_holds() -> None:
    channel = Channel()
    announcer = Announcer((channel,))
    await announcer.announce(STOPPED)
    channel.screen.clear()
    await announcer.announce_again(TOPIC)
    assert channel.screen == {TOPIC: "Capture stopped"}
    await announcer.withdraw(TOPIC)
    await announcer.announce_again(TOPIC)
    assert channel.screen == {}


async def test_messages_that_are_never_withdrawn_are_not_remembered_for_ever() -> None:
    channel = Channel()
    announcer = Announcer((channel,))
    for number in range(300):
        await announcer.announce(replace(STOPPED, topic=Topic(f"s{number}", "capture")))
    assert len(channel.tried) == 300
    channel.screen.clear()
    for number in (0, 299):
        await announcer.announce_again(Topic(f"s{number}", "capture"))
    assert channel.screen == {Topic("s299", "capture"): "Capture stopped"}


@pytest.mark.promise("notification daemon hanging")
async def test_the_end_does_not_wait_for_a_way_that_hangs() -> None:
    quick, stuck = Channel(), Channel()
    announcer = Announcer((quick, stuck))
    await announcer.announce(STOPPED)
    stuck.go.clear()
    async with asyncio.timeout(3):
        await announcer.close()
    assert quick.screen == {}


@pytest.mark.parametrize(
    ("wish", "is_locked", "hushed"),
    [
        ("always", unlocked, True),
        ("auto", unlocked, False),
        ("auto", locked, True),
        ("off", locked, False),
    ],
)
async def test_when_it_is_discreet(wish: str, is_locked: object, *, hushed: bool) -> None:
    assert is_locked in {locked, unlocked}
    channel = Channel()
    mode = DiscreetMode(lambda: wish, locked if is_locked is locked else unlocked)
    await Announcer((channel,), mode).announce(STOPPED)
    title = text("notifications.discreet_title") if hushed else "Capture stopped"
    assert channel.screen == {TOPIC: title}


def test_a_discreet_message_says_nothing_but_that_it_is_there() -> None:
    hushed = without_content(STOPPED)
    assert hushed is not None
    assert (hushed.title, hushed.text) == (text("notifications.discreet_title"), "")
    assert [offer.label for offer in hushed.offers] == ["Open rtms-tray"]
    assert hushed.obvious.command == SHOW
    assert (hushed.severity, hushed.topic) == (STOPPED.severity, TOPIC)


async def test_discreetly_what_needs_nobody_is_not_shown_but_takes_the_old_one_away() -> None:
    channel = Channel()
    announcer = Announcer((channel,), DiscreetMode(lambda: "always"))
    await announcer.announce(STOPPED)
    await announcer.announce(SHARING)
    assert channel.screen == {}
