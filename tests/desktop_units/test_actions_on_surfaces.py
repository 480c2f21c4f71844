"""Window and menu take their actions from the one table, from the front, for every state with every reason."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Condition
from rtms_tray.capture.context import Context
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from rtms_tray.desktop.plain_text import menu_text
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.view_model import ActionView, SessionView
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    SESSION_STATES,
    board,
    in_state,
    overview_inputs,
    session,
    unverified,
)

S = CaptureState


def different() -> list[Board]:
    """One session for each set of actions that any state with any reason has."""
    found: dict[tuple[ActionView, ...], Board] = {}
    for state in SESSION_STATES:
        for code in (None, *Code):
            made = session(state, code)
            for one in (made, unverified(made)):
                shared = replace(board(one), context=Context(policy=Policy(fall_back=True)))
                view = overview(shared, overview_inputs(), NOON).sessions[0]
                if state is not S.ENDED:
                    found.setdefault(view.actions, shared)
    return list(found.values())


def buttons(harness: DesktopHarness) -> list[QPushButton]:
    card = harness.desktop.window.card
    return [*card.primary.buttons, *card.secondary.buttons]


def entries(harness: DesktopHarness, view: SessionView) -> list[QAction]:
    """The entries of the leading session: they follow the headline."""
    return harness.desktop.menu.menu.actions()[1 : 1 + len(view.actions)]


def test_they_show_what_the_table_has_in_its_order(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        window.show()
        for shared in different():
            shown = overview(shared, overview_inputs(), NOON)
            view = shown.sessions[0]
            harness.desktop.show(shown)
            labels = [one.label for one in view.actions]
            assert [one.text() for one in entries(harness, view)] == [
                menu_text(one) for one in labels
            ]
            # The window has the question itself, above all buttons.
            asked = [one.label for one in view.actions if one.asks]
            assert window.card.question.isVisible() or not asked
            assert [one.text() for one in buttons(harness)] == [
                one for one in labels if one not in asked
            ]
            front = [one.text() for one in buttons(harness) if one.property("primary")]
            assert front == [one.label for one in view.actions if one.primary and not one.asks]
        await settle()

    run_scene(qapp, scene)


def test_a_refused_resend_of_the_second_of_two_refused_alike_is_told(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        shown = overview(
            board(in_state(S.REFUSED, 1), in_state(S.REFUSED, 2)), overview_inputs(), NOON
        )
        lead, other = shown.lead, shown.sessions[0]
        assert lead is not None
        assert (lead.key, lead.title, lead.text) == ("s2", other.title, other.text)
        harness.desktop.show(shown)
        harness.desktop.window.show()
        refused = Answer(Exit.REFUSED, other.text, code=AnswerCode.SESSION, session=other.key)
        harness.commander.answer = refused
        (menu,) = harness.desktop.menu._others
        label = text("actions.resend")
        next(one for one in menu.actions() if one.text() == label).trigger()
        await settle()
        assert harness.commander.asked == [("resend", {"meeting": "s1"})]
        assert harness.desktop.banners.shown["refusal"].text == other.text

    run_scene(qapp, scene)


def test_details_are_brought_into_sight(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        stopped = replace(in_state(S.STOPPED), why=Why(Code.STOP_HOST, 1))
        harness.desktop.show(overview(board(stopped), overview_inputs(), NOON))
        window.resize(420, 300)
        harness.desktop.open_window(stopped.key)
        await settle()
        assert window.card.details.visibleRegion().isEmpty()
        harness.desktop.open_window(stopped.key, "details")
        await settle()
        assert not window.card.details.visibleRegion().isEmpty()

    run_scene(qapp, scene)


def test_the_question_is_what_details_are_where_one_is_asked(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        silent = in_state(S.NO_ANSWER)
        shown = overview(board(silent), overview_inputs(), NOON)
        assert shown.sessions[0].actions[0].asks is Condition.HOST_PRESENT
        harness.desktop.show(shown)
        window.resize(420, 300)
        harness.desktop.open_window(silent.key, "details")
        await settle()
        assert not window.card.question.visibleRegion().isEmpty()

    run_scene(qapp, scene)


def test_a_program_at_rest_has_no_details(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(overview(board(), overview_inputs(), NOON))
        harness.desktop.open_window(None, "details")
        await settle()
        harness.desktop.open_window(None, "start")
        await settle()
        assert harness.desktop.window.entry.hasFocus()

    run_scene(qapp, scene)


def test_the_entry_of_the_menu_gives_the_command(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        shown = overview(board(in_state(S.WAITING_FOR_HOST)), overview_inputs(), NOON)
        harness.desktop.show(shown)
        label = text("actions.host_is_here")
        next(one for one in entries(harness, shown.sessions[0]) if one.text() == label).trigger()
        await settle()
        sent = Command("tell", {"condition": "host_present", "value": "yes", "meeting": "s1"})
        assert harness.commander.asked == [(sent.name, dict(sent.arguments))]

    run_scene(qapp, scene)
