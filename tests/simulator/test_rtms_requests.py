"""The order in which the simulated Zoom checks a request, and what an accepted start leads to."""

from collections.abc import Callable

import pytest

from rtms_tray.simulator.rtms_requests import (
    Acceptance,
    Caller,
    Refusal,
    RtmsRequest,
    StartOutcome,
    check_request,
    is_supported_client,
    start_outcome,
)
from rtms_tray.simulator.settings import SCOPES, Settings
from rtms_tray.simulator.world import Meeting, Stream, World, new_world, update_fields

NUMBER = 98712345670
Defect = Callable[[World, Meeting, dict[str, object]], None]


def _caller(request: dict[str, object], **changes: str) -> None:
    request["caller"] = Caller(**{"user": "owner", "scopes": SCOPES} | changes)


def _forget_meeting(world: World, _: Meeting, request: dict[str, object]) -> None:
    world.meetings.clear()
    request["reference"] = str(NUMBER)


def _set(**fields: object) -> Defect:
    def apply(_: World, meeting: Meeting, __: dict[str, object]) -> None:
        for name, value in fields.items():
            setattr(meeting, name, value)

    return apply


DEFECTS: list[tuple[int, Defect]] = [
    (124, lambda _, __, request: _caller(request, auth_error="Access token is expired.")),
    (4711, lambda _, __, request: _caller(request, scopes="user:read:user")),
    (4001, lambda world, _, __: setattr(world.settings, "rate_limited", True)),
    (300, lambda _, __, request: request.update(reference=None)),
    (3001, _forget_meeting),
    (3000, _set(started=False)),
    (2310, _set(entitled=False)),
    (13273, _set(supports_rtms=False)),
    (13267, _set(host_org_rtms_enabled=False)),
    (13262, _set(allow_listed=False)),
    (2312, lambda _, __, request: request.update(user_id="nobody")),
    (2308, _set(owner_invited=False)),
]
"""Every documented refusal of `start`, in the order of the checks, with what causes it."""


def _setup(action: str = "start") -> tuple[World, Meeting, dict[str, object]]:
    world = new_world(1, Settings())
    meeting = Meeting(
        number=NUMBER, uuid=world.ids.uuid(), started=True, host_present=True, owner_present=True
    )
    world.meetings[NUMBER] = meeting
    request: dict[str, object] = {
        "reference": str(NUMBER),
        "action": action,
        "client_id": world.app.client_id,
    }
    _caller(request)
    return world, meeting, request


def _answer(world: World, request: dict[str, object]) -> Refusal | Acceptance:
    return check_request(world, RtmsRequest(**request))  # type: ignore[arg-type]  # put together field by field


@pytest.mark.parametrize("place", range(len(DEFECTS)), ids=[str(code) for code, _ in DEFECTS])
def test_the_first_failed_check_decides(place: int) -> None:
    world, meeting, request = _setup()
    # In reverse: what breaks an earlier check must overwrite what breaks a later one.
    for _, apply in reversed(DEFECTS[place:]):
        apply(world, meeting, request)
    answer = _answer(world, request)
    assert isinstance(answer, Refusal)
    assert answer.code == DEFECTS[place][0]


def test_a_valid_request_is_accepted_for_the_caller() -> None:
    world, meeting, request = _setup()
    assert _answer(world, request) == Acceptance(meeting, "owner")


def test_webinars_have_their_own_code() -> None:
    world, meeting, request = _setup()
    meeting.kind, meeting.owner_invited = "webinar", False
    answer = _answer(world, request)
    assert isinstance(answer, Refusal)
    assert (answer.code, "panelist" in answer.message) == (2309, True)


def test_a_basic_account_is_not_entitled() -> None:
    world, _, request = _setup()
    world.users["owner"].type = 1
    assert getattr(_answer(world, request), "code", None) == 2310


def test_the_public_client_id_is_not_the_apps() -> None:
    world, _, request = _setup()
    request["client_id"] = world.app.public_client_id
    answer = _answer(world, request)
    assert isinstance(answer, Refusal)
    assert (answer.code, world.app.public_client_id in answer.message) == (13262, True)


@pytest.mark.parametrize("field", ["host_org_rtms_enabled", "allow_listed", "sharing_on"])
def test_account_settings_can_be_silent_instead(field: str) -> None:
    world, meeting, request = _setup()
    setattr(meeting, field, False)
    world.settings.account_settings = "silence"
    assert _answer(world, request) == Acceptance(meeting, "owner")
    assert start_outcome(meeting, "owner") is StartOutcome.NOTHING


@pytest.mark.parametrize(
    ("answer", "status", "has_words"),
    [("refuse", 400, True), ("conflict", 409, True), ("bare_conflict", 409, False)],
)
def test_a_start_while_a_stream_runs_is_answered_as_it_is_set(
    answer: str, status: int, *, has_words: bool
) -> None:
    world, meeting, request = _setup()
    meeting.streams = [Stream(id="s", operator="owner")]
    assert _answer(world, request) == Acceptance(meeting, "owner", already_running=True)
    update_fields(
        world.settings, {"already_running": answer, "already_running_words": "already sharing"}
    )
    refusal = _answer(world, request)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.message == "already sharing") == (status, has_words)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [("not_paused", 2310, "not paused"), ("not_started", 13277, "has not been started")],
)
def test_a_needless_resume_is_answered_as_it_is_set(answer: str, code: int, words: str) -> None:
    world, meeting, request = _setup("resume")
    meeting.streams = [Stream(id="s", operator="owner")]
    assert _answer(world, request) == Acceptance(meeting, "owner")
    update_fields(world.settings, {"resume_running": answer})
    refusal = _answer(world, request)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code, words in refusal.message) == (400, code, True)
    meeting.streams[0].paused = True
    assert _answer(world, request) == Acceptance(meeting, "owner")


@pytest.mark.parametrize("action", ["stop", "pause", "resume"])
def test_only_a_running_stream_can_be_changed(action: str) -> None:
    world, meeting, request = _setup(action)
    answer = _answer(world, request)
    assert isinstance(answer, Refusal)
    assert (answer.code, f"'{action}'" in answer.message) == (13277, True)
    meeting.streams = [Stream(id="s", operator="owner")]
    assert _answer(world, request) == Acceptance(meeting, "owner")


def test_an_absent_owner_can_start_only_in_their_own_meeting() -> None:
    world, meeting, request = _setup()
    meeting.owner_present = False
    assert getattr(_answer(world, request), "code", None) == 2308
    meeting.host = "owner"
    assert isinstance(_answer(world, request), Acceptance)


@pytest.mark.parametrize(
    ("changes", "auto_start", "expected"),
    [
        ({}, False, StartOutcome.BEGINS),
        ({"host_present": False}, False, StartOutcome.BEGINS),
        ({"approval_required": True}, False, StartOutcome.ASKS_HOST),
        ({"approval_required": True, "host_present": False}, False, StartOutcome.NOTHING),
        ({"approval_required": True, "host": "owner"}, False, StartOutcome.BEGINS),
        ({"approval_required": True}, True, StartOutcome.ASKS_HOST),
        ({"approval_required": True, "auto_start_by": "host_account"}, True, StartOutcome.BEGINS),
        ({"host_client_version": "6.5.4"}, False, StartOutcome.NOTHING),
        ({"owner_client_version": "5.17.11"}, False, StartOutcome.NOTHING),
        ({"in_breakout_room": True}, False, StartOutcome.NOTHING),
        ({"supports_rtms": False}, True, StartOutcome.NOTHING),
    ],
)
def test_the_outcome_of_an_accepted_start(
    changes: dict[str, object], *, auto_start: bool, expected: StartOutcome
) -> None:
    world, meeting, _ = _setup()
    _set(**changes)(world, meeting, {})
    assert start_outcome(meeting, "owner", by_auto_start=auto_start) is expected


def test_a_request_may_wait_for_the_host() -> None:
    _, meeting, _ = _setup()
    meeting.approval_required, meeting.host_present = True, False
    assert start_outcome(meeting, "owner", waits=True) is StartOutcome.ASKS_HOST


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
    assert is_supported_client(version) is expected
