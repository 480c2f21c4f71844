"""Help inside the program: its own pages only; a link elsewhere opens the browser for Zoom's hosts alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QTextBrowser

from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import AppWindow
from rtms_tray.desktop.widgets.controls import button, note, row
from rtms_tray.support.assets import resources

START: Final = "index.md"
_AROUND: Final = 36  # pixels of the list that are not text
_KINDS: Final = {".md", ".html", ".png", ".svg", ".jpg"}


def help_folder() -> Path:
    """Give the folder of the help pages."""
    return resources() / "help"


def pages(folder: Path) -> list[tuple[str, Path]]:
    """List the pages with their headings: the first one, then those that it names, then the others."""
    named = (folder / START).read_text(encoding="utf-8")

    def place(page: Path) -> tuple[int, str]:
        found = named.find(f"({page.name})")
        first = -1 if page.name == START else len(named)
        return (found if found >= 0 else first), page.name

    return [(_heading(page), page) for page in sorted(folder.glob("*.md"), key=place)]


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
        self.setAccessibleName("Help page")
        self.document().setDocumentMargin(14)
        self.anchorClicked.connect(self.follow)
        self._link = QColor()
        self.sourceChanged.connect(lambda _url: self._colour_links())

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Read a file of the folder; anything else is empty."""
        return super().loadResource(kind, name) if self._is_ours(QUrl(name)) else None

    def set_link_colour(self, colour: str) -> None:
        """Draw links in this colour: Qt's own is too dark on a dark ground."""
        self._link = QColor(colour)
        self._colour_links()

    def _colour_links(self) -> None:
        wanted = QTextCharFormat()
        wanted.setForeground(self._link)
        for place, length in _links(self.document()):
            cursor = QTextCursor(self.document())
            cursor.setPosition(place)
            cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(wanted)

    def follow(self, link: QUrl) -> None:
        """Go to a page, or open one of Zoom's in the browser; other links lead nowhere."""
        target = self.source().resolved(link)
        if self._is_ours(target):
            self.setSource(target)
        elif is_zoom_page(target, self._is_zoom_host):
            self._open_url(target.toString())

    def _is_ours(self, url: QUrl) -> bool:
        if not url.isLocalFile():
            return False
        path = Path(url.toLocalFile()).resolve()
        return path.is_relative_to(self._folder) and path.suffix in _KINDS and path.is_file()


def _links(document: QTextDocument) -> list[tuple[int, int]]:
    """Find the links: where each begins, and how long it is."""
    found = []
    block = document.begin()
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            if parts.fragment().charFormat().isAnchor():
                found.append((parts.fragment().position(), parts.fragment().length()))
            parts += 1
        block = block.next()
    return found


def is_zoom_page(url: QUrl, is_zoom_host: Callable[[str], bool]) -> bool:
    """Whether a link leads to Zoom itself, encrypted."""
    return url.scheme() == "https" and is_zoom_host(url.host()) and not url.userInfo()


class HelpWindow(AppWindow):
    """The pages' headings, and the page that is open."""

    def __init__(
        self,
        open_url: Callable[[str], object],
        is_zoom_host: Callable[[str], bool],
        folder: Path | None = None,
    ) -> None:
        self.pages = HelpPages(folder or help_folder(), open_url, is_zoom_host)
        super().__init__("help", "Help", QSize(820, 600))
        self.list = QListWidget()
        self.list.setAccessibleName("Pages")
        for heading, page in pages(folder or help_folder()):
            item = QListWidgetItem(heading)
            item.setData(Qt.ItemDataRole.UserRole, QUrl.fromLocalFile(str(page)))
            self.list.addItem(item)
        self.back = button("Back")
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours, those of links too."""
        super().set_theme(theme)
        self.pages.set_link_colour(theme.link)

    def open(self, page: str = "") -> None:
        """Open on a page, by its file's name."""
        if page:
            self.pages.setSource(QUrl.fromLocalFile(str(help_folder() / page)))
        self.bring()
        self.pages.setFocus()

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._chosen)
        self.pages.sourceChanged.connect(self._moved)
        self.back.clicked.connect(lambda _checked=False: self.pages.backward())
        self.back.setEnabled(False)
        self.pages.backwardAvailable.connect(self.back.setEnabled)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.pages.setSource(item.data(Qt.ItemDataRole.UserRole))

    def _moved(self, url: QUrl) -> None:
        """Mark the page that is open in the list."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole).path() == url.path():
                self.list.blockSignals(True)
                self.list.setCurrentRow(place)
                self.list.blockSignals(False)

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(10)
        parts.addWidget(self.list)
        parts.addWidget(self.pages)
        parts.setStretchFactor(1, 1)
        self.list.setMinimumWidth(110)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.setMinimumWidth(300)
        parts.setSizes([self.list.sizeHintForColumn(0) + _AROUND, 600])
        self.column.addWidget(parts, 1)
        hint = note("Links to Zoom's own pages open in your browser.")
        self.column.addLayout(row(hint, self.back))
