"""Under which names secrets are filed, so that no old secret ever meets a new host.

A client secret may be given before the settings say whom it belongs to. It then waits, with what
was known by then, and is filed for good when it is first needed.
"""

import hashlib
import json
import os
from typing import Final

from rtms_tray.store.environment import COMMERCIAL, GOVERNMENT, Environment, custom
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import SecretStore, secret_name
from rtms_tray.store.settings import Settings, ZoomSettings

_DEFAULT: Final = ZoomSettings().environment


def environment_of(settings: Settings) -> Environment:
    """Tell which Zoom the settings mean; raises ValueError, naming the setting that is missing.

    An event socket's address that is missing or none leaves `events` empty: `completeness` says so.
    """
    if settings.zoom.environment == "custom":
        is_socket = settings.feed.kind == "zoom" and settings.feed.url.startswith(("ws:", "wss:"))
        events = settings.feed.url if is_socket else ""
        return custom(settings.zoom.oauth_url, settings.zoom.api_url, events)
    return GOVERNMENT if settings.zoom.environment == "government" else COMMERCIAL


def refresh_token_name(settings: Settings, profile: Profile) -> str:
    """Name the refresh token of whoever signs in; raises ValueError on incomplete settings.

    Profiles may be of different people with the same app: none finds the token of another.
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

    While the environment is the default one, it may only not have been set yet: keys are set in any
    order. The secret then waits until the program first needs it, and belongs to that host for good.
    """
    name = client_secret_name(settings)
    if name is None or settings.zoom.environment == _DEFAULT:
        await store.save(_waiting_name(profile), json.dumps([*_known(settings), secret]))
        return
    await store.save(name, secret)
    await store.delete(_waiting_name(profile))


async def has_client_secret(store: SecretStore, profile: Profile, settings: Settings) -> bool:
    """Tell whether there is a client secret for this host, filing nothing; raises SecretError."""
    if await _waiting_secret(store, profile, settings) is not None:
        return True
    name = client_secret_name(settings)
    return name is not None and await store.load(name) is not None


async def load_client_secret(
    store: SecretStore, profile: Profile, settings: Settings
) -> str | None:
    """Read the app's client secret, filing one that waited; None: there is none for this host.

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
    """Tell environment, origin and client ID; None while a custom environment has no origin."""
    try:
        oauth = environment_of(_for_signing_in(settings)).oauth
    except ValueError:
        return None
    return settings.zoom.environment, oauth, settings.app.client_id


def _for_signing_in(settings: Settings) -> Settings:
    """Leave only what decides the origin: the API's and the feed's addresses may come later."""
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    zoom = replace(settings.zoom, api_url=settings.zoom.oauth_url)
    return replace(settings, zoom=zoom, feed=replace(settings.feed, kind="none"))


def _known(settings: Settings) -> tuple[str, str, str]:
    """Tell what is known by now of a secret's owner; the default environment may yet change."""
    environment, origin, client_id = _owner(settings) or (settings.zoom.environment, "", "")
    known = environment if environment != _DEFAULT else ""
    return known, origin if known else "", client_id or settings.app.client_id


async def _waiting_secret(store: SecretStore, profile: Profile, settings: Settings) -> str | None:
    """Read a secret that waits, unless it was meant for somebody else."""
    kept = await store.load(_waiting_name(profile))
    if kept is None:
        return None
    try:
        environment, origin, client_id, secret = json.loads(kept)
    except (ValueError, TypeError, RecursionError):
        return None
    now = _owner(settings) or (settings.zoom.environment, "", settings.app.client_id)
    meant = zip((environment, origin, client_id), now, strict=True)
    fits = all(not was or was == is_now for was, is_now in meant)
    return secret if fits and isinstance(secret, str) else None


def _waiting_name(profile: Profile) -> str:
    """Name what waits in this very profile: another one must not take it."""
    folder = hashlib.sha256(os.fsencode(os.path.realpath(profile.data_folder))).hexdigest()
    return f"rtms-tray.client_secret/waiting/{folder[:16]}"
