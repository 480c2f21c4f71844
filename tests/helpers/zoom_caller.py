"""A plain caller of the simulated Zoom over real sockets, sharing nothing with the program."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
from websockets.asyncio.client import ClientConnection, connect

from rtms_tray.simulator import Simulator

REDIRECT = "http://127.0.0.1:5000/callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
MEETING = 98712345670
"""The first meeting of the scenario `default`."""

Json = dict[str, Any]


class Clock:
    """A clock that goes only when told to."""

    def __init__(self) -> None:
        self.now = 1_795_000_000_000

    def __call__(self) -> int:
        """Tell the time in milliseconds."""
        return self.now


class ZoomCaller:
    """Signs in, calls, listens and controls, with as little code as will do."""

    def __init__(self, zoom: Simulator, http: httpx2.AsyncClient) -> None:
        self.zoom = zoom
        self.http = http
        self.token = ""

    def authorize_query(self, **changes: str) -> dict[str, str]:
        """Make a good authorization request of the public client; empty changes leave out."""
        query = {
            "response_type": "code",
            "client_id": self.zoom.public_client_id,
            "redirect_uri": REDIRECT,
            "state": "s t+a/te",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {k: v for k, v in (query | changes).items() if v}

    async def authorize(self, **changes: str) -> dict[str, str]:
        """Consent as the switches say, and return what the redirect carries."""
        url = f"{self.zoom.oauth_url}/oauth/authorize"
        reply = await self.http.get(url, params=self.authorize_query(**changes))
        assert reply.status_code == 302, reply.text
        target = urlsplit(reply.headers["location"])
        return {name: values[0] for name, values in parse_qs(target.query).items()}

    async def post_token(self, *, secret: str | None = None, **form: str) -> httpx2.Response:
        """Call the token endpoint; with a secret as the confidential client."""
        url = f"{self.zoom.oauth_url}/oauth/token"
        if secret is None:
            return await self.http.post(url, data=form)
        return await self.http.post(url, data=form, auth=(self.zoom.client_id, secret))

    async def redeem(self, code: str, **changes: str) -> httpx2.Response:
        """Redeem a code as the public client."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.zoom.public_client_id,
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        return await self.post_token(**(form | changes))

    async def sign_in(self) -> Json:
        """Sign in without a page, and keep the access token for the calls that follow."""
        query = await self.authorize(auto="allow")
        reply: Json = (await self.redeem(query["code"])).json()
        self.token = str(reply["access_token"])
        return reply

    async def get(self, path: str, **query: str) -> httpx2.Response:
        """GET under /v2."""
        return await self.http.get(
            f"{self.zoom.api_url}/v2{path}",
            params=query or None,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    async def rtms(
        self, action: str, reference: object = MEETING, **settings: str
    ) -> httpx2.Response:
        """PATCH the RTMS status of a meeting."""
        body = {"action": action, "settings": {"client_id": self.zoom.client_id} | settings}
        return await self.patch(reference, body)

    async def patch(self, reference: object, body: object) -> httpx2.Response:
        """PATCH the RTMS status with any body."""
        return await self.http.patch(
            f"{self.zoom.api_url}/v2/live_meetings/{reference}/rtms_app/status",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        )

    async def control(self, path: str, /, **body: object) -> Json:
        """POST to the control interface."""
        return await self._control(200, path, body)

    async def refused(self, status: int, path: str, /, **body: object) -> str:
        """POST what the control interface must refuse, and return its words."""
        return str((await self._control(status, path, body))["error"])

    async def _control(self, status: int, path: str, body: Json) -> Json:
        reply = await self.http.post(f"{self.zoom.control_url}/{path}", json=body)
        assert reply.status_code == status, reply.text
        told: Json = reply.json()
        return told

    async def act(self, name: str, number: int = MEETING, /, **details: object) -> Json:
        """Let somebody in a meeting do something."""
        return await self.control(f"meetings/{number}/act", act=name, **details)

    async def app_token(self) -> str:
        """Get a token of the app's own."""
        reply = await self.post_token(
            secret=self.zoom.client_secret, grant_type="client_credentials"
        )
        return str(reply.json()["access_token"])

    def feed(self, token: str, subscription: str | None = None) -> connect:
        """Connect to the event feed."""
        chosen = self.zoom.subscription_id if subscription is None else subscription
        return connect(f"{self.zoom.events_url}?subscriptionId={chosen}&access_token={token}")

    def emitted(self) -> list[Json]:
        """List the events emitted so far, delivered or lost."""
        return [entry["event"] for entry in self.zoom.world.events]

    def names(self) -> list[str]:
        """Name the events emitted so far."""
        return [str(event["event"]) for event in self.emitted()]

    def stop_reasons(self) -> list[int]:
        """List the stop reasons in the events emitted so far."""
        payloads = [event["payload"] for event in self.emitted()]
        return [payload["stop_reason"] for payload in payloads if "stop_reason" in payload]


async def read_frame(socket: ClientConnection) -> Json:
    """Read one frame of the feed."""
    told: Json = json.loads(await socket.recv())
    return told


async def read_event(socket: ClientConnection) -> Json:
    """Read one frame that must be an event, and unwrap it."""
    told = await read_frame(socket)
    assert (told["module"], told["success"]) == ("message", True)
    event: Json = json.loads(told["content"])
    return event


def twice(uuid: str) -> str:
    """Encode a UUID for a path, as Zoom wants it."""
    return quote(quote(uuid, safe=""), safe="")
