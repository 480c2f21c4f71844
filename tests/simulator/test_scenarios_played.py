"""The thirteen scenarios, the triggers T1–T5 and the messages M1–M6, played through the real program.

Each scenario file is played step by step in manual progression. At the end the status JSON and the
view must show the state and the reason that are expected of it. Scenarios that rest on something
that nobody has shown of Zoom are also played with the simulator switched the other way.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from rtms_tray.capture.effects import Announce
from rtms_tray.runtime.event_log import Kind
from rtms_tray.simulator import Simulator, scenarios
from rtms_tray.simulator.scenarios import Step
from tests.helpers.program_harness import (
    MEETING,
    NUMBER,
    ProgramHarness,
    make_profile,
    make_secrets,
    run_signed_in,
)
from tests.helpers.status_schema import check


@dataclass(frozen=True)
class End:
    """How a scenario ends: state, reason, its severity in the JSON, the scenario named, the alerts."""

    state: str
    reason: str | None
    severity: str | None
    names: int | None
    alerts: tuple[str, ...]


SILENT = ("silence:attention",)
BEGAN = "began:info"
ENDS = {
    "scenario-01": End("refused", "rtms_disabled", "attention", 1, ("rtms_disabled:attention",)),
    "scenario-02": End("no_answer", "silence", "attention", 2, SILENT),
    "scenario-03": End("no_answer", "silence", "attention", 3, SILENT),
    "scenario-04": End(
        "pending_approval", "asked_host_present", "info", None, ("host_joined_later:attention",)
    ),
    "scenario-05": End("waiting_for_meeting", "meeting_not_started", "info", 5, ()),
    "scenario-06": End("sharing", "began_elsewhere", "info", 6, ("began_elsewhere:info",)),
    "scenario-07": End("no_answer", "silence", "attention", 7, SILENT),
    "scenario-08": End("sharing", None, None, None, (BEGAN,)),
    "scenario-09": End("sharing", None, None, None, (BEGAN,)),
    "scenario-10": End(
        "refused", "not_entitled_to_start", "attention", None,
        ("not_entitled_to_start:attention",),
    ),
    "scenario-11": End(
        "stopped", "stop_you_left", "attention", 11, (BEGAN, "stop_you_left:attention")
    ),
    "scenario-12": End(
        "paused_breakout", "in_breakout_room", "info", 12, (BEGAN, "in_breakout_room:info")
    ),
    "scenario-13": End(
        "stopped_permanently", "refused_after_stream", "critical", 13,
        (BEGAN, "hand_off:critical", "refused_after_stream:critical"),
    ),
    "t1": End(
        "stopped", "stop_app_disabled", "critical", None, (BEGAN, "stop_app_disabled:critical")
    ),
    "t2": End("sharing", None, None, None, (BEGAN, "stop_app_disabled:critical", BEGAN)),
    "t3": End("sharing", None, None, None, (BEGAN,)),
    "t4": End("stopped", "hand_off", "critical", 13, (BEGAN, "hand_off:critical")),
    "t5": End("stopped", "stop_you_left", "attention", 11, (BEGAN, "stop_you_left:attention")),
    "m1": End("no_answer", "silence", "attention", 7, SILENT),
    "m2": End("no_answer", "silence", "attention", 7, SILENT),
    "m3": End("refused", "not_supported", "attention", 1, ("not_supported:attention",)),
    "m4": End(
        "stopped", "stop_app_disabled", "critical", None, (BEGAN, "stop_app_disabled:critical")
    ),
    "m5": End("sharing", None, None, None, (BEGAN,)),
    "m6": End(
        "stopped_permanently", "refused_after_stream", "critical", 13,
        (BEGAN, "stop_all_apps_disabled:critical", "refused_after_stream:critical"),
    ),
}  # fmt: skip


Switch = tuple[str, object]
BEFORE = {
    ("scenario-04", "host_joins"): "waiting_for_host",
    ("scenario-04", "resend"): "resend_needed",
}
"""What is waited for before a step: a host who joins sooner may have seen the request."""
STOPPED_BY_DENIAL = End(
    "stopped", "stop_canceled", "critical", None, (BEGAN, "stop_canceled:critical")
)
STILL_SHARING = End("sharing", None, None, None, (BEGAN,))
OTHER_WAYS: Mapping[Switch, Mapping[str, End]] = {
    ("begins_before_approval", True): {
        "scenario-07": STOPPED_BY_DENIAL, "scenario-08": STILL_SHARING, "m1": STILL_SHARING,
        "m2": STOPPED_BY_DENIAL,
    },
    ("request_waits_for_host", True): {"scenario-04": ENDS["scenario-04"], "m5": ENDS["m5"]},
    ("breakout_stop_reason", None): {"scenario-12": ENDS["scenario-12"]},
    ("owner_leaves", "goes_on"): {"scenario-11": STILL_SHARING, "t5": STILL_SHARING},
    ("hand_off_stop_reason", None): {
        "scenario-13": End("sharing", None, None, None, (BEGAN, "rtms_disabled:attention")),
        "t4": STILL_SHARING,
    },
    ("sharing_on_restarts", False): {"t2": ENDS["t1"]},
}  # fmt: skip
"""How scenarios end where Zoom does otherwise than is assumed, by the switches."""
PLAYED = [
    *(pytest.param(name, {}, end, id=name) for name, end in sorted(ENDS.items())),
    *(
        pytest.param(name, {switch: value}, end, id=f"{name}-{switch}")
        for (switch, value), ends in OTHER_WAYS.items()
        for name, end in ends.items()
    ),
]


@pytest.fixture
async def harness(
    name: str, switches: dict[str, object], tmp_path: Path
) -> AsyncIterator[ProgramHarness]:
    """The program at the beginning of a scenario."""
    async with Simulator(progression="manual", scenario=name, switches=switches) as zoom:
        profile = make_profile(tmp_path, zoom, behaviour__no_answer_after_s="1")
        async with run_signed_in(zoom, profile, await make_secrets(zoom)) as harness:
            yield harness


async def play(harness: ProgramHarness, step: Step) -> None:
    """Play one step, and wait until the program has received every event it led to."""
    if step.by == "client":
        arguments = {"meeting": MEETING} if step.act == "start" else {}
        await harness.do(step.act.replace("_", "-"), **arguments)
        harness.run_schedule()
    else:
        harness.act(step.act, step.meeting or NUMBER, **step.details)
    await harness.wait_until(lambda: _received(harness) >= _sent(harness))


def _alerts(harness: ProgramHarness) -> tuple[str, ...]:
    announced = (alert for alert in harness.alerts if isinstance(alert, Announce))
    return tuple(f"{alert.why.code}:{alert.severity}" for alert in announced)


def _reason(harness: ProgramHarness) -> str | None:
    lead = harness.program.overview().lead
    return lead.reason.code if lead and lead.reason else None


def _received(harness: ProgramHarness) -> int:
    return sum(1 for _ in harness.program.event_log.newest(kinds=(Kind.EVENT,)))


def _sent(harness: ProgramHarness) -> int:
    return sum(1 for event in harness.zoom.world.events if event["delivered"])


@pytest.mark.parametrize(("name", "switches", "end"), PLAYED)
async def test_the_program_shows_the_end_of_each_scenario(
    harness: ProgramHarness, name: str, end: End
) -> None:
    for step in scenarios.load(name).play:
        if state := BEFORE.get((name, step.act)):
            await harness.wait_for_state(state)
        await play(harness, step)
    await harness.wait_until(lambda: len(_alerts(harness)) >= len(end.alerts))
    session = await harness.wait_for_state(end.state)
    await harness.wait_until(lambda: _reason(harness) == end.reason)
    assert _alerts(harness) == end.alerts
    status = await harness.status_json()
    check(status)
    sessions = status["sessions"]
    assert isinstance(sessions, list)
    [shown] = sessions
    reason = shown["reason"]
    assert shown["state"] == end.state
    assert (reason and reason["code"]) == end.reason
    assert (reason and reason["severity"]) == end.severity
    if end.names is not None:
        assert end.names in shown["scenarios"]
    view = harness.program.overview().lead
    assert view is not None
    assert (view.key, view.state) == (session.key, end.state)
    assert view.title
    assert view.text


@pytest.mark.parametrize("name", sorted(ENDS))
def test_capture_runs_at_the_end_where_the_truth_table_says(name: str) -> None:
    assert (ENDS[name].state == "sharing") is scenarios.load(name).data


def test_every_scenario_of_the_mission_is_played() -> None:
    assert set(ENDS) == set(scenarios.names()) - {"default"}
