"""What the nightly run asks about what is locked."""

import sys

import audit
from bootstrap import LOCK, NIGHTLY_LOCK

ONE_IS_WEAK = f"import sys; sys.exit(sys.argv[-1].endswith({NIGHTLY_LOCK.name!r}))"


def test_both_locks_are_asked_about_and_what_is_not_clean_is_named() -> None:
    assert audit.not_clean((sys.executable, "-c", ONE_IS_WEAK)) == [NIGHTLY_LOCK.name]
    assert audit.not_clean((sys.executable, "-c", "import sys; sys.exit(1)")) == [
        LOCK.name,
        NIGHTLY_LOCK.name,
    ]
