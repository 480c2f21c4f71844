"""Help: its own pages, their links, and nothing from anywhere else."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop import first_icon
from rtms_tray.desktop.help_window import HelpWindow, _links, help_folder, is_zoom_page, pages
from rtms_tray.desktop.theme import DARK
from rtms_tray.store.environment import is_zoom_host

pytestmark = pytest.mark.qt_loop


def test_every_page_is_named_and_every_link_leads_somewhere() -> None:
    found = pages(help_folder())
    assert found[0][1].name == "index.md"
    assert len(found) >= 7
    for heading, page in found:
        text = page.read_text(encoding="utf-8")
        assert f"# {heading}\n" in text
        targets = [part.split(")")[0] for part in text.split("](")[1:]]
        for target in targets:
            ours = (page.parent / target).is_file()
            assert ours or is_zoom_page(QUrl(target), is_zoom_host), target


@pytest.mark.promise("tokens go to Zoom's own hosts only")
@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://marketplace.zoom.us/", True),
        ("https://zoom.us", True),
        ("https://developers.zoomgov.com/x", True),
        ("http://zoom.us", False),
        ("https://zoom.us.example.com", False),
        ("https://evilzoom.us", False),
        ("https://zoom.us@example.com/", False),
        ("https://user:pass@zoom.us/", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_zooms_hosts_are_opened(url: str, *, ours: bool) -> None:
    assert is_zoom_page(QUrl(url), is_zoom_host) is ours


async def test_help_shows_its_pages_and_nothing_else(qapp: QApplication, tmp_path: Path) -> None:
    first_icon.name_application(qapp)
    outside = tmp_path / "outside.md"
    outside.write_text("# Secret\nhidden words")
    opened: list[str] = []
    window = HelpWindow(opened.append, is_zoom_host)
    window.open()
    assert "What rtms-tray does" in window.pages.toPlainText()
    window.list.setCurrentRow(1)
    assert window.pages.source().fileName() == pages(help_folder())[1][1].name
    window.pages.follow(QUrl("meeting.md"))
    assert "During a meeting" in window.pages.toPlainText()
    assert window.list.currentItem().text() == "During a meeting"
    QTest.mouseClick(window.back, Qt.MouseButton.LeftButton)
    assert window.pages.source().fileName() == pages(help_folder())[1][1].name
    before = window.pages.toPlainText()
    for link in (f"file://{outside}", "../../README.md", "https://example.com", "ftp://zoom.us"):
        window.pages.follow(QUrl(link))
    assert (window.pages.toPlainText(), opened) == (before, [])
    window.pages.follow(QUrl("https://marketplace.zoom.us"))
    assert opened == ["https://marketplace.zoom.us"]
    kind = QTextDocument.ResourceType.ImageResource.value
    assert window.pages.loadResource(kind, QUrl("https://example.com/x.png")) is None
    window.set_theme(DARK)
    document = window.pages.document()
    assert _links(document)
    for place, length in _links(document):
        cursor = QTextCursor(document)
        cursor.setPosition(place + length)
        assert cursor.charFormat().foreground().color().name() == DARK.link
    window.close()


async def test_a_diagram_is_left_to_the_web(qapp: QApplication) -> None:
    first_icon.name_application(qapp)
    window = HelpWindow(lambda _url: None, is_zoom_host)
    window.open()
    page = help_folder() / "states.md"
    assert "```mermaid" in page.read_text(encoding="utf-8")
    window.pages.follow(QUrl.fromLocalFile(str(page)))
    shown = window.pages.toPlainText()
    assert "pending approval" in shown
    assert "mermaid" not in shown
    assert "flowchart" not in shown
    window.close()
