"""For running without any events: somebody without a client secret and without a relay."""

import asyncio
from collections.abc import Callable

from rtms_tray.zoom.feeds import Report


class NoFeed:
    """A feed that never connects and has nothing to report."""

    async def run(self, report: Callable[[Report], None]) -> None:
        """Wait until cancelled."""
        del report
        await asyncio.Event().wait()

    def wake(self) -> None:
        """Do nothing: there is nothing to connect to."""
