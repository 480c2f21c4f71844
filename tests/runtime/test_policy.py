"""What the user chose in the settings reaches the rules."""

from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.runtime.policy import policy_of
from rtms_tray.store.settings import BehaviourSettings, Settings


def test_what_is_not_chosen_is_as_the_rules_have_it() -> None:
    assert policy_of(Settings()) == Policy()


def test_every_choice_counts() -> None:
    chosen = BehaviourSettings(auto_resend="off", no_answer_after_s=7, check_after_gap=True)
    assert policy_of(Settings(behaviour=chosen)) == Policy(
        AutoResend.OFF, no_answer_after=7_000, check_after_gap=True
    )
