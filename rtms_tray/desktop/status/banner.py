"""Banners on top of the window: what concerns the whole program, with one thing to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.command_sender import CommandSender, command_for
from rtms_tray.desktop.theme import SEVERITIES
from rtms_tray.desktop.widgets.controls import Rows, button, label
from rtms_tray.desktop.wording import unbroken
from rtms_tray.presentation.view_model import ActionView, Notice, Overview, SignInState
from rtms_tray.support.command_types import Command

CONTINUE: Final = (
    "If no page opened there, copy the address and open it in a browser on this computer."
)
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class BannerView:
    """What one banner shows; `key` is what dismissing it names."""

    key: str
    severity: Severity
    title: str
    text: str
    command: Command | None = None
    label: str = ""  # of the command's button
    dismissable: bool = False
    more: tuple[ActionView, ...] = ()  # further things to do


def signing_in(overview: Overview) -> tuple[BannerView, ...]:
    """Say what a sign-in waits for, where a session has the window."""
    if overview.account.state is not SignInState.SIGNING_IN or overview.lead is None:
        return ()
    title = "Signing in: continue in the browser"
    return (BannerView("signing-in", Severity.INFO, title, CONTINUE, more=overview.actions),)


def from_notice(notice: Notice) -> BannerView:
    """Show a notice as a banner."""
    text = " ".join(filter(None, (notice.text, notice.remedy)))
    shown = BannerView(notice.code, notice.severity, notice.title, text)
    if notice.action is None:
        return shown
    return replace(shown, command=command_for(notice.action), label=notice.action.label)


class Banners(Rows):
    """The loudest banners, loudest first."""

    def __init__(self, sender: CommandSender, dismiss: Callable[[BannerView], None]) -> None:
        super().__init__(spacing=8)
        self._sender = sender
        self._dismiss = dismiss

    def show_banners(self, banners: Sequence[BannerView]) -> None:
        """Show these, and none that is not among them."""
        loudest = sorted(banners, key=lambda banner: SEVERITIES.index(banner.severity))[:_MOST]
        self.show_rows(tuple(loudest), lambda column: self._build(column, loudest))

    def _build(self, column: QVBoxLayout, banners: Sequence[BannerView]) -> None:
        for banner in banners:
            column.addWidget(self._banner(banner))

    def _banner(self, banner: BannerView) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        frame.setProperty("severity", banner.severity.value)
        frame.setAccessibleName(f"{banner.severity.value}: {banner.title}")
        frame.setAccessibleDescription(banner.text)
        column = QVBoxLayout(frame)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(4)
        column.addWidget(label(banner.title, bold=True))
        if banner.text:
            column.addWidget(label(unbroken(banner.text)))
        if banner.command is not None or banner.more or banner.dismissable:
            column.addLayout(self._buttons(banner))
        return frame

    def _buttons(self, banner: BannerView) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 4, 0, 0)
        if banner.command is not None:
            act = button(banner.label or banner.command.name.replace("-", " ").capitalize())
            self._sender.bind(act, banner.command)
            line.addWidget(act)
        for action in banner.more:
            act = button(action.label)
            self._sender.bind(act, command_for(action))
            line.addWidget(act)
        line.addStretch()
        if banner.dismissable:
            dismiss = button("Dismiss", flat=True)
            dismiss.clicked.connect(lambda _checked=False: self._dismiss(banner))
            line.addWidget(dismiss)
        return line
