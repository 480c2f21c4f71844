"""Every banner disappears with its cause."""

from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.view_model import AccountView, Notice, Overview, SignInState
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs
from tests.helpers.windows import words

S = CaptureState
SHARING = overview(board(in_state(S.SHARING)), overview_inputs(), NOON)
STOPPED = overview(board(in_state(S.STOPPED)), overview_inputs(), NOON)
SIGNED_OUT = AccountView(SignInState.SIGNED_OUT)
SIGNING_IN = AccountView(SignInState.SIGNING_IN, "u1")
FAILED = Answer(Exit.REFUSED, "Zoom gave no reason.")
ABOUT_IT = {"meeting": "s1"}


def with_account(account: AccountView) -> Overview:
    return overview(board(in_state(S.SHARING)), overview_inputs(account), NOON)


def banners(harness: DesktopHarness) -> str:
    return words(harness.desktop.window.banners)


@pytest.mark.parametrize(
    ("shown", "after"),
    [
        (with_account(SIGNED_OUT), SHARING),
        (with_account(AccountView(SignInState.LOCKED, "u1")), SHARING),
        (with_account(SIGNING_IN), SHARING),
        (with_account(SIGNED_OUT), with_account(SIGNING_IN)),
        (replace(SHARING, notices=(samples.NOTICE,)), SHARING),
        (replace(SHARING, notices=(Notice("muted", Severity.INFO, "Muted", "", ""),)), SHARING),
    ],
    ids=["signed out", "locked", "signing in", "signs in", "notice", "muted"],
)
def test_what_the_overview_says_goes_with_it(
    qapp: QApplication, shown: Overview, after: Overview
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.window.show()
        harness.desktop.show(shown)
        before = banners(harness).splitlines()
        assert before
        harness.desktop.show(after)
        assert not set(before) & set(banners(harness).splitlines())

    run_scene(qapp, scene)


async def _no_tray(harness: DesktopHarness) -> None:
    harness.desktop.tray.missing.emit("There is none.")


async def _refused_to_a_session(harness: DesktopHarness) -> None:
    harness.commander.answer = FAILED
    harness.desktop.commands.send(Command("pause", ABOUT_IT))


async def _still_trying(harness: DesktopHarness) -> None:
    harness.commander.answer = Answer(Exit.STILL_TRYING, "Zoom is slow.")
    harness.desktop.commands.send(Command("stop", ABOUT_IT))


async def _copied(harness: DesktopHarness) -> None:
    harness.commander.answer = Answer(Exit.DONE, "Please approve.")
    harness.desktop.commands.send(Command("message", ABOUT_IT))


async def _address(harness: DesktopHarness) -> None:
    harness.desktop.show(with_account(SIGNING_IN))
    harness.commander.answer = Answer(Exit.DONE, "https://zoom.us/oauth")
    harness.desktop.commands.send(Command("sign-in-address"))


async def _second_sign_in(harness: DesktopHarness) -> None:
    harness.commander.answer = FAILED
    harness.desktop.commands.send(Command("sign-in", {"browser": "yes"}))


async def _start(harness: DesktopHarness) -> None:
    harness.commander.answer = FAILED
    harness.desktop.commands.send(Command("start", {"meeting": "1"}))


def _tray_found(harness: DesktopHarness) -> None:
    harness.desktop.tray.found.emit()


def _stopped(harness: DesktopHarness) -> None:
    harness.desktop.show(STOPPED)


def _forgotten(harness: DesktopHarness) -> None:
    harness.desktop.show(overview(board(), overview_inputs(), NOON))


def _signed_in(harness: DesktopHarness) -> None:
    harness.desktop.show(SHARING)


def _signs_in(harness: DesktopHarness) -> None:
    harness.desktop.show(with_account(SIGNING_IN))


def _something_done(harness: DesktopHarness) -> None:
    harness.commander.answer = Answer(Exit.DONE)
    harness.desktop.commands.send(Command("pause", ABOUT_IT))


@pytest.mark.parametrize(
    ("cause", "end"),
    [
        (_no_tray, _tray_found),
        (_refused_to_a_session, _stopped),
        (_refused_to_a_session, _forgotten),
        (_refused_to_a_session, _something_done),
        (_still_trying, _stopped),
        (_copied, _stopped),
        (_address, _signed_in),
        (_second_sign_in, _signs_in),
        (_second_sign_in, _something_done),
        (_start, _something_done),
    ],
)
def test_what_the_desktop_says_goes_with_its_cause(
    qapp: QApplication,
    cause: Callable[[DesktopHarness], Awaitable[None]],
    end: Callable[[DesktopHarness], None],
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.window.show()
        harness.desktop.show(SHARING)
        await settle()  # here is no tray
        harness.desktop.tray.found.emit()
        await cause(harness)
        await settle()
        said = banners(harness).splitlines()
        assert said
        harness.desktop.show(replace(harness.desktop._overview or SHARING, tooltip="Other"))
        assert banners(harness).splitlines() == said  # as long as it is there
        end(harness)
        await settle()
        assert not set(said) & set(banners(harness).splitlines())

    run_scene(qapp, scene)


def test_a_banner_that_was_dismissed_does_not_come_back(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.window.show()
        harness.desktop.show(SHARING)
        await _refused_to_a_session(harness)
        await settle()
        harness.desktop.banners.dismiss(harness.desktop.banners.shown["refusal"].key)
        harness.desktop.show(STOPPED)
        assert FAILED.text not in banners(harness)

    run_scene(qapp, scene)
