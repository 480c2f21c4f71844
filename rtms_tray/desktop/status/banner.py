"""Banners at the top of the window: what concerns the whole program, and what to do about it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.plain_text import unbroken
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.status.session_buttons import ActionButtons
from rtms_tray.desktop.theme import SEVERITIES
from rtms_tray.desktop.widgets.controls import Rows, button, label, row
from rtms_tray.presentation.view_model import ActionView
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import text

_MOST: Final = 3
_WAYS_IN: Final = frozenset({"sign-in", "unlock"})


def _rank(banner: BannerView) -> tuple[bool, int]:
    """What somebody needs to be signed in is never left out; then the worst comes first."""
    commands = {action.name for action in banner.several}
    commands |= {banner.command.name} if banner.command else set()
    return commands.isdisjoint(_WAYS_IN), SEVERITIES.index(banner.severity)


class Banners(Rows):
    """The most severe banners, worst first."""

    def __init__(self, sender: CommandSender, dismiss: Callable[[BannerView], None]) -> None:
        super().__init__(spacing=8)
        self._sender = sender
        self._dismiss = dismiss
        self._compact = False
        self._texts: list[QLabel] = []

    def show_banners(self, banners: Sequence[BannerView]) -> None:
        """Show these banners, and no others."""
        worst = sorted(banners, key=_rank)[:_MOST]
        self.show_rows(tuple(worst), lambda column: self._build(column, worst))

    def set_compact(self, *, compact: bool) -> None:
        """Leave the words below the titles out, where the window is low."""
        self._compact = compact
        for words in self._texts:
            words.setVisible(not compact)

    def _build(self, column: QVBoxLayout, banners: Sequence[BannerView]) -> None:
        self._texts = []
        for banner in banners:
            column.addWidget(self._banner(banner))
        self.set_compact(compact=self._compact)

    def _banner(self, banner: BannerView) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        frame.setProperty("severity", banner.severity.value)
        severity = text(f"status.severities.{banner.severity.value}")
        name = text("status.banner.name", severity=severity, title=banner.title)
        frame.setAccessibleName(name)
        frame.setAccessibleDescription(banner.text)
        column = QVBoxLayout(frame)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(4)
        head = row(label(banner.title, bold=True))
        column.addLayout(head)
        if banner.text:
            words = label(unbroken(banner.text))
            if not banner.dismissable:  # what answers a click is read in whole
                self._texts.append(words)
            column.addWidget(words)
        for part in self._beside_title(banner):
            head.addWidget(part)
        if banner.several:
            column.addWidget(self._several(banner.several))
        return frame

    def _several(self, actions: tuple[ActionView, ...]) -> ActionButtons:
        buttons = ActionButtons(self._sender)
        buttons.show_actions(actions, None)
        return buttons

    def _beside_title(self, banner: BannerView) -> Iterator[QPushButton]:
        if banner.command is not None:
            yield self._button(banner.label, banner.command)
        if banner.dismissable:
            dismiss = button(text("status.banner.dismiss"), flat=True)
            dismiss.clicked.connect(lambda _checked=False: self._dismiss(banner))
            yield dismiss

    def _button(self, words: str, command: Command) -> QPushButton:
        part = button(words)
        self._sender.bind(part, command)
        return part
