"""From wherever somebody has stopped there is a way back, in the window and in the menu."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.view_model import AccountView, Notice, Overview, SignInState
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.desktop_units.menus import entry, texts
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import SESSION_STATES, board, in_state, overview_inputs, session

S = CaptureState
NEVER = AccountView(SignInState.SIGNED_OUT)
ENDED = AccountView(SignInState.SIGNED_OUT, ended=True)
LOCKED = AccountView(SignInState.LOCKED, "u1", "you@example.com")
NOT_SET_UP = AccountView(SignInState.NOT_CONFIGURED)
WAYS = {
    NEVER: ("Sign in…", ("sign-in", {"browser": "yes"})),
    ENDED: ("Sign in again…", ("sign-in", {"browser": "yes"})),
    LOCKED: ("Unlock keyring", ("unlock", {})),
    NOT_SET_UP: ("Set up rtms-tray…", ("show", {})),
}


def buttons(harness: DesktopHarness) -> dict[str, QPushButton]:
    window = harness.desktop.window
    found = window.findChildren(QPushButton)
    return {one.text(): one for one in found if one.isVisibleTo(window) and one.isEnabled()}


def views(account: AccountView) -> list[Overview]:
    """At rest, beside a meeting in every state, and beside several."""
    watched = [board(), *(board(in_state(state)) for state in SESSION_STATES)]
    watched.append(board(in_state(S.SHARING, 1), in_state(S.DENIED, 2), in_state(S.ENDED, 3)))
    return [overview(one, overview_inputs(account), NOON) for one in watched]


@pytest.mark.parametrize("account", WAYS, ids=["never", "ended", "locked", "not set up"])
def test_who_is_not_signed_in_has_the_button(qapp: QApplication, account: AccountView) -> None:
    label, command = WAYS[account]

    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.window.show()
        for shown in views(account):
            harness.desktop.show(shown)
            await settle()
            harness.commander.asked.clear()
            buttons(harness)[label].click()
            await settle()
            entry(harness.desktop.menu.menu, label).trigger()
            await settle()
            assert harness.commander.asked == [command, command], shown.overall

    run_scene(qapp, scene)


def test_who_stopped_trying_can_start_again(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        given_up = session(S.ENDED, Code.GIVEN_UP)
        harness.desktop.show(overview(board(given_up), overview_inputs(), NOON))
        harness.desktop.window.show()
        await settle()
        again = text("actions.start_again")
        assert buttons(harness)[again].property("primary")
        buttons(harness)[again].click()
        await settle()
        entry(harness.desktop.menu.menu, again).trigger()
        await settle()
        assert harness.commander.asked == [("start", {"meeting": given_up.key})] * 2

    run_scene(qapp, scene)


def test_beside_a_meeting_that_runs_there_is_a_way_back_as_well(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        running, given_up = in_state(S.SHARING, 1), session(S.ENDED, Code.GIVEN_UP, 2)
        harness.desktop.show(overview(board(running, given_up), overview_inputs(), NOON))
        window = harness.desktop.window
        window.show()
        await settle()
        (other,) = harness.desktop.menu._others
        assert texts(other) == [text("actions.start_again")]
        assert window.tabs.earlier.isVisible()
        window.tabs.over.actions()[0].trigger()
        await settle()
        buttons(harness)[text("actions.start_again")].click()
        await settle()
        assert harness.commander.asked == [("start", {"meeting": given_up.key})]

    run_scene(qapp, scene)


def test_however_much_else_there_is_to_say_the_button_is_there(qapp: QApplication) -> None:
    shown = overview(board(in_state(S.SHARING)), overview_inputs(ENDED), NOON)
    much = tuple(Notice(f"n{n}", Severity.CRITICAL, f"Matter {n}", "", "") for n in range(5))
    offered = replace(samples.NOTICE, title="Signed out")

    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.window.show()
        for notices, label in ((much, "Sign in again…"), ((*much, offered), "Sign in…")):
            harness.desktop.show(replace(shown, notices=notices))
            await settle()
            assert label in buttons(harness)

    run_scene(qapp, scene)
