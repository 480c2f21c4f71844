"""Composition: builds everything once, and owns start-up and the end."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Severity
from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.control.address import control_address
from rtms_tray.control.server import ControlServer
from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.crash import crashes_shown
from rtms_tray.desktop.event_loop import run as run_in_qt
from rtms_tray.desktop.first_icon import FirstIcon, use_plain_imports
from rtms_tray.desktop.meetings_menu import CannotListError, MeetingChoice
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.own_meetings import OwnMeetings
from rtms_tray.desktop.window_registry import WindowInputs
from rtms_tray.desktop.windows_power import listen_to_windows
from rtms_tray.runtime.app_view import profile_views
from rtms_tray.runtime.connector import ClientMeetings, Dependencies
from rtms_tray.runtime.notification_policy import Notification, NotificationPolicy
from rtms_tray.runtime.program import Program
from rtms_tray.runtime.settings_editor import app_requirements
from rtms_tray.runtime.todays_meetings import shown
from rtms_tray.store.autostart import find_autostart
from rtms_tray.store.environment import is_zoom_host
from rtms_tray.store.keyring_helper import KeyringHelper
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.log import LOG_FILE, log_to_file, redacted
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, SecretError, SecretStore
from rtms_tray.store.state import WindowGeometryFile
from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.support.files import FileLock
from rtms_tray.support.texts import text
from rtms_tray.zoom.client_meeting import client_in_meeting
from rtms_tray.zoom.client_version import InstalledClient, installed_client
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.exchanges import Exchanges
from rtms_tray.zoom.meeting_reference import MeetingReferenceError, parse_new_meeting

if TYPE_CHECKING:
    from rtms_tray.zoom.replies import MeetingListed

_AT_ONCE: Final = frozenset({"show", "quit"})


def run(
    profile: Profile,
    first: FirstIcon,
    helper: KeyringHelper | None,
    *,
    verbose: bool,
    setup: str = "",
    hidden: bool = False,
) -> int:
    """Run the tray behind its first icon until it is quit; `setup` is a link or file to ask about first."""
    log_to_file(profile, verbose=verbose)
    quit_ = asyncio.Event()
    if first.asked_to_quit:
        quit_.set()
    store = KeyringStore(helper=helper)
    running = Running(profile, store, quit_, first=first, client_meetings=_client_meetings)
    return run_in_qt(running.main(first.app, setup, hidden=hidden), first.app, quit_.set)


def demo(scenario: str | None, *, verbose: bool) -> int:
    """Run the simulator and a tray beside it, in a profile that is thrown away."""
    from rtms_tray.demo import demo_environment  # noqa: PLC0415 - only the demo needs a simulator
    from rtms_tray.simulator import SimulatorThread  # noqa: PLC0415 - as above

    use_plain_imports()
    app = QApplication(sys.argv[:1])
    simulator = SimulatorThread(scenario=scenario or "default", progression="timed")
    zoom = simulator.start()
    try:
        with demo_environment.temporary_folder() as folder:
            profile = demo_environment.profile_in(Path(folder))
            lock = FileLock(profile.lock_file)
            lock.acquire()
            log_to_file(profile, verbose=verbose)
            demo_environment.write_settings(profile, zoom)
            quit_ = asyncio.Event()
            try:
                return run_in_qt(_demo(app, profile, zoom, quit_, scenario), app, quit_.set)
            finally:
                lock.release()
    finally:
        simulator.stop()


def demo_tray(
    profile: Profile, *, verbose: bool, setup: str = "", hidden: bool = False, window: bool = False
) -> int:
    """Run one of the trays of the demo with a relay: a simulated person's, whose secrets stay in memory."""
    del hidden, window  # what people see first is the app's page; the tray waits for its link
    use_plain_imports()
    app = QApplication(sys.argv[:1])
    log_to_file(profile, verbose=verbose)
    quit_ = asyncio.Event()
    running = Running(profile, MemoryStore(), quit_, InstalledClient)
    return run_in_qt(running.main(app, setup, hidden=True), app, quit_.set)


async def _demo(
    app: QApplication,
    profile: Profile,
    zoom: Mapping[str, str],
    quit_: asyncio.Event,
    scenario: str | None,
) -> int:
    from rtms_tray.demo import demo_environment  # noqa: PLC0415 - as above

    # Simulated people have a simulated Zoom client: this machine's does not count.
    running = Running(
        profile, await demo_environment.secrets_in_memory(zoom), quit_, InstalledClient
    )
    async with running.started(app) as commands:
        answer = await demo_environment.sign_in(commands, zoom)
        if answer.exit is not Exit.DONE:
            return demo_environment.report_failure(answer)
        async with demo_environment.host_panel_for(running.program, commands, zoom) as panel:
            desktop = running.desktop
            desktop.theme_changed.connect(panel.set_theme)
            panel.set_theme(desktop.theme)
            desktop.add_entry(text("demo.panel.menu_entry"), panel.bring)
            panel.help_wanted.connect(desktop.open_help)
            if scenario is not None:
                panel.choose_scenario(scenario)
            panel.show_beside(desktop.window)
            demo_environment.announce_ready(profile)
            await quit_.wait()
    return Exit.DONE


class Running:
    """One run of the program with its surfaces."""

    def __init__(
        self,
        profile: Profile,
        store: SecretStore,
        quit_: asyncio.Event,
        client: Callable[[], InstalledClient] = installed_client,
        clock: Clock | None = None,
        first: FirstIcon | None = None,
        client_meetings: ClientMeetings | None = None,
    ) -> None:
        self.profile = profile
        self._client_meetings = client_meetings
        self._client = client
        self._clock = clock or SystemClock()
        self._first = first
        self.quit = quit_
        self.program: Program
        self.desktop: Desktop
        self._store = store

    async def main(self, app: QApplication, setup: str = "", *, hidden: bool = False) -> int:
        """Show the tray, begin to watch, and end when somebody quits."""
        async with self.started(app, setup, hidden=hidden):
            threading.Thread(target=_register_links, args=(self.profile,), daemon=True).start()
            await self.quit.wait()
        return Exit.DONE

    @contextlib.asynccontextmanager
    async def started(
        self, app: QApplication, setup: str = "", *, hidden: bool = False
    ) -> AsyncIterator[CommandDispatcher]:
        """Everything up and running inside, first of all the question of `setup`; nothing left afterwards."""
        from rtms_tray.zoom.http_client import make_http  # noqa: PLC0415 - loads an HTTP client

        exchanges = Exchanges(self._clock)
        async with make_http(exchanges) as http:
            outside = Dependencies(
                self.profile,
                self._store,
                http,
                self._clock,
                self._client,
                self._client_meetings,
                exchanges=exchanges,
            )
            program = Program(outside)
            self.program = program
            late = _Late()
            desktop = Desktop(
                app,
                late,
                DesktopInputs(
                    lambda: _list_meetings(program),
                    self.quit.set,
                    clock=self._clock,
                    discreet=lambda: program.settings.notifications.discreet,
                    names_meeting=_names_meeting,
                    own_meetings=OwnMeetings(
                        lambda: _list_meetings(program),
                        program.topics.of,
                        _client_is_in_a_meeting,
                    ),
                    list_profiles=lambda: profile_views(self.profile),
                    setup=setup,
                    hidden=hidden,
                ),
                _window_inputs(program),
                self._first,
            )
            self.desktop = desktop
            commands = CommandDispatcher(
                program,
                open_url=desktop.open_url,
                show_window=desktop.open_window,
                quit_program=self.quit.set,
                setup_window=desktop,
                autostart=find_autostart(self.profile),
            )
            late.commands = commands
            policy = NotificationPolicy(
                program,
                lambda notification: desktop.announce(_message(notification, program)),
                lambda session, category: desktop.withdraw(Topic(session, category)),
            )
            program.draw_first(desktop.draw_icon)
            program.listen(desktop.show, policy.alert)
            program.listen(policy.show, lambda _: None)
            program.listen(lambda _: _apply_appearance(desktop, program), lambda _: None)
            server = ControlServer(control_address(self.profile), late)
            await server.start()
            awake = program.watcher.wakefulness
            power = listen_to_windows(app, awake.told_of_sleep, awake.told_awake)
            try:
                with crashes_shown(desktop.show_crash, redacted):
                    await program.start()
                    late.began.set()
                    yield commands
            finally:
                if power is not None:
                    app.removeNativeEventFilter(power)
                await server.stop()
                policy.close()
                await desktop.end()
                await program.close()


class _Late:
    """Hands commands on to commands that are made later, once the program knows its settings.

    Before that, every answer would be that nothing is set up; a keyring may take its time.
    """

    commands: CommandDispatcher

    def __init__(self) -> None:
        self.began = asyncio.Event()

    async def perform(self, command: Command, say: Say) -> Answer:
        """Hand it on."""
        if command.name not in _AT_ONCE:
            await self.began.wait()
        return await self.commands.perform(command, say)


def _register_links(profile: Profile) -> None:
    """Have the system open set-up links with this program; its tools may take a while."""
    from rtms_tray.store.link_handler import register  # noqa: PLC0415 - after the icon

    register(profile)


def _window_inputs(program: Program) -> WindowInputs:
    """Open to the windows what they show beyond the overview."""
    profile = program.dependencies.profile
    return WindowInputs(
        program.event_log,
        program.editor.view,
        app_requirements(),
        history_file=profile.history_file,
        geometries=WindowGeometryFile(profile.windows_file),
        log_file=profile.log_folder / LOG_FILE,
        is_zoom_host=is_zoom_host,
    )


def _apply_appearance(desktop: Desktop, program: Program) -> None:
    appearance = program.settings.appearance
    desktop.apply_appearance(theme=appearance.theme, icons=appearance.icons)


def _message(notification: Notification, program: Program) -> Message:
    critical = notification.severity is Severity.CRITICAL
    topic = Topic(notification.session, notification.category)
    return Message(
        notification.title,
        notification.text,
        notification.severity,
        topic,
        notification.offers,
        notification.opens,
        state=notification.state,
        code=notification.code,
        sound=critical and program.settings.notifications.sound,
    )


def _client_meetings(told: Callable[[bool], None]) -> AbstractContextManager[bool]:
    """Hear whether this machine's Zoom client is in a meeting."""
    from rtms_tray.zoom.client_watch import meetings_told  # noqa: PLC0415 - after the icon

    return meetings_told(told)


def _names_meeting(copied: str) -> bool:
    try:
        parse_new_meeting(copied)
    except MeetingReferenceError:
        return False
    return True


async def _client_is_in_a_meeting() -> bool:
    return await asyncio.to_thread(client_in_meeting) is Value.YES


async def _list_meetings(program: Program) -> Sequence[MeetingChoice]:
    """List the user's meetings, the running ones first."""
    rest = program.rest
    if rest is None:
        raise CannotListError(text("menu.meetings.not_set_up"))
    live: Sequence[MeetingListed] = ()
    later: Sequence[MeetingListed] = ()
    refusal = ""
    program.today.begin_to_read()
    try:
        live = await rest.live_meetings()
        later = await rest.upcoming_meetings()
    except (ZoomTrouble, SecretError) as trouble:
        refusal = f"{trouble.text} {trouble.remedy}"
    found = await program.today.with_calendar(live, later)
    program.topics.learn(*live, *later)
    for one in found:
        program.topics.learn_title(one.meeting, one.topic)
    if refusal and not found:
        raise CannotListError(refusal)
    # A menu that the user opens to choose from shows topics, unless details are never to be shown.
    hidden = program.settings.notifications.discreet == "always"
    return [
        MeetingChoice(one.meeting, one.topic, one.live, one.starts_at, one.about, one.cancelled)
        for one in shown(found, hidden=hidden)
    ]


def sign_in_without_instance(profile: Profile, arguments: Mapping[str, str], say: Say) -> Answer:
    """Sign in while no tray runs: the same way, without surfaces, and watching nothing."""
    return asyncio.run(_sign_in(profile, arguments, say))


async def _sign_in(profile: Profile, arguments: Mapping[str, str], say: Say) -> Answer:
    import webbrowser  # noqa: PLC0415 - only without Qt

    from rtms_tray.zoom.http_client import make_http  # noqa: PLC0415 - loads an HTTP client

    def open_and_say(url: str) -> bool:
        say({"authorize_url": url})
        return webbrowser.open(url)

    async with make_http() as http:
        program = Program(Dependencies(profile, KeyringStore(), http, SystemClock()))
        await program.prepare_sign_in()
        commands = CommandDispatcher(
            program, open_url=open_and_say, show_window=lambda *_: None, quit_program=lambda: None
        )
        try:
            answer = await commands.perform(Command("sign-in", arguments), say)
            if program.sign_in is not None:
                await program.sign_in.browser_told()  # who ends now takes its page away
            return answer
        finally:
            await program.close()
