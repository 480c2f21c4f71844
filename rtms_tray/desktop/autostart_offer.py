"""Offers to start at log-in, to people whose app was set up by a link: they never see the guided set-up."""

from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.window_banners import WindowBanners
from rtms_tray.presentation.autostart_view import AutostartView
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

_KEY: Final = "autostart"
_TURN_ON: Final = Command("autostart-set", {"on": "true"})


class AutostartOffer:
    """A banner with one button, only where it is off and can be turned on."""

    def __init__(self, sender: CommandSender, banners: WindowBanners) -> None:
        self._sender, self._banners = sender, banners

    def make(self) -> None:
        """Ask the system how it is, and offer."""
        self._sender.send(Command("autostart"), self._show)

    def follow(self, command: Command, answer: Answer) -> None:
        """Take the offer away once it is accepted."""
        if command == _TURN_ON and answer.exit is Exit.DONE:
            self._banners.dismiss(_KEY)

    def _show(self, answer: Answer) -> None:
        view = AutostartView.of(answer.data)
        if not view.available or view.on is not False:
            return
        self._banners.show(
            BannerView(
                _KEY,
                Severity.INFO,
                text("autostart.offer.title"),
                text("autostart.help"),
                _TURN_ON,
                text("autostart.offer.button"),
                dismissable=True,
            )
        )
