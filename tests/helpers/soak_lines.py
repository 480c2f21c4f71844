"""How the soak's processes are told what to do: a line of JSON in, a line of JSON out."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Json = dict[str, Any]


async def first_line() -> Json:
    """Wait for one line on standard input, and leave the rest."""
    line = b""
    while not line.endswith(b"\n"):
        line += await asyncio.to_thread(os.read, 0, 1)
    found: Json = json.loads(line)
    return found


async def serve(perform: Callable[[Json], Awaitable[Json]]) -> None:
    """Carry out what comes on standard input, one after the other, until it ends or says “quit”."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    rest = b""

    def take() -> None:
        nonlocal rest
        came = os.read(0, 65_536)
        *whole, rest = (rest + came).split(b"\n")
        for line in whole:
            lines.put_nowait(line.decode())
        if not came:  # whoever told is gone
            loop.remove_reader(0)
            lines.put_nowait('{"do": "quit"}')

    loop.add_reader(0, take)
    try:
        told: Json = {}
        while told.get("do") != "quit":
            told = json.loads(await lines.get())
            say(await perform(told))
    finally:
        loop.remove_reader(0)


def say(what: Json) -> None:
    """Answer."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
