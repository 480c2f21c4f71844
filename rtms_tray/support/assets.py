"""Finds the files that come with the program: icons, names, sounds."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def resources(package: Path = _PACKAGE) -> Path:
    """Give the resources folder: inside the installed package, or beside it in a checkout.

    Raises FileNotFoundError where neither exists: the installation is incomplete.
    """
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no resources folder in {package} or beside it: install again")
