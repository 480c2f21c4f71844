"""`vendor link` and `vendor file`: what an app's vendor hands to users, so that nobody has to type IDs."""

from argparse import Namespace
from pathlib import Path

from rtms_tray.cli.output import complain, say
from rtms_tray.cli.parser import VENDOR_OPTIONS
from rtms_tray.store.setup_link import (
    FILE_ENDING,
    SetupLink,
    SetupLinkError,
    make_setup,
    write_setup_file,
    write_setup_link,
)
from rtms_tray.support.command_types import Exit
from rtms_tray.support.files import read_regular
from rtms_tray.support.texts import text


def perform(arguments: Namespace) -> int:
    """Make a link or a file; returns the exit code."""
    values = {key: getattr(arguments, key) or "" for key in VENDOR_OPTIONS}
    try:
        setup = make_setup(values, _icon(getattr(arguments, "icon", None)))
    except SetupLinkError as error:
        option = VENDOR_OPTIONS.get(error.part, "--icon")
        complain(text("setup_link.vendor.option", option=option, problem=error.problem))
        return Exit.REFUSED
    if arguments.act == "file":
        return _write(Path(arguments.file), setup)
    say(write_setup_link(setup))
    return Exit.DONE


def _icon(path: str | None) -> bytes:
    """Read the icon; raises SetupLinkError."""
    if path is None:
        return b""
    try:
        return read_regular(Path(path))
    except (OSError, ValueError) as error:
        raise SetupLinkError("", "icon", _unusable(path, "unreadable", error)) from None


def _unusable(path: Path | str, how: str, error: OSError | ValueError) -> str:
    reason = getattr(error, "strerror", None) or str(error)  # ValueError: a NUL in the path
    return text(f"setup_link.{how}", path=path, problem=reason)


def _write(path: Path, setup: SetupLink) -> int:
    """Write the file, for anybody to read: it is there to be handed out, and holds no secret."""
    if not path.name.endswith(FILE_ENDING):
        complain(text("setup_link.vendor.file_name", ending=FILE_ENDING))
        return Exit.REFUSED
    try:
        path.write_text(write_setup_file(setup), encoding="utf-8")
    except (OSError, ValueError) as error:
        complain(_unusable(path, "unwritable", error))
        return Exit.REFUSED
    say(text("setup_link.vendor.written", path=path))
    return Exit.DONE
