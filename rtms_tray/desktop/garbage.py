"""Collects cyclic garbage on the GUI's thread alone.

Python collects in whichever thread happens to allocate. Where that is not the GUI's (a keyring's, the
history's, a name look-up's), the windows and timers in the garbage are destroyed there, and Qt crashes.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager


def collect_what_is_due() -> None:
    """Collect by Python's own thresholds, where Python does not; for the GUI's thread, between two events."""
    if gc.isenabled():
        return
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        # Python 3.14 says 0 for a generation that is never collected by itself.
        if counts[generation] > thresholds[generation] > 0:
            gc.collect(generation)
            return


@contextmanager
def collected_by_hand() -> Generator[None]:
    """Switch Python's own collecting off while the GUI's loop calls `collect_what_is_due`.

    What is there already (modules, mostly) stays for good, so that it need not be looked through.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
