"""What the panel says of the simulator's state, in every case."""

import pytest

from rtms_tray.demo import host_panel_widgets
from rtms_tray.demo.simulator_client import (
    Feed,
    FeedFaults,
    LoadedScenario,
    Meeting,
    Request,
    SimulatorState,
    Stream,
    User,
)

ON = {"started": True, "host_present": True, "owner_present": True}


def meeting(**fields: object) -> Meeting:
    basis = {"number": 98712345670, "topic": "Weekly review", "host": "host", "owner": "owner"}
    return Meeting(**{**basis, **fields})  # type: ignore[arg-type]  # fields of many types


def state(*, due: tuple[str, ...] = (), connections: int = 1, cut: bool = False) -> SimulatorState:
    return SimulatorState(
        now=0,
        scenario=LoadedScenario("default"),
        users={"host": User("Henry", "Host"), "owner": User("Olive", "Owner")},
        meetings={},
        requests=(),
        due=due,
        feed=Feed(connections, FeedFaults(refuse=cut)),
        stream_starts={"known": 0},
    )


def test_a_meeting_is_named_by_topic_and_number() -> None:
    assert host_panel_widgets.meeting_name(meeting()) == "Weekly review · 987 1234 5670"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "The meeting hasn't started."),
        ({"owner_waiting": True}, "hasn't started. The app owner is waiting for the host."),
        ({"ended": True}, "The meeting is over."),
        (ON, "Henry Host, the host, is here; the app owner is here."),
        (ON | {"host_present": False}, "the host, is away;"),
        (ON | {"owner_present": False}, "the app owner is away."),
        (ON | {"in_breakout_room": True}, "the app owner is in a breakout room."),
        (ON | {"host_now": "owner"}, "Olive Owner, the host, is here;"),
    ],
)
def test_people(fields: dict[str, object], said: str) -> None:
    assert said in host_panel_widgets.describe_people(state(), meeting(**fields))


@pytest.mark.parametrize(
    ("fields", "due", "said"),
    [
        ({"request": Request(asks_host=True)}, (), "A request is waiting for your answer."),
        (
            {"request": Request(asks_host=True), "approval": "ignore"},
            (),
            "A request is waiting for your answer; you're ignoring it.",
        ),
        (
            {"request": Request(asks_host=False)},
            ("stream_begins",),
            "Zoom needs a moment…",
        ),
        ({}, ("receiver_timeout",), "There's nothing to answer."),
        ({"sharing_on": False}, (), "Sharing is off for all apps."),
    ],
)
def test_request(fields: dict[str, object], due: tuple[str, ...], said: str) -> None:
    assert host_panel_widgets.describe_request(state(due=due), meeting(**fields)) == said


def stream_words(*streams: Stream) -> str:
    return host_panel_widgets.describe_stream(state(), meeting(streams=streams))


def test_stream() -> None:
    assert stream_words() == "Not capturing."
    assert stream_words(Stream("old", stop_reason=5)) == "Not capturing."
    assert stream_words(Stream("unknown")) == "Capturing."
    since = stream_words(Stream("known"))
    assert since.startswith("Capturing since ")
    assert stream_words(Stream("known", paused=True)) == since.replace(
        "Capturing since", "Paused; started at"
    )
    assert stream_words(Stream("known", interrupted=True)) == since.replace(
        "Capturing since", "Interrupted: the app lost its connection; started at"
    )


def test_feed() -> None:
    assert host_panel_widgets.describe_feed(state()) == "Events are connected."
    assert (
        host_panel_widgets.describe_feed(state(connections=0))
        == "Events are available, but the tray isn't connected."
    )
    assert host_panel_widgets.describe_feed(state(cut=True)) == "Events are disconnected."
