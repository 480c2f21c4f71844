"""Each thing that keeps data away, by itself: what is said, what to do, and the rules behind it."""

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.verdict import BLOCKS, Verdict, explain
from tests.capture.test_verdict_data import FINE

C, YES, NO = Condition, Value.YES, Value.NO
WRONG = (
    (
        {C.HOST_ORG_RTMS_ENABLED: Value.WITHDRAWN},
        C.HOST_ORG_RTMS_ENABLED, ("B0", "B1", "T4"),
        "The new host's organization does not allow RTMS, and nothing here can change that.",
        "Use another way of capturing: it cannot come back in this meeting.",
    ),
    (
        {C.HOST_ORG_RTMS_ENABLED: NO},
        C.HOST_ORG_RTMS_ENABLED, ("B0", "B1"),
        "The host's organization does not allow RTMS.",
        "Their admin must switch on “Share realtime meeting content with apps”.",
    ),
    (
        {C.HOST_CLIENT_SUPPORTED: NO},
        C.HOST_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "The host's Zoom is older than 6.5.5. Zoom tells nobody about this.",
        "The host must update Zoom to 6.5.5 or later.",
    ),
    (
        {C.OWNER_CLIENT_SUPPORTED: NO},
        C.OWNER_CLIENT_SUPPORTED, ("B0", "B3", "B4"),
        "Your Zoom is older than 6.5.5. Zoom tells nobody about this.",
        "Update Zoom to 6.5.5 or later, then join again.",
    ),
    (
        {C.HOST_PRESENT: NO, C.MEETING_ALLOWED_WITHOUT_HOST: NO},
        C.MEETING_ALLOWED_WITHOUT_HOST, ("S1",),
        "The meeting may not start without its host, and the host is not there.",
        "Wait for the host.",
    ),
    (
        {C.HOST_PRESENT: NO, C.HOST_APPROVAL_REQUIRED: YES},
        C.HOST_PRESENT, ("S2",),
        "The host must approve, and is not there to do so.",
        "Send the request again once the host has joined.",
    ),
    (
        {C.OWNER_PRESENT: Value.LEFT},
        C.OWNER_PRESENT, ("D1", "T5"),
        "The app owner left the meeting, and capture ended with that.",
        "Join again, then send the request again.",
    ),
    (
        {C.OWNER_PRESENT: NO, C.AUTO_START_ENABLED: NO},
        C.OWNER_PRESENT, ("S8",),
        "Nobody has started it: the app owner is not in the meeting, and auto-start is off.",
        "Join and send the request, or have auto-start switched on.",
    ),
    (
        {C.HOST_APPROVAL_REQUIRED: YES, C.HOST_APPROVES: NO},
        C.HOST_APPROVES, ("S6",),
        "The host has not approved the request.",
        "Ask the host to approve the app.",
    ),
    (
        {C.IN_BREAKOUT_ROOM: YES},
        C.IN_BREAKOUT_ROOM, ("D2",),
        "Breakout rooms are not captured: what is said in there is lost.",
        "Capture may go on in the main room.",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("changed", "condition", "rules", "text", "remedy"), WRONG)
def test_what_keeps_data_away_is_named(
    changed: dict[Condition, Value],
    condition: Condition,
    rules: tuple[str, ...],
    text: str,
    remedy: str,
) -> None:
    told = explain({**FINE, **changed})
    assert (told.verdict, told.blocking, told.rules) == (Verdict.NO_DATA, condition, rules)
    assert (told.text, told.remedy, told.ask_next) == (text, remedy, None)


def test_nothing_else_does() -> None:
    assert len(WRONG) == len(BLOCKS)


def test_of_several_the_first_prerequisite_is_named() -> None:
    wrong = dict(FINE)
    for changed, condition, *_ in reversed(WRONG[1:]):
        wrong |= changed
        assert explain(wrong).blocking is condition
