"""Adds up past meetings by weeks and by reasons, for planning: where capture works, and where it does not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.model import HostSide
from rtms_tray.history.reader import Spent
from rtms_tray.presentation.wording import reason_words
from rtms_tray.support.units import SECOND, Millis

Totals = Mapping[SpanKind, Millis]


@dataclass(frozen=True, slots=True)
class Week:
    """One week of meetings, from its Monday on; lengths are milliseconds."""

    monday: date
    by_host: Mapping[HostSide, Totals]

    def total(self, side: HostSide) -> Millis:
        """All that counts of the meetings with such a host."""
        return sum(self.by_host.get(side, {}).values())


@dataclass(frozen=True, slots=True)
class Loss:
    """How much was lost for one reason, in milliseconds, by whose host it was."""

    text: str
    by_host: Mapping[HostSide, Millis]

    @property
    def total(self) -> Millis:
        """All of it."""
        return sum(self.by_host.values())


def mondays(now: Millis, count: int) -> tuple[date, ...]:
    """List the Mondays of the last weeks, this machine's time, oldest first, the running week last."""
    today = datetime.fromtimestamp(now / SECOND).astimezone().date()
    last = today - timedelta(days=today.weekday())
    return tuple(last - timedelta(weeks=back) for back in reversed(range(count)))


def start_of(day: date) -> Millis:
    """Tell when a day begins on this machine."""
    return round(datetime(day.year, day.month, day.day).astimezone().timestamp()) * SECOND


def weeks(spent: Iterable[Spent], starts: tuple[date, ...]) -> tuple[Week, ...]:
    """Share out what was spent in the weeks that begin on these days."""
    sums: list[dict[HostSide, Counter[SpanKind]]] = [{} for _ in starts]
    for part in spent:
        sums[part.period].setdefault(part.host, Counter())[part.kind] += part.length
    return tuple(Week(day, of_week) for day, of_week in zip(starts, sums, strict=True))


def losses(spent: Iterable[Spent]) -> tuple[Loss, ...]:
    """Add up what was lost by reason, the most first."""
    sums: dict[str, Counter[HostSide]] = {}
    for part in spent:
        if part.kind is SpanKind.LOST:
            text = reason_words(part.why) or "No reason was noted"
            sums.setdefault(text, Counter())[part.host] += part.length
    found = [Loss(text, by_host) for text, by_host in sums.items()]
    return tuple(sorted(found, key=lambda loss: (-loss.total, loss.text)))
