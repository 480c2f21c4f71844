"""The names under which secrets are kept, so that no old secret is ever sent to a new host.

A client secret may be set before the settings say which app it belongs to. It then waits under a name of its own,
with what is known by then, and gets its final name when it is first needed.
"""

import hashlib
import json
import os
from typing import Final

from rtms_tray.store.environment import COMMERCIAL, GOVERNMENT, Environment, custom
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import SecretStore, secret_name
from rtms_tray.store.settings import Settings, ZoomSettings
from rtms_tray.support.frozen import replace

_DEFAULT: Final = ZoomSettings().environment


def environment_of(settings: Settings) -> Environment:
    """Return the Zoom that the settings mean; raises ValueError, naming the setting that is missing.

    Without a usable event socket's address `events` is empty: `completeness` says so.
    """
    if settings.zoom.environment == "custom":
        is_socket = settings.feed.kind == "zoom" and settings.feed.url.startswith(("ws:", "wss:"))
        events = settings.feed.url if is_socket else ""
        return custom(settings.zoom.oauth_url, settings.zoom.api_url, events)
    return GOVERNMENT if settings.zoom.environment == "government" else COMMERCIAL


def refresh_token_name(settings: Settings, profile: Profile) -> str:
    """Name the refresh token of whoever signs in; raises ValueError on incomplete settings.

    Two profiles may belong to different people with the same app: each has a token of its own.
    """
    environment = environment_of(settings)
    owner = (environment.name, environment.oauth, settings.sign_in_id)
    return secret_name("refresh_token", *owner, profile.mark)


def client_secret_name(settings: Settings) -> str | None:
    """Name the app's client secret; None while the settings do not say whom it belongs to."""
    owner = _owner(settings)
    return secret_name("client_secret", *owner) if owner and owner[2] else None


async def save_client_secret(
    store: SecretStore, profile: Profile, settings: Settings, secret: str
) -> None:
    """Keep the app's client secret, or have it wait for the settings; raises SecretError.

    Settings are set in any order: an environment that is still the default may be changed next. The secret therefore
    waits until the program first needs it, and then belongs to that host for good.
    """
    name = client_secret_name(settings)
    if name is None or settings.zoom.environment == _DEFAULT:
        await store.save(_waiting_name(profile), json.dumps([*_known_owner(settings), secret]))
        return
    await store.save(name, secret)
    await store.delete(_waiting_name(profile))


async def has_client_secret(store: SecretStore, profile: Profile, settings: Settings) -> bool:
    """Whether there is a client secret for this host; changes nothing. Raises SecretError."""
    if await _waiting_secret(store, profile, settings) is not None:
        return True
    name = client_secret_name(settings)
    return name is not None and await store.load(name) is not None


async def load_client_secret(
    store: SecretStore, profile: Profile, settings: Settings
) -> str | None:
    """Read the app's client secret, naming one that waited for good; None: there is none for this host.

    Raises SecretError.
    """
    name = client_secret_name(settings)
    waiting = await _waiting_secret(store, profile, settings)
    if name is None or waiting is None:
        return waiting if name is None else await store.load(name)
    await store.save(name, waiting)
    await store.delete(_waiting_name(profile))
    return waiting


def _owner(settings: Settings) -> tuple[str, str, str] | None:
    """Return environment, origin and client ID; None while a custom environment has no origin."""
    try:
        oauth = environment_of(_for_signing_in(settings)).oauth
    except ValueError:
        return None
    return settings.zoom.environment, oauth, settings.app.client_id


def _for_signing_in(settings: Settings) -> Settings:
    """Leave only what decides the origin: the addresses of API and feed may be set later."""
    zoom = replace(settings.zoom, api_url=settings.zoom.oauth_url)
    return replace(settings, zoom=zoom, feed=replace(settings.feed, kind="none"))


def _known_owner(settings: Settings) -> tuple[str, str, str]:
    """Return what is known of a secret's owner; the default environment may still change."""
    environment, origin, client_id = _owner(settings) or (settings.zoom.environment, "", "")
    known = environment if environment != _DEFAULT else ""
    return known, origin if known else "", client_id or settings.app.client_id


async def _waiting_secret(store: SecretStore, profile: Profile, settings: Settings) -> str | None:
    """Read a secret that waits, unless it was meant for another app or host."""
    kept = await store.load(_waiting_name(profile))
    if kept is None:
        return None
    try:
        environment, origin, client_id, secret = json.loads(kept)
    except (ValueError, TypeError, RecursionError):
        return None
    owner = _owner(settings) or (settings.zoom.environment, "", settings.app.client_id)
    pairs = zip((environment, origin, client_id), owner, strict=True)
    matches = all(not known or known == current for known, current in pairs)
    return secret if matches and isinstance(secret, str) else None


def _waiting_name(profile: Profile) -> str:
    """Name the secret that waits in this profile: no other profile must take it."""
    folder = hashlib.sha256(os.fsencode(os.path.realpath(profile.data_folder))).hexdigest()
    return f"rtms-tray.client_secret/waiting/{folder[:16]}"
