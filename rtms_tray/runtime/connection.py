"""Everything that speaks to Zoom, built from one set of settings and replaced as a whole when they change."""

import logging
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from rtms_tray.capture import events as e
from rtms_tray.store.environment import is_loopback
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import environment_of, load_client_secret, refresh_token_name
from rtms_tray.store.secrets import SecretError, SecretStore
from rtms_tray.store.settings import AppSettings, Settings, completeness
from rtms_tray.store.setup_link import host_of, is_demo
from rtms_tray.support.clock import Clock
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis
from rtms_tray.zoom.feeds import Feed
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.feeds.standby import StandbyFeed
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.sign_in import BrowserSignIn
from rtms_tray.zoom.tokens import AppTokens

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

NOT_CONFIGURED: Final = "not_configured"


class Missing(Frozen):
    """Why a part cannot be built: a stable code, what happened, and what to do."""

    code: str
    text: str
    remedy: str


class Connection(Frozen):
    """One way to Zoom: who asks, where a sign-in is begun, and where events come from.

    `app` is the client that the feed shows itself as; `secret_unread` says that the keyring did not
    tell its secret, `sign_in_trouble` that signing in needs it.
    """

    settings: Settings
    http: "httpx2.AsyncClient"
    oauth: OAuth
    browser_sign_in: BrowserSignIn
    token_name: str
    app: Client
    feed: Feed | None
    no_feed: Missing | None
    secret_unread: bool = False
    sign_in_trouble: SecretError | None = None

    def signs_in_like(self, other: "Connection") -> bool:
        """Whether a sign-in of the one serves the other as well."""
        mine, theirs = self.settings, other.settings
        return (self.oauth.client, _app(mine), _place(mine)) == (
            other.oauth.client,
            _app(theirs),
            _place(theirs),
        )

    def sees_like(self, other: "Connection") -> bool:
        """Whether the feed of the one serves the other as well."""
        mine, theirs = self.settings, other.settings
        return (self.app, _source(mine), _place(mine), self.no_feed) == (
            other.app,
            _source(theirs),
            _place(theirs),
            other.no_feed,
        )

    def is_set_up_like(self, other: "Connection") -> bool:
        """Whether both come from the same settings; their secrets may differ."""
        mine, theirs = self.settings, other.settings
        return (_app(mine), mine.zoom, mine.feed) == (_app(theirs), theirs.zoom, theirs.feed)


def _app(settings: Settings) -> AppSettings:
    """The app, whatever it is called and wherever it explains itself."""
    return replace(settings.app, name="", help_url="")


def _source(settings: Settings) -> tuple[str, ...]:
    """Where events come from; whose are shown is another matter."""
    feed = settings.feed
    subscriptions = feed.subscription_id, feed.standby_subscription_id
    return feed.kind, feed.url, *subscriptions, feed.log_app_id


def _place(settings: Settings) -> tuple[str, str, str]:
    environment = environment_of(settings)
    return environment.name, environment.oauth, environment.api


def blocking_problem(settings: Settings) -> Missing | None:
    """Say what keeps these settings from reaching Zoom at all; the feed may be missing."""
    for problem in completeness(settings):
        if problem.blocking and not problem.key.startswith("feed."):
            return Missing(NOT_CONFIGURED, problem.text, problem.remedy)
    try:
        environment_of(settings)
    except ValueError as error:
        return Missing(NOT_CONFIGURED, str(error), text("account.settings_wrong.remedy"))
    return None


async def connect(
    settings: Settings,
    profile: Profile,
    store: SecretStore,
    http: "httpx2.AsyncClient",
    clock: Clock,
    timing: Timing | None = None,
    dated: Callable[[Millis], None] = lambda _: None,
) -> Connection:
    """Build the way to Zoom; `dated` is told what tokens' answers tell of Zoom's clock.

    Raises ValueError for settings that `blocking_problem` names.
    """
    environment = environment_of(settings)
    secret, trouble = await _client_secret(settings, profile, store)
    # The public client ID has no secret; an app without one signs in with its primary client ID.
    own_secret = None if settings.app.sign_in_client_id else secret
    oauth = OAuth(http, environment, Client(settings.sign_in_id, own_secret), clock, dated=dated)
    app = Client(settings.app.client_id, secret)
    no_feed = _why_no_feed(settings, secret, trouble)
    feed = None
    if no_feed is None and settings.feed.kind == "zoom":
        tokens = AppTokens(OAuth(http, environment, app, clock, dated=dated), clock)
        feed = _zoom_feed(settings, environment.events, tokens, clock, timing or Timing())
        feed = _with_log(feed, settings, http, clock)
    elif no_feed is None and settings.feed.kind == "relay":
        feed = _relay_feed(settings, profile, http, clock, timing)
    return Connection(
        settings=settings,
        http=http,
        oauth=oauth,
        browser_sign_in=BrowserSignIn(
            oauth, path=settings.app.redirect_path, port=settings.app.redirect_port
        ),
        token_name=refresh_token_name(settings, profile),
        app=app,
        feed=feed,
        no_feed=no_feed,
        secret_unread=trouble is not None,
        sign_in_trouble=None if settings.app.sign_in_client_id else trouble,
    )


def _zoom_feed(
    settings: Settings, url: str, tokens: AppTokens, clock: Clock, timing: Timing
) -> Feed:
    """Make the feed of one subscription, or of two; the second one renews its connection sooner."""

    def of(subscription_id: str, timing: Timing) -> Feed:
        return ZoomSocketFeed(
            url=url,
            subscription_id=subscription_id,
            tokens=tokens,
            clock=clock,
            random=random.random,
            timing=timing,
        )

    main, standby = settings.feed.subscription_id, settings.feed.standby_subscription_id
    if standby in {"", main}:
        return of(main, timing)
    sooner = replace(timing, renew_ahead_s=2 * timing.renew_ahead_s)
    return StandbyFeed(of(main, timing), of(standby, sooner), clock)


def _with_log(feed: Feed, settings: Settings, http: "httpx2.AsyncClient", clock: Clock) -> Feed:
    """Let Zoom's log of the app's deliveries tell what the feed misses, where that is set up."""
    app_id = settings.feed.log_app_id
    if not app_id:
        return feed
    from rtms_tray.zoom.delivery_log import DeliveryLog  # noqa: PLC0415 - few have one
    from rtms_tray.zoom.feeds.logged import LoggedFeed, LoggedStandbyFeed  # noqa: PLC0415 - as above

    kind = LoggedStandbyFeed if isinstance(feed, StandbyFeed) else LoggedFeed
    return kind(feed, DeliveryLog(http, app_id, clock), clock)


def _relay_feed(
    settings: Settings,
    profile: Profile,
    http: "httpx2.AsyncClient",
    clock: Clock,
    timing: Timing | None,
) -> Feed:
    from rtms_tray.store.relay_place import RelayPlaceFile  # noqa: PLC0415 - few have a relay
    from rtms_tray.zoom.feeds.relay import RelayFeed  # noqa: PLC0415 - as above
    from rtms_tray.zoom.feeds.relay_session import RelayAddress, RelaySession  # noqa: PLC0415 - as above

    address = RelayAddress.of(settings.feed.url)
    return RelayFeed(
        address=address,
        session=RelaySession(address, http, clock),
        file=RelayPlaceFile(profile.relay_file),
        clock=clock,
        random=random.random,
        timing=timing,
    )


def relay_host(settings: Settings) -> str:
    """Name the relay's host, as people know it; empty where events come from elsewhere."""
    return host_of(settings.feed.url) if settings.feed.kind == "relay" else ""


async def _client_secret(
    settings: Settings, profile: Profile, store: SecretStore
) -> tuple[str | None, SecretError | None]:
    try:
        return await load_client_secret(store, profile, settings), None
    except SecretError as error:
        log.info("The client secret cannot be read: %s.", error.trouble)
        return None, error


def _why_no_feed(
    settings: Settings, secret: str | None, trouble: SecretError | None
) -> Missing | None:
    if settings.feed.kind == "none":
        return None
    if settings.feed.kind == "zoom" and trouble is not None:
        return Missing(f"keyring_{trouble.trouble}", trouble.text, trouble.remedy)
    for problem in completeness(settings, client_secret=secret is not None):
        if problem.blocking and problem.key in {
            "feed.subscription_id",
            "feed.url",
            "app.client_secret",
        }:
            return Missing("feed_not_configured", problem.text, problem.remedy)
    host = urlsplit(settings.feed.url).hostname or ""
    if settings.feed.kind == "relay" and is_loopback(host) and not is_demo(settings):
        words = "feed.relay_not_here"
        return Missing("relay_not_here", text(f"{words}.text"), text(f"{words}.remedy"))
    return None


class NoZoom:
    """Stands in where Zoom cannot be asked: everything needs a sign-in first."""

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Answer that nobody is signed in."""
        del meeting
        return e.Replied(request, action, e.Outcome.SIGN_IN_NEEDED)

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
        """Answer that nothing can be seen."""
        return e.MeetingFetched(e.Meeting(uuid=meeting), e.MeetingStatus.UNREADABLE)
