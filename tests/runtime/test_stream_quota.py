"""Close to the limit of streams: told for a while, and with Zoom's numbers where it gives them."""

from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Severity
from rtms_tray.runtime.stream_quota import SHOWN_FOR, StreamQuotaNotice
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from tests.helpers.manual_clock import NOON

EVENT = """{"event": "rtms.concurrency_near_limit", "event_ts": 1, "payload":
 {"concurrency_limit": 2000, "concurrency_number": "1650", "percentage": 82}}"""


def test_it_is_told_for_a_while() -> None:
    limit = StreamQuotaNotice()
    assert limit.notices(NOON) == ()
    limit.take(Received(decode(EVENT, NOON), EVENT, NOON))
    (notice,) = limit.notices(NOON + SHOWN_FOR - 1)
    assert (notice.code, notice.severity) == ("concurrency_near_limit", Severity.INFO)
    assert notice.text.startswith("1650 of the 2000 captures that this account may run")
    assert limit.notices(NOON + SHOWN_FOR) == ()


def test_without_numbers_none_are_claimed() -> None:
    limit = StreamQuotaNotice()
    limit.take(Received(e.ConcurrencyNear(None, 2000, NOON), "", NOON))
    assert limit.notices(NOON)[0].text.startswith("Most of")


def test_other_events_are_nothing_to_it() -> None:
    limit = StreamQuotaNotice()
    limit.take(Received(e.Unknown("x", NOON), "", NOON))
    assert limit.notices(NOON) == ()
