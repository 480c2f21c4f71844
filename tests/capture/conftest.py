"""Every step of every test of capture is held to the state table: no rule leads where its row does not say."""

from collections.abc import Generator

import pytest

from tests.helpers.capture_transitions import watched


@pytest.fixture(scope="session", autouse=True)
def rules_stay_within_the_table() -> Generator[None]:
    """Fail the test whose rule leaves the to-states of its row."""
    with watched():
        yield
