"""The running program without its surfaces: settings, sign-in and watching, put together.

Surfaces subscribe to overviews and announcements, and hand commands to `orders.Orders`.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import AlertEffect
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.history.recorder import Recorder
from rtms_tray.history.worker import History
from rtms_tray.presentation.overview import Surroundings, overview
from rtms_tray.presentation.view_model import AccountView, Notice, Overview, SignInState
from rtms_tray.runtime.account import Membership
from rtms_tray.runtime.client_check import OwnClient
from rtms_tray.runtime.connection import Connection, Missing, NoZoom, blocking_problem, connect
from rtms_tray.runtime.event_log import Inspector, in_one_line
from rtms_tray.runtime.mute import Mute
from rtms_tray.runtime.network import NetworkProbe, answers
from rtms_tray.runtime.notices import attention, feed_notice, feed_view, of_problem
from rtms_tray.runtime.planner import Ahead, Beforehand, Hosting, Needs, Ways
from rtms_tray.runtime.stream_quota import NearLimit
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import refresh_token_name
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.settings import Settings
from rtms_tray.store.settings_file import load
from rtms_tray.store.state import load_account
from rtms_tray.support.change_signal import Changes
from rtms_tray.support.clock import Clock
from rtms_tray.support.command_types import RefusedError
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import SECOND
from rtms_tray.zoom.client_version import InstalledClient
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.rest import Rest

if TYPE_CHECKING:
    import httpx2


log = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 15.0
LOOK_FOR_SLEEP_S: Final = 5.0
_NOBODY: Final = AccountView(SignInState.NOT_CONFIGURED)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the program needs of the world; tests and the demo give their own."""

    profile: Profile
    store: SecretStore
    http: "httpx2.AsyncClient"
    clock: Clock
    client: Callable[[], InstalledClient] | None = (
        None  # looks at this machine's Zoom, if anybody does
    )
    timing: Timing = field(default_factory=Timing)


class Program:
    """Keeps everything that runs, and tells its listeners of every change."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.changes = Changes()
        self.settings, self._problems = load(outside.profile.settings_file)
        self.membership: Membership | None = None
        self.mute = Mute()
        self.rest: Rest | None = None
        self._connection: Connection | None = None
        self._listeners: list[Callable[[Overview], None]] = []
        self._hearers: list[Callable[[AlertEffect], None]] = []
        self._tasks = Tasks()
        self._shown = False
        self._me: str | None = None
        self._my_account: str | None = None
        self._keyring_shut = False
        self._watches = True
        self._unmute: asyncio.TimerHandle | None = None
        self._building = asyncio.Lock()
        self.inspector = Inspector()
        self._limit = NearLimit()
        self.watcher = Watcher(
            NoZoom(),
            outside.clock,
            Policy(),
            self.changed,
            self._hear,
            self._doubt_sign_in,
            self._inspect,
        )
        self._probe = NetworkProbe(self._reaches_zoom, self.watcher.network_is_back)
        self.recorder = Recorder(
            History(outside.profile.history_file),
            outside.clock,
            lambda: self.watcher.board,
            self.changed,
        )
        self.ahead = self._make_ahead()
        self.beforehand = self._make_beforehand()

    def _make_ahead(self) -> Ahead:
        ways = Ways(
            self.outside.clock,
            lambda: self.watcher.board,
            self.watcher.ask,
            lambda: self.settings.behaviour.watch_hosted,
            self.changed,
        )
        return Ahead(self.outside.profile.plans_file, ways)

    def _make_beforehand(self) -> Beforehand:
        needs = Needs(lambda: self.rest, self.watcher.to_all, self._hosting, self.changed)
        look = self.outside.client
        return Beforehand(self.ahead, OwnClient(look) if look else None, needs)

    def _hosting(self) -> Hosting:
        """What decides which meetings of mine must be looked for."""
        feed = self.watcher.feed
        return Hosting(
            me=None if self._keyring_shut else self._me,
            wanted=self.settings.behaviour.watch_hosted,
            sees_since=feed.since if feed.connected else None,
            awake_since=self.watcher.awake_since,
        )

    def _inspect(self, received: Received) -> None:
        self.inspector.take(received)
        event = received.event
        if isinstance(event, e.RequestStatus) and event.answer is Value.UNKNOWN:
            log.info("What this event means is not known: %s", in_one_line(received.raw))
        self.ahead.take(received)
        self._limit.take(received)

    # --- surfaces -----------------------------------------------------------------------------

    def listen(self, show: Callable[[Overview], None], hear: Callable[[AlertEffect], None]) -> None:
        """Have a surface shown every overview, and told every announcement."""
        self._listeners.append(show)
        self._hearers.append(hear)
        show(self.overview())

    def changed(self) -> None:
        """Something changed: show it in the loop's next turn, once for many changes."""
        self.changes.ring()
        self.recorder.look()
        self.beforehand.look_at_hosting()
        self._probe.need(wanted=self.watcher.waits_for_network)
        if not self._shown:
            self._shown = True
            asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self._shown = False
        view = self.overview()
        for show in self._listeners:
            show(view)

    def _hear(self, hearing: AlertEffect) -> None:
        for hear in self._hearers:
            hear(hearing)

    def overview(self) -> Overview:
        """Say how everything stands now."""
        account = self.membership.view if self.membership else self._account_expected()
        all_ = self.settings.feed.watch == "all"
        feed = feed_view(self.settings.feed.kind, self.watcher.feed, self._missing_feed())
        around = Surroundings(account, feed, tuple(self._notices()), self.ahead.view, all_)
        return overview(self.watcher.board, around, self.outside.clock())

    def _account_expected(self) -> AccountView:
        """Who it will be once the keyring has answered, which may take a while."""
        if blocking_problem(self.settings) is not None:
            return _NOBODY
        profile = self.outside.profile
        account = load_account(profile.account_file)
        expected = refresh_token_name(self.settings, profile)
        mine = account is not None and account.filed_as == expected
        if account is None or not mine or not account.kept:
            return AccountView(SignInState.SIGNED_OUT)
        return AccountView(SignInState.SIGNED_IN, account.user_id, account.email or None)

    # --- starting, changing, ending -----------------------------------------------------------

    async def start(self) -> None:
        """Read the settings, go on with the meetings of the last run, and begin."""
        self.watcher.with_policy(policy_of(self.settings))
        self.watcher.put_back(await self.recorder.begin(self.settings.history.keep_days))
        await self.reload()
        self._tasks.spawn(self._watch_for_sleep(), "watch for sleep")
        self._tasks.spawn(self._look_again(), "look again")
        self.beforehand.begin()
        self._tasks.spawn(self.beforehand.look_at_client(), "look at the Zoom client")

    async def prepare_sign_in(self) -> None:
        """Know the way to Zoom, and watch nothing: for a sign-in and no more."""
        self._watches = False
        await self._connect()

    async def reload(self) -> None:
        """Take over what the settings say now; only what they change is built anew."""
        settings, self._problems = load(self.outside.profile.settings_file, self.settings)
        self.settings = settings
        self.watcher.with_policy(policy_of(settings))
        await self.recorder.keep(settings.history.keep_days)
        await self._connect()
        self.changed()

    def reload_soon(self) -> None:
        """Take over what the settings say now, and keep nobody waiting."""
        self._tasks.spawn(self.reload(), "reload the settings")

    async def _connect(self) -> None:
        async with self._building:
            if blocking_problem(self.settings) is not None:
                await self._disconnect()
            else:
                await self._take_up(await self._new_connection())
        self._follow_account()

    async def _new_connection(self) -> Connection:
        outside = self.outside
        return await connect(
            self.settings,
            outside.profile,
            outside.store,
            outside.http,
            outside.clock,
            outside.timing,
        )

    async def _take_up(self, new: Connection) -> None:
        """Go over to a new connection; what is the same in the old one goes on as it is."""
        old = self._connection
        if old is not None and new.secret_unread and old.is_set_up_like(new):
            return  # a keyring that is locked now takes nothing back
        if old is not None and old.signs_in_like(new):
            new = replace(new, oauth=old.oauth, desk=old.desk)
        else:
            await self._use_account(new)
        if old is not None and old.sees_like(new):
            self._connection = replace(new, feed=old.feed)
        else:
            self._connection = new
            await self.watcher.use_feed(new.feed if self._watches else None, new.settings.feed.kind)

    async def _use_account(self, connection: Connection) -> None:
        await self._end_membership()
        outside = self.outside
        membership = Membership(
            connection, outside.profile, outside.store, outside.clock, self._account_changed
        )
        self.membership = membership
        client_id = connection.settings.app.client_id
        self.rest = Rest(outside.http, membership, client_id, outside.clock)
        self.watcher.use_zoom(self.rest)
        self._tasks.spawn(membership.look(), "look for a sign-in")

    async def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection = None
            await self._end_membership()
        await self.watcher.use_feed(None, self.settings.feed.kind)

    async def _end_membership(self) -> None:
        membership, self.membership, self.rest = self.membership, None, None
        self.watcher.use_zoom(NoZoom())
        if membership is not None:
            await membership.close()

    async def reconnect(self) -> None:
        """Try the feed again that has given up, or was never built; the sign-in is not touched."""
        before = self._connection
        await self._connect()
        now = self._connection
        if before is not None and now is not None and now.feed is before.feed is not None:
            await self.watcher.use_feed(now.feed, now.settings.feed.kind)
        self.changed()

    def needs_set_up(self) -> Membership:
        """Give the membership. Raises RefusedError while the settings lead nowhere."""
        if self.membership is not None:
            return self.membership
        blocked = blocking_problem(self.settings)
        why = f" {blocked.text} {blocked.remedy}" if blocked else ""
        raise RefusedError(f"rtms-tray is not set up yet.{why}")

    def mute_for(self, mute: Mute) -> None:
        """Keep notifications back, and show when that is over."""
        self.mute = mute
        if self._unmute is not None:
            self._unmute.cancel()
            self._unmute = None
        if mute.until is not None:
            wait = max(mute.until - self.outside.clock(), 0) / SECOND
            self._unmute = asyncio.get_running_loop().call_later(wait, self.changed)
        self.changed()

    async def close(self) -> None:
        """End everything; nothing is left running."""
        if self._unmute is not None:
            self._unmute.cancel()
        await self._tasks.close()
        await self.beforehand.close()
        await self._probe.close()
        await self.watcher.close()
        await self.recorder.close()
        if self.membership is not None:
            await self.membership.close()

    # --- what runs beside ---------------------------------------------------------------------

    def _account_changed(self) -> None:
        self._follow_account()
        self.changed()

    def _follow_account(self) -> None:
        """Tell the sessions who the app owner is, when the sign-in is gone, and the keyring open."""
        membership = self.membership
        now = membership.view.user_id if membership else None
        account = membership.account_id if membership else None
        if now != self._me or account != self._my_account:
            self._me, self._my_account = now, account
            self.watcher.to_all(e.SignedIn(now, account) if now else e.SignInLost())
        shut = membership is not None and membership.keyring_trouble is not None
        was_shut, self._keyring_shut = self._keyring_shut, shut
        if was_shut and not shut and now:
            self.watcher.to_all(e.KeyringUnlocked())

    def _doubt_sign_in(self) -> None:
        """The app was removed from an account: if it was this user's, every call shows it."""
        if self.membership is not None:
            self._tasks.spawn(self.membership.check(), "check the sign-in")

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            await self.look_once()

    async def look_once(self) -> None:
        """Ask a keyring again that was locked: it may have been unlocked elsewhere."""
        if self.membership is not None and self.membership.is_unclear:
            await self.membership.look()
        if self._connection is not None and self._connection.secret_unread:
            await self._connect()
            self.changed()

    async def _reaches_zoom(self) -> bool:
        membership = self.membership
        return membership is not None and await answers(self.outside.http, membership.api_base)

    async def _watch_for_sleep(self) -> None:
        while True:
            self.watcher.notice_sleep()
            await asyncio.sleep(LOOK_FOR_SLEEP_S)

    # --- notices ------------------------------------------------------------------------------

    def _missing_feed(self) -> Missing | None:
        return self._connection.no_feed if self._connection else None

    def _notices(self) -> "list[Notice]":
        notices = [of_problem(problem) for problem in self._problems]
        blocked = blocking_problem(self.settings)
        if blocked is not None:
            notices.append(attention(blocked.code, "Not set up yet", blocked.text, blocked.remedy))
        if self.membership is not None:
            notices.extend(self.membership.notices)
        feed = feed_notice(self.watcher.feed, self._missing_feed())
        if feed is not None and all(feed.code != notice.code for notice in notices):
            notices.append(feed)
        notices.extend(self.beforehand.notices)
        notices.extend(self._limit.notices(self.outside.clock()))
        notices.extend(self.recorder.notices)
        muted = self.mute.notice(self.watcher.board, self.outside.clock())
        return [*notices, muted] if muted else notices


def policy_of(settings: Settings) -> Policy:
    """Take the user's choices out of the settings."""
    behaviour = settings.behaviour
    return Policy(
        auto_resend=AutoResend(behaviour.auto_resend),
        no_answer_after=behaviour.no_answer_after_s * SECOND,
        fall_back=settings.fallback.is_set_up,
    )
