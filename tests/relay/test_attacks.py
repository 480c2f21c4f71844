"""The relay as an attacker meets it: others' events, forged sessions, frames that are too large."""

import httpx2
import jwt
import pytest
from websockets.exceptions import InvalidStatus

from rtms_tray.relay.hub import Close
from rtms_tray.simulator import Simulator
from tests.helpers.relay_harness import RECEIVER_KEY, SECRET, RelayHarness
from tests.helpers.simulator_client import SimulatorClient
from tests.helpers.zoom_events import started, stopped

TOO_LARGE, CUT_OFF = 1009, 1006


async def signed_in_as(relay: RelayHarness, client: SimulatorClient, who: str) -> str:
    """A session of one of the simulator's people."""
    client.zoom.world.settings.user = who
    await client.sign_in()
    return str((await relay.session(client.token)).json()["token"])


@pytest.mark.promise("the relay tells nobody what is not theirs")
@pytest.mark.parametrize("offset", [-1, 0, 1, -10_000])
async def test_sequences_of_somebody_else_bring_nothing(
    relay: RelayHarness, client: SimulatorClient, zoom: Simulator, offset: int
) -> None:
    mine = await relay.connect(await signed_in_as(relay, client, "owner"))
    await relay.take(started(zoom.world.users["owner"].id), stopped())
    await mine.hear(2)
    after, epoch = max(mine.frames[-1]["sequence"] + offset, 0), mine.hello["epoch"]
    theirs = await relay.connect(
        await signed_in_as(relay, client, "host"), after=after, epoch=epoch
    )
    await theirs.beat()
    assert theirs.events == []
    for tray in (mine, theirs):
        await tray.close()


@pytest.mark.promise("a relay session is good at its own relay alone")
@pytest.mark.parametrize("key", [SECRET, RECEIVER_KEY, ""])
async def test_no_other_key_of_the_relay_makes_a_session(
    relay: RelayHarness, client: SimulatorClient, key: str
) -> None:
    token = await signed_in_as(relay, client, "owner")
    claims = jwt.decode(token, options={"verify_signature": False})
    forged = jwt.encode(claims, key.ljust(32, "x") if key else "", "HS256" if key else "none")
    assert (await relay.renew(forged)).status_code == 401
    with pytest.raises(InvalidStatus):
        await relay.connect(forged)
    assert (await relay.renew(token)).status_code == 200, "the real one goes on"


async def test_a_frame_that_is_too_large_ends_its_own_connection_alone(
    relay: RelayHarness, client: SimulatorClient
) -> None:
    attacker = await relay.connect(await signed_in_as(relay, client, "host"))
    mine = await relay.connect(await signed_in_as(relay, client, "owner"))
    await attacker.connection.send("x" * 1_000_000)
    assert await attacker.closed() in {TOO_LARGE, CUT_OFF}
    await mine.beat()
    await mine.close()


async def test_who_removes_the_app_is_cut_off_and_gets_no_new_session_by_the_old(
    relay: RelayHarness, client: SimulatorClient, zoom: Simulator
) -> None:
    token = await signed_in_as(relay, client, "owner")
    me = zoom.world.users["owner"].id
    tray = await relay.connect(token)
    await relay.take(started(me))
    await tray.hear(1)
    await relay.take({"event": "app_deauthorized", "event_ts": 1, "payload": {"user_id": me}})
    assert await tray.closed() == Close.SESSION_OVER
    assert (await relay.renew(token)).status_code == 401


async def test_headers_that_are_too_long_are_refused(relay: RelayHarness) -> None:
    try:
        reply = await relay.http.post(f"{relay.url}/receiver", headers={"x-a": "x" * 1_000_000})
    except httpx2.TransportError:
        return  # the connection was closed while it was sent
    assert reply.status_code in {400, 431}
