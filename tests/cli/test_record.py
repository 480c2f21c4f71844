"""Recording from the command line: a new private file, and what is in it is said before anybody shares it."""

import asyncio
import json
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtms_tray.cli import recording_guide
from rtms_tray.cli.record import RecordingFile, summary
from rtms_tray.control.address import control_address
from rtms_tray.store.profile import Profile
from tests.cli.conftest import RunCli, StartCli
from tests.control.fakes import RECORDED, FakeCommander

MEETING = "987 1234 5670"


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


@pytest.mark.promise("files are 0600 in folders 0700 whatever the umask")
async def test_an_interrupt_ends_a_recording_which_then_says_what_is_in_it(
    start: StartCli, instance: FakeCommander, tmp_path: Path
) -> None:
    file = tmp_path / "meeting.jsonl"
    process = await start("record", str(file))
    assert process.stdout is not None
    began = await asyncio.wait_for(process.stdout.readline(), 20)
    assert str(file) in began.decode()
    async with asyncio.timeout(20):
        await instance.watching.wait()
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, err) == (0, b"")
    assert lines_of(file) == RECORDED
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert out.decode().splitlines()[1:] == [
        "Recorded 3 lines: 1 × reply, 1 × connection.",
        "Zoom answered pings on the event connection.",
        "Names, numbers, addresses and times are replaced by stand-ins. These words of Zoom's are kept:",
        "- No.",
        f"Read {file} before you share it.",
    ]


async def test_a_recording_ends_with_the_program_and_is_kept(
    cli: RunCli, instance: FakeCommander, tmp_path: Path
) -> None:
    file = tmp_path / "meeting.jsonl"
    instance.go_on.set()
    ended = await cli("record", str(file))
    assert ended.code == 0
    assert "Recorded 3 lines" in ended.out
    assert lines_of(file) == RECORDED


async def test_without_a_running_instance_nothing_is_left(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "meeting.jsonl"
    ended = await cli("record", str(file))
    assert ended.code == 3
    assert not file.exists()


@pytest.mark.usefixtures("instance")
async def test_nothing_is_ever_replaced(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "meeting.jsonl"
    file.write_text("mine")
    ended = await cli("record", str(file))
    assert (ended.code, file.read_text()) == (1, "mine")
    assert "exists already" in ended.err
    nowhere = await cli("record", str(tmp_path / "no" / "folder.jsonl"))
    assert (nowhere.code, "Can't write" in nowhere.err) == (1, True)
    assert (await cli("record")).code == 2


def test_a_summary_without_words_and_without_pings() -> None:
    said = list(summary([{"kind": "feed", "connected": True}], Path("x")))
    assert said[0] == "Recorded 1 line: 1 × connection."
    assert said[1:3] == [
        "Zoom answered no ping on the event connection.",
        "Names, numbers, addresses and times are replaced by stand-ins.",
    ]


def test_a_closed_recording_takes_nothing_more(tmp_path: Path) -> None:
    file = RecordingFile(tmp_path / "x.jsonl")
    file.write({"kind": "recording"})
    file.close()
    file.write({"kind": "event"})
    assert lines_of(file.path) == [{"kind": "recording"}]


# --- the guide ----------------------------------------------------------------------------------


async def test_the_guide_marks_each_step_and_sends_its_requests(
    cli: RunCli, instance: FakeCommander, tmp_path: Path
) -> None:
    file = tmp_path / "guided.jsonl"
    instance.go_on.set()  # it answers at once
    steps = "".join("\n" + ("1\n" if step.answers else "") for step in recording_guide.STEPS)
    ended = await cli("record", "--guide", str(file), given=f"no meeting\n{MEETING}\n{steps}")
    assert ended.code == 0, ended
    marks = [line for line in lines_of(file) if line["kind"] == "mark"]
    done = {line["step"]: line.get("answer") for line in marks if line["what"] == "done"}
    assert done == {
        step.key: step.answers[0] if step.answers else None for step in recording_guide.STEPS
    }
    assert [line["what"] for line in marks] == ["began", "done"] * len(recording_guide.STEPS)
    asked = [one.name for one in instance.performed if one.name != "record"]
    assert asked == [step.command for step in recording_guide.STEPS if step.command]
    assert all(one.arguments == {"meeting": "98712345670"} for one in instance.performed[1:])
    assert "98712345670" not in file.read_text()
    assert "That was the last step." in ended.out


@pytest.mark.usefixtures("instance")
async def test_a_guide_without_a_file_names_one_itself(
    cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = await cli("record", "--guide", given=f"{MEETING}\ns\nq\n")
    assert ended.code == 0
    (file,) = tmp_path.glob("rtms-*.jsonl")  # noqa: ASYNC240 - a folder of this test
    marks = [(line["step"], line["what"]) for line in lines_of(file) if line["kind"] == "mark"]
    assert marks == [
        ("without_host", "began"),
        ("without_host", "skipped"),
        ("host_prompt", "began"),
    ]
    assert "What was recorded until now is kept." in ended.out


def answering(*given: str) -> Iterator[str]:
    yield from given


def test_a_choice_is_asked_for_until_it_is_one_and_closed_input_ends_the_guide(
    profile: Profile,
) -> None:
    marks: list[dict[str, str]] = []
    given = answering("s", MEETING, "", "7", "x", "2")

    def read(question: str) -> str:
        del question
        line = next(given, None)
        if line is None:
            raise EOFError
        return line

    recording_guide.lead(control_address(profile), lambda **facts: marks.append(facts), read)
    assert marks[1] == {"step": "without_host", "what": "done", "answer": "nothing"}
    assert marks[-1] == {"step": "host_prompt", "what": "began"}
