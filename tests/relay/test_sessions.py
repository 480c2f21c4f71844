"""Sessions: renewed, ended, stolen, of another relay."""

import jwt
import pytest
from nats.aio.client import Client

from rtms_tray.relay.records import Bucket, UserRecord, open_records, open_store
from rtms_tray.relay.sessions import (
    MOST_SESSIONS,
    SessionError,
    Sessions,
    signing_key,
)
from tests.helpers.manual_clock import ManualClock

KEY, ORIGIN = "k" * 64, "https://relay.example.com"
HOUR_S = 3600.0
VOUCHED_S = 12 * HOUR_S


@pytest.fixture
async def users(bus: Client) -> Bucket[UserRecord]:
    """An empty bucket."""
    return (await open_records(bus.jetstream(), 1, 3600)).users


@pytest.fixture
def sessions(users: Bucket[UserRecord], clock: ManualClock) -> Sessions:
    """The sessions of one relay."""
    return Sessions(users, KEY, ORIGIN, HOUR_S, VOUCHED_S, clock)


async def test_a_session_says_whose_it_is(sessions: Sessions) -> None:
    grant = await sessions.begin("user", "account", "tray")
    session = await sessions.check(grant.token)
    assert (session.user, session.account, session.tray) == ("user", "account", "tray")
    assert session.is_newest
    assert await sessions.ends_at(session.user, session.id) == grant.expires_at


async def test_a_renewed_token_replaces_the_one_before(
    sessions: Sessions, clock: ManualClock
) -> None:
    first = await sessions.begin("user", "account", "tray")
    second = await sessions.renew(first.token)
    await sessions.check(second.token)
    await sessions.check(first.token)  # for a minute: the reply may have been lost
    clock.advance(61_000)
    await sessions.check(second.token)
    with pytest.raises(SessionError):
        await sessions.check(first.token)


async def test_a_reply_that_was_lost_can_be_asked_for_again(sessions: Sessions) -> None:
    first = await sessions.begin("user", "account", "tray")
    await sessions.renew(first.token)
    again = await sessions.renew(first.token)
    await sessions.check(again.token)


@pytest.mark.promise("a relay session that was stolen ends")
async def test_a_token_that_was_used_before_ends_the_session(
    sessions: Sessions, clock: ManualClock
) -> None:
    first = await sessions.begin("user", "account", "tray")
    second = await sessions.renew(first.token)
    clock.advance(61_000)
    with pytest.raises(SessionError) as ended:
        await sessions.renew(first.token)
    assert ended.value.session is not None
    with pytest.raises(SessionError):
        await sessions.check(second.token)
    with pytest.raises(SessionError):
        await sessions.renew(second.token)


async def test_a_session_ends_when_told_and_alone(sessions: Sessions) -> None:
    one = await sessions.begin("user", "account", "one")
    other = await sessions.begin("user", "account", "other")
    session = await sessions.end(one.token)
    assert await sessions.ends_at(session.user, session.id) == 0
    with pytest.raises(SessionError):
        await sessions.check(one.token)
    await sessions.check(other.token)


async def test_a_session_runs_out(sessions: Sessions, clock: ManualClock) -> None:
    grant = await sessions.begin("user", "account", "tray")
    clock.advance(int(HOUR_S * 1000))
    for use in (sessions.check, sessions.renew):
        with pytest.raises(SessionError):
            await use(grant.token)


@pytest.mark.promise("a relay asks Zoom again who it is")
async def test_renewals_alone_do_not_outlive_what_zoom_vouched_for(
    sessions: Sessions, clock: ManualClock
) -> None:
    grant = await sessions.begin("user", "account", "tray")
    begun, vouch_by = clock() / 1000, grant.vouch_by
    assert vouch_by == begun + VOUCHED_S
    for _ in range(23):
        clock.advance(int(HOUR_S * 500))
        grant = await sessions.renew(grant.token)
        assert grant.expires_at == min(clock() / 1000 + HOUR_S, vouch_by)
        assert grant.vouch_by == vouch_by
    clock.advance(int(HOUR_S * 500))
    for use in (sessions.check, sessions.renew):
        with pytest.raises(SessionError):
            await use(grant.token)


async def test_who_is_vouched_for_again_goes_on(sessions: Sessions, clock: ManualClock) -> None:
    grant = await sessions.begin("user", "account", "tray")
    for _ in range(30):
        clock.advance(int(HOUR_S * 500))
        grant = await sessions.renew(grant.token, vouched=True)
    assert grant.expires_at == clock() / 1000 + HOUR_S
    assert grant.vouch_by == clock() / 1000 + VOUCHED_S
    await sessions.check(grant.token)


async def test_an_older_tray_knows_that_another_signed_in(sessions: Sessions) -> None:
    first = await sessions.begin("user", "account", "one")
    await sessions.begin("user", "account", "two")
    assert not (await sessions.check(first.token)).is_newest


async def test_of_too_many_sessions_the_oldest_ends(sessions: Sessions, clock: ManualClock) -> None:
    grants = []
    for number in range(MOST_SESSIONS + 1):
        grants.append(await sessions.begin("user", "account", f"tray-{number}"))
        clock.advance(1000)
    with pytest.raises(SessionError):
        await sessions.check(grants[0].token)
    for grant in grants[1:]:
        await sessions.check(grant.token)


async def test_in_another_account_the_old_sessions_are_over(sessions: Sessions) -> None:
    first = await sessions.begin("user", "account", "tray")
    await sessions.begin("user", "another account", "tray")
    with pytest.raises(SessionError):
        await sessions.check(first.token)


async def test_who_is_gone_has_no_session(sessions: Sessions, users: Bucket[UserRecord]) -> None:
    grant = await sessions.begin("user", "account", "tray")
    await users.change(lambda _: UserRecord("", gone=True), "user")
    with pytest.raises(SessionError):
        await sessions.check(grant.token)
    with pytest.raises(SessionError):
        await sessions.end((await sessions.begin("user", "account", "tray")).token + "x")


@pytest.mark.promise("a relay session is good at its own relay alone")
async def test_tokens_of_others_are_refused(
    sessions: Sessions, users: Bucket[UserRecord], clock: ManualClock
) -> None:
    grant = await sessions.begin("user", "account", "tray")
    claims = jwt.decode(grant.token, options={"verify_signature": False})
    forgeries = [
        "",
        "x.y.z",
        grant.token[:-2],
        jwt.encode(claims, "another key" * 4, algorithm="HS256"),
        jwt.encode(claims, KEY, algorithm="HS384"),
        jwt.encode(claims, "", algorithm="none"),
        *(jwt.encode(claims | {c: "https://evil.example"}, KEY, algorithm="HS256") for c in ("aud", "iss")),
        *(jwt.encode({k: v for k, v in claims.items() if k != c}, KEY, algorithm="HS256") for c in claims),
        jwt.encode(claims | {"gen": "1"}, KEY, algorithm="HS256"),
        jwt.encode(claims | {"sub": "somebody else"}, KEY, algorithm="HS256"),
    ]  # fmt: skip
    for token in forgeries:
        with pytest.raises(SessionError):
            await sessions.check(token)
    elsewhere = Sessions(users, KEY, "https://other.example.com", HOUR_S, VOUCHED_S, clock)
    with pytest.raises(SessionError):
        await elsewhere.check(grant.token)


async def test_all_instances_share_one_key_that_nobody_chose(bus: Client) -> None:
    store = await open_store(bus.jetstream(), "keys", 1)
    assert await signing_key(bus.jetstream(), store) == await signing_key(bus.jetstream(), store)
    assert len(await signing_key(bus.jetstream(), store)) >= 64
