"""The running program without its surfaces: settings, sign-in and watching, put together.

Surfaces subscribe to overviews and alerts, and hand their commands to the dispatcher.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import AlertEffect
from rtms_tray.capture.timings import Policy
from rtms_tray.history.recorder import Recorder
from rtms_tray.history.worker import History
from rtms_tray.presentation.mute import Mute
from rtms_tray.presentation.overview import OverviewInputs, icon_view, overview
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.view_model import (
    AppView,
    IconView,
    Notice,
    Overview,
    SessionView,
)
from rtms_tray.runtime.alert_delivery import AlertDelivery
from rtms_tray.runtime.app_view import app_view
from rtms_tray.runtime.client_check import ClientVersionCheck
from rtms_tray.runtime.connection import NoZoom, blocking_problem, relay_host
from rtms_tray.runtime.connector import Connector, Dependencies
from rtms_tray.runtime.event_log import EventLog, changes_between, in_one_line
from rtms_tray.runtime.hooks import Hooks
from rtms_tray.runtime.hosted_meetings import HostedMeetingPoller, Hosting
from rtms_tray.runtime.meeting_offer import MeetingOffers
from rtms_tray.runtime.network_probe import NetworkProbe
from rtms_tray.runtime.notices import feed_notices, feed_view, settings_notices
from rtms_tray.runtime.planner import ScheduledRequests
from rtms_tray.runtime.policy import policy_of
from rtms_tray.runtime.presenter import Presenter
from rtms_tray.runtime.recording import Recordings
from rtms_tray.runtime.settings_editor import SettingsEditor
from rtms_tray.runtime.sign_in_manager import SignInManager
from rtms_tray.runtime.sleep_watch import watch_system
from rtms_tray.runtime.stream_quota import StreamQuotaNotice
from rtms_tray.runtime.todays_meetings import TodayInputs, TodaysMeetings
from rtms_tray.runtime.topics import MeetingTopics
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.store.settings_file import load
from rtms_tray.support.command_types import RefusedError
from rtms_tray.support.tasks import ChangeSignal, Tasks
from rtms_tray.support.texts import name_app, text
from rtms_tray.support.units import SECOND
from rtms_tray.zoom.exchanges import Call, Exchange
from rtms_tray.zoom.feeds import Glimpsed, News, Received
from rtms_tray.zoom.rest import Rest

log = logging.getLogger(__name__)

RETRY_KEYRING_S: Final = 15.0
CLIENT_LIMIT_S: Final = 1.0
"""How long a request waits for the inspection of the Zoom client; a later result is told then."""


class Program:
    """Keeps everything that runs, and tells its listeners of every change."""

    def __init__(self, dependencies: Dependencies) -> None:
        self.dependencies = dependencies
        self.settings, self._problems = load(dependencies.profile.settings_file)
        self.editor = SettingsEditor(dependencies.profile, dependencies.store)
        self.changes = ChangeSignal()
        self.news = ChangeSignal()
        """Rung at once for a change that matters, and with the surfaces for one that hardly does."""
        self.mute = Mute()
        self._app = AppView()
        self.event_log = EventLog()
        self._tasks = Tasks()
        self._quota = StreamQuotaNotice()
        self._presenter = Presenter(self.overview, self._icon)
        self._alert_listeners: list[Callable[[AlertEffect], None]] = []
        self._watches = True
        self._unmute: asyncio.TimerHandle | None = None
        self._keyring_due: asyncio.TimerHandle | None = None
        clock, profile = dependencies.clock, dependencies.profile
        self.watcher = Watcher(
            NoZoom(),
            clock,
            Policy(),
            self.changed,
            self._alert,
            self._check_sign_in,
            self._record_event,
        )
        self.watcher.on_taken = self._took_event
        self.watcher.changed_quietly = self._changed_quietly
        dependencies.exchanges.listen(self._take_exchange)
        self.recordings = Recordings(self.watcher, clock)
        self.topics = MeetingTopics(self._shows_topics, self._rest_to_read_with, self._tasks.spawn)
        self.connector = Connector(
            dependencies, self.watcher, self._tasks, self.changed, self.topics.learn
        )
        self._probe = NetworkProbe(self.connector.reaches_zoom, self.watcher.network_is_back)
        self.recorder = Recorder(
            History(profile.history_file),
            clock,
            lambda: self.watcher.board,
            self.changed,
            lambda: self.watcher.seen_at,
        )
        self._alerts = AlertDelivery(self._tell, self.recorder.holds, self.recorder.save_now)
        self.scheduled = ScheduledRequests(
            profile.plans_file,
            clock,
            board=lambda: self.watcher.board,
            ask=self.watcher.handle,
            every_hosted=lambda: self.settings.behaviour.watch_hosted,
            changed=self.changed,
        )
        self.hosted = HostedMeetingPoller(
            self.scheduled,
            rest=lambda: self.connector.rest,
            hosting=self._hosting,
            changed=self.changed,
        )
        self.hooks = Hooks(lambda: self.settings.hooks, clock, self.changed)
        about_today = TodayInputs(
            lambda: self.settings.calendar.source,
            lambda: self.connector.account_view(self.settings).email or "",
            self._rest_to_read_with,
            self._tasks.spawn,
            self.changed,
        )
        self.today = TodaysMeetings(clock, self.scheduled, profile.history_file, about_today)
        self.offers = MeetingOffers(
            lambda: self.settings.behaviour.offer_start,
            self.changed,
            self._tasks.spawn,
            self.today.guess,
        )
        look = dependencies.client
        self._client = ClientVersionCheck(look) if look else None

    @property
    def sign_in(self) -> SignInManager | None:
        """Who is signed in; None while the settings lead nowhere."""
        return self.connector.sign_in

    @property
    def rest(self) -> Rest | None:
        """The REST calls; None while the settings lead nowhere."""
        return self.connector.rest

    def _shows_topics(self) -> bool:
        """Whether topics are shown: never where all details are to be hidden."""
        settings = self.settings
        return settings.appearance.topics and settings.notifications.discreet != "always"

    def _rest_to_read_with(self) -> Rest | None:
        """The REST calls where somebody is signed in, and no keyring would have to be unlocked first."""
        connector = self.connector
        ready = connector.user_id is not None and not connector.keyring_fails
        return connector.rest if ready else None

    def _hosting(self) -> Hosting:
        feed = self.watcher.feed
        return Hosting(
            me=None if self.connector.keyring_fails else self.connector.user_id,
            wanted=self.settings.behaviour.watch_hosted,
            sees_since=feed.since if feed.connected else None,
            awake_since=self.watcher.wakefulness.since,
        )

    def _check_sign_in(self) -> None:
        self.connector.check_sign_in()

    def _took_event(self, news: News, before: Board, after: Board) -> None:
        if isinstance(news, Glimpsed):
            self.recordings.event(news)
            self.topics.take(news)
        self.event_log.add(news, changes_between(before.sessions, after.sessions))

    def _take_exchange(self, what: Call | Exchange) -> None:
        self.recordings.exchange(what)
        if isinstance(what, Exchange):
            self.event_log.add_exchange(what)

    def _record_event(self, received: Received) -> None:
        self.recordings.event(received)
        self.topics.take(received)
        event = received.event
        if isinstance(event, e.RequestStatus) and event.answer is Value.UNKNOWN:
            log.info("What this event means is not known: %s", in_one_line(received.raw))
        self.scheduled.take(received)
        self._quota.take(received)

    # --- surfaces -----------------------------------------------------------------------------

    def listen(
        self, show: Callable[[Overview], None], alert: Callable[[AlertEffect], None]
    ) -> None:
        """Have a surface shown every overview, and given every alert."""
        self._alert_listeners.append(alert)
        self._presenter.listen(show)

    def draw_first(self, draw: Callable[[IconView], None]) -> None:
        """Have the icon drawn by this, ahead of every overview."""
        self._presenter.draw_first(draw)

    def changed(self) -> None:
        """Something changed: show it in the loop's next turn, once for many changes."""
        self.changes.ring()
        self.news.ring()
        self.recordings.look()
        self.topics.look(self.watcher.board.sessions)
        self.recorder.save_changes()
        self.hosted.look_at_hosting()
        self.today.look_at_plans()
        self._probe.need(wanted=self.watcher.waits_for_network)
        self._look_at_keyring()
        self._presenter.show_soon()

    def _changed_quietly(self) -> None:
        """Somebody else's meeting had an event: all that any surface shows of it is when it came."""
        self.changes.ring()
        self._presenter.show_later()

    def _alert(self, effect: AlertEffect) -> None:
        self._alerts.take(effect)

    def _tell(self, effect: AlertEffect) -> None:
        for alert in self._alert_listeners:
            alert(effect)

    @property
    def is_muted(self) -> bool:
        """Whether the user wants to hear nothing now."""
        return self.mute.is_on(self.watcher.board.sessions, self.dependencies.clock())

    def session_view(self, key: str) -> SessionView | None:
        """Say how one session stands, for what concerns it alone."""
        board = self.watcher.board
        session = board.session(key)
        now = self.dependencies.clock()
        return None if session is None else session_view(session, board.context.at(now))

    def overview(self) -> Overview:
        """Say how everything stands now."""
        return overview(self.watcher.board, self._inputs(), self.dependencies.clock())

    def _icon(self) -> IconView:
        return icon_view(self.watcher.board, self._inputs())

    def _inputs(self) -> OverviewInputs:
        settings = self.settings
        return OverviewInputs(
            self.connector.account_view(settings),
            feed_view(
                settings.feed.kind,
                self.watcher.feed,
                self.connector.missing_feed,
                relay_host(settings),
            ),
            tuple(self._notices()),
            self.scheduled.view,
            settings.feed.watch == "all",
            self.mute,
            self._app,
            self.offers.view,
        )

    # --- starting, changing, ending -----------------------------------------------------------

    async def start(self) -> None:
        """Read the settings, go on with the meetings of the last run, and begin."""
        self.watcher.handle(e.PolicyChanged(policy_of(self.settings)))
        self.watcher.restore(await self.recorder.begin(self.settings.history.keep_days))
        await self.reload()
        self._presenter.listen(self.hooks.take)
        self._presenter.listen(lambda _: self.news.ring())
        self._tasks.spawn(watch_system(self.watcher, self._probe.hurry), "watch the system")
        self.scheduled.begin()
        self._tasks.spawn(self.hosted.run(), "list meetings to come")
        self._tasks.spawn(self.client_warning(), "inspect the Zoom client")
        self._presenter.listen(self.offers.look)
        if self.dependencies.client_meetings is not None:
            follow = self.offers.follow(self.dependencies.client_meetings)
            self._tasks.spawn(follow, "watch the Zoom client")

    async def prepare_sign_in(self) -> None:
        """Know the way to Zoom, and watch nothing: for a sign-in and no more."""
        self._watches = False
        await self.connector.connect(self.settings, watch=False)

    async def reload(self) -> None:
        """Take over what the settings say now; only what they change is built again."""
        settings, self._problems = load(self.dependencies.profile.settings_file, self.settings)
        self.settings = settings
        name_app(settings.app.name)
        self._app = app_view(settings, self.dependencies.profile)
        self.watcher.handle(e.PolicyChanged(policy_of(settings)))
        await self.recorder.keep(settings.history.keep_days)
        await self.connector.connect(settings, watch=self._watches)
        self.changed()

    def reload_soon(self) -> None:
        """Take over what the settings say now, and keep nobody waiting."""
        self._tasks.spawn(self.reload(), "reload the settings")

    async def reconnect(self) -> None:
        """Try the feed again that has given up, or was never built; the sign-in is left alone."""
        await self.connector.reconnect(self.settings)
        self.changed()

    def require_sign_in(self) -> SignInManager:
        """Give the sign-in. Raises RefusedError while the settings lead nowhere."""
        if self.sign_in is not None:
            return self.sign_in
        blocked = blocking_problem(self.settings)
        if blocked is None:
            raise RefusedError(text("account.not_set_up.text"))
        raise RefusedError(
            text("account.not_set_up.because", problem=blocked.text, remedy=blocked.remedy)
        )

    def mute_for(self, mute: Mute) -> None:
        """Keep notifications back, and show when that is over."""
        self.mute = mute
        if self._unmute is not None:
            self._unmute.cancel()
            self._unmute = None
        if mute.until is not None:
            wait = max(mute.until - self.dependencies.clock(), 0) / SECOND
            self._unmute = asyncio.get_running_loop().call_later(wait, self.changed)
        self.changed()

    async def close(self) -> None:
        """End everything; nothing is left running."""
        for handle in (self._unmute, self._keyring_due):
            if handle is not None:
                handle.cancel()
        self.scheduled.close()
        self.offers.close()
        self.today.close()
        await self._tasks.close()
        await self._probe.close()
        await self.watcher.close()
        await self._alerts.close()
        await self.hooks.close()
        await self.recorder.close()
        await self.connector.close()
        self._presenter.close()

    # --- what runs beside ---------------------------------------------------------------------

    async def client_warning(self) -> str:
        """Inspect the app owner's own Zoom client; say what the user must know before asking.

        Waits at most `CLIENT_LIMIT_S`; an inspection that takes longer is told when it ends.
        """
        if self._client is None:
            return ""
        look = self._tasks.spawn(self._inspect_client(self._client), "inspect the Zoom client")
        await asyncio.wait([look], timeout=CLIENT_LIMIT_S)
        notice = self._client.notice
        if notice is None:
            return ""
        return text(
            "zoom_client.warning", title=notice.title, text=notice.text, remedy=notice.remedy
        )

    async def _inspect_client(self, client: ClientVersionCheck) -> None:
        support = await client.inspect(self.rest.me if self.rest else None)
        self.watcher.handle(e.OwnerClientChecked(support.value, support.source))
        self.changed()

    def _look_at_keyring(self) -> None:
        """Ask a keyring that keeps something back again in a while; else there is nothing to ask for."""
        if self._keyring_due is None and self._watches and self.connector.waits_for_keyring:
            loop = asyncio.get_running_loop()
            self._keyring_due = loop.call_later(RETRY_KEYRING_S, self._ask_keyring_again)

    def _ask_keyring_again(self) -> None:
        self._keyring_due = None
        self._tasks.spawn(self.retry_keyring(), "retry the keyring")

    async def retry_keyring(self) -> None:
        """Ask a keyring again that was locked: it may have been unlocked elsewhere."""
        if await self.connector.retry_keyring(self.settings, watch=self._watches):
            self.changed()
        self._look_at_keyring()

    def _notices(self) -> Iterator[Notice]:
        """Say what the user should know beside the sessions; one notice for each cause."""
        now = self.dependencies.clock()
        found = [*settings_notices(self._problems, blocking_problem(self.settings))]
        found.extend(self.sign_in.notices if self.sign_in is not None else ())
        yield from found
        yield from feed_notices(self.watcher.feed, self.connector.missing_feed, found)
        yield from self._client.notices if self._client else ()
        yield from self.hosted.notices
        yield from self.scheduled.notices
        yield from self.today.notices
        yield from self._quota.notices(now)
        yield from self.recorder.notices
        yield from self.hooks.notices
