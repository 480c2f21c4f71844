"""What a set-up link offers, as a window asks about it."""

from rtms_tray.support.frozen import Frozen


class SetupOffer(Frozen):
    """One offer: who asks, for which app, what agreeing stores, and what it replaces.

    `key` is known to the window alone that asks: nothing else can agree. `host` and `name` are a stranger's words.
    """

    key: str
    host: str
    name: str
    stored: tuple[str, ...]
    replaces: str = ""
    remark: str = ""  # what else happened while it waits
