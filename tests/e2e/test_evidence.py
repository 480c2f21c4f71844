"""What may be claimed of a stream: pauses, interruptions, poor and old events, gaps. Through the command line alone."""

import pytest

from tests.helpers.desktop.waiting import wait_for
from tests.helpers.running import PATIENCE_S, App, Json, newest
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

HOUR_MS = 3_600_000
DATE_PRECISION_S = 1  # Zoom's clock is read from HTTP dates, which are whole seconds


def code(session: Json) -> str | None:
    """The code of a session's reason."""
    return session["reason"]["code"] if session["reason"] else None


def captured(app: App, zoom: SimulatorProcess) -> Json:
    """Have the first meeting captured, and hand back its session."""
    zoom.change("meetings", number=WITH_HOST, approval_required=False)
    app.done("start", str(WITH_HOST))
    return app.wait_for_state("sharing")


def is_unverified(status: Json, state: str) -> bool:
    """Whether the newest session is in this state, and not verified."""
    session = newest(status)
    return session["state"] == state and session["unverified_since"] is not None


def lose_the_feed(app: App, zoom: SimulatorProcess) -> None:
    """Let the feed break and come back."""
    zoom.change("feed", cut=True, refuse=True)
    app.wait_for_status(lambda status: not status["feed"]["connected"])
    zoom.change("feed", refuse=False)
    app.wait_for_status(lambda status: status["feed"]["connected"])


@pytest.mark.parametrize("answer", ["accept", "not_paused", "not_started"])
def test_after_a_gap_a_click_makes_sure(running: App, zoom: SimulatorProcess, answer: str) -> None:
    captured(running, zoom)
    zoom.change("settings", resume_running=answer)
    lose_the_feed(running, zoom)
    assert is_unverified(running.status(), "sharing")
    zoom.act(WITH_HOST, "joins", who="colleague")
    running.wait_for_status(lambda status: status["feed"]["last_event_at"])
    doubted = newest(running.status())
    assert (doubted["state"], doubted["actions"][0]) == ("sharing", "resume")
    assert doubted["unverified_since"] is not None
    running.tray("resume")
    settled = running.wait_for_status(lambda status: newest(status)["unverified_since"] is None)
    expected = ("stopped", "not_running") if answer == "not_started" else ("sharing", None)
    assert newest(settled)["state"] == expected[0]
    assert code(newest(settled)) == expected[1]


def test_a_stream_event_ends_doubt_and_proves_what_was_before(
    running: App, zoom: SimulatorProcess
) -> None:
    captured(running, zoom)
    lose_the_feed(running, zoom)
    doubted = newest(running.status())
    assert doubted["unverified_since"] is not None
    zoom.act(WITH_HOST, "new_server")
    sure = running.wait_for_status(lambda status: newest(status)["unverified_since"] is None)
    assert newest(sure)["unknown_s"] < 1
    assert doubted["unknown_s"] > 0
    assert newest(sure)["captured_s"] + DATE_PRECISION_S >= doubted["unknown_s"]


def test_a_pause_in_zoom_is_told_to_nobody(running: App, zoom: SimulatorProcess) -> None:
    captured(running, zoom)
    zoom.act(WITH_HOST, "pause_in_zoom")
    zoom.act(WITH_HOST, "joins", who="colleague")
    running.wait_for_status(lambda status: status["feed"]["last_event_at"])
    assert newest(running.status())["state"] == "sharing"
    running.done("tell", "sharing", "paused")
    session = running.wait_for_state("paused")
    assert code(session) == "pause_seen_by_user"
    running.done("resume")
    running.wait_for_state("sharing")
    assert zoom.state()["meetings"][str(WITH_HOST)]["sharing"]


def test_a_pause_may_not_survive_a_new_server(running: App, zoom: SimulatorProcess) -> None:
    captured(running, zoom)
    running.done("pause")
    zoom.act(WITH_HOST, "interrupt_receiver")
    running.wait_for_state("interrupted")
    zoom.act(WITH_HOST, "new_server")
    status = running.wait_for_status(lambda status: is_unverified(status, "paused"))
    assert newest(status)["actions"][0] == "tell"


def test_a_pause_is_accepted_in_a_breakout_room(running: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", breakout_stop_reason=None)
    captured(running, zoom)
    zoom.change("faults", path="rtms_app", delay_s=2)
    with running.started("pause") as pausing:
        wait_for(lambda: not zoom.state()["faults"], PATIENCE_S, "the pause to be on its way")
        zoom.act(WITH_HOST, "open_breakout")
        running.wait_for_state("paused_breakout")
        pausing.wait()
    zoom.act(WITH_HOST, "close_breakout")
    assert code(running.wait_for_state("paused")) == "paused_by_you"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [("uuid_only", "stop_without_reason"), ("no_reason", "stop_without_reason")],
)
def test_a_stop_may_say_little(
    running: App, zoom: SimulatorProcess, fields: str, reason: str
) -> None:
    captured(running, zoom)
    zoom.change("settings", stop_fields=fields)
    zoom.act(WITH_HOST, "host_stops")
    stopped = running.wait_for_state("stopped")
    assert code(stopped) == reason
    assert "-1" not in running.done("status")


def test_requests_of_others_say_nothing_of_mine(running: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", made_up_events=True)
    running.done("start", str(WITH_HOST))
    for act in ("request_status", "start_failed", "concurrency_limited"):
        zoom.act(WITH_HOST, act, who="colleague")
    # Reported last, so all before were heard of.
    zoom.act(WITH_HOST, "joins", who="colleague")
    running.wait_for_status(lambda status: status["feed"]["last_event_at"])
    assert newest(running.status())["state"] == "pending_approval"
    zoom.act(WITH_HOST, "start_failed", reason="Zoom's own words.")
    refused = running.wait_for_state("refused")
    assert code(refused) == "start_failed"


def test_my_denied_request_is_recognised(running: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", made_up_events=True)
    running.done("start", str(WITH_HOST))
    zoom.act(WITH_HOST, "deny")
    running.wait_for_state("denied")


@pytest.mark.parametrize(("hours", "state"), [(2, "sharing"), (24, "ended")])
def test_old_news_is_not_seen_as_it_happens(
    running: App, zoom: SimulatorProcess, hours: int, state: str
) -> None:
    zoom.act(WITH_HOST, "starts_in_zoom", event_ts_offset_ms=-hours * HOUR_MS)
    session = running.wait_for_state(state)
    assert (session["unverified_since"] is not None) is (state == "sharing")
    assert session["captured_s"] == 0


def test_a_start_ahead_of_its_time_counts_from_now(running: App, zoom: SimulatorProcess) -> None:
    zoom.act(WITH_HOST, "starts_in_zoom", event_ts_offset_ms=HOUR_MS)
    running.wait_for_state("sharing")
    zoom.act(WITH_HOST, "host_stops")
    stopped = running.wait_for_state("stopped")
    assert stopped["captured_s"] < 60


def test_a_stream_that_began_just_before_the_click_is_its_answer(
    running: App, zoom: SimulatorProcess
) -> None:
    zoom.change("meetings", number=WITH_HOST, host_org_rtms_enabled=True)
    running.done("start", str(WITH_HOST))
    zoom.act(WITH_HOST, "starts_in_zoom", event_ts_offset_ms=-2_500)
    running.wait_for_state("sharing")
    assert len(running.status()["sessions"]) == 1


def test_the_next_instances_start_may_overtake_the_stop_of_this(
    running: App, zoom: SimulatorProcess
) -> None:
    captured(running, zoom)
    # Long enough that what Zoom's clock and this machine's differ by does not matter.
    wait_for(lambda: running.status()["sessions"][0]["captured_s"] > 2, 15, "time")
    zoom.change("settings", late_events_s={"rtms_stopped": 1, "ended": 1})
    zoom.act(WITH_HOST, "end_meeting")
    zoom.change("settings", late_events_s={})
    zoom.act(WITH_HOST, "host_joins")
    zoom.act(WITH_HOST, "starts_in_zoom")
    sessions = running.wait_for_status(
        lambda status: [one["state"] for one in status["sessions"]] == ["ended", "sharing"]
    )["sessions"]
    zoom.change("step", until_quiet=True)
    wait_for(lambda: running.status()["sessions"][0]["captured_s"] > 1, 15, "the stop")
    assert running.status()["sessions"][1]["state"] == "sharing"
    assert sessions[0]["meeting_uuid"] != sessions[1]["meeting_uuid"]


def test_zooms_clock_may_be_an_hour_off(app: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", clock_skew_s=3600)
    zoom.set_up(app)
    app.run()
    zoom.sign_in(app)
    app.wait_for_status(lambda status: status["feed"]["connected"])
    assert captured(app, zoom)["unverified_since"] is None
    zoom.act(WITH_HOST, "host_stops")
    stopped = app.wait_for_state("stopped")
    assert stopped["captured_s"] < 60


@pytest.mark.parametrize("answer", ["no_op", "refuse"])
def test_a_resend_after_a_gap_while_capture_runs(
    running: App, zoom: SimulatorProcess, answer: str
) -> None:
    """Zoom may answer that all is well (204): then what runs is unknown, and nothing is lost."""
    captured(running, zoom)
    zoom.change("settings", already_running=answer)
    lose_the_feed(running, zoom)
    before = newest(running.status())
    running.done("resend")
    if answer == "refuse":
        settled = running.wait_for_status(lambda status: newest(status)["unverified_since"] is None)
        assert newest(settled)["state"] == "sharing"
        return
    asked = newest(running.status())
    assert asked["unverified_since"] is not None
    assert asked["lost_s"] == before["lost_s"]
    assert asked["unknown_s"] > before["unknown_s"]
    assert "May be capturing" in running.done("status")
    zoom.act(WITH_HOST, "new_server")
    sure = running.wait_for_status(lambda status: newest(status)["unverified_since"] is None)
    assert (newest(sure)["state"], newest(sure)["lost_s"]) == ("sharing", before["lost_s"])
