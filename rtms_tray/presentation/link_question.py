"""What a link asks for, as a window asks about it."""

from rtms_tray.support.frozen import Frozen


class LinkQuestion(Frozen):
    """One question; `key` is known to the window alone that asks: nothing else can agree."""

    key: str
    action: str  # "start" or "resend"
    meeting: str  # "Meeting 987 1234 5670"
    topic: str = ""  # a stranger's words, where topics are shown
    remark: str = ""  # what else has happened while it waits
