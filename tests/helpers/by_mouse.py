"""Uses the program on a headless desktop as people do: looks at pixels, and clicks on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rtms_tray.desktop.theme import LIGHT
from rtms_tray.desktop.widgets.buttons import UNREAD_S
from tests.helpers.desktop import Box, Desktop, Picture, Window, wait_for
from tests.helpers.desktop.waiting import DeadlineMissedError, steady, steady_for

EDGE = 4
"""Pixels at a menu's sides that are its frame."""
PRIMARY = (27, 95, 208)
"""The colour of the window's obvious button."""
WHITE = (255, 255, 255)
BANNER = 40
"""Pixels at the window's left in which banners have their coloured edge."""
EDGE_OF_BANNER = 15
BUTTON_BELOW, BUTTON_LEFT = 25, 60
"""Pixels from a banner's beginning, and from the window's right edge, to its button."""
GROUND = (233, 236, 241)
"""The colour between the window's parts."""
ATTENTION = tuple(bytes.fromhex(LIGHT.open.removeprefix("#")))
"""The colour of a banner that asks for attention."""
READ_S = 2 * UNREAD_S
"""What has stood there for so long takes a press."""
MUCH = 15
LOWEST_BUTTON = 8
ICON = 28
"""The tray's icons, 24 pixels wide, with a little around them."""
THINNEST_TEXT = 4
"""A band of ink lower than this is a line between entries."""


@dataclass(frozen=True)
class OpenMenu:
    """A menu that is open: its place, and where each line of text is, top to bottom."""

    desktop: Desktop
    box: Box
    rows: tuple[int, ...]

    def point(self, row: int) -> None:
        """Move the pointer onto a row."""
        self.desktop.point(self.box.centre[0], self.rows[row])

    def choose(self, label: str, of: Sequence[str]) -> None:
        """Click on the entry of this label; `of` lists all the labels that must be there."""
        assert len(self.rows) == len(of), f"{len(self.rows)} rows where {of} are expected"
        self.desktop.click(self.box.centre[0], self.rows[of.index(label)])


class Mouse:
    """Opens the tray's menu, and keeps pictures of what it sees: one PNG file a step."""

    def __init__(self, desktop: Desktop, pictures: Path) -> None:
        self.desktop = desktop
        self._pictures = pictures
        self._steps = 0
        self._icon: Box | None = None

    def keep(self, name: str) -> None:
        """Keep the whole screen as a picture, once it has come to rest."""
        wait_for(steady(self.desktop.picture, times=4), 10, "the screen to come to rest")
        self._steps += 1
        self.desktop.screenshot(self._pictures / f"{self._steps:02}-{name}.png")

    # --- the tray's icon --------------------------------------------------------------------------

    @property
    def icon(self) -> Box:
        """The icon's place, all of its square; as found the first time."""
        if self._icon is None:
            x, y = self.desktop.tray_icon().centre
            left, top = max(x - ICON // 2, 0), y - ICON // 2
            self._icon = Box(left, top, ICON, ICON)
        return self._icon

    def icon_picture(self, name: str, other_than: Sequence[Picture] = ()) -> Picture:
        """Wait until the icon looks other than in these pictures; keep and hand back how."""
        width, height = self.desktop.size
        self.desktop.point(width // 2, height // 3)

        def look() -> Picture:
            return self.desktop.picture(self.icon)

        wait_for(lambda: look() not in other_than, 10, f"another icon for {name}")
        wait_for(steady(look, times=5), 10, "the icon to come to rest")
        picture = look()
        assert picture not in other_than, f"the icon for {name} looks like one before"
        self._steps += 1
        enlarged(picture, 8).save(self._pictures / f"{self._steps:02}-icon-{name}.png")
        return picture

    # --- menus ------------------------------------------------------------------------------------

    def open_menu(self, name: str) -> OpenMenu:
        """Open the tray icon's menu with the right button."""
        return self.opened(lambda: self.desktop.click(*self.icon.centre, "right"), name)

    def opened(self, by: Callable[[], None], name: str) -> OpenMenu:
        """Do something that opens a menu; keep a picture, and hand the menu back."""
        window = self.new_window(by)
        look = self._look_at(window)
        wait_for(lambda: len(rows(look())) > 0, 10, "a menu with entries")
        wait_for(steady(look, times=5), 10, "the menu to come to rest")
        self.keep(name)
        found = tuple(window.box.y + y for y in rows(look()))
        return OpenMenu(self.desktop, window.box, found)

    def new_window(self, by: Callable[[], None]) -> Window:
        """Do something that opens a window, and hand that back."""
        before = self._shown()
        by()

        def look() -> Window | None:
            new = self._shown() - before
            return next((window for window in self.desktop.windows() if window.number in new), None)

        window = wait_for(look, 10, "a new window")
        wait_for(steady(look, times=4), 10, "the new window to come to rest")
        return look() or window

    def close(self, window: Window) -> None:
        """Close a window by the keyboard, after choosing it as a taskbar does.

        On a busy computer the window manager says that it has the focus before keys reach it.
        """
        self.desktop.activate(window)
        wait_for(lambda: self.desktop.has_focus(window), 10, f"{window.name} to have the focus")
        self.desktop.key("alt+F4")
        try:
            wait_for(lambda: not self.desktop.is_shown(window), 3, f"{window.name} to close")
        except DeadlineMissedError:
            self.desktop.activate(window)
            self.desktop.key("alt+F4")
        self.closed(window)

    def closed(self, window: Window) -> None:
        """Wait until a window is no longer shown."""
        wait_for(lambda: not self.desktop.is_shown(window), 10, f"{window.name} to close")

    # --- the status window ------------------------------------------------------------------------

    def primary_button(self, window: Window) -> tuple[int, int]:
        """Wait for the window's obvious button; hand back where to click."""

        def look() -> tuple[int, int] | None:
            box = self._box(window)
            place = Box(box.x + BANNER, box.y, box.width - BANNER, box.height)
            found = of_colour(self.desktop.picture(place), PRIMARY)
            return (place.x + found.centre[0], place.y + found.centre[1]) if found else None

        wait_for(look, 10, "the obvious button")
        wait_for(steady_for(look, READ_S), 10, "the obvious button to come to rest")
        return wait_for(look, 10, "the obvious button")

    def banner_button(self, window: Window) -> tuple[int, int]:
        """Wait for a banner that asks for attention; hand back where its button is."""
        box = window.box

        def look() -> int | None:
            edge = self.desktop.picture(Box(box.x + EDGE_OF_BANNER, box.y, 1, box.height))
            marked = [y for y in range(box.height) if edge.colour(0, y) == ATTENTION]
            return next((y for y in reversed(marked) if y - 1 not in marked), None)

        wait_for(look, 10, "a banner")
        wait_for(steady_for(look, READ_S), 10, "the banner to come to rest")
        top = wait_for(look, 10, "a banner")
        return box.x + box.width - BUTTON_LEFT, box.y + top + BUTTON_BELOW

    def start_row(self, window: Window) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where the window's entry for a meeting is, and the button beside it."""
        wait_for(steady_for(lambda: self._box(window), READ_S), 10, "the window to come to rest")
        box = self._box(window)
        column = self.desktop.picture(Box(box.x + BANNER // 2, box.y, 1, box.height))
        white = [y for y in range(box.height) if column.colour(0, y) == WHITE]
        last = white[-1]
        first = next(y for y in range(last, 0, -1) if column.colour(0, y) != WHITE)
        y = box.y + (first + last) // 2
        line = self.desktop.picture(Box(box.x, y, box.width, 1))
        ground = [x for x in range(box.width) if line.colour(x, 0) == GROUND]
        # From the right: the margin, the menu's button, a gap, and the button.
        ends = [x for x in reversed(ground) if x + 1 not in ground]
        begins = [x for x in reversed(ground) if x - 1 not in ground]
        return (box.x + box.width // 4, y), (box.x + (begins[1] + ends[2]) // 2, y)

    def _box(self, window: Window) -> Box:
        """Where the window is now: it grows and shrinks with what it shows."""
        windows = (one.box for one in self.desktop.windows() if one.number == window.number)
        box = next(windows, window.box)
        height = min(box.height, self.desktop.size[1] - box.y)
        return Box(box.x, box.y, box.width, height)

    def _look_at(self, window: Window) -> Callable[[], Picture]:
        return lambda: self.desktop.picture(window.box)

    def _shown(self) -> set[int]:
        found = self.desktop.run(["xdotool", "search", "--onlyvisible", "--maxdepth", "1", ".*"])
        return {int(word) for word in found.stdout.split()}


def of_colour(picture: Picture, colour: tuple[int, int, int]) -> Box | None:
    """The box around the largest run of rows with much of one colour."""
    runs: list[list[int]] = []
    for y in range(picture.height):
        if sum(1 for x in range(0, picture.width, 4) if picture.colour(x, y) == colour) < MUCH:
            continue
        if runs and runs[-1][-1] == y - 1:
            runs[-1].append(y)
        else:
            runs.append([y])
    longest = max(runs, key=len, default=[])
    if len(longest) < LOWEST_BUTTON:
        return None
    middle = longest[len(longest) // 2]
    across = [x for x in range(picture.width) if picture.colour(x, longest[1]) == colour]
    return Box(across[0], middle, across[-1] - across[0], 1)


def rows(picture: Picture) -> list[int]:
    """Where the lines of text are in a menu's picture: the middle of each, top to bottom."""
    ground = max(picture.colours().items(), key=lambda item: item[1])[0]
    inked = [any_ink(picture, y, ground) for y in range(EDGE, picture.height - EDGE)]
    bands: list[list[int]] = []
    for y, ink in enumerate(inked, EDGE):
        if not ink:
            continue
        if bands and bands[-1][-1] == y - 1:
            bands[-1].append(y)
        else:
            bands.append([y])
    return [band[len(band) // 2] for band in bands if len(band) >= THINNEST_TEXT]


def any_ink(picture: Picture, y: int, ground: tuple[int, int, int]) -> bool:
    """Tell whether a row of pixels has any that is not of the ground's colour."""
    start = (y * picture.width + EDGE) * 3
    row = picture.rgb[start : start + (picture.width - 2 * EDGE) * 3]
    return row != bytes(ground) * (len(row) // 3)


def enlarged(picture: Picture, times: int) -> Picture:
    """The same picture, every pixel a square: icons are small."""
    lines = []
    for y in range(picture.height):
        pixels = (picture.colour(x, y) for x in range(picture.width))
        lines.append(b"".join(bytes(pixel) * times for pixel in pixels) * times)
    return Picture(picture.width * times, picture.height * times, b"".join(lines))


def differing(before: Picture, after: Picture) -> int:
    """How many pixels differ between two pictures of one size."""
    pairs = zip(before.rgb, after.rgb, strict=True)
    return len({at // 3 for at, (mine, theirs) in enumerate(pairs) if mine != theirs})


def greenish(picture: Picture) -> int:
    """How many pixels are clearly green."""
    return sum(n for (r, g, b), n in picture.colours().items() if g > r + 40 and g > b + 20)


def reddish(picture: Picture) -> int:
    """How many pixels are clearly red."""
    return sum(n for (r, g, b), n in picture.colours().items() if r > g + 60 and r > b + 60)
