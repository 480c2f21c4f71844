"""Carries events from Zoom to the program, with all the noise of the way."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final, Protocol

from tests.stories.agenda import Agenda
from tests.stories.modes import MINUTE, SECOND, Noise
from tests.stories.wire import brief

KEPT_IF_LATER_THAN: Final = 3 * SECOND
"""An event that is late anyway waits for the next connection, if there was one when it was sent; any other is lost.

Otherwise nobody could know what was missed: a sign of life would say nothing of the time before it.
"""


class Receiver(Protocol):
    """Where events arrive."""

    @property
    def hears(self) -> bool:
        """Whether anything can arrive."""
        ...

    def receive(self, text: str) -> None:
        """Take an event."""
        ...


@dataclass(eq=False, slots=True)
class Letter:
    """One event under way."""

    text: str
    about: str  # a meeting's UUID
    sent: int
    heard: bool  # whether anything could arrive when it was sent
    arrived: bool = False


class Post:
    """Delivers every event, once or more, unless nobody hears."""

    def __init__(
        self, agenda: Agenda, noise: Noise, dice: Random, log: Callable[[str], None] | None
    ) -> None:
        self.receiver: Receiver | None = None
        self.sent: Callable[[str, int], None] = lambda _text, _lag: None
        """Called with every event as it is sent, and how long it takes: the app's webhook gets it, too."""
        self.under_way: list[Letter] = []
        self._agenda = agenda
        self._noise = noise
        self._dice = dice
        self._log = log

    def lag(self) -> int:
        """How long an event takes: 0.8 s at the median, 2.4 s at most, in good times."""
        return int(min(2_400, 800 * self._dice.lognormvariate(0, 0.5)))

    def send(
        self, text: str, about: str, told: Callable[[], None] | None = None, lag: int | None = None
    ) -> None:
        """Send an event; `told` is what its delivery changes."""
        dice, noise = self._dice, self._noise
        lag = self.lag() if lag is None else lag
        lag += dice.randrange(noise.spread + 1)
        if dice.random() < noise.late:
            lag += dice.randrange(MINUTE, 40 * MINUTE)
        self.sent(text, lag)
        letter = Letter(text, about, self._agenda.now, self._hears())
        self.under_way.append(letter)
        self._agenda.after(lag, lambda: self._arrive(letter, told))
        if dice.random() < noise.doubled:
            again = dice.choice((dice.randrange(3 * SECOND), 5 * MINUTE, 20 * MINUTE))
            self._agenda.after(lag + again, lambda: self._arrive_again(letter, told))

    def _arrive(self, letter: Letter, told: Callable[[], None] | None) -> None:
        if self._hears():
            self._deliver(letter, told)
        elif letter.heard and self._agenda.now - letter.sent > KEPT_IF_LATER_THAN:
            self._agenda.after(
                self._dice.randrange(5 * SECOND, 30 * SECOND), lambda: self._arrive(letter, told)
            )
        else:
            self.under_way.remove(letter)
            self._note("LOST", letter)

    def _arrive_again(self, letter: Letter, told: Callable[[], None] | None) -> None:
        if self._hears() and letter.arrived:
            self._deliver(letter, told)

    def _note(self, what: str, letter: Letter) -> None:
        if self._log is not None:
            seconds = (self._agenda.now - letter.sent) / SECOND
            self._log(f"{what} after {seconds:.1f} s: {brief(letter.text)}")

    def _hears(self) -> bool:
        return self.receiver is not None and self.receiver.hears

    def _deliver(self, letter: Letter, told: Callable[[], None] | None) -> None:
        first = letter in self.under_way
        if first:
            self.under_way.remove(letter)
        self._note("EVENT", letter)
        if told is not None and not letter.arrived:
            told()
        letter.arrived = True
        if self.receiver is not None:
            self.receiver.receive(letter.text)
