"""Comings and goings at random, in any order and with any delay, held to a simple model."""

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import HOST, ME, MEETING, Stage
from tests.helpers.people_in_time import PersonEvent, entered, joined, left, person, second, sharing

_S = CaptureState


@st.composite
def visits(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    """What a person's connections do: (uuid, second, joined or left), in the order of time."""
    done: list[tuple[str, int, str]] = []
    for number in range(draw(st.integers(1, 3))):
        uuid, at = f"p-{number}", draw(st.integers(5, 60))
        done.append((uuid, at, "joined"))
        for _ in range(draw(st.integers(0, 3))):  # moves between rooms
            at += draw(st.integers(1, 30))
            done += [(uuid, at, "left"), (uuid, at, "joined")]
        if draw(st.booleans()):
            done.append((uuid, at + draw(st.integers(1, 30)), "left"))
    return done


def is_there(done: list[tuple[str, int, str]]) -> bool:
    """The field's rule: the latest second wins, on a tie joined does; any connection will do."""
    newest: dict[str, tuple[int, str]] = {}
    for uuid, at, what in done:
        held = newest.get(uuid, (0, ""))
        if at > held[0] or (at == held[0] and what == "joined"):
            newest[uuid] = (at, what)
    return any(what == "joined" for _, what in newest.values())


@given(visits(), st.data())
def test_any_order_and_any_delay_lead_to_the_same(
    done: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    stage = Stage()
    begun = stage.at()
    stage.meeting_started()
    stage.ask()
    stage.reply()
    stage.wait(100)
    for number, (uuid, at_s, what) in enumerate(data.draw(st.permutations(done))):
        at = begun + at_s * SECOND
        stamp = at + data.draw(st.integers(-300, 1_300))
        who = person(HOST, f"id {number}", uuid)
        stage.zoom(joined(who, at, stamp) if what == "joined" else left(who, at, stamp))
        stage.wait(data.draw(st.sampled_from([0, 0.06, 1.9, 2, 30])))
    stage.wait(3)
    assert stage.session.host_present is (Value.YES if is_there(done) else Value.NO)


@given(st.permutations(["left", "joined", "room"]), st.lists(st.integers(0, 950), min_size=3, max_size=3),
       st.integers(-300, 300), st.integers(-2_000, 2_000), st.booleans())  # fmt: skip
def test_any_burst_of_a_move_is_a_room_without_a_question(
    order: list[str],
    delays: list[int],
    ahead: int,
    room_ahead: int,
    says_so: bool,  # noqa: FBT001 - drawn
) -> None:
    stage = sharing()
    at = stage.at()
    burst: dict[str, PersonEvent] = {
        "left": e.ParticipantLeft(
            MEETING, person(ME), at, second(at), e.Move.TO_ROOM if says_so else None
        ),
        "joined": joined(person(ME, "b"), at, at + ahead),
        "room": entered(at + room_ahead),
    }
    for name, delay in zip(order, delays, strict=True):
        stage.zoom(burst[name])
        stage.wait(delay / SECOND)
    stage.wait(10)
    assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
    assert [code for _, code in stage.announced()] == [Code.BEGAN, Code.IN_BREAKOUT_ROOM]
