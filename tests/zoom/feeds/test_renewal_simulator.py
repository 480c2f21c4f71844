"""The running program past a token's expiry, against the simulated Zoom: no event is missed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.demo import demo_environment
from rtms_tray.runtime.connector import Dependencies
from rtms_tray.runtime.program import Program
from rtms_tray.simulator import Simulator
from rtms_tray.store.environment import custom
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND
from rtms_tray.zoom.feeds.zoom_socket import Timing, ZoomSocketFeed
from rtms_tray.zoom.http_client import make_http
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.tokens import AppTokens
from tests.helpers.manual_clock import ManualClock

NUMBER = 98712345670
LIFETIME_S = 1200
# The program's own, but the clock is checked often.
OFTEN = replace(Timing(), heartbeat_s=0.05)


@pytest.fixture
async def zoom(clock: ManualClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock) as simulator:
        simulator.world.settings.token_lifetime_s = LIFETIME_S
        yield simulator


@pytest.fixture
async def program(zoom: Simulator, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Program]:
    profile = demo_environment.profile_in(tmp_path)
    demo_environment.write_settings(profile, zoom.addresses())
    store = await demo_environment.secrets_in_memory(zoom.addresses())
    async with make_http() as http:
        program = Program(Dependencies(profile, store, http, clock))
        await program.reload()  # without detecting sleep: here the clock jumps
        environment = custom(zoom.oauth_url, zoom.api_url, zoom.events_url)
        app = OAuth(http, environment, Client(zoom.client_id, zoom.client_secret), clock)
        feed = ZoomSocketFeed(
            url=environment.events,
            subscription_id=zoom.subscription_id,
            tokens=AppTokens(app, clock),
            clock=clock,
            random=lambda: 0.0,
            timing=OFTEN,
        )
        await program.watcher.use_feed(feed, "zoom")
        yield program
        await program.close()


@pytest.fixture
def commands(program: Program) -> CommandDispatcher:
    return CommandDispatcher(
        program,
        open_url=lambda _: True,
        show_window=lambda *_: None,
        quit_program=lambda: None,
    )


async def until(program: Program, holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await program.changes.next()


async def wait_for_heartbeats(zoom: Simulator, number: int) -> None:
    """Wait until the connection of this number is established and sends heartbeats."""
    feed = zoom.feed

    def beats() -> bool:
        return feed.accepted >= number and all(
            connection.heartbeats for connection in feed.connections.values()
        )

    async with asyncio.timeout(10):
        while not beats():  # noqa: ASYNC110 - the simulator gives no signal of it
            await asyncio.sleep(0.01)


async def test_over_a_renewal_a_session_stays_verified(
    program: Program, commands: CommandDispatcher, zoom: Simulator, clock: ManualClock
) -> None:
    def state() -> tuple[CaptureState, bool] | None:
        sessions = program.overview().sessions
        return (sessions[-1].state, sessions[-1].unverified) if sessions else None

    await until(program, lambda: program.watcher.feed.connected)
    assert (await demo_environment.sign_in(commands, zoom.addresses())).exit is Exit.DONE
    started = await commands.perform(Command("start", {"meeting": str(NUMBER)}), lambda _: None)
    assert started.exit is Exit.DONE, started.text
    zoom.act(NUMBER, "approve")
    await until(program, lambda: state() == (CaptureState.SHARING, False))

    shown = [program.overview()]
    program.listen(shown.append, lambda _: None)
    first = zoom.feed.accepted
    for renewals in (1, 2):
        clock.advance((LIFETIME_S - 300) * SECOND)
        await wait_for_heartbeats(zoom, first + renewals)
    zoom.act(NUMBER, "host_leaves")
    await until(program, lambda: program.overview().feed.last_event_at == clock.now)

    assert state() == (CaptureState.SHARING, False)
    assert [view.feed.text for view in shown if not view.feed.connected] == []
    assert not any(session.unverified for view in shown for session in view.sessions)
    assert program.overview().feed.since == shown[0].feed.since


async def test_two_connections_renew_their_tokens_in_turn(
    zoom: Simulator, clock: ManualClock, tmp_path: Path
) -> None:
    subscriptions = zoom.world.app.subscription_ids[:2]
    profile = demo_environment.profile_in(tmp_path)
    demo_environment.write_settings(profile, zoom.addresses())
    set_value(profile.settings_file, "feed.standby_subscription_id", subscriptions[1])
    store = await demo_environment.secrets_in_memory(zoom.addresses())
    async with make_http() as http:
        program = Program(Dependencies(profile, store, http, clock, timing=OFTEN))
        await program.reload()  # as above
        shown: list[bool] = []
        await wait_for_heartbeats(zoom, 2)
        program.listen(lambda view: shown.append(view.feed.connected), lambda _: None)
        for advance_s, renewed in ((600, 1), (300, 0)):
            before = dict(zoom.feed.connections)
            clock.advance(advance_s * SECOND)
            await wait_for_heartbeats(zoom, zoom.feed.accepted + 1)
            connections = zoom.feed.connections
            anew = [name for name in subscriptions if connections[name] is not before[name]]
            assert anew == [subscriptions[renewed]]
        await program.close()
    assert all(shown)
