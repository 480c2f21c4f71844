"""A story's Zoom: its meetings, and what it says to requests.

Written from what is documented and measured of Zoom. Where nobody knows, a story draws one way (`customs`).
"""

from dataclasses import dataclass

from tests.stories import wire
from tests.stories.customs import Customs
from tests.stories.modes import SECOND
from tests.stories.people import People
from tests.stories.streams import Streams
from tests.stories.truth import FOREVER, Instance, Person, Stream
from tests.stories.world import World


@dataclass(frozen=True, slots=True)
class Answer:
    """What Zoom says to a request, and what it then does."""

    outcome: str
    code: int | None = None
    message: str = ""


class Zoom:
    """The meetings of a story."""

    def __init__(self, world: World) -> None:
        self.meetings: list[Instance] = []
        self.streams = Streams(world)
        self.people = People(world, self.streams)
        self._world = world

    @property
    def now(self) -> int:
        """The true time."""
        return self._world.agenda.now

    @property
    def me(self) -> Person:
        """The app owner."""
        return self._world.me

    @property
    def customs(self) -> Customs:
        """What Zoom does where nobody knows."""
        return self._world.customs

    def running(self, named: str) -> Instance | None:
        """Find the running instance by number or UUID."""
        on = (one for one in self.meetings if one.running and named in (one.number, one.uuid))
        return next(on, None)

    def start_meeting(self, number: str, host: Person) -> Instance:
        """A meeting begins; nobody is in it yet."""
        uuid = self._world.new_id("Uuid") + "=="
        kind = "webinar" if self.customs.webinar else "meeting"
        meeting = Instance(number, uuid, host, self.now, kind=kind, leader=host)
        self.meetings.append(meeting)
        self._world.log(f"TRUTH: {number} begins as {uuid}, hosted by {host.name}")
        if self._world.customs.meeting_events:
            self._world.tell(meeting, wire.of_meeting("started", self._world.stamp(), meeting))
        return meeting

    def end_meeting(self, meeting: Instance) -> None:
        """A meeting ends for everybody."""
        if not meeting.running:
            return
        self._world.log(f"TRUTH: {meeting.uuid} ends")
        for connection in [one for one in meeting.connections if one.left is None]:
            self.people.went(meeting, connection, "Host ended the meeting")
        meeting.ended = self._world.agenda.now
        for stream in meeting.streams:
            if stream.live(self._world.agenda.now):
                self.streams.stop(meeting, stream, 6, told=self._world.customs.last_stop)
        if self._world.customs.meeting_events:
            self._world.tell(meeting, wire.of_meeting("ended", self._world.stamp(), meeting))

    # --- requests -----------------------------------------------------------------------------

    def ask(self, action: str, named: str) -> Answer:
        """Take a request from the program."""
        meeting = self.running(named)
        self._world.log(f"TRUTH: Zoom takes the request to {action} {named}")
        if meeting is None:
            known = action != "start"
            return Answer("refused", 3001) if known else Answer("not_started", 3000)
        streams = self.streams.mine(meeting)
        if action == "start":
            return self._asked_to_start(meeting)
        if not streams:
            return Answer("refused", 13277, "has not been started")
        return self._asked_of_stream(meeting, streams[0], action)

    def _asked_of_stream(self, meeting: Instance, stream: Stream, action: str) -> Answer:
        now = self._world.agenda.now
        if action == "stop":
            self.streams.stop_later(meeting, stream, 2, self._world.dice.randrange(SECOND))
        elif action == "pause":
            stream.paused_here.append([now, FOREVER])
            stream.pauses_asked_for.append([now, FOREVER])
        elif stream.paused_from_here(now) or stream.paused_by_zoom(now):
            for pauses in (stream.paused_here, stream.paused_in_zoom, stream.pauses_asked_for):
                self.streams.unpause(pauses)
        elif self._world.customs.resume_reply == "refused":
            return Answer("refused", None, "The RTMS app is not paused.")
        return Answer("accepted")

    def _asked_to_start(self, meeting: Instance) -> Answer:
        customs = self._world.customs
        if customs.refusal is not None:
            return Answer("refused", customs.refusal)
        if self.streams.mine(meeting):
            return Answer(customs.running_reply, None, "The app is already running.")
        host = meeting.leader is not None and bool(meeting.present(meeting.leader))
        owner_hosts = meeting.leader is self._world.me
        if customs.approval and not owner_hosts:
            if host:
                self._ask_host(meeting)
            elif customs.prompt_waits:
                self._ask_host_once_there(meeting)
        elif host or not customs.silent_without_host:
            self.streams.start_later(meeting)
        return Answer("accepted")

    def _ask_host_once_there(self, meeting: Instance) -> None:
        if meeting.leader is not None and meeting.present(meeting.leader):
            self._ask_host(meeting)
        elif meeting.running:
            self._world.agenda.after(5 * SECOND, lambda: self._ask_host_once_there(meeting))

    def _ask_host(self, meeting: Instance) -> None:
        wait = self._world.dice.randrange(2 * SECOND, 90 * SECOND)
        self._world.agenda.after(wait, lambda: self._host_answers(meeting))

    def _host_answers(self, meeting: Instance) -> None:
        answer = self._world.customs.host_answers
        self._world.log(f"TRUTH: the host answers {answer}")
        if answer == "yes":
            self.streams.start(meeting)
        elif answer == "no" and self._world.customs.denial_told:
            payload = {
                "operator_id": self._world.me.user_id,
                "meeting_uuid": meeting.uuid,
                "meeting_id": meeting.number,
                "status": "denied",
            }
            self._world.tell(
                meeting, wire.event("rtms.request_status", self._world.agenda.now, payload)
            )

    def look(self, named: str) -> tuple[str, Instance | None]:
        """Answer `GET /meetings/{uuid}`."""
        meeting = next((one for one in self.meetings if named in (one.uuid, one.number)), None)
        if not self._world.customs.readable or meeting is None:
            return self._world.dice.choice(("forbidden", "not_found")), None
        return ("started" if meeting.running else "not_found"), meeting
