"""What is made of a Qt that cannot start, hangs, or talks nonsense."""

import pytest

from rtms_tray.doctor.findings import Seen
from rtms_tray.doctor.screen import look

NO_PLUGIN = "import sys; sys.stderr.write('qt.qpa.plugin:\\n  no platform\\n'); sys.exit(134)"


async def test_its_last_words_are_the_trouble() -> None:
    assert await look(("-c", NO_PLUGIN)) == Seen(trouble="qt.qpa.plugin: no platform")


@pytest.mark.parametrize("says", ["", "[]", "{}", '{"platform": "xcb"}', "no JSON"])
async def test_nonsense_is_no_screen(says: str) -> None:
    seen = await look(("-c", f"print({says!r})"))
    assert seen == Seen(trouble="Qt ended without a word.")


async def test_one_that_hangs_is_given_up() -> None:
    seen = await look(("-c", "import time; time.sleep(60)"), limit_s=0.05)
    assert seen == Seen(trouble="Qt does not answer.")
