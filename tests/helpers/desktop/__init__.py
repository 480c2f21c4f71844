"""A complete, throw-away desktop without a screen, for tests that drive the real program.

`with Desktop(tray="lxqt") as desktop:` gives an X server, a window manager, a tray, a notification
daemon and a keyring on a message bus of their own, with a home folder of their own. Nothing of the
person's own desktop is read or touched, and everything is gone afterwards.
"""

from tests.helpers.desktop.pictures import Box, Picture
from tests.helpers.desktop.processes import Program
from tests.helpers.desktop.session import (
    KEYRING_PASSWORD,
    Desktop,
    KeyringKind,
    NotifyKind,
    TrayKind,
)
from tests.helpers.desktop.waiting import DeadlineMissedError, wait_for
from tests.helpers.desktop.windows import Window

__all__ = [
    "KEYRING_PASSWORD",
    "Box",
    "DeadlineMissedError",
    "Desktop",
    "KeyringKind",
    "NotifyKind",
    "Picture",
    "Program",
    "TrayKind",
    "Window",
    "wait_for",
]
