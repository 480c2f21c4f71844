"""People in meetings of whom Zoom tells more than a relay likes, and what each of them must hear."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from rtms_tray.simulator import Simulator, payloads
from rtms_tray.simulator.world import Connection, Meeting, Stream, User
from tests.helpers.zoom_events import Json

USERS, ACCOUNTS = 10, 5
IN_FLIGHT = 48
"""How many webhooks wait for an answer before the next one is sent."""
_TAKEN = 204
_STOPPED_BY_USER = 2
_STRANGER = "outsider"


@dataclass
class Member:
    """Somebody who signed in, in a meeting, with one stream after the other."""

    user: User
    meeting: Meeting
    streams: int = 1
    is_live: bool = True
    expected: set[int] = field(default_factory=set)
    """The moments of the events that they must hear; no two events have the same."""

    def stream(self, reason: int | None = None) -> Stream:
        """Return their stream as it is now."""
        name = f"stream-{self.streams}-of-{self.user.key}"
        return Stream(id=name, operator=self.user.key, stop_reason=reason)


class Crowd:
    """Ten users of five accounts, two from different ones in each meeting; and strangers in another."""

    def __init__(self, zoom: Simulator, seed: int) -> None:
        self._zoom = zoom
        self._dice = Random(seed)  # noqa: S311 - repeatable on purpose
        self._moments = count(zoom.engine.now())
        zoom.world.settings.known_ids = "everybody"
        users = [self._user(number) for number in range(USERS)]
        meetings = [self._meeting(user.key) for user in users[::2]]
        self.members = [Member(user, meetings[place // 2]) for place, user in enumerate(users)]
        self._elsewhere = self._meeting(_STRANGER)
        self.sent = 0

    def _user(self, number: int) -> User:
        key, account = f"user-{number}", f"account-{number % ACCOUNTS}"
        user = User(key=key, id=f"id-of-{key}", account_id=account, first_name=key, last_name="X")
        user.has_app = True
        self._zoom.world.users[key] = user
        return user

    def _meeting(self, host: str) -> Meeting:
        ids = self._zoom.world.ids
        return Meeting(number=ids.meeting_number(), uuid=ids.uuid(), host=host, owner=host)

    # --- what happens -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin all meetings, with everybody in them, and all streams."""
        for member in self.members:
            if member.meeting.host == member.user.key:
                self._tell_of_meeting(member.meeting, "started")
        for member in self.members:
            self._tell_of_person(member.meeting, member.user.key, "joined")
            self._tell_of_stream(member, "started")

    def happen(self) -> None:
        """Let something happen to somebody."""
        member = self._dice.choice(self.members)
        match self._dice.randrange(8):
            case 0 | 1 | 2:
                self._tell_of_stream(member, "interrupted")
                self._tell_of_stream(member, "started")
            case 3 | 4:
                self._tell_of_person(member.meeting, _STRANGER, "joined")
            case 5 | 6:
                self._tell_of_person(self._elsewhere, _STRANGER, "joined")
            case _:
                stream = Stream(id=f"foreign-{self.sent}", operator=_STRANGER)
                self._tell_of_foreign_stream(stream)

    def change_streams(self) -> None:
        """Let everybody's stream end, and another one begin."""
        for member in self.members:
            self._tell_of_stream(member, "stopped", _STOPPED_BY_USER)
            member.streams += 1
            self._tell_of_stream(member, "started")

    def end(self) -> None:
        """Let the streams of every other one end."""
        for member in self.members[::2]:
            self._tell_of_stream(member, "stopped", _STOPPED_BY_USER)
            member.is_live = False

    def _tell_of_meeting(self, meeting: Meeting, what: str, **more: object) -> None:
        payload = payloads.meeting_event(self._zoom.world, meeting, **more)
        self._send(
            f"meeting.{what}", payload, (one for one in self.members if one.meeting is meeting)
        )

    def _tell_of_person(self, meeting: Meeting, who: str, what: str) -> None:
        uuid = self._zoom.world.ids.participant_uuid()
        connection = Connection(uuid=uuid, person=who, user_id="1", main_user_id="1")
        at = payloads.iso(self._zoom.engine.now())
        person = payloads.participant(self._zoom.world, connection, join_time=at)
        self._tell_of_meeting(meeting, f"participant_{what}", participant=person)

    def _tell_of_stream(self, member: Member, what: str, reason: int | None = None) -> None:
        world, stream = self._zoom.world, member.stream(reason)
        build = payloads.rtms_started if what == "started" else payloads.rtms_ended
        self._send(f"meeting.rtms_{what}", build(world, member.meeting, stream), (member,))

    def _tell_of_foreign_stream(self, stream: Stream) -> None:
        payload = payloads.rtms_started(self._zoom.world, self._elsewhere, stream)
        self._send("meeting.rtms_started", payload, ())

    def _send(self, name: str, payload: Json, hearers: Iterable[Member]) -> None:
        at = next(self._moments)
        for member in hearers:
            member.expected.add(at)
        self._zoom.engine.emit({"event": name, "event_ts": at, "payload": payload})
        self.sent += 1

    # --- what has become of it --------------------------------------------------------------------

    @property
    def taken(self) -> int:
        """How many events the relay has taken."""
        return self._zoom.webhooks.answers.count(_TAKEN)

    @property
    def sent_again(self) -> set[int]:
        """The moments of the events that had to be sent again: who sent one could not know whether it was stored."""
        return {json.loads(body)["event_ts"] for body in self._zoom.webhooks.sent_again}

    async def until_taken(self, number: int, limit_s: float) -> None:
        """Wait until the relay has taken so many."""
        async with asyncio.timeout(limit_s):
            while self.taken < number:  # noqa: ASYNC110 - the simulator tells nobody
                await asyncio.sleep(0.02)

    async def go_on(self, per_second: float) -> None:
        """Let things happen at this rate, or as fast as the relay takes them, until cancelled."""
        loop = asyncio.get_running_loop()
        due_at = loop.time()
        while True:
            due_at = max(due_at + 1 / per_second, loop.time() - 1)
            await asyncio.sleep(max(0.0, due_at - loop.time()))
            if self.sent - self.taken < IN_FLIGHT:
                self.happen()
