"""The guided set-up beside a real program and a simulated Zoom: by mouse, by keyboard, and what goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from rtms_tray.demo import demo_environment
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.first_icon import name_application
from rtms_tray.desktop.settings.settings_access import SettingsAccess
from rtms_tray.desktop.setup.setup_wizard import SetupWizard
from rtms_tray.desktop.setup.wizard_pages import AppPage, FeedPage, SetupContext
from rtms_tray.presentation.view_model import SignInState
from rtms_tray.runtime.settings_editor import SettingsEditor, app_requirements
from rtms_tray.simulator import Simulator
from rtms_tray.store.settings_file import load, set_value
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text
from rtms_tray.zoom.app_requirements import CALL_SCOPES, SUBSCRIBED_EVENTS, manifest
from rtms_tray.zoom.http_client import make_http
from tests.helpers.program_harness import ProgramHarness, manual_simulator, run_program
from tests.helpers.stores import LockedStore
from tests.helpers.windows import until, words

pytestmark = pytest.mark.qt_loop


class WizardHarness:
    """The window beside the program; its browser allows at once."""

    def __init__(self, harness: ProgramHarness, store: LockedStore) -> None:
        self.harness, self.store = harness, store
        self.demos = 0
        self.demo_starts = True
        self.helped = 0
        self.ends: list[str] = []
        self.choice = "allow"
        self.browsed: list[str] = []
        self._visits: set[asyncio.Task[None]] = set()
        harness.browser = self._browse
        sender = CommandSender(harness.commands, lambda _command, _answer: None)
        editor = SettingsEditor(harness.profile, store)
        context = SetupContext(SettingsAccess(editor.view, sender), app_requirements())
        self.window = SetupWizard(context, self._demo, self._help)
        self.window.finished.connect(lambda: self.ends.append("finished"))
        self.window.closed.connect(lambda: self.ends.append("closed"))
        harness.program.listen(self.window.show_overview, lambda _: None)
        self.window.start()

    def _demo(self) -> bool:
        self.demos += 1
        return self.demo_starts

    def _help(self) -> None:
        self.helped += 1

    def _browse(self, url: str) -> bool:
        self.browsed.append(url)
        if self.choice:
            self._visits.add(asyncio.ensure_future(self._visit(f"{url}&auto={self.choice}")))
        return True

    async def _visit(self, url: str) -> None:
        async with make_http() as http:
            reply = await http.get(url)
            await http.get(reply.headers["location"])

    @property
    def app_page(self) -> AppPage:
        page = self.window.pages[0]
        assert isinstance(page, AppPage)
        return page

    @property
    def feed_page(self) -> FeedPage:
        page = self.window.pages[1]
        assert isinstance(page, FeedPage)
        return page

    def value(self, key: str) -> object:
        section, _, name = key.partition(".")
        return getattr(getattr(load(self.harness.profile.settings_file)[0], section), name)

    async def at(self, step: int) -> None:
        """Wait for a step, counted from 1."""
        await until(lambda: self.window.stack.currentIndex() == step, words(self.window))
        await self.rests()

    async def rests(self) -> None:
        """Wait until nothing is being checked."""
        await until(self.window.next.isEnabled, "the end of checking")


@pytest.fixture
async def wizard(qapp: QApplication, tmp_path: Path) -> AsyncIterator[WizardHarness]:
    name_application(qapp)
    async with manual_simulator() as zoom:
        profile = demo_environment.profile_in(tmp_path)
        for key, value in (
            ("zoom.environment", "custom"),
            ("zoom.oauth_url", zoom.oauth_url),
            ("zoom.api_url", zoom.api_url),
            ("feed.url", zoom.events_url),
        ):
            set_value(profile.settings_file, key, value)
        store = LockedStore()
        async with run_program(zoom, profile, store) as harness:
            wizard = WizardHarness(harness, store)
            yield wizard
            wizard.window.close()
            await asyncio.sleep(0.02)


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_in(field: object, text: str) -> None:
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


async def through_app(wizard: WizardHarness, zoom: Simulator) -> None:
    click(wizard.window.welcome.connect_app)
    await wizard.at(1)
    type_in(wizard.app_page.client_id.editor, zoom.client_id)
    type_in(wizard.app_page.public_id.editor, zoom.public_client_id)
    click(wizard.window.next)
    await wizard.at(2)


async def through_feed(wizard: WizardHarness, zoom: Simulator) -> None:
    click(wizard.feed_page.kinds["zoom"])
    type_in(wizard.feed_page.subscription.editor, zoom.subscription_id)
    type_in(wizard.feed_page.secret.entry, zoom.client_secret)
    click(wizard.window.next)
    await wizard.at(3)


async def test_from_end_to_end_by_mouse(wizard: WizardHarness) -> None:
    zoom = wizard.harness.zoom
    await through_app(wizard, zoom)
    await through_feed(wizard, zoom)
    assert wizard.harness.program.watcher.feed.connected
    assert wizard.window.next.text() == text("setup.sign_in.open_browser")
    click(wizard.window.next)
    await wizard.at(4)
    shown = words(wizard.window)
    for code in ("sign_in", "scopes", "feed"):
        title, sentence = text(f"doctor.titles.{code}"), text(f"doctor.{code}.ok")
        assert text("doctor.result", title=title, text=sentence) in shown
    assert wizard.window.next.text() == "Open rtms-tray"
    click(wizard.window.next)
    assert wizard.ends == ["finished", "closed"]
    overview = wizard.harness.program.overview()
    assert overview.account.state is SignInState.SIGNED_IN
    assert overview.feed.connected
    assert overview.notices == ()


async def test_from_end_to_end_by_keyboard(wizard: WizardHarness) -> None:
    """No widget is named here: only keys, and what has the focus."""
    zoom, window = wizard.harness.zoom, wizard.window

    def press(key: Qt.Key, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(window.focusWidget(), key)

    def write(text: str) -> None:
        QTest.keyClicks(window.focusWidget(), text)

    def to(name: str) -> None:
        for _ in range(60):
            focused = window.focusWidget()
            if focused.accessibleName() == name:
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name}")

    window.activateWindow()
    to("I develop the app")
    press(Qt.Key.Key_Return)
    await wizard.at(1)
    write(zoom.client_id)
    to("Public client ID")
    write(zoom.public_client_id)
    press(Qt.Key.Key_Return)
    await wizard.at(2)
    to("Event subscription ID")
    write(zoom.subscription_id)
    to("Client secret")
    write(zoom.client_secret)
    press(Qt.Key.Key_Return)
    await until(lambda: wizard.feed_page.secret.state.text() == text("settings.secret.kept"))
    to(text("setup.buttons.check_and_continue"))
    press(Qt.Key.Key_Return)
    await wizard.at(3)
    to(text("setup.sign_in.open_browser"))
    press(Qt.Key.Key_Space)
    await wizard.at(4)
    to("Open rtms-tray")
    press(Qt.Key.Key_Return)
    assert wizard.ends == ["finished", "closed"]
    assert wizard.harness.program.overview().account.state is SignInState.SIGNED_IN


async def test_without_events_it_says_what_that_costs(wizard: WizardHarness) -> None:
    await through_app(wizard, wizard.harness.zoom)
    click(wizard.feed_page.kinds["none"])
    assert not wizard.feed_page.details.isVisibleTo(wizard.window)
    await until(lambda: wizard.value("feed.kind") == "none")
    click(wizard.window.next)
    await until(lambda: text("doctor.feed.none") in words(wizard.window))
    await wizard.rests()
    assert wizard.window.stack.currentIndex() == 2  # said first, gone on from by a second click
    assert wizard.window.next.text() == text("setup.buttons.continue")
    assert not wizard.window.anyway.isVisibleTo(wizard.window)
    click(wizard.window.next)
    await wizard.at(3)


async def test_no_client_id(wizard: WizardHarness) -> None:
    click(wizard.window.welcome.connect_app)
    click(wizard.window.next)
    trouble = wizard.app_page.client_id.trouble
    await until(lambda: trouble.text() == "Paste the app's client ID.")
    assert wizard.window.stack.currentIndex() == 1


async def test_a_client_id_with_a_slip(wizard: WizardHarness) -> None:
    click(wizard.window.welcome.connect_app)
    type_in(wizard.app_page.client_id.editor, "two words")
    click(wizard.window.next)
    await until(lambda: "without spaces" in wizard.app_page.client_id.trouble.text())
    await wizard.rests()
    assert wizard.value("app.client_id") == ""
    assert wizard.window.stack.currentIndex() == 1


async def test_a_public_client_id_that_zoom_does_not_know(wizard: WizardHarness) -> None:
    click(wizard.window.welcome.connect_app)
    type_in(wizard.app_page.client_id.editor, wizard.harness.zoom.client_id)
    type_in(wizard.app_page.public_id.editor, "nobody")
    click(wizard.window.next)
    await until(lambda: "Zoom refused the client ID" in words(wizard.window))
    assert wizard.window.stack.currentIndex() == 1
    assert wizard.window.anyway.isVisibleTo(wizard.window)
    type_in(wizard.app_page.public_id.editor, wizard.harness.zoom.public_client_id)
    click(wizard.window.next)
    await wizard.at(2)


async def test_a_wrong_secret_is_found_out(wizard: WizardHarness) -> None:
    await through_app(wizard, wizard.harness.zoom)
    type_in(wizard.feed_page.subscription.editor, wizard.harness.zoom.subscription_id)
    type_in(wizard.feed_page.secret.entry, "wrong")
    click(wizard.window.next)
    await until(
        lambda: f"{text('doctor.titles.feed')}: Zoom refused the client ID" in words(wizard.window)
    )
    assert wizard.window.stack.currentIndex() == 2
    click(wizard.window.anyway)
    await wizard.at(3)


async def test_consent_that_is_refused(wizard: WizardHarness) -> None:
    wizard.choice = "deny"
    await through_app(wizard, wizard.harness.zoom)
    await through_feed(wizard, wizard.harness.zoom)
    click(wizard.window.next)
    await until(
        lambda: text("zoom_errors.access_denied.text") in wizard.window.sign_in.trouble.text()
    )
    assert wizard.window.stack.currentIndex() == 3
    wizard.choice = "allow"
    click(wizard.window.next)
    await wizard.at(4)


async def test_a_sign_in_can_be_cancelled(wizard: WizardHarness) -> None:
    wizard.choice = ""
    await through_app(wizard, wizard.harness.zoom)
    await through_feed(wizard, wizard.harness.zoom)
    click(wizard.window.next)
    await until(lambda: wizard.window.sign_in.cancel.isVisibleTo(wizard.window))
    await until(lambda: wizard.browsed)
    click(wizard.window.sign_in.address)  # the browser may not have opened
    await until(lambda: text("setup.sign_in.copied") in words(wizard.window))
    assert [QGuiApplication.clipboard().text()] == wizard.browsed
    click(wizard.window.sign_in.cancel)
    await until(lambda: text("zoom_errors.cancelled.text") in wizard.window.sign_in.trouble.text())
    await wizard.rests()
    assert wizard.window.next.text() == text("setup.sign_in.open_browser")


async def test_a_sign_in_that_does_not_come_back_names_the_redirect_uri(
    wizard: WizardHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtms_tray.runtime.sign_in_manager.UNRETURNED_S", 0.05)
    wizard.choice = ""
    await through_app(wizard, wizard.harness.zoom)
    await through_feed(wizard, wizard.harness.zoom)
    click(wizard.window.next)
    await until(lambda: "http://127.0.0.1/callback" in wizard.window.sign_in.state.text())
    click(wizard.window.sign_in.cancel)
    await wizard.rests()


async def test_a_missing_scope_is_named_at_the_end(wizard: WizardHarness) -> None:
    zoom = wizard.harness.zoom
    lacking = "meeting:update:participant_rtms_app_status"
    zoom.world.settings.scopes = zoom.world.settings.scopes.replace(f" {lacking}", "")
    await through_app(wizard, zoom)
    await through_feed(wizard, zoom)
    click(wizard.window.next)
    await wizard.at(4)
    await until(lambda: lacking in words(wizard.window.pages[3]))
    assert wizard.window.next.text() == "Check again"
    assert wizard.window.anyway.isVisibleTo(wizard.window)


async def test_back_and_forth_keeps_what_was_entered(wizard: WizardHarness) -> None:
    await through_app(wizard, wizard.harness.zoom)
    QTest.keyClick(wizard.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    await wizard.at(1)
    assert wizard.app_page.client_id.editor.value() == wizard.harness.zoom.client_id
    click(wizard.window.back)
    await wizard.at(0)
    assert not wizard.window.next.isVisibleTo(wizard.window)


async def test_the_redirect_uri_and_the_scopes_are_copied(wizard: WizardHarness) -> None:
    click(wizard.window.welcome.connect_app)
    copies = {b.accessibleName(): b for b in wizard.app_page.findChildren(QPushButton)}
    click(copies["Copy: Redirect URI"])
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1/callback"
    click(copies["Copy all: scopes"])
    assert QGuiApplication.clipboard().text().split() == [scope.name for scope in CALL_SCOPES]
    copies = {b.accessibleName(): b for b in wizard.feed_page.findChildren(QPushButton)}
    click(copies["Copy all: events"])
    assert QGuiApplication.clipboard().text().split() == list(SUBSCRIBED_EVENTS)
    set_value(wizard.harness.profile.settings_file, "app.redirect_port", "4711")
    wizard.app_page.enter()
    assert wizard.app_page.redirect.text() == "http://127.0.0.1:4711/callback"
    click(wizard.feed_page.manifest)
    assert QGuiApplication.clipboard().text() == manifest("http://127.0.0.1:4711/callback")


@pytest.mark.parametrize(
    ("starts", "said"), [(True, "second tray icon"), (False, "rtms-tray demo")]
)
async def test_the_demo(wizard: WizardHarness, said: str, *, starts: bool) -> None:
    wizard.demo_starts = starts
    click(wizard.window.welcome.demo)
    assert wizard.demos == 1
    assert said in wizard.window.welcome.demo_status.text()


async def test_help_and_esc(wizard: WizardHarness) -> None:
    click(wizard.window.help)
    assert wizard.helped == 1
    QTest.keyClick(wizard.window, Qt.Key.Key_Escape)
    await until(lambda: not wizard.window.isVisible())
    assert wizard.ends == ["closed"]
    assert (await wizard.harness.do("status")).exit is Exit.DONE
