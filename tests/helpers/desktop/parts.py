"""The programs a desktop is made of, with their settings: tray hosts and notification daemons."""

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers.desktop.bus import SERVICE_FILES

PANEL_HEIGHT = 32
STATUS_NOTIFIER = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS = "org.freedesktop.Notifications"

TINT2_SETTINGS = f"""\
panel_items = S
panel_size = 100% {PANEL_HEIGHT}
panel_position = bottom center horizontal
systray = 1
systray_icon_size = 24
rounded = 0
background_color = #333333 100
panel_background_id = 1
wm_menu = 0
"""
# By itself tint2 draws the icons, from what it sees of their windows; when that fails once, it throws
# the icon out. So it lets the windows be seen, as trayer does.
TINT2_EMBEDDING = TINT2_SETTINGS + "disable_transparency = 1\n"
LXQT_SETTINGS = f"""\
[General]
panels=panel1
[panel1]
alignment=-1
position=Bottom
panelSize={PANEL_HEIGHT}
iconSize=24
lineCount=1
length=100
lengthInPercents=true
plugins=statusnotifier
[statusnotifier]
type=statusnotifier
"""
XFCE_SETTINGS = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{PANEL_HEIGHT}"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""
TRAYER_OPTIONS = (
    *("--edge", "bottom", "--align", "right", "--widthtype", "request"),
    *("--height", str(PANEL_HEIGHT), "--SetPartialStrut", "true"),
)
DUNST_SETTINGS = """\
[global]
origin = top-right
offset = 20x20
width = 360
font = DejaVu Sans 11
show_indicators = yes
mouse_left_click = do_action, close_current
mouse_right_click = close_current
"""


@dataclass(frozen=True)
class Part:
    """One program of the desktop.

    Attributes:
        argv: how to start it; `{config}` stands for the folder with its settings.
        settings: its settings files, by their place in the XDG configuration folder.
        window: the class of the window by which it shows that it is up, if it has one.
        bus_name: the name on the bus by which it shows that it is up, if it takes one.
        services: what the bus may start for it.
    """

    argv: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    window: str = ""
    bus_name: str = ""
    services: tuple[str, ...] = ()

    def prepare(self, config: Path) -> list[str]:
        """Write the settings; hand back the command that starts the program."""
        for name, text in self.settings.items():
            path = config / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return [word.format(config=config) for word in self.argv]


TRAYS: Mapping[str, Part | None] = {
    "none": None,
    # These two show icons offered over the bus (StatusNotifierItem) …
    "lxqt": Part(
        ("lxqt-panel",),
        {"lxqt/panel.conf": LXQT_SETTINGS},
        window="lxqt-panel",
        bus_name=STATUS_NOTIFIER,
    ),
    "xfce": Part(
        ("xfce4-panel", "--disable-wm-check"),
        {"xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml": XFCE_SETTINGS},
        window="Xfce4-panel",
        bus_name=STATUS_NOTIFIER,
        services=("org.xfce.Xfconf",),
    ),
    # … and these two take in the icon's own window (XEmbed).
    "tint2": Part(
        ("tint2", "-c", "{config}/tint2/tint2rc"),
        {"tint2/tint2rc": TINT2_EMBEDDING},
        window="Tint2",
    ),
    "tint2-drawing": Part(
        ("tint2", "-c", "{config}/tint2/tint2rc"),
        {"tint2/tint2rc": TINT2_SETTINGS},
        window="Tint2",
    ),
    "trayer": Part(
        ("trayer", *TRAYER_OPTIONS),
        window="trayer",
    ),
}


def program_of_service(service: str) -> str:
    """The program that the bus would start for a service; its folder differs by architecture."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(SERVICE_FILES / f"{service}.service", encoding="utf-8")
    return parser.get("D-BUS Service", "Exec", fallback=service)


def notification_daemon(kind: str) -> Part | None:
    """The part that shows notifications on this kind of desktop."""
    if kind == "dunst":
        return Part(("dunst",), {"dunst/dunstrc": DUNST_SETTINGS}, bus_name=NOTIFICATIONS)
    if kind == "xfce":
        program = program_of_service("org.xfce.xfce4-notifyd.Notifications")
        return Part((program,), bus_name=NOTIFICATIONS, services=("org.xfce.Xfconf",))
    return None
