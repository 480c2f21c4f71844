"""The pages of the guided set-up: what to enter, what to do at Zoom, and which checks follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QRadioButton, QVBoxLayout, QWidget

from rtms_tray.desktop.settings.secret_row import SecretRow
from rtms_tray.desktop.settings.setting_rows import SettingRow
from rtms_tray.desktop.settings.settings_access import SettingsAccess
from rtms_tray.desktop.setup.doctor_window import ResultRows
from rtms_tray.desktop.widgets.app_window import card, trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.presentation.settings_view import AppRequirements, Permission
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.support.command_types import Answer, Command, Exit


@dataclass(frozen=True, slots=True)
class Guide:
    """What the guided set-up needs of the rest."""

    settings: SettingsAccess
    requirements: AppRequirements


class Page(QWidget):
    """One step: what to do, and the doctor's checks that show whether it is done."""

    title = ""
    checks: tuple[str, ...] = ()
    go = "Check and go on"
    busy = "Checking…"
    results: ResultRows | None = None  # where the results belong into the page itself

    def __init__(self, guide: Guide) -> None:
        super().__init__()
        self.guide = guide
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)

    def first(self) -> QWidget | None:
        """Name what gets the focus."""
        return None

    def enter(self) -> None:
        """Get ready to be shown."""

    async def commit(self) -> bool:
        """Take what was entered; false, with the reason shown, where something is missing."""
        return True

    def entries(self) -> Sequence[QLineEdit]:
        """List the fields in which Return goes on."""
        return ()

    def _card(self, title: str, *parts: QWidget) -> None:
        frame, inside = card()
        inside.addWidget(label(title, bold=True, fixed=True))
        for part in parts:
            inside.addWidget(part)
        self.column.addWidget(frame)

    def _setting(self, key: str) -> SettingRow:
        return SettingRow(self.guide.settings.read().settings[key], self.guide.settings)

    def _refresh(self, *rows: SettingRow) -> None:
        settings = self.guide.settings.read().settings
        for setting in rows:
            setting.show_setting(settings[setting.key])


def _copyable(text: str, name: str) -> tuple[QLineEdit, QWidget]:
    """Make a line to copy, with its button."""
    line = QLineEdit(text, readOnly=True)
    line.setAccessibleName(name)
    copy = button("Copy")
    copy.setAccessibleName(f"Copy: {name}")
    copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(line.text()))
    around = QWidget()
    around.setLayout(row(line, copy))
    return line, around


def _scopes(scopes: Sequence[Permission], name: str, purpose: str) -> QWidget:
    """Make a list of scopes to tick at Zoom, each with what it is for."""
    lines: list[QWidget] = []
    for scope in scopes:
        lines += [label(scope.name), note(purpose.format(purpose=scope.purpose), fixed=True)]
    return _list([scope.name for scope in scopes], name, lines)


def _list(names: Sequence[str], name: str, lines: Sequence[QWidget] = ()) -> QWidget:
    """Make a list to tick at Zoom, with a button that copies it."""
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    for part in lines or [label("\n".join(names))]:
        column.addWidget(part)
    copy = button("Copy all")
    copy.setAccessibleName(f"Copy all: {name}")
    copy.clicked.connect(
        lambda _checked=False: QGuiApplication.clipboard().setText("\n".join(names))
    )
    line = row(copy)
    line.addStretch(1)
    column.addLayout(line)
    return around


class AppPage(Page):
    """The Zoom app: its IDs, and what to enter and tick in the Zoom Marketplace."""

    title = "Zoom app"
    checks = ("zoom", "client_id")

    def __init__(self, guide: Guide) -> None:
        super().__init__(guide)
        self.client_id = self._setting("app.client_id")
        self.public_id = self._setting("app.sign_in_client_id")
        self.redirect, redirect = _copyable("", "Redirect URI")
        intro = (
            "rtms-tray signs in as your app: a General app, user-managed, with RTMS, in the Zoom Marketplace. "
            "Both IDs stand on its credentials page; “Use Public Client OAuth” there makes the public one."
        )
        self._card("Your app's IDs", label(intro), self.client_id, self.public_id)
        self._card("Add this redirect URI to the app", redirect)
        scopes = _scopes(guide.requirements.scopes, "scopes", "    to {purpose}")
        self._card("Tick these scopes", scopes)
        self.column.addWidget(
            note("Zoom for Government, or another Zoom: choose it in Settings first.")
        )

    def first(self) -> QWidget:
        """Begin with the client ID."""
        return self.client_id.editor

    def enter(self) -> None:
        """Show what is set already."""
        self._refresh(self.client_id, self.public_id)
        self.redirect.setText(self.guide.settings.read().redirect_uri)

    async def commit(self) -> bool:
        """Have the client ID at least."""
        if not self.client_id.editor.value():
            put(self.client_id.trouble, "Paste the app's client ID.")
            self.client_id.editor.setFocus()
            return False
        return await self.client_id.commit() and await self.public_id.commit()

    def entries(self) -> Sequence[QLineEdit]:
        """Return goes on from both IDs."""
        return [
            row.editor
            for row in (self.client_id, self.public_id)
            if isinstance(row.editor, QLineEdit)
        ]


_NO_EVENTS: Final = (
    "Requests can be sent, but rtms-tray cannot see what becomes of them: it asks you to look for "
    "Zoom's “Sharing” sign, and cannot tell you when capture stops."
)
_KINDS: Final = (
    (
        "zoom",
        "Zoom's event socket",
        "You are the app's developer: it needs the client secret, and an event subscription for rtms-tray alone.",
    ),
    (
        "none",
        "No events",
        _NO_EVENTS,
    ),
    (
        "relay",
        "A relay (not in this version)",
        "Passes events on to people who have no client secret.",
    ),
)


class FeedPage(Page):
    """Where events come from, and what doing without them costs."""

    title = "Events"

    def __init__(self, guide: Guide) -> None:
        super().__init__(guide)
        self.kinds: dict[str, QRadioButton] = {}
        choices = [
            part
            for kind, name, text in _KINDS
            for part in (self._kind(kind, name), note(text, fixed=True))
        ]
        self._card("How does rtms-tray learn what happens?", *choices)
        self.secret = SecretRow(guide.settings)
        self.subscription = self._setting("feed.subscription_id")
        self.details = QWidget()
        inside = QVBoxLayout(self.details)
        inside.setContentsMargins(0, 0, 0, 0)
        warning = label(
            "Features › Access › Event subscription, method WebSocket. Never enter the one that your app uses: "
            "Zoom keeps one connection for each, and rtms-tray would cut your app off."
        )
        frame, column = card()
        column.addWidget(label("Make an event subscription for rtms-tray alone", bold=True))
        for part in (warning, self.subscription, self.secret):
            column.addWidget(part)
        column.addWidget(label("Tick these events in it", bold=True))
        column.addWidget(_list(guide.requirements.events, "events"))
        column.addWidget(label("Tick these scopes of the app as well", bold=True))
        scopes = guide.requirements.event_scopes
        column.addWidget(_scopes(scopes, "scopes for events", "    {purpose}"))
        inside.addWidget(frame)
        self.column.addWidget(self.details)

    @property
    def checks(self) -> tuple[str, ...]:  # type: ignore[override]  # it depends on the choice
        """With Zoom's socket, its parts too."""
        return ("keyring", "client_secret", "feed") if self._kind_now() == "zoom" else ("feed",)

    def first(self) -> QWidget:
        """Begin with the choice that is in force."""
        return self.kinds[self._kind_now()]

    def enter(self) -> None:
        """Show what is set already."""
        self._refresh(self.subscription)
        self.secret.refresh()
        kind = self.guide.settings.read().settings["feed.kind"].value
        self.kinds.get(kind, self.kinds["zoom"]).setChecked(True)
        self.details.setVisible(kind != "none")

    async def commit(self) -> bool:
        """Keep a secret that was typed and not yet kept."""
        if self._kind_now() == "none":
            return True
        typed = bool(self.secret.entry.text().strip())
        return await self.subscription.commit() and (not typed or await self.secret.store())

    def entries(self) -> Sequence[QLineEdit]:
        """Return goes on from the subscription; in the secret's field it keeps the secret."""
        editor = self.subscription.editor
        return [editor] if isinstance(editor, QLineEdit) else []

    def _kind(self, kind: str, name: str) -> QRadioButton:
        made = QRadioButton(name)
        made.setObjectName(kind)
        made.setAccessibleName(name)
        made.setEnabled(kind != "relay")
        made.clicked.connect(lambda _checked=False: self._choose(kind))
        self.kinds[kind] = made
        return made

    def _choose(self, kind: str) -> None:
        self.guide.settings.sender.spawn(self._set_kind(kind))
        self.details.setVisible(kind == "zoom")

    async def _set_kind(self, kind: str) -> None:
        await self.guide.settings.change("feed.kind", kind)

    def _kind_now(self) -> str:
        return next((kind for kind, made in self.kinds.items() if made.isChecked()), "zoom")


_COPIED: Final = "Copied: open it in a browser on this computer."


class SignInPage(Page):
    """Signing in, in the browser."""

    title = "Sign in"
    checks = ("sign_in",)
    go = "Sign in in the browser"
    busy = "Waiting…"

    def __init__(self, guide: Guide) -> None:
        super().__init__(guide)
        self.state, self.copied, self.trouble = label(), note(), trouble_label()
        self.cancel = button("Cancel signing in")
        self.address = button("Copy the address")
        self.address.setAccessibleDescription("For a browser that did not open by itself")
        guide.settings.sender.bind(self.cancel, Command("cancel-sign-in"))
        address = Command("sign-in-address")
        guide.settings.sender.bind(
            self.address, address, lambda: guide.settings.sender.send(address, self._copied)
        )
        for part in (self.cancel, self.address, self.copied):
            part.hide()
        intro = (
            "Your browser opens Zoom's page, where you allow the access. Zoom keeps one sign-in for each person "
            "and app: where your app's back end signed you in with the same client ID, that one may end."
        )
        said = (self.state, self.copied, self.trouble)
        self._card("Sign in to Zoom", label(intro), *said, self.address, self.cancel)
        self._account: AccountView | None = None

    def show_account(self, account: AccountView) -> None:
        """Show who is signed in."""
        self._account = account
        who = account.email or account.user_id or ""
        words = {
            SignInState.SIGNED_IN: f"✓ Signed in as {who}." if who else "✓ Signed in.",
            SignInState.SIGNING_IN: "Finish in the browser; this window goes on by itself.",
            SignInState.LOCKED: "The keyring is locked: unlock it first.",
        }
        put(self.state, words.get(account.state, "Nobody is signed in."))
        was_hidden = self.cancel.isHidden()
        for part in (self.address, self.cancel):
            part.setVisible(account.state is SignInState.SIGNING_IN)
        if account.state is not SignInState.SIGNING_IN:
            put(self.copied, "")
        if was_hidden and account.state is SignInState.SIGNING_IN:
            self.cancel.setFocus()
        self.go = "Check and go on" if account.state is SignInState.SIGNED_IN else SignInPage.go

    def _copied(self, answer: Answer) -> None:
        if answer.exit is Exit.DONE:
            QGuiApplication.clipboard().setText(answer.text)
        put(self.copied, _COPIED if answer.exit is Exit.DONE else answer.text)

    async def commit(self) -> bool:
        """Sign in, unless somebody is."""
        if self._account is not None and self._account.state is SignInState.SIGNED_IN:
            return True
        put(self.trouble, "")
        answer = await self.guide.settings.sender.send_and_wait(
            Command("sign-in", {"browser": "yes"})
        )
        if answer.exit is not Exit.DONE:
            put(self.trouble, answer.text)
        return answer.exit is Exit.DONE


class TestPage(Page):
    """The whole, tried out."""

    title = "Test"
    checks = ("sign_in", "scopes", "feed", "zoom_client", "tray", "notifications")
    go = "Open rtms-tray"

    def __init__(self, guide: Guide) -> None:
        super().__init__(guide)
        words = (
            "rtms-tray calls Zoom as it will in a meeting; no request is sent to any host. Whether capture is "
            "allowed in a meeting shows with the first request."
        )
        self.results = ResultRows()
        self._card("Does it work?", label(words), self.results)
