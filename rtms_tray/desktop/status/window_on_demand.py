"""The status window: loaded and made when it is first wanted, which on most days it is not."""

from typing import TYPE_CHECKING

from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.tray_menu import MenuEntry
from rtms_tray.desktop.widgets.put_away import PutAway
from rtms_tray.presentation.view_model import Notice, Overview, SessionView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QRect

    from rtms_tray.desktop.command_sender import CommandSender
    from rtms_tray.desktop.status.status_window import StatusWindow
    from rtms_tray.desktop.widgets.dialogs import StartDialog


class StatusOnDemand:
    """Knows what the window shows, or would show.

    Attributes:
        made: the window; None before it was wanted.
        near: the tray's icon, while a click on it opens the window.
    """

    def __init__(self, sender: "CommandSender", make: "Callable[[], StatusWindow]") -> None:
        self._make = make
        self._put_away = PutAway(lambda: sender.is_idle)
        self._entries: list[MenuEntry] = []
        self._overview: Overview | None = None
        self._theme: Theme | None = None
        self._own: tuple[BannerView, ...] = ()
        self.made: StatusWindow | None = None
        self.near: QRect | None = None

    def toggle(self, icon: "QRect | None", open_: "Callable[[], None]") -> None:
        """Follow a click on the tray's icon: the first one opens the window, the next takes it away."""
        if self.made is not None and self.made.is_in_front():
            self.made.leave()
        else:
            self.near = icon
            open_()
            self.near = None

    @property
    def window(self) -> "StatusWindow":
        """The window, made now where nobody wanted it before."""
        if self.made is None:
            self.made = window = self._make()
            window.went.connect(lambda: self._put_away.closed(window, self._forget))
            for entry in self._entries:
                window.menu.add_entry(entry)
            if self._theme is not None:
                self.made.set_theme(self._theme)
            self.made.show_own(self._own)
            if self._overview is not None:
                self.made.show_overview(self._overview)
        return self.made

    @property
    def is_visible(self) -> bool:
        """Whether the window is on the screen."""
        return self.made is not None and self.made.isVisible()

    def show_overview(self, overview: Overview) -> None:
        """Draw the overview, if anybody sees the window."""
        self._overview = overview
        if self.made is not None:
            self.made.follow(overview)

    def show_own(self, banners: tuple[BannerView, ...]) -> None:
        """Show the desktop's own banners."""
        self._own = banners
        if self.made is not None:
            self.made.show_own(banners)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours, now and later."""
        self._theme = theme
        if self.made is not None:
            self.made.set_theme(theme)

    @property
    def is_minimised_instead(self) -> bool:
        """Whether closing only minimises it: without a tray some window must stay."""
        return self.made is not None and self.made.minimise_instead

    def add_entry(self, entry: MenuEntry) -> None:
        """Add an entry to its menu, for good."""
        self._entries.append(entry)
        if self.made is not None:
            self.made.menu.add_entry(entry)

    def may_close(self) -> None:
        """Let it be closed again."""
        if self.made is not None:
            self.made.minimise_instead = False

    def close(self) -> None:
        """Close the window; the program ends."""
        self._put_away.stop()
        self.may_close()
        if self.made is not None:
            self.made.close()

    def _forget(self) -> None:
        self.made = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices that the window shows."""
        return self._overview.notices if self._overview else ()

    @property
    def is_offering(self) -> bool:
        """Whether the window says that the user is in a meeting that nothing captures."""
        return self._overview is not None and self._overview.offer is not None

    def visible_session(self, key: str) -> SessionView | None:
        """Find a session among those that the window shows; hidden, it opens on any of them."""
        sessions = self._overview.sessions if self._overview else ()
        if self.made is not None and self.made.isVisible():
            sessions = (self.made.shown,) if self.made.shown else ()
        return next((session for session in sessions if session.key == key), None)


class StartDialogOnDemand:
    """The dialog that takes a meeting; `help_wanted` hears which page is asked for in it."""

    def __init__(self, sender: "CommandSender", help_wanted: "Callable[[str], None]") -> None:
        self._sender, self._help_wanted = sender, help_wanted
        self._theme: Theme | None = None
        self._made: StartDialog | None = None

    @property
    def dialog(self) -> "StartDialog":
        """The dialog, made now where nobody wanted it before."""
        from rtms_tray.desktop.widgets.dialogs import StartDialog  # noqa: PLC0415 - on demand

        if self._made is None:
            self._made = StartDialog(self._sender)
            self._made.help_wanted.connect(self._help_wanted)
            if self._theme is not None:
                self._made.set_theme(self._theme)
        return self._made

    def ask(self) -> None:
        """Open the dialog, empty."""
        self.dialog.ask()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours, now and later."""
        self._theme = theme
        if self._made is not None:
            self._made.set_theme(theme)

    def close(self) -> None:
        """Close it; the program ends."""
        if self._made is not None:
            self._made.close()
