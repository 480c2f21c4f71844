"""The least that receiving and showing events takes: qasync, websockets, json and a label."""

import json
import sys

import qasync
from PySide6.QtWidgets import QApplication, QLabel
from websockets.asyncio.client import connect

from tests.benchmarks.subjects.log_book import LogBook


async def _main(count: int, url: str) -> None:
    label = QLabel("nothing yet")
    label.show()
    async with connect(url, compression=None) as socket:
        book = LogBook()
        async for frame in socket:
            envelope = json.loads(frame)
            if envelope["module"] != "message":
                book.begin()
                continue
            event = json.loads(envelope["content"])
            book.took()
            if "rtms" in event["event"]:
                label.setText(event["event"])
                book.drew()
            if book.taken == count:
                break
    book.write()


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    with qasync.QEventLoop(app) as loop:
        loop.run_until_complete(_main(int(sys.argv[1]), sys.argv[2]))
