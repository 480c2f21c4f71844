"""Notifications: the desktop's own, with buttons, and what stands in where there are none.

`message` is what is said, `announcer` sends it through the first channel that works, and `native` is the channel
of this system: `freedesktop` over D-Bus (Linux and the BSDs; `servers` knows their quirks), `toolkit` through the
library desktop-notifier (macOS, Windows). Nothing here uses Qt.
"""

from rtms_tray.desktop.notifications.message import SHOWN_MS, Channel, Message, Picture, Topic
from rtms_tray.desktop.notifications.native import NativeChannel, loader
from rtms_tray.desktop.notifications.sender import Announcer, DiscreetMode

__all__ = [
    "SHOWN_MS",
    "Announcer",
    "Channel",
    "DiscreetMode",
    "Message",
    "NativeChannel",
    "Picture",
    "Topic",
    "loader",
]
