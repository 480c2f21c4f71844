"""The order in which the simulated Zoom looks for a reason to refuse."""

from collections.abc import Callable

import pytest

from rtms_tray.simulator.decisions import (
    Accepted,
    Call,
    Caller,
    Fate,
    Refusal,
    decide,
    fate,
    modern,
)
from rtms_tray.simulator.switches import SCOPES, Switches
from rtms_tray.simulator.world import Meeting, Stream, World, new_world

NUMBER = 98712345670
Spoiler = Callable[[World, Meeting, dict[str, object]], None]


def _caller(call: dict[str, object], **changes: str) -> None:
    call["caller"] = Caller(**{"user": "owner", "scopes": SCOPES} | changes)


def _forget_meeting(world: World, _: Meeting, call: dict[str, object]) -> None:
    world.meetings.clear()
    call["reference"] = str(NUMBER)


def _set(**fields: object) -> Spoiler:
    def spoil(_: World, meeting: Meeting, __: dict[str, object]) -> None:
        for name, value in fields.items():
            setattr(meeting, name, value)

    return spoil


SPOILERS: list[tuple[int, Spoiler]] = [
    (124, lambda _, __, call: _caller(call, refusal="Access token is expired.")),
    (4711, lambda _, __, call: _caller(call, scopes="user:read:user")),
    (4001, lambda world, _, __: setattr(world.switches, "rate_limited", True)),
    (300, lambda _, __, call: call.update(reference=None)),
    (3001, _forget_meeting),
    (3000, _set(started=False)),
    (2310, _set(entitled=False)),
    (13273, _set(supports_rtms=False)),
    (13267, _set(host_org_rtms_enabled=False)),
    (13262, _set(allow_listed=False)),
    (2312, lambda _, __, call: call.update(user_id="nobody")),
    (2308, _set(owner_invited=False)),
]
"""Every documented refusal of `start`, in the order of the checks, with what brings it about."""


def _scene(action: str = "start") -> tuple[World, Meeting, dict[str, object]]:
    world = new_world(1, Switches())
    meeting = Meeting(
        number=NUMBER, uuid=world.mint.uuid(), started=True, host_present=True, owner_present=True
    )
    world.meetings[NUMBER] = meeting
    call: dict[str, object] = {
        "reference": str(NUMBER),
        "action": action,
        "client_id": world.app.client_id,
    }
    _caller(call)
    return world, meeting, call


def _answer(world: World, call: dict[str, object]) -> Refusal | Accepted:
    return decide(world, Call(**call))  # type: ignore[arg-type]  # put together field by field


@pytest.mark.parametrize("place", range(len(SPOILERS)), ids=[str(code) for code, _ in SPOILERS])
def test_the_first_thing_wrong_decides(place: int) -> None:
    world, meeting, call = _scene()
    # The last first: what an earlier check looks at must be spoilt over what a later one does.
    for _, spoil in reversed(SPOILERS[place:]):
        spoil(world, meeting, call)
    answer = _answer(world, call)
    assert isinstance(answer, Refusal)
    assert answer.code == SPOILERS[place][0]


def test_nothing_wrong_is_accepted_for_the_caller() -> None:
    world, meeting, call = _scene()
    assert _answer(world, call) == Accepted(meeting, "owner")


def test_webinars_have_a_code_of_their_own() -> None:
    world, meeting, call = _scene()
    meeting.kind, meeting.owner_invited = "webinar", False
    answer = _answer(world, call)
    assert isinstance(answer, Refusal)
    assert (answer.code, "panelist" in answer.message) == (2309, True)


def test_a_basic_account_is_not_entitled() -> None:
    world, _, call = _scene()
    world.users["owner"].type = 1
    assert getattr(_answer(world, call), "code", None) == 2310


def test_the_public_client_id_is_not_the_apps() -> None:
    world, _, call = _scene()
    call["client_id"] = world.app.public_client_id
    answer = _answer(world, call)
    assert isinstance(answer, Refusal)
    assert (answer.code, world.app.public_client_id in answer.message) == (13262, True)


@pytest.mark.parametrize("field", ["host_org_rtms_enabled", "allow_listed", "sharing_on"])
def test_account_settings_may_be_silent_instead(field: str) -> None:
    world, meeting, call = _scene()
    setattr(meeting, field, False)
    world.switches.account_settings = "silence"
    assert _answer(world, call) == Accepted(meeting, "owner")
    assert fate(meeting, "owner") is Fate.SILENCE


def test_already_running_is_nothing_new_or_refused_by_text() -> None:
    world, meeting, call = _scene()
    meeting.streams = [Stream(id="s", operator="owner")]
    assert _answer(world, call) == Accepted(meeting, "owner", already_running=True)
    world.switches.already_running = "refuse"
    answer = _answer(world, call)
    assert isinstance(answer, Refusal)
    assert (answer.status, "already started" in answer.message) == (400, True)


@pytest.mark.parametrize("action", ["stop", "pause", "resume"])
def test_what_never_began_cannot_be_stopped(action: str) -> None:
    world, meeting, call = _scene(action)
    answer = _answer(world, call)
    assert isinstance(answer, Refusal)
    assert (answer.code, f"'{action}'" in answer.message) == (13277, True)
    meeting.streams = [Stream(id="s", operator="owner")]
    assert _answer(world, call) == Accepted(meeting, "owner")


def test_an_absent_owner_may_start_only_their_own_meeting() -> None:
    world, meeting, call = _scene()
    meeting.owner_present = False
    assert getattr(_answer(world, call), "code", None) == 2308
    meeting.host = "owner"
    assert isinstance(_answer(world, call), Accepted)


@pytest.mark.parametrize(
    ("changes", "auto_start", "expected"),
    [
        ({}, False, Fate.BEGINS),
        ({"host_present": False}, False, Fate.BEGINS),
        ({"approval_required": True}, False, Fate.ASKS_HOST),
        ({"approval_required": True, "host_present": False}, False, Fate.SILENCE),
        ({"approval_required": True, "host": "owner"}, False, Fate.BEGINS),
        ({"approval_required": True}, True, Fate.ASKS_HOST),
        ({"approval_required": True, "auto_start_by": "host_account"}, True, Fate.BEGINS),
        ({"host_client_version": "6.5.4"}, False, Fate.SILENCE),
        ({"owner_client_version": "5.17.11"}, False, Fate.SILENCE),
        ({"in_breakout_room": True}, False, Fate.SILENCE),
        ({"supports_rtms": False}, True, Fate.SILENCE),
    ],
)
def test_what_becomes_of_an_accepted_start(
    changes: dict[str, object], *, auto_start: bool, expected: Fate
) -> None:
    world, meeting, _ = _scene()
    _set(**changes)(world, meeting, {})
    assert fate(meeting, "owner", by_auto_start=auto_start) is expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("6.5.5", True),
        ("6.5.4", False),
        ("6.10.0.123(win)", True),
        ("7.0", True),
        ("6.5 (mac)", False),
    ],
)
def test_client_versions_compare_as_numbers(version: str, *, expected: bool) -> None:
    assert modern(version) is expected
