"""How far this tray has heard its relay, kept over restarts: so that what it missed meanwhile comes once, in order."""

import logging
import secrets
from pathlib import Path
from typing import Final

import msgspec

from rtms_tray.support.files import read_regular, write_private
from rtms_tray.support.units import Millis

log = logging.getLogger(__name__)

SCHEMA: Final = 1
_NAME_BYTES: Final = 12


class RelayPlace(msgspec.Struct, frozen=True):
    """A tray's name at its relay, and how far it has heard; nothing secret.

    `since` is from when on nothing that happened was missed. An `epoch` is empty before anything was heard.
    """

    tray: str
    relay: str = ""
    user: str = ""
    epoch: str = ""
    sequence: int = 0
    since: Millis = 0
    schema: int = SCHEMA

    def at(self, relay: str, user: str) -> "RelayPlace":
        """Return the same tray's place at this relay, for this user: sequences mean nothing elsewhere."""
        if (self.relay, self.user) == (relay, user):
            return self
        return RelayPlace(self.tray, relay, user)

    def renamed(self) -> "RelayPlace":
        """Return the place of another tray that has heard as much."""
        return msgspec.structs.replace(self, tray=new_place().tray)


class RelayPlaceFile:
    """Reads and writes it; a file that cannot be read or written costs a replay, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> RelayPlace:
        """Read the place; a tray without one gets a name that no other has."""
        try:
            return msgspec.json.decode(read_regular(self._path), type=RelayPlace)
        except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
            return new_place()

    def save(self, place: RelayPlace) -> None:
        """Write the place down."""
        try:
            write_private(self._path, msgspec.json.format(msgspec.json.encode(place)))
        except OSError as error:
            log.info("How far the relay was heard cannot be kept: %s.", error.strerror)


def new_place() -> RelayPlace:
    """Return the place of a tray that no relay knows yet; its name tells nobody anything."""
    return RelayPlace(secrets.token_hex(_NAME_BYTES))
