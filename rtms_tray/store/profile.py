"""Where a profile keeps its things: settings, data, logs, and the control socket."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_PROFILE: Final = "default"
HOME_VARIABLE: Final = "RTMS_TRAY_HOME"
_APP: Final = "rtms-tray"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class ProfileNameError(ValueError):
    """A profile's name that cannot be a folder's; says what is allowed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One set of settings, data, logs and control socket; nothing is shared between profiles.

    `mark` tells its sign-in from those of other profiles in the keyring, which all of them share;
    the ordinary one, where the system wants it, has none.
    """

    name: str
    settings_folder: Path
    data_folder: Path
    log_folder: Path
    mark: str = ""

    @property
    def settings_file(self) -> Path:
        """The settings, which people edit by hand too."""
        return self.settings_folder / "settings.toml"

    @property
    def account_file(self) -> Path:
        """Who signed in; no secrets."""
        return self.data_folder / "account.json"

    @property
    def history_file(self) -> Path:
        """Past meetings; no topics, no names."""
        return self.data_folder / "history.sqlite3"

    @property
    def plans_file(self) -> Path:
        """Meetings that are asked for ahead; no topics, no names."""
        return self.data_folder / "armed.json"

    @property
    def windows_file(self) -> Path:
        """Where windows were, and how large."""
        return self.data_folder / "windows.json"

    @property
    def lock_file(self) -> Path:
        """Held by the one running instance."""
        return self.data_folder / "instance.lock"

    @property
    def control_folder(self) -> Path:
        """Where the control socket is, in a folder for this user alone."""
        return self.data_folder / "control"


def find_profile(name: str = DEFAULT_PROFILE, environ: Mapping[str, str] | None = None) -> Profile:
    """Tell a profile's folders, making none; raises ProfileNameError.

    `RTMS_TRAY_HOME` puts all of them under one folder; otherwise they are where the system
    wants them.
    """
    if not _NAME.fullmatch(name):
        raise ProfileNameError(
            f"{name!r} cannot be a profile's name: small letters, digits, - and _, "
            "at most 40 characters, a letter or digit first."
        )
    home = (os.environ if environ is None else environ).get(HOME_VARIABLE, "")
    return _under_one_folder(name, Path(home)) if home else _where_the_system_wants(name)


def _own(folder: Path, name: str) -> Path:
    return folder if name == DEFAULT_PROFILE else folder / "profiles" / name


def _under_one_folder(name: str, home: Path) -> Profile:
    # absolute, not resolved: the folder keeps the name that the user gave it
    root = _own(Path(os.path.abspath(home.expanduser())), name)  # noqa: PTH100 - Path.absolute keeps ".."
    # no profile's name begins with ~; a folder that is moved away has nobody's sign-in
    folder = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()
    return Profile(name, root, root / "data", root / "logs", f"~{folder[:16]}")


def _where_the_system_wants(name: str) -> Profile:
    import platformdirs  # noqa: PLC0415 - not needed under RTMS_TRAY_HOME

    return Profile(
        name,
        _own(platformdirs.user_config_path(_APP, appauthor=False), name),
        _own(platformdirs.user_data_path(_APP, appauthor=False), name),
        _own(platformdirs.user_log_path(_APP, appauthor=False), name),
        "" if name == DEFAULT_PROFILE else name,
    )
