"""What is planned to happen in a story: who comes and goes when, and what the user does."""

from collections.abc import Callable
from random import Random

from tests.stories.agenda import Agenda
from tests.stories.modes import HOUR, MINUTE, SECOND, Noise
from tests.stories.truth import Instance, Person
from tests.stories.user import User
from tests.stories.zoom import Zoom


class Plot:
    """Plans a story from dice of its own, so that what the program does changes little of it."""

    def __init__(self, agenda: Agenda, zoom: Zoom, user: User, noise: Noise, dice: Random) -> None:
        self.ends_at = agenda.now
        self._agenda = agenda
        self._zoom = zoom
        self._user = user
        self._noise = noise
        self._dice = dice

    def make(self, boot: int) -> None:
        """Plan one meeting, perhaps its next instance, perhaps another meeting beside it."""
        dice = self._dice
        self.ends_at = boot + 5 * MINUTE
        start = boot + self._wait(5 * SECOND, 5 * MINUTE)
        if dice.random() < 0.15:  # the program starts in the middle of a meeting
            start = boot - self._wait(1 * MINUTE, 15 * MINUTE)
        end = self._meeting("98712345670", start, boot)
        if dice.random() < 0.25:
            soon = dice.random() < 0.93
            again = end + (
                self._wait(3 * SECOND, 8 * MINUTE) if soon else self._wait(HOUR, 14 * HOUR)
            )
            self._meeting("98712345670", again, boot)
        if dice.random() < 0.12:
            self._meeting("12345678901", start + self._wait(0, 10 * MINUTE), boot)

    def _wait(self, least: int, most: int) -> int:
        return self._dice.randrange(least, most)

    def _host(self) -> Person:
        dice = self._dice
        if dice.random() < 0.25:
            return self._zoom.me
        return Person("Host", "x1yCzABCDEfg23HiJKl4mN", disclosed=dice.random() < 0.6)

    def _meeting(self, number: str, start: int, boot: int) -> int:
        """Plan one instance; returns when it ends."""
        dice, agenda = self._dice, self._agenda
        host, lasts = self._host(), self._wait(3 * MINUTE, 25 * MINUTE)
        found: list[Instance] = []

        def at(when: int, act: Callable[[Instance], object]) -> None:
            agenda.at(when, lambda: act(found[0]))

        agenda.at(start, lambda: found.append(self._zoom.start_meeting(number, host)))
        self._people(at, start, lasts, host)
        self._request(number, start, boot)
        for _ in range(dice.randrange(1, 6)):
            self._incident(at, start + self._wait(20 * SECOND, lasts), host)
        end = start + lasts
        if dice.random() < 0.2:
            at(
                end - self._wait(10 * SECOND, MINUTE),
                lambda one: self._zoom.people.leave(one, self._zoom.me),
            )
        at(end, self._zoom.end_meeting)
        self.ends_at = max(self.ends_at, end + 3 * MINUTE)
        return end

    def _people(
        self,
        at: Callable[[int, Callable[[Instance], object]], None],
        start: int,
        lasts: int,
        host: Person,
    ) -> None:
        dice, zoom = self._dice, self._zoom
        at(start + self._wait(0, 20 * SECOND), lambda one: zoom.people.join(one, zoom.me))
        if host is not zoom.me:
            late = dice.random() < 0.4
            at(
                start + (self._wait(30 * SECOND, lasts) if late else self._wait(0, 15 * SECOND)),
                lambda one: zoom.people.join(one, host),
            )
        for _ in range(dice.randrange(3)):
            at(start + self._wait(0, lasts), zoom.people.stranger)
        if dice.random() < self._noise.devices:
            who = dice.choice((zoom.me, host))
            at(start + self._wait(30 * SECOND, lasts), lambda one: zoom.people.join(one, who))
            at(
                start + self._wait(30 * SECOND, lasts),
                lambda one: zoom.people.leave_by_one(one, who),
            )

    def _request(self, number: str, start: int, boot: int) -> None:
        dice = self._dice
        asks = dice.choices(("never", "before", "during"), (25, 15, 60))[0]
        if asks == "before":
            self._at(
                max(boot + 2 * SECOND, start - self._wait(0, 3 * MINUTE)),
                lambda: self._user.request(number),
            )
        elif asks == "during":
            self._at(
                max(boot, start) + self._wait(2 * SECOND, 3 * MINUTE),
                lambda: self._user.request(number),
            )

    def _at(self, when: int, act: Callable[[], None]) -> None:
        self._agenda.at(when, act)

    def _incident(
        self, at: Callable[[int, Callable[[Instance], object]], None], when: int, host: Person
    ) -> None:
        dice, zoom, user = self._dice, self._zoom, self._user
        if dice.random() < self._noise.rooms:
            self._room_trip(at, when, dice.choice((zoom.me, host)))
            return
        plans: list[tuple[float, Callable[[], None]]] = [
            (3, lambda: self._absence(at, when, host)),
            (1.5, lambda: self._absence(at, when, zoom.me)),
            (2, lambda: at(when, zoom.people.stranger)),
            (
                1,
                lambda: at(when, lambda one: zoom.people.rejoin(one, dice.choice((host, zoom.me)))),
            ),
            (1, lambda: at(when, zoom.people.pass_host)),
            (1.5, lambda: at(when, zoom.streams.interrupt)),
            (0.7, lambda: at(when, zoom.streams.new_server)),
            (0.7, lambda: at(when, zoom.streams.fail_over)),
            (1, lambda: at(when, zoom.streams.pause_in_zoom)),
            (
                0.7,
                lambda: at(
                    when, lambda one: zoom.streams.stop_mine(one, dice.choice((1, 2, 4, 7, 10)))
                ),
            ),
            (0.5, lambda: self._colleague(at, when)),
            (5, lambda: at(when, user.do_something)),
        ]
        dice.choices([plan for _, plan in plans], [weight for weight, _ in plans])[0]()

    def _absence(
        self, at: Callable[[int, Callable[[Instance], object]], None], when: int, who: Person
    ) -> None:
        at(when, lambda one: self._zoom.people.leave(one, who))
        if self._dice.random() < 0.7:
            back = when + self._wait(8 * SECOND, 4 * MINUTE)
            at(back, lambda one: None if one.present(who) else self._zoom.people.join(one, who))

    def _room_trip(
        self, at: Callable[[int, Callable[[Instance], object]], None], when: int, who: Person
    ) -> None:
        zoom, told = self._zoom, self._dice.random() < 0.7
        at(when, lambda one: zoom.people.move(one, who, inside=True))
        back = when + self._wait(15 * SECOND, 5 * MINUTE)
        if self._dice.random() < 0.2:
            at(self._wait(when + 2 * SECOND, back), lambda one: zoom.people.change_room(one, who))
        at(back, lambda one: zoom.people.move(one, who, inside=False, told=told))

    def _colleague(
        self, at: Callable[[int, Callable[[Instance], object]], None], when: int
    ) -> None:
        zoom = self._zoom
        other = Person("Colleague", "colleague", disclosed=True)
        at(when, lambda one: zoom.people.join(one, other))
        at(when + 5 * SECOND, lambda one: zoom.streams.start(one, other))
        at(when + self._wait(30 * SECOND, 5 * MINUTE), lambda one: zoom.streams.stop_of(one, other))
