"""Several apps side by side: each app that a link sets up has a profile of its own, so none disturbs another."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

from rtms_tray.store.profile import DEFAULT_PROFILE, Profile, find_profile
from rtms_tray.store.settings_file import load

_LONGEST: Final = 30


def profile_for_app(
    profile: Profile, client_id: str, name: str, environ: Mapping[str, str] | None = None
) -> Profile:
    """Find the profile of an app, by its client ID; a new one, called after it, where it has none.

    The usual profile is the first app's. Another one, which somebody has named, stays.
    """
    if profile.name != DEFAULT_PROFILE or _app_of(profile) in {"", client_id}:
        return profile
    existing = list(_others(environ))
    known = next((other for other in existing if _app_of(other) == client_id), None)
    return known or find_profile(_free_name(name, {other.name for other in existing}), environ)


def profiles_beside(
    profile: Profile, environ: Mapping[str, str] | None = None
) -> tuple[Profile, ...]:
    """List the profiles in which an app is set up, and this one, the usual one first."""
    usual = find_profile(DEFAULT_PROFILE, environ)
    if profile != find_profile(profile.name, environ):  # one that is thrown away: the demo's
        return (profile,)
    return tuple(one for one in (usual, *_others(environ)) if one == profile or _app_of(one))


def _app_of(profile: Profile) -> str:
    return load(profile.settings_file)[0].app.client_id


def _others(environ: Mapping[str, str] | None) -> Iterator[Profile]:
    folder = find_profile(DEFAULT_PROFILE, environ).settings_folder / "profiles"
    for settings in sorted(folder.glob("*/settings.toml")):
        try:
            yield find_profile(settings.parent.name, environ)
        except ValueError:  # a folder that this program hasn't made
            continue


def _free_name(name: str, taken: set[str]) -> str:
    """Make an app's name a profile's name: its letters and digits, numbered where that is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST].strip("-") or "app"
    names = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
    return next(one for one in names if one not in {*taken, DEFAULT_PROFILE})
