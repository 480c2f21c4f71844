"""Plays many stories of one mode, and adds up what the judge says."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.stories.judge import Tally
from tests.stories.modes import COMPLETE, Mode
from tests.stories.story import Story

MOST_UNVERIFIED: Final = 0.01
SEEDS_SHOWN: Final = 8


@dataclass(slots=True)
class Row:
    """One line of the table."""

    mode: Mode
    stories: int = 0
    sum: Tally = field(default_factory=Tally)
    seeds: dict[str, list[int]] = field(default_factory=dict)  # by kind of finding
    unsure: Counter[int] = field(
        default_factory=Counter
    )  # seconds unverified without excuse, by seed

    @property
    def too_little(self) -> bool:
        """Whether the mode's stories are in doubt for too long."""
        return self.mode in COMPLETE and self.sum.unexcused > MOST_UNVERIFIED * self.sum.live

    @property
    def fails(self) -> bool:
        """Whether anything was found."""
        return bool(self.seeds) or self.too_little

    def text(self) -> str:
        """The line, and one more for each kind of finding."""
        hours = self.sum.live / 3_600_000
        verified = 100 * self.sum.verified / max(self.sum.live, 1)
        unsure = 100 * self.sum.unexcused / max(self.sum.live, 1)
        columns = ", ".join(f"{name} {count}" for name, count in sorted(self.sum.columns.items()))
        counts = f"{self.mode:<10} {self.stories:>6} stories  live {hours:7.1f} h"
        shares = f"verified {verified:5.1f} %  unexplained {unsure:5.2f} %"
        lines = [f"{counts}  {shares}  ({columns})"]
        if self.too_little:
            worst = " ".join(str(seed) for seed, _ in self.unsure.most_common(SEEDS_SHOWN))
            lines.append(f"    knows too little: {unsure:.2f} % unverified; seeds {worst}")
        for kind, seeds in sorted(self.seeds.items()):
            some = " ".join(map(str, seeds[:SEEDS_SHOWN]))
            lines.append(f"    {kind}: {len(seeds)}; seeds {some}")
        return "\n".join(lines)


def play_mode(mode: Mode, first: int, count: int) -> Row:
    """Play stories of one mode."""
    row = Row(mode)
    for seed in range(first, first + count):
        add(row, seed)
    return row


def add(row: Row, seed: int) -> None:
    """Play one story more."""
    story = Story(row.mode, seed)
    try:
        story.play()
    except Exception as broken:  # noqa: BLE001 - whatever breaks is a finding, with its seed
        story.judge.find("broken", repr(broken))
    row.stories += 1
    tally = story.judge.tally
    row.sum.live += tally.live
    row.sum.verified += tally.verified
    row.sum.unexcused += tally.unexcused
    row.sum.columns.update(tally.columns)
    if tally.unexcused:
        row.unsure[seed] = tally.unexcused // 1000
    for kind, _ in story.judge.findings:
        row.seeds.setdefault(kind, []).append(seed)
