"""Sign-ins that end at the wrong moment: renewed once where that can help, else told, never guessed."""

import pytest

from rtms_tray.runtime.account import Membership
from rtms_tray.store.secret_names import refresh_token_name
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.support.command_types import Exit
from tests.helpers.fault_proxy import FaultProxy, answer, lose_reply
from tests.helpers.zoom_world import MEETING, RTMS, House, asked

EXPIRED = answer(b'{"code": 124, "message": "Access token is expired."}', 401)


def calls(net: FaultProxy, ending: str) -> int:
    return sum(path.endswith(ending) for path in net.came)


def membership(home: House) -> Membership:
    assert home.program.membership is not None
    return home.program.membership


async def need_a_refresh(home: House) -> None:
    """Have the next call renew the sign-in first."""
    await membership(home).refused(await membership(home).token())


@pytest.mark.promise("token expired in mid-request")
async def test_an_expired_token_is_renewed_and_the_request_repeated_once(
    home: House, net: FaultProxy
) -> None:
    renewals = calls(net, "/oauth/token")
    net.next(RTMS, EXPIRED)
    assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE
    assert (home.session().state, asked(home)) == ("pending_approval", 1)
    assert (calls(net, "/rtms_app/status"), calls(net, "/oauth/token") - renewals) == (2, 1)


@pytest.mark.promise("token expired in mid-request")
async def test_refused_again_it_asks_for_a_sign_in_and_is_sent_after_it(
    home: House, net: FaultProxy
) -> None:
    net.next(RTMS, EXPIRED, EXPIRED)
    refused = await home.do("start", meeting=MEETING)
    assert (refused.exit, calls(net, "/rtms_app/status")) == (Exit.REFUSED, 2)
    why = home.session().why
    assert why is not None
    assert why.code == "sign_in_needed"


@pytest.mark.promise("refresh token revoked")
async def test_a_revoked_grant_keeps_the_meetings_and_asks_for_a_sign_in(sharing: House) -> None:
    home = sharing
    for grant in list(home.zoom.grants.active):
        home.zoom.grants.revoke(grant)
    assert (await home.do("pause")).exit is Exit.REFUSED
    status = await home.json()
    assert (status["signed_in"], home.session().state) == (False, "sharing")
    assert home.codes() & {"grant_taken_over", "sign_in_expired"}
    assert home.program.watcher.feed.connected, "events need no user's sign-in"
    assert (await home.sign_in()).exit is Exit.DONE
    assert (await home.do("pause")).exit is Exit.DONE
    assert home.codes() == set()


@pytest.mark.promise("refresh token rotated elsewhere")
async def test_rotated_elsewhere_it_names_the_cause_and_does_not_fight(
    home: House, net: FaultProxy, store: MemoryStore
) -> None:
    name = refresh_token_name(home.program.settings, home.profile)
    mine = await store.load(name)
    assert mine is not None
    home.zoom.grants.refresh(mine, home.program.settings.sign_in_id)
    await need_a_refresh(home)
    renewals = calls(net, "/oauth/token")
    assert (await home.do("start", meeting=MEETING)).exit is Exit.REFUSED
    assert "grant_taken_over" in home.codes()
    await home.do("resend")
    assert calls(net, "/oauth/token") == renewals + 1, "a dead token is shown to Zoom once"
    assert await store.load(name) is None
    assert (await home.sign_in()).exit is Exit.DONE
    await home.state("pending_approval")


@pytest.mark.promise("refresh token rotated elsewhere")
async def test_what_another_instance_has_kept_is_left_to_it(
    home: House, store: MemoryStore
) -> None:
    name = refresh_token_name(home.program.settings, home.profile)
    mine = await store.load(name)
    assert mine is not None
    client = home.program.settings.sign_in_id
    theirs = home.zoom.grants.refresh(mine, client)["refresh_token"]
    await store.save(name, theirs)
    await need_a_refresh(home)
    assert (await home.do("start", meeting=MEETING)).exit is Exit.REFUSED
    assert await store.load(name) == theirs


@pytest.mark.promise("reply lost after the refresh token was rotated")
async def test_where_the_old_token_still_counts_nothing_is_noticed(
    home: House, net: FaultProxy
) -> None:
    home.zoom.world.settings.rotation = "grace"
    await need_a_refresh(home)
    net.next("/oauth/token", lose_reply)
    assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE
    assert (home.session().state, asked(home)) == ("pending_approval", 1)
    assert home.codes() == set()


@pytest.mark.promise("reply lost after the refresh token was rotated")
async def test_where_it_does_not_the_sign_in_is_over_and_told(home: House, net: FaultProxy) -> None:
    await need_a_refresh(home)
    net.next("/oauth/token", lose_reply)
    assert (await home.do("start", meeting=MEETING)).exit is Exit.REFUSED
    assert home.codes() & {"grant_taken_over", "sign_in_expired"}
    assert asked(home) == 0
    assert (await home.sign_in()).exit is Exit.DONE
    await home.state("pending_approval")
    assert asked(home) == 1
