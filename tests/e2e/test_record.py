"""A recording of the running program, made by the command line alone: whole, and without anything private."""

import json
import signal
from pathlib import Path
from typing import Any

from tests.helpers.running import App, as_json
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

_MEETING = str(WITH_HOST)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [as_json(line) for line in file.read_text("ascii").splitlines()]


def _states(file: Path) -> list[str]:
    return [line["state"] for line in _lines(file) if line["kind"] == "state"]


def test_a_meeting_is_recorded_without_anything_that_tells_who_met(
    running: App, zoom: SimulatorProcess, tmp_path: Path
) -> None:
    file = tmp_path / "meeting.jsonl"
    with running.started("record", str(file)) as recording:
        assert str(file) in recording.line()
        running.done("start", f"https://zoom.us/j/{_MEETING}?pwd=S3cretPass")
        zoom.act(WITH_HOST, "approve")
        running.wait_for_state("sharing")
        running.done("pause")
        running.done("resume")
        zoom.act(WITH_HOST, "end_meeting")
        running.wait_for_state("ended")
        recording.send(signal.SIGINT)
        ended = recording.wait()
    assert (ended.code, ended.err) == (0, "")
    assert "before you share it" in ended.out
    assert _states(file)[-1] == "ended"
    assert {"sharing", "paused"} <= set(_states(file))
    content = file.read_text("ascii")
    meeting = zoom.state()["meetings"][_MEETING]
    private = [_MEETING, meeting["uuid"], meeting["topic"], "S3cretPass", *zoom.addresses.values()]
    private += [user["id"] for user in zoom.state()["users"].values()]
    assert [text for text in private if text in content] == []


def test_the_guide_marks_what_people_see(
    running: App, zoom: SimulatorProcess, tmp_path: Path
) -> None:
    file = tmp_path / "guided.jsonl"
    answers = f"{_MEETING}\n\n2\ns\nq\n"  # nothing came of the first request; then enough
    said = running.done("record", "--guide", str(file), given=answers)
    assert "Step 2 of 14" in said
    assert zoom.requests("start"), "the guide sends the request itself"
    lines = _lines(file)
    marks = [
        (line["step"], line["what"], line.get("answer")) for line in lines if line["kind"] == "mark"
    ]
    assert marks[1] == ("without_host", "done", "nothing")
    kinds = [line["kind"] for line in lines]
    assert kinds.index("mark") < kinds.index("click") < kinds.index("reply")
    assert _MEETING not in json.dumps(lines)
