"""The page of an app's vendor, as the demo with a relay plays it: a set-up link for each of its users.

Its back end makes the link as any vendor's does (`resources/help/vendors.md`). On a user's own computer the system
opens that link; here the page hands it to the tray of the person it stands under. It plays the host, too.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import language_in_use, text

APP: Final = "Meeting Notes"
SET_UP: Final = "set_up"
SHOW: Final = "show"
HOST_ACTS: Final = ("approve", "sharing_off")
_SEE_OTHER: Final = 303
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}

_PAGE: Final = Template("""<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width"><title>$title</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:58em;margin:2em auto;padding:0 1.5em;
background:Canvas;color:CanvasText}
h1{font-size:1.6em;margin:.2em 0}h2{font-size:1.2em;margin:0 0 .4em}
.people{display:flex;flex-wrap:wrap;gap:1.2em;margin:1.4em 0}
.person{flex:1 1 20em;border:1px solid color-mix(in srgb,CanvasText 25%,Canvas);border-radius:10px;padding:1.1em 1.3em}
ol{margin:0;padding-left:1.3em}li{margin:.7em 0}
form{display:inline}button{font:inherit;padding:.4em 1em;margin:.35em .4em 0 0;border-radius:6px;cursor:pointer;
border:1px solid color-mix(in srgb,CanvasText 35%,Canvas);background:Canvas;color:CanvasText}
button.first{background:#1b5fd0;border-color:#1b5fd0;color:#fff}
code{font-size:.85em;overflow-wrap:anywhere}
.said{border-left:4px solid #1b5fd0;padding:.3em .9em;margin:1em 0}
footer{color:color-mix(in srgb,CanvasText 70%,Canvas);font-size:.9em}
</style></head><body><h1>$title</h1><p>$lead</p>$said
<div class="people">$people</div>
<footer><p>$about_link</p><p><code>$link</code></p></footer></body></html>
""")

_PERSON: Final = Template("""<section class="person"><h2>$name</h2><ol>
<li>$set_up<br>$set_up_button</li><li>$start<br>$show_button</li><li>$host<br>$host_buttons</li></ol></section>
""")

Act = Callable[["Person", str], Awaitable[str]]
"""Does what a button says for a person, and says what to read then."""


class Person(Frozen):
    """A user of the app, in a meeting of their own."""

    key: str
    first_name: str
    last_name: str
    meeting: int
    topic: str


def set_up_link(zoom: Mapping[str, str], relay: str) -> str:
    """Make the link, as the back end of any vendor does."""
    app = {"name": APP, "client_id": zoom["client_id"]}
    app["sign_in_client_id"] = zoom["public_client_id"]
    app["relay"] = relay
    return "rtms-tray:setup?" + urlencode(app)


class LinkPage:
    """Serves the page below a path that nobody can guess: other web pages can't press its buttons."""

    def __init__(self, people: Sequence[Person], link: str, secret: str, act: Act) -> None:
        self._people = {person.key: person for person in people}
        self._link = link
        self.path = f"/{secret}/"
        self._act = act
        self._said = ""

    @property
    def app(self) -> Starlette:
        """The web application."""
        return Starlette(
            routes=[
                Route(self.path, self._show, methods=["GET"]),
                Route(f"{self.path}{{person}}/{{act}}", self._press, methods=["POST"]),
            ]
        )

    async def _show(self, _request: Request) -> Response:
        said = f'<p class="said" role="status">{escape(self._said)}</p>' if self._said else ""
        page = _PAGE.substitute(
            language=language_in_use().code,
            title=escape(text("demo.relay.page.title", name=APP)),
            lead=escape(text("demo.relay.page.lead")),
            said=said,
            people="".join(map(self._section, self._people.values())),
            about_link=escape(text("demo.relay.page.about_link")),
            link=escape(self._link),
        )
        return HTMLResponse(page, headers=_HEADERS)

    async def _press(self, request: Request) -> Response:
        person = self._people.get(request.path_params["person"])
        act = request.path_params["act"]
        if person is None or act not in {SET_UP, SHOW, *HOST_ACTS}:
            return Response(status_code=404)
        self._said = await self._act(person, act)
        return RedirectResponse(self.path, _SEE_OTHER)

    def _section(self, person: Person) -> str:
        def says(key: str) -> str:
            words = text(f"demo.relay.page.{key}", name=person.first_name, topic=person.topic)
            return escape(words)

        def button(act: str, kind: str = "") -> str:
            label = escape(text(f"demo.relay.page.{act}_button", name=person.first_name))
            target = f"{self.path}{person.key}/{act}"
            return f'<form method="post" action="{target}"><button{kind}>{label}</button></form>'

        return _PERSON.substitute(
            name=escape(f"{person.first_name} {person.last_name}"),
            set_up=says("set_up"),
            set_up_button=button(SET_UP, ' class="first"'),
            start=says("start"),
            show_button=button(SHOW),
            host=says("host"),
            host_buttons="".join(map(button, HOST_ACTS)),
        )
