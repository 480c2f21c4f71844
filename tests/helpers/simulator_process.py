"""The simulator as a process, controlled over HTTP; it sets programs up and answers consent pages."""

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
"""The meeting of the scenario `default` whose host is present and is asked."""

WITHOUT_HOST = 98712345671
"""The meeting whose host is absent."""


class SimulatorProcess:
    """Runs `rtms-tray simulate`: `with SimulatorProcess(environ) as zoom:`."""

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
        """Stop the process."""
        self._http.close()
        self._process.end()

    @property
    def port(self) -> int:
        """The port on loopback."""
        return httpx2.URL(self.addresses["control_url"]).port or 0

    def route_through(self, port: int) -> None:
        """Let the program connect through another port; the control interface keeps its own."""
        own_port = f":{self.port}"
        for name in ("oauth_url", "api_url", "events_url"):
            self.addresses[name] = self.addresses[name].replace(own_port, f":{port}")

    # --- the control interface --------------------------------------------------------------------

    def act(self, meeting: int, name: str, /, **details: Any) -> Json:  # noqa: ANN401 - any JSON
        """Perform an action in a meeting."""
        return self.change(f"meetings/{meeting}/act", act=name, **details)

    def change(self, path: str, /, **values: Any) -> Json:  # noqa: ANN401 - any JSON
        """POST to the control interface."""
        reply = self._http.post(f"{self.addresses['control_url']}/{path}", json=values)
        assert reply.status_code == 200, reply.text
        return as_json(reply.text)

    def state(self) -> Json:
        """Return the whole state of the simulator."""
        reply = self._http.get(f"{self.addresses['control_url']}/state")
        assert reply.status_code == 200, reply.text
        return as_json(reply.text)

    def requests(self, action: str = "start") -> list[Json]:
        """List the requests about streams that arrived, of one kind."""
        return [request for request in self.state()["requests"] if request["action"] == action]

    # --- the browser ------------------------------------------------------------------------------

    def answer_consent(self, url: str, choice: str) -> str:
        """Open the consent page, press a button on it, and return the text of the last page."""
        page = self._http.get(url)
        assert page.status_code == 200, page.text
        form = ConsentForm(page.text)
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
        """Set the program up for this simulator: by its commands, or faster by its files."""
        settings = {
            "zoom.environment": "custom",
            "zoom.oauth_url": self.addresses["oauth_url"],
            "zoom.api_url": self.addresses["api_url"],
            "feed.url": self.addresses["events_url"],
            "feed.subscription_id": self.addresses["subscription_id"],
            "app.client_id": self.addresses["client_id"],
            "behaviour.offer_start": "false",  # it comes by itself: tests that want it turn it on
        }
        if public:
            settings["app.sign_in_client_id"] = self.addresses["public_client_id"]
        secret = self.addresses["client_secret"] if secret is None else secret
        if by_commands or app.keyring_file is None:
            self._set_by_commands(app, settings, secret)
        else:
            self._set_in_files(app, settings, secret, app.keyring_file)

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
        """Sign in by the command line and the browser; return what the command line printed."""
        with app.started("sign-in", "--no-browser") as signing_in:
            page = self.answer_consent(signing_in.line().strip(), "Allow")
            assert "You are signed in" in page
            ended = signing_in.wait()
        assert ended.code == 0, ended.err
        return ended.out


class ConsentForm(HTMLParser):
    """The form of the consent page: its preset fields, and the field that each button adds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, dict[str, str]] = {}
        self._button: dict[str, str] | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a field or button."""
        attributes = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.action = attributes["action"]
            case "input":
                self.fields[attributes["name"]] = attributes["value"]
            case "select":
                self._select = attributes["name"]
            case "option" if "selected" in attributes:
                self.fields[self._select] = attributes["value"]
            case "button":
                self._button = {attributes["name"]: attributes["value"]}

    def handle_data(self, data: str) -> None:
        """Record the label of a button."""
        if self._button is not None:
            self.buttons[data.strip()] = self._button
            self._button = None
