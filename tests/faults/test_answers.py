"""Answers that Zoom should not give: each is reported, none is trusted, and the next one counts again."""

import asyncio
import json
import tracemalloc
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rtms_tray.support.command_types import Exit
from rtms_tray.zoom.feeds.sockets import LARGEST_FRAME
from tests.helpers.fault_proxy import FaultProxy, Flood, answer
from tests.helpers.program_harness import MEETING, NUMBER, OTHER, RTMS_PATH, ProgramHarness

HUGE = 100 * 1024 * 1024
FLAT = 16 * 1024 * 1024
"""The most memory that may be in use while a hundred megabytes arrive, in bytes."""

BODIES = {
    "empty": b"",
    "no JSON": b"<html><h1>Bad gateway</h1></html>",
    "not UTF-8": b'{"code": 3001, "message": "\xff\xfe"}',
    "a list": b'[{"code": 3000}]',
    "a number": b"1e999",
    "wrong types": b'{"code": ["3000"], "message": {"a": 1}, "access_token": [], "id": {"a": 1}}',
    "wrong types of what counts": b'{"access_token": 1, "expires_in": "x", "refresh_token": null}',
    "impossible numbers": b'{"code": 1e400, "expires_in": -9e99}',
    "nested deeply": b"[" * 200_000,
    "nested deeply in an object": b'{"a":' * 100_000,
    "nulls": b'{"code": null, "message": null}\x00\x00',
}


# --- what Zoom's servers say when they are down -------------------------------------------------


@pytest.mark.promise("bursts of 500, 502, 503 and 504")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_one_bad_answer_is_overcome(
    harness: ProgramHarness, net: FaultProxy, status: int
) -> None:
    net.next(RTMS_PATH, answer(b"<html>down</html>", status))
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
    assert (harness.session().state, harness.count_requests()) == ("pending_approval", 1)


@pytest.mark.promise("bursts of 500, 502, 503 and 504")
@pytest.mark.promise("429 with and without Retry-After")
async def test_a_long_burst_is_reported_within_twelve_seconds(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    """Two meetings at once: one server is down, the other accepts no more requests."""
    net.next(f"{MEETING}/rtms", *(answer(b"", status) for status in (500, 502, 503, 504)))
    net.next(f"{OTHER}/rtms", *[answer(b'{"code": 429, "message": "Slow down"}', 429)] * 4)
    loop = asyncio.get_running_loop()
    began = loop.time()
    answers = await asyncio.gather(
        *(harness.do("start", meeting=number) for number in (MEETING, OTHER))
    )
    assert loop.time() - began < 12
    assert [answer.exit for answer in answers] == [Exit.REFUSED, Exit.REFUSED]
    reasons = [harness.session(number).why for number in (MEETING, OTHER)]
    assert [why and why.code for why in reasons] == ["server_trouble", "rate_limited"]
    assert harness.count_requests() == 0
    for meeting in (MEETING, OTHER):
        assert (await harness.do("resend", meeting=meeting)).exit is Exit.DONE


@pytest.mark.promise("429 with and without Retry-After")
async def test_a_limit_without_a_time_is_tried_again_soon(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    net.next(RTMS_PATH, answer(b"{}", 429))
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
    assert harness.count_requests() == 1


@pytest.mark.promise("429 with and without Retry-After")
@pytest.mark.parametrize("as_date", [False, True])
async def test_a_limit_with_a_time_is_obeyed(
    harness: ProgramHarness, net: FaultProxy, *, as_date: bool
) -> None:
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    value = format_datetime(in_an_hour, usegmt=True) if as_date else "3600"
    net.next(RTMS_PATH, answer(b"{}", 429, f"Retry-After: {value}\r\n"))
    answered = await harness.do("start", meeting=MEETING)
    assert answered.exit is Exit.REFUSED
    assert "Zoom takes requests again at" in answered.text
    assert sum("/rtms_app/" in path for path in net.paths) == 1


# --- bodies -------------------------------------------------------------------------------------


@pytest.mark.promise("bodies that make no sense")
async def test_odd_replies_to_a_request(harness: ProgramHarness, net: FaultProxy) -> None:
    for name, body in BODIES.items():
        net.next(RTMS_PATH, answer(body, 400))
        refused = await harness.do("start", meeting=MEETING)
        assert refused.exit is Exit.REFUSED, name
        assert harness.session().state == "refused", name
        net.next(RTMS_PATH, answer(body, 200))
        assert (await harness.do("resend")).exit is Exit.DONE, name
        assert harness.session().state == "pending_approval", name
    assert (harness.count_requests("start"), harness.notice_codes()) == (0, set())


@pytest.mark.promise("bodies that make no sense")
async def test_a_truncated_reply_means_what_its_status_says(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    net.next(RTMS_PATH, answer(b'{"code": 13267, "mess', 400, length=500))
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.REFUSED
    net.next(RTMS_PATH, answer(b"{", 200, length=500))
    assert (await harness.do("resend")).exit is Exit.DONE
    assert harness.session().state == "pending_approval"


@pytest.mark.promise("bodies that make no sense")
async def test_odd_replies_to_a_refresh_end_no_sign_in(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    sign_in = harness.program.sign_in
    assert sign_in is not None
    for name, body in BODIES.items():
        await sign_in.mark_refused(await sign_in.token())
        net.next(r"/oauth/token$", answer(body, 200), answer(body, 200))
        rest = harness.program.rest
        assert rest is not None, name
        assert (await rest.fetch_meeting(MEETING)).status == "unreadable", name
        assert harness.program.overview().account.state == "signed_in", name
        net._faults.clear()
        await sign_in.token()
    assert harness.notice_codes() == set()


@pytest.mark.promise("bodies that make no sense")
async def test_odd_replies_while_signing_in_are_reported(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    for name, body in BODIES.items():
        for path in (r"/oauth/token$", r"/users/me$"):
            net.next(path, answer(body, 200))
            answered = await harness.sign_in()
            assert answered.exit is Exit.REFUSED, name
            assert answered.trouble == "unexpected_reply", name
    assert (await harness.sign_in()).exit is Exit.DONE


@pytest.mark.promise("bodies that make no sense")
async def test_odd_replies_about_a_meeting_are_survived(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    rest = harness.program.rest
    assert rest is not None
    for name, body in BODIES.items():
        net.next(r"/v2/meetings/", answer(body))
        assert (await rest.fetch_meeting(MEETING)).status in {"unreadable", "unknown"}, name


# --- a hundred megabytes ------------------------------------------------------------------------


@pytest.fixture
def peak() -> Generator[None]:
    """Fail the test if more than FLAT bytes were in use at once."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] - before < FLAT
    finally:
        tracemalloc.stop()


@pytest.mark.promise("bodies and frames of 100 MB")
@pytest.mark.usefixtures("peak")
async def test_a_huge_reply_is_not_read(harness: ProgramHarness, net: FaultProxy) -> None:
    floods = []
    for status in (200, 400):
        head = f"HTTP/1.1 {status} Scripted\r\nContent-Length: {HUGE}\r\n\r\n".encode()
        floods += [
            Flood(HUGE, head),
            Flood(HUGE, head.replace(b"Content-Length: 104857600", b"X: 1")),
        ]
    for flood in floods:
        net.next(RTMS_PATH, flood)
        await harness.do("start", meeting=MEETING)
        await harness.do("give-up")
    net.next(r"/oauth/token$", flood := Flood(HUGE, head))
    assert (await harness.sign_in()).exit is Exit.REFUSED
    sent = [each.sent for each in (*floods, flood)]
    assert all(0 < size < FLAT for size in sent), sent


@pytest.mark.promise("bodies and frames of 100 MB")
@pytest.mark.usefixtures("peak")
async def test_a_huge_frame_costs_the_connection_and_no_more(
    sharing: ProgramHarness, net: FaultProxy
) -> None:
    accepted = sharing.zoom.feed.accepted
    net.inject(b"\x81\x7f" + HUGE.to_bytes(8, "big") + b"[" * LARGEST_FRAME)
    await sharing.wait_until(lambda: sharing.zoom.feed.accepted > accepted)
    await sharing.wait_for_feed()
    sharing.act("host_stops")
    await sharing.wait_for_state("stopped")


# --- frames -------------------------------------------------------------------------------------


def frame(payload: bytes, kind: int = 0x81) -> bytes:
    """Write one WebSocket frame, as a server sends them."""
    length = len(payload)
    if length < 126:
        return bytes([kind, length]) + payload
    size = 2 if length < 65536 else 8
    return bytes([kind, 126 if size == 2 else 127]) + length.to_bytes(size, "big") + payload


def message(content: object) -> bytes:
    """Write the frame of an event."""
    return frame(json.dumps({"module": "message", "content": content}).encode())


EVENT = {"event": "meeting.rtms_stopped", "payload": {"rtms_stream_id": [], "stop_reason": {}}}
FRAMES = {
    **{name: frame(body) for name, body in BODIES.items()},
    "binary": frame(b"\x00\xff" * 50, 0x82),
    "truncated": frame(b'{"module": "message", "content": "{\\"event\\": \\"meeting.rt'),
    "no such module": frame(b'{"module": "surprise", "content": 1}'),
    "content of the wrong type": message([1, 2, 3]),
    "an event of the wrong types": message(json.dumps(EVENT)),
    "not an event": message("null"),
    "nested content": message("[" * 100_000),
    "not a payload": message(json.dumps({**EVENT, "payload": [[]]})),
    "not a time": message(json.dumps({**EVENT, "event_ts": "1e999"})),
}
BREAKING = {
    "unknown kind": frame(b"x", 0x83),
    "reserved bits": frame(b"x", 0xF1),
    "masked": b"\x81\x85\x00\x00\x00\x00hello",
}


@pytest.mark.promise("frames that make no sense")
async def test_odd_frames_change_nothing(sharing: ProgramHarness, net: FaultProxy) -> None:
    accepted = sharing.zoom.feed.accepted
    for data in FRAMES.values():
        net.inject(data)
    sharing.zoom.act(NUMBER, "interrupt_receiver")
    session = await sharing.wait_for_state("interrupted")
    assert session.verified
    assert sharing.zoom.feed.accepted == accepted, "the same connection"


@pytest.mark.promise("frames that make no sense")
async def test_frames_that_break_the_protocol_cost_the_connection(
    sharing: ProgramHarness, net: FaultProxy
) -> None:
    for name, data in BREAKING.items():
        accepted = sharing.zoom.feed.accepted
        net.inject(data)
        await sharing.wait_until(lambda before=accepted: sharing.zoom.feed.accepted > before)  # type: ignore[misc]
        await sharing.wait_for_feed()
        assert sharing.session().state == "sharing", name
    sharing.act("host_stops")
    await sharing.wait_for_state("stopped")
