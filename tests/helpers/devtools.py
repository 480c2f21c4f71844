"""Looks into a running Chromium by its DevTools protocol, on loopback."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from websockets.sync.client import connect

from tests.helpers.desktop import wait_for
from tests.helpers.desktop.waiting import steady

PATIENCE_S: Final = 20.0
LINES_SAID: Final = 2
"""A browser that is ready has said its port, and its own address."""
_FIND: Final = """
label => [...document.querySelectorAll('button, a')].find(element => element.textContent.trim() === label)
"""
_PLACE: Final = """
button => {
  if (!button) return null;
  const box = button.getBoundingClientRect();
  const side = (outerWidth - innerWidth) / 2;
  return [
    Math.round(screenX + side + box.x + box.width / 2),
    Math.round(screenY + outerHeight - innerHeight - side + box.y + box.height / 2),
  ];
}
"""


class LeftError(Exception):
    """The page was left for another while it was asked."""


@dataclass(frozen=True)
class Page:
    """One tab, as the DevTools protocol shows it."""

    socket: str

    def call(self, method: str, /, **params: object) -> Any:  # noqa: ANN401 - any JSON
        """Call the DevTools; hand back the result. Raises LeftError."""
        with connect(self.socket, proxy=None, open_timeout=PATIENCE_S) as devtools:
            devtools.send(json.dumps({"id": 1, "method": method, "params": params}))
            while True:
                reply = json.loads(devtools.recv(timeout=PATIENCE_S))
                if reply.get("id") == 1:
                    if "error" in reply:
                        raise LeftError(reply["error"]["message"])
                    return reply["result"]

    def value(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """The value of a piece of JavaScript in the page; None while that is being left."""
        try:
            reply = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        except LeftError:
            return None
        assert "exceptionDetails" not in reply, reply
        return reply["result"].get("value")

    @property
    def text(self) -> str:
        """What the page says, to a person who reads it."""
        return str(self.value("document.body ? document.body.innerText : ''") or "")

    @property
    def address(self) -> str:
        """What the address bar holds."""
        history = self.call("Page.getNavigationHistory")
        return str(history["entries"][history["currentIndex"]]["url"])

    def left_behind(self) -> list[str]:
        """What the addresses of the program's own pages carry, in all that Back leads to."""
        entries = self.call("Page.getNavigationHistory")["entries"]
        own = (urlsplit(entry["url"]) for entry in entries if "/callback" in entry["url"])
        return [parts.query + parts.fragment for parts in own]

    def says(self, words: str) -> None:
        """Wait until the page says these words."""
        wait_for(lambda: words in self.text, PATIENCE_S, f"a page that says {words!r}")

    def button(self, label: str) -> tuple[int, int]:
        """Wait for a button that rests; hand back where on the screen it is."""

        def look() -> Any:  # noqa: ANN401 - JSON: two numbers, or nothing
            return self.value(f"({_PLACE})({_button(label)})")

        wait_for(look, PATIENCE_S, f"the button {label!r}")
        wait_for(steady(look, times=4), PATIENCE_S, f"the button {label!r} to come to rest")
        x, y = look()
        return int(x), int(y)

    def press(self, label: str, **fields: str) -> None:
        """Fill fields in by their names and press a button, without a mouse."""
        self.button(label)
        for name, text in fields.items():
            self.value(f"document.querySelector('[name={name}]').value = {json.dumps(text)}")
        # Not at once: the page that is left could take the answer to this call with it.
        self.value(f"setTimeout(() => {_button(label)}.click())")


class Browser:
    """A running Chromium, or one that runs once somebody opens an address."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile

    def page(self, words: str) -> Page:
        """Wait for a tab whose title has these words."""
        return wait_for(lambda: self._find(words), PATIENCE_S, f"a tab titled {words!r}")

    def _find(self, words: str) -> Page | None:
        for tab in self.tabs():
            if words in tab["title"]:
                return Page(tab["webSocketDebuggerUrl"])
        return None

    def tabs(self) -> list[dict[str, str]]:
        """All tabs, the one used last first; none while the browser does not run yet."""
        said = self._profile / "DevToolsActivePort"
        lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
        if len(lines) < LINES_SAID:
            return []
        try:
            with httpx2.Client(trust_env=False) as http:
                listed = http.get(f"http://127.0.0.1:{lines[0]}/json/list").json()
        except httpx2.TransportError:
            return []
        return [tab for tab in listed if tab["type"] == "page"]


def _button(label: str) -> str:
    return f"({_FIND})({json.dumps(label)})"
