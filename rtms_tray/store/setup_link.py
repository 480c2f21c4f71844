"""What an app's vendor hands to users, so that nobody has to type IDs: a link, or the same in a file.

Any web page can offer such a link. So it can say which app it is, where the app's events come from and whom to ask for
help, and nothing else: no command, no path, no other setting. One unknown key refuses the whole.
"""

import base64
import binascii
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from msgspec import Struct, structs

from rtms_tray.store.environment import is_loopback
from rtms_tray.store.setting_validation import (
    check_feed_url,
    check_identifier,
    check_name,
    check_page_url,
)
from rtms_tray.store.settings import Settings
from rtms_tray.support.files import read_regular
from rtms_tray.support.texts import text

SCHEME: Final = "rtms-tray"
FILE_ENDING: Final = ".rtms-tray"
_LINK_STARTS: Final = (f"{SCHEME}:setup?", f"{SCHEME}://setup?", f"{SCHEME}://setup/?")
_FILE_ADDRESS: Final = "file:///"
_LONGEST_LINK: Final = 8_000
_LARGEST_ICON: Final = 64 * 1024
_LONGEST_SIDE: Final = 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class SetupLinkError(ValueError):
    """A link or file that is not followed; says why, in words for people.

    `part` is the key that is to blame, and `problem` what is wrong with it alone, for whoever makes links.
    """

    def __init__(self, words: str, part: str = "", problem: str = "") -> None:
        super().__init__(words)
        self.part, self.problem = part, problem


class SetupLink(Struct, frozen=True, kw_only=True):
    """An app's set-up, as its vendor wrote it, each part checked."""

    name: str
    client_id: str
    relay: str
    sign_in_client_id: str = ""
    environment: str = "commercial"
    help: str = ""
    fallback: str = ""
    icon: bytes = b""  # a PNG; in files only

    @property
    def host(self) -> str:
        """Who asks, as far as anybody can tell: whoever owns the relay's host."""
        return host_of(self.relay)

    def settings(self, *, demo: bool = False) -> Mapping[str, str]:
        """List the settings that it means to change, by their dotted names; the demo keeps its simulated Zoom."""
        return {
            "app.client_id": self.client_id,
            "app.sign_in_client_id": self.sign_in_client_id,
            "app.name": self.name,
            "app.help_url": self.help,
            **({} if demo else {"zoom.environment": self.environment}),
            "feed.kind": "relay",
            "feed.url": self.relay,
            "fallback.url": self.fallback,
        }


def host_of(url: str) -> str:
    """Return an address's host, with its port unless that is the usual one."""
    return urlsplit(url).netloc.lower()


def is_demo(settings: Settings) -> bool:
    """Whether Zoom itself is on this computer, and so simulated: only then may a relay be there, too."""
    origin = urlsplit(settings.zoom.oauth_url).hostname or ""
    return settings.zoom.environment == "custom" and is_loopback(origin)


def read_setup(given: str, *, demo: bool = False) -> SetupLink:
    """Read what a person or the system gives: a link, or a file by its path or its address.

    Raises:
        SetupLinkError: it is neither, or something in it is not allowed.
    """
    given = given.strip()
    if given.lower().startswith(f"{SCHEME}:"):
        return parse_setup_link(given, demo=demo)
    if not given.lower().endswith(FILE_ENDING):  # any other file is not even opened
        raise SetupLinkError(text("setup_link.neither"))
    return read_setup_file(Path(_path_of(given)), demo=demo)


def absolute(given: str) -> str:
    """Name a file so that a program in another folder finds it, too; a link stays as it is."""
    given = given.strip()
    is_link = given.lower().startswith((f"{SCHEME}:", _FILE_ADDRESS))
    return given if is_link else os.path.abspath(given)  # noqa: PTH100 - a name with a NUL is refused later


def _path_of(given: str) -> str:
    """Return the path of a file that is named by its path, or by the address that desktops hand over."""
    if not given.lower().startswith(_FILE_ADDRESS):
        return given
    from urllib.request import url2pathname  # noqa: PLC0415 - loads an HTTP client

    return url2pathname(given[len(_FILE_ADDRESS) - 1 :])


def parse_setup_link(link: str, *, demo: bool = False) -> SetupLink:
    """Read a link; only the demo's may name a relay on this computer.

    Raises:
        SetupLinkError: it is no such link, or something in it is not allowed.
    """
    start = next((start for start in _LINK_STARTS if link[:20].lower().startswith(start)), "")
    if not start or len(link) > _LONGEST_LINK:
        raise SetupLinkError(text("setup_link.no_link"))
    try:
        pairs = parse_qsl(
            link[len(start) :], keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError:
        raise SetupLinkError(text("setup_link.no_link")) from None
    if "icon" in dict(pairs):
        raise SetupLinkError(text("setup_link.icon_in_link"))
    return _checked(pairs, demo=demo)


def read_setup_file(path: Path, *, demo: bool = False) -> SetupLink:
    """Read a file that holds the same as a link, and may hold an icon; raises SetupLinkError."""
    try:
        content = read_regular(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SetupLinkError(text("setup_link.unreadable", path=path, problem=reason)) from None
    try:
        pairs = json.loads(content, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        raise SetupLinkError(text("setup_link.no_file", path=path)) from None
    if not _is_flat(pairs):
        raise SetupLinkError(text("setup_link.no_file", path=path))
    return _checked(pairs, demo=demo)


def write_setup_link(setup: SetupLink) -> str:
    """Write the link that says all of this but the icon."""
    return f"{SCHEME}:setup?{urlencode(_written(setup), quote_via=quote)}"


def write_setup_file(setup: SetupLink) -> str:
    """Write the content of the file that says all of this."""
    icon = {"icon": base64.b64encode(setup.icon).decode("ascii")} if setup.icon else {}
    return json.dumps({**_written(setup), **icon}, indent=2, ensure_ascii=False) + "\n"


def make_setup(values: Mapping[str, str], icon: bytes = b"") -> SetupLink:
    """Make a set-up to hand out; raises SetupLinkError where nobody could follow it."""
    encoded = {"icon": base64.b64encode(icon).decode("ascii")} if icon else {}
    given = {key: value for key, value in values.items() if value}
    return _checked([*given.items(), *encoded.items()], demo=False)


def _written(setup: SetupLink) -> dict[str, str]:
    values = {key: value for key, value in structs.asdict(setup).items() if isinstance(value, str)}
    if setup.environment == "commercial":
        del values["environment"]
    return {key: value for key, value in values.items() if value}


def _is_flat(pairs: object) -> bool:
    """Whether a file's content is an object of texts alone."""
    return isinstance(pairs, tuple) and all(isinstance(value, str) for _, value in pairs)


def _checked(pairs: Sequence[tuple[str, str]], *, demo: bool) -> SetupLink:
    values = dict(pairs)
    if unknown := sorted(values.keys() - set(SetupLink.__struct_fields__)):
        raise SetupLinkError(text("setup_link.unknown_key", part=repr(unknown[0][:40])))
    if len(values) != len(pairs):
        raise SetupLinkError(text("setup_link.key_twice"))
    given = {key: value for key, value in values.items() if value}
    for key in ("name", "client_id", "relay"):
        if key not in given:
            problem = text("setup_link.allowed.something")
            raise SetupLinkError(text("setup_link.missing", part=key), key, problem)
    for key, value in given.items():
        _check(key, value)
    if not demo:
        _refuse_this_computer(given)
    icon = base64.b64decode(given.pop("icon", ""))
    return SetupLink(icon=icon, **given)


def _check(key: str, value: str) -> None:
    try:
        _CHECKS[key](value)
    except ValueError as error:
        raise _wrong_value(key, str(error)) from None


def _wrong_value(key: str, problem: str) -> SetupLinkError:
    words = text("setup_link.wrong_value", part=key, problem=problem)
    return SetupLinkError(words, key, problem)


def _check_environment(value: str) -> None:
    if value not in {"commercial", "government"}:
        raise ValueError(text("setup_link.allowed.environment"))


def _check_relay(value: str) -> None:
    if not re.fullmatch(r"https?://[!-~]{1,2000}", value):
        raise ValueError(text("setup_link.allowed.https"))
    check_feed_url(value)


def _check_page(value: str) -> None:
    check_page_url(value)
    if urlsplit(value).username is not None:
        raise ValueError(text("setup_link.allowed.https"))


def _check_icon(value: str) -> None:
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(text("setup_link.allowed.icon")) from None
    if len(content) > _LARGEST_ICON or not _is_small_png(content):
        raise ValueError(text("setup_link.allowed.icon"))


def _is_small_png(content: bytes) -> bool:
    """Whether it says that it is a PNG that takes little memory to draw: few bytes can unfold to a huge picture."""
    width, height = content[16:20], content[20:24]
    sides = (int.from_bytes(width, "big"), int.from_bytes(height, "big"))
    return content.startswith(_PNG) and all(0 < side <= _LONGEST_SIDE for side in sides)


_CHECKS: Final[Mapping[str, Callable[[str], None]]] = {
    "name": check_name,
    "client_id": check_identifier,
    "sign_in_client_id": check_identifier,
    "environment": _check_environment,
    "relay": _check_relay,
    "help": _check_page,
    "fallback": _check_page,
    "icon": _check_icon,
}


def _refuse_this_computer(values: Mapping[str, str]) -> None:
    for key in ("relay", "help", "fallback"):
        if is_loopback(urlsplit(values.get(key, "")).hostname or ""):
            raise _wrong_value(key, text("setup_link.allowed.other_computer"))
