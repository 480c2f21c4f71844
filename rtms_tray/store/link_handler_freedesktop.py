"""Set-up links and files on Linux desktops: a desktop entry and a file type, in this user's own folders.

What somebody has chosen to open them with is never changed: it stands in a file that this does not touch, unless nobody
has chosen anything and there is no other way.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rtms_tray.store.desktop_entry import escaped, exec_word, folders, user_folder, values_of
from rtms_tray.store.setup_link import FILE_ENDING, SCHEME
from rtms_tray.support.files import resources

ENTRY: Final = "rtms-tray-setup.desktop"
_SCHEME_TYPE: Final = f"x-scheme-handler/{SCHEME}"
_FILE_TYPE: Final = "application/x-rtms-tray-setup"
_LIMIT_S: Final = 10.0

_ENTRY_TEXT: Final = """[Desktop Entry]
Type=Application
Version=1.0
Name=rtms-tray
Comment=Opens links and files of rtms-tray
Exec={program} open -- %u
TryExec={path}
Icon={icon}
Terminal=false
NoDisplay=true
StartupNotify=false
StartupWMClass=rtms-tray
MimeType={scheme};{file};
"""
FILE_TYPE_TEXT: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{_FILE_TYPE}">
    <comment>rtms-tray set-up file</comment>
    <glob pattern="*{FILE_ENDING}"/>
  </mime-type>
</mime-info>
"""


def register_freedesktop(program: Path, environ: Mapping[str, str] | None = None) -> bool:
    """Write what is missing or out of date, and tell the desktop; true where something was. Raises OSError."""
    environ = os.environ if environ is None else environ
    data = user_folder("XDG_DATA_HOME", ".local/share", environ)
    entry, file_type = data / "applications" / ENTRY, data / "mime" / "packages" / "rtms-tray.xml"
    if _is_for_everybody(program, environ):
        return _withdraw(entry, environ)
    changed = [
        _write(entry, entry_text(program)),
        _write(file_type, FILE_TYPE_TEXT),
    ]
    if not any(changed):
        return False
    _run(["update-mime-database", str(data / "mime")], environ)
    if _run(["update-desktop-database", str(entry.parent)], environ) is None:
        _choose_if_nothing_is(environ)
    return True


def _is_for_everybody(program: Path, environ: Mapping[str, str]) -> bool:
    """Whether this very program came with an entry for all users, as a Debian package's does."""
    shared = folders("XDG_DATA_DIRS", "/usr/local/share:/usr/share", environ)
    entries = (folder / "applications" / ENTRY for folder in shared)
    texts = (entry.read_text("utf-8", "replace") for entry in entries if entry.is_file())
    return any(values_of(words).get("TryExec") == escaped(str(program)) for words in texts)


def _withdraw(entry: Path, environ: Mapping[str, str]) -> bool:
    """Take away what an installation of this user's own has left: it would hide the one for everybody."""
    if not entry.is_file():
        return False
    entry.unlink()
    _run(["update-desktop-database", str(entry.parent)], environ)
    return True


def entry_text(program: Path, icon: str = "") -> str:
    """Write the desktop entry that starts this program, the link being one argument of it.

    The icon has a name where it is installed for everybody; else it is the program's own file.
    """
    return _ENTRY_TEXT.format(
        program=exec_word(str(program)),
        path=escaped(str(program)),
        icon=icon or escaped(str(resources() / "app" / "rtms-tray.svg")),
        scheme=_SCHEME_TYPE,
        file=_FILE_TYPE,
    )


def _write(path: Path, content: str) -> bool:
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return True


def _choose_if_nothing_is(environ: Mapping[str, str]) -> None:
    """Without a database of entries, a choice is what desktops look at; one that was made stays."""
    for kind in (_SCHEME_TYPE, _FILE_TYPE):
        if _run(["xdg-mime", "query", "default", kind], environ) == "":
            _run(["xdg-mime", "default", ENTRY, kind], environ)


def _run(argv: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """Run a tool, and return what it prints; None where it is missing or fails."""
    tool = shutil.which(argv[0], path=environ.get("PATH"))
    if tool is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - the desktop's own tools
            [tool, *argv[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
            env=dict(environ),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
