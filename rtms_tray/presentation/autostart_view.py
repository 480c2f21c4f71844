"""Whether the program starts at log-in, as windows show it."""

from rtms_tray.support.frozen import Frozen


class AutostartView(Frozen):
    """Whether it is on; None where nobody can tell, or nothing can be done about it."""

    on: bool | None = None
    available: bool = True
    note: str = ""  # what is to be said about it

    @classmethod
    def of(cls, data: object) -> "AutostartView":
        """Read it from a command's answer."""
        found = data if isinstance(data, dict) else {}
        on = found.get("on")
        return cls(
            on if isinstance(on, bool) else None,
            found.get("available") is True,
            str(found.get("note", "")),
        )
