"""When trouble is worth another try."""

import pytest

from rtms_tray.capture.events import Action, Outcome, Replied
from rtms_tray.capture.policy import RETRY_BUDGET
from rtms_tray.capture.refusals import retry_delay
from rtms_tray.capture.session import Request
from rtms_tray.capture.units import SECOND


@pytest.mark.parametrize(("later", "tried"), [(0, True), (1, False)])
def test_the_last_try_may_use_up_all_the_time_there_is(later: int, *, tried: bool) -> None:
    request = Request(1, Action.START, 0, 0)
    reply = Replied(1, Action.START, Outcome.SERVER_TROUBLE)
    delay = retry_delay(request, reply, RETRY_BUDGET - 1 * SECOND + later)
    assert delay == (1 * SECOND if tried else None)
