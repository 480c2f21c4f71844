"""The running program without its surfaces: settings, sign-in and watching, put together.

Surfaces subscribe to overviews and announcements, and hand commands to `orders.Orders`.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rtms_tray.capture import events as e
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.units import SECOND, Millis
from rtms_tray.changes import Changes
from rtms_tray.clock import Clock
from rtms_tray.connection import Connection, NoZoom, blocking_problem, connect
from rtms_tray.membership import Membership
from rtms_tray.mute import Mute
from rtms_tray.presentation import Surroundings, overview
from rtms_tray.store.paths import Profile
from rtms_tray.store.secrets import SecretStore
from rtms_tray.store.settings import Settings
from rtms_tray.store.settings_file import load
from rtms_tray.tasks import Tasks
from rtms_tray.view_model import AccountView, ActionView, FeedView, Notice, Overview, SignInState
from rtms_tray.watcher import Hearing, Watcher
from rtms_tray.zoom.rest import Rest

if TYPE_CHECKING:
    import httpx2

    from rtms_tray.store.problems import Problem

log = logging.getLogger(__name__)

KEYRING_AGAIN_S: Final = 15.0
LOOK_FOR_SLEEP_S: Final = 20.0
SLEPT_AT_LEAST: Final[Millis] = 20 * SECOND

_NOBODY: Final = AccountView(SignInState.NOT_CONFIGURED)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the program needs of the world; tests and the demo give their own."""

    profile: Profile
    store: SecretStore
    http: "httpx2.AsyncClient"
    clock: Clock


class Program:
    """Keeps everything that runs, and tells its listeners of every change."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.changes = Changes()
        self.settings = Settings()
        self.membership: Membership | None = None
        self.mute = Mute()
        self.rest: Rest | None = None
        self._problems: tuple[Problem, ...] = ()
        self._connection: Connection | None = None
        self._listeners: list[Callable[[Overview], None]] = []
        self._hearers: list[Callable[[Hearing], None]] = []
        self._tasks = Tasks()
        self._shown = False
        self._me: str | None = None
        self.watcher = Watcher(NoZoom(), outside.clock, Policy(), self.changed, self._hear)

    # --- surfaces -----------------------------------------------------------------------------

    def listen(self, show: Callable[[Overview], None], hear: Callable[[Hearing], None]) -> None:
        """Have a surface shown every overview, and told every announcement."""
        self._listeners.append(show)
        self._hearers.append(hear)
        show(self.overview())

    def changed(self) -> None:
        """Something changed: show it in the loop's next turn, once for many changes."""
        self._follow_account()
        self.changes.ring()
        if not self._shown:
            self._shown = True
            asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self._shown = False
        view = self.overview()
        for show in self._listeners:
            show(view)

    def _hear(self, hearing: Hearing) -> None:
        for hear in self._hearers:
            hear(hearing)

    def overview(self) -> Overview:
        """Say how everything stands now."""
        account = self.membership.view if self.membership else _NOBODY
        around = Surroundings(account, self._feed_view(), tuple(self._notices()))
        return overview(self.watcher.board, around, self.outside.clock())

    # --- starting, changing, ending -----------------------------------------------------------

    async def start(self) -> None:
        """Read the settings and begin."""
        await self.reload()
        self._tasks.spawn(self._watch_for_sleep(), "watch for sleep")
        self._tasks.spawn(self._ask_keyring_again(), "ask the keyring again")

    async def reload(self) -> None:
        """Take over what the settings say now; only what they change is built anew."""
        settings, self._problems = load(self.outside.profile.settings_file, self.settings)
        self.settings = settings
        self.watcher.with_policy(policy_of(settings))
        await self._connect()
        self.changed()

    async def _connect(self) -> None:
        blocked = blocking_problem(self.settings)
        if blocked is not None:
            await self._disconnect()
            return
        outside = self.outside
        connection = await connect(
            self.settings, outside.profile, outside.store, outside.http, outside.clock
        )
        if self._is_the_same(connection):
            return
        await self._disconnect()
        self._connection = connection
        membership = Membership(
            connection, outside.profile, outside.store, outside.clock, self.changed
        )
        self.membership = membership
        self.rest = Rest(outside.http, membership, self.settings.app.client_id, outside.clock)
        self.watcher.use_zoom(self.rest)
        await self.watcher.use_feed(connection.feed, self.settings.feed.kind)
        self._tasks.spawn(membership.look(), "look for a sign-in")

    def _is_the_same(self, new: Connection) -> bool:
        old = self._connection
        if old is None or (old.feed is None) != (new.feed is None) or old.no_feed != new.no_feed:
            return False
        mine, theirs = old.settings, new.settings
        return (mine.app, mine.zoom, mine.feed) == (theirs.app, theirs.zoom, theirs.feed)

    async def _disconnect(self) -> None:
        membership, self.membership, self._connection = self.membership, None, None
        self.rest, self._me = None, None
        self.watcher.use_zoom(NoZoom())
        await self.watcher.use_feed(None, self.settings.feed.kind)
        if membership is not None:
            await membership.close()

    async def reconnect(self) -> None:
        """Try the feed again that has given up, or was never built."""
        await self._disconnect()
        await self._connect()
        self.changed()

    def mute_for(self, mute: Mute) -> None:
        """Keep notifications back, and show when that is over."""
        self.mute = mute
        self.changed()
        if mute.until is not None:
            wait = max(mute.until - self.outside.clock(), 0) / SECOND
            asyncio.get_running_loop().call_later(wait, self.changed)

    async def close(self) -> None:
        """End everything; nothing is left running."""
        await self._tasks.close()
        await self.watcher.close()
        if self.membership is not None:
            await self.membership.close()

    # --- what runs beside ---------------------------------------------------------------------

    def _follow_account(self) -> None:
        """Tell the sessions who the app owner is, and when the sign-in is gone."""
        view = self.membership.view if self.membership else _NOBODY
        signed_in = view.state in {SignInState.SIGNED_IN, SignInState.LOCKED}
        now = view.user_id if signed_in else None
        if now == self._me or view.state is SignInState.SIGNING_IN:
            return
        self._me = now
        self.watcher.to_all(e.SignedIn(now) if now else e.SignInLost())

    async def _ask_keyring_again(self) -> None:
        while True:
            await asyncio.sleep(KEYRING_AGAIN_S)
            if self.membership is not None and self.membership.waits_for_keyring:
                await self.membership.look()
            connection = self._connection
            if connection and connection.no_feed and connection.no_feed.code.startswith("keyring_"):
                await self._connect()

    async def _watch_for_sleep(self) -> None:
        clock = self.outside.clock
        while True:
            before = clock()
            await asyncio.sleep(LOOK_FOR_SLEEP_S)
            late = clock() - before - round(LOOK_FOR_SLEEP_S * SECOND)
            if late >= SLEPT_AT_LEAST:
                log.info("This machine slept for %d s.", late // SECOND)
                self.watcher.wake(before)

    # --- notices ------------------------------------------------------------------------------

    def _feed_view(self) -> FeedView:
        feed, connection = self.watcher.feed, self._connection
        error = feed.error
        if connection is not None and connection.no_feed is not None:
            error = connection.no_feed.text
        return FeedView(
            kind=self.settings.feed.kind,
            connected=feed.connected,
            text=self._feed_text(error),
            since=feed.since,
            last_event_at=feed.last_event_at,
            next_try_at=feed.next_try_at,
            error=error,
        )

    def _feed_text(self, error: str | None) -> str:
        if self.settings.feed.kind == "none":
            return "no event feed: rtms-tray cannot see what happens"
        if self.watcher.feed.connected:
            return "connected"
        return f"not connected: {error}" if error else "connecting…"

    def _notices(self) -> "list[Notice]":
        notices = [_of_problem(problem) for problem in self._problems]
        blocked = blocking_problem(self.settings)
        if blocked is not None:
            notices.append(_attention(blocked.code, "Not set up yet", blocked.text, blocked.remedy))
        if self.membership is not None:
            notices.extend(self.membership.notices)
        feed = self._feed_notice()
        if feed is not None and all(feed.code != notice.code for notice in notices):
            notices.append(feed)
        muted = self.mute.notice(self.watcher.board, self.outside.clock())
        return [*notices, muted] if muted else notices

    def _feed_notice(self) -> Notice | None:
        connection, feed = self._connection, self.watcher.feed
        if connection is not None and connection.no_feed is not None:
            missing = connection.no_feed
            return _attention(missing.code, "No event feed", missing.text, missing.remedy)
        if feed.error is None or feed.connected:
            return None
        action = ActionView("reconnect", "Try again") if feed.next_try_at is None else None
        code = f"feed_{feed.error_code}"
        return Notice(
            code, Severity.ATTENTION, "Event feed not connected", feed.error, feed.remedy, action
        )


def policy_of(settings: Settings) -> Policy:
    """Take the user's choices out of the settings."""
    behaviour = settings.behaviour
    return Policy(
        auto_resend=AutoResend(behaviour.auto_resend),
        no_answer_after=behaviour.no_answer_after_s * SECOND,
    )


def _attention(code: str, title: str, text: str, remedy: str) -> Notice:
    return Notice(code, Severity.ATTENTION, title, text, remedy)


def _of_problem(problem: "Problem") -> Notice:
    severity = Severity.ATTENTION if problem.blocking else Severity.INFO
    place = f" (line {problem.line})" if problem.line else ""
    where = f"{problem.key}{place}: " if problem.key else place
    return Notice(
        f"settings_{problem.key or 'file'}".replace(".", "_"),
        severity,
        "Check the settings",
        f"{where}{problem.text}",
        problem.remedy,
    )
