"""Run by hand: draws every window, dialog, menu and icon into contact sheets.

`python tests/gallery/draw.py FOLDER` draws them at 100 % and 200 %, light and dark, in English and in a
language 40 % longer; with `--publish FOLDER` also the few that the project shows. `--language CODE` draws them in
another language, or mirrored (en-XR), at 100 % and light alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))

from PySide6.QtGui import QColor, QPalette  # noqa: E402  the project is found by the line above
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget  # noqa: E402

from rtms_tray.demo.host_panel import HostPanel  # noqa: E402
from rtms_tray.desktop.event_loop import run  # noqa: E402
from rtms_tray.desktop.first_icon import name_application  # noqa: E402
from rtms_tray.desktop.theme import DARK, LIGHT, Theme  # noqa: E402
from rtms_tray.support.languages import speak  # noqa: E402
from tests.gallery.desktop import (  # noqa: E402
    GalleryDesktop,
    gallery_desktop,
    menu_overviews,
    settle,
    status_overviews,
    sub_menus,
    tray_menu,
    window_menu,
)
from tests.gallery.pseudo_language import lengthen, longer_overview  # noqa: E402
from tests.gallery.sheets import Picture, icons, picture, save, sheet  # noqa: E402
from tests.gallery.windows import WINDOWS  # noqa: E402

THEMES: Final = {"light": LIGHT, "dark": DARK}
LANGUAGES: Final = ("english", "longer")
POINTS: Final = (9, 14)
_COLUMNS: Final = 6
_STATUS_WIDTH: Final = 420
_SCREEN: Final = (1600, 1000)
_PUBLISHED: Final = {
    "status-light-100-english-9pt": 0.5,
    "status-dark-100-english-9pt": 0.5,
    "status-light-100-longer-9pt": 0.5,
    "windows-light-100-english-9pt": 0.5,
    "windows-dark-100-english-9pt": 0.5,
    "menus-light-100-english-9pt": 0.5,
    "icons-100": 1.0,
}
"""Sheets that are shown to people, and how large."""


def palette(theme: Theme) -> QPalette:
    """Give Qt's own parts the theme's colours, as a desktop would."""
    colours = QPalette(QColor(theme.card))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        colours.setColor(role, QColor(theme.text))
    colours.setColor(QPalette.ColorRole.Base, QColor(theme.card))
    colours.setColor(QPalette.ColorRole.Highlight, QColor(theme.primary))
    return colours


class Gallery:
    """Draws one theme after the other, in one language at a time."""

    def __init__(
        self, app: QApplication, folder: Path, scale: int, points: int, language: str | None
    ) -> None:
        self._app, self._folder, self._scale, self._points = app, folder, scale, points
        self._languages = (language,) if language else LANGUAGES
        self._themes = {"light": LIGHT} if language else THEMES
        font = app.font()
        font.setPointSize(points)
        app.setFont(font)

    async def main(self) -> int:
        """Draw all sheets of this scale."""
        for language in self._languages:
            for theme_name, theme in self._themes.items():
                self._app.setPalette(palette(theme))
                name = f"{theme_name}-{self._scale}00-{language}-{self._points}pt"
                with tempfile.TemporaryDirectory() as kept:
                    async with gallery_desktop(self._app, Path(kept)) as desktop:
                        desktop.desktop.window.set_theme(theme)
                        desktop.windows.set_theme(theme)
                        await self._draw(desktop, name, theme, longer=language == "longer")
        return 0

    async def _draw(
        self, desktop: GalleryDesktop, name: str, theme: Theme, *, longer: bool
    ) -> None:
        self._save(f"status-{name}", await self._status(desktop, longer=longer), theme)
        self._save(f"windows-{name}", await self._windows(desktop, theme, longer=longer), theme)
        if self._points == POINTS[0]:
            self._save(f"menus-{name}", await self._menus(desktop, longer=longer), theme)

    def _save(self, name: str, pictures: Sequence[Picture], theme: Theme) -> None:
        width = (_COLUMNS * (_STATUS_WIDTH * self._points // POINTS[0] + 16) + 16) * self._scale
        save(sheet(pictures, theme, width, self._scale), self._folder / f"{name}.png")

    async def _status(self, desktop: GalleryDesktop, *, longer: bool) -> list[Picture]:
        window = desktop.desktop.window
        pictures = []
        for name, overview in status_overviews().items():
            window.show_overview(longer_overview(overview) if longer else overview)
            window.bring()
            pictures.append(await _grab(name, window, longer=longer))
        window.hide()
        return pictures

    async def _windows(
        self, desktop: GalleryDesktop, theme: Theme, *, longer: bool
    ) -> list[Picture]:
        pictures = []
        for name, show in WINDOWS.items():
            window = await show(desktop)
            desktop.windows.set_theme(theme)
            if isinstance(window, HostPanel):
                window.set_theme(theme)
            await settle()
            pictures.append(await _grab(name, window, longer=longer))
            window.close()
            await settle()
        return pictures

    async def _menus(self, desktop: GalleryDesktop, *, longer: bool) -> list[Picture]:
        pictures = []
        for name, overview in menu_overviews().items():
            menu = await tray_menu(desktop, overview)
            pictures.append(await _grab(name, menu, longer=longer))
            menu.hide()
            await settle()
        menu = await window_menu(desktop, status_overviews()["several sessions"])
        menu.setActiveAction(menu.actions()[-1])
        pictures.append(await _grab("the window's menu", menu, longer=longer))
        menu.hide()
        for menu in await sub_menus(desktop):
            title = menu.title().replace("&&", "&")
            pictures.append(await _grab(title, menu, longer=longer))
        return pictures


async def _grab(name: str, widget: QWidget, *, longer: bool) -> Picture:
    await settle()
    if longer:
        lengthen(widget)
        await settle()
        if isinstance(widget, QMenu | QDialog):
            widget.adjustSize()
            await settle()
    return picture(name, widget.grab())


def _draw(folder: Path, scale: int, points: int, language: str | None = None) -> int:
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    if language:
        speak(["--language", language])
        name_application(app)
    if points == POINTS[0]:
        save(icons(), folder / f"icons-{scale}00.png")
    return run(Gallery(app, folder, scale, points, language).main(), app)


def _all(folder: Path, publish: Path | None) -> int:
    for scale in (1, 2):
        for points in POINTS if scale == 1 else POINTS[:1]:
            command = [sys.executable, __file__, str(folder), f"--scale={scale}"]
            environment = {**os.environ, **_screen(folder, scale)}
            subprocess.run([*command, f"--points={points}"], env=environment, check=True)
    if publish is not None:
        _publish(folder, publish)
    return 0


def _screen(folder: Path, scale: int) -> dict[str, str]:
    """Describe a screen in memory that is large enough at this scale."""
    width, height = (side * scale for side in _SCREEN)
    screen = {"name": "memory", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    folder.mkdir(parents=True, exist_ok=True)
    description = folder / "screen.json"
    description.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96}]}))
    return {
        "QT_QPA_PLATFORM": f"offscreen:configfile={description}",
        "QT_SCALE_FACTOR": str(scale),
    }


def _publish(folder: Path, publish: Path) -> None:
    from PySide6.QtGui import QImage  # noqa: PLC0415  only here

    for name, scale in _PUBLISHED.items():
        save(QImage(str(folder / f"{name}.png")), publish / f"{name}.png", scale=scale)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--publish", type=Path)
    parser.add_argument("--scale", type=int)
    parser.add_argument("--language", metavar="CODE")
    parser.add_argument("--points", type=int, default=POINTS[0])
    given = parser.parse_args()
    if given.language:
        os.environ.update(_screen(given.folder, 1))
        return _draw(given.folder, 1, given.points, given.language)
    if given.scale is None:
        return _all(given.folder, given.publish)
    return _draw(given.folder, given.scale, given.points)


if __name__ == "__main__":
    sys.exit(main())
