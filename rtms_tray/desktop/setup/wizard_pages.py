"""The pages of the guided set-up: what to enter, what to do at Zoom, and which checks follow."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from rtms_tray.desktop.settings.autostart_row import AutostartRow
from rtms_tray.desktop.settings.secret_row import SecretRow
from rtms_tray.desktop.settings.setting_rows import SettingRow
from rtms_tray.desktop.settings.settings_access import SettingsAccess
from rtms_tray.desktop.setup.doctor_window import ResultRows
from rtms_tray.desktop.widgets.app_window import card, trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row, set_margins
from rtms_tray.presentation.settings_view import AppRequirements, Permission
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.presentation.wording import awaited_from_browser
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text


class SetupContext(Frozen):
    """What the guided set-up reads and changes."""

    settings: SettingsAccess
    requirements: AppRequirements


class Page(QWidget):
    """One step: what to do, and the doctor's checks that show whether it is done."""

    name = ""
    checks: tuple[str, ...] = ()
    continue_key = "setup.buttons.check_and_continue"
    busy_key = "setup.buttons.checking"
    results: ResultRows | None = None  # where the page itself shows them

    def __init__(self, context: SetupContext) -> None:
        super().__init__()
        self.settings, self.requirements = context.settings, context.requirements
        self.commands = context.settings.sender
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)

    @property
    def title(self) -> str:
        """The step's name."""
        return text(f"setup.{self.name}.title")

    def first_widget(self) -> QWidget | None:
        """Return what gets the focus."""
        return None

    def enter(self) -> None:
        """Get ready to be shown."""

    async def commit(self) -> bool:
        """Accept what was entered; false, with the reason shown, where something is missing."""
        return True

    def entries(self) -> Sequence[QLineEdit]:
        """List the fields in which Return continues."""
        return ()

    def _add_card(self, title: str, *parts: QWidget) -> None:
        frame, inside = card()
        inside.addWidget(label(title, bold=True, fixed=True))
        for part in parts:
            inside.addWidget(part)
        self.column.addWidget(frame)

    def _setting_row(self, key: str) -> SettingRow:
        return SettingRow(self.settings.read().settings[key], self.settings)

    def _refresh(self, *rows: SettingRow) -> None:
        settings = self.settings.read().settings
        for setting in rows:
            setting.show_setting(settings[setting.key])


def _copyable(content: str, name: str) -> tuple[QLineEdit, QWidget]:
    """Make a line to copy, with its button."""
    line = QLineEdit(content, readOnly=True)
    line.setAccessibleName(name)
    copy = button(text("setup.buttons.copy"))
    copy.setAccessibleName(text("setup.buttons.copy_name", name=name))
    copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(line.text()))
    around = QWidget()
    around.setLayout(row(line, copy))
    return line, around


def _scope_list(scopes: Sequence[Permission], page: str) -> QWidget:
    """Make a list of scopes to tick at Zoom, each with what it is for."""
    lines: list[QWidget] = []
    for scope in scopes:
        purpose = _indented(text(f"setup.{page}.scope", purpose=scope.purpose))
        lines += [label(scope.name), purpose]
    return _list([scope.name for scope in scopes], text(f"setup.{page}.scopes"), lines)


_INDENT: Final = 27
"""As far as a radio button's text is from the left, in pixels."""


def _indented(content: str) -> QLabel:
    line = note(content, fixed=True)
    set_margins(line, _INDENT, 0, 0, 0)
    return line


def _list(items: Sequence[str], name: str, lines: Sequence[QWidget] = ()) -> QWidget:
    """Make a list to tick at Zoom, with a button that copies it."""
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    for part in lines or [label("\n".join(items))]:
        column.addWidget(part)
    copy = button(text("setup.buttons.copy_all"))
    copy.setAccessibleName(text("setup.buttons.copy_all_name", name=name))
    copy.clicked.connect(
        lambda _checked=False: QGuiApplication.clipboard().setText("\n".join(items))
    )
    line = row(copy)
    line.addStretch(1)
    column.addLayout(line)
    return around


class AppPage(Page):
    """The Zoom app: its IDs, and what to enter and tick in the Zoom Marketplace."""

    name = "app"
    checks = ("zoom", "client_id")

    def __init__(self, context: SetupContext) -> None:
        super().__init__(context)
        self.client_id = self._setting_row("app.client_id")
        self.public_id = self._setting_row("app.sign_in_client_id")
        self.redirect, redirect = _copyable("", text("setup.app.redirect_uri"))
        intro = label(text("setup.app.intro"))
        self._add_card(text("setup.app.ids"), intro, self.client_id, self.public_id)
        self._add_card(text("setup.app.add_redirect_uri"), redirect)
        scopes = _scope_list(self.requirements.scopes, self.name)
        self._add_card(text("setup.app.tick_scopes"), scopes)
        switches = _list(self.requirements.switches, text("setup.app.switches"))
        self._add_card(text("setup.app.turn_on"), label(text("setup.app.turn_on_note")), switches)
        self.column.addWidget(note(text("setup.app.other_zoom")))

    def first_widget(self) -> QWidget:
        """Begin with the client ID."""
        return self.client_id.editor

    def enter(self) -> None:
        """Show what is set already."""
        self._refresh(self.client_id, self.public_id)
        self.redirect.setText(self.settings.read().redirect_uri)

    async def commit(self) -> bool:
        """Require the client ID at least."""
        if not self.client_id.editor.value():
            put(self.client_id.trouble, text("setup.app.missing_client_id"))
            self.client_id.editor.setFocus()
            return False
        return await self.client_id.commit() and await self.public_id.commit()

    def entries(self) -> Sequence[QLineEdit]:
        """Return continues from both IDs."""
        return [
            row.editor
            for row in (self.client_id, self.public_id)
            if isinstance(row.editor, QLineEdit)
        ]


_FEED_KINDS: Final = ("zoom", "none", "relay")


class FeedPage(Page):
    """Where events come from, and what doing without them costs."""

    name = "feed"

    def __init__(self, context: SetupContext) -> None:
        super().__init__(context)
        self.kinds = {kind: self._radio_button(kind) for kind in _FEED_KINDS}
        choices = [
            part
            for kind, radio in self.kinds.items()
            for part in (radio, _indented(text(f"setup.feed.{kind}.note")))
        ]
        self._add_card(text("setup.feed.question"), *choices)
        self.secret = SecretRow(self.settings)
        self.subscription = self._setting_row("feed.subscription_id")
        self.manifest = button(text("setup.feed.copy_manifest"))
        self.manifest.clicked.connect(lambda _checked=False: self._copy_manifest())
        self.details = QWidget()
        inside = QVBoxLayout(self.details)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._subscription_card())
        self.column.addWidget(self.details)
        self.relay_url = self._setting_row("feed.url")
        self.relay, inside = card()
        inside.addWidget(self.relay_url)
        self.column.addWidget(self.relay)

    @property
    def checks(self) -> tuple[str, ...]:  # type: ignore[override]  # it depends on the choice
        """With Zoom's socket, what it needs too."""
        return ("keyring", "client_secret", "feed") if self._kind() == "zoom" else ("feed",)

    def first_widget(self) -> QWidget:
        """Begin with the choice that is in force."""
        return self.kinds[self._kind()]

    def enter(self) -> None:
        """Show what is set already."""
        self._refresh(self.subscription)
        self.secret.refresh()
        kind = self.settings.read().settings["feed.kind"].value
        self.kinds.get(kind, self.kinds["zoom"]).setChecked(True)
        self._refresh(self.relay_url)
        self._show_parts(kind)

    async def commit(self) -> bool:
        """Save a secret or an address that was typed and not saved yet."""
        if self._kind() == "none":
            return True
        if self._kind() == "relay":
            return await self.relay_url.commit()
        typed = bool(self.secret.entry.text().strip())
        return await self.subscription.commit() and (not typed or await self.secret.store())

    def entries(self) -> Sequence[QLineEdit]:
        """Return continues from the subscription; in the secret's field it saves the secret."""
        editor = self.subscription.editor
        return [editor] if isinstance(editor, QLineEdit) else []

    def _subscription_card(self) -> QWidget:
        frame, column = card()
        for part in (
            label(text("setup.feed.make_subscription"), bold=True),
            label(text("setup.feed.warning")),
            self.subscription,
            self.secret,
            label(text("setup.feed.tick_events"), bold=True),
            _list(self.requirements.events, text("setup.feed.events")),
            self.manifest,
            note(text("setup.feed.manifest_note")),
            label(text("setup.feed.tick_scopes"), bold=True),
            _scope_list(self.requirements.event_scopes, self.name),
        ):
            column.addWidget(part)
        return frame

    def _copy_manifest(self) -> None:
        redirect_uri = self.settings.read().redirect_uri
        QGuiApplication.clipboard().setText(self.requirements.manifest(redirect_uri))

    def _radio_button(self, kind: str) -> QRadioButton:
        name = text(f"setup.feed.{kind}.name")
        radio = QRadioButton(name)
        radio.setObjectName(kind)
        radio.setAccessibleName(name)
        radio.clicked.connect(lambda _checked=False: self._choose(kind))
        return radio

    def _choose(self, kind: str) -> None:
        self.commands.spawn(self._set_kind(kind))
        self._show_parts(kind)

    def _show_parts(self, kind: str) -> None:
        self.details.setVisible(kind == "zoom")
        self.relay.setVisible(kind == "relay")

    async def _set_kind(self, kind: str) -> None:
        await self.settings.change("feed.kind", kind)

    def _kind(self) -> str:
        return next((kind for kind, radio in self.kinds.items() if radio.isChecked()), "zoom")


class SignInPage(Page):
    """Signing in, in the browser."""

    name = "sign_in"
    checks = ("sign_in",)
    busy_key = "setup.sign_in.waiting"

    def __init__(self, context: SetupContext) -> None:
        super().__init__(context)
        self._account: AccountView | None = None
        self.state, self.copied, self.trouble = label(), note(), trouble_label()
        self.cancel = button(text("setup.sign_in.cancel"))
        self.address = button(text("setup.sign_in.copy_address"))
        self.address.setAccessibleDescription(text("setup.sign_in.copy_address_note"))
        self.commands.bind(self.cancel, Command("cancel-sign-in"))
        address = Command("sign-in-address")
        self.commands.bind(
            self.address, address, lambda: self.commands.send(address, self._copy_address)
        )
        for part in (self.cancel, self.address, self.copied):
            part.hide()
        lines = (label(text("setup.sign_in.intro")), self.state, self.copied, self.trouble)
        self._add_card(text("setup.sign_in.heading"), *lines, self.address, self.cancel)

    @property
    def continue_key(self) -> str:  # type: ignore[override]  # it depends on the account
        """Sign in first, unless somebody is."""
        if self._is(SignInState.SIGNED_IN):
            return Page.continue_key
        return "setup.sign_in.open_browser"

    def show_account(self, account: AccountView) -> None:
        """Show who is signed in."""
        self._account = account
        put(self.state, _account_text(account))
        was_hidden, is_signing_in = self.cancel.isHidden(), self._is(SignInState.SIGNING_IN)
        for part in (self.address, self.cancel):
            part.setVisible(is_signing_in)
        if not is_signing_in:
            put(self.copied, "")
        elif was_hidden:
            self.cancel.setFocus()

    async def commit(self) -> bool:
        """Sign in, unless somebody is."""
        if self._is(SignInState.SIGNED_IN):
            return True
        put(self.trouble, "")
        answer = await self.commands.send_and_wait(Command("sign-in", {"browser": "yes"}))
        if answer.exit is not Exit.DONE:
            put(self.trouble, answer.text)
        return answer.exit is Exit.DONE

    def _is(self, state: SignInState) -> bool:
        return self._account is not None and self._account.state is state

    def _copy_address(self, answer: Answer) -> None:
        if answer.exit is Exit.DONE:
            QGuiApplication.clipboard().setText(answer.text)
            put(self.copied, text("setup.sign_in.copied"))
        else:
            put(self.copied, answer.text)


def _account_text(account: AccountView) -> str:
    who = account.email or account.user_id
    match account.state:
        case SignInState.SIGNED_IN if who:
            return text("setup.sign_in.signed_in_as", who=who)
        case SignInState.SIGNED_IN:
            return text("setup.sign_in.signed_in")
        case SignInState.SIGNING_IN if account.missing_redirect:
            return awaited_from_browser(account)
        case SignInState.SIGNING_IN:
            return text("setup.sign_in.signing_in")
        case SignInState.LOCKED:
            return text("setup.sign_in.keyring_locked")
        case _:
            return text("setup.sign_in.signed_out")


class TestPage(Page):
    """All of it, tested."""

    name = "test"
    checks = ("sign_in", "scopes", "feed", "zoom_client", "tray", "notifications")
    continue_key = "setup.test.finish"

    def __init__(self, context: SetupContext) -> None:
        super().__init__(context)
        self.results = ResultRows()
        self._add_card(text("setup.test.question"), label(text("setup.test.intro")), self.results)
        self.autostart = AutostartRow(self.commands)
        frame, inside = card()
        inside.addWidget(self.autostart)
        frame.hide()
        self.autostart.available.connect(frame.setVisible)
        self.column.addWidget(frame)

    def enter(self) -> None:
        """Show how the system has it."""
        self.autostart.refresh()
