"""Qt's own part of a language: its dialogs' buttons, the menus of its fields, and from which side windows are read."""

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from rtms_tray.support.texts import Language


def follow(language: Language, app: QApplication) -> None:
    """Have Qt's own texts in this language, where Qt has it, and mirror windows for one that is read from the right."""
    if language.reads_from_right:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language.code), "qtbase", "_", folder):
        app.installTranslator(translator)
