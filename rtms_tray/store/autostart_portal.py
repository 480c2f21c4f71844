"""Log-in for a program in a Flatpak's sandbox: the desktop's portal writes the entry, after asking the user."""

import asyncio
import secrets
from pathlib import Path
from typing import Any, Final

from dbus_fast import Variant

from rtms_tray.store.autostart import Job
from rtms_tray.store.desktop_entry import values_of
from rtms_tray.support.session_bus import Bus, BusError, BusMessage, Call
from rtms_tray.support.texts import text

_PORTAL: Final = "org.freedesktop.portal.Desktop"
_REQUEST: Final = "org.freedesktop.portal.Request"
_ANSWER_LIMIT_S: Final = 120.0
"""How long the user may think about the desktop's own question."""
_INFO: Final = Path("/.flatpak-info")
_GRANTED: Final = 0


class PortalAutostart:
    """What the portal was asked for; only a sandbox that sees the user's folder can read it back."""

    def __init__(
        self,
        job: Job,
        info: Path = _INFO,
        folder: Path | None = None,
        *,
        address: str | None = None,
        limit_s: float = _ANSWER_LIMIT_S,
    ) -> None:
        self._job, self._address, self._limit_s = job, address, limit_s
        name = f"{_app_id(info) or job.name}.desktop"
        self._entry = (folder or Path.home() / ".config" / "autostart") / name

    def is_on(self) -> bool | None:
        """Whether the portal's entry is there; None where the sandbox hides the folder."""
        if not self._entry.parent.is_dir():
            return None
        return (
            self._entry.is_file()
            and values_of(self._entry.read_text("utf-8")).get("Hidden") != "true"
        )

    def turn(self, *, on: bool) -> None:
        """Ask the portal, and wait until the user has answered it. Raises OSError."""
        try:
            granted = asyncio.run(self._ask(on=on))
        except (BusError, TimeoutError) as error:
            raise OSError(str(error) or text("autostart.no_answer")) from None
        if granted is not on:
            raise OSError(text("autostart.refused"))

    async def _ask(self, *, on: bool) -> bool:
        """Send the request; its answer comes as a signal."""
        answered: asyncio.Queue[BusMessage] = asyncio.Queue()
        rule = f"type='signal',interface='{_REQUEST}',member='Response'"
        bus = Bus((rule,), answered.put_nowait, address=self._address)
        try:
            await bus.call(self._request(on=on))
            async with asyncio.timeout(self._limit_s):
                while (answer := await answered.get()).member != "Response":
                    pass
        finally:
            await bus.close()
        code, results = answer.body
        return code == _GRANTED and _is_true(results.get("autostart"))

    def _request(self, *, on: bool) -> Call:
        options = {
            "handle_token": Variant("s", f"rtms_tray_{secrets.token_hex(8)}"),
            "reason": Variant("s", text("autostart.reason")),
            "autostart": Variant("b", on),
            "commandline": Variant("as", [self._job.program.name, *self._job.arguments]),
        }
        return Call(
            _PORTAL,
            "/org/freedesktop/portal/desktop",
            "org.freedesktop.portal.Background",
            "RequestBackground",
            "sa{sv}",
            ("", options),
        )


def _app_id(info: Path) -> str:
    """Read by which name the sandbox runs this program."""
    try:
        lines = info.read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line[5:].strip() for line in lines if line.startswith("name=")), "")


def _is_true(value: Any) -> bool:  # noqa: ANN401 - whatever the bus brings
    return getattr(value, "value", value) is True
