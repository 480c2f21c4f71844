"""Help inside the program: its own pages, and links to Zoom's own hosts, which open in the browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QTextBrowser

from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import AppWindow
from rtms_tray.desktop.widgets.controls import button, note, row
from rtms_tray.support.files import resources
from rtms_tray.support.texts import text

START: Final = "index.md"
_LIST_MARGIN: Final = 36  # pixels of the list that are not text
_DIAGRAM: Final = re.compile(r"^```mermaid\n.*?^```\n", re.DOTALL | re.MULTILINE)
"""Drawn where the page is read on the web; Qt would show its source."""
_SUFFIXES: Final = {".md", ".html", ".png", ".svg", ".jpg"}


def help_folder() -> Path:
    """Return the folder of the help pages."""
    return resources() / "help"


def pages(folder: Path) -> list[tuple[str, Path]]:
    """List the pages with their headings: the start page, then those that it names, then the others."""
    start = (folder / START).read_text(encoding="utf-8")

    def order(page: Path) -> tuple[int, str]:
        link = start.find(f"({page.name})")
        unlinked = -1 if page.name == START else len(start)
        return (link if link >= 0 else unlinked), page.name

    return [(_heading(page), page) for page in sorted(folder.glob("*.md"), key=order)]


def _heading(page: Path) -> str:
    with page.open(encoding="utf-8") as lines:
        first = next((line for line in lines if line.startswith("# ")), f"# {page.stem}")
    return first.removeprefix("# ").strip()


class HelpPages(QTextBrowser):
    """Shows files of one folder, and nothing from anywhere else."""

    def __init__(
        self,
        folder: Path,
        open_url: Callable[[str], object],
        is_zoom_host: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._folder = folder.resolve()
        self._open_url = open_url
        self._is_zoom_host = is_zoom_host
        self.setOpenLinks(False)
        self.setAccessibleName(text("windows.help.page"))
        self.document().setDocumentMargin(14)
        self.anchorClicked.connect(self.follow)
        self._link = QColor()
        self.sourceChanged.connect(lambda _url: self._colour_links())

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Read a file of the folder; anything else is empty."""
        url = QUrl(name)
        if not self._is_local(url):
            return None
        if url.fileName().endswith(".md"):
            page = Path(url.toLocalFile()).read_text(encoding="utf-8")
            return _DIAGRAM.sub("", page)
        return super().loadResource(kind, name)

    def set_link_colour(self, colour: str) -> None:
        """Draw links in this colour: Qt's own is too dark on a dark background."""
        self._link = QColor(colour)
        self._colour_links()

    def _colour_links(self) -> None:
        coloured = QTextCharFormat()
        coloured.setForeground(self._link)
        for place, length in _links(self.document()):
            cursor = QTextCursor(self.document())
            cursor.setPosition(place)
            cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(coloured)

    def follow(self, link: QUrl) -> None:
        """Go to a page, or open one of Zoom's in the browser; other links do nothing."""
        target = self.source().resolved(link)
        if self._is_local(target):
            self.setSource(target)
        elif is_zoom_page(target, self._is_zoom_host):
            self._open_url(target.toString())

    def _is_local(self, url: QUrl) -> bool:
        if not url.isLocalFile():
            return False
        path = Path(url.toLocalFile()).resolve()
        return path.is_relative_to(self._folder) and path.suffix in _SUFFIXES and path.is_file()


def _links(document: QTextDocument) -> list[tuple[int, int]]:
    """Find the links: where each begins, and how long it is."""
    found = []
    block = document.begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            if fragment.charFormat().isAnchor():
                found.append((fragment.position(), fragment.length()))
            fragments += 1
        block = block.next()
    return found


def is_zoom_page(url: QUrl, is_zoom_host: Callable[[str], bool]) -> bool:
    """Whether a link leads to Zoom itself, encrypted."""
    return url.scheme() == "https" and is_zoom_host(url.host()) and not url.userInfo()


class HelpWindow(AppWindow):
    """A list of the pages' headings, and the page that is open."""

    help_page = "index.md"

    def __init__(
        self,
        open_url: Callable[[str], object],
        is_zoom_host: Callable[[str], bool],
        folder: Path | None = None,
    ) -> None:
        self.pages = HelpPages(folder or help_folder(), open_url, is_zoom_host)
        super().__init__("help", text("windows.help.title"), QSize(820, 600))
        self.list = QListWidget()
        self.list.setAccessibleName(text("windows.help.pages"))
        for heading, page in pages(folder or help_folder()):
            item = QListWidgetItem(heading)
            item.setData(Qt.ItemDataRole.UserRole, QUrl.fromLocalFile(str(page)))
            self.list.addItem(item)
        self.back = button(text("windows.help.back"))
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours, also of links."""
        super().set_theme(theme)
        self.pages.set_link_colour(theme.link)

    def open(self, page: str = "") -> None:
        """Open on a page, by its file's name."""
        if page:
            self.pages.setSource(QUrl.fromLocalFile(str(help_folder() / page)))
        self.bring()
        self.pages.setFocus()

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show_page)
        self.pages.sourceChanged.connect(self._mark_in_list)
        self.back.clicked.connect(lambda _checked=False: self.pages.backward())
        self.back.setEnabled(False)
        self.pages.backwardAvailable.connect(self.back.setEnabled)

    def _show_page(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.pages.setSource(item.data(Qt.ItemDataRole.UserRole))

    def _mark_in_list(self, url: QUrl) -> None:
        """Mark the page that is open in the list."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole).path() == url.path():
                self.list.blockSignals(True)
                self.list.setCurrentRow(place)
                self.list.blockSignals(False)

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(10)
        splitter.addWidget(self.list)
        splitter.addWidget(self.pages)
        splitter.setStretchFactor(1, 1)
        self.list.setMinimumWidth(110)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.setMinimumWidth(300)
        splitter.setSizes([self.list.sizeHintForColumn(0) + _LIST_MARGIN, 600])
        self.column.addWidget(splitter, 1)
        hint = note(text("windows.help.links"))
        self.column.addLayout(row(hint, self.back))
