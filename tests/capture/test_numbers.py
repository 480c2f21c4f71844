"""The numbers that decide something are those of the design; a change of one is a decision, not a slip."""

from dataclasses import asdict

from rtms_tray.capture import arming, changes, joining, left_alone, memory, policy
from rtms_tray.capture.conditions import UNKNOWN, Evidence, Source, Value
from rtms_tray.capture.policy import AutoResend, Policy

SECONDS = {
    "GRACE": 5,
    "JOIN_MARGIN": 1,
    "CLOCK_MARGIN": 1,
    "RETRY_BUDGET": 12,
    "ASK_AGAIN_LATER": 60,
    "ASK_AGAIN_UNTIL": 3_600,
    "INTERRUPTION_HEARD_AFTER": 5,
    "INTERRUPTION_OVER_AFTER": 75,
    "BREAKOUT_RETURN": 10,
    "BREAKOUT_EXPLAINS_STOP": 30,
    "OWN_STOP": 60,
    "HAND_OFF_BEFORE": 60,
    "HAND_OFF_AFTER": 15,
    "BLIND_HEARD_AFTER": 30,
    "LOST_SIGHT_AFTER": 43_200,
    "ENDED_LISTED_FOR": 3_600,
    "DENIED_RESEND_PAUSE": 60,
    "TAIL_OF_LOST_RECEIVER": 65,
}


def test_lengths_of_time() -> None:
    assert {name: getattr(policy, name) / 1_000 for name in SECONDS} == SECONDS


def test_rhythms() -> None:
    assert policy.RETRY_DELAYS == (1_000, 2_000, 4_000)
    assert policy.ASK_AGAIN == (5_000, 10_000, 20_000)
    assert policy.REMINDERS == (120_000, 300_000, 600_000)
    assert len(policy.RETRY_DELAYS) + 1 == policy.TRIES


def test_how_much_is_remembered() -> None:
    assert (policy.MEETINGS_REMEMBERED, policy.UNPLACED_KEPT) == (1_000, 5)
    assert (changes._LONGEST_STORY, joining._LONGEST_STORY) == (200, 200)
    assert (arming.MOST, left_alone.MOST) == (200, 50)
    full = {str(number): number for number in range(1_000)}
    assert memory.bounded(full) == full
    assert next(iter(memory.bounded({**full, "new": 1}))) == "1"


def test_plans() -> None:
    hour = 3_600_000
    assert (hour, 720 * hour, 24 * hour) == (arming.LATE, arming.KEPT, arming.MISSED_SHOWN_FOR)
    assert (30 * hour, 61 * 60_000) == (left_alone.LONGEST, left_alone.AT_LEAST)


def test_what_the_user_has_not_chosen() -> None:
    assert asdict(Policy()) == {
        "auto_resend": AutoResend.ASK,
        "no_answer_after": 20_000,
        "fall_back": False,
    }


def test_nothing_is_assumed_of_a_condition() -> None:
    assert Evidence(Value.UNKNOWN, Source.INFERRED, 0) == UNKNOWN
