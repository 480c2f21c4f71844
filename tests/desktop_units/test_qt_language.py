"""Qt's own texts follow the language, and windows are mirrored for one that is read from the right."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.first_icon import name_application
from rtms_tray.support.languages import load
from rtms_tray.support.texts import Language, use_language
from rtms_tray.support.translation import Translation


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


def cancel() -> str:
    return QCoreApplication.translate("QPlatformTheme", "Cancel")


def test_english_needs_nothing(app: QApplication) -> None:
    name_application(app)
    assert cancel() == "Cancel"


def test_qt_speaks_the_language_too(app: QApplication) -> None:
    use_language(Translation("de", ""))
    name_application(app)
    assert cancel() == "Abbrechen"
    assert app.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_windows_are_mirrored(app: QApplication) -> None:
    use_language(load("en-XR"))
    name_application(app)
    assert app.layoutDirection() is Qt.LayoutDirection.RightToLeft
    use_language(Language())
