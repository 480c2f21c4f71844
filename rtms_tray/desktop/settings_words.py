"""Words for settings and their values where the key's own name is not plain enough for people."""

from collections.abc import Mapping
from typing import Final

_SECTIONS: Final[Mapping[str, str]] = {
    "app": "Your Zoom app",
    "zoom": "Which Zoom",
    "feed": "Events",
    "behaviour": "By itself",
    "notifications": "Notifications",
    "fallback": "Fall-back",
    "history": "History",
    "appearance": "Appearance",
}
_KEYS: Final[Mapping[str, str]] = {
    "app.client_id": "Client ID",
    "app.sign_in_client_id": "Public client ID",
    "app.redirect_path": "Path of the redirect URI",
    "app.redirect_port": "Port of the redirect URI",
    "zoom.environment": "Environment",
    "zoom.oauth_url": "Address for signing in",
    "zoom.api_url": "Address of the API",
    "feed.kind": "Where events come from",
    "feed.url": "Address of the events",
    "feed.subscription_id": "Event subscription",
    "feed.watch": "Meetings to show",
    "behaviour.auto_resend": "When the host joins",
    "behaviour.no_answer_after_s": "Unanswered after (seconds)",
    "behaviour.watch_hosted": "Ask ahead for my meetings",
    "fallback.url": "Page to open",
    "fallback.command": "Program to start",
    "notifications.enabled": "Notifications",
    "notifications.info": "Also tell good news",
    "notifications.discreet": "Discreet",
    "history.keep_days": "Keep meetings for (days)",
    "appearance.icons": "Tray icons",
    "appearance.theme": "Colours",
}
_VALUES: Final[Mapping[tuple[str, str], str]] = {
    ("zoom.environment", "commercial"): "Zoom",
    ("zoom.environment", "government"): "Government",
    ("zoom.environment", "custom"): "Another",
    ("feed.kind", "zoom"): "Zoom",
    ("feed.kind", "relay"): "A relay",
    ("feed.kind", "none"): "None",
    ("feed.watch", "mine"): "Mine",
    ("feed.watch", "all"): "All",
    ("behaviour.auto_resend", "ask"): "Ask me",
    ("behaviour.auto_resend", "host_joined"): "Send again",
    ("behaviour.auto_resend", "off"): "Nothing",
    ("appearance.icons", "colour"): "In colour",
    ("appearance.icons", "monochrome"): "One colour",
    ("appearance.theme", "auto"): "As the desktop",
}
_HELPS: Final[Mapping[str, str]] = {
    "app.client_id": "Stands on the app's credentials page in the Zoom Marketplace; sent with every request.",
    "app.sign_in_client_id": (
        "The app's second ID, where “Use Public Client OAuth” is on: it signs in without a secret. "
        "Empty: the client ID signs in."
    ),
    "app.redirect_path": "As the app has it: http://127.0.0.1/callback.",
    "app.redirect_port": "0: any free port, as Zoom allows.",
    "zoom.environment": "“Another” is a Zoom of your own, such as the simulator.",
    "zoom.oauth_url": "Where people sign in, without a path.",
    "zoom.api_url": "Where requests go.",
    "feed.kind": (
        "Zoom's events need the client secret. Without events rtms-tray cannot see what becomes of a request. "
        "A relay is not in this version."
    ),
    "feed.url": "Empty: Zoom's own.",
    "feed.subscription_id": (
        "One for rtms-tray alone: Zoom keeps one connection for each, and your app's would be cut off."
    ),
    "notifications.enabled": "",
    "notifications.info": "Also what needs nothing from you, such as: capture has begun.",
    "appearance.icons": "",
    "appearance.theme": "",
}
"""What a setting is for, where the file's own words are too short for a window; empty: its name says it all."""


def section_title(section: str) -> str:
    """Name a section of the settings."""
    return _SECTIONS.get(section, _spoken(section))


def label_of(key: str) -> str:
    """Name a setting."""
    return _KEYS.get(key, _spoken(key.partition(".")[2]))


def value_word(key: str, value: str) -> str:
    """Name a value that can be chosen."""
    return _VALUES.get((key, value), _spoken(value))


def help_of(key: str, help_line: str) -> str:
    """Say what a setting is for: in the window's words, else in those of the settings' table."""
    return _HELPS.get(key, _sentence(help_line))


def _sentence(help_line: str) -> str:
    return f"{help_line[:1].upper()}{help_line[1:]}." if help_line else ""


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()
