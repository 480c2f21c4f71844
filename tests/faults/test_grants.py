"""Sign-ins that end at the wrong moment: renewed once if that can help, otherwise reported, never guessed."""

import pytest

from rtms_tray.runtime.sign_in_manager import SignInManager
from rtms_tray.store.secret_names import refresh_token_name
from rtms_tray.support.command_types import Exit
from tests.helpers.fault_proxy import FaultProxy, answer, lose_reply
from tests.helpers.program_harness import MEETING, RTMS_PATH, ProgramHarness
from tests.helpers.stores import LockedStore

EXPIRED = answer(b'{"code": 124, "message": "Access token is expired."}', 401)


def calls(net: FaultProxy, ending: str) -> int:
    return sum(path.endswith(ending) for path in net.paths)


def sign_in_of(harness: ProgramHarness) -> SignInManager:
    assert harness.program.sign_in is not None
    return harness.program.sign_in


async def need_a_refresh(harness: ProgramHarness) -> None:
    """Make the next call renew the sign-in first."""
    await sign_in_of(harness).mark_refused(await sign_in_of(harness).token())


@pytest.mark.promise("token expired in mid-request")
async def test_an_expired_token_is_renewed_and_the_request_repeated_once(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    renewals = calls(net, "/oauth/token")
    net.next(RTMS_PATH, EXPIRED)
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
    assert (harness.session().state, harness.count_requests()) == ("pending_approval", 1)
    assert (calls(net, "/rtms_app/status"), calls(net, "/oauth/token") - renewals) == (2, 1)


@pytest.mark.promise("token expired in mid-request")
async def test_refused_again_it_asks_for_a_sign_in_and_is_sent_after_it(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    net.next(RTMS_PATH, EXPIRED, EXPIRED)
    refused = await harness.do("start", meeting=MEETING)
    assert (refused.exit, calls(net, "/rtms_app/status")) == (Exit.REFUSED, 2)
    why = harness.session().why
    assert why is not None
    assert why.code == "sign_in_needed"


@pytest.mark.promise("refresh token revoked")
async def test_a_revoked_grant_keeps_the_meetings_and_asks_for_a_sign_in(
    sharing: ProgramHarness,
) -> None:
    harness = sharing
    for grant in list(harness.zoom.grants.active):
        harness.zoom.grants.revoke(grant)
    assert (await harness.do("pause")).exit is Exit.REFUSED
    status = await harness.status_json()
    assert (status["signed_in"], harness.session().state) == (False, "sharing")
    assert harness.notice_codes() & {"grant_taken_over", "sign_in_expired"}
    assert harness.program.watcher.feed.connected, "events need no user's sign-in"
    assert (await harness.sign_in()).exit is Exit.DONE
    assert (await harness.do("pause")).exit is Exit.DONE
    assert harness.notice_codes() == set()


@pytest.mark.promise("refresh token rotated elsewhere")
async def test_rotated_elsewhere_it_names_the_cause_and_does_not_fight(
    harness: ProgramHarness, net: FaultProxy, store: LockedStore
) -> None:
    name = refresh_token_name(harness.program.settings, harness.profile)
    mine = await store.load(name)
    assert mine is not None
    harness.zoom.grants.refresh(mine, harness.program.settings.sign_in_id)
    await need_a_refresh(harness)
    renewals = calls(net, "/oauth/token")
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.REFUSED
    assert "grant_taken_over" in harness.notice_codes()
    await harness.do("resend")
    assert calls(net, "/oauth/token") == renewals + 1, "a dead token is sent to Zoom once"
    assert await store.load(name) is None
    assert (await harness.sign_in()).exit is Exit.DONE
    await harness.wait_for_state("pending_approval")


@pytest.mark.promise("refresh token rotated elsewhere")
async def test_a_token_stored_by_another_instance_is_kept(
    harness: ProgramHarness, store: LockedStore
) -> None:
    name = refresh_token_name(harness.program.settings, harness.profile)
    mine = await store.load(name)
    assert mine is not None
    client = harness.program.settings.sign_in_id
    theirs = harness.zoom.grants.refresh(mine, client)["refresh_token"]
    await store.save(name, theirs)
    await need_a_refresh(harness)
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.REFUSED
    assert await store.load(name) == theirs


@pytest.mark.promise("reply lost after the refresh token was rotated")
async def test_where_the_old_token_still_works_nothing_changes(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    harness.zoom.world.settings.rotation = "grace"
    await need_a_refresh(harness)
    net.next("/oauth/token", lose_reply)
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
    assert (harness.session().state, harness.count_requests()) == ("pending_approval", 1)
    assert harness.notice_codes() == set()


@pytest.mark.promise("reply lost after the refresh token was rotated")
async def test_where_it_does_not_the_sign_in_is_over_and_reported(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    await need_a_refresh(harness)
    net.next("/oauth/token", lose_reply)
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.REFUSED
    assert harness.notice_codes() & {"grant_taken_over", "sign_in_expired"}
    assert harness.count_requests() == 0
    assert (await harness.sign_in()).exit is Exit.DONE
    await harness.wait_for_state("pending_approval")
    assert harness.count_requests() == 1
