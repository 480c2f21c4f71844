"""The user's choices, as the rules of capture take them."""

from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.store.settings import Settings
from rtms_tray.support.units import SECOND


def policy_of(settings: Settings) -> Policy:
    """Take the user's choices out of the settings."""
    behaviour = settings.behaviour
    return Policy(
        auto_resend=AutoResend(behaviour.auto_resend),
        no_answer_after=behaviour.no_answer_after_s * SECOND,
        check_after_gap=behaviour.check_after_gap,
        fall_back=settings.fallback.is_set_up,
    )
