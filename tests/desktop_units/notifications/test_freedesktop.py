"""Notifications on a real message bus, to a notification server that does what the test says."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.freedesktop import FreedesktopNotifications, LockScreen
from rtms_tray.desktop.notifications.message import Message, Picture, Topic
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from tests.helpers.notification_daemon import NotificationDaemon, screen_saver, wait_until

pytestmark = pytest.mark.skipif("sys.platform != 'linux'", reason="the message bus is Linux's")

ICON = Path("/usr/share/icons/none.png")
TOPIC = Topic("s1", "capture")
RESEND = Offer("Resend request", Command("resend", {"meeting": "s1"}))
REMIND = Offer("Remind in 2 min", Command("remind", {"meeting": "s1", "minutes": "2"}))
SHOW = Command("show", {"meeting": "s1"})
STOPPED = Message(
    "Capture stopped",
    "Meeting 987 1234 5670: The host stopped it.",
    Severity.CRITICAL,
    TOPIC,
    (RESEND, REMIND),
    SHOW,
)
SHARING = Message("Sharing", "A stream is live.", Severity.INFO, TOPIC, (), SHOW)
OTHER = replace(STOPPED, topic=Topic("s2", "capture"))


class NativeChannel:
    """The way under test, and what it called back."""

    def __init__(self, address: str) -> None:
        self.acted: list[Command] = []
        self.lost: list[Topic] = []
        self.way = FreedesktopNotifications(
            self.acted.append, self.lost.append, ICON, address=address, restart_s=0.05
        )


MakeNative = Callable[[], NativeChannel]


@pytest.fixture
async def native(bus_address: str) -> AsyncIterator[NativeChannel]:
    """The native way; afterwards nothing of it is left open."""
    made = NativeChannel(bus_address)
    yield made
    await made.way.close()
    gc.collect()  # an open socket would warn, and a warning fails the test


@asynccontextmanager
async def showing(
    native: NativeChannel, address: str, message: Message = STOPPED
) -> AsyncIterator[NotificationDaemon]:
    """A server that shows a message already."""
    async with NotificationDaemon(address) as daemon:
        assert await native.way.deliver(message)
        yield daemon


async def test_everything_that_the_server_is_told(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address) as daemon:
        (shown,) = daemon.shown
    assert (shown.app, shown.replaces, shown.icon) == ("rtms-tray", 0, ICON.as_uri())
    assert (shown.title, shown.body) == (STOPPED.title, STOPPED.text)
    assert shown.actions == (
        *("resend", "Resend request"),
        *("remind 2", "Remind in 2 min"),
        *("default", "Open rtms-tray"),
    )
    assert shown.hints == {"urgency": 2, "desktop-entry": "rtms-tray"}
    assert shown.stays_ms == 0  # until the user dismisses it


@pytest.mark.parametrize("plays", [True, False])
async def test_a_sound_is_asked_for_where_the_server_plays_any(
    native: NativeChannel,
    bus_address: str,
    plays: bool,  # noqa: FBT001 - a case
) -> None:
    capabilities = ("actions", "body", *(("sound",) if plays else ()))
    async with NotificationDaemon(bus_address, capabilities=capabilities) as daemon:
        assert await native.way.deliver(replace(STOPPED, sound=True))
        (shown,) = daemon.shown
    assert shown.hints.get("sound-name") == ("dialog-warning" if plays else None)


async def test_info_goes_by_itself(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address, SHARING) as daemon:
        (shown,) = daemon.shown
    assert shown.stays_ms == 5_000
    assert shown.hints == {"urgency": 1, "desktop-entry": "rtms-tray", "transient": True}


async def test_a_newer_one_replaces_the_older_of_its_topic_alone(
    native: NativeChannel, bus_address: str
) -> None:
    async with showing(native, bus_address) as daemon:
        await native.way.deliver(OTHER)
        await native.way.deliver(SHARING)
        numbers = [(shown.number, shown.replaces) for shown in daemon.shown]
    assert numbers == [(1, 0), (2, 0), (1, 1)]


async def test_where_a_replacement_loses_its_buttons_the_older_one_is_closed_first(
    native: NativeChannel, bus_address: str
) -> None:
    asked = replace(STOPPED, title="No answer")
    async with NotificationDaemon(bus_address, name="gnome-shell") as daemon:
        await native.way.deliver(asked)
        await native.way.deliver(STOPPED)
        assert [(shown.number, shown.replaces) for shown in daemon.shown] == [(1, 0), (2, 0)]
        assert daemon.closed == [1]
        await daemon.dismiss(1, 3)  # the server says so, late: the newer one stays known
        await daemon.click(2, "resend")
        await wait_until(lambda: native.acted)
    assert native.acted == [RESEND.command]


async def test_a_replacement_without_buttons_has_none_to_lose(
    native: NativeChannel, bus_address: str
) -> None:
    async with NotificationDaemon(bus_address, name="gnome-shell") as daemon:
        await native.way.deliver(STOPPED)
        await native.way.deliver(SHARING)
        assert [(shown.number, shown.replaces) for shown in daemon.shown] == [(1, 0), (1, 1)]
    assert daemon.closed == []


@pytest.mark.parametrize(
    ("key", "command"),
    [("default", SHOW), ("resend", RESEND.command), ("remind 2", REMIND.command)],
)
async def test_a_click_gives_its_command_once(
    native: NativeChannel, bus_address: str, key: str, command: Command
) -> None:
    async with showing(native, bus_address) as daemon:
        await daemon.click(1, key)
        await daemon.click(1, key)
        await wait_until(lambda: daemon.closed)
    assert native.acted == [command]
    assert daemon.closed == [1]


async def test_two_buttons_of_one_command_each_send_their_own(
    native: NativeChannel, bus_address: str
) -> None:
    answers = [Command("tell", {"meeting": "s1", "value": value}) for value in ("yes", "no")]
    offers = tuple(Offer(answer.arguments["value"], answer) for answer in answers)
    async with showing(native, bus_address, replace(STOPPED, offers=offers)) as daemon:
        (shown,) = daemon.shown
        await daemon.click(1, shown.actions[2])
        await wait_until(lambda: daemon.closed)
    assert native.acted == [answers[1]]


async def test_clicks_that_mean_nothing_do_nothing(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address) as daemon:
        await native.way.deliver(SHARING)  # in its place: the old buttons are gone
        await daemon.click(1, "resend")
        await daemon.click(99)
        await daemon.click(1)
        await wait_until(lambda: native.acted)
    assert native.acted == [SHOW]


@pytest.mark.parametrize("reason", [1, 2, 3, 4])
async def test_dismissing_or_expiring_asks_for_nothing(
    native: NativeChannel, bus_address: str, reason: int
) -> None:
    async with showing(native, bus_address) as daemon:
        await daemon.dismiss(1, reason)
        await daemon.click(1)
        await native.way.deliver(OTHER)  # its answer comes after the signals
        await native.way.deliver(STOPPED)
        assert [shown.replaces for shown in daemon.shown] == [0, 0, 0]
    assert native.acted == []


async def test_another_program_cannot_click(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address), NotificationDaemon(bus_address) as stranger:
        await stranger.click(1, "resend")
        await native.way.deliver(SHARING)
        await native.way.deliver(OTHER)
    assert native.acted == []


async def test_a_resolved_one_is_withdrawn(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address) as daemon:
        await native.way.withdraw(Topic("s2", "capture"))
        await native.way.withdraw(TOPIC)
        await native.way.withdraw(TOPIC)
        await wait_until(lambda: daemon.closed)
    assert daemon.closed == [1]


async def test_everything_is_withdrawn_at_the_end(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address) as daemon:
        await native.way.close()
        assert daemon.closed == [1]
        assert not await native.way.deliver(STOPPED)


STRANGE = replace(STOPPED, title="a\nb", text="<b>x</b> & <img src='y'>\x00\x1b \ud800")


@pytest.mark.promise("words from outside are plain text everywhere")
async def test_texts_stay_plain_where_markup_is_read(
    native: NativeChannel, bus_address: str
) -> None:
    async with showing(native, bus_address, STRANGE) as daemon:
        (shown,) = daemon.shown
    assert shown.title == "a b"
    assert shown.body == "&lt;b&gt;x&lt;/b&gt; &amp; &lt;img src='y'&gt;    "


async def test_texts_stay_as_they_are_where_markup_is_not_read(
    native: NativeChannel, bus_address: str
) -> None:
    async with NotificationDaemon(bus_address, capabilities=("actions", "body")) as daemon:
        await native.way.deliver(STRANGE)
    assert daemon.shown[0].body == "<b>x</b> & <img src='y'>    "


async def test_a_server_without_actions_is_left_to_what_needs_none(
    native: NativeChannel, bus_address: str
) -> None:
    async with NotificationDaemon(bus_address, capabilities=("body",)) as daemon:
        assert not await native.way.deliver(STOPPED)
        assert await native.way.deliver(SHARING)
    assert [shown.actions for shown in daemon.shown] == [()]


async def test_a_server_that_draws_no_buttons_says_where_they_are(
    native: NativeChannel, bus_address: str
) -> None:
    async with NotificationDaemon(bus_address, name="dunst") as daemon:
        await native.way.deliver(STOPPED)
    last = daemon.shown[0].body.splitlines()[-1]
    assert last == "Resend request: use rtms-tray's menu or window."
    assert "resend" in daemon.shown[0].actions  # dunst offers them in a menu of its own


@pytest.mark.parametrize(("name", "drawn"), [("Xfce Notify Daemon", False), ("Plasma", True)])
async def test_no_two_buttons_do_the_same(
    native: NativeChannel, bus_address: str, name: str, *, drawn: bool
) -> None:
    async with NotificationDaemon(bus_address, name=name) as daemon:
        await native.way.deliver(replace(STOPPED, offers=(Offer("Details", SHOW),)))
    assert ("Details" in daemon.shown[0].actions) == drawn
    assert daemon.shown[0].actions[-2:] == ("default", "Open rtms-tray")


@pytest.mark.promise("notification daemon absent")
async def test_nobody_there(native: NativeChannel) -> None:
    await native.way.prepare()
    assert not await native.way.deliver(STOPPED)
    await native.way.withdraw(TOPIC)


@pytest.mark.promise("D-Bus gone")
async def test_no_bus_at_all(tmp_path: Path) -> None:
    made = NativeChannel(f"unix:path={tmp_path}/none")
    assert not await made.way.deliver(STOPPED)
    await made.way.close()


@pytest.mark.promise("notification daemon hanging")
async def test_a_server_that_hangs_is_given_two_seconds_and_then_a_rest(
    native: NativeChannel, bus_address: str
) -> None:
    loop = asyncio.get_running_loop()
    async with NotificationDaemon(bus_address) as daemon:
        await native.way.prepare()
        daemon.hangs = True
        before = loop.time()
        assert not await native.way.deliver(STOPPED)
        waited_s = loop.time() - before
        assert not await native.way.deliver(STOPPED)
        assert loop.time() - before - waited_s < 0.5
        daemon.answer_now()
        await wait_until(lambda: daemon.closed)  # it came up after the message went another way
    assert 1.9 < waited_s < 3
    assert [shown.number for shown in daemon.shown] == daemon.closed == [1]


async def test_a_new_server_is_not_told_old_numbers(
    native: NativeChannel, bus_address: str
) -> None:
    async with showing(native, bus_address):
        pass
    async with NotificationDaemon(bus_address, first=50) as daemon:
        await wait_until(lambda: native.lost)
        assert await native.way.deliver(STOPPED)
        await native.way.withdraw(TOPIC)
        await wait_until(lambda: daemon.closed)
    assert [shown.replaces for shown in daemon.shown] == [0]
    assert daemon.closed == [50]


@pytest.mark.promise("notification daemon restarting")
async def test_a_critical_one_that_went_down_is_told_again_once(
    native: NativeChannel, bus_address: str
) -> None:
    async with showing(native, bus_address):
        await native.way.deliver(replace(STOPPED, severity=Severity.ATTENTION, topic=Topic("s2")))
    await wait_until(lambda: native.lost)
    async with showing(native, bus_address):
        pass
    async with NotificationDaemon(bus_address):
        await asyncio.sleep(0.1)  # twice as long as it waits before it tells again
    assert native.lost == [TOPIC]


async def test_another_one_on_its_topic_is_told_again_too(
    native: NativeChannel, bus_address: str
) -> None:
    for message in (STOPPED, replace(STOPPED, title="Stopped once more")):
        native.lost.clear()
        async with showing(native, bus_address, message):
            pass
        await wait_until(lambda: native.lost)


async def test_a_newer_one_is_not_told_twice(native: NativeChannel, bus_address: str) -> None:
    async with showing(native, bus_address):
        pass
    async with showing(native, bus_address, SHARING):
        await asyncio.sleep(0.1)
    assert native.lost == []


async def test_the_end_does_not_wait_for_a_server_that_hangs(bus_address: str) -> None:
    native = NativeChannel(bus_address)
    async with showing(native, bus_address) as daemon:
        daemon.hangs = True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(native.way.close(), 0.2)
    gc.collect()  # an open socket would warn


async def test_a_windows_token_is_handed_on(
    native: NativeChannel, bus_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")  # so that it is taken away afterwards
    async with showing(native, bus_address) as daemon:
        await daemon.hand_token(99, "stranger's")
        await daemon.hand_token(1, "from the click")
        await daemon.click(1)
        await wait_until(lambda: native.acted)
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "from the click"


async def test_what_was_resolved_meanwhile_is_not_told_again(
    native: NativeChannel, bus_address: str
) -> None:
    async with showing(native, bus_address) as daemon:
        await daemon.click(1)
        await wait_until(lambda: native.acted)
        await native.way.deliver(STOPPED)
    await native.way.withdraw(TOPIC)
    await asyncio.sleep(0.1)
    assert native.lost == []


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_it_works_on_the_loop_inside_qt(bus_address: str) -> None:
    assert QApplication.instance() is not None
    native = NativeChannel(bus_address)
    async with showing(native, bus_address) as daemon:
        await daemon.click(1, "resend")
        await wait_until(lambda: native.acted)
        await native.way.close()
    assert native.acted == [RESEND.command]
    gc.collect()


async def test_no_screen_saver_means_not_locked(bus_address: str) -> None:
    lock_screen = LockScreen(address=bus_address)
    assert not await lock_screen.is_on()
    await lock_screen.close()


@pytest.mark.parametrize("name", ["org.freedesktop.ScreenSaver", "org.xfce.ScreenSaver"])
@pytest.mark.parametrize("on", [True, False])
async def test_the_screen_saver_is_asked(bus_address: str, name: str, *, on: bool) -> None:
    lock_screen = LockScreen(address=bus_address)
    async with screen_saver(bus_address, name, on=on):
        assert await lock_screen.is_on() is on
    assert not await lock_screen.is_on()
    await lock_screen.close()


async def test_a_screen_saver_that_hangs_holds_nothing_up(bus_address: str) -> None:
    lock_screen = LockScreen(address=bus_address)
    before = asyncio.get_running_loop().time()
    async with screen_saver(bus_address, "org.gnome.ScreenSaver", on=None):
        assert not await lock_screen.is_on()
        assert asyncio.get_running_loop().time() - before < 1
    await lock_screen.close()


async def test_a_picture_goes_with_the_message(bus_address: str) -> None:
    picture = Picture(2, 1, bytes((255, 0, 0, 255, 0, 0, 255, 128)))
    way = FreedesktopNotifications(
        lambda _: None, lambda _: None, ICON, picture_of=lambda _: picture, address=bus_address
    )
    async with NotificationDaemon(bus_address) as daemon:
        assert await way.deliver(STOPPED)
        (shown,) = daemon.shown
        await way.close()
    assert shown.icon == ICON.as_uri()  # for servers that show no picture
    assert list(shown.hints["image-data"]) == [2, 1, 8, True, 8, 4, picture.pixels]
