"""Where a profile keeps its things: settings, data, logs, and the control socket."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from rtms_tray.support.texts import text

DEFAULT_PROFILE: Final = "default"
HOME_VARIABLE: Final = "RTMS_TRAY_HOME"
_APP: Final = "rtms-tray"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class ProfileNameError(ValueError):
    """A profile's name that cannot be the name of a folder; says what is allowed."""


class Profile(NamedTuple):
    """One set of settings, data, logs and control socket; profiles share nothing but the keyring.

    `mark` tells this profile's sign-in from that of others in the keyring. The default profile in its default folder
    has none.
    """

    name: str
    settings_folder: Path
    data_folder: Path
    log_folder: Path
    mark: str = ""

    @property
    def settings_file(self) -> Path:
        """The settings, which people also edit by hand."""
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
        """Meetings whose requests are scheduled; no topics, no names."""
        return self.data_folder / "armed.json"

    @property
    def windows_file(self) -> Path:
        """The size and position of windows."""
        return self.data_folder / "windows.json"

    @property
    def relay_file(self) -> Path:
        """How far the relay has been heard; no secrets."""
        return self.data_folder / "relay.json"

    @property
    def icon_file(self) -> Path:
        """The app's own icon, where a set-up file has brought one."""
        return self.data_folder / "app-icon.png"

    @property
    def lock_file(self) -> Path:
        """Held by the one running instance."""
        return self.data_folder / "instance.lock"

    @property
    def control_folder(self) -> Path:
        """The folder of the control socket, which only this user can open."""
        return self.data_folder / "control"


def find_profile(name: str = DEFAULT_PROFILE, environ: Mapping[str, str] | None = None) -> Profile:
    """Find a profile's folders, creating none; raises ProfileNameError.

    They are in the system's usual places, or all under `RTMS_TRAY_HOME`.
    """
    if not _NAME.fullmatch(name):
        raise ProfileNameError(text("cli.profile_name", name=repr(name)))
    home = (os.environ if environ is None else environ).get(HOME_VARIABLE, "")
    return _in_home(name, Path(home)) if home else _in_usual_places(name)


def _own(folder: Path, name: str) -> Path:
    return folder if name == DEFAULT_PROFILE else folder / "profiles" / name


def _in_home(name: str, home: Path) -> Profile:
    import hashlib  # noqa: PLC0415 - not needed in the usual places

    # Absolute, not resolved: the folder keeps the name that the user gave it.
    root = _own(Path(os.path.abspath(home.expanduser())), name)  # noqa: PTH100 - Path.absolute keeps ".."
    # No profile's name begins with ~. In a folder that was moved, nobody is signed in.
    folder = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()
    return Profile(name, root, root / "data", root / "logs", f"~{folder[:16]}")


def _in_usual_places(name: str) -> Profile:
    import platformdirs  # noqa: PLC0415 - not needed under RTMS_TRAY_HOME

    return Profile(
        name,
        _own(platformdirs.user_config_path(_APP, appauthor=False), name),
        _own(platformdirs.user_data_path(_APP, appauthor=False), name),
        _own(platformdirs.user_log_path(_APP, appauthor=False), name),
        "" if name == DEFAULT_PROFILE else name,
    )
