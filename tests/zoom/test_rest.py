"""REST calls go out as Zoom wants them, and every answer or failure comes back as a value."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from rtms_tray.capture.events import (
    Action,
    Meeting,
    MeetingFetched,
    MeetingStatus,
    Outcome,
    Replied,
)
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
)
from rtms_tray.zoom.http_client import make_http
from rtms_tray.zoom.replies import MeetingListed, User
from rtms_tray.zoom.rest import MOST_PAGES, Rest
from rtms_tray.zoom.rest_transport import LARGEST_REPLY
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import ManualClock
from tests.helpers.network import free_port
from tests.helpers.scripted_server import (
    Failure,
    Raw,
    Reply,
    ScriptedReply,
    ScriptedServer,
    json_reply,
)
from tests.zoom.fakes import Tokens

UUID = "/abc//d+e/=="
TWICE_ENCODED = "%252Fabc%252F%252Fd%252Be%252F%253D%253D"
EXPIRED = json_reply(401, {"code": 124, "message": "Access token is expired."})
NO_SCOPE = {"code": 4711, "message": "Invalid access token, does not contain scopes:[a]."}


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_http() as http:
        yield http


@pytest.fixture
def bearer(server: ScriptedServer) -> Tokens:
    return Tokens(api_base=f"{server.origin}/v2")


@pytest.fixture
def rest(client: httpx2.AsyncClient, bearer: Tokens, clock: ManualClock) -> Rest:
    return Rest(client, bearer, "primary-client", clock, limit_s=5)


@pytest.mark.parametrize("action", Action)
async def test_a_request_goes_out_as_zoom_wants_it(
    server: ScriptedServer, rest: Rest, action: Action
) -> None:
    server.script(json_reply(204))
    assert await rest.send_request(7, action, "98712345670") == Replied(7, action, Outcome.ACCEPTED)
    (request,) = server.requests
    assert request.method == "PATCH"
    assert request.target == "/v2/live_meetings/98712345670/rtms_app/status"
    assert request.token == "token-0"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    sent = {"action": action.value, "settings": {"client_id": "primary-client"}}
    assert json.loads(request.body) == sent


async def test_a_uuid_is_encoded_twice(server: ScriptedServer, rest: Rest) -> None:
    server.script(json_reply(204))
    await rest.send_request(1, Action.START, UUID)
    assert server.requests[0].target == f"/v2/live_meetings/{TWICE_ENCODED}/rtms_app/status"


async def test_a_refusal_carries_zooms_code_and_words(server: ScriptedServer, rest: Rest) -> None:
    message = "The current meeting does not support the RTMS app feature."
    server.script(json_reply(403, {"code": 13273, "message": message}))
    replied = await rest.send_request(1, Action.START, "98712345670")
    assert replied == Replied(1, Action.START, Outcome.REFUSED, 13273, message)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (json_reply(400, {"code": 3000, "message": "has not started."}), Outcome.NOT_STARTED),
        (json_reply(409, {"code": 1, "message": "already running"}), Outcome.ALREADY_RUNNING),
        (json_reply(503), Outcome.SERVER_TROUBLE),
        (json_reply(302, None, "Location: http://127.0.0.1:9/"), Outcome.SERVER_TROUBLE),
        (Reply(404, b"gone"), Outcome.REFUSED),
        (Reply(400, b"x" * (LARGEST_REPLY + 1)), Outcome.REFUSED),
        (Raw(b"HTTP/1.1 403 X\r\nContent-Length: 99\r\n\r\n{"), Outcome.REFUSED),
        (Raw(b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{"), Outcome.ACCEPTED),
    ],
)
async def test_other_answers_have_their_outcomes(
    server: ScriptedServer, rest: Rest, reply: ScriptedReply, outcome: Outcome
) -> None:
    server.script(reply)
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is outcome
    assert len(server.requests) == 1


async def test_a_limit_says_how_long(server: ScriptedServer, rest: Rest) -> None:
    server.script(json_reply(429, {"code": 4001, "message": "slow down"}, "Retry-After: 9"))
    replied = await rest.send_request(1, Action.START, "98712345670")
    assert replied.outcome is Outcome.RATE_LIMITED
    assert replied.retry_after_s == 9


async def test_a_fetched_meeting_is_shown_with_its_topic(
    server: ScriptedServer, client: httpx2.AsyncClient, bearer: Tokens, clock: ManualClock
) -> None:
    read: list[MeetingListed] = []
    rest = Rest(client, bearer, "app", clock, read=read.append)
    body = {"id": 98712345670, "uuid": "4/kQ9xYz==", "topic": "Weekly\n<b>review</b>"}
    server.script(json_reply(200, body), json_reply(404, {"code": 3001}))
    await rest.fetch_meeting("98712345670")
    await rest.fetch_meeting("98712345670")
    (meeting,) = read
    assert (meeting.number, meeting.uuid) == ("98712345670", "4/kQ9xYz==")
    assert meeting.topic == "Weekly <b>review</b>"


async def test_zooms_clock_is_compared_with_ours(
    server: ScriptedServer, rest: Rest, clock: ManualClock
) -> None:
    clock.now = 1_793_448_000_000 - 20_000
    server.script(json_reply(204, None, "Date: Sat, 31 Oct 2026 12:00:00 GMT"))
    assert (await rest.send_request(1, Action.START, "98712345670")).zoom_ahead_ms == 20_500


async def test_reading_calls_tell_of_zooms_clock_too(
    server: ScriptedServer, client: httpx2.AsyncClient, bearer: Tokens, clock: ManualClock
) -> None:
    told: list[int] = []
    rest = Rest(client, bearer, "app", clock, dated=told.append)
    clock.now = 1_793_448_000_000 - 20_000
    server.script(json_reply(404, {}, "Date: Sat, 31 Oct 2026 12:00:00 GMT"))
    await rest.fetch_meeting("98712345670")
    server.script(json_reply(200, {"id": "me"}))
    await rest.me()
    assert told == [20_500]


@pytest.mark.promise("token expired in mid-request")
async def test_a_refused_token_is_renewed_and_the_call_repeated_once(
    server: ScriptedServer, rest: Rest, bearer: Tokens
) -> None:
    server.script(EXPIRED, json_reply(204))
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is Outcome.ACCEPTED
    assert [request.token for request in server.requests] == ["token-0", "token-1"]
    assert server.requests[0].body == server.requests[1].body
    assert bearer.refusals == ["token-0"]


async def test_a_token_refused_again_needs_a_sign_in(server: ScriptedServer, rest: Rest) -> None:
    server.script(EXPIRED)
    replied = await rest.send_request(1, Action.START, "98712345670")
    assert (replied.outcome, replied.code) == (Outcome.SIGN_IN_NEEDED, 124)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401])
async def test_a_missing_scope_is_refused_without_a_new_token(
    server: ScriptedServer, rest: Rest, bearer: Tokens, status: int
) -> None:
    server.script(json_reply(status, NO_SCOPE))
    replied = await rest.send_request(1, Action.START, "98712345670")
    assert (replied.outcome, replied.code) == (Outcome.REFUSED, 4711)
    assert bearer.refusals == []


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (SignInNeeded("signed_out"), Outcome.SIGN_IN_NEEDED),
        (ClientRefused(), Outcome.SIGN_IN_NEEDED),
        (SecretError(Trouble.LOCKED), Outcome.KEYRING_LOCKED),
        (SecretError(Trouble.TIMEOUT), Outcome.KEYRING_LOCKED),
        (SecretError(Trouble.FAILED), Outcome.KEYRING_UNREADABLE),
        (Offline(), Outcome.OFFLINE),
        (Offline("reply_lost"), Outcome.OFFLINE),  # the renewal's reply: no request was sent
        (ServerTrouble(500), Outcome.SERVER_TROUBLE),
        (ServerTrouble(429), Outcome.RATE_LIMITED),
        (UnexpectedReply("not_json"), Outcome.SERVER_TROUBLE),
    ],
)
async def test_without_a_token_nothing_is_sent(
    server: ScriptedServer, rest: Rest, bearer: Tokens, trouble: Exception, outcome: Outcome
) -> None:
    bearer.trouble = trouble
    replied = await rest.send_request(1, Action.START, "98712345670")
    assert replied.outcome is outcome
    assert replied.message
    assert server.requests == []


async def test_no_connection_is_offline(rest: Rest, bearer: Tokens) -> None:
    bearer.api_base = f"http://127.0.0.1:{free_port()}/v2"
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is Outcome.OFFLINE


@pytest.mark.parametrize("base", ["nonsense", "http://\0", "gopher://127.0.0.1/v2"])
async def test_an_impossible_address_is_offline(rest: Rest, bearer: Tokens, base: str) -> None:
    bearer.api_base = base
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is Outcome.OFFLINE


@pytest.mark.promise("connection reset")
@pytest.mark.parametrize(
    "reply", [Failure.ABORT, Raw(b""), Raw(b"nonsense"), Raw(b"HTTP/1.1 20"), Raw(b"SSH-2.0-x\r\n")]
)
async def test_a_connection_that_breaks_after_sending_loses_the_reply(
    server: ScriptedServer, rest: Rest, reply: ScriptedReply
) -> None:
    server.script(reply)
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is Outcome.REPLY_LOST
    assert len(server.requests) == 1


@pytest.mark.promise("slow drip")
async def test_silence_loses_the_reply(
    server: ScriptedServer, client: httpx2.AsyncClient, bearer: Tokens, clock: ManualClock
) -> None:
    server.script(Failure.SILENCE)
    rest = Rest(client, bearer, "primary-client", clock, limit_s=0.2)
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is Outcome.REPLY_LOST


async def test_an_unexpected_failure_is_answered_and_logged(
    rest: Rest, bearer: Tokens, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("zoom.rest:ERROR:an RTMS request failed")
    expected_logs.expect("zoom.rest:ERROR:fetching a meeting failed")
    bearer.trouble = RuntimeError("a bug")
    assert (await rest.send_request(1, Action.START, "98712345670")).outcome is Outcome.REPLY_LOST
    fetched = await rest.fetch_meeting("98712345670")
    assert fetched == MeetingFetched(Meeting(number="98712345670"), MeetingStatus.UNREADABLE)


async def test_cancelling_cancels(server: ScriptedServer, rest: Rest) -> None:
    server.script(Failure.SILENCE)
    asking = asyncio.create_task(rest.send_request(1, Action.START, "98712345670"))
    await server.arrived.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_every_call_has_a_connection_of_its_own(server: ScriptedServer, rest: Rest) -> None:
    server.script(json_reply(204))
    for request in range(3):
        await rest.send_request(request, Action.START, "98712345670")
    assert server.connections == 3


async def test_me_tells_who_signed_in(server: ScriptedServer, rest: Rest) -> None:
    body = {
        "id": "me", "email": "me@example.com", "display_name": "Me\u202e", "account_id": "a",
        "last_client_version": "6.5.5.1(win)", "type": 2,
    }  # fmt: skip
    server.script(json_reply(200, body))
    assert await rest.me() == User("me", "me@example.com", "Me", "a", "6.5.5.1(win)")
    assert (server.requests[0].method, server.requests[0].target) == ("GET", "/v2/users/me")


async def test_most_of_me_may_be_missing(server: ScriptedServer, rest: Rest) -> None:
    server.script(json_reply(200, {"id": 5, "email": None, "display_name": 3}))
    assert await rest.me() == User("5", None, None, None, None)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (EXPIRED, "sign_in_expired"),
        (json_reply(400, NO_SCOPE), "scope_missing"),
        (json_reply(404, {"code": 1001, "message": "User does not exist"}), "refused"),
        (json_reply(429, {}), "rate_limited"),
        (json_reply(500), "server_trouble"),
        (json_reply(302, None, "Location: /log-in"), "unexpected_reply"),
        (json_reply(200, []), "unexpected_reply"),
        (json_reply(200, {"email": "x"}), "unexpected_reply"),
        (Reply(200, b"<html>"), "unexpected_reply"),
        (Reply(200, b'{"id":"me","x":"' + b"x" * LARGEST_REPLY + b'"}'), "unexpected_reply"),
        (Failure.ABORT, "reply_lost"),
    ],
)
async def test_a_failed_reading_says_why(
    server: ScriptedServer, rest: Rest, reply: ScriptedReply, code: str
) -> None:
    server.script(reply)
    with pytest.raises(ZoomTrouble) as raised:
        await rest.me()
    assert raised.value.code == code
    assert raised.value.text


@pytest.mark.parametrize(
    ("scopes", "named"),
    [
        ("user:read:user, user:read:user:admin", "user:read:user"),
        ("user:read:user:admin", "user:read:user:admin"),
        ("user:read:user", "user:read:user"),
    ],
)
async def test_a_missing_scope_is_named(
    server: ScriptedServer, rest: Rest, scopes: str, named: str
) -> None:
    message = f"Invalid access token, does not contain scopes:[{scopes}]."
    server.script(json_reply(400, {"code": 4711, "message": message}))
    with pytest.raises(ZoomTrouble) as raised:
        await rest.me()
    assert raised.value.text.endswith(f": {named}.")


async def test_a_missing_scope_without_a_name_is_told_all_the_same(
    server: ScriptedServer, rest: Rest
) -> None:
    server.script(json_reply(400, {"code": 4711, "message": "No scope."}))
    with pytest.raises(ZoomTrouble) as raised:
        await rest.me()
    assert raised.value.text == text("zoom_errors.scope_missing.text")


async def test_live_meetings_are_listed_page_by_page(server: ScriptedServer, rest: Rest) -> None:
    first = {
        "id": 98712345670, "uuid": UUID, "topic": "Weekly\n\x1b[1m", "host_id": "h",
        "start_time": "2026-10-31T12:00:00Z", "join_url": "x", "type": 2,
    }  # fmt: skip
    server.script(
        json_reply(
            200, {"meetings": [first, "odd", {"topic": "of no meeting"}], "next_page_token": "a&b"}
        ),
        json_reply(200, {"meetings": [{"id": "987 1234 5671", "topic": 5}], "next_page_token": ""}),
    )
    assert await rest.live_meetings() == (
        MeetingListed("98712345670", UUID, "Weekly [1m", "h", 1_793_448_000_000, None),
        MeetingListed("98712345671", None, "", None, None, None),
    )
    targets = [request.target for request in server.requests]
    assert targets[0] == "/v2/users/me/meetings?type=live&page_size=300"
    assert targets[1] == f"{targets[0]}&next_page_token=a%26b"


async def test_paging_ends(server: ScriptedServer, rest: Rest) -> None:
    server.script(*(json_reply(200, {"next_page_token": str(n)}) for n in range(MOST_PAGES + 3)))
    assert await rest.live_meetings() == ()
    assert len(server.requests) == MOST_PAGES
    server.requests.clear()
    server.script(json_reply(200, {"next_page_token": "the same"}))
    await rest.live_meetings()
    assert len(server.requests) == 2


async def test_upcoming_meetings_say_whose_they_are(server: ScriptedServer, rest: Rest) -> None:
    meetings = [{"id": 1234567890, "topic": "T", "start_time": "soon", "is_host": False}]
    server.script(json_reply(200, {"total_records": 1, "meetings": meetings}))
    listed = MeetingListed("1234567890", None, "T", None, None, is_host=False)
    assert await rest.upcoming_meetings() == (listed,)
    assert server.requests[0].target == "/v2/users/me/upcoming_meetings"


@pytest.mark.parametrize("status", ["waiting", "started"])
async def test_a_fetched_meeting_says_whether_it_runs(
    server: ScriptedServer, rest: Rest, status: str
) -> None:
    server.script(
        json_reply(200, {"id": 98712345670, "uuid": UUID, "host_id": "h", "status": status})
    )
    fetched = MeetingFetched(Meeting(UUID, "98712345670", "h"), MeetingStatus(status))
    assert await rest.fetch_meeting(UUID) == fetched
    assert await rest.fetch_meeting("98712345670") == fetched
    assert server.requests[0].target == f"/v2/meetings/{TWICE_ENCODED}"
    assert server.requests[1].target == "/v2/meetings/98712345670"


async def test_another_instances_answer_says_nothing_of_this_one(
    server: ScriptedServer, rest: Rest
) -> None:
    server.script(json_reply(200, {"id": 98712345670, "uuid": "newer", "status": "started"}))
    assert await rest.fetch_meeting(UUID) == MeetingFetched(
        Meeting(UUID, "98712345670"), MeetingStatus.UNREADABLE
    )


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (json_reply(404, {"code": 3001}), MeetingStatus.NOT_FOUND),
        (json_reply(400, {"code": 3001}), MeetingStatus.NOT_FOUND),
        (Reply(404, b""), MeetingStatus.NOT_FOUND),
        (json_reply(403, {"code": 2306}), MeetingStatus.FORBIDDEN),
        (json_reply(400, {"code": 3000}), MeetingStatus.FORBIDDEN),
        (json_reply(400, {"code": 3161}), MeetingStatus.FORBIDDEN),
        (json_reply(401, NO_SCOPE), MeetingStatus.FORBIDDEN),
        (json_reply(403), MeetingStatus.FORBIDDEN),
        (json_reply(400, {"code": 300}), MeetingStatus.UNREADABLE),
        (EXPIRED, MeetingStatus.UNREADABLE),
        (json_reply(429), MeetingStatus.UNREADABLE),
        (json_reply(500), MeetingStatus.UNREADABLE),
        (Reply(200, b"<html>"), MeetingStatus.UNREADABLE),
        (json_reply(200, {"id": 98712345670, "status": "odd"}), MeetingStatus.UNREADABLE),
        (Failure.ABORT, MeetingStatus.UNREADABLE),
    ],
)
async def test_what_cannot_be_read_is_a_status_too(
    server: ScriptedServer, rest: Rest, reply: ScriptedReply, status: MeetingStatus
) -> None:
    server.script(reply)
    assert (await rest.fetch_meeting("98712345670")).status is status
    assert (await rest.fetch_meeting("98712345670")).meeting == Meeting(number="98712345670")


async def test_without_a_sign_in_a_meeting_is_unreadable(rest: Rest, bearer: Tokens) -> None:
    bearer.trouble = SignInNeeded("signed_out")
    assert await rest.fetch_meeting(UUID) == MeetingFetched(
        Meeting(uuid=UUID), MeetingStatus.UNREADABLE
    )
