"""The desktop's own banners in the status window, among them messages that no notification could show."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.status.window_on_demand import StatusOnDemand
from rtms_tray.presentation.meeting_offer import OFFER_CODE

REFUSAL: Final = Topic(category="refusal")
"""The topic of messages about a command that was refused; its banner comes before its message."""


class WindowBanners:
    """Shows banners in the status window: the notification channel that always works."""

    def __init__(self, status: StatusOnDemand, open_window: Callable[[str | None], None]) -> None:
        self._status = status
        self._open_window = open_window
        self._banners: dict[str, BannerView] = {}

    @property
    def shown(self) -> Mapping[str, BannerView]:
        """The banners that are shown, by their keys."""
        return self._banners

    def show(self, banner: BannerView) -> None:
        """Show a banner, in place of the one with its key."""
        self._banners[banner.key] = banner
        self._draw()

    def dismiss(self, key: str) -> None:
        """Take a banner away, if it is there."""
        if self._banners.pop(key, None) is not None:
            self._draw()

    def _draw(self) -> None:
        self._status.show_own(tuple(self._banners.values()))

    # --- messages -----------------------------------------------------------------------------

    async def deliver(self, message: Message) -> bool:
        """Show a message as a banner, unless the window says the same already; always succeeds."""
        self.show_message(message)
        return True

    async def withdraw(self, topic: Topic) -> None:
        """Take the banner on this topic away."""
        self.dismiss(_key(topic))

    async def close(self) -> None:
        """Leave the banners to the window, which closes itself."""

    def show_message(self, message: Message) -> None:
        """Show a message as a banner, and draw attention to the window as far as it is worth it."""
        banner = _banner(message)
        if self._is_told(message):
            self.dismiss(banner.key)  # an older message on its topic
        elif message.topic != REFUSAL:
            self.show(banner)
        self._draw_attention(message)
        if message.severity is Severity.INFO:
            shown_s = message.shown_ms / 1000
            asyncio.get_running_loop().call_later(shown_s, self._expire, banner)

    def _draw_attention(self, message: Message) -> None:
        if self._status.is_visible:
            QApplication.alert(self._status.window)
        elif message.discreet:
            self._status.window.showMinimized()
        elif message.severity is not Severity.INFO:
            self._open_window(message.topic.session or None)

    def _is_told(self, message: Message) -> bool:
        """Whether the window says the same: of the session that it shows, or opens on, or in a notice."""
        if not message.topic.session:
            offered = message.code == OFFER_CODE and self._status.is_offering
            return offered or any(notice.code == message.code for notice in self._status.notices)
        session = self._status.visible_session(message.topic.session)
        return session is not None and session.tells(message.code)

    def _expire(self, banner: BannerView) -> None:
        if self._banners.get(banner.key) is banner:
            self.dismiss(banner.key)


def _key(topic: Topic) -> str:
    return f"message-{topic.category}-{topic.session}"


def _banner(message: Message) -> BannerView:
    offer = message.obvious if message.offers else None
    return BannerView(
        key=_key(message.topic),
        severity=message.severity,
        title=message.title,
        text=message.text,
        command=offer.command if offer else None,
        label=offer.label if offer else "",
        dismissable=True,
    )
