"""A sign-in from opening the browser to a grant, and every other way it can end."""

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator
from html import escape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import ClientRefused, Offline, SignInFailed, ZoomTrouble
from rtms_tray.zoom.loopback import ListenerTimeouts
from rtms_tray.zoom.oauth import Grant, OAuth
from rtms_tray.zoom.sign_in import BrowserSignIn, SignInAttempt, UndecidedSignIn, read_answer
from tests.helpers.network import free_port, freed
from tests.helpers.scripted_server import (
    Failure,
    ScriptedReply,
    ScriptedServer,
    oauth_reply,
    token_reply,
)


class Browser:
    """Acts as the user's browser: gets an address, then comes back with an answer."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._shown: asyncio.Queue[str] = asyncio.Queue()
        self.asked: dict[str, str] = {}

    def show(self, url: str) -> None:
        """Take the address that a person would see opened."""
        self._shown.put_nowait(url)

    async def wait(self) -> dict[str, str]:
        """Wait for an address; return what it asks Zoom for."""
        query = parse_qs(urlsplit(await self._shown.get()).query)
        self.asked = {name: values[0] for name, values in query.items()}
        return self.asked

    async def back(self, **answer: str) -> httpx2.Response:
        """Come back with an answer, and follow to the page that is shown."""
        uri = self.asked["redirect_uri"]
        return await self._http.get(uri, params=answer, follow_redirects=True)


@pytest.fixture
def browser(http: httpx2.AsyncClient) -> Browser:
    return Browser(http)


@pytest.fixture
async def browser_sign_in(oauth: OAuth) -> AsyncIterator[BrowserSignIn]:
    sign_in = BrowserSignIn(oauth)
    yield sign_in
    sign_in.close()


async def kept(grant: Grant) -> Grant:
    """Take the grant as it is."""
    return grant


async def ended(attempt: "asyncio.Task[Grant]") -> ZoomTrouble:
    with pytest.raises(ZoomTrouble) as caught:
        await attempt
    return caught.value


async def test_a_sign_in(
    browser_sign_in: BrowserSignIn, browser: Browser, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(1))
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 43
    page = await browser.back(code="c0de", state=asked["state"])
    assert (await attempt).refresh_token == "refresh-1"
    assert page.status_code == 200
    assert "You are signed in" in page.text
    assert "c0de" not in str(page.url)
    (request,) = auth_server.requests
    assert request.form["code"] == "c0de"
    assert request.form["redirect_uri"] == asked["redirect_uri"]
    assert 43 <= len(request.form["code_verifier"]) <= 128


async def test_the_page_waits_for_zooms_word(
    browser_sign_in: BrowserSignIn, browser: Browser, auth_server: ScriptedServer
) -> None:
    auth_server.gate.clear()
    auth_server.queue(oauth_reply(400, error="invalid_grant"))
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    visit = asyncio.create_task(browser.back(code="c0de", state=asked["state"]))
    await auth_server.arrived.wait()
    assert not visit.done()
    auth_server.gate.set()
    assert (await ended(attempt)).code == "code_refused"
    assert text("zoom_errors.code_refused.text") in (await visit).text


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "access_denied", "state": "{state}"}, "access_denied"),
        ({"error": "invalid_scope", "state": "{state}"}, "refused_by_zoom"),
        ({"error": "<b>&", "state": "{state}"}, "refused_by_zoom"),
        ({"state": "{state}"}, "code_missing"),
    ],
)
async def test_every_other_answer_ends_with_a_message_here_and_there(
    browser_sign_in: BrowserSignIn,
    browser: Browser,
    auth_server: ScriptedServer,
    answer: dict[str, str],
    code: str,
) -> None:
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    page = await browser.back(**{k: v.format(state=asked["state"]) for k, v in answer.items()})
    trouble = await ended(attempt)
    assert isinstance(trouble, SignInFailed)
    assert trouble.code == code
    assert page.status_code == 400
    assert escape(trouble.text) in page.text
    assert "<b>" not in trouble.text
    assert not page.url.query
    assert auth_server.requests == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (oauth_reply(400, error="invalid_client"), ClientRefused),
        (Failure.ABORT, Offline),
    ],
)
async def test_a_code_that_cannot_be_redeemed(
    browser_sign_in: BrowserSignIn,
    browser: Browser,
    auth_server: ScriptedServer,
    reply: ScriptedReply,
    kind: type[ZoomTrouble],
) -> None:
    auth_server.queue(reply)
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    page = await browser.back(code="c0de", state=asked["state"])
    trouble = await ended(attempt)
    assert isinstance(trouble, kind)
    assert escape(trouble.text) in page.text


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
@pytest.mark.parametrize(
    "answer",
    [
        {"code": "c0de", "state": "wrong"},
        {"code": "c0de"},
        {},
        {"error": "access_denied"},
        {"error": "access_denied", "state": "wrong"},
    ],
)
async def test_an_answer_without_our_state_is_waited_past(
    browser_sign_in: BrowserSignIn,
    browser: Browser,
    auth_server: ScriptedServer,
    answer: dict[str, str],
) -> None:
    auth_server.queue(token_reply(1))
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    stranger = await browser.back(**answer)
    assert stranger.status_code == 400
    assert text("sign_in.unknown.title") in stranger.text
    assert not stranger.url.query
    came_back = browser_sign_in.returned
    page = await browser.back(code="c0de", state=asked["state"])
    assert "You are signed in" in page.text
    assert (await attempt).refresh_token == "refresh-1"
    assert (came_back, browser_sign_in.returned) == (False, True)
    assert [request.form["code"] for request in auth_server.requests] == ["c0de"]


@pytest.mark.parametrize(
    ("end", "title", "status"),
    [
        (
            ZoomTrouble("scope_missing", "scope_missing_named", scopes="user:read:user"),
            "not_signed_in",
            400,
        ),
        (UndecidedSignIn("Somebody else."), "undecided", 200),
    ],
)
async def test_the_page_says_how_the_last_step_ended(
    browser_sign_in: BrowserSignIn,
    browser: Browser,
    auth_server: ScriptedServer,
    end: Exception,
    title: str,
    status: int,
) -> None:
    async def settle(_grant: Grant) -> Grant:
        raise end

    auth_server.queue(token_reply(1))
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, settle))
    asked = await browser.wait()
    page = await browser.back(code="c0de", state=asked["state"])
    with pytest.raises(type(end)):
        await attempt
    assert page.status_code == status
    assert text(f"sign_in.{title}.title") in page.text
    assert escape(str(end).removeprefix("scope_missing: ")) in page.text


async def test_a_second_visit_gets_a_page_of_its_own(
    browser_sign_in: BrowserSignIn, browser: Browser, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(1))
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    await browser.back(code="first", state=asked["state"])
    again = await browser.back(code="second", state=asked["state"])
    await attempt
    assert "Sign-in already used" in again.text
    assert [request.form["code"] for request in auth_server.requests] == ["first"]


async def test_the_time_limit(oauth: OAuth, browser: Browser) -> None:
    sign_in = SignInAttempt(oauth, time_limit_s=0.05)
    trouble = await ended(asyncio.create_task(sign_in.run(browser.show, kept)))
    assert trouble.code == "timed_out"
    assert "http://127.0.0.1/callback" in trouble.remedy, (
        "Zoom's error may have stayed in the browser"
    )
    asked = await browser.wait()
    page = await browser.back(code="late", state=asked["state"])
    assert "within 1 minute." in page.text
    sign_in.close()


async def test_a_browser_that_came_back_lacks_no_redirect_uri(
    oauth: OAuth, browser: Browser, auth_server: ScriptedServer
) -> None:
    auth_server.gate.clear()
    auth_server.queue(token_reply(1))
    sign_in = SignInAttempt(oauth, time_limit_s=0.5)
    attempt = asyncio.create_task(sign_in.run(browser.show, kept))
    asked = await browser.wait()
    visit = asyncio.create_task(browser.back(code="c0de", state=asked["state"]))
    trouble = await ended(attempt)
    assert trouble.code == "timed_out"
    assert "127.0.0.1" not in trouble.remedy
    await visit
    auth_server.gate.set()
    sign_in.close()


def test_the_time_limit_is_five_minutes_by_default() -> None:
    for kind in (SignInAttempt, BrowserSignIn):
        assert inspect.signature(kind).parameters["time_limit_s"].default == 5 * 60


async def test_cancel(browser_sign_in: BrowserSignIn, browser: Browser) -> None:
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    browser_sign_in.cancel()
    browser_sign_in.cancel()
    assert (await ended(attempt)).code == "cancelled"
    browser_sign_in.cancel()
    page = await browser.back(code="late", state=asked["state"])
    assert text("zoom_errors.cancelled.text") in page.text


async def test_cancel_while_zoom_is_asked(
    browser_sign_in: BrowserSignIn, browser: Browser, auth_server: ScriptedServer
) -> None:
    auth_server.gate.clear()
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    visit = asyncio.create_task(browser.back(code="c0de", state=asked["state"]))
    await auth_server.arrived.wait()
    browser_sign_in.cancel()
    assert (await ended(attempt)).code == "cancelled"
    assert text("zoom_errors.cancelled.text") in (await visit).text


async def test_cancel_before_it_begins(oauth: OAuth, browser: Browser) -> None:
    sign_in = SignInAttempt(oauth)
    sign_in.cancel()
    assert (await ended(asyncio.create_task(sign_in.run(browser.show, kept)))).code == "cancelled"
    sign_in.close()


async def test_a_cancelled_task_leaves_the_browser_a_page(
    browser_sign_in: BrowserSignIn, browser: Browser
) -> None:
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert (
        text("zoom_errors.cancelled.text")
        in (await browser.back(code="late", state=asked["state"])).text
    )


@pytest.mark.parametrize("port", [0, "fixed"])
async def test_a_second_sign_in_cancels_the_first(
    oauth: OAuth, browser: Browser, auth_server: ScriptedServer, port: int | str
) -> None:
    auth_server.queue(token_reply(2))
    browser_sign_in = BrowserSignIn(oauth, port=port if isinstance(port, int) else free_port())
    first = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    old = dict(await browser.wait())
    second = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    assert (await ended(first)).code == "superseded"
    new = await browser.wait()
    assert new["state"] != old["state"]
    # The first tab comes back to its own listener, or, with a fixed port, to that of the second.
    browser.asked = old
    assert "newer" in (await browser.back(code="old", state=old["state"])).text
    browser.asked = new
    assert "You are signed in" in (await browser.back(code="new", state=new["state"])).text
    assert (await second).access_token == "access-2"
    assert [request.form["code"] for request in auth_server.requests] == ["new"]
    browser_sign_in.close()


async def test_the_configured_port_and_path(
    oauth: OAuth, browser: Browser, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(1))
    port = free_port()
    browser_sign_in = BrowserSignIn(oauth, path="/oauth/back", port=port)
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    assert asked["redirect_uri"] == f"http://127.0.0.1:{port}/oauth/back"
    await browser.back(code="c0de", state=asked["state"])
    await attempt
    browser_sign_in.close()


async def test_a_taken_port_is_named(oauth: OAuth, browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SignInFailed, match=str(port)) as caught:
            await BrowserSignIn(oauth, port=port).sign_in(browser.show, kept)
    assert caught.value.code == "port_taken"


async def test_an_impossible_port_is_named(oauth: OAuth, browser: Browser) -> None:
    with pytest.raises(SignInFailed) as caught:
        await BrowserSignIn(oauth, port=70_000).sign_in(browser.show, kept)
    assert caught.value.code == "port_taken"


async def test_no_browser(browser_sign_in: BrowserSignIn) -> None:
    def show(_url: str) -> None:
        raise SignInFailed("no_browser")

    with pytest.raises(SignInFailed) as caught:
        await browser_sign_in.sign_in(show, kept)
    assert caught.value.code == "no_browser"


async def test_many_sign_ins_leave_few_ports_open(
    browser_sign_in: BrowserSignIn, browser: Browser, http: httpx2.AsyncClient
) -> None:
    uris = []
    attempts = []
    for _ in range(20):
        attempts.append(asyncio.create_task(browser_sign_in.sign_in(browser.show, kept)))
        uris.append((await browser.wait())["redirect_uri"])
    browser_sign_in.close()
    for attempt in attempts:
        assert (await ended(attempt)).code in ("superseded", "cancelled")
    for uri in uris:
        with pytest.raises(httpx2.ConnectError):
            await http.get(uri)


async def test_the_listener_closes_after_a_while(
    oauth: OAuth, browser: Browser, http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(1))
    browser_sign_in = BrowserSignIn(oauth, timeouts=ListenerTimeouts(answered_s=0))
    attempt = asyncio.create_task(browser_sign_in.sign_in(browser.show, kept))
    asked = await browser.wait()
    await http.get(asked["redirect_uri"], params={"code": "c", "state": asked["state"]})
    await attempt
    await freed(urlsplit(asked["redirect_uri"]).port or 0)
    browser_sign_in.close()


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
@pytest.mark.parametrize(
    "query",
    [
        "code=a&state=s&state=s",
        "code=a&state=s&state=t",
        "&".join(["a=b"] * 50) + "&code=a&state=s",
        "code=a&state=%C3%A9",
        "code=a;state=s",
        "",
    ],
)
def test_a_doubtful_state_is_none(query: str) -> None:
    with pytest.raises(SignInFailed) as caught:
        read_answer(query, "s")
    assert caught.value.code == "state_mismatch"


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
@given(st.text())
def test_no_query_gets_by_without_the_state(query: str) -> None:
    with pytest.raises(SignInFailed):
        read_answer(query, "a-state-that-nobody-can-guess")


def test_a_code_given_twice_is_none() -> None:
    with pytest.raises(SignInFailed) as caught:
        read_answer("code=a&code=b&state=s", "s")
    assert caught.value.code == "code_missing"


def test_a_good_answer() -> None:
    assert read_answer("code=a%2Bb&state=s&extra=1", "s") == "a+b"
