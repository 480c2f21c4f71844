"""What is said when nothing keeps data away, and which rule allows it (S3, S5)."""

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.verdict import Explanation, Verdict, explain

C = Condition
FINE = {
    C.HOST_ORG_RTMS_ENABLED: Value.YES,
    C.HOST_CLIENT_SUPPORTED: Value.YES,
    C.OWNER_CLIENT_SUPPORTED: Value.YES,
    C.HOST_PRESENT: Value.YES,
    C.AUTO_START_ENABLED: Value.YES,
    C.MEETING_ALLOWED_WITHOUT_HOST: Value.YES,
    C.HOST_APPROVAL_REQUIRED: Value.NO,
    C.HOST_APPROVES: Value.YES,
    C.OWNER_PRESENT: Value.YES,
    C.IN_BREAKOUT_ROOM: Value.NO,
}


def test_all_is_well() -> None:
    words = "Nothing keeps data away."
    assert explain(FINE) == Explanation(Verdict.DATA, (9,), (), None, None, words, "")


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({C.HOST_PRESENT: Value.NO}, ("S3",)),
        ({C.OWNER_PRESENT: Value.NO}, ("S5",)),
        ({C.HOST_PRESENT: Value.NO, C.OWNER_PRESENT: Value.NO}, ("S3", "S5")),
        ({C.HOST_APPROVAL_REQUIRED: Value.YES}, ()),
    ],
)
def test_the_rules_that_allow_it_are_named(
    changed: dict[Condition, Value], rules: tuple[str, ...]
) -> None:
    told = explain({**FINE, **changed})
    assert (told.verdict, told.rules) == (Verdict.DATA, rules)
