"""The history through the command line alone: a killed program's meeting is there again, and is listed."""

import csv
import json
import signal

import pytest

from tests.helpers.desktop.waiting import wait_for
from tests.helpers.running import PATIENCE_S, App
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess


def meetings(app: App) -> list[dict[str, object]]:
    """What `history --json` lists."""
    found = json.loads(app.done("history", "--json"))
    assert isinstance(found, list)
    return found


def is_captured(app: App) -> bool:
    """Whether the disk knows of a stream."""
    return "captured" in app.done("history", "--json").replace("captured_s", "")


@pytest.mark.promise("kill -9 at every point of writing")
def test_a_killed_programs_meeting_is_there_again(running: App, zoom: SimulatorProcess) -> None:
    assert running.done("history") == "No meetings recorded yet.\n"
    running.done("start", str(WITH_HOST))
    zoom.act(WITH_HOST, "approve")
    before = running.wait_for_state("sharing")
    wait_for(lambda: is_captured(running), PATIENCE_S, "the disk")
    running.run_process.send(signal.SIGKILL)
    running.run_process.wait()
    (kept,) = meetings(running)
    assert (kept["meeting_id"], kept["ended"]) == (str(WITH_HOST), None)

    running.run()
    again = running.wait_for_state("sharing")
    assert again["unverified_since"] is not None
    assert (again["meeting_uuid"], again["stream_id"]) == (
        before["meeting_uuid"], before["stream_id"],
    )  # fmt: skip
    running.wait_for_status(lambda status: status["feed"]["connected"])
    zoom.act(WITH_HOST, "end_meeting")
    running.wait_for_state("ended")
    running.done("quit")
    running.run_process.wait()

    (over,) = meetings(running)
    assert over["ended"] is not None
    spans = over["spans"]
    assert isinstance(spans, list)
    assert {span["kind"] for span in spans} <= {"captured", "paused", "lost", "unknown"}
    (row,) = csv.DictReader(running.done("history", "--csv").splitlines())
    assert row["meeting_id"] == str(WITH_HOST)
    assert row["end_reason"] == over["end_reason"]
    assert str(WITH_HOST) in running.done("history", "--since", "2020-01-01")
    assert meetings(running) == [over]
