"""Log-in on Linux desktops: an entry in this user's folder (XDG Desktop Application Autostart)."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rtms_tray.store.autostart import Job
from rtms_tray.store.desktop_entry import escaped, exec_word, folders, user_folder, values_of
from rtms_tray.support.files import resources, write_private

_TEXT: Final = """[Desktop Entry]
Type=Application
Version=1.0
Name={name}
Comment=Shows whether your app captures the Zoom meeting
Exec={command}
TryExec={program}
Icon={icon}
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
"""
_HIDDEN: Final = "[Desktop Entry]\nType=Application\nName={name}\nHidden=true\n"


class FreedesktopAutostart:
    """An entry that desktops' own tools show, switch off and remove: read anew each time."""

    def __init__(self, job: Job, environ: Mapping[str, str]) -> None:
        self._job, self._environ = job, environ
        entry = Path("autostart") / f"{job.name}.desktop"
        self.entry = user_folder("XDG_CONFIG_HOME", ".config", environ) / entry
        everybody = folders("XDG_CONFIG_DIRS", "/etc/xdg", environ)
        self._of_everybody = [folder / entry for folder in everybody]

    def is_on(self) -> bool:
        """Judge as a desktop does at log-in: the user's own entry counts, else the computer's."""
        entries = [entry for entry in (self.entry, *self._of_everybody) if entry.is_file()]
        return bool(entries) and self._starts(entries[0].read_text("utf-8", "replace"))

    def turn(self, *, on: bool) -> None:
        """Write the entry, or take it away; one of the whole computer is hidden by one of the user's."""
        if on:
            self._write(self._text())
        elif any(entry.is_file() for entry in self._of_everybody):
            self._write(_HIDDEN.format(name=self._job.name))
        else:
            self.entry.unlink(missing_ok=True)

    def _text(self) -> str:
        program = str(self._job.program)
        return _TEXT.format(
            name=self._job.name,
            command=" ".join(map(exec_word, (program, *self._job.arguments))),
            program=escaped(program),
            icon=escaped(str(resources() / "app" / "rtms-tray.svg")),
        )

    def _write(self, content: str) -> None:
        self.entry.parent.mkdir(parents=True, exist_ok=True)
        if self.entry.is_symlink():  # to a program's own entry, which stays as it is
            self.entry.unlink()
        write_private(self.entry, content.encode())

    def _starts(self, entry: str) -> bool:
        values = values_of(entry)
        switches = (values.get("Hidden", "false"), values.get("X-GNOME-Autostart-enabled", "true"))
        if switches != ("false", "true") or not values.get("Exec"):
            return False
        program = values.get("TryExec", "").replace("\\\\", "\\")
        is_there = not program or shutil.which(program, path=self._environ.get("PATH", os.defpath))
        return bool(is_there) and self._is_for_this_desktop(values)

    def _is_for_this_desktop(self, values: Mapping[str, str]) -> bool:
        names = set(filter(None, self._environ.get("XDG_CURRENT_DESKTOP", "").split(":")))
        only, never = (
            set(filter(None, values.get(key, "").split(";"))) for key in ("OnlyShowIn", "NotShowIn")
        )
        return not (only and names.isdisjoint(only)) and names.isdisjoint(never)
