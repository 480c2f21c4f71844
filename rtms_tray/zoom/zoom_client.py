"""The Zoom client installed on this machine: which version, and whether it is in a meeting.

The app owner's client must be 6.5.5 or later (rule B3); Zoom says nothing where it is older, so it is looked
up before the request goes out. What is seen here is only this machine: the app owner may join from another.
All calls read files and lists of the system, and belong in a thread.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from rtms_tray.capture.conditions import Source, Value

Version: TypeAlias = tuple[int, ...]

FLOOR: Final[Version] = (6, 5, 5)
"""The oldest version with which RTMS starts (rule B3)."""

_NUMBERS: Final = re.compile(r"\s*v?(\d{1,9}(?:\s?[.,]\s?\d{1,9}){1,4})", re.ASCII)
_ANOTHER_DEVICE: Final = re.compile(r"\((?!win|mac|linux)[^)]*\)", re.IGNORECASE)
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Window:
    """A window on the screen, hidden or not: its class, where the system has such, and its title."""

    class_name: str
    title: str


class Machine(Protocol):
    """What is looked at; tests give a machine of files."""

    def read(self, path: str) -> bytes | None:
        """Read a file; `~` is the user's folder, `%NAME%` a variable. None where it cannot be read."""
        ...

    def processes(self) -> frozenset[str] | None:
        """Name the running programs; None where the system does not tell."""
        ...

    def windows(self) -> tuple[Window, ...] | None:
        """List the windows; None where the system does not tell."""
        ...


@dataclass(frozen=True, slots=True)
class ClientSeen:
    """What was seen of the client: its version if it is installed, and where these were read."""

    version: Version | None = None
    in_meeting: Value = Value.UNKNOWN
    version_source: str = ""
    meeting_source: str = ""

    @property
    def supported(self) -> Value:
        """Whether RTMS starts with this client."""
        return is_supported(self.version)


@dataclass(frozen=True, slots=True)
class Support:
    """Whether the app owner's client is new enough, how that is known, and where it was read."""

    value: Value
    source: Source
    text: str


def parse_version(text: str) -> Version | None:
    """Read a version as Zoom writes it: "6.5.7 (12345)", "6.5.7.1234", "5.2.45120.0906(win)"."""
    found = _NUMBERS.match(text[:_LONGEST])
    if found is None:
        return None
    return tuple(int(number) for number in re.split(r"\s?[.,]\s?", found[1]))


def is_supported(version: Version | None) -> Value:
    """Tell whether RTMS starts with a client of this version; unknown if too little of it is known."""
    if version is None:
        return Value.UNKNOWN
    if len(version) < len(FLOOR) and version == FLOOR[: len(version)]:
        return Value.UNKNOWN
    return Value.YES if version >= FLOOR else Value.NO


def written(version: Version) -> str:
    """Write a version for people: the first three numbers."""
    return ".".join(str(number) for number in version[: len(FLOOR)])


def owner_support(seen: ClientSeen, last_client_version: str | None) -> Support:
    """Put together what this machine and Zoom (`GET /users/me`) tell of the app owner's client.

    This machine's client counts more: `last_client_version` is of the last log-in, which may have been on
    another device; of a phone's nothing is concluded.
    """
    if seen.supported is not Value.UNKNOWN:
        return Support(seen.supported, Source.MACHINE, seen.version_source)
    told = last_client_version or ""
    another_device = _ANOTHER_DEVICE.search(told[:_LONGEST]) is not None
    value = Value.UNKNOWN if another_device else is_supported(parse_version(told))
    if value is Value.UNKNOWN:
        none = "no Zoom client was found on this machine"
        return Support(value, Source.INFERRED, seen.version_source or none)
    return Support(value, Source.REPLY, "Zoom, of your last log-in with a client")


def agreed(found: Iterable[tuple[Version, str]]) -> tuple[Version | None, str]:
    """Choose among several installed clients: the oldest, unless they differ on whether RTMS starts."""
    clients = sorted(found)
    if not clients:
        return None, ""
    if len({is_supported(version) for version, _ in clients}) > 1:
        return None, "several Zoom clients are installed"
    return clients[0]


def running(machine: Machine, program: str, helpers: Iterable[str]) -> tuple[Value, str]:
    """Tell from the running programs whether a meeting is on: yes with a helper, no without Zoom."""
    names = machine.processes()
    if names is None:
        return Value.UNKNOWN, ""
    helper = next((name for name in helpers if name in names), None)
    if helper is not None:
        return Value.YES, f"{helper} runs"
    if program not in names:
        return Value.NO, "Zoom does not run on this machine"
    return Value.UNKNOWN, ""
