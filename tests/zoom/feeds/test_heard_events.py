"""What was heard before."""

from rtms_tray.zoom.feeds.heard_events import MOST, HeardEvents


def test_an_event_is_new_once() -> None:
    heard = HeardEvents()
    assert [heard.is_new(content) for content in (b"a", b"b", b"a", b"b")] == [
        True,
        True,
        False,
        False,
    ]


def test_only_the_newest_are_remembered() -> None:
    heard = HeardEvents()
    for number in range(MOST + 1):
        heard.is_new(b"%d" % number)
    assert not heard.is_new(b"1")
    assert heard.is_new(b"0")
