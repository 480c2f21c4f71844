"""The doctor: everything that can be checked, each with what was found and what to do.

`CHECKS` names all checks; each is true to what it saw, and says "not checked" where it could not look.
Parts that only the running instance can know come through `Living`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from rtms_tray.clock import Clock
from rtms_tray.store.paths import Profile
from rtms_tray.store.problems import Problem
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.settings import Settings
from rtms_tray.store.settings_file import load

if TYPE_CHECKING:
    import httpx2

    from rtms_tray.doctor_screen import Seen

log = logging.getLogger(__name__)

LIMIT_S: Final = 9.0
"""The longest that one check may take; all run side by side."""


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
class Patient:
    """What is examined; `screen` tells what Qt sees of the desktop."""

    profile: Profile
    store: SecretStore
    http: "httpx2.AsyncClient"
    clock: Clock
    living: Living | None
    screen: "Callable[[], Awaitable[Seen]]"
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


async def examine(patient: Patient, only: Collection[str] = ()) -> tuple[Finding, ...]:
    """Make these checks, or all; what goes wrong inside one is said by it."""
    from rtms_tray.doctor_checks import CHECKS  # noqa: PLC0415 - these import this module

    settings, problems = load(patient.profile.settings_file)
    ready = Patient(
        patient.profile, patient.store, patient.http, patient.clock,
        patient.living, patient.screen, settings, problems,
    )  # fmt: skip
    wanted = [code for code in TITLES if code in only or (not only and code not in ON_REQUEST)]
    return tuple(await asyncio.gather(*(_made(code, CHECKS[code], ready) for code in wanted)))


async def _made(code: str, check: Check, patient: Patient) -> Finding:
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check(patient)
    except TimeoutError:
        return found(
            code, Mark.NOT_CHECKED, f"No answer came within {LIMIT_S:.0f} s.", "Try again."
        )
    except Exception as error:  # a border: one check that fails must not hide what the others found
        log.exception("The check %s failed.", code)
        return found(
            code,
            Mark.NOT_CHECKED,
            f"The check itself failed ({type(error).__name__}).",
            "See the log.",
        )
