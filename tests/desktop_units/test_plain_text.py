"""Words that Qt must show as they are."""

from PySide6.QtWidgets import QApplication

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.plain_text import menu_text, shortened, tooltip_text, unbroken
from rtms_tray.presentation.view_model import Overview
from rtms_tray.runtime.notices import not_signed_in
from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.errors import SignInFailed
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene
from tests.helpers.windows import visible_texts

S = CaptureState
NO_BROWSER = SignInFailed("no_browser")


def failed(trouble: SignInFailed) -> tuple[Overview, Answer]:
    """Make what is shown once a sign-in has failed, and its answer."""
    view = replace(samples.at_rest(S.SIGNED_OUT), notices=(not_signed_in(trouble),))
    text = f"{trouble.text} {trouble.remedy}"
    return view, Answer(Exit.REFUSED, text, trouble=trouble.code)


def test_texts_of_strangers_stay_texts() -> None:
    assert menu_text("R&D\tmeeting\n2") == "R&&D meeting 2"
    assert len(menu_text("x" * 500)) == 90
    assert tooltip_text("<b>x</b>") == "‹b›x‹/b›"


def test_an_option_is_not_broken_across_lines(qapp: QApplication) -> None:
    text = f"{NO_BROWSER.text} {NO_BROWSER.remedy}"
    whole = unbroken(text)
    assert "\u2011\u2011no\u2011browser" in whole
    assert whole.replace("\u2011", "-") == text
    assert unbroken("A well-known – no, best-known – one -- two") == (
        "A well-known – no, best-known – one -- two"
    )

    async def scene(harness: DesktopHarness) -> None:
        view, _ = failed(NO_BROWSER)
        harness.desktop.show(view)
        assert whole in visible_texts(harness.desktop.window.banners)

    run_scene(qapp, scene)


def test_what_somebody_wrote_at_length_is_cut() -> None:
    assert shortened("Weekly review", 13) == "Weekly review"
    assert shortened("Weekly review", 8) == "Weekly…"
