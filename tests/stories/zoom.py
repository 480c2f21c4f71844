"""How Zoom behaves in a story: people, rooms, streams, requests, and which events tell of them.

Written from what is documented and measured of Zoom. Where nobody knows, a story draws one way (`Customs`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.stories import wire
from tests.stories.agenda import Agenda
from tests.stories.customs import Customs
from tests.stories.modes import MINUTE, SECOND
from tests.stories.post import Post
from tests.stories.truth import FOREVER, Connection, Instance, Person, Stay, Stream

PLAIN_REASONS = ("left the meeting", "left the meeting. Reason : left the meeting")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Zoom says to a request, and what it then does."""

    outcome: str
    code: int | None = None
    message: str = ""


class Zoom:
    """The meetings of a story."""

    def __init__(
        self, agenda: Agenda, post: Post, dice: Random, customs: Customs, log: Callable[[str], None]
    ) -> None:
        self.customs = customs
        self.meetings: list[Instance] = []
        self.me = Person("Me", "30R7kT7bTIKSNUFEuH_Qlg", disclosed=True)
        self._agenda = agenda
        self._post = post
        self._dice = dice
        self._log = log
        self._count = 0

    @property
    def now(self) -> int:
        """The true time."""
        return self._agenda.now

    # --- meetings and people ------------------------------------------------------------------

    def running(self, named: str) -> Instance | None:
        """Find the running instance by number or UUID."""
        on = (one for one in self.meetings if one.running and named in (one.number, one.uuid))
        return next(on, None)

    def start_meeting(self, number: str, host: Person) -> Instance:
        """A meeting begins; nobody is in it yet."""
        uuid = self._id("Uuid") + "=="
        meeting = Instance(number, uuid, host, self._agenda.now, leader=host)
        self.meetings.append(meeting)
        self._log(f"TRUTH: {number} begins as {uuid}, hosted by {host.name}")
        if self.customs.meeting_events:
            self._tell(meeting, wire.of_meeting("started", self._stamp(), meeting))
        return meeting

    def end_meeting(self, meeting: Instance) -> None:
        """A meeting ends for everybody."""
        if not meeting.running:
            return
        self._log(f"TRUTH: {meeting.uuid} ends")
        for connection in [one for one in meeting.connections if one.left is None]:
            self._went(meeting, connection, "Host ended the meeting")
        meeting.ended = self._agenda.now
        for stream in meeting.streams:
            if stream.live(self._agenda.now):
                self._stop(meeting, stream, 6, told=self.customs.last_stop)
        if self.customs.meeting_events:
            self._tell(meeting, wire.of_meeting("ended", self._stamp(), meeting))

    def join(self, meeting: Instance, person: Person) -> Connection | None:
        """Somebody joins by one more device."""
        if not meeting.running:
            return None
        now = self._agenda.now
        is_new = not meeting.present(person)
        connection = Connection(person, self._id("Part"), self._id("1677"), now)
        meeting.connections.append(connection)
        self._log(f"TRUTH: {person.name} joins {meeting.uuid} by {connection.uuid}")
        self._tell_of_people(meeting, wire.came(self._stamp(), meeting, connection, now))
        if person is meeting.leader and is_new:
            self._host_came(meeting)
        if person is self.me and self.customs.auto_start and is_new:
            self._start_later(meeting)
        return connection

    def _host_came(self, meeting: Instance) -> None:
        meeting.hosts_came.append(self._agenda.now)

    def leave(self, meeting: Instance, person: Person) -> None:
        """Somebody leaves by all devices; the owner who hosts may pass that on first."""
        devices = meeting.present(person)
        if person is meeting.leader and person is self.me and devices:
            self._pass_on(meeting)
        goes_on = person is self.me and meeting.leader is not self.me is meeting.host
        for connection in devices:
            self._went(meeting, connection, self._dice.choice(PLAIN_REASONS))
        if person is self.me and devices and not (goes_on and self.customs.owner_hands_over):
            self._owner_gone(meeting)

    def leave_by_one(self, meeting: Instance, person: Person) -> None:
        """Somebody leaves by one device."""
        devices = meeting.present(person)
        if len(devices) < 2:
            return
        self._went(meeting, devices[-1], self._dice.choice(PLAIN_REASONS))
        if person is self.me and self.customs.every_device:
            self._owner_gone(meeting)

    def rejoin(self, meeting: Instance, person: Person) -> None:
        """Somebody's connection is replaced by a new one; the old one's left comes up to 91 s later."""
        devices = meeting.present(person)
        if not devices:
            return
        self.join(meeting, person)
        old = devices[0]
        if old.room is not None:
            self._end_stay(meeting, old.room, told=False)
        wait = self._dice.randrange(91 * SECOND)
        self._agenda.after(wait, lambda: self._went(meeting, old, "Network connection error"))

    def _went(self, meeting: Instance, connection: Connection, why: str) -> None:
        if connection.left is not None or not meeting.running:
            return
        now = self._agenda.now
        if connection.room is not None:
            self._end_stay(meeting, connection.room, told=self.customs.rooms_told == "always")
        connection.left = now
        self._log(
            f"TRUTH: {connection.person.name} leaves {meeting.uuid} by {connection.uuid}: {why}"
        )
        text = wire.went(self._stamp(), meeting, connection, now, connection.user_id, why)
        self._tell_of_people(meeting, text)

    def _owner_gone(self, meeting: Instance) -> None:
        for stream in self._mine(meeting):
            self._stop_later(meeting, stream, 3, self._dice.randrange(2 * SECOND))

    def pass_host(self, meeting: Instance) -> None:
        """The host passes that role on to somebody else who is there."""
        if meeting.leader is None or not meeting.present(meeting.leader):
            return
        if self._pass_on(meeting) and not self.customs.survives_new_host:
            for stream in self._mine(meeting):
                reason = self._dice.choice((1, 5, 9))
                wait = self._dice.randrange(200, 5 * SECOND)
                self._stop_later(meeting, stream, reason, wait)

    def _pass_on(self, meeting: Instance) -> bool:
        old = meeting.leader
        others = [one for one in meeting.connections if one.left is None and one.person is not old]
        if not others or old is None:
            return False
        new = self._dice.choice(others)
        meeting.leader = new.person
        self._log(f"TRUTH: {old.name} passes the host on to {new.person.name}")
        self._host_came(meeting)
        self._tell_of_people(meeting, wire.role(self._stamp(), meeting, new, "attendee", "host"))
        for was in meeting.present(old)[:1]:
            self._tell_of_people(
                meeting, wire.role(self._stamp(), meeting, was, "host", "attendee")
            )
        return True

    # --- rooms --------------------------------------------------------------------------------

    def move(self, meeting: Instance, person: Person, *, inside: bool, told: bool = True) -> None:
        """Somebody goes to a breakout room, or comes back, by one device."""
        devices = [one for one in meeting.present(person) if (one.room is None) is inside]
        if not devices or not meeting.running:
            return
        connection, now = devices[0], self._agenda.now
        told = told and self.customs.rooms_told in (
            {"always", "going_in"} if inside else {"always"}
        )
        old_user = connection.user_id
        if inside:
            connection.room = Stay(connection, self._id("Room"), now)
            meeting.stays.append(connection.room)
            self._log(f"TRUTH: {person.name} goes to room {connection.room.room}")
            self._tell_of_room(meeting, connection.room, now, inside=True, told=told)
        elif connection.room is not None:
            self._log(f"TRUTH: {person.name} comes back from room {connection.room.room}")
            self._end_stay(meeting, connection.room, told=told)
        connection.user_id = self._id("1684")
        self._tell_of_pair(meeting, connection, old_user, inside=inside)
        if person is self.me and self.customs.room_stops:
            self._room_and_stream(meeting, inside=inside)

    def _tell_of_pair(
        self, meeting: Instance, connection: Connection, old_user: str, *, inside: bool
    ) -> None:
        """A left and a joined of the same second, in either order."""
        now = self._agenda.now
        named = (
            "left the meeting to join breakout room"
            if inside
            else "leave breakout room to join main meeting"
        )
        why = named if self._dice.random() < self.customs.moves_named else PLAIN_REASONS[0]
        left = wire.went(self._stamp(), meeting, connection, now, old_user, why)
        joined = wire.came(self._stamp(), meeting, connection, now)
        pair = [left, joined] if self._dice.random() < 0.58 else [joined, left]
        lag = self._post.lag()
        apart = int(min(1_016, max(2, 60 * self._dice.lognormvariate(0, 1))))
        self._tell_of_people(meeting, pair[0], lag=lag)
        self._tell_of_people(meeting, pair[1], lag=lag + apart)

    def _end_stay(self, meeting: Instance, stay: Stay, *, told: bool) -> None:
        stay.until, stay.connection.room = self._agenda.now, None
        self._tell_of_room(meeting, stay, self._agenda.now, inside=False, told=told)

    def _tell_of_room(
        self, meeting: Instance, stay: Stay, at: int, *, inside: bool, told: bool
    ) -> None:
        if not told:
            return
        stamp = at + self._dice.randrange(-1_300, 900)
        text = wire.in_room(stamp, meeting, stay.connection, at, stay.room, inside=inside)

        def delivered() -> None:
            stay.told_in |= inside
            stay.told_out |= not inside

        self._tell_of_people(meeting, text, delivered)

    def _room_and_stream(self, meeting: Instance, *, inside: bool) -> None:
        if inside:
            for stream in self._mine(meeting):
                wait = self._dice.randrange(200, 2_000)
                self._stop_later(meeting, stream, 3, wait)
        elif self.customs.room_returns and any(one.reason == 3 for one in meeting.streams):
            self._start_later(meeting)

    # --- streams ------------------------------------------------------------------------------

    def _mine(self, meeting: Instance) -> list[Stream]:
        now = self._agenda.now
        return [one for one in meeting.streams if one.live(now) and one.operator is self.me]

    def _start_later(self, meeting: Instance) -> None:
        wait = self._dice.randrange(1 * SECOND, 5 * SECOND)
        self._agenda.after(wait, lambda: self.start_stream(meeting))

    def start_stream(self, meeting: Instance, operator: Person | None = None) -> None:
        """A stream of the app begins, unless one of the same person runs."""
        operator = operator or self.me
        if not meeting.running or not meeting.present(operator):
            return
        if any(one.live(self._agenda.now) and one.operator is operator for one in meeting.streams):
            return
        if self.customs.room_stops and any(one.room for one in meeting.present(operator)):
            return
        stream = Stream(self._id("5tream"), operator, self._agenda.now)
        meeting.streams.append(stream)
        self._log(f"TRUTH: stream {stream.stream_id} of {operator.name} begins")
        self._tell_of_start(meeting, stream)
        end = self._dice.random()
        if end < 0.03:  # no receiver connects
            self._stop_later(meeting, stream, 11, 60 * SECOND)
        elif end < 0.06:  # the receiver has a wrong secret
            self._stop_later(meeting, stream, 18, 2 * SECOND)

    def _tell_of_start(self, meeting: Instance, stream: Stream) -> None:
        now = self._agenda.now
        payload: wire.Json = {
            "meeting_uuid": meeting.uuid,
            "rtms_stream_id": stream.stream_id,
            "server_urls": "wss://127.0.0.1:8443",
        }
        if self.customs.operator_in_start or stream.operator is not self.me:
            payload["operator_id"] = stream.operator.user_id
        if self.customs.number_in_start:
            payload |= {"meeting_id": int(meeting.number), "account_id": wire.ACCOUNT}

        def delivered() -> None:
            stream.told = self._agenda.now if stream.told is None else stream.told
            meeting.last_told = max(meeting.last_told, now)

        self._tell(meeting, wire.event("meeting.rtms_started", now, payload), delivered)

    def _stop(self, meeting: Instance, stream: Stream, reason: int, *, told: bool = True) -> None:
        now = self._agenda.now
        if not stream.live(now):
            return
        stream.stopped, stream.reason = now, reason
        for pauses in (stream.paused_here, stream.paused_in_zoom):
            for pause in pauses:
                pause[1] = min(pause[1], now)
        self._log(f"TRUTH: stream {stream.stream_id} stops: {reason}")
        if not told:
            return
        payload: wire.Json = {"meeting_uuid": meeting.uuid}
        if self.customs.stop_shape != "uuid":
            payload["rtms_stream_id"] = stream.stream_id
        if self.customs.stop_shape == "full":
            payload["stop_reason"] = reason

        def delivered() -> None:
            stream.stop_told = True
            meeting.last_told = max(meeting.last_told, now)

        self._tell(meeting, wire.event("meeting.rtms_stopped", now, payload), delivered)

    def _stop_later(self, meeting: Instance, stream: Stream, reason: int, wait: int) -> None:
        self._agenda.after(wait, lambda: self._stop(meeting, stream, reason))

    def stop_stream(self, meeting: Instance, reason: int) -> None:
        """My stream stops: by somebody, or by Zoom's trouble."""
        for stream in self._mine(meeting):
            self._stop(meeting, stream, reason)

    def stop_stream_of(self, meeting: Instance, operator: Person) -> None:
        """Somebody's stream of the app stops."""
        for stream in meeting.streams:
            if stream.operator is operator:
                self._stop(meeting, stream, 2)

    def interrupt(self, meeting: Instance) -> None:
        """The receiver loses its connection; it comes back, by a new server or unnoticed, or the stream ends."""
        for stream in self._mine(meeting):
            now = self._agenda.now
            stream.interrupted.append(now)
            self._log(f"TRUTH: the receiver of {stream.stream_id} is interrupted")
            payload = {"meeting_uuid": meeting.uuid, "rtms_stream_id": stream.stream_id}
            self._tell(meeting, wire.event("meeting.rtms_interrupted", now, payload))
            what = self._dice.random()
            if what < 0.4:
                self._agenda.after(
                    self._dice.randrange(3 * SECOND, 55 * SECOND), lambda: self.new_server(meeting)
                )
            elif what < 0.65:
                reason = self._dice.choice((13, 15, 19, 24))
                self._stop_later(meeting, stream, reason, 60 * SECOND)

    def new_server(self, meeting: Instance) -> None:
        """Zoom's server has died: the same stream starts again on another."""
        for stream in self._mine(meeting):
            self._log(f"TRUTH: {stream.stream_id} continues on a new server")
            if stream.paused_from_here(self._agenda.now):
                stream.new_server_while_paused = min(
                    stream.new_server_while_paused, self._agenda.now
                )
                if not self.customs.pause_survives:
                    self._unpause(stream.paused_here)
            self._tell_of_start(meeting, stream)

    def fail_over(self, meeting: Instance) -> None:
        """Zoom continues with a new stream."""
        if self._mine(meeting):
            self.stop_stream(meeting, self._dice.choice((10, 12, 17)))
            self._start_later(meeting)

    def pause_in_zoom(self, meeting: Instance) -> None:
        """Somebody pauses or resumes in Zoom's window, and no event tells."""
        for stream in self._mine(meeting):
            now = self._agenda.now
            if stream.paused_by_zoom(now) or stream.paused_from_here(now):
                self._log(f"TRUTH: {stream.stream_id} is resumed in Zoom")
                self._unpause(stream.paused_in_zoom)
                self._unpause(stream.paused_here)
            else:
                self._log(f"TRUTH: {stream.stream_id} is paused in Zoom")
                stream.paused_in_zoom.append([now, FOREVER])

    def _unpause(self, pauses: list[list[int]]) -> None:
        for pause in pauses:
            pause[1] = min(pause[1], self._agenda.now)

    # --- requests -----------------------------------------------------------------------------

    def ask(self, action: str, named: str) -> Answer:
        """Take a request from the program."""
        meeting = self.running(named)
        self._log(f"TRUTH: Zoom takes the request to {action} {named}")
        if meeting is None:
            known = action != "start"
            return Answer("refused", 3001) if known else Answer("not_started", 3000)
        streams = self._mine(meeting)
        if action == "start":
            return self._asked_to_start(meeting)
        if not streams:
            return Answer("refused", 13277, "has not been started")
        return self._asked_of_stream(meeting, streams[0], action)

    def _asked_of_stream(self, meeting: Instance, stream: Stream, action: str) -> Answer:
        now = self._agenda.now
        if action == "stop":
            self._stop_later(meeting, stream, 2, self._dice.randrange(SECOND))
        elif action == "pause":
            stream.paused_here.append([now, FOREVER])
            stream.pauses_asked_for.append([now, FOREVER])
        elif stream.paused_from_here(now) or stream.paused_by_zoom(now):
            for pauses in (stream.paused_here, stream.paused_in_zoom, stream.pauses_asked_for):
                self._unpause(pauses)
        elif self.customs.resume_reply == "refused":
            return Answer("refused", None, "The RTMS app is not paused.")
        return Answer("accepted")

    def _asked_to_start(self, meeting: Instance) -> Answer:
        customs = self.customs
        if customs.refusal is not None:
            return Answer("refused", customs.refusal)
        if self._mine(meeting):
            return Answer(customs.running_reply, None, "The app is already running.")
        host = meeting.leader is not None and bool(meeting.present(meeting.leader))
        owner_hosts = meeting.leader is self.me
        if customs.approval and not owner_hosts:
            if host:
                self._ask_host(meeting)
            elif customs.prompt_waits:
                self._ask_host_once_there(meeting)
        elif host or not customs.silent_without_host:
            self._start_later(meeting)
        return Answer("accepted")

    def _ask_host_once_there(self, meeting: Instance) -> None:
        if meeting.leader is not None and meeting.present(meeting.leader):
            self._ask_host(meeting)
        elif meeting.running:
            self._agenda.after(5 * SECOND, lambda: self._ask_host_once_there(meeting))

    def _ask_host(self, meeting: Instance) -> None:
        wait = self._dice.randrange(2 * SECOND, 90 * SECOND)
        self._agenda.after(wait, lambda: self._host_answers(meeting))

    def _host_answers(self, meeting: Instance) -> None:
        answer = self.customs.host_answers
        self._log(f"TRUTH: the host answers {answer}")
        if answer == "yes":
            self.start_stream(meeting)
        elif answer == "no" and self.customs.denial_told:
            payload = {
                "operator_id": self.me.user_id,
                "meeting_uuid": meeting.uuid,
                "meeting_id": meeting.number,
                "status": "denied",
            }
            self._tell(meeting, wire.event("rtms.request_status", self._agenda.now, payload))

    def look(self, named: str) -> tuple[str, Instance | None]:
        """Answer `GET /meetings/{uuid}`."""
        meeting = next((one for one in self.meetings if named in (one.uuid, one.number)), None)
        if not self.customs.readable or meeting is None:
            return self._dice.choice(("forbidden", "not_found")), None
        return ("started" if meeting.running else "not_found"), meeting

    # --- telling ------------------------------------------------------------------------------

    def _stamp(self) -> int:
        """`event_ts` of a meeting event: off by up to 0.3 s between two that belong together."""
        return self._agenda.now + self._dice.randrange(-150, 151)

    def _id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count:04}"

    def _tell(
        self,
        meeting: Instance,
        text: str,
        told: Callable[[], None] | None = None,
        lag: int | None = None,
    ) -> None:
        self._post.send(text, meeting.uuid, told, lag)

    def _tell_of_people(
        self,
        meeting: Instance,
        text: str,
        told: Callable[[], None] | None = None,
        lag: int | None = None,
    ) -> None:
        if self.customs.meeting_events:
            self._tell(meeting, text, told, lag)

    def stranger(self, meeting: Instance) -> None:
        """Somebody nobody knows comes for a while."""
        self._count += 1
        guest = Person(f"Guest {self._count}", "", disclosed=False)
        self.join(meeting, guest)
        wait = self._dice.randrange(20 * SECOND, 10 * MINUTE)
        self._agenda.after(wait, lambda: self.leave(meeting, guest))
