"""What is really the case in a meeting, whether or not anybody is told of it. Moments are true time."""

from dataclasses import dataclass, field

FOREVER = 1 << 60
Interval = tuple[int, int]


@dataclass(eq=False, slots=True)
class Person:
    """Somebody with a Zoom account; `disclosed` if events give its ID."""

    name: str
    user_id: str
    disclosed: bool


@dataclass(eq=False, slots=True)
class Connection:
    """One device of a person in a meeting; its `uuid` stays, and its `user_id` is new in every room."""

    person: Person
    uuid: str
    user_id: str
    joined: int
    left: int | None = None
    room: "Stay | None" = None
    moved: int = 0  # between rooms, or from and to the main room


@dataclass(eq=False, slots=True)
class Stay:
    """A connection's time in a breakout room, and which breakout events of it were delivered."""

    connection: Connection
    room: str
    since: int
    until: int = FOREVER
    told_in: bool = False
    told_out: bool = False


@dataclass(eq=False, slots=True)
class Stream:
    """An RTMS stream of the app."""

    stream_id: str
    operator: Person
    started: int
    stopped: int = FOREVER
    reason: int | None = None
    doomed: bool = False  # nothing is received of it: it will stop with 11 or 18
    told: int | None = None  # when its start was delivered
    shown_from: int = FOREVER  # the time of the earliest start that was delivered
    stop_told: bool = False
    paused_here: list[list[int]] = field(default_factory=list)
    paused_in_zoom: list[list[int]] = field(default_factory=list)
    pauses_asked_for: list[list[int]] = field(
        default_factory=list
    )  # until the next resume from here
    interrupted: list[int] = field(default_factory=list)
    new_server_while_paused: int = FOREVER

    def live(self, at: int) -> bool:
        """Whether it exists at a moment."""
        return self.started <= at < self.stopped

    def paused_from_here(self, at: int) -> bool:
        """Whether a request from here has paused it."""
        return any(since <= at < until for since, until in self.paused_here)

    def paused_by_zoom(self, at: int) -> bool:
        """Whether it was paused in Zoom's own window: nobody is told."""
        return any(since <= at < until for since, until in self.paused_in_zoom)


@dataclass(eq=False, slots=True)
class Instance:
    """One running of a meeting."""

    number: str
    uuid: str
    host: Person  # the scheduled one
    started: int
    ended: int = FOREVER
    kind: str = "meeting"  # or webinar
    leader: Person | None = None  # who has the role of the host now
    connections: list[Connection] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    hosts_came: list[int] = field(default_factory=list)
    last_told: int = 0  # the time of the newest event of a stream that was delivered
    told: set[str] = field(default_factory=set)  # events of streams and rooms that were delivered
    replies: int = 0
    proved: bool = False  # a reply has shown how its stream stood
    confused: bool = (
        False  # a stop of somebody's stream whose start nobody was told of: it could be anybody's
    )

    def present(self, person: Person) -> list[Connection]:
        """List the connections by which somebody is there."""
        return [one for one in self.connections if one.person is person and one.left is None]

    @property
    def running(self) -> bool:
        """Whether it is on."""
        return self.ended == FOREVER


def covered(a: list[Interval], b: list[Interval]) -> int:
    """How long both are the case."""
    return sum(
        max(0, min(one[1], two[1]) - max(one[0], two[0])) for one in joined(a) for two in joined(b)
    )


def joined(intervals: list[Interval]) -> list[Interval]:
    """The same time without overlaps."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def without(a: list[Interval], b: list[Interval]) -> list[Interval]:
    """The time of `a` that is not in `b`."""
    rest = joined(a)
    for start, end in joined(b):
        cut: list[Interval] = []
        for one, two in rest:
            cut += [(one, min(two, start)), (max(one, end), two)]
        rest = [(one, two) for one, two in cut if one < two]
    return rest


def length(intervals: list[Interval]) -> int:
    """How long it lasts."""
    return sum(end - start for start, end in joined(intervals))
