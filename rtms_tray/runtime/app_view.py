"""The app as its vendor presents it, and the other apps and accounts that are set up on this computer."""

from collections import Counter

from rtms_tray.presentation.view_model import AppView, ProfileView
from rtms_tray.store.app_profiles import profiles_beside
from rtms_tray.store.profile import DEFAULT_PROFILE, Profile
from rtms_tray.store.settings import Settings
from rtms_tray.store.settings_file import load
from rtms_tray.store.state import load_account
from rtms_tray.support.texts import text


def app_view(settings: Settings, profile: Profile) -> AppView:
    """Present the app; its icon is there or not, and may be another one than before."""
    icon = profile.icon_file
    try:
        version = icon.stat().st_mtime_ns
    except OSError:
        return AppView(settings.app.name, settings.app.help_url)
    return AppView(settings.app.name, settings.app.help_url, icon, version)


def profile_views(profile: Profile) -> tuple[ProfileView, ...]:
    """List what can be switched to, and where one is now; nothing where there is only that."""
    profiles = profiles_beside(profile)
    if len(profiles) == 1:
        return ()
    names = [load(one.settings_file)[0].app.name or _plain_name(one) for one in profiles]
    often = Counter(names)
    return tuple(
        ProfileView(one.name, _told_apart(name, one) if often[name] > 1 else name, one == profile)
        for one, name in zip(profiles, names, strict=True)
    )


def _plain_name(profile: Profile) -> str:
    return text("profiles.usual") if profile.name == DEFAULT_PROFILE else profile.name


def _told_apart(name: str, profile: Profile) -> str:
    """Name the account too, or else the profile: the same app may be set up for several."""
    account = load_account(profile.account_file)
    which = account.email if account and account.email else profile.name
    return text("profiles.one_of_several", name=name, which=which)
