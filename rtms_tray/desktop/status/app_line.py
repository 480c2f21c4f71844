"""The window's first line: which app it is about, where that app's own help is, and the way to other apps."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from rtms_tray.desktop.profile_switch import ListProfiles, ProfileSwitch
from rtms_tray.desktop.widgets.controls import button, note, set_margins
from rtms_tray.presentation.view_model import AppView
from rtms_tray.support.texts import text

_SIDE: Final = 16
_LONGEST_SIDE: Final = 1024
"""A picture from outside that says it is larger is not even read."""


class AppLine(QWidget):
    """Small and quiet, and only where the app is known by name, or is one of several."""

    def __init__(
        self,
        open_url: Callable[[str], object],
        list_profiles: ListProfiles = tuple,
        open_profile: Callable[[str], object] = bool,
    ) -> None:
        super().__init__()
        self.icon, self.name = QLabel(), note(fixed=True)
        self.help = button(text("status.app.help"), flat=True)
        self.switch = button(text("profiles.switch"), flat=True)
        self.switch.setAccessibleName(text("profiles.switch_hint"))
        self.switch.setToolTip(text("profiles.switch_hint"))
        self.profiles = ProfileSwitch(list_profiles, open_profile, self)
        self._app = AppView()
        self._label = ""  # of this app among several
        line = QHBoxLayout(self)
        set_margins(line, 4, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.icon)
        line.addWidget(self.name, 1)
        line.addWidget(self.switch)
        line.addWidget(self.help)
        self.help.clicked.connect(lambda _checked=False: open_url(self._app.help_url))
        self.switch.clicked.connect(lambda _checked=False: self._open_switch())
        self.help.hide()
        self.look()

    def look(self) -> None:
        """Look whether there is something to switch to."""
        profiles = self.profiles.refresh()
        self._label = next((profile.label for profile in profiles if profile.current), "")
        self.switch.setVisible(bool(profiles))
        self._show_name()

    def _show_name(self) -> None:
        self.name.setText(self._label or self._app.name)
        self.setVisible(bool(self._label or self._app.name))

    def _open_switch(self) -> None:
        if self.profiles.refresh():
            below = self.switch.mapToGlobal(QPoint(0, self.switch.height()))
            self.profiles.menu.popup(below)

    def show_app(self, app: AppView) -> None:
        """Show this app."""
        if app == self._app:
            return
        self._app = app
        self.icon.setAccessibleName(app.name)
        picture = self._picture(app)
        self.icon.setPixmap(picture)
        self.icon.setVisible(not picture.isNull())
        host = urlsplit(app.help_url).hostname or ""
        self.help.setAccessibleName(text("status.app.help_of", name=app.name, host=host))
        self.help.setToolTip(host)
        self.help.setVisible(bool(host))
        self._show_name()

    def _picture(self, app: AppView) -> QPixmap:
        """Read the icon at the size that it is drawn in; an empty picture where that fails."""
        if app.icon is None:
            return QPixmap()
        reader = QImageReader(str(app.icon), b"png")
        size = reader.size()
        if not size.isValid() or max(size.width(), size.height()) > _LONGEST_SIDE:
            return QPixmap()
        image = reader.read()
        if image.isNull():
            return QPixmap()
        sharp = self.devicePixelRatioF()
        side = round(_SIDE * sharp)
        smooth = Qt.TransformationMode.SmoothTransformation
        scaled = image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, smooth)
        scaled.setDevicePixelRatio(sharp)
        return QPixmap.fromImage(scaled)
