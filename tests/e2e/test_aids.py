"""What helps beside the request, through the command line alone: plans ahead, the text for the host, the fall-back."""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.helpers.running import App, newest
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

LATER = 98712345672
COPIES = "import sys; open(sys.argv[1], 'w').write(sys.argv[2] + ' ' + sys.stdin.read())"


def test_a_planned_meeting_outlives_a_restart_and_is_asked_for(
    running: App, zoom: SimulatorProcess
) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%MZ")
    assert "is planned" in running.done("arm", str(LATER), "--at", tomorrow)
    assert "Planned: Meeting 987 1234 5672" in running.done("status")
    running.done("quit")
    running.run()
    status = running.wait_for_status(lambda status: status["feed"]["connected"])
    assert [one["meeting_id"] for one in status["armed"]] == [str(LATER)]
    zoom.act(LATER, "owner_joins")
    running.wait_for_state("sharing")
    status = running.status()
    assert (newest(status)["meeting_id"], status["armed"]) == (str(LATER), [])
    assert "Nothing is planned" in running.refused("disarm", str(LATER))


def test_a_refusal_by_policy_has_a_text_and_a_way_out(
    running: App, zoom: SimulatorProcess, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    command = f'["{sys.executable}", "-c", "{COPIES}", "{seen}", "{{meeting}}"]'
    running.done("settings", "set", "fallback.command", command)
    zoom.change("meetings", number=WITH_HOST, host_org_rtms_enabled=False)
    link = f"https://zoom.us/j/{WITH_HOST}?pwd=x"
    running.refused("start", link)
    session = newest(running.status())
    assert {"message", "fall_back"} <= set(session["actions"])
    assert "Share realtime meeting content with apps" in running.done("message")
    assert "started" in running.done("fall-back")
    end = time.monotonic() + 20
    while not (seen.exists() and seen.read_text().endswith("\n")):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert seen.read_text() == f"{WITH_HOST} {link}\n"
    assert "pwd=x" not in running.log()
