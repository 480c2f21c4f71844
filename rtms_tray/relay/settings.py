"""The relay's settings: from a TOML file, and from the environment, which wins."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

PREFIX: Final = "RTMS_RELAY_"
_FILE_SUFFIX: Final = "_FILE"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which, and never a secret's value."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator can set; the guide in packaging/relay explains each."""

    public_url: str
    client_ids: list[str]
    webhook_secrets: list[str]
    receiver_keys: list[str] = []
    host: str = "127.0.0.1"
    port: int = 8080
    trusted_proxies: list[str] = msgspec.field(default_factory=lambda: ["127.0.0.1"])
    zoom_api_url: str = "https://api.zoom.us"
    data_folder: str = "/var/lib/rtms-tray-relay"
    nats_server: str = "nats-server"
    nats_urls: list[str] = []
    replicas: int = 1
    retention_hours: float = 48.0
    max_megabytes: int = 1024
    session_minutes: float = 60.0
    zoom_check_hours: float = 12.0
    heartbeat_s: float = 15.0
    trays_per_user: int = 8
    requests_per_minute: int = 60
    log_level: str = "INFO"

    @property
    def origin(self) -> str:
        """The relay's origin as trays see it: sessions are valid there alone."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """Read the settings; raises SettingsError."""
    values = _from_file(file) if file else {}
    values |= _from_environment(environ)
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The settings are not valid: {error}.") from None
    _check(settings)
    return settings


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsError(f"{file} is not valid TOML.") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Read RTMS_RELAY_NAME, or the file that RTMS_RELAY_NAME_FILE names: secrets need not be in the environment."""
    lists = {f.name for f in msgspec.structs.fields(Settings) if f.type == list[str]}
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        name = PREFIX + field.name.upper()
        text = environ.get(name)
        if path := environ.get(name + _FILE_SUFFIX):
            text = _read(Path(path), name + _FILE_SUFFIX)
        if text is not None:
            values[field.name] = text.replace(",", " ").split() if field.name in lists else text
    return values


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}: {path} cannot be read: {error.strerror}.") from None


def _check(settings: Settings) -> None:
    for name in ("client_ids", "webhook_secrets"):
        if not all(getattr(settings, name)) or not getattr(settings, name):
            raise SettingsError(f"{name} needs at least one value.")
    for name in ("public_url", "zoom_api_url"):
        if not _is_safe(getattr(settings, name)):
            raise SettingsError(f"{name} must be an https:// URL (http:// on loopback only).")
    if settings.replicas not in {1, 3, 5}:
        raise SettingsError("replicas must be 1, 3 or 5.")
    if settings.replicas > 1 and not settings.nats_urls:
        raise SettingsError("replicas above 1 need a cluster: set nats_urls.")
    for name in (
        "retention_hours",
        "session_minutes",
        "zoom_check_hours",
        "heartbeat_s",
        "max_megabytes",
    ):
        if getattr(settings, name) <= 0:
            raise SettingsError(f"{name} must be above 0.")


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )
