"""The simulator as the host panel uses it: what it reports of its meetings, and what it can be asked to do."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

if TYPE_CHECKING:
    import httpx2

_OK: Final = 200

PENDING_CONSEQUENCES: Final = frozenset({"auto_start", "host_answers", "stream_begins"})
"""Scheduled events that complete an action; before them the next action would come too early."""


# --- The parts of `GET /control/state` that the panel shows. ---


class User(Struct, frozen=True):
    """Somebody with a Zoom account."""

    first_name: str
    last_name: str


class Stream(Struct, frozen=True):
    """One stream; `stop_reason` is None while it is live."""

    id: str
    paused: bool = False
    interrupted: bool = False
    stop_reason: int | None = None


class Connection(Struct, frozen=True):
    """One device of somebody; `room` is empty in the main room."""

    person: str
    room: str = ""


class Request(Struct, frozen=True):
    """A request that has led to no stream yet."""

    asks_host: bool


class Meeting(Struct, frozen=True):
    """One meeting as it is now."""

    number: int
    topic: str
    host: str
    owner: str
    host_now: str = ""
    started: bool = False
    ended: bool = False
    host_present: bool = False
    owner_present: bool = False
    owner_waiting: bool = False
    in_breakout_room: bool = False
    meeting_allowed_without_host: bool = True
    sharing_on: bool = True
    approval: str = "ask"
    request: Request | None = None
    streams: tuple[Stream, ...] = ()
    connections: tuple[Connection, ...] = ()
    resumes_for: str = ""

    @property
    def current_host(self) -> str:
        """The user who is the host now."""
        return self.host_now or self.host

    @property
    def live_streams(self) -> Sequence[Stream]:
        """The streams that are live."""
        return [stream for stream in self.streams if stream.stop_reason is None]

    @property
    def waits_for_host(self) -> bool:
        """Whether a request waits for the host's answer."""
        return self.request is not None and self.request.asks_host


class ReceivedRequest(Struct, frozen=True):
    """A request that reached the simulator, whatever the answer."""

    action: str
    meeting: str | None


class FeedFaults(Struct, frozen=True):
    """What is wrong with the event feed."""

    refuse: bool = False


class Feed(Struct, frozen=True):
    """The event feed: how many are connected, and what is wrong."""

    connections: int
    faults: FeedFaults


class LoadedScenario(Struct, frozen=True):
    """The scenario that was loaded last."""

    name: str


class SimulatorState(Struct, frozen=True):
    """Everything the panel shows."""

    now: Millis
    scenario: LoadedScenario
    users: dict[str, User]
    meetings: dict[str, Meeting]
    requests: tuple[ReceivedRequest, ...]
    due: tuple[str, ...]
    feed: Feed
    stream_starts: dict[str, Millis] = {}

    @property
    def is_busy(self) -> bool:
        """Whether an action is still being completed."""
        return not PENDING_CONSEQUENCES.isdisjoint(self.due)

    @property
    def start_requests(self) -> int:
        """The number of start requests so far."""
        return sum(request.action == "start" for request in self.requests)

    def name(self, user: str) -> str:
        """Return a user's name as it is shown in a meeting."""
        return f"{self.users[user].first_name} {self.users[user].last_name}"


# --- Reading and changing it. ---


class ActionRefusedError(Exception):
    """Something that the simulator did not do; the text tells people why."""


class SimulatorClient:
    """Reads and changes the simulator through its control URL."""

    def __init__(self, http: "httpx2.AsyncClient", control_url: str) -> None:
        self._http = http
        self._url = control_url
        self._stream_starts: dict[str, Millis] = {}

    async def state(self) -> SimulatorState:
        """Read the current state.

        Raises:
            ActionRefusedError: the simulator does not answer.
        """
        state = msgspec.json.decode(await self._send("GET", "state"), type=SimulatorState)
        streams = {
            stream.id for meeting in state.meetings.values() for stream in meeting.live_streams
        }
        if not streams <= self._stream_starts.keys():
            await self._read_stream_starts()
        return msgspec.structs.replace(state, stream_starts=dict(self._stream_starts))

    async def act(self, number: int, action: str, details: Mapping[str, Any]) -> None:
        """Let somebody in a meeting do something.

        Raises:
            ActionRefusedError: it is not possible now.
        """
        await self.change(f"meetings/{number}/act", {"act": action, **details})

    async def change(self, what: str, values: Mapping[str, Any]) -> None:
        """Change a meeting, the feed, faults, settings or the scenario.

        Raises:
            ActionRefusedError: it cannot be changed like that.
        """
        await self._send("POST", what, values)

    async def _read_stream_starts(self) -> None:
        log = msgspec.json.decode(await self._send("GET", "events"))
        for entry in log["events"]:
            event = entry["event"]
            if event["event"].endswith("rtms_started"):
                content = event["payload"].get("object", event["payload"])
                self._stream_starts.setdefault(content["rtms_stream_id"], event["event_ts"])

    async def _send(self, method: str, what: str, values: Mapping[str, Any] | None = None) -> bytes:
        import httpx2  # noqa: PLC0415 - loaded long before, where the client was made

        try:
            reply = await self._http.request(method, f"{self._url}/{what}", json=values)
        except httpx2.HTTPError:
            raise ActionRefusedError(text("demo.panel.no_answer")) from None
        if reply.status_code != _OK:
            raise ActionRefusedError(str(reply.json()["error"]))
        return reply.content
