"""The settings, key by key, for the file, the command line and the windows alike.

Names, defaults and allowed values are an interface. Secrets are not settings: they are kept in the system's keyring.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, get_type_hints

from msgspec import Meta

from rtms_tray.store.setting_validation import (
    Rule,
    SettingValue,
    check_api_origin,
    check_calendar,
    check_command,
    check_feed_url,
    check_identifier,
    check_name,
    check_oauth_origin,
    check_page_url,
    check_path,
)
from rtms_tray.support.frozen import Frozen, field, field_names
from rtms_tray.support.texts import text


class AppSettings(Frozen):
    """The Zoom app."""

    client_id: Annotated[str, check_identifier] = ""  # sent with every request
    sign_in_client_id: Annotated[str, check_identifier] = ""  # the public one; empty: client_id
    redirect_path: Annotated[str, check_path] = "/callback"
    redirect_port: Annotated[int, Meta(ge=0, le=65_535)] = 0  # 0: any free port
    name: Annotated[str, check_name] = ""  # as people know the app
    help_url: Annotated[str, check_page_url] = ""  # where its users find help

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to after a sign-in, as the Zoom app must name it."""
        port = f":{self.redirect_port}" if self.redirect_port else ""
        return f"http://127.0.0.1{port}{self.redirect_path}"


class ZoomSettings(Frozen):
    """Which Zoom to talk to."""

    environment: Literal["commercial", "government", "custom"] = "commercial"
    oauth_url: Annotated[str, check_oauth_origin] = ""  # custom only
    api_url: Annotated[str, check_api_origin] = ""  # custom only


class FeedSettings(Frozen):
    """Where events come from."""

    kind: Literal["zoom", "relay", "none"] = "zoom"
    url: Annotated[str, check_feed_url] = ""  # zoom: empty means Zoom's own; relay: its address
    subscription_id: Annotated[str, check_identifier] = ""  # zoom only
    watch: Literal["mine", "all"] = "mine"
    standby_subscription_id: Annotated[str, check_identifier] = ""  # zoom only; against gaps
    log_app_id: Annotated[str, check_identifier] = ""  # zoom only; whose delivery log tells of gaps


class BehaviourSettings(Frozen):
    """What happens automatically."""

    auto_resend: Literal["ask", "host_joined", "off"] = "ask"
    watch_hosted: bool = False  # ask for every meeting that the user hosts, once it runs
    offer_start: bool = True  # in a meeting that the user is in, and that nothing captures
    no_answer_after_s: Annotated[int, Meta(ge=1, le=86_400)] = 20
    check_after_gap: bool = False  # make sure that capture runs; that ends a pause made in Zoom


class NotificationSettings(Frozen):
    """When to notify the user, and of what."""

    enabled: bool = True
    info: bool = True  # also what needs no action
    sound: bool = False  # with what is critical
    discreet: Literal["auto", "always", "off"] = "auto"  # no details while others see the screen


class FallbackSettings(Frozen):
    """Another way of capturing, for meetings in which RTMS cannot work.

    `{meeting}` becomes the meeting's number in both. The command is started without a shell, and gets a join link that
    was given at the start on its standard input.
    """

    url: Annotated[str, check_page_url] = ""
    command: Annotated[tuple[str, ...], Meta(max_length=50), check_command] = ()

    @property
    def is_set_up(self) -> bool:
        """Whether there is a fall-back."""
        return bool(self.url or self.command)


class HistorySettings(Frozen):
    """Past meetings."""

    keep_days: Annotated[int, Meta(ge=0, le=36_500)] = 365  # 0: none are kept


class CalendarSettings(Frozen):
    """Where other people's meetings stand."""

    source: Annotated[str, check_calendar] = ""  # an iCalendar file, or its https address


class AppearanceSettings(Frozen):
    """How the program looks."""

    icons: Literal["colour", "monochrome"] = "colour"
    theme: Literal["auto", "light", "dark"] = "auto"
    topics: bool = False  # in rtms-tray's own windows; kept nowhere


class HookSettings(Frozen):
    """The user's own program, started without a shell for every change of a session's state."""

    on_change: Annotated[tuple[str, ...], Meta(max_length=50), check_command] = ()
    time_limit_s: Annotated[int, Meta(ge=1, le=60)] = 10  # longer, and it is ended


class Settings(Frozen):
    """All settings; made without arguments, their defaults."""

    app: AppSettings = field(default_factory=AppSettings)
    zoom: ZoomSettings = field(default_factory=ZoomSettings)
    feed: FeedSettings = field(default_factory=FeedSettings)
    behaviour: BehaviourSettings = field(default_factory=BehaviourSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    fallback: FallbackSettings = field(default_factory=FallbackSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)
    hooks: HookSettings = field(default_factory=HookSettings)

    @property
    def sign_in_id(self) -> str:
        """The client ID with which people sign in."""
        return self.app.sign_in_client_id or self.app.client_id


SECTIONS: Final = {section: type(getattr(Settings(), section)) for section in field_names(Settings)}


def _rules() -> Iterator[tuple[str, Rule]]:
    for name, section in SECTIONS.items():
        for key, type_ in get_type_hints(section, include_extras=True).items():
            yield f"{name}.{key}", Rule(type_, getattr(section(), key))


RULES: Final[Mapping[str, Rule]] = dict(_rules())
"""Every key by its dotted name, in the order of the file."""


def flatten(settings: Settings) -> dict[str, SettingValue]:
    """List all values under their dotted names."""
    return {key: _get(settings, key) for key in RULES}


def build(values: Mapping[str, SettingValue]) -> Settings:
    """Make settings from values under dotted names, which must obey `RULES`."""
    return Settings(
        **{
            name: section(**{key: values[f"{name}.{key}"] for key in field_names(section)})
            for name, section in SECTIONS.items()
        }
    )


def _get(settings: Settings, key: str) -> SettingValue:
    section, _, name = key.partition(".")
    value: SettingValue = getattr(getattr(settings, section), name)
    return value


class Problem(Frozen):
    """One thing to correct: its key (empty: the whole file), what is wrong and what to do."""

    key: str
    text: str
    remedy: str
    line: int | None = None
    blocking: bool = True  # False: the program runs without it

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        name = f"{self.key}: " if self.key else ""
        return f"{place}{name}{self.text} {self.remedy}"


def completeness(settings: Settings, *, client_secret: bool | None = None) -> tuple[Problem, ...]:
    """List what is missing to run, whatever was set first.

    `client_secret` tells whether there is one; None: not known, and not mentioned.
    """
    return (*_app(settings), *_zoom(settings), *_feed(settings, client_secret))


def _missing(key: str, reason: str) -> Problem:
    place = "secret" if key == "app.client_secret" else key
    label = text(f"settings.{place}.label")
    remedy = text("settings.missing.remedy", setting=key, label=label)
    return Problem(key, text(f"settings.missing.{reason}"), remedy)


def _app(settings: Settings) -> Iterator[Problem]:
    if not settings.app.client_id:
        yield _missing("app.client_id", "client_id")


def _zoom(settings: Settings) -> Iterator[Problem]:
    urls = {"zoom.oauth_url": settings.zoom.oauth_url, "zoom.api_url": settings.zoom.api_url}
    for key, url in urls.items():
        if settings.zoom.environment == "custom" and not url:
            yield _missing(key, "custom_address")
        elif settings.zoom.environment != "custom" and url:
            yield _unused(key, "zoom.environment custom")


def _unused(key: str, condition: str) -> Problem:
    problem = text("settings.no_effect.text", condition=condition)
    return Problem(key, problem, text("settings.no_effect.remedy"), blocking=False)


def _feed(settings: Settings, client_secret: bool | None) -> Iterator[Problem]:  # noqa: FBT001 - private
    feed, custom = settings.feed, settings.zoom.environment == "custom"
    if feed.kind == "relay" and not feed.url:
        yield _missing("feed.url", "relay")
    if feed.kind != "zoom":
        return
    if not feed.subscription_id:
        yield _missing("feed.subscription_id", "subscription")
    if feed.standby_subscription_id and feed.standby_subscription_id == feed.subscription_id:
        problem, remedy = text("settings.same_standby.text"), text("settings.same_standby.remedy")
        yield Problem("feed.standby_subscription_id", problem, remedy, blocking=False)
    if custom and not feed.url:
        yield _missing("feed.url", "custom_feed")
    if not custom and feed.url:
        yield _unused("feed.url", "feed.kind relay or zoom.environment custom")
    if custom and feed.url.startswith("http"):
        problem, remedy = text("settings.not_a_socket.text"), text("settings.not_a_socket.remedy")
        yield Problem("feed.url", problem, remedy)
    if client_secret is False:
        yield _missing("app.client_secret", "client_secret")
