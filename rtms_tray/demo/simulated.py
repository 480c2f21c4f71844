"""Speaks to the simulated Zoom's control interface, so that a person can play the host."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from rtms_tray.demo.world import World

if TYPE_CHECKING:
    import httpx2

    from rtms_tray.support.units import Millis

_OK: Final = 200
_SILENT: Final = "The simulated Zoom does not answer. Quit the demo and start it again."


class RefusedActError(Exception):
    """Something that the simulated Zoom did not do; the text says why, for people."""


class SimulatedZoom:
    """The simulated Zoom behind its control URL."""

    def __init__(self, http: "httpx2.AsyncClient", control_url: str) -> None:
        self._http = http
        self._url = control_url
        self._starts: dict[str, Millis] = {}

    async def look(self) -> World:
        """Ask how everything stands.

        Raises:
            RefusedActError: it does not answer.
        """
        world = msgspec.json.decode(await self._send("GET", "state"), type=World)
        streams = {stream.id for one in world.meetings.values() for stream in one.live}
        if not streams <= self._starts.keys():
            await self._learn_starts()
        return msgspec.structs.replace(world, stream_starts=dict(self._starts))

    async def act(self, number: int, name: str, details: Mapping[str, Any]) -> None:
        """Let somebody in a meeting do something.

        Raises:
            RefusedActError: it does not fit this moment.
        """
        await self.change(f"meetings/{number}/act", {"act": name, **details})

    async def change(self, what: str, values: Mapping[str, Any]) -> None:
        """Change anything: a meeting, the feed, faults, settings, the scenario.

        Raises:
            RefusedActError: it cannot be changed so.
        """
        await self._send("POST", what, values)

    async def _learn_starts(self) -> None:
        told = msgspec.json.decode(await self._send("GET", "events"))
        for happened in told["events"]:
            event = happened["event"]
            if event["event"].endswith("rtms_started"):
                inner = event["payload"].get("object", event["payload"])
                self._starts.setdefault(inner["rtms_stream_id"], event["event_ts"])

    async def _send(self, method: str, what: str, values: Mapping[str, Any] | None = None) -> bytes:
        import httpx2  # noqa: PLC0415 - loaded long before, where the client was made

        try:
            reply = await self._http.request(method, f"{self._url}/{what}", json=values)
        except httpx2.HTTPError:
            raise RefusedActError(_SILENT) from None
        if reply.status_code != _OK:
            raise RefusedActError(str(reply.json()["error"]))
        return reply.content
