"""A client of the simulator over real sockets; it shares no code with the program."""

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


class SimulatorClient:
    """Signs in, calls REST, connects to the feed and uses the control interface."""

    def __init__(self, zoom: Simulator, http: httpx2.AsyncClient) -> None:
        self.zoom = zoom
        self.http = http
        self.token = ""

    def authorize_query(self, **changes: str) -> dict[str, str]:
        """Build a valid authorization request of the public client; an empty change omits a field."""
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
        """Consent as the settings say, and return the query of the redirect."""
        url = f"{self.zoom.oauth_url}/oauth/authorize"
        reply = await self.http.get(url, params=self.authorize_query(**changes))
        assert reply.status_code == 302, reply.text
        target = urlsplit(reply.headers["location"])
        return {name: values[0] for name, values in parse_qs(target.query).items()}

    async def post_token(self, *, secret: str | None = None, **form: str) -> httpx2.Response:
        """Call the token endpoint; with a secret, as the confidential client."""
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
        """Sign in without a page, and keep the access token for later calls."""
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

    async def control_error(self, status: int, path: str, /, **body: object) -> str:
        """POST what the control interface must refuse, and return its error text."""
        return str((await self._control(status, path, body))["error"])

    async def _control(self, status: int, path: str, body: Json) -> Json:
        reply = await self.http.post(f"{self.zoom.control_url}/{path}", json=body)
        assert reply.status_code == status, reply.text
        result: Json = reply.json()
        return result

    async def act(self, name: str, number: int = MEETING, /, **details: object) -> Json:
        """Perform an action in a meeting."""
        return await self.control(f"meetings/{number}/act", act=name, **details)

    async def app_token(self) -> str:
        """Get an access token of the app itself."""
        reply = await self.post_token(
            secret=self.zoom.client_secret, grant_type="client_credentials"
        )
        return str(reply.json()["access_token"])

    def connect_feed(self, token: str, subscription: str | None = None) -> connect:
        """Connect to the event feed."""
        subscription = self.zoom.subscription_id if subscription is None else subscription
        query = f"subscriptionId={subscription}&access_token={token}"
        return connect(f"{self.zoom.events_url}?{query}")

    def events(self) -> list[Json]:
        """List the events emitted so far, delivered or lost."""
        return [entry["event"] for entry in self.zoom.world.events]

    def event_names(self) -> list[str]:
        """Name the events emitted so far."""
        return [str(event["event"]) for event in self.events()]

    def stop_reasons(self) -> list[int]:
        """List the stop reasons in the events emitted so far."""
        payloads = [event["payload"] for event in self.events()]
        return [payload["stop_reason"] for payload in payloads if "stop_reason" in payload]


async def read_frame(socket: ClientConnection) -> Json:
    """Read one frame of the feed."""
    frame: Json = json.loads(await socket.recv())
    return frame


async def read_event(socket: ClientConnection) -> Json:
    """Read one frame, which must contain an event, and return the event."""
    frame = await read_frame(socket)
    assert (frame["module"], frame["success"]) == ("message", True)
    event: Json = json.loads(frame["content"])
    return event


def encode_twice(uuid: str) -> str:
    """Encode a UUID twice for a path, as Zoom requires."""
    return quote(quote(uuid, safe=""), safe="")
