"""What nobody has shown of Zoom: each story is told with the simulated Zoom switched both ways.

All through the command line alone; what the program says must be true whichever way Zoom does it.
"""

from typing import Final

import pytest

from tests.helpers.running import App, Json, newest
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

SOON: Final = {"event_ts_offset_ms": 5_000}
LATER: Final = {"event_ts_offset_ms": 10_000}
"""Times are in whole seconds, and who comes and goes within one is there."""


def code(session: Json) -> str | None:
    """The code of a session's reason."""
    return session["reason"]["code"] if session["reason"] else None


def value(status: Json, condition: str) -> str:
    """What is known of a condition of the newest session."""
    conditions = newest(status)["conditions"]
    return str(conditions[condition]["value"]) if condition in conditions else "unknown"


def captured(app: App, zoom: SimulatorProcess) -> None:
    """Have the first meeting captured; everybody in it was seen to join."""
    zoom.change("meetings", number=WITH_HOST, approval_required=False, started=False)
    zoom.act(WITH_HOST, "start_meeting")
    app.done("start", str(WITH_HOST))
    app.wait_for_state("sharing")


@pytest.mark.parametrize("early", [False, True])
def test_a_stream_begins_with_the_approval_or_before(
    running: App, zoom: SimulatorProcess, *, early: bool
) -> None:
    zoom.change("settings", begins_before_approval=early)
    running.done("start", str(WITH_HOST))
    running.wait_for_state("sharing" if early else "pending_approval")
    zoom.act(WITH_HOST, "deny")
    if early:
        assert code(running.wait_for_state("stopped")) == "stop_canceled"
    running.done("tell", "host-approves", "no")
    assert running.wait_for_state("stopped" if early else "denied")["captured_s"] < 10
    running.done("resend")
    zoom.act(WITH_HOST, "approve")
    running.wait_for_state("sharing")


@pytest.mark.parametrize("reason", [3, None])
def test_a_breakout_room_stops_the_stream_or_not(
    running: App, zoom: SimulatorProcess, reason: int | None
) -> None:
    zoom.change("settings", breakout_stop_reason=reason)
    captured(running, zoom)
    zoom.act(WITH_HOST, "open_breakout", **SOON)
    inside = running.wait_for_status(
        lambda status: newest(status)["state"] == "paused_breakout" and status["overall_verified"]
    )
    assert newest(inside)["conditions"]["in_breakout_room"]["value"] == "yes"
    zoom.act(WITH_HOST, "close_breakout", **LATER)
    running.wait_for_status(
        lambda status: newest(status)["state"] == "sharing" and status["overall_verified"]
    )


@pytest.mark.parametrize("goes_on", [False, True])
def test_the_capture_ends_with_its_owner_or_goes_on(
    running: App, zoom: SimulatorProcess, *, goes_on: bool
) -> None:
    zoom.change("settings", owner_leaves="goes_on" if goes_on else "stop")
    captured(running, zoom)
    zoom.act(WITH_HOST, "owner_leaves", **LATER)
    if goes_on:
        running.wait_for_status(lambda status: value(status, "owner_present") == "left")
        assert newest(running.status())["state"] == "sharing"
    else:
        running.wait_for_status(lambda status: code(newest(status)) == "stop_you_left")


@pytest.mark.parametrize(
    ("outcome", "state", "why"),
    [
        ("goes_on", "sharing", None),
        ("stop", "stopped", "stop_you_left"),
        ("new_host", "stopped", "goes_on_under_new_host"),
    ],
)
def test_an_owner_who_hosts_passes_host_on_and_leaves(
    running: App, zoom: SimulatorProcess, outcome: str, state: str, why: str | None
) -> None:
    zoom.change("settings", owner_hands_off=outcome)
    zoom.change("meetings", number=WITH_HOST, host="owner")
    captured(running, zoom)
    zoom.act(WITH_HOST, "hand_off", to="colleague", leaves=True, **SOON)
    running.wait_for_status(
        lambda status: (
            (newest(status)["state"], code(newest(status))) == (state, why)
            and value(status, "owner_present") == "left"
        )
    )


@pytest.mark.parametrize("reason", [9, None])
def test_a_host_from_elsewhere_stops_the_capture_or_not(
    running: App, zoom: SimulatorProcess, reason: int | None
) -> None:
    zoom.change("settings", hand_off_stop_reason=reason)
    captured(running, zoom)
    zoom.act(WITH_HOST, "hand_off", to="outside")
    if reason is None:
        assert newest(running.status())["state"] == "sharing"
    else:
        assert code(running.wait_for_state("stopped")) == "hand_off"
    running.refused("resend")
    running.wait_for_state("sharing" if reason is None else "stopped_permanently")


@pytest.mark.parametrize("restarts", [True, False])
def test_sharing_that_is_allowed_again_restarts_or_not(
    running: App, zoom: SimulatorProcess, *, restarts: bool
) -> None:
    zoom.change("settings", sharing_on_restarts=restarts)
    captured(running, zoom)
    zoom.act(WITH_HOST, "all_apps_off")
    running.wait_for_state("stopped")
    zoom.act(WITH_HOST, "sharing_on")
    if not restarts:
        running.done("resend")
    running.wait_for_state("sharing")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("no_op", ""),
        ("refuse", "The app is already in started state."),
        ("conflict", "RTMS is already in progress."),
        ("bare_conflict", ""),
    ],
)
def test_a_start_of_what_runs_already(
    running: App, zoom: SimulatorProcess, answer: str, words: str
) -> None:
    zoom.change("settings", already_running=answer, already_running_words=words)
    zoom.act(WITH_HOST, "starts_in_zoom", lost=True)
    running.done("start", str(WITH_HOST))
    session = newest(running.status())
    if answer == "no_op":
        assert session["state"] == "pending_approval"
    else:
        assert (session["state"], code(session)) == ("sharing", "already_running")
        assert (session["unverified_since"] is None) is (answer != "bare_conflict")


@pytest.mark.parametrize("reason", [9, None])
def test_a_new_hosts_organization_is_not_known_to_allow_rtms(
    running: App, zoom: SimulatorProcess, reason: int | None
) -> None:
    zoom.change("settings", hand_off_stop_reason=reason)
    captured(running, zoom)
    assert value(running.status(), "host_org_rtms_enabled") == "yes"
    zoom.act(WITH_HOST, "hand_off", to="outside")
    status = running.wait_for_status(
        lambda status: value(status, "host_org_rtms_enabled") == "unknown"
    )
    assert newest(status)["state"] == ("sharing" if reason is None else "stopped")
    assert value(status, "owner_client_supported") == "yes", "it is the app owner's still"
