"""What real meetings send of their people: hosts, several devices, rejoins."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.presence import Presence, owner_presence
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import HOST, ME, MEETING
from tests.helpers.people_in_time import AT_ONCE, PersonEvent, asked, joined, left, person, sharing

_S = CaptureState


class TestTheHostMoves:
    """A host who walks into a breakout room has not come: nothing has to be sent again."""

    @pytest.mark.parametrize("policy", [Policy(), AT_ONCE])
    @pytest.mark.parametrize("host_seen", [True, False])
    @pytest.mark.parametrize("first", ["left", "joined"])
    @pytest.mark.parametrize("ahead", [46, -46, 300, -300, 0])
    def test_left_and_767_ms_later_joined(
        self, policy: Policy, first: str, ahead: int, *, host_seen: bool
    ) -> None:
        stage = asked(policy, host_seen=host_seen)
        before = stage.state
        at = stage.at()
        pair: list[PersonEvent] = [
            left(person(HOST, "a"), at),
            joined(person(HOST, "b"), at, at + ahead),
        ]
        for event in pair if first == "left" else reversed(pair):
            stage.zoom(event)
            stage.wait(0.767)
        stage.wait(5)
        assert stage.state is before
        assert stage.sent().count(e.Action.START) == 1

    def test_while_captured_it_stays_so(self) -> None:
        stage = sharing()
        stage.zoom(joined(person(HOST), stage.at()))
        stage.wait(60)
        stage.clear()
        stage.zoom(left(person(HOST, "a"), stage.at()))
        stage.wait(0.767)
        stage.zoom(joined(person(HOST, "b"), stage.at(0.767), stage.at(0.7)))
        stage.wait(60)
        assert (stage.state, stage.effects) == (_S.SHARING, [])

    def test_a_host_who_really_comes_is_asked(self) -> None:
        stage = asked(AT_ONCE)
        stage.zoom(left(person(HOST), stage.at()))
        stage.wait(2)
        assert stage.state is _S.WAITING_FOR_HOST
        stage.wait(30)
        stage.zoom(joined(person(HOST, "c", "p-new"), stage.at()))
        assert (stage.state, stage.code) == (_S.REQUESTING, Code.RESENT_FOR_HOST)

    def test_a_host_of_whom_nothing_was_known_may_have_been_there(self) -> None:
        stage = asked(AT_ONCE, host_seen=False)
        stage.clear()
        stage.zoom(joined(person(HOST), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_MAYBE_JOINED)
        assert stage.sent() == []

    def test_after_a_gap_a_host_who_seems_to_come_may_have_been_there(self) -> None:
        stage = asked(AT_ONCE)
        stage.zoom(left(person(HOST), stage.at()))
        stage.wait(2)
        stage.gap(40)
        stage.clear()
        stage.wait(3)
        stage.zoom(joined(person(HOST, "c", "p-new"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_MAYBE_JOINED)
        assert stage.sent() == []

    def test_a_host_who_leaves_again_at_once_has_not_come(self) -> None:
        stage = asked(host_seen=False)
        stage.zoom(joined(person(HOST), stage.at()))
        stage.wait(1)
        stage.gap(0.1)
        stage.wait(3)
        assert stage.state is not _S.RESEND_NEEDED


# --- myself, outside rooms


def test_a_rejoin_91_s_before_the_old_connections_left() -> None:
    stage = sharing()
    began = stage.at()
    stage.zoom(joined(person(ME, "b", "p-new"), began))
    stage.wait(91)
    stage.zoom(left(person(ME, "a"), began + 91 * SECOND))
    stage.wait(5)
    assert owner_presence(stage.session.people, stage.context, MEETING) is Presence.THERE
    assert stage.session.known[Condition.OWNER_PRESENT].value is Value.YES
    assert stage.state is _S.SHARING


@pytest.mark.parametrize("gone", ["p-me", "p-phone"])
def test_two_devices_of_which_either_leaves(gone: str) -> None:
    stage = sharing()
    stage.zoom(joined(person(ME, "b", "p-phone"), stage.at()))
    stage.wait(30)
    stage.zoom(left(person(ME, uuid=gone), stage.at()))
    stage.wait(5)
    assert stage.session.known[Condition.OWNER_PRESENT].value is Value.YES


@pytest.mark.parametrize("gone", ["p-host", "p-phone"])
def test_two_devices_of_the_hosts_of_which_either_leaves(gone: str) -> None:
    stage = asked()
    stage.zoom(joined(person(HOST, "b", "p-phone"), stage.at()))
    stage.wait(30)
    state = stage.state
    stage.zoom(left(person(HOST, uuid=gone), stage.at()))
    stage.wait(5)
    assert stage.session.host_present is Value.YES
    assert stage.state is state
