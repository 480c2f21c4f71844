"""The people of a story: they join, leave, rejoin, go to breakout rooms, and pass the host on."""

from tests.stories import wire
from tests.stories.modes import MINUTE, SECOND
from tests.stories.streams import Streams
from tests.stories.truth import Connection, Instance, Person, Stay
from tests.stories.world import World

MOVES_APART = 5 * SECOND
"""Nobody could tell a move from one just before: they are told in whole seconds, by events seconds apart."""
PLAIN_REASONS = ("left the meeting", "left the meeting. Reason : left the meeting")


class People:
    """Moves people, and tells of it."""

    def __init__(self, world: World, streams: Streams) -> None:
        self._world = world
        self._streams = streams

    def join(self, meeting: Instance, person: Person) -> Connection | None:
        """Somebody joins by one more device."""
        if not meeting.running:
            return None
        now = self._world.agenda.now
        is_new = not meeting.present(person)
        connection = Connection(person, self._world.new_id("Part"), self._world.new_id("1677"), now)
        meeting.connections.append(connection)
        self._world.log(f"TRUTH: {person.name} joins {meeting.uuid} by {connection.uuid}")
        self._world.tell_of_people(
            meeting, wire.came(self._world.stamp(), meeting, connection, now)
        )
        if person is meeting.leader and is_new:
            self._host_came(meeting)
        if person is self._world.me and self._world.customs.auto_start and is_new:
            self._streams.start_later(meeting)
        return connection

    def _host_came(self, meeting: Instance) -> None:
        meeting.hosts_came.append(self._world.agenda.now)

    def leave(self, meeting: Instance, person: Person) -> None:
        """Somebody leaves by all devices; the owner who hosts may pass that on first."""
        devices = meeting.present(person)
        if person is meeting.leader and person is self._world.me and devices:
            self._pass_on(meeting)
        goes_on = person is self._world.me and meeting.leader is not self._world.me is meeting.host
        for connection in devices:
            self.went(meeting, connection, self._world.dice.choice(PLAIN_REASONS))
        if (
            person is self._world.me
            and devices
            and not (goes_on and self._world.customs.owner_hands_over)
        ):
            self._owner_gone(meeting)

    def leave_by_one(self, meeting: Instance, person: Person) -> None:
        """Somebody leaves by one device."""
        devices = meeting.present(person)
        if len(devices) < 2:
            return
        self.went(meeting, devices[-1], self._world.dice.choice(PLAIN_REASONS))
        if person is self._world.me and self._world.customs.every_device:
            self._owner_gone(meeting)

    def rejoin(self, meeting: Instance, person: Person) -> None:
        """Somebody's connection is replaced by a new one; the old one's left comes up to 91 s later."""
        devices = meeting.present(person)
        if not devices:
            return
        self.join(meeting, person)
        old = devices[0]
        wait = self._world.dice.randrange(91 * SECOND)
        self._world.agenda.after(wait, lambda: self.went(meeting, old, "Network connection error"))

    def went(self, meeting: Instance, connection: Connection, why: str) -> None:
        """Somebody leaves by one connection."""
        if connection.left is not None or not meeting.running:
            return
        now = self._world.agenda.now
        if connection.room is not None:
            self._end_stay(
                meeting, connection.room, told=self._world.customs.rooms_told == "always"
            )
        connection.left = now
        self._world.log(
            f"TRUTH: {connection.person.name} leaves {meeting.uuid} by {connection.uuid}: {why}"
        )
        text = wire.went(self._world.stamp(), meeting, connection, now, connection.user_id, why)
        self._world.tell_of_people(meeting, text)

    def _owner_gone(self, meeting: Instance) -> None:
        for stream in self._streams.mine(meeting):
            self._streams.stop_later(meeting, stream, 3, self._world.dice.randrange(2 * SECOND))

    def pass_host(self, meeting: Instance) -> None:
        """The host passes that role on to somebody else who is there."""
        if meeting.leader is None or not meeting.present(meeting.leader):
            return
        if self._pass_on(meeting) and not self._world.customs.survives_new_host:
            for stream in self._streams.mine(meeting):
                reason = self._world.dice.choice((1, 5, 9))
                wait = self._world.dice.randrange(200, 5 * SECOND)
                self._streams.stop_later(meeting, stream, reason, wait)

    def _pass_on(self, meeting: Instance) -> bool:
        old = meeting.leader
        others = [one for one in meeting.connections if one.left is None and one.person is not old]
        if not others or old is None:
            return False
        new = self._world.dice.choice(others)
        meeting.leader = new.person
        self._world.log(f"TRUTH: {old.name} passes the host on to {new.person.name}")
        self._host_came(meeting)
        self._world.tell_of_people(
            meeting, wire.role(self._world.stamp(), meeting, new, "attendee", "host")
        )
        for was in meeting.present(old)[:1]:
            self._world.tell_of_people(
                meeting, wire.role(self._world.stamp(), meeting, was, "host", "attendee")
            )
        return True

    # --- rooms --------------------------------------------------------------------------------

    def move(self, meeting: Instance, person: Person, *, inside: bool, told: bool = True) -> None:
        """Somebody goes to a breakout room, or comes back, by one device."""
        devices = [one for one in meeting.present(person) if (one.room is None) is inside]
        if not devices or not meeting.running:
            return
        connection, now = devices[0], self._world.agenda.now
        if now - connection.moved < MOVES_APART:
            again = connection.moved + MOVES_APART
            self._world.agenda.at(
                again, lambda: self.move(meeting, person, inside=inside, told=told)
            )
            return
        connection.moved = now
        told = told and self._world.customs.rooms_told in (
            {"always", "going_in"} if inside else {"always"}
        )
        old_user = connection.user_id
        if inside:
            connection.room = Stay(connection, self._world.new_id("Room"), now)
            meeting.stays.append(connection.room)
            self._world.log(f"TRUTH: {person.name} goes to room {connection.room.room}")
            self._tell_of_room(meeting, connection.room, now, inside=True, told=told)
        elif connection.room is not None:
            self._world.log(f"TRUTH: {person.name} comes back from room {connection.room.room}")
            self._end_stay(meeting, connection.room, told=told)
        connection.user_id = self._world.new_id("1684")
        self._tell_of_pair(meeting, connection, old_user, inside=inside)
        if person is self._world.me and self._world.customs.room_stops:
            self._room_and_stream(meeting, inside=inside)

    def change_room(self, meeting: Instance, person: Person) -> None:
        """Somebody goes from one breakout room to another."""
        for connection in meeting.present(person):
            settled = self._world.agenda.now - connection.moved >= MOVES_APART
            if connection.room is not None and meeting.running and settled:
                connection.moved = self._world.agenda.now
                now, told = self._world.agenda.now, self._world.customs.rooms_told != "never"
                self._end_stay(meeting, connection.room, told=told)
                connection.room = Stay(connection, self._world.new_id("Room"), now)
                meeting.stays.append(connection.room)
                self._world.log(f"TRUTH: {person.name} changes to room {connection.room.room}")
                self._tell_of_room(meeting, connection.room, now, inside=True, told=told)
                old_user, connection.user_id = connection.user_id, self._world.new_id("1684")
                self._tell_of_pair(meeting, connection, old_user, inside=True)

    def _tell_of_pair(
        self, meeting: Instance, connection: Connection, old_user: str, *, inside: bool
    ) -> None:
        """A left and a joined of the same second, in either order."""
        now = self._world.agenda.now
        named = (
            "left the meeting to join breakout room"
            if inside
            else "leave breakout room to join main meeting"
        )
        why = (
            named
            if self._world.dice.random() < self._world.customs.moves_named
            else PLAIN_REASONS[0]
        )
        left = wire.went(self._world.stamp(), meeting, connection, now, old_user, why)
        joined = wire.came(self._world.stamp(), meeting, connection, now)
        pair = [left, joined] if self._world.dice.random() < 0.58 else [joined, left]
        lag = self._world.post.lag()
        apart = int(min(1_016, max(2, 60 * self._world.dice.lognormvariate(0, 1))))
        self._world.tell_of_people(meeting, pair[0], lag=lag)
        self._world.tell_of_people(meeting, pair[1], lag=lag + apart)

    def _end_stay(self, meeting: Instance, stay: Stay, *, told: bool) -> None:
        stay.until, stay.connection.room = self._world.agenda.now, None
        self._tell_of_room(meeting, stay, self._world.agenda.now, inside=False, told=told)

    def _tell_of_room(
        self, meeting: Instance, stay: Stay, at: int, *, inside: bool, told: bool
    ) -> None:
        if not told:
            return
        stamp = at + self._world.dice.randrange(-1_300, 900)
        text = wire.in_room(stamp, meeting, stay.connection, at, stay.room, inside=inside)

        def delivered() -> None:
            named = stay.connection.person.disclosed  # else it could be anybody
            stay.told_in |= inside and named
            stay.told_out |= named and not inside

        self._world.tell_of_people(meeting, text, delivered)

    def _room_and_stream(self, meeting: Instance, *, inside: bool) -> None:
        if inside:
            for stream in self._streams.mine(meeting):
                wait = self._world.dice.randrange(200, 2_000)
                self._streams.stop_later(meeting, stream, 3, wait)
        elif self._world.customs.room_returns and any(one.reason == 3 for one in meeting.streams):
            self._streams.start_later(meeting)

    def stranger(self, meeting: Instance) -> None:
        """Somebody nobody knows comes for a while."""
        guest = Person(self._world.new_id("Guest "), "", disclosed=False)
        self.join(meeting, guest)
        wait = self._world.dice.randrange(20 * SECOND, 10 * MINUTE)
        self._world.agenda.after(wait, lambda: self.leave(meeting, guest))
