"""The program, writing down when its icon shows which events: it ends after so many."""

import asyncio
import sys
from typing import TYPE_CHECKING

from rtms_tray.desktop.first_icon import FirstIcon
from tests.benchmarks.subjects.behind_icon import run_behind_icon
from tests.benchmarks.subjects.log_book import LogBook

if TYPE_CHECKING:
    from rtms_tray.app import Running

_COUNT = int(sys.argv[1])


async def _main(running: "Running", first: FirstIcon) -> None:
    async with running.started(first.app):
        program, tray = running.program, running.desktop.tray
        await program.changes.until(lambda: program.watcher.feed.connected, 20)
        book = LogBook()
        all_taken = asyncio.Event()
        record, draw = program.watcher.on_taken, tray.draw

        def took(*what: object) -> None:
            record(*what)  # type: ignore[arg-type]
            book.took()
            if book.taken == _COUNT:
                all_taken.set()

        def drew(*what: object) -> None:
            draw(*what)  # type: ignore[arg-type]
            book.drew()

        program.watcher.on_taken = took
        tray.draw = drew  # type: ignore[assignment, method-assign]
        book.begin()
        await all_taken.wait()
        await asyncio.sleep(0.1)  # what came last is drawn, too
        book.write()


if __name__ == "__main__":
    run_behind_icon(_main)
