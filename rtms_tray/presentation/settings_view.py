"""The settings as a window shows them: each with its name, its value, its choices, and what is wrong with it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import has_text, text

INVALID_VALUE: Final = "invalid_value"
"""The code of a refusal that only another value gets past."""
NOT_WRITTEN: Final = "not_written"
"""The code of a refusal that the file, not the value, is to blame for."""


class Choice(Frozen):
    """A value that can be chosen, and its name."""

    value: str
    label: str


class SettingView(Frozen):
    """One setting; values are written as people type them."""

    key: str
    value: str  # in force
    default: str
    choices: tuple[Choice, ...] = ()  # none: any text
    problem: str = ""  # with the value in the file
    applies: bool = True  # it means something beside the other settings

    @property
    def section(self) -> str:
        """The part of the settings that it belongs to."""
        return self.key.partition(".")[0]

    @property
    def label(self) -> str:
        """Its name."""
        return text(f"settings.{self.key}.label")

    @property
    def help(self) -> str:
        """What it is for; empty where its name says it all."""
        key = f"settings.{self.key}.help"
        return text(key) if has_text(key) else ""


class SettingsView(Frozen):
    """All settings, and what is wrong with their file."""

    file: Path
    settings: Mapping[str, SettingView]  # by key, in the order of the file
    problem: str = ""  # with the file, in short
    unused: str = ""  # what stands in the file and means nothing

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to after a sign-in, as the Zoom app must name it."""
        port, path = (self.settings[f"app.redirect_{part}"].value for part in ("port", "path"))
        return f"http://127.0.0.1{'' if port == '0' else f':{port}'}{path}"


class Permission(Frozen):
    """A scope that the Zoom app needs, and what for."""

    name: str
    purpose: str


class AppRequirements(Frozen):
    """What people tick for their app in the Zoom Marketplace."""

    scopes: tuple[Permission, ...]
    event_scopes: tuple[Permission, ...]  # with an event subscription only
    events: tuple[str, ...]
    switches: tuple[str, ...]  # which an admin turns on, by Zoom's own names
    manifest: Callable[[str], str]  # all of it as an app's manifest, for a redirect URI


def section_title(section: str) -> str:
    """Name a section of the settings."""
    return text(f"settings.{section}.title")


def choices(key: str, values: tuple[str, ...]) -> tuple[Choice, ...]:
    """Name the values that a setting can have."""
    return tuple(Choice(value, text(f"settings.{key}.choices.{value}")) for value in values)


def switch() -> tuple[Choice, ...]:
    """Name the values of a setting that is on or off."""
    return (Choice("true", text("settings.on")), Choice("false", text("settings.off")))
