"""What the doctor examines, and what a finding is.

Each finding is true to what was seen, and says "not checked" where nobody could look. What only the running
instance can know comes through `Living`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.settings import Problem, Settings
from rtms_tray.support.clock import Clock

if TYPE_CHECKING:
    import httpx2


class Mark(StrEnum):
    """What came of a check; the values are an interface."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it."""

    code: str
    title: str
    mark: Mark
    text: str
    remedy: str = ""


class Living(Protocol):
    """What only the running instance can tell; none of it raises."""

    async def sign_in(self) -> Finding:
        """Ask Zoom whether the sign-in lives."""
        ...

    async def scopes(self) -> Finding:
        """Make the calls that need permissions."""
        ...

    async def feed(self) -> Finding:
        """Tell how the event feed is."""
        ...

    async def client_id(self) -> Finding:
        """Ask Zoom whether it refuses the client ID."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What Qt sees of the desktop; without a platform, `trouble` says why."""

    platform: str = ""
    version: str = ""
    tray: bool = False
    why_no_tray: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined; `screen` tells what Qt sees of the desktop."""

    profile: Profile
    store: SecretStore
    http: "httpx2.AsyncClient"
    clock: Clock
    living: Living | None
    screen: Callable[[], Awaitable[Seen]]
    settings: Settings = field(default_factory=Settings)
    problems: tuple[Problem, ...] = ()


Check = Callable[[Patient], Awaitable[Finding]]

TITLES: Final[Mapping[str, str]] = {
    "settings": "Settings",
    "folders": "Folders",
    "keyring": "Keyring",
    "client_secret": "Client secret",
    "zoom": "Zoom can be reached",
    "clock": "Clock",
    "client_id": "Client ID",
    "sign_in": "Sign-in",
    "scopes": "Permissions (scopes)",
    "feed": "Event feed",
    "subscription": "Event subscription",
    "zoom_client": "Your Zoom client",
    "qt": "Windows can be shown",
    "tray": "Tray",
    "notifications": "Notifications",
}
"""Every check by its code, in the order of the report."""

ON_REQUEST: Final = frozenset({"client_id"})
"""Checks that are made only when asked for by name."""


def found(code: str, mark: Mark, text: str, remedy: str = "") -> Finding:
    """Write down what a check found."""
    return Finding(code, TITLES[code], mark, text, remedy)


def ok(code: str, text: str) -> Finding:
    """Write down that all is well."""
    return found(code, Mark.OK, text)
