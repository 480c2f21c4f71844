"""What was measured, beside its floor: medians, ratios, a table for people and JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Final

FAR_OUTSIDE: Final = 3.0
"""Machines differ, and others use them: only what is this many times its reach fails a run."""


@dataclass(frozen=True)
class Figure:
    """One row of the table: samples of the program and of its floor, taken in turns.

    Attributes:
        reach: what is aimed at: a multiple of the floor, or a number where there is no floor.
        more_is_better: for a throughput: then the reach is the least, not the most.
        limit: what fails a run, where that is not `FAR_OUTSIDE` times the reach: the program may be
            known to be further from its aim than that.
    """

    name: str
    unit: str
    ours: Sequence[float]
    reach: float
    floor: Sequence[float] = field(default_factory=tuple)
    more_is_better: bool = False
    limit: float | None = None

    @property
    def typical(self) -> float:
        """The program's median."""
        return median(self.ours)

    @property
    def typical_floor(self) -> float | None:
        """The floor's median; None where there is none."""
        return median(self.floor) if self.floor else None

    @property
    def value(self) -> float:
        """What is compared with the reach: the ratio to the floor, or the median itself.

        Each pair gives a ratio of its own: what slows the machine down for a while slows both.
        """
        if not self.floor:
            return self.typical
        return median(one / other for one, other in zip(self.ours, self.floor, strict=True))

    @property
    def reached(self) -> bool:
        """Whether the aim is reached."""
        return self.value >= self.reach if self.more_is_better else self.value <= self.reach

    @property
    def far_outside(self) -> bool:
        """Whether this is too far from the aim to be the machine's doing."""
        if self.more_is_better:
            least = self.reach / FAR_OUTSIDE if self.limit is None else self.limit
            return self.value < least
        return self.value > (self.reach * FAR_OUTSIDE if self.limit is None else self.limit)

    def as_json(self) -> dict[str, object]:
        """The row for programs, with every sample."""
        more = {"value": self.value, "reached": self.reached, "far_outside": self.far_outside}
        return asdict(self) | more


_HEADINGS: Final = ("figure", "unit", "ours", "floor", "ratio", "reach", "")


def table(figures: Sequence[Figure]) -> str:
    """Write the rows in columns."""
    rows = [_HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    floor = figure.typical_floor
    times = " ×" if figure.floor else ""
    least = "≥ " if figure.more_is_better else "≤ "
    return (
        figure.name,
        figure.unit,
        _number(figure.typical),
        "" if floor is None else _number(floor),
        "" if floor is None else f"{figure.value:.2f}",
        f"{least}{figure.reach:g}{times}",
        "far outside" if figure.far_outside else "" if figure.reached else "not reached",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
