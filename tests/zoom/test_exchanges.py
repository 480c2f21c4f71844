"""Calls are told as they go out and when they are over; nothing secret is among what is told."""

import json

import httpx2
import pytest

from rtms_tray.zoom.exchanges import Call, Exchange, Exchanges
from rtms_tray.zoom.http_client import make_http
from tests.helpers.scripted_server import ScriptedServer, json_reply


def collected() -> tuple[Exchanges, list[Call | Exchange]]:
    exchanges = Exchanges(lambda: 1_000)
    told: list[Call | Exchange] = []
    exchanges.listen(told.append)
    return exchanges, told


async def test_a_call_is_told_as_it_goes_out_and_with_its_answer() -> None:
    exchanges, told = collected()
    refusal = {"code": 2310, "message": "Not entitled."}
    async with ScriptedServer() as server, make_http(exchanges) as http:
        server.script(json_reply(400, refusal))
        await http.patch(f"{server.origin}/v2/live_meetings/1/status", json={"action": "start"})
    call, exchange = told
    assert isinstance(call, Call)
    assert (call.method, call.path) == ("PATCH", "/v2/live_meetings/1/status")
    assert call.sent == {"action": "start"}
    assert isinstance(exchange, Exchange)
    assert exchange.call is call
    assert (exchange.status, exchange.code, exchange.words) == (400, 2310, "Not entitled.")
    assert exchange.took >= 0


async def test_a_call_without_an_answer_says_what_the_trouble_was() -> None:
    exchanges, told = collected()
    async with make_http(exchanges) as http:
        with pytest.raises(httpx2.ConnectError):
            await http.get("http://127.0.0.1:1/v2/users/me")  # nobody listens there
    assert isinstance(told[-1], Exchange)
    assert (told[-1].status, told[-1].trouble) == (None, "ConnectError")


@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_no_secret_is_told() -> None:
    exchanges, told = collected()
    reply = {"access_token": "S3CRET-a", "refresh_token": "S3CRET-r", "scope": "x"}
    async with ScriptedServer() as server, make_http(exchanges) as http:
        server.script(json_reply(200, reply))
        await http.post(
            f"{server.origin}/oauth/token?code=S3CRET-q&type=live",
            data={
                "grant_type": "authorization_code",
                "code": "S3CRET-c",
                "code_verifier": "S3CRET-v",
            },
            auth=("id", "S3CRET-b"),
        )
    assert "S3CRET" not in str(told)
    call = told[0]
    assert isinstance(call, Call)
    assert call.sent == {"grant_type": "authorization_code"}
    assert call.path == "/oauth/token?code=…&type=live"


def test_words_and_code_are_found_under_any_of_their_names() -> None:
    call = Call(1, 0, "POST", "/oauth/token")
    answers = ({"errorCode": "4702"}, {"error_description": "no"}, ["odd"], None)
    read = [Exchange(call, 1, 400, answer) for answer in answers]
    assert [one.code for one in read] == [4702, None, None, None]
    assert [one.words for one in read] == ["", "no", "", ""]


def test_a_form_without_a_grant_type_and_json_that_is_none_leave_nothing() -> None:
    exchanges, told = collected()
    exchanges.began("POST", "/oauth/revoke", b"token=S3CRET", "application/x-www-form-urlencoded")
    exchanges.began("GET", "/v2/users/me", json.dumps("S3CRET").encode(), "")
    assert [one.sent for one in told if isinstance(one, Call)] == [None, None]
