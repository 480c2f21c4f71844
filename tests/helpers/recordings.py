"""Records a running program within the test process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from rtms_tray.support.command_types import Command
from tests.helpers.program_harness import ProgramHarness

Line = dict[str, Any]


@contextlib.asynccontextmanager
async def recorded(harness: ProgramHarness) -> AsyncIterator[list[Line]]:
    """Record what happens inside."""
    lines: list[Line] = []

    def take(progress: Mapping[str, object]) -> None:
        line = progress["line"]
        assert isinstance(line, dict)
        lines.append(line)

    work = asyncio.create_task(harness.commands.perform(Command("record"), take))
    await asyncio.sleep(0)
    yield lines
    work.cancel()
    await asyncio.wait([work])


def of_kind(lines: list[Line], kind: str) -> list[Line]:
    """List the lines of one kind."""
    return [line for line in lines if line["kind"] == kind]
