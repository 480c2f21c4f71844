"""Which buttons a message gets: the obvious act first, and nothing that cannot help."""

import pytest

from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.reason_texts import REASONS
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.presentation.offers import offers, opening
from rtms_tray.support.command_types import Command
from tests.helpers.sessions import session

S = CaptureState
SHOW = opening("s1")
RESEND = ("Resend request", Command("resend", {"meeting": "s1"}))
REMIND = ("Remind in 2 min", Command("remind", {"meeting": "s1", "minutes": "2"}))
DETAILS = ("Details", SHOW)
STOP = ("Stop", Command("stop", {"meeting": "s1"}))
SIGN_IN = ("Sign in", Command("sign-in", {"browser": "yes"}))
UNLOCK = ("Unlock the keyring", Command("unlock"))
CRITICAL, ATTENTION, INFO = Severity.CRITICAL, Severity.ATTENTION, Severity.INFO


def labels(
    state: CaptureState, code: Code, severity: Severity, category: Category = Category.CAPTURE
) -> list[tuple[str, Command]]:
    announced = Announce("s1", category, severity, Why(code))
    return [(one.label, one.command) for one in offers(session(state, code), announced)]


@pytest.mark.parametrize(
    ("state", "code", "severity", "expected"),
    [
        (S.STOPPED, Code.STOP_APP_DISABLED, CRITICAL, [RESEND, REMIND]),
        (S.STOPPED, Code.STOP_RECEIVER_AUTH, CRITICAL, [RESEND, REMIND]),
        (S.STOPPED, Code.STOP_REMOVED, CRITICAL, [DETAILS]),
        (S.STOPPED_PERMANENTLY, Code.STOP_REVOKED, CRITICAL, [DETAILS]),
        (S.INTERRUPTED, Code.RECEIVER_INTERRUPTED, CRITICAL, [DETAILS]),
        (S.STOPPED, Code.STOP_YOU_LEFT, ATTENTION, [RESEND]),
        (S.RESEND_NEEDED, Code.HOST_JOINED_LATER, ATTENTION, [RESEND]),
        (S.NO_ANSWER, Code.SILENCE, ATTENTION, [RESEND]),
        (S.DENIED, Code.DENIED, ATTENTION, [DETAILS]),  # the host said no: a question comes first
        (S.REFUSED, Code.RTMS_DISABLED, ATTENTION, [DETAILS]),
        (S.REFUSED, Code.OPERATION_FAILED, ATTENTION, [RESEND]),
        (S.REFUSED, Code.RATE_LIMITED, ATTENTION, [REMIND]),
        (S.REFUSED, Code.SIGN_IN_NEEDED, ATTENTION, [SIGN_IN]),
        (S.REFUSED, Code.KEYRING_LOCKED, ATTENTION, [UNLOCK]),
        (S.REFUSED, Code.KEYRING_UNREADABLE, ATTENTION, [SIGN_IN]),
        (S.SHARING, Code.BEGAN_AFTER_GIVE_UP, ATTENTION, [STOP]),
        (S.SHARING, Code.BEGAN, INFO, []),
        (S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM, INFO, []),
    ],
)
def test_what_is_offered(
    state: CaptureState, code: Code, severity: Severity, expected: list[tuple[str, Command]]
) -> None:
    assert labels(state, code, severity) == expected


def test_a_reminder_can_be_put_off_again() -> None:
    found = labels(S.PENDING_APPROVAL, Code.REMINDER, ATTENTION, Category.REMINDER)
    assert found == [RESEND, REMIND]


@pytest.mark.parametrize("category", [Category.SIGHT, Category.REFUSAL])
def test_trouble_beside_capture_never_offers_to_touch_it(category: Category) -> None:
    assert labels(S.SHARING, Code.BLIND, ATTENTION, category) == [DETAILS]


@pytest.mark.parametrize("state", CaptureState)
def test_there_is_always_a_button_that_fits(state: CaptureState) -> None:
    heard = [(code, reason.severity) for code, reason in REASONS.items() if reason.severity]
    for code, severity in heard:
        found = [command.name for _, command in labels(state, code, severity)]
        assert len(found) == len(set(found)) <= 2  # a click is known by its command's name
        assert bool(found) is (severity is not INFO)
        assert not ("resend" in found and state in {*LIVE, S.DENIED, S.STOPPED_PERMANENTLY})
