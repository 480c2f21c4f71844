"""The app as its vendor presents it: what a set-up link or file has brought, or somebody has set."""

from rtms_tray.presentation.view_model import AppView
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings import Settings


def app_view(settings: Settings, profile: Profile) -> AppView:
    """Present the app; its icon is there or not, and may be another one than before."""
    icon = profile.icon_file
    try:
        version = icon.stat().st_mtime_ns
    except OSError:
        return AppView(settings.app.name, settings.app.help_url)
    return AppView(settings.app.name, settings.app.help_url, icon, version)
