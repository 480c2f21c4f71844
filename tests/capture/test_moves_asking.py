"""What moves a session: asking, and what Zoom replies.

from-state · what happens · to-state · reason · what is sent to Zoom · in doubt or not
"""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import NOT_LIVE
from tests.helpers.capture_rows import (
    BREAKOUT,
    DENIED,
    FOR_GOOD,
    INTERRUPTED,
    MEETING,
    NO_ANSWER,
    PAUSED,
    PENDING,
    REFUSED,
    REQUESTING,
    SHARING,
    START,
    STOPPED,
    Row,
    approves,
    check,
    in_turn,
    joins,
    refuse,
    reply,
    trouble,
    wait,
)
from tests.helpers.capture_stage import I_AM, THE_HOST, Stage

_C = Code
OFF = Policy(auto_resend=AutoResend.OFF)

ROWS = [
    # --- asking
    *(
        Row(state, "U resend", Stage.resend, REQUESTING, None, (START,))
        for state in sorted(NOT_LIVE - {REQUESTING, DENIED})
    ),
    Row(DENIED, "U resend", Stage.resend, REQUESTING, None, (START,)),
    Row(DENIED, "U resend twice in a minute",
        in_turn(Stage.resend, Stage.reply, wait(6), approves(Value.NO),
                Stage.clear, Stage.resend), DENIED, _C.DENIED_TOLD),
    Row(DENIED, "U resend after a minute",
        in_turn(Stage.resend, Stage.reply, wait(60), approves(Value.NO),
                Stage.clear, Stage.resend), REQUESTING, None, (START,)),
    Row(REQUESTING, "U start: a second click", Stage.ask, REQUESTING, None),
    *(
        Row(state, "U start", Stage.ask, state, reason, (START,))
        for state, reason in ((SHARING, None), (PAUSED, _C.PAUSED_BY_YOU),
                              (BREAKOUT, _C.IN_BREAKOUT_ROOM),
                              (INTERRUPTED, _C.RECEIVER_INTERRUPTED))
    ),
    Row(SHARING, "U start, refused: shown, the state stays",
        in_turn(Stage.ask, refuse(13262)), SHARING, None, (START,)),
    Row(SHARING, "unverified: U resend", in_turn(Stage.gap, Stage.resend), REQUESTING, None, (START,)),
    Row(SHARING, "unverified: U start", in_turn(Stage.gap, Stage.ask), SHARING, None, (START,),
        doubt=True),
    Row(SHARING, "unverified: U resend, already running",
        in_turn(Stage.gap, Stage.resend, reply(Outcome.ALREADY_RUNNING)),
        SHARING, _C.ALREADY_RUNNING, (START,), doubt=True),
    Row(SHARING, "unverified: U resend, silence",
        in_turn(Stage.gap, Stage.resend, Stage.reply, wait(21)), NO_ANSWER, _C.SILENCE, (START,)),
    Row(SHARING, "unverified: U resend, the same stream is live after all",
        in_turn(Stage.gap, Stage.resend, Stage.reply, Stage.started), SHARING, None, (START,)),
    # --- replies
    Row(REQUESTING, "R 2xx", Stage.reply, PENDING, _C.ASKED),
    Row(REQUESTING, "R 2xx, approval known to be required",
        in_turn(lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), Stage.reply),
        PENDING, _C.APPROVAL_PENDING),
    Row(PENDING, "U tells that approval is required",
        lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), PENDING,
        _C.APPROVAL_PENDING),
    Row(REQUESTING, "rtms_started, then R 2xx", in_turn(Stage.started, Stage.reply), SHARING, None),
    Row(REQUESTING, "reply lost", reply(Outcome.REPLY_LOST), PENDING, _C.REPLY_LOST),
    Row(REQUESTING, "reply lost, then silence",
        in_turn(reply(Outcome.REPLY_LOST), wait(21)), NO_ANSWER, _C.SILENCE),
    Row(REQUESTING, "R 3000", refuse(3000), MEETING, _C.MEETING_NOT_STARTED),
    *(
        Row(REQUESTING, f"R {code}", refuse(code), REFUSED, reason)
        for code, reason in (
            (13267, _C.RTMS_DISABLED), (13273, _C.NOT_SUPPORTED), (13262, _C.NOT_ALLOW_LISTED),
            (2308, _C.NOT_ENTITLED_TO_START), (2309, _C.NOT_A_PANELIST),
            (2310, _C.OPERATION_FAILED), (2312, _C.USER_UNKNOWN), (300, _C.MEETING_ID_INVALID),
            (3001, _C.MEETING_UNKNOWN), (4711, _C.SCOPE_MISSING), (13277, _C.NOT_RUNNING),
            (99999, _C.REFUSED_OTHERWISE),
        )
    ),
    Row(REQUESTING, "R 13262: never repeated by itself",
        in_turn(refuse(13262), wait(3600)), REFUSED, _C.NOT_ALLOW_LISTED),
    *(
        Row(STOPPED, f"resent, R {code}: a stream ran before",
            in_turn(Stage.resend, refuse(code)),
            FOR_GOOD, _C.REFUSED_AFTER_STREAM, (START,))
        for code in (13267, 13273)
    ),
    Row(STOPPED, "resent, R 13262: a stream ran before",
        in_turn(Stage.resend, refuse(13262)), REFUSED, _C.NOT_ALLOW_LISTED, (START,)),
    Row(REQUESTING, "R 401, refreshed in vain", reply(Outcome.SIGN_IN_NEEDED, 124),
        REFUSED, _C.SIGN_IN_NEEDED),
    Row(REQUESTING, "R 401, signed in again",
        in_turn(reply(Outcome.SIGN_IN_NEEDED, 124), lambda s: s.all(e.SignedIn("me"))),
        REQUESTING, None, (START,)),
    *(
        row
        for outcome, reason in ((Outcome.KEYRING_LOCKED, _C.KEYRING_LOCKED),
                                (Outcome.KEYRING_UNREADABLE, _C.KEYRING_UNREADABLE))
        for row in (
            Row(REQUESTING, f"R {outcome}, T", in_turn(reply(outcome), wait(60)), REFUSED, reason),
            Row(REQUESTING, f"R {outcome}, L the keyring opens",
                in_turn(reply(outcome), lambda s: s.all(e.KeyringOpen())), REQUESTING, None,
                (START,)),
            Row(REQUESTING, f"R {outcome}, signed in",
                in_turn(reply(outcome), lambda s: s.all(e.SignedIn("me"))), REQUESTING, None,
                (START,)),
        )
    ),
    Row(REQUESTING, "R 13262, L the keyring opens",
        in_turn(refuse(13262), lambda s: s.all(e.KeyringOpen())), REFUSED, _C.NOT_ALLOW_LISTED),
    *(
        Row(REQUESTING, f"R {outcome} four times", trouble(outcome), REFUSED, reason,
            (START, START, START))
        for outcome, reason in ((Outcome.SERVER_TROUBLE, _C.SERVER_TROUBLE),
                                (Outcome.RATE_LIMITED, _C.RATE_LIMITED),
                                (Outcome.OFFLINE, _C.OFFLINE))
    ),
    Row(REQUESTING, "R 5xx once", trouble(Outcome.SERVER_TROUBLE, 1), REQUESTING, None, (START,)),
    Row(REQUESTING, "R 429, with a longer wait",
        reply(Outcome.RATE_LIMITED, retry_after_s=60), REFUSED, _C.RATE_LIMITED),
    Row(REQUESTING, "R offline, the network is back",
        in_turn(trouble(Outcome.OFFLINE), Stage.clear, lambda s: s.all(e.NetworkBack())),
        REQUESTING, None, (START,)),
    Row(REQUESTING, "R offline, the network is back, auto_resend off",
        in_turn(trouble(Outcome.OFFLINE), Stage.clear, lambda s: s.all(e.NetworkBack())),
        REFUSED, _C.OFFLINE, policy=OFF),
    Row(REQUESTING, 'R "already running"', reply(Outcome.ALREADY_RUNNING),
        SHARING, _C.ALREADY_RUNNING, doubt=True),
    Row(REQUESTING, "rtms_started while a retry is due: not repeated",
        in_turn(reply(Outcome.SERVER_TROUBLE), Stage.started, wait(30)), SHARING, None),
    # --- waiting for the meeting
    Row(MEETING, "E meeting.started", Stage.meeting_started, MEETING, _C.MEETING_NOT_STARTED,
        (START,)),
    Row(MEETING, "E meeting.started, R 2xx", in_turn(Stage.meeting_started, Stage.reply),
        PENDING, _C.ASKED, (START,)),
    Row(MEETING, "T 5 s", wait(5), MEETING, _C.MEETING_NOT_STARTED, (START,)),
    Row(MEETING, "T 5, 10, 20, 60, 60 s",
        in_turn(*(in_turn(wait(s), refuse(3000)) for s in (5, 10, 20, 60, 60))),
        MEETING, _C.MEETING_NOT_STARTED, (START,) * 5),
    Row(MEETING, "E meeting.started, auto_resend off", in_turn(Stage.meeting_started, wait(3700)),
        MEETING, _C.MEETING_NOT_STARTED, policy=OFF),
    Row(MEETING, "U resend while asking again: not doubled", in_turn(wait(5), Stage.resend),
        REQUESTING, None, (START,)),
    Row(MEETING, "asked again, R 13267", in_turn(wait(5), refuse(13267)),
        REFUSED, _C.RTMS_DISABLED, (START,)),
    # --- asked again before I have joined
    Row(MEETING, "E meeting.started, R 2308: I have not joined",
        in_turn(Stage.meeting_started, refuse(2308), wait(59)), MEETING, _C.NOT_ENTITLED_TO_START,
        (START,)),
    Row(MEETING, "E meeting.started, R 2308, T 60, 60 s",
        in_turn(Stage.meeting_started, refuse(2308), wait(60), refuse(2308), wait(60)),
        MEETING, _C.NOT_ENTITLED_TO_START, (START,) * 3),
    Row(MEETING, "E meeting.started, R 2308, E I join", in_turn(Stage.meeting_started,
        refuse(2308), wait(2), joins(I_AM), Stage.reply), PENDING, _C.ASKED, (START,) * 2),
    Row(MEETING, "E meeting.started, E I join while it is on its way, R 2308",
        in_turn(Stage.meeting_started, joins(I_AM), refuse(2308), Stage.reply),
        PENDING, _C.ASKED, (START,) * 2),
    Row(MEETING, "E meeting.started, R 2308, E I join, R 2308: nothing more will change it",
        in_turn(Stage.meeting_started, refuse(2308), joins(I_AM), refuse(2308), wait(120)),
        REFUSED, _C.NOT_ENTITLED_TO_START, (START,) * 2),
    Row(MEETING, "E meeting.started, R 2308, E the host joins: still waits for me",
        in_turn(Stage.meeting_started, refuse(2308), wait(2), joins(THE_HOST)),
        MEETING, _C.NOT_ENTITLED_TO_START, (START,)),
    Row(MEETING, "T 5 s, R 2308, U resend, R 2308: the user wants to know",
        in_turn(wait(5), refuse(2308), Stage.resend, refuse(2308), wait(120)),
        REFUSED, _C.NOT_ENTITLED_TO_START, (START,) * 2),
    Row(MEETING, "T 5 s, R 2308 for an hour, then no more",
        in_turn(wait(5), *[in_turn(refuse(2308), wait(60))] * 59, Stage.clear, refuse(2308),
                wait(3600)), MEETING, _C.NOT_ENTITLED_TO_START),
    Row(MEETING, "asked again, R 5xx every time: the rhythm goes on",
        in_turn(wait(5), trouble(Outcome.SERVER_TROUBLE), wait(10)),
        MEETING, _C.MEETING_NOT_STARTED, (START,) * 5),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)
