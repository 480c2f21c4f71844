"""The way to Zoom: the proxy and the certificates that the environment or the system's settings name."""

import os
import ssl
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Final, NamedTuple

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where Linux systems have what they trust."""
_SCHEMES: Final = {
    "http": ("http", 80),
    "https": ("https", 443),
    "socks": ("socks5h", 1080),  # what GNOME exports; its proxies are SOCKS 5 nearly always
    "socks5": ("socks5", 1080),
    "socks5h": ("socks5h", 1080),
}
"""How each scheme is spelled for the libraries, and its default port."""


_KEPT_S: Final = 3600.0
"""So long: what is installed meanwhile is trusted soon."""


class RouteError(OSError):
    """A setting of this computer leaves no way to Zoom; `code` names the sentences about it.

    `variable` is the environment variable to correct, or empty for the system's own settings. The
    value is left out: it may hold a password.
    """

    def __init__(self, code: str, variable: str) -> None:
        super().__init__(f"{code}: {variable or 'system settings'}")
        self.code = code
        self.variable = variable


class Kept(NamedTuple):
    """Certificates, the variable and its value that named them, and when they were loaded (monotonic)."""

    context: ssl.SSLContext
    named: tuple[str, str]
    at_s: float


class _Loaded:
    kept: Kept | None = None


def certificates_variable() -> str:
    """Name the environment variable that says which certificates to trust; empty for the system's own."""
    return next((name for name in _CERTIFICATES if os.environ.get(name)), "")


def trusted_certificates() -> ssl.SSLContext:
    """Give the system's certificates, or those that the environment names; raises RouteError.

    Loading them takes 20 ms and 0.8 MB: HTTP and the feed share them, and a connection soon after the last one does.
    """
    variable = certificates_variable()
    kept, now = _Loaded.kept, time.monotonic()
    named = variable, os.environ.get(variable, "")
    if kept is None or kept.named != named or now - kept.at_s > _KEPT_S:
        kept = _Loaded.kept = Kept(_load(variable), named, now)
    return kept.context


def _load(variable: str) -> ssl.SSLContext:
    try:
        if variable == "SSL_CERT_DIR":  # OpenSSL would find nothing there, and say nothing
            next(Path(os.environ[variable]).iterdir(), None)
        trusted = _named(variable) if variable else _of_system()
    except OSError:  # ssl.SSLError is one, too
        raise RouteError("certificates_unusable", variable) from None
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2  # Debian's Python leaves it to OpenSSL
    return trusted


def _named(variable: str) -> ssl.SSLContext:
    place = os.environ[variable]
    if variable == "SSL_CERT_DIR":
        return ssl.create_default_context(capath=place)
    return ssl.create_default_context(cafile=place)


def _of_system(platform: str = sys.platform) -> ssl.SSLContext:
    if platform in {"win32", "darwin"}:  # what the system trusts is in no file there
        import truststore  # noqa: PLC0415 - not on Linux

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.load_default_certs()
    if not ssl.get_default_verify_paths().cafile:
        # A bundled OpenSSL looks where the computer that built it has them.
        for bundle in filter(os.path.isfile, _BUNDLES):
            trusted.load_verify_locations(bundle)
            break
    return trusted


def proxy_for(url: str) -> str | None:
    """Name the proxy for this address, or None for none; this machine is reached directly.

    Raises RouteError where a proxy is set that can't be used.
    """
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme in {"https", "wss"}
    port = parts.port or (443 if secure else 80)
    if host in _LOOPBACK or urllib.request.proxy_bypass(f"{host}:{port}"):
        return None
    proxies = urllib.request.getproxies()
    for name in ("https" if secure else "http", "all", "socks"):
        if proxy := proxies.get(name):
            return _readable(proxy, name)
    return None


def _readable(proxy: str, name: str) -> str:
    """Spell a proxy's address the way that all libraries read it."""
    if "://" not in proxy:
        proxy = f"{'socks' if name == 'socks' else 'http'}://{proxy}"
    try:
        parts = urllib.parse.urlsplit(proxy)
        scheme, default_port = _SCHEMES[parts.scheme.lower()]
        port = parts.port or default_port
    except (KeyError, ValueError):
        raise RouteError("proxy_unusable", _variable(name)) from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise RouteError("proxy_unusable", _variable(name))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    user = f"{parts.username}:{parts.password or ''}@" if parts.username else ""
    return f"{scheme}://{user}{host}:{port}"


def _variable(name: str) -> str:
    """Name the environment variable that this proxy comes from, spelled as it is there."""
    wanted = f"{name}_proxy"
    return next((each for each in os.environ if each.lower() == wanted), "")
