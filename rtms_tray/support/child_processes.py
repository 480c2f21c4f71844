"""Programs that are started as children, and that end with this one, however that ends."""

import shutil
import sys
from collections.abc import Sequence


def bound_to_this_process() -> list[str]:
    """Begin a command whose program ends with this one, even when that is killed; on Linux a program can see to it."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def own_program(*arguments: str) -> Sequence[str]:
    """Return the command that starts this very program with other arguments.

    -P: nothing is imported from the folder in which somebody happened to start it.
    """
    bundled = getattr(sys, "frozen", False)  # there is no Python to start there
    return [sys.executable, *(() if bundled else ("-P", "-m", "rtms_tray")), *arguments]
