"""Checks of the desktop: Qt that starts, cannot start, hangs or talks nonsense; tray and notifications."""

from pathlib import Path

import pytest

from rtms_tray.doctor.check_types import CheckStatus, Display
from rtms_tray.doctor.desktop_checks import once, probe_display
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.doctor.check_helpers import DISPLAY, checked

NO_PLUGIN = "import sys; sys.stderr.write('qt.qpa.plugin:\\n  no platform\\n'); sys.exit(134)"


async def test_its_last_words_are_the_trouble() -> None:
    assert await probe_display(("-c", NO_PLUGIN)) == Display(trouble="qt.qpa.plugin: no platform")


@pytest.mark.parametrize("says", ["", "[]", "{}", '{"platform": "xcb"}', "no JSON"])
async def test_nonsense_is_no_display(says: str) -> None:
    display = await probe_display(("-c", f"print({says!r})"))
    assert display == Display(trouble=text("doctor.qt.silent"))


async def test_one_that_hangs_is_killed() -> None:
    display = await probe_display(("-c", "import time; time.sleep(60)"), limit_s=0.05)
    assert display == Display(trouble=text("doctor.qt.timeout"))


async def test_windows_and_tray(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    found = await checked(profile, "qt", "tray")
    assert {result.status for result in found.values()} == {CheckStatus.OK}
    without = replace(DISPLAY, has_tray=False, why_no_tray="There is none.")
    found = await checked(profile, "qt", "tray", display=without)
    assert found["tray"].status is CheckStatus.WARNING
    assert found["tray"].text == "There is none."
    found = await checked(profile, "qt", "tray", display=Display(trouble="no display"))
    assert found["qt"].status is CheckStatus.BROKEN
    assert "no display" in found["qt"].text
    assert found["tray"].status is CheckStatus.NOT_CHECKED
    assert (await checked(profile, "qt", display=Display()))["qt"].status is CheckStatus.NOT_CHECKED


async def test_qt_is_really_started() -> None:
    display = await probe_display()
    assert display.platform == "offscreen"
    assert not display.has_tray
    assert display.why_no_tray


async def test_qt_is_started_once_for_all() -> None:
    probes = 0

    async def count() -> Display:
        nonlocal probes
        probes += 1
        return DISPLAY

    display = once(count)
    assert [await display(), await display()] == [DISPLAY, DISPLAY]
    assert probes == 1


async def test_notifications_that_are_switched_off_are_said(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    set_value(profile.settings_file, "notifications.enabled", "false")
    found = (await checked(profile, "notifications"))["notifications"]
    assert found.status is CheckStatus.WARNING
    assert "notifications.enabled" in found.remedy
