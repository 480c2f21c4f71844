"""Reading Zoom's events, which may be anything."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.relay.webhook_events import EventError, as_id, make_event, read_event
from tests.helpers.zoom_events import GUEST, HOST, UUID, joined, started

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
)


def test_the_fields_that_route_are_found() -> None:
    event = read_event(json.dumps(started(HOST, "s")).encode(), 5)
    assert (event.stream, event.meeting, event.text("operator_id")) == ("s", UUID, HOST)
    assert (event.kind, event.what, event.received_at) == ("meeting", "rtms_started", 5)
    event = read_event(json.dumps(joined(GUEST)).encode(), 5)
    assert (event.meeting, event.person, event.text("host_id")) == (UUID, GUEST, HOST)


def test_webinars_nested_fields_and_concurrency_are_found_too() -> None:
    nested = {"object": {"webinar_uuid": UUID, "rtms_stream_id": "s", "stop_reason": 3}}
    event = make_event("webinar.rtms_stopped", 1, nested, 2)
    assert (event.meeting, event.stream, event.number("stop_reason")) == (UUID, "s", 3)
    limited = make_event("rtms.concurrency_limited", 1, {"id_field": {"meeting_uuid": UUID}}, 2)
    assert limited.meeting == UUID


def test_the_same_event_has_the_same_id_whatever_the_order_of_its_fields() -> None:
    one = make_event("a.b", 1, {"x": 1, "y": {"p": 1, "q": 2}}, 10)
    same = make_event("a.b", 1, {"y": {"q": 2, "p": 1}, "x": 1}, 20)
    assert one.id == same.id
    for other in (
        make_event("a.c", 1, one.payload, 10),
        make_event("a.b", 2, one.payload, 10),
        make_event("a.b", 1, {"x": 1}, 10),
    ):
        assert other.id != one.id


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"event":1}', b'{"event":""}', b'{"event":"%s"}' % (b"x" * 200), b"\xff", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(EventError):
        read_event(body, 0)


@given(ANYTHING, st.sampled_from(["meeting.rtms_started", "meeting.participant_left", "x"]))
def test_no_payload_breaks_anything(value: Any, name: str) -> None:  # noqa: ANN401 - that is the point
    for payload in (
        {"object": value},
        {"object": {"participant": value}},
        {"rtms_stream_id": value},
    ):
        event = make_event(name, 1, payload, 2)
        assert isinstance(event.stream + event.meeting + event.person, str)
        assert event.number("stop_reason") is None or not isinstance(value, str)


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), ("a", "a"), (True, ""), (None, ""), ("x" * 129, "")]
)
def test_ids_are_texts_or_numbers(value: object, text: str) -> None:
    assert as_id(value) == text
