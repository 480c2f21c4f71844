"""The program's notifications on real desktops: what they say, and what a click on them does."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pytest
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.helpers.desktop import Box, Desktop, NotifyKind, Picture, Window, wait_for
from tests.helpers.desktop.parts import notification_daemon
from tests.helpers.desktop.waiting import steady
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready
from tests.helpers.running import ROOT
from tests.helpers.simulator_process import WITH_HOST, WITHOUT_HOST

MakeDesktop = Callable[..., Desktop]
DAEMON: Final = [sys.executable, "-m", "tests.helpers.notification_daemon"]
KINDS: Final = {"Xfce4-notifyd", "Dunst"}
PROMISED_MS: Final = 300
ALLOWED_MS: Final = 3 * PROMISED_MS


def share(here: OnDesktop, meeting: int = WITH_HOST) -> None:
    """Start capture in a meeting, with the host's consent."""
    if meeting == WITHOUT_HOST:
        here.zoom.act(meeting, "host_joins")
    here.app.done("start", str(meeting))
    here.zoom.act(meeting, "approve")
    here.app.wait_for_state("sharing")


def lose(here: OnDesktop, meeting: int = WITH_HOST) -> None:
    """Have the host switch sharing off."""
    here.zoom.act(meeting, "sharing_off")


def asked(here: OnDesktop) -> list[int]:
    """The meetings for which a start was requested, in order."""
    return [int(one["meeting"]) for one in here.zoom.requests()]


def notifications(desktop: Desktop) -> list[Window]:
    """The notifications on the screen, top to bottom."""
    shown = desktop.run(["xdotool", "search", "--onlyvisible", "--maxdepth", "1", ".*"])
    visible = {int(word) for word in shown.stdout.split()}
    found = [
        one
        for one in desktop.windows()
        if one.kind in KINDS and one.number in visible and one.box.width > 50
    ]
    return sorted(found, key=lambda one: one.box.y)


def shown(here: OnDesktop, count: int, name: str) -> list[Window]:
    """Wait until this many notifications rest on the screen; keep a picture."""
    desktop = here.desktop
    wait_for(lambda: len(notifications(desktop)) == count, 10, f"{count} notifications ({name})")
    still = steady(lambda: (len(notifications(desktop)), desktop.picture()), times=6)
    wait_for(still, 10, f"{name} to come to rest")
    here.mouse.keep(name)
    return notifications(desktop)


def buttons(picture: Picture) -> list[int]:
    """The middle of every button in the last rows of a notification, left to right."""
    y = picture.height - 22
    ground = picture.colour(4, y)
    inked = [picture.colour(x, y) != ground for x in range(picture.width)]
    runs: list[list[int]] = []
    for x, ink in enumerate(inked):
        if ink and (not runs or x - runs[-1][-1] > 1):
            runs.append([])
        if ink:
            runs[-1].append(x)
    return [(run[0] + run[-1]) // 2 for run in runs if len(run) > 40]


def press(here: OnDesktop, window: Window, place: int) -> None:
    """Click with the pointer: 0 resends, 1 reminds, 2 opens the window (Xfce draws that too)."""
    found = buttons(here.desktop.picture(window.box))
    assert len(found) == 3, f"three buttons expected, at {found}"
    here.desktop.click(window.box.x + found[place], window.box.y + window.box.height - 22)


def test_the_button_resends(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(notify="xfce"), artefacts) as here:
        ready(here)
        share(here)
        shown(here, 1, "sharing")
        lose(here)
        here.app.wait_for_state("stopped")
        wait_for(lambda: buttons_of(here), 10, "the buttons")
        (stopped,) = shown(here, 1, "stopped")
        press(here, stopped, 0)
        here.app.wait_for_state("pending_approval")
        assert asked(here) == [WITH_HOST, WITH_HOST]
        shown(here, 0, "withdrawn")
        here.zoom.act(WITH_HOST, "approve")
        here.app.wait_for_state("sharing")
        shown(here, 1, "sharing-again")


def buttons_of(here: OnDesktop) -> list[int]:
    """The buttons of the only notification; none where there is none."""
    found = notifications(here.desktop)
    return buttons(here.desktop.picture(found[0].box)) if found else []


def test_the_other_button_reminds(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(notify="xfce"), artefacts) as here:
        here.app.environ["PYTHONDEVMODE"] = "1"  # it says what is left open at the end
        ready(here)
        share(here)
        lose(here)
        wait_for(lambda: buttons_of(here), 10, "the buttons")
        (stopped,) = shown(here, 1, "stopped")
        press(here, stopped, 1)
        shown(here, 0, "gone")
        assert here.app.status()["sessions"][0]["state"] == "stopped"
        assert asked(here) == [WITH_HOST]
        here.app.run_process.send(signal.SIGTERM)
        ended = here.app.run_process.wait()
        assert ended.code == 0
        assert "Warning" not in ended.err


def test_a_click_opens_the_right_session(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(notify="xfce", size=(1280, 900)), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "notifications.info", "false")
        for meeting in (WITH_HOST, WITHOUT_HOST):
            share(here, meeting)
        lose(here, WITH_HOST)
        (first,) = shown(here, 1, "one-stopped")
        lose(here, WITHOUT_HOST)
        shown(here, 2, "two-stopped")
        # The newer one leads everywhere; the click is on the older one.
        press(here, first, 2)
        here.desktop.find_window("rtms-tray")
        wait_for(steady(here.desktop.picture, times=6), 10, "the window to come to rest")
        here.mouse.keep("opened")
        here.desktop.key("space")  # the obvious button of the session that is shown
        wait_for(lambda: len(asked(here)) > 2, 10, "the request")
        assert asked(here) == [WITH_HOST, WITHOUT_HOST, WITH_HOST]


def test_a_dismissed_one_leaves_the_dot(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(notify="dunst"), artefacts) as here:
        ready(here)
        share(here)
        sharing = here.mouse.icon_picture("sharing")
        lose(here)
        here.app.wait_for_state("stopped")
        (stopped,) = shown(here, 1, "stopped")
        dotted = here.mouse.icon_picture("stopped", (sharing,))
        here.desktop.click(*stopped.box.centre, "right")
        shown(here, 0, "dismissed")
        assert here.mouse.icon_picture("still-dotted", (sharing,)) == dotted
        here.app.done("acknowledge")
        here.mouse.icon_picture("acknowledged", (sharing, dotted))
        assert asked(here) == [WITH_HOST]


def test_where_no_buttons_are_drawn_a_click_opens_the_window(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(make_desktop(tray="tint2", notify="dunst"), artefacts) as here:
        ready(here)
        share(here)
        lose(here)
        here.app.wait_for_state("stopped")
        (stopped,) = shown(here, 1, "stopped")
        here.desktop.click(*stopped.box.centre)
        here.desktop.find_window("Capture stopped")
        here.mouse.keep("window")


@pytest.mark.promise("notification daemon absent")
def test_without_a_daemon_the_window_says_it(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(notify="none"), artefacts) as here:
        ready(here)
        share(here)
        here.mouse.keep("sharing")
        lose(here)
        here.desktop.find_window("Capture stopped")
        wait_for(steady(here.desktop.picture, times=6), 10, "the window to come to rest")
        here.mouse.keep("banner")


def test_without_a_daemon_an_icon_of_its_own_window_says_it_beside_it(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(make_desktop(tray="tint2", notify="none"), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "notifications.info", "false")
        share(here)
        here.mouse.icon_picture("sharing")
        balloon = here.mouse.new_window(lambda: lose(here))
        here.mouse.keep("stopped")
        here.desktop.click(*balloon.box.centre)
        wait_for(lambda: len(asked(here)) > 1, 10, "the request: the title names it")


@pytest.mark.promise("notification daemon restarting")
@pytest.mark.parametrize("second", ["xfce", "dunst"])
def test_the_daemon_is_killed_and_another_one_comes(
    make_desktop: MakeDesktop, artefacts: Path, second: NotifyKind
) -> None:
    with on_desktop(make_desktop(notify="dunst"), artefacts) as here:
        ready(here)
        share(here)
        lose(here)
        here.app.wait_for_state("stopped")
        shown(here, 1, "before")
        end_daemon(here.desktop)
        part = notification_daemon(second)
        assert part is not None
        argv = part.prepare(Path(here.desktop.env["XDG_CONFIG_HOME"]))
        here.desktop.start("second-daemon", argv)
        shown(here, 1, "told-again")
        here.app.done("resend")
        shown(here, 0, "withdrawn")


def end_daemon(desktop: Desktop) -> None:
    """Kill the notification server that runs on the desktop."""
    with open_dbus_connection(desktop.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        name = "org.freedesktop.Notifications"
        call = message_bus.GetConnectionUnixProcessID(name)
        os.kill(connection.send_and_get_reply(call, timeout=5).body[0], signal.SIGKILL)


def test_discreetly_it_says_only_that_it_is_there(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(make_desktop(notify="xfce"), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "notifications.discreet", "always")
        share(here)
        assert notifications(here.desktop) == []
        lose(here)
        here.app.wait_for_state("stopped")
        shown(here, 1, "discreet")


# --- how fast -------------------------------------------------------------------------------------


def told(desktop: Desktop) -> list[dict[str, Any]]:
    """What has reached the scripted daemon."""
    return [json.loads(line) for line in desktop.log("daemon").splitlines()]


def test_how_long_it_takes_and_that_nothing_is_left_behind(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    desktop = make_desktop()
    desktop.start("daemon", DAEMON, PYTHONPATH=str(ROOT))
    wait_for(lambda: told(desktop), 10, "the scripted daemon")
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        share(here)
        wait_for(lambda: len(told(desktop)) > 1, 10, "the word that it began")
        before = monotonic()
        lose(here)
        wait_for(lambda: len(told(desktop)) > 2, 10, "the word that it stopped")
        stopped = told(desktop)[2]
        took_ms = (stopped["at_s"] - before) * 1000
        assert stopped["shown"]["title"] == "Capture stopped by the host"
        here.app.run_process.send(signal.SIGTERM)
        here.app.run_process.wait()
        number = stopped["shown"]["number"]
        wait_for(lambda: told(desktop)[-1].get("closed") == number, 10, "its withdrawal")
    figures = {"rtms_stopped_to_notify_ms": round(took_ms), "promised_ms": PROMISED_MS}
    (artefacts / "latency.json").write_text(json.dumps(figures), encoding="utf-8")
    assert took_ms <= ALLOWED_MS, figures


@pytest.mark.parametrize("daemon", ["xfce", "dunst"])
def test_how_long_until_it_is_drawn(
    make_desktop: MakeDesktop, artefacts: Path, daemon: NotifyKind
) -> None:
    with on_desktop(make_desktop(notify=daemon), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "notifications.info", "false")
        share(here)
        width, _ = here.desktop.size
        corner = Box(width // 2, 0, width // 2, 200)
        empty = here.desktop.picture(corner)
        before = monotonic()
        lose(here)
        wait_for(lambda: here.desktop.picture(corner) != empty, 10, "the notification")
        took_ms = (monotonic() - before) * 1000
    figures = {"rtms_stopped_to_pixels_ms": round(took_ms), "promised_ms": PROMISED_MS}
    (artefacts / "latency.json").write_text(json.dumps(figures), encoding="utf-8")
    assert took_ms <= ALLOWED_MS, figures
