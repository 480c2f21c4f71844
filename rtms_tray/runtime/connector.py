"""The way to Zoom that the settings describe, kept up to date: the sign-in, the REST calls, the event feed.

When settings change, only what they change is built again; a sign-in or a feed that they leave alone stays as it is.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

from rtms_tray.capture import events as e
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.runtime.connection import Connection, Missing, NoZoom, blocking_problem, connect
from rtms_tray.runtime.network_probe import answers
from rtms_tray.runtime.sign_in_manager import SignInManager
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import refresh_token_name
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.settings import Settings
from rtms_tray.store.state import load_account
from rtms_tray.support.clock import Clock
from rtms_tray.support.frozen import Frozen, field, replace
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import Millis
from rtms_tray.zoom.client_version import InstalledClient
from rtms_tray.zoom.exchanges import Exchanges
from rtms_tray.zoom.feeds import ForAccount
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.replies import MeetingListed
from rtms_tray.zoom.rest import Rest

if TYPE_CHECKING:
    import httpx2

ClientMeetings: TypeAlias = Callable[[Callable[[bool], None]], AbstractContextManager[bool]]
"""Calls what it is given with whether this machine's Zoom client is in a meeting, while the context lasts."""


class Dependencies(Frozen):
    """What the program needs of the world; tests and the demo give their own."""

    profile: Profile
    store: SecretStore
    http: "httpx2.AsyncClient"
    clock: Clock
    client: Callable[[], InstalledClient] | None = None  # inspects this machine's Zoom client
    client_meetings: ClientMeetings | None = None  # tells whether that client is in a meeting
    timing: Timing = field(default_factory=Timing)
    exchanges: Exchanges = field(default_factory=Exchanges)  # those of `http`


class Connector:
    """Builds the connection to Zoom and replaces what changes; the watcher hears who is signed in.

    `read` is shown each meeting that the REST calls fetch.

    Attributes:
        sign_in: who is signed in; None while the settings lead nowhere.
        rest: the REST calls; None while the settings lead nowhere.
        user_id: the app owner's Zoom user, once known.
    """

    def __init__(
        self,
        dependencies: Dependencies,
        watcher: Watcher,
        tasks: Tasks,
        changed: Callable[[], None],
        read: Callable[[MeetingListed], None] = lambda _: None,
    ) -> None:
        self._read = read
        self.sign_in: SignInManager | None = None
        self.rest: Rest | None = None
        self.user_id: str | None = None
        self._account_id: str | None = None
        self._keyring_failed = False
        self._dependencies = dependencies
        self._watcher = watcher
        self._tasks = tasks
        self._changed = changed
        self._connection: Connection | None = None
        self._building = asyncio.Lock()

    # --- what is known ------------------------------------------------------------------------

    @property
    def missing_feed(self) -> Missing | None:
        """Why there is no event feed, where one was asked for."""
        return self._connection.no_feed if self._connection else None

    @property
    def keyring_fails(self) -> bool:
        """Whether the keyring keeps the sign-in back."""
        return self._keyring_failed

    @property
    def waits_for_keyring(self) -> bool:
        """Whether a keyring that is opened would tell something that is not known."""
        unread = self._connection is not None and self._connection.secret_unread
        return unread or (self.sign_in is not None and self.sign_in.is_unclear)

    def account_view(self, settings: Settings) -> AccountView:
        """Say who is signed in, or will be once the keyring has answered, which may take a while."""
        if self.sign_in is not None:
            return self.sign_in.view
        if blocking_problem(settings) is not None:
            return AccountView(SignInState.NOT_CONFIGURED)
        profile = self._dependencies.profile
        account = load_account(profile.account_file)
        expected = refresh_token_name(settings, profile)
        if account is None or account.token_name != expected or not account.token_kept:
            return AccountView(SignInState.SIGNED_OUT)
        return AccountView(SignInState.SIGNED_IN, account.user_id, account.email or None)

    async def reaches_zoom(self) -> bool:
        """Try whether Zoom's API answers at all."""
        sign_in = self.sign_in
        return sign_in is not None and await answers(self._dependencies.http, sign_in.api_base)

    # --- building, replacing, ending ----------------------------------------------------------

    async def connect(self, settings: Settings, *, watch: bool) -> None:
        """Lead where these settings say; `watch` is whether the event feed is wanted."""
        async with self._building:
            if blocking_problem(settings) is None:
                await self._replace(await self._build(settings), watch=watch)
            else:
                await self._disconnect(settings)
        self._share_account()

    async def reconnect(self, settings: Settings) -> None:
        """Try a feed again that has given up or was never built; the sign-in is left alone.

        While one of two connections stands, only the other one is tried: events must not be lost for it.
        """
        before = self._connection
        await self.connect(settings, watch=True)
        now = self._connection
        same = before is not None and now is not None and now.feed is before.feed is not None
        if same and now is not None and not self._watcher.retry_standby():
            await self._watcher.use_feed(now.feed, now.settings.feed.kind)

    async def close(self) -> None:
        """Let a sign-in that is under way end."""
        if self.sign_in is not None:
            await self.sign_in.close()

    async def _build(self, settings: Settings) -> Connection:
        needs = self._dependencies
        return await connect(
            settings,
            needs.profile,
            needs.store,
            needs.http,
            needs.clock,
            needs.timing,
            self._dated,
        )

    async def _replace(self, new: Connection, *, watch: bool) -> None:
        old = self._connection
        if old is not None and new.secret_unread and old.is_set_up_like(new):
            return  # a keyring that is locked now takes nothing back
        if old is not None and old.signs_in_like(new):
            new = replace(new, oauth=old.oauth, browser_sign_in=old.browser_sign_in)
        else:
            await self._use_account(new)
        if old is not None and old.sees_like(new):
            self._connection = replace(new, feed=old.feed)
        else:
            self._connection = new
            await self._watcher.use_feed(new.feed if watch else None, new.settings.feed.kind)

    async def _use_account(self, connection: Connection) -> None:
        await self._end_account()
        needs = self._dependencies
        sign_in = SignInManager(
            connection, needs.profile, needs.store, needs.clock, self._account_changed, self._dated
        )
        self.sign_in = sign_in
        client_id = connection.settings.app.client_id
        self.rest = Rest(
            needs.http, sign_in, client_id, needs.clock, dated=self._dated, read=self._read
        )
        self._watcher.use_zoom(self.rest)
        self._tasks.spawn(sign_in.look(), "find the sign-in")

    def _dated(self, zoom_ahead: Millis) -> None:
        self._watcher.handle(e.ZoomDated(zoom_ahead))

    async def _disconnect(self, settings: Settings) -> None:
        if self._connection is not None:
            self._connection = None
            await self._end_account()
        await self._watcher.use_feed(None, settings.feed.kind)

    async def _end_account(self) -> None:
        sign_in, self.sign_in, self.rest = self.sign_in, None, None
        self._watcher.use_zoom(NoZoom())
        if sign_in is not None:
            await sign_in.close()

    # --- the account --------------------------------------------------------------------------

    async def retry_keyring(self, settings: Settings, *, watch: bool) -> bool:
        """Ask a keyring again that was locked: it may have been unlocked elsewhere.

        Returns whether the connection was built again.
        """
        if self.sign_in is not None and self.sign_in.is_unclear:
            await self.sign_in.look()
        if self._connection is None or not self._connection.secret_unread:
            return False
        await self.connect(settings, watch=watch)
        return True

    def check_sign_in(self) -> None:
        """The app was removed from an account: if it was this user's, every call shows it."""
        if self.sign_in is not None:
            self._tasks.spawn(self.sign_in.check(), "check the sign-in")

    def _account_changed(self) -> None:
        self._share_account()
        self._changed()

    def _share_account(self) -> None:
        """Tell the sessions who the app owner is, when the sign-in is gone, and the keyring open."""
        sign_in = self.sign_in
        user_id = sign_in.view.user_id if sign_in else None
        account_id = sign_in.account_id if sign_in else None
        if (user_id, account_id) != (self.user_id, self._account_id):
            self.user_id, self._account_id = user_id, account_id
            self._watcher.handle(e.SignedIn(user_id, account_id) if user_id else e.SignInLost())
        self._tell_feed()
        fails = sign_in is not None and sign_in.keyring_trouble is not None
        failed, self._keyring_failed = self._keyring_failed, fails
        if failed and not fails and user_id:
            self._watcher.handle(e.KeyringUnlocked())

    def _tell_feed(self) -> None:
        """Tell a feed that is one user's own who that is."""
        feed: object = self._connection.feed if self._connection else None
        ended = self.sign_in is not None and self.sign_in.view.ended
        # A sign-in that ended elsewhere takes no events away: signing out does.
        if isinstance(feed, ForAccount) and not ended:
            feed.use_account(self.user_id, self.sign_in)
