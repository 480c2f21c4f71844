"""Who is there, by connection: devices, rejoins, and what is told of people."""

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.simulator_client import SimulatorClient

NUMBER = 98712345670


def people(client: SimulatorClient) -> list[dict[str, str]]:
    """List whom the events so far are about."""
    return [event["payload"]["object"]["participant"] for event in client.events()]


async def test_a_rejoin_is_a_new_connection(client: SimulatorClient) -> None:
    for act in ("owner_leaves", "owner_joins", "owner_leaves"):
        await client.act(act)
    left, joined, left_again = people(client)
    assert left["participant_uuid"] != joined["participant_uuid"]
    assert left["user_id"] != joined["user_id"]
    assert left_again["participant_uuid"] == joined["participant_uuid"]


async def test_one_account_can_be_there_with_several_devices(client: SimulatorClient) -> None:
    await client.act("second_device_joins")
    await client.act("second_device_joins")
    meeting = await client.act("second_device_leaves", device=1)
    assert meeting["owner_present"]
    meeting = await client.act("second_device_leaves")
    assert meeting["owner_present"]
    meeting = await client.act("owner_leaves")
    assert not meeting["owner_present"]
    uuids = [person["participant_uuid"] for person in people(client)]
    second, third, first_left, third_left, second_left = uuids
    assert (second, third) == (second_left, third_left)
    assert first_left not in (second, third)


async def test_the_old_connection_may_end_after_the_new_one_began(
    zoom: Simulator, client: SimulatorClient
) -> None:
    meeting = await client.act("reconnects", left_after_s=91)
    assert len(meeting["connections"]) == 3
    assert client.event_names() == ["meeting.participant_joined"]
    await client.control("step")
    assert client.event_names() == ["meeting.participant_joined", "meeting.participant_left"]
    joined, left = people(client)
    assert joined["participant_uuid"] != left["participant_uuid"]
    assert zoom.world.meetings[NUMBER].owner_present
    await client.act("reconnects")
    await client.act("owner_leaves")
    await client.control("step", until_quiet=True)
    assert client.event_names().count("meeting.participant_left") == 3


async def test_anybody_can_join_and_leave(client: SimulatorClient) -> None:
    await client.act("joins", who="outsider")
    await client.act("leaves", who="outsider")
    assert [person["id"] for person in people(client)] == ["", ""]
    assert client.zoom.world.meetings[NUMBER].others == []


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("own_account", [True, False]),
        ("nobody", [False, False]),
        ("everybody", [True, True]),
    ],
)
async def test_whose_ids_are_told(client: SimulatorClient, known: str, told: list[bool]) -> None:
    await client.control("settings", known_ids=known)
    for who in ("colleague", "outsider"):
        await client.act("joins", who=who)
    for name in ("id", "email", "participant_user_id"):
        assert [bool(person[name]) for person in people(client)] == told


async def test_events_can_be_late(client: SimulatorClient) -> None:
    await client.act("host_leaves", late_s=60)
    await client.act("host_joins")
    assert client.event_names() == ["meeting.participant_joined"]
    await client.control("step")
    assert client.event_names() == ["meeting.participant_joined", "meeting.participant_left"]
    await client.control("settings", late_events_s={"participant_left": 5})
    await client.act("host_leaves")
    assert client.event_names().count("meeting.participant_left") == 1
    assert await client.control("step") == {"happened": 1, "due": []}


async def test_events_can_be_lost(client: SimulatorClient) -> None:
    await client.act("host_leaves", lost=True)
    await client.control("settings", lost_events=["participant_joined"])
    await client.act("host_joins")
    delivered = [entry["delivered"] for entry in client.zoom.world.events]
    assert delivered == [False, False]
    assert client.event_names() == ["meeting.participant_left", "meeting.participant_joined"]
