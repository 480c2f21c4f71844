"""Everything that speaks to Zoom, built from one set of settings and replaced as a whole when they change."""

import logging
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rtms_tray.capture import events as e
from rtms_tray.clock import Clock
from rtms_tray.store.filing import (
    environment_of,
    load_client_secret,
    refresh_token_name,
)
from rtms_tray.store.paths import Profile
from rtms_tray.store.problems import completeness
from rtms_tray.store.secrets import SecretError, SecretStore
from rtms_tray.store.settings import Settings
from rtms_tray.zoom.app_token import AppTokens
from rtms_tray.zoom.feeds import Feed
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.sign_in import SignInDesk

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a part cannot be built: a stable code, what happened, and what to do."""

    code: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One way to Zoom: who asks, where a sign-in is begun, and where events come from."""

    settings: Settings
    http: "httpx2.AsyncClient"
    oauth: OAuth
    desk: SignInDesk
    token_name: str
    feed: Feed | None
    no_feed: Missing | None

    def close(self) -> None:
        """End a sign-in that is under way."""
        self.desk.close()


def blocking_problem(settings: Settings) -> Missing | None:
    """Say what keeps these settings from reaching Zoom at all; the feed may be missing."""
    for problem in completeness(settings):
        if problem.blocking and not problem.key.startswith("feed."):
            return Missing("not_configured", problem.text, problem.remedy)
    return None


async def connect(
    settings: Settings,
    profile: Profile,
    store: SecretStore,
    http: "httpx2.AsyncClient",
    clock: Clock,
) -> Connection:
    """Build the way to Zoom. Raises ValueError for settings that `blocking_problem` names."""
    environment = environment_of(settings)
    secret, trouble = await _client_secret(settings, profile, store)
    # The public client ID has no secret; an app without one signs in with its primary client ID.
    own_secret = None if settings.app.sign_in_client_id else secret
    oauth = OAuth(http, environment, Client(settings.sign_in_id, own_secret), clock)
    app = OAuth(http, environment, Client(settings.app.client_id, secret), clock)
    no_feed = trouble or _why_no_feed(settings, secret)
    feed = None
    if no_feed is None and settings.feed.kind == "zoom":
        feed = ZoomSocketFeed(
            url=environment.events,
            subscription_id=settings.feed.subscription_id,
            tokens=AppTokens(app, clock),
            clock=clock,
            random=random.random,
        )
    desk = SignInDesk(oauth, path=settings.app.redirect_path, port=settings.app.redirect_port)
    return Connection(settings, http, oauth, desk, refresh_token_name(settings), feed, no_feed)


async def _client_secret(
    settings: Settings, profile: Profile, store: SecretStore
) -> tuple[str | None, Missing | None]:
    try:
        return await load_client_secret(store, profile, settings), None
    except SecretError as error:
        log.warning("The client secret cannot be read: %s.", error.trouble)
        return None, Missing(f"keyring_{error.trouble}", error.text, error.remedy)


def _why_no_feed(settings: Settings, secret: str | None) -> Missing | None:
    if settings.feed.kind == "none":
        return None
    for problem in completeness(settings, client_secret=secret is not None):
        if problem.blocking and problem.key in {
            "feed.subscription_id",
            "feed.url",
            "app.client_secret",
        }:
            return Missing("feed_not_configured", problem.text, problem.remedy)
    if settings.feed.kind == "relay":
        return Missing(
            "relay_not_supported",
            "This version cannot receive events from a relay.",
            "Set feed.kind to zoom, or to none.",
        )
    return None


class NoZoom:
    """Stands in where Zoom cannot be asked: everything needs a sign-in first."""

    async def ask(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Answer that nobody is signed in."""
        del meeting
        return e.Replied(request, action, e.Outcome.SIGN_IN_NEEDED)

    async def look(self, meeting: str) -> e.MeetingSeen:
        """Answer that nothing can be seen."""
        return e.MeetingSeen(e.Meeting(uuid=meeting), e.MeetingStatus.UNREADABLE)
