"""Starting at log-in is offered after a set-up link, where it is off and can be turned on."""

import pytest

from rtms_tray.support.command_types import Answer, Command, Exit
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop
from tests.helpers.windows import push, until, words

pytestmark = pytest.mark.qt_loop
TITLE = "Start rtms-tray when you log in?"


def system_says(full: FullDesktop, *, on: bool | None, available: bool = True) -> None:
    full.desktop.show(samples.at_rest())
    full.commander.autostart = {"on": on, "available": available}


async def test_one_click_turns_it_on_and_the_offer_goes(full: FullDesktop) -> None:
    system_says(full, on=False)
    full.windows.agreed.emit(False)
    await until(lambda: TITLE in words(full.desktop.window.banners))
    full.commander.answer = Answer(Exit.REFUSED, "The desktop didn't allow it.")
    push(full.desktop.window.banners, "Start at log-in").click()
    await until(lambda: "didn't allow it" in words(full.desktop.window.banners))
    assert TITLE in words(full.desktop.window.banners)
    full.commander.answer = Answer(Exit.DONE)
    push(full.desktop.window.banners, "Start at log-in").click()
    await until(lambda: TITLE not in words(full.desktop.window.banners))
    assert full.commander.asked[-1] == Command("autostart-set", {"on": "true"})


@pytest.mark.parametrize(("on", "available"), [(True, True), (None, True), (False, False)])
async def test_where_there_is_nothing_to_turn_on_nothing_is_said(
    full: FullDesktop, *, on: bool | None, available: bool
) -> None:
    system_says(full, on=on, available=available)
    full.windows.agreed.emit(False)
    await until(lambda: "autostart" in full.commander.names())
    await until(lambda: full.desktop.commands.is_idle)
    assert TITLE not in words(full.desktop.window.banners)
