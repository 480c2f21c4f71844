"""The guide to states and reasons says what the program says."""

import state_guide

from rtms_tray.capture.reasons import REASONS
from rtms_tray.capture.states import CaptureState


def test_it_is_up_to_date() -> None:
    written = state_guide.GUIDE.read_text(encoding="utf-8")
    assert written == state_guide.guide(), "run: python packaging/state_guide.py"


def test_every_state_and_reason_is_in_it() -> None:
    text = state_guide.guide()
    assert set(state_guide.MEANINGS) == set(CaptureState)
    for code, reason in REASONS.items():
        assert f"`{code}`" in text
        assert f"### {reason.title}\n" in text


def test_nothing_is_left_to_fill_in() -> None:
    assert not {"{", "}", "<"} & set(state_guide.guide())
