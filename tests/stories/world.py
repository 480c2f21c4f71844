"""What all parts of a story's Zoom share: time, the post, the dice, and who I am."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.stories.agenda import Agenda
from tests.stories.customs import Customs
from tests.stories.post import Post
from tests.stories.truth import Instance, Person


@dataclass(eq=False, slots=True)
class World:
    """Numbers things, and tells the program of them."""

    agenda: Agenda
    post: Post
    dice: Random
    customs: Customs
    log: Callable[[str], None]
    me: Person = field(init=False)
    ahead: int = 0  # how much the clock of the streaming servers is ahead, in ms
    leaps: float = 0.0  # the share of events of streams whose `event_ts` is an hour ahead
    count: int = 0

    def __post_init__(self) -> None:
        disclosed = self.customs.owner_disclosed
        self.me = Person("Me", "30R7kT7bTIKSNUFEuH_Qlg", disclosed=disclosed)

    def new_id(self, kind: str) -> str:
        """Name one thing more."""
        self.count += 1
        return f"{kind}{self.count:04}"

    def stamp(self) -> int:
        """`event_ts` of a meeting event: off by up to 0.3 s between two that belong together."""
        return self.agenda.now + self.dice.randrange(-150, 151)

    def tell(
        self,
        meeting: Instance,
        text: str,
        told: Callable[[], None] | None = None,
        lag: int | None = None,
    ) -> None:
        """Send an event; `told` is what its delivery changes."""
        self.post.send(text, meeting.uuid, told, lag)

    def tell_of_people(
        self,
        meeting: Instance,
        text: str,
        told: Callable[[], None] | None = None,
        lag: int | None = None,
    ) -> None:
        """Send an event of people, if such events come at all."""
        if self.customs.meeting_events:
            self.tell(meeting, text, told, lag)
