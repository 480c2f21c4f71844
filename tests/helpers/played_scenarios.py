"""The mission's scenarios, triggers and messages, played through the real program; how each ends."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rtms_tray.capture.effects import Announce
from rtms_tray.capture.session import Session
from rtms_tray.runtime.event_log import Kind
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.scenarios import Step
from tests.helpers.program_harness import (
    MEETING,
    NUMBER,
    ProgramHarness,
    make_profile,
    make_secrets,
    run_signed_in,
)


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

BEFORE = {
    ("scenario-04", "host_joins"): "waiting_for_host",
    ("scenario-04", "resend"): "resend_needed",
}
"""What is waited for before a step: a host who joins sooner may have seen the request."""


@asynccontextmanager
async def at_the_beginning(
    name: str, folder: Path, switches: Mapping[str, object] | None = None
) -> AsyncIterator[ProgramHarness]:
    """The program at the beginning of a scenario, at a Zoom that is switched like this."""
    async with Simulator(
        progression="manual", scenario=name, switches=dict(switches or {})
    ) as zoom:
        profile = make_profile(folder, zoom, behaviour__no_answer_after_s="1")
        async with run_signed_in(zoom, profile, await make_secrets(zoom)) as harness:
            yield harness


async def play_step(harness: ProgramHarness, step: Step) -> None:
    """Play one step, and wait until the program has received every event it led to."""
    if step.by == "client":
        arguments = {"meeting": MEETING} if step.act == "start" else {}
        await harness.do(step.act.replace("_", "-"), **arguments)
        harness.run_schedule()
    else:
        harness.act(step.act, step.meeting or NUMBER, **step.details)
    await harness.wait_until(lambda: _received(harness) >= _sent(harness))


async def wait_for_end(harness: ProgramHarness, end: End) -> Session:
    """Wait until the program shows this end."""
    await harness.wait_until(lambda: len(_alerts(harness)) >= len(end.alerts))
    session = await harness.wait_for_state(end.state)
    await harness.wait_until(lambda: _reason(harness) == end.reason)
    alerts = _alerts(harness)
    assert alerts == end.alerts, alerts
    return session


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
