"""The simulated Zoom as a process of its own: its world is changed, and looked at, over HTTP."""

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from rtms_tray.store.profile import find_profile
from rtms_tray.store.secrets import secret_name
from rtms_tray.store.settings_file import set_value
from tests.helpers.running import App, Json, Process, as_json

WITH_HOST = 98712345670
"""The meeting of the scenario `default` whose host is there, and is asked."""

WITHOUT_HOST = 98712345671
"""The meeting whose host is missing."""


class ZoomProcess:
    """`rtms-tray simulate`: `with ZoomProcess(environ) as zoom:`."""

    def __init__(
        self, environ: Mapping[str, str], progression: str = "immediate", port: int = 0
    ) -> None:
        arguments = ("simulate", "--progression", progression, "--port", str(port))
        self._process = Process(arguments, environ)
        self._http = httpx2.Client(trust_env=False)
        self.addresses: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self.addresses = as_json(self._process.line())
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """End it."""
        self._http.close()
        self._process.end()

    @property
    def port(self) -> int:
        """Its port on loopback."""
        return httpx2.URL(self.addresses["control_url"]).port or 0

    def through(self, port: int) -> None:
        """Have the program reach it through another port; the control interface stays its own."""
        mine = f":{self.port}"
        for name in ("oauth_url", "api_url", "events_url"):
            self.addresses[name] = self.addresses[name].replace(mine, f":{port}")

    # --- its world --------------------------------------------------------------------------------

    def act(self, meeting: int, name: str, /, **details: Any) -> Json:  # noqa: ANN401 - any JSON
        """Let somebody in a meeting do something."""
        return self.change(f"meetings/{meeting}/act", act=name, **details)

    def change(self, path: str, /, **values: Any) -> Json:  # noqa: ANN401 - any JSON
        """Change something by the control interface."""
        reply = self._http.post(f"{self.addresses['control_url']}/{path}", json=values)
        assert reply.status_code == 200, reply.text
        return as_json(reply.text)

    def look(self, path: str = "state") -> Json:
        """Look at something by the control interface."""
        reply = self._http.get(f"{self.addresses['control_url']}/{path}")
        assert reply.status_code == 200, reply.text
        return as_json(reply.text)

    def requests(self, action: str = "start") -> list[Json]:
        """List the calls about streams that came, of one kind."""
        return [one for one in self.look()["requests"] if one["action"] == action]

    # --- the person at the browser ----------------------------------------------------------------

    def press(self, url: str, choice: str) -> str:
        """Open the consent page, press a button on it, and hand back the last page's text."""
        page = self._http.get(url)
        assert page.status_code == 200, page.text
        form = Form(page.text)
        assert choice in form.buttons, page.text
        fields = {**form.fields, **form.buttons[choice]}
        target = page.url.join(form.action)
        return self._http.post(target, data=fields, follow_redirects=True).text

    # --- setting the program up -------------------------------------------------------------------

    def set_up(
        self,
        app: App,
        *,
        secret: str | None = None,
        public: bool = False,
        by_commands: bool = False,
    ) -> None:
        """Lead the program here; by its commands, or quicker by its files."""
        settings = {
            "zoom.environment": "custom",
            "zoom.oauth_url": self.addresses["oauth_url"],
            "zoom.api_url": self.addresses["api_url"],
            "feed.url": self.addresses["events_url"],
            "feed.subscription_id": self.addresses["subscription_id"],
            "app.client_id": self.addresses["client_id"],
        }
        if public:
            settings["app.sign_in_client_id"] = self.addresses["public_client_id"]
        given = self.addresses["client_secret"] if secret is None else secret
        if by_commands or app.keyring_file is None:
            self._set_by_commands(app, settings, given)
        else:
            self._set_in_files(app, settings, given, app.keyring_file)

    def _set_by_commands(self, app: App, settings: Mapping[str, str], secret: str) -> None:
        for key, value in settings.items():
            app.done("settings", "set", key, value)
        app.done("settings", "set", "app.client_secret", given=secret)

    def _set_in_files(
        self, app: App, settings: Mapping[str, str], secret: str, keyring: Path
    ) -> None:
        for key, value in settings.items():
            set_value(find_profile("default", app.environ).settings_file, key, value)
        client_id = self.addresses["client_id"]
        name = secret_name("client_secret", "custom", self.addresses["oauth_url"], client_id)
        keyring.write_text(json.dumps({name: secret}), encoding="utf-8")

    def sign_in(self, app: App) -> str:
        """Sign in by the command line and the browser; hand back what the command line said."""
        with app.started("sign-in", "--no-browser") as signing_in:
            page = self.press(signing_in.line().strip(), "Allow")
            assert "You are signed in" in page
            ended = signing_in.wait()
        assert ended.code == 0, ended.err
        return ended.out


class Form(HTMLParser):
    """A page's form as a browser sees it: fields as they stand, and what each button adds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, dict[str, str]] = {}
        self._button: dict[str, str] | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a form's part."""
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.action = given["action"]
            case "input":
                self.fields[given["name"]] = given["value"]
            case "select":
                self._select = given["name"]
            case "option" if "selected" in given:
                self.fields[self._select] = given["value"]
            case "button":
                self._button = {given["name"]: given["value"]}

    def handle_data(self, data: str) -> None:
        """Take note of a button's words."""
        if self._button is not None:
            self.buttons[data.strip()] = self._button
            self._button = None
