"""The listener on 127.0.0.1: what it answers, what it ignores, and that no client can block it."""

import asyncio
import base64
import hashlib
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest

from rtms_tray.zoom.loopback import (
    Answer,
    ListenerTimeouts,
    Page,
    RedirectListener,
    render,
    signed_in_page,
)
from tests.helpers.network import freed

QUICK = ListenerTimeouts(request_s=0.2, outcome_s=5, answered_s=5, unanswered_s=5)


def judge(query: str) -> Answer:
    """Take every answer as ours but for marked ones."""
    marks = {"old": Answer.EARLIER, "foreign": Answer.FOREIGN}
    return next((answer for mark, answer in marks.items() if mark in query), Answer.OURS)


@pytest.fixture
async def listener() -> AsyncIterator[RedirectListener]:
    listening = RedirectListener(timeouts=QUICK, judge=judge)
    await listening.open()
    yield listening
    listening.close()


def port_of(listener: RedirectListener) -> int:
    return int(listener.redirect_uri.split(":")[2].split("/")[0])


@asynccontextmanager
async def connection(
    listener: RedirectListener,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect without saying anything yet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Read until the listener ends the connection, properly or not."""
    async with asyncio.timeout(5):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def say(listener: RedirectListener, text: str) -> str:
    """Send raw bytes; return all that comes back until the listener closes."""
    async with connection(listener) as (reader, writer):
        writer.write(text.replace("\n", "\r\n").encode())
        return (await rest(reader)).decode()


async def test_the_browser_is_sent_to_a_clean_address_that_shows_the_outcome(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    visit = asyncio.create_task(
        http.get(f"{listener.redirect_uri}?code=c0de&state=s", follow_redirects=True)
    )
    assert await listener.answer() == "code=c0de&state=s"
    listener.conclude(signed_in_page())
    page = await visit
    assert page.status_code == 200
    assert str(page.url) == f"{listener.redirect_uri}/done"
    assert page.history[0].status_code == 303
    assert "You are signed in" in page.text
    assert "c0de" not in page.text + str(page.headers) + page.history[0].headers["location"]


async def test_the_headers_keep_the_page_to_itself(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    listener.conclude(signed_in_page())
    page = await http.get(f"{listener.redirect_uri}/done")
    redirect = await http.get(f"{listener.redirect_uri}?x=1")
    missing = await http.get(f"{listener.redirect_uri}/else")
    for answer in (page, redirect, missing):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in page.text
    style = re.search(r"<style>(.*)</style>", page.text)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]


@pytest.mark.promise("words from outside are plain text everywhere")
def test_texts_are_escaped() -> None:
    assert b"<b>" not in render(Page("<b>", "<b>"))


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
async def test_a_second_visit_gets_a_page_and_changes_nothing(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    first = await http.get(f"{listener.redirect_uri}?code=1")
    second = await http.get(f"{listener.redirect_uri}?code=2", follow_redirects=True)
    assert first.headers["location"] == "/callback/done"
    assert second.status_code == 409
    assert "Sign-in already used" in second.text
    assert str(second.url) == f"{listener.redirect_uri}/used"
    assert await listener.answer() == "code=1"


async def test_the_answer_to_an_earlier_sign_in_ends_nothing(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    page = await http.get(f"{listener.redirect_uri}?state=old", follow_redirects=True)
    assert page.status_code == 410
    assert "newer" in page.text
    assert not listener.answered


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        ("GET /favicon.ico HTTP/1.1\nHost: {host}\n\n", 404),
        ("GET / HTTP/1.1\nHost: {host}\n\n", 404),
        ("GET /callback/ HTTP/1.1\nHost: {host}\n\n", 404),
        ("GET /CALLBACK?code=1 HTTP/1.1\nHost: {host}\n\n", 404),
        ("GET //callback?code=1 HTTP/1.1\nHost: {host}\n\n", 404),
        ("GET /callback/../callback?code=1 HTTP/1.1\nHost: {host}\n\n", 404),
        ("GET /callback/done HTTP/1.1\nHost: {host}\n\n", 404),
        ("POST /callback?code=1 HTTP/1.1\nHost: {host}\nContent-Length: 0\n\n", 405),
        ("HEAD /callback?code=1 HTTP/1.1\nHost: {host}\n\n", 405),
        ("OPTIONS /callback?code=1 HTTP/1.1\nHost: {host}\n\n", 405),
        ("GET /callback?code=1 HTTP/1.1\nHost: localhost:{port}\n\n", 400),
        ("GET /callback?code=1 HTTP/1.1\nHost: evil.example\n\n", 400),
        ("GET /callback?code=1 HTTP/1.1\nHost: 127.0.0.1\n\n", 400),
        ("GET /callback?code=1 HTTP/1.1\nHost: {host}.evil.example\n\n", 400),
        ("GET /callback?code=1 HTTP/1.1\nHost: {host}\nHost: {host}\n\n", 400),
        ("GET /callback?code=1 HTTP/1.1\n\n", 400),
        ("GET http://evil.example/callback?code=1 HTTP/1.1\nHost: {host}\n\n", 400),
        ("GET /callback?code=1 HTTP/2\nHost: {host}\n\n", 400),
        ("GET /callback?code=é HTTP/1.1\nHost: {host}\n\n", 400),
        ("nonsense\n\n", 400),
        ("GET /callback?code=" + "1" * 40_000 + " HTTP/1.1\nHost: {host}\n\n", 431),
    ],
)
async def test_everything_else_is_refused_and_changes_nothing(
    listener: RedirectListener, request_text: str, status: int
) -> None:
    port = port_of(listener)
    answer = await say(listener, request_text.format(host=f"127.0.0.1:{port}", port=port))
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert not listener.answered


async def test_silent_and_slow_clients_block_nobody(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    async with connection(listener) as (silent, _), connection(listener) as (slow, writer):
        writer.write(b"GET /callback?code=slow HTTP/1.1\r\n")
        answer = await http.get(f"{listener.redirect_uri}?code=1")
        assert answer.status_code == 303
        assert await rest(silent) == b""  # dropped when its time is up
        assert await rest(slow) == b""
    assert await listener.answer() == "code=1"


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
async def test_half_open_requests_never_block_the_real_one(http: httpx2.AsyncClient) -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(request_s=60))
    await listener.open()
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(connection(listener)) for _ in range(300)]
        for _, writer in opened[1::2]:
            writer.write(b"GET /callback?code=half HTTP/1.1\r\nHost:")
        async with asyncio.timeout(5):
            answer = await http.get(f"{listener.redirect_uri}?code=1")
        assert answer.headers["location"] == "/callback/done"
        assert await listener.answer() == "code=1"
        assert await rest(opened[0][0]) == b"", "the oldest ones were dropped"
    listener.close()


async def test_a_browser_that_waits_for_its_page_keeps_its_place(http: httpx2.AsyncClient) -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(request_s=60))
    await listener.open()
    visit = asyncio.create_task(http.get(f"{listener.redirect_uri}?code=1", follow_redirects=True))
    await listener.answer()
    async with AsyncExitStack() as stack:
        for _ in range(300):
            await stack.enter_async_context(connection(listener))
        listener.conclude(signed_in_page())
        assert "You are signed in" in (await visit).text
    listener.close()


async def test_however_many_wait_for_a_page_a_new_one_is_served(http: httpx2.AsyncClient) -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(request_s=60, outcome_s=60))
    await listener.open()
    await http.get(f"{listener.redirect_uri}?code=1")
    head = f"GET /callback/done HTTP/1.1\r\nHost: 127.0.0.1:{port_of(listener)}\r\n\r\n".encode()
    async with AsyncExitStack() as stack:
        for _ in range(200):
            _, writer = await stack.enter_async_context(connection(listener))
            writer.write(head)
        async with asyncio.timeout(5):
            assert (await http.get(f"{listener.redirect_uri}?code=2")).status_code == 303
    listener.close()


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        # Browsers after Zoom's redirect: with Fetch Metadata, without, and after a posted form.
        ("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document", 303),
        ("User-Agent: an old browser", 303),
        ("Origin: null\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document", 303),
        ("Origin: http://{host}", 303),
        # Pages that use a browser against this computer.
        ("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: image", 403),
        ("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: cors\nSec-Fetch-Dest: empty", 403),
        ("Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe", 403),
        ("Origin: https://evil.example", 403),
        ("Origin: https://zoom.us\nSec-Fetch-Mode: navigate", 403),
        ("Origin: null", 403),
    ],
)
async def test_a_page_of_another_site_is_refused_and_waited_past(
    listener: RedirectListener, headers: str, status: int
) -> None:
    host = f"127.0.0.1:{port_of(listener)}"
    head = f"GET /callback?code=1 HTTP/1.1\nHost: {host}\n{headers.format(host=host)}\n\n"
    assert (await say(listener, head)).startswith(f"HTTP/1.1 {status} ")
    assert listener.answered is (status == 303)


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
async def test_an_answer_to_no_sign_in_is_answered_and_waited_past(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    page = await http.get(f"{listener.redirect_uri}?code=foreign", follow_redirects=True)
    assert page.status_code == 400
    assert "doesn&#x27;t belong to the sign-in in progress" in page.text
    assert str(page.url) == f"{listener.redirect_uri}/unknown"
    assert not listener.answered
    await http.get(f"{listener.redirect_uri}?code=1")
    assert await listener.answer() == "code=1"


async def test_closing_drops_who_is_connected(http: httpx2.AsyncClient) -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(request_s=60))
    await listener.open()
    async with connection(listener) as (reader, writer):
        writer.write(b"GET /callback/done")
        await http.get(f"{listener.redirect_uri}/else")  # by then the earlier one is being served
        listener.close()
        assert await rest(reader) == b""


async def test_the_outcome_is_waited_for_only_so_long(http: httpx2.AsyncClient) -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(outcome_s=0.05))
    await listener.open()
    page = await http.get(f"{listener.redirect_uri}?code=1", follow_redirects=True)
    assert page.status_code == 202
    listener.close()


async def test_a_late_visit_is_shown_why(
    listener: RedirectListener, http: httpx2.AsyncClient
) -> None:
    listener.conclude(Page("Not signed in", "It took too long."))
    page = await http.get(f"{listener.redirect_uri}?code=1", follow_redirects=True)
    assert page.status_code == 400
    assert "It took too long." in page.text
    assert await listener.answer() == ""


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
async def test_the_end_waits_until_the_browser_has_its_page(
    http: httpx2.AsyncClient,
) -> None:
    listener = RedirectListener(timeouts=QUICK)
    await listener.open()
    async with asyncio.timeout(1):
        await listener.wait_until_shown()  # nobody has come back
    reply = await http.get(f"{listener.redirect_uri}?code=c", follow_redirects=False)
    listener.conclude(signed_in_page())
    telling = asyncio.create_task(listener.wait_until_shown())
    await asyncio.sleep(0.05)
    assert not telling.done()
    page = await http.get(httpx2.URL(listener.redirect_uri).join(reply.headers["location"]))
    assert signed_in_page().title in page.text
    async with asyncio.timeout(QUICK.answered_s / 2):
        await telling
    listener.close()


async def test_a_browser_that_never_fetches_its_page_is_not_waited_for_long(
    http: httpx2.AsyncClient,
) -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(answered_s=0.1))
    await listener.open()
    await http.get(f"{listener.redirect_uri}?code=c", follow_redirects=False)
    async with asyncio.timeout(2):
        await listener.wait_until_shown()
    listener.close()


async def test_it_closes_after_a_while() -> None:
    listener = RedirectListener(timeouts=ListenerTimeouts(answered_s=0.05, unanswered_s=0.05))
    await listener.open()
    listener.conclude(signed_in_page())
    await freed(port_of(listener))


async def test_closing_twice_and_concluding_late_are_harmless(listener: RedirectListener) -> None:
    listener.close()
    listener.close()
    listener.conclude(signed_in_page())
    listener.conclude(signed_in_page())


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
async def test_only_loopback_is_bound(listener: RedirectListener) -> None:
    assert listener.redirect_uri.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match="failed"):
        await asyncio.open_connection("127.0.0.2", port_of(listener))


async def test_a_taken_port_cannot_be_opened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        await RedirectListener().open(taken.getsockname()[1])


async def test_a_configured_port_can_be_opened_again_at_once(http: httpx2.AsyncClient) -> None:
    first = RedirectListener("/")
    await first.open()
    port = port_of(first)
    await http.get(f"{first.redirect_uri}?code=1")
    first.close()
    second = RedirectListener("/")
    await second.open(port)
    assert second.redirect_uri == f"http://127.0.0.1:{port}/"
    answer = await http.get(f"{second.redirect_uri}?code=2")
    assert answer.headers["location"] == "/done"
    second.close()
