"""What is new knows nothing and has done nothing: only what makes it is given."""

from dataclasses import fields
from typing import Any

from rtms_tray.capture import arming, boards, left_alone, memory, people, session, timeline
from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Code, Reason, Why
from rtms_tray.capture.states import CaptureState

MEETING = e.Meeting()
NEW: tuple[tuple[Any, dict[str, Any]], ...] = (
    (e.Ask(), {}),
    (e.Person(), {}),
    (MEETING, {}),
    (e.Replied(1, e.Action.START, e.Outcome.ACCEPTED), {"request": 1, "action": "start",
                                                       "outcome": "accepted"}),
    (e.MeetingSeen(MEETING, e.MeetingStatus.STARTED), {"meeting": MEETING, "status": "started"}),
    (e.SignedIn("me"), {"user_id": "me"}),
    (e.Remind(), {"minutes": 2}),
    (people.People(), {}),
    (session.Sight(), {}),
    (session.Request(1, e.Action.START, 2, 3), {"number": 1, "action": "start",
                                               "first_sent_at": 2, "sent_at": 3,
                                               "tries": 1, "open": True}),
    (session.Stream("a", 1, 2), {"stream_id": "a", "started_at": 1, "last_at": 2}),
    (session.Session(1, MEETING), {"number": 1, "meeting": MEETING, "state": CaptureState.IDLE}),
    (timeline.Timeline(), {}),
    (timeline.Mark(1, timeline.SpanKind.LOST), {"at": 1, "kind": "lost"}),
    (memory.Memory(), {}),
    (memory.Remembered(MEETING, 1), {"meeting": MEETING, "seen_at": 1}),
    (memory.Colleague(MEETING, 1), {"meeting": MEETING, "since": 1}),
    (boards.Board(), {}),
    (boards.Turn(boards.Board()), {}),
    (arming.Plan("1", 2), {"number": "1", "made_at": 2}),
    (left_alone.Left("1", None, 2), {"number": "1", "at": 2}),
    (Why(Code.ASKED), {"code": "asked"}),
    (Reason(Code.ASKED, None, "a", "b", "c"), {"code": "asked", "title": "a", "text": "b",
                                               "remedy": "c"}),
)  # fmt: skip
PARTS = (people.People, session.Sight, timeline.Timeline, memory.Memory, boards.Board)


def said(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the program's values
    """Name the fields that hold anything; parts of their own have rows of their own."""
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    values.pop("policy", None)
    return {
        name: value
        for name, value in values.items()
        if value not in (None, False, 0, "", (), {}, frozenset()) and not isinstance(value, PARTS)
    }


def test_only_what_is_given_is_there() -> None:
    for thing, given in NEW:
        assert said(thing) == given, type(thing)
