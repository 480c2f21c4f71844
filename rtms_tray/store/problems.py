"""What is wrong or missing in the settings, in words for people."""

from collections.abc import Iterator
from dataclasses import dataclass

from rtms_tray.store.settings import Settings


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
