"""Finds the desktop's notifications on the screen, and the buttons that the daemon has drawn."""

from typing import Final

from tests.helpers.desktop import Desktop, Picture, Window, wait_for
from tests.helpers.desktop.waiting import steady

KINDS: Final = frozenset({"Xfce4-notifyd", "Dunst"})
SMALLEST: Final = 50
BUTTON_ABOVE: Final = 22
"""Pixels from a notification's lower edge up to the middle of its buttons (Xfce)."""
SHORTEST_LABEL: Final = 40


def popups(desktop: Desktop) -> list[Window]:
    """List the notifications on the screen, top to bottom."""
    shown = desktop.run(["xdotool", "search", "--onlyvisible", "--maxdepth", "1", ".*"])
    visible = {int(word) for word in shown.stdout.split()}
    windows = (
        window for window in desktop.windows() if window.kind in KINDS and window.number in visible
    )
    return sorted(
        (window for window in windows if window.box.width > SMALLEST),
        key=lambda window: window.box.y,
    )


def buttons(picture: Picture) -> list[int]:
    """Find the middle of every button in the last rows of a notification, left to right."""
    y = picture.height - BUTTON_ABOVE
    ground = picture.colour(4, y)
    runs: list[list[int]] = []
    for x in range(picture.width):
        if picture.colour(x, y) == ground:
            continue
        if not runs or x - runs[-1][-1] > 1:
            runs.append([])
        runs[-1].append(x)
    return [(run[0] + run[-1]) // 2 for run in runs if len(run) > SHORTEST_LABEL]


def wait_for_buttons(desktop: Desktop, count: int) -> list[tuple[int, int]]:
    """Wait for a notification with this many buttons, at rest; hand back where to click."""

    def look() -> list[tuple[int, int]]:
        for window in popups(desktop):
            found = buttons(desktop.picture(window.box))
            if len(found) == count:
                y = window.box.y + window.box.height - BUTTON_ABOVE
                return [(window.box.x + x, y) for x in found]
        return []

    wait_for(look, 10, f"a notification with {count} buttons")
    wait_for(steady(look, times=6), 10, "the notification to come to rest")
    return wait_for(look, 10, f"a notification that stays, with {count} buttons")
