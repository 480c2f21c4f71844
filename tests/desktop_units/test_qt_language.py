"""Qt's own texts follow the language, and windows are mirrored for one that is read from the right."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.first_icon import name_application
from rtms_tray.support.languages import load
from rtms_tray.support.texts import use_language
from rtms_tray.support.translation import Translation


def cancel() -> str:
    return QCoreApplication.translate("QPlatformTheme", "Cancel")


def test_english_needs_nothing(qapp: QApplication) -> None:
    name_application(qapp)
    assert cancel() == "Cancel"


def test_qt_speaks_the_language_too(qapp: QApplication) -> None:
    use_language(Translation("de", ""))
    name_application(qapp)
    assert cancel() == "Abbrechen"
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_windows_are_mirrored(qapp: QApplication) -> None:
    use_language(load("en-XR"))
    name_application(qapp)
    assert qapp.layoutDirection() is Qt.LayoutDirection.RightToLeft


def test_a_language_that_qt_does_not_have_leaves_it_english(qapp: QApplication) -> None:
    use_language(Translation("tlh", ""))
    name_application(qapp)
    assert cancel() == "Cancel"
