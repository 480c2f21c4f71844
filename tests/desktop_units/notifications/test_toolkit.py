"""Notifications through desktop-notifier, with its own parts and a double of its way to the system."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import desktop_notifier
import pytest

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.notifications.toolkit import ToolkitNotifications
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from tests.helpers.notification_daemon import wait_until

TOPIC = Topic("s1", "capture")
SHOW = Command("show", {"meeting": "s1"})
RESEND = Offer("Resend request", Command("resend", {"meeting": "s1"}))
REMIND = Offer("Remind in 2 min", Command("remind", {"meeting": "s1", "minutes": "2"}))
STOPPED = Message("Stopped", "Why <b>", Severity.CRITICAL, TOPIC, (RESEND, REMIND), SHOW)


class System:
    """What macOS or Windows would do: `DesktopNotifier` of the double."""

    def __init__(self) -> None:
        self.screen: dict[str, Any] = {}
        self.sent: list[Any] = []
        self.made_with: dict[str, Any] = {}
        self.allowed = True
        self.capabilities = frozenset(desktop_notifier.Capability)
        self.works = True
        self.answered = asyncio.Event()
        self.answered.set()

    def __call__(self, **made_with: Any) -> "System":  # noqa: ANN401 - the library's own
        self.made_with = made_with
        return self

    async def request_authorisation(self) -> bool:
        await self.answered.wait()
        return self.allowed

    async def get_capabilities(self) -> frozenset[desktop_notifier.Capability]:
        return self.capabilities

    async def send_notification(self, notification: Any) -> str:  # noqa: ANN401 - as above
        self.sent.append(notification)
        if self.works:  # otherwise the library only logs
            self.screen[notification.identifier] = notification
            notification.on_dispatched()
        return str(notification.identifier)

    async def clear(self, identifier: str) -> None:
        del self.screen[identifier]


class Toolkit:
    """The way under test, with its system."""

    def __init__(self) -> None:
        self.acted: list[Command] = []
        self.system = System()
        names = ("Icon", "Notification", "Button", "Urgency")
        parts = {name: getattr(desktop_notifier, name) for name in names}
        library = SimpleNamespace(DesktopNotifier=self.system, **parts)
        icon = Path("/icon.png")
        self.way = ToolkitNotifications(self.acted.append, icon, library, limit_s=0.05)

    @property
    def only(self) -> Any:  # noqa: ANN401 - the library's own
        """The one notification on the screen."""
        (notification,) = self.system.screen.values()
        return notification


async def test_everything_that_the_system_is_told() -> None:
    here = Toolkit()
    assert await here.way.deliver(STOPPED)
    notification = here.only
    assert here.system.made_with["app_icon"].as_path() == Path("/icon.png")
    assert (notification.title, notification.message) == ("Stopped", "Why <b>")
    assert notification.urgency is desktop_notifier.Urgency.Critical
    assert [button.title for button in notification.buttons] == [
        "Resend request",
        "Remind in 2 min",
    ]
    assert notification.timeout == -1
    assert await here.way.deliver(replace(STOPPED, severity=Severity.INFO, offers=()))
    assert here.only.timeout == 5  # under the same identifier: in the other's place
    assert here.only.urgency is desktop_notifier.Urgency.Normal


@pytest.mark.parametrize(
    ("click", "command"),
    [
        (lambda notification: notification.on_clicked, SHOW),
        (lambda notification: notification.buttons[0].on_pressed, RESEND.command),
        (lambda notification: notification.buttons[1].on_pressed, REMIND.command),
    ],
)
async def test_a_click_from_any_thread_gives_its_command(
    click: Callable[[Any], Callable[[], None]], command: Command
) -> None:
    here = Toolkit()
    await here.way.deliver(STOPPED)
    thread = threading.Thread(target=click(here.only))
    thread.start()
    await wait_until(lambda: here.acted)
    thread.join()
    assert here.acted == [command]


async def test_a_resolved_one_is_withdrawn() -> None:
    here = Toolkit()
    await here.way.withdraw(TOPIC)
    await here.way.deliver(STOPPED)
    await here.way.withdraw(Topic("s2", "capture"))
    assert here.system.screen
    await here.way.withdraw(TOPIC)
    assert here.system.screen == {}


async def test_at_the_end_nothing_stays_and_no_click_counts() -> None:
    here = Toolkit()
    await here.way.deliver(STOPPED)
    click = here.only.on_clicked
    await here.way.close()
    click()
    await asyncio.sleep(0)
    assert (here.system.screen, here.acted) == ({}, [])


async def test_forbidden_by_the_user() -> None:
    here = Toolkit()
    here.system.allowed = False
    assert not await here.way.deliver(STOPPED)
    here.system.allowed = True  # changed in the system's settings meanwhile
    assert await here.way.deliver(STOPPED)


async def test_a_question_to_the_user_holds_nothing_up() -> None:
    here = Toolkit()
    here.system.answered.clear()
    await here.way.prepare()
    assert not await here.way.deliver(STOPPED)
    here.system.answered.set()
    assert await here.way.deliver(STOPPED)


async def test_a_back_end_that_swallows_everything_is_no_way() -> None:
    here = Toolkit()
    here.system.capabilities = frozenset()
    assert not await here.way.deliver(STOPPED)
    assert here.system.sent == []


async def test_what_the_system_did_not_take_goes_another_way() -> None:
    here = Toolkit()
    here.system.works = False
    assert not await here.way.deliver(STOPPED)
    await here.way.withdraw(TOPIC)
