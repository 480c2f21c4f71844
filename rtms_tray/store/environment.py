"""Zoom's addresses: those of the commercial and the government cloud, or ones the user configures.

Also the only place that decides whether a host may receive a token.
"""

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

_HOST_NAME: Final = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*")
_API_PATHS: Final = ("", "/", "/v2", "/v2/")
_SECURE: Final = {"https": 443, "wss": 443}
_PLAIN: Final = {"http": 80, "ws": 80}


class AddressError(ValueError):
    """An address of a custom environment cannot be used; says in which setting, and what is allowed."""

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.problem = problem


class Environment(Frozen):
    """The addresses of one Zoom: `oauth` is an origin, `api` a base with /v2, `events` a wss URL (or empty).

    Every host under `domain` is Zoom's. It is empty in a custom environment, where only the given addresses are used.
    """

    name: str
    oauth: str
    api: str
    events: str
    domain: str = ""

    @property
    def authorize_url(self) -> str:
        """The page on which the user agrees."""
        return f"{self.oauth}/oauth/authorize"

    @property
    def token_url(self) -> str:
        """Where codes and refresh tokens are exchanged for access tokens."""
        return f"{self.oauth}/oauth/token"

    @property
    def revoke_url(self) -> str:
        """Where a grant is revoked."""
        return f"{self.oauth}/oauth/revoke"

    def is_zoom_host(self, host: str) -> bool:
        """Whether a host name is Zoom's own in this environment; look-alikes are not."""
        host = host.lower()
        if not self.domain or not _HOST_NAME.fullmatch(host):
            return False
        return host == self.domain or host.endswith(f".{self.domain}")

    def trusted_api(self, api_url: str | None) -> str:
        """Choose the API base (with /v2) for a token: the reply's `api_url` if it can be trusted.

        Zoom names a regional base in its token reply (using-zoom-apis page). It is followed only
        over https to a host of Zoom's; an address that the user has chosen is never overruled.
        """
        if not self.domain:
            return self.api
        try:
            origin, parts = _origin(api_url or "", ("https", "http"))
        except ValueError:
            return self.api
        if parts.path not in _API_PATHS or parts.query or parts.fragment:
            return self.api
        return f"{origin}/v2" if self._trusts(parts) else self.api

    def _trusts(self, parts: SplitResult) -> bool:
        return (
            parts.scheme == "https"
            and parts.port in (None, _SECURE["https"])
            and self.is_zoom_host(parts.hostname or "")
        )


COMMERCIAL: Final = Environment(
    "commercial", "https://zoom.us", "https://api.zoom.us/v2", "wss://ws.zoom.us/ws", "zoom.us"
)

# Zoom documents no event socket for its government cloud: its address is inferred from the others.
GOVERNMENT: Final = Environment(
    "government",
    "https://zoomgov.com",
    "https://api.zoomgov.com/v2",
    "wss://ws.zoomgov.com/ws",
    "zoomgov.com",
)


def is_zoom_host(host: str) -> bool:
    """Whether a host name is Zoom's own; look-alikes are not."""
    return any(zoom.is_zoom_host(host) for zoom in (COMMERCIAL, GOVERNMENT))


@lru_cache(1)  # asked whenever the program is shown, which is about the same one
def custom(oauth_url: str, api_url: str, events_url: str) -> Environment:
    """Make an environment from the user's own addresses, such as the simulator's: https, or http on loopback.

    `events_url` may be empty where no event socket is used.

    Raises:
        AddressError: an address cannot be used.
    """
    return Environment(
        "custom",
        _http_origin("zoom.oauth_url", oauth_url, ("",)),
        f"{_http_origin('zoom.api_url', api_url, _API_PATHS)}/v2",
        _socket_url(events_url),
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this computer itself, by name or by address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _http_origin(setting: str, url: str, paths: tuple[str, ...]) -> str:
    try:
        origin, parts = _origin(url.strip().removesuffix("/"), ("https", "http"))
    except ValueError as error:
        raise AddressError(setting, str(error)) from None
    if parts.path not in paths or parts.query or parts.fragment:
        raise AddressError(setting, text("settings.allowed.origin_alone"))
    return origin


def _socket_url(url: str) -> str:
    if not url.strip():
        return ""
    try:
        origin, parts = _origin(url.strip(), ("wss", "ws"))
    except ValueError as error:
        raise AddressError("feed.url", str(error)) from None
    if parts.query or parts.fragment:
        raise AddressError("feed.url", text("settings.allowed.no_query"))
    return f"{origin}{parts.path}"


def _origin(url: str, schemes: tuple[str, str]) -> tuple[str, SplitResult]:
    """Parse a URL and normalize its origin; unencrypted is for loopback only."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(text("settings.allowed.address")) from None
    secure, plain = schemes
    if parts.scheme not in schemes or not host:
        raise ValueError(text("settings.allowed.scheme", scheme=secure))
    if parts.username is not None or parts.password is not None:
        raise ValueError(text("settings.allowed.no_user"))
    if not _HOST_NAME.fullmatch(host) and not is_loopback(host):
        raise ValueError(text("settings.allowed.plain_host"))
    if parts.scheme == plain and not is_loopback(host):
        raise ValueError(text("settings.allowed.secure_scheme", scheme=secure))
    name = f"[{host}]" if ":" in host else host
    default = {**_SECURE, **_PLAIN}[parts.scheme]
    return f"{parts.scheme}://{name}" + ("" if port in (None, default) else f":{port}"), parts
