"""The streams of a story: how they begin, pause, fail, and end."""

from tests.stories import wire
from tests.stories.modes import HOUR, SECOND
from tests.stories.truth import FOREVER, Instance, Person, Stream
from tests.stories.world import World


class Streams:
    """Begins and ends the app's streams, and tells of it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def mine(self, meeting: Instance) -> list[Stream]:
        """List the app owner's streams that are live: one at most."""
        now = self._world.agenda.now
        return [one for one in meeting.streams if one.live(now) and one.operator is self._world.me]

    def start_later(self, meeting: Instance) -> None:
        """Begin a stream within seconds."""
        wait = self._world.dice.randrange(1 * SECOND, 5 * SECOND)
        self._world.agenda.after(wait, lambda: self.start(meeting))

    def start(self, meeting: Instance, operator: Person | None = None) -> None:
        """A stream of the app begins, unless one of the same person runs."""
        operator = operator or self._world.me
        if not meeting.running or not meeting.present(operator):
            return
        if any(
            one.live(self._world.agenda.now) and one.operator is operator for one in meeting.streams
        ):
            return
        if self._world.customs.room_stops and any(one.room for one in meeting.present(operator)):
            return
        stream = Stream(self._world.new_id("5tream"), operator, self._world.agenda.now)
        meeting.streams.append(stream)
        self._world.log(f"TRUTH: stream {stream.stream_id} of {operator.name} begins")
        self._tell_of_start(meeting, stream)
        end = self._world.dice.random()
        stream.doomed = end < 0.06
        if end < 0.03:  # no receiver connects
            self.stop_later(meeting, stream, 11, 60 * SECOND)
        elif end < 0.06:  # the receiver has a wrong secret
            self.stop_later(meeting, stream, 18, 2 * SECOND)

    def _stamp(self) -> int:
        """`event_ts`, by the clock of the servers that stream."""
        leap = HOUR if self._world.leaps and self._world.dice.random() < self._world.leaps else 0
        return self._world.agenda.now + self._world.ahead + leap

    def _tell_of_start(self, meeting: Instance, stream: Stream) -> None:
        now = self._world.agenda.now
        payload: wire.Json = {
            "rtms_stream_id": stream.stream_id,
            "server_urls": "wss://127.0.0.1:8443",
        }
        if self._world.customs.operator_in_start or stream.operator is not self._world.me:
            payload["operator_id"] = stream.operator.user_id
        if self._world.customs.number_in_start:
            payload |= {f"{meeting.kind}_id": int(meeting.number), "account_id": wire.ACCOUNT}

        def delivered() -> None:
            stream.told = self._world.agenda.now if stream.told is None else stream.told
            stream.shown_from = min(stream.shown_from, now)
            meeting.last_told = max(meeting.last_told, now)

        self._world.tell(
            meeting, wire.of_stream("started", self._stamp(), meeting, payload), delivered
        )

    def stop(self, meeting: Instance, stream: Stream, reason: int, *, told: bool = True) -> None:
        """End a stream; `told` if an event says so."""
        now = self._world.agenda.now
        if not stream.live(now):
            return
        stream.stopped, stream.reason = now, reason
        for pauses in (stream.paused_here, stream.paused_in_zoom):
            for pause in pauses:
                pause[1] = min(pause[1], now)
        self._world.log(f"TRUTH: stream {stream.stream_id} stops: {reason}")
        if not told:
            return
        payload: wire.Json = {}
        if self._world.customs.stop_shape != "uuid" or stream.operator is not self._world.me:
            payload["rtms_stream_id"] = stream.stream_id  # else nobody could say whose it was
        if self._world.customs.stop_shape == "full":
            payload["stop_reason"] = reason

        def delivered() -> None:
            stream.stop_told = True
            mine = stream.operator is self._world.me
            meeting.confused = meeting.confused or (stream.told is None and not mine)
            meeting.last_told = max(meeting.last_told, now)

        self._world.tell(
            meeting, wire.of_stream("stopped", self._stamp(), meeting, payload), delivered
        )

    def stop_later(self, meeting: Instance, stream: Stream, reason: int, wait: int) -> None:
        """End a stream in a while."""
        self._world.agenda.after(wait, lambda: self.stop(meeting, stream, reason))

    def stop_mine(self, meeting: Instance, reason: int) -> None:
        """My stream stops: by somebody, or by Zoom's trouble."""
        for stream in self.mine(meeting):
            self.stop(meeting, stream, reason)

    def stop_of(self, meeting: Instance, operator: Person) -> None:
        """Somebody's stream of the app stops."""
        for stream in meeting.streams:
            if stream.operator is operator:
                self.stop(meeting, stream, 2)

    def interrupt(self, meeting: Instance) -> None:
        """The receiver loses its connection; it comes back, by a new server or unnoticed, or the stream ends."""
        for stream in self.mine(meeting):
            now = self._world.agenda.now
            stream.interrupted.append(now)
            self._world.log(f"TRUTH: the receiver of {stream.stream_id} is interrupted")
            payload = {"rtms_stream_id": stream.stream_id}
            self._world.tell(
                meeting, wire.of_stream("interrupted", self._stamp(), meeting, payload)
            )
            what = self._world.dice.random()
            if what < 0.4:
                self._world.agenda.after(
                    self._world.dice.randrange(3 * SECOND, 55 * SECOND),
                    lambda: self.new_server(meeting),
                )
            elif what < 0.65:
                reason = self._world.dice.choice((13, 15, 19, 24))
                self.stop_later(meeting, stream, reason, 60 * SECOND)

    def new_server(self, meeting: Instance) -> None:
        """Zoom's server has died: the same stream starts again on another."""
        for stream in self.mine(meeting):
            self._world.log(f"TRUTH: {stream.stream_id} continues on a new server")
            if stream.paused_from_here(self._world.agenda.now):
                stream.new_server_while_paused = min(
                    stream.new_server_while_paused, self._world.agenda.now
                )
                if not self._world.customs.pause_survives:
                    self.unpause(stream.paused_here)
            self._tell_of_start(meeting, stream)

    def fail_over(self, meeting: Instance) -> None:
        """Zoom continues with a new stream."""
        if self.mine(meeting):
            self.stop_mine(meeting, self._world.dice.choice((10, 12, 17)))
            self.start_later(meeting)

    def pause_in_zoom(self, meeting: Instance) -> None:
        """Somebody pauses or resumes in Zoom's window, and no event tells."""
        for stream in self.mine(meeting):
            now = self._world.agenda.now
            if stream.paused_by_zoom(now) or stream.paused_from_here(now):
                self._world.log(f"TRUTH: {stream.stream_id} is resumed in Zoom")
                self.unpause(stream.paused_in_zoom)
                self.unpause(stream.paused_here)
            else:
                self._world.log(f"TRUTH: {stream.stream_id} is paused in Zoom")
                stream.paused_in_zoom.append([now, FOREVER])

    def unpause(self, pauses: list[list[int]]) -> None:
        """End pauses."""
        for pause in pauses:
            pause[1] = min(pause[1], self._world.agenda.now)
