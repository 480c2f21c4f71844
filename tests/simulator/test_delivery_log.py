"""The log of deliveries to the app's webhook, at the simulated Zoom."""

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.settings import SCOPES
from tests.helpers.simulator_client import SimulatorClient

NUMBER = 98712345670


@pytest.fixture
def path(zoom: Simulator) -> str:
    zoom.world.settings.scopes = f"{SCOPES} marketplace_app:read"
    zoom.world.settings.delivery_log = True
    return f"/marketplace/apps/{zoom.world.app.app_id}/webhook_logs"


async def events(client: SimulatorClient, path: str, **params: str) -> list[str]:
    """List the events of one page."""
    reply = (await client.get(path, **params)).json()
    return [one["event"] for one in reply["webhook_logs"]]


async def test_it_lists_failed_deliveries_unless_told_otherwise(
    zoom: Simulator, client: SimulatorClient, path: str
) -> None:
    zoom.act(NUMBER, "end_meeting")
    assert await events(client, path) == []
    assert "meeting.ended" in await events(client, path, type="1")
    assert await events(client, path, type="3") == await events(client, path, type="1")
    assert await events(client, path, type="1", event="meeting.ended") == ["meeting.ended"]


async def test_it_has_what_the_webhook_has_and_may_be_behind(
    zoom: Simulator, client: SimulatorClient, path: str
) -> None:
    zoom.world.settings.delivery_log_lacks = ["meeting.ended"]
    zoom.act(NUMBER, "end_meeting")
    assert "meeting.ended" not in await events(client, path, type="1")
    zoom.world.settings.delivery_log_lacks = []
    zoom.act(NUMBER, "start_meeting")
    assert "meeting.started" in await events(client, path, type="1")
    zoom.world.settings.delivery_log_behind_s = 60.0
    assert await events(client, path, type="1") == []
    zoom.world.settings.delivery_log = False
    count = len(zoom.world.deliveries)
    zoom.act(NUMBER, "end_meeting")
    assert len(zoom.world.deliveries) == count


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"from": "yesterday"}, 1503),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, 1501),
        ({"from": "2026-01-01T00:00:00Z"}, 1502),
    ],
)
async def test_it_goes_back_seven_days(
    client: SimulatorClient, path: str, params: dict[str, str], code: int
) -> None:
    reply = await client.get(path, **params)
    assert (reply.status_code, reply.json()["code"]) == (404, code)


async def test_only_the_developers_account_may_read_it(
    zoom: Simulator, client: SimulatorClient, path: str
) -> None:
    reply = await client.get(f"{path.replace(zoom.world.app.app_id, 'another')}")
    assert (reply.status_code, reply.json()["code"]) == (404, 1401)
    zoom.world.settings.scopes = SCOPES
    assert (await client.get(path)).json()["code"] == 4711
    zoom.world.settings.scopes = f"{SCOPES} marketplace_app:read"
    away = next(
        u for u in zoom.world.users.values() if u.account_id != zoom.world.users["owner"].account_id
    )
    zoom.world.settings.user = away.key
    await client.sign_in()
    reply = await client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (401, 201)
