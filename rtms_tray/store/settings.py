"""The settings, key by key: one table for the file, the command line and the dialogs.

Names, defaults and allowed values are an interface. Secrets are no settings: they are kept in the
system's keyring.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from rtms_tray.store.settings_table import (
    MARK,
    Rule,
    SettingValue,
    api_origin,
    fall_back_url,
    feed_url,
    identifier,
    oauth_origin,
    setting,
    url_path,
)


@dataclass(frozen=True, slots=True)
class AppSettings:
    """The Zoom app."""

    client_id: str = setting(
        "", "the Zoom app's client ID, sent with every request", check=identifier
    )
    sign_in_client_id: str = setting(
        "", "the app's public client ID, if it has one; empty: client_id", check=identifier
    )
    redirect_path: str = setting(
        "/callback", "path of the redirect URI http://127.0.0.1:PORT/…", check=url_path
    )
    redirect_port: int = setting(0, "port of the redirect URI; 0: any free port", most=65535)


@dataclass(frozen=True, slots=True)
class ZoomSettings:
    """Which Zoom to talk to."""

    environment: str = setting(
        "commercial", "which Zoom", allowed=("commercial", "government", "custom")
    )
    oauth_url: str = setting("", "custom only: origin for signing in", check=oauth_origin)
    api_url: str = setting("", "custom only: origin of the API", check=api_origin)


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """Where events come from."""

    kind: str = setting("zoom", "where events come from", allowed=("zoom", "relay", "none"))
    url: str = setting("", "zoom: empty means Zoom's own; relay: its address", check=feed_url)
    subscription_id: str = setting(
        "", "zoom only: an event subscription for rtms-tray alone", check=identifier
    )
    watch: str = setting("mine", "whose meetings to show", allowed=("mine", "all"))


@dataclass(frozen=True, slots=True)
class BehaviourSettings:
    """What is done without being asked."""

    auto_resend: str = setting(
        "ask",
        "send the request again when the host has come",
        allowed=("ask", "host_joined", "off"),
    )
    no_answer_after_s: int = setting(
        20, "seconds after which a request counts as unanswered", least=1, most=86400
    )
    watch_hosted: bool = setting(False, "ask for every meeting that you host, once it runs")


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """When and what the tray says unasked."""

    enabled: bool = setting(True, "show notifications")
    info: bool = setting(True, "also for what needs no action")
    discreet: str = setting(
        "auto", "no details while others see the screen", allowed=("auto", "always", "off")
    )


@dataclass(frozen=True, slots=True)
class FallbackSettings:
    """Another way of capturing, for meetings in which RTMS cannot work."""

    url: str = setting(
        "", "a page to open; {meeting} in it becomes the meeting's number", check=fall_back_url
    )
    command: tuple[str, ...] = setting(
        (),
        "a program to start, without a shell; {meeting} in it becomes the meeting's number, "
        "and a join link given at the start comes on its standard input",
    )

    @property
    def is_set_up(self) -> bool:
        """Whether there is a fall-back at all."""
        return bool(self.url or self.command)


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """Past meetings."""

    keep_days: int = setting(
        365, "days for which past meetings are kept; 0: none at all", most=36500
    )


@dataclass(frozen=True, slots=True)
class AppearanceSettings:
    """How it looks."""

    icons: str = setting("colour", "the tray's icons", allowed=("colour", "monochrome"))
    theme: str = setting("auto", "light or dark", allowed=("auto", "light", "dark"))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; one made without arguments has the defaults."""

    app: AppSettings = field(default_factory=AppSettings)
    zoom: ZoomSettings = field(default_factory=ZoomSettings)
    feed: FeedSettings = field(default_factory=FeedSettings)
    behaviour: BehaviourSettings = field(default_factory=BehaviourSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    fallback: FallbackSettings = field(default_factory=FallbackSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)

    @property
    def sign_in_id(self) -> str:
        """The client ID with which people sign in."""
        return self.app.sign_in_client_id or self.app.client_id


SECTIONS: Final = {
    section.name: type(getattr(Settings(), section.name)) for section in fields(Settings)
}
RULES: Final[Mapping[str, Rule]] = {
    f"{name}.{key.name}": key.metadata[MARK]
    for name, section in SECTIONS.items()
    for key in fields(section)
}
"""Every key by its dotted name, in the order of the file."""


def flatten(settings: Settings) -> dict[str, SettingValue]:
    """List all values under their dotted names."""
    return {key: _get(settings, key) for key in RULES}


def build(values: Mapping[str, SettingValue]) -> Settings:
    """Make settings from values under dotted names, which must obey the rules."""
    return Settings(
        **{
            name: section(**{key.name: values[f"{name}.{key.name}"] for key in fields(section)})
            for name, section in SECTIONS.items()
        }
    )


def _get(settings: Settings, key: str) -> SettingValue:
    section, _, name = key.partition(".")
    value: SettingValue = getattr(getattr(settings, section), name)
    return value


# --- What is wrong or missing in the settings, in words for people. ---


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: the key (empty: the whole file), what happened and what to do."""

    key: str
    text: str
    remedy: str
    line: int | None = None
    blocking: bool = True  # False: the program runs, and does without

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        name = f"{self.key}: " if self.key else ""
        return f"{place}{name}{self.text} {self.remedy}"


def completeness(settings: Settings, *, client_secret: bool | None = None) -> tuple[Problem, ...]:
    """Say what is missing to run, for `run` and `doctor`; nothing here depends on an order.

    `client_secret` tells whether one is kept; None: not known, and not spoken of.
    """
    return (*_app(settings), *_zoom(settings), *_feed(settings, client_secret))


def _missing(key: str, what: str) -> Problem:
    return Problem(key, f"{what} is not set.", f"Set it: rtms-tray settings set {key} …")


def _app(settings: Settings) -> Iterator[Problem]:
    if not settings.app.client_id:
        yield _missing("app.client_id", "The Zoom app's client ID")


def _zoom(settings: Settings) -> Iterator[Problem]:
    urls = {"zoom.oauth_url": settings.zoom.oauth_url, "zoom.api_url": settings.zoom.api_url}
    for key, url in urls.items():
        if settings.zoom.environment == "custom" and not url:
            yield _missing(key, "An address of the custom environment")
        elif settings.zoom.environment != "custom" and url:
            yield _unused(key, "zoom.environment custom")


def _unused(key: str, wants: str) -> Problem:
    return Problem(key, f"It counts only with {wants}.", "It is not used.", blocking=False)


def _feed(settings: Settings, client_secret: bool | None) -> Iterator[Problem]:  # noqa: FBT001 - private
    feed, custom = settings.feed, settings.zoom.environment == "custom"
    if feed.kind == "relay" and not feed.url:
        yield _missing("feed.url", "The relay's address")
    if feed.kind != "zoom":
        return
    if not feed.subscription_id:
        yield _missing("feed.subscription_id", "The event subscription for rtms-tray alone")
    if custom and not feed.url:
        yield _missing("feed.url", "The event socket's address of the custom environment")
    if not custom and feed.url:
        yield _unused("feed.url", "feed.kind relay or zoom.environment custom")
    if custom and feed.url.startswith("http"):
        yield Problem(
            "feed.url",
            "This is no event socket's address.",
            "One begins with wss://, not https://.",
        )
    if client_secret is False:
        yield _missing("app.client_secret", "The Zoom app's client secret")
