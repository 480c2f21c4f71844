"""Starts a desktop, part by part, and ends it."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tests.helpers.desktop import bus, processes
from tests.helpers.desktop.parts import (
    TRAYS,
    Part,
    notification_daemon,
)
from tests.helpers.desktop.pictures import Picture
from tests.helpers.desktop.processes import Program
from tests.helpers.desktop.surface import Surface
from tests.helpers.desktop.waiting import steady, wait_for

TrayKind = Literal["lxqt", "xfce", "tint2", "tint2-drawing", "trayer", "none"]
NotifyKind = Literal["dunst", "xfce", "none"]
KeyringKind = Literal["gnome", "locked", "none"]

START_S = 20
BACKGROUND = "#4477aa"
KEYRING_PASSWORD = "only for this test"
PASSED_ON = ("PATH", "CI", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_CONFIG")
ALWAYS_NEEDED = (
    "Xvfb",
    "setpriv",
    "dbus-daemon",
    "openbox",
    "xdotool",
    "xwininfo",
    "xsetroot",
    "xrefresh",
)


class Desktop(Surface):
    """A desktop of its own for one test: `with Desktop(tray="tint2") as desktop:`."""

    needs: tuple[str, ...] = ALWAYS_NEEDED

    def __init__(
        self,
        *,
        tray: TrayKind = "lxqt",
        notify: NotifyKind = "none",
        keyring: KeyringKind = "none",
        size: tuple[int, int] = (1024, 768),
    ) -> None:
        self.tray = tray
        self.keyring = keyring
        super().__init__(TRAYS[tray], size)
        self._notify_part = notification_daemon(notify)
        self._ends = ExitStack()
        self._tray_program: Program | None = None

    def __enter__(self) -> Self:
        """Start everything; what was started before a failure is ended again."""
        parts = [part for part in (self._tray_part, self._notify_part) if part]
        keyring = () if self.keyring == "none" else ("gnome-keyring-daemon",)
        processes.require_programs([*self.needs, *keyring, *(part.argv[0] for part in parts)])
        with ExitStack() as ends:
            self._ends = ends
            try:
                self._start_all(parts)
            except AssertionError as error:
                error.add_note(self.all_logs())
                raise
            self._ends = ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything that was started, the last first."""
        self._ends.close()

    # Starting, in this order

    def _start_all(self, parts: Sequence[Part]) -> None:
        self._make_folders()
        self._start_screen()
        self._start_bus(parts)
        self._start_window_manager()
        self._start_keyring()
        if self._tray_part:
            self.start_tray()
            self._remember_empty_tray()
        if self._notify_part:
            self._start_part(self._notify_part)

    def _make_folders(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rtms-desktop-"))
        self._ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
        home = self.folder / "home"
        folders = {
            "HOME": home,
            "XDG_CONFIG_HOME": home / ".config",
            "XDG_DATA_HOME": home / ".local" / "share",
            "XDG_STATE_HOME": home / ".local" / "state",
            "XDG_CACHE_HOME": home / ".cache",
            "XDG_RUNTIME_DIR": self.folder / "run",
            "TMPDIR": self.folder / "tmp",
        }
        for folder in (*folders.values(), self.folder / "logs"):
            folder.mkdir(parents=True, mode=0o700)
        self.env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.env |= {name: str(folder) for name, folder in folders.items()}
        self.env |= {
            "LANG": "C.UTF-8",
            "XDG_SESSION_TYPE": "x11",
            "QT_QPA_PLATFORM": "xcb",
            # GTK's programs would complain about the accessibility bus, which is not there.
            "NO_AT_BRIDGE": "1",
        }

    def _start_screen(self) -> None:
        width, height = self.size
        read_end, write_end = os.pipe()
        # The server picks a free number and says it once it is ready.
        screen = ["-screen", "0", f"{width}x{height}x24", "-fbdir", str(self.folder), "-nocursor"]
        argv = ["Xvfb", "-displayfd", str(write_end), *screen, "-nolisten", "tcp", "-noreset"]
        self.start("xvfb", argv, keep_open=(write_end,))
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        assert number, f"the X server did not start:\n{self.log('xvfb')}"
        self.env["DISPLAY"] = f":{number}"
        self.run(["xsetroot", "-solid", BACKGROUND])

    def _start_bus(self, parts: Sequence[Part]) -> None:
        # gnome-keyring asks for its password through this.
        services = ["org.gnome.keyring.SystemPrompter"] if self.keyring != "none" else []
        services += [service for part in parts for service in part.services]
        configuration, address = bus.configure(self.folder, list(dict.fromkeys(services)))
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        self.start("bus", ["dbus-daemon", f"--config-file={configuration}", "--nofork"])
        self._wait_for_name("org.freedesktop.DBus")

    def _start_window_manager(self) -> None:
        # With an empty configuration openbox opens a window to complain.
        self.start("openbox", ["openbox", "--config-file", "/etc/xdg/openbox/rc.xml"])
        wait_for(self._has_window_manager, START_S, "the window manager")

    def _has_window_manager(self) -> bool:
        answer = self.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"])
        return "window id" in answer.stdout

    def _start_keyring(self) -> None:
        if self.keyring == "none":
            return
        argv = ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"]
        self.start("keyring", argv, feed=KEYRING_PASSWORD.encode())
        self._wait_for_name("org.freedesktop.secrets")
        if self.keyring == "locked":
            self.lock_keyring()

    def _start_part(self, part: Part) -> Program:
        argv = part.prepare(Path(self.env["XDG_CONFIG_HOME"]))
        name = Path(argv[0]).name
        program = self.start(name, argv)
        if part.bus_name:
            self._wait_for_name(part.bus_name)
        if part.window:
            look = partial(self._has_window, part.window)
            wait_for(look, START_S, f"the window of {name}")
        return program

    def _remember_empty_tray(self) -> None:
        wait_for(steady(self._panel, times=10), START_S, "the panel to come to rest")
        self._empty_tray = self._panel()

    def _wait_for_name(self, name: str) -> None:
        look = partial(bus.has_owner, self.env["DBUS_SESSION_BUS_ADDRESS"], name)
        wait_for(look, START_S, f"{name} on the bus")

    # Programs

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        feed: bytes = b"",
        keep_open: Sequence[int] = (),
        **environ: str,
    ) -> Program:
        """Start a program on the desktop; it ends with the desktop, if not before."""
        log = self.folder / "logs" / f"{name}.log"
        program = processes.start(argv, log, self.env | environ, feed=feed, keep_open=keep_open)
        self._ends.callback(program.end)
        return program

    def log(self, name: str) -> str:
        """What a program started under this name has said."""
        return (self.folder / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def all_logs(self) -> str:
        """What every program of the desktop has said."""
        logs = sorted((self.folder / "logs").glob("*.log"))
        return "\n".join(f"{log.stem} said:\n{self.log(log.stem)}" for log in logs)

    def start_tray(self) -> None:
        """Start the tray host, again after `end_tray`, and wait until it is up."""
        assert self._tray_part is not None, "this desktop has no tray"
        bare = self._panel()
        self._tray_program = self._start_part(self._tray_part)
        wait_for(lambda: self._is_drawn(bare), START_S, "the panel to be drawn")

    def _is_drawn(self, bare: Picture) -> bool:
        # Its window is there before it is drawn, and what is drawn later would pass for an icon.
        # tint2 sometimes draws nothing at all before it is asked to.
        if self._panel() != bare:
            return True
        self.run(["xrefresh"])
        return False

    def end_tray(self) -> None:
        """End the tray host, and wait until its panel is gone from the screen."""
        assert self._tray_part is not None, "this desktop has no tray"
        assert self._tray_program is not None, "the tray was not started"
        self._tray_program.end()
        kind = self._tray_part.window
        wait_for(lambda: not self._has_window(kind), START_S, f"the window of {kind} to go")

    def lock_keyring(self) -> None:
        """Lock the keyring: whoever asks for a secret from now on makes it ask for its password."""
        bus.lock_keyring(self.env["DBUS_SESSION_BUS_ADDRESS"])
