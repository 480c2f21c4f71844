"""How loudly each reason is heard: critical is what was captured and is not any more."""

import pytest

from rtms_tray.capture.reason_texts import REASONS
from rtms_tray.capture.reasons import Code, Severity

SILENT = (
    Code.ASKED, Code.APPROVAL_PENDING, Code.ASKED_HOST_PRESENT, Code.CANNOT_SEE, Code.REPLY_LOST,
    Code.MEETING_NOT_STARTED, Code.HOST_ABSENT,
    Code.SEEN_BY_USER, Code.PAUSED_BY_YOU, Code.STOPPED_BY_YOU, Code.TOLD_STOPPED,
    Code.STOP_MEETING_ENDED, Code.GIVEN_UP, Code.INFERRED, Code.LOST_SIGHT,
)  # fmt: skip
INFO = (
    Code.RESENT_FOR_HOST, Code.ASKED_AHEAD, Code.BEGAN, Code.BEGAN_ELSEWHERE, Code.ALREADY_RUNNING,
    Code.ROOMS_OPEN, Code.IN_BREAKOUT_ROOM,
)  # fmt: skip
ATTENTION = (
    Code.HOST_JOINED_LATER, Code.SILENCE, Code.SILENCE_OWN_MEETING, Code.OWNER_CLIENT_OLD,
    Code.BEGAN_AFTER_GIVE_UP, Code.CAPTURED_BY_OTHER, Code.BACK_FROM_BREAKOUT,
    Code.RECEIVER_MAYBE_BACK, Code.BLIND, Code.REMINDER, Code.STOP_YOU_LEFT,
    Code.DENIED, Code.DENIED_TOLD, Code.RTMS_DISABLED, Code.NOT_SUPPORTED, Code.NOT_ALLOW_LISTED,
    Code.NOT_ENTITLED_TO_START, Code.NOT_A_PANELIST, Code.OPERATION_FAILED, Code.USER_UNKNOWN,
    Code.MEETING_ID_INVALID, Code.MEETING_UNKNOWN, Code.SCOPE_MISSING, Code.REFUSED_OTHERWISE,
    Code.SIGN_IN_NEEDED, Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE, Code.RATE_LIMITED,
    Code.SERVER_TROUBLE, Code.OFFLINE, Code.CONCURRENCY_LIMITED, Code.NOT_RUNNING,
)  # fmt: skip
WANTED: dict[Code, Severity | None] = {
    **dict.fromkeys(Code, Severity.CRITICAL),
    **dict.fromkeys(SILENT),
    **dict.fromkeys(INFO, Severity.INFO),
    **dict.fromkeys(ATTENTION, Severity.ATTENTION),
}


@pytest.mark.parametrize("code", Code)
def test_each_reason_is_as_loud_as_it_should_be(code: Code) -> None:
    assert REASONS[code].severity is WANTED[code]
