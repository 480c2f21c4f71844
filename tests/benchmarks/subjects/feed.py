"""The program, writing down when its icon shows which events: it ends after so many."""

import asyncio
import sys

from PySide6.QtWidgets import QApplication

from rtms_tray.app import Running
from rtms_tray.desktop.event_loop import run
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.profile import find_profile
from tests.benchmarks.subjects.log_book import LogBook


async def _main(app: QApplication, running: Running, count: int) -> None:
    async with running.started(app):
        program, tray = running.program, running.desktop.tray
        await program.changes.until(lambda: program.watcher.feed.connected, 20)
        book = LogBook()
        all_taken = asyncio.Event()
        record, show = program.watcher.on_taken, tray.show

        def took(*what: object) -> None:
            record(*what)  # type: ignore[arg-type]
            book.took()
            if book.taken == count:
                all_taken.set()

        def drew(*what: object) -> None:
            show(*what)  # type: ignore[arg-type]
            book.drew()

        program.watcher.on_taken = took
        tray.show = drew  # type: ignore[assignment, method-assign]
        book.begin()
        await all_taken.wait()
        await asyncio.sleep(0.1)  # what came last is drawn, too
        book.write()


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    running = Running(find_profile(), KeyringStore(), asyncio.Event())
    run(_main(app, running, int(sys.argv[1])), app)
