"""Presence: who is in the meeting, by connection, as its events tell."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.attendance import (
    after_gap,
    is_new_host,
    settled,
    with_event,
    with_owner_gone,
)
from rtms_tray.capture.clocks import ZoomClock
from rtms_tray.capture.context import Context, Sight
from rtms_tray.capture.people import People, connections_of, host_connections, is_seen, moment
from rtms_tray.capture.presence import (
    Presence,
    arrived_at,
    host_presence,
    i_host,
    is_surely_there,
    owner_presence,
    told_at,
)
from rtms_tray.capture.timings import CONNECTIONS_REMEMBERED, LEFT_COUNTS_AFTER
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND, Millis
from tests.helpers.capture_stage import (
    GUEST,
    HOST,
    I_AM,
    ME,
    MEETING,
    NEW_HOST,
    OWN_MEETING,
    THE_HOST,
)

THERE, UNKNOWN, ABSENT = Presence.THERE, Presence.UNKNOWN, Presence.ABSENT
SEEN = Context(me=ME, sight=Sight(possible=True, up_since=0))
"""Events have been seen without a gap since the beginning of time."""
BEGUN = e.MeetingStarted(MEETING, 0)
LATER = 1_000 * SECOND


def device(uuid: str, account: str | None = HOST, user_id: str | None = None) -> e.Person:
    return e.Person(account, user_id or f"id of {uuid}", uuid)


def after(*happened: e.ZoomEvent, context: Context = SEEN, people: People | None = None) -> People:
    """Take in events, all of which arrive at once; only time lets a left count."""
    people = people or People()
    for event in happened:
        people = with_event(people, event, context, MEETING)
    return people


def later(*happened: e.ZoomEvent, context: Context = SEEN) -> People:
    return settled(after(*happened, context=context), SEEN.at(LATER))


def joined(person: e.Person, at_s: float) -> e.ParticipantJoined:
    return e.ParticipantJoined(MEETING, person, round(at_s * SECOND))


def left(person: e.Person, at_s: float) -> e.ParticipantLeft:
    return e.ParticipantLeft(MEETING, person, round(at_s * SECOND))


def made_host(person: e.Person, at_s: float, role: str = "host") -> e.RoleChanged:
    return e.RoleChanged(MEETING, person, "attendee", role, round(at_s * SECOND))


def host_of(people: People, context: Context = SEEN, meeting: e.Meeting = MEETING) -> Presence:
    return host_presence(people, context, meeting)


def owner_of(people: People) -> Presence:
    return owner_presence(people, SEEN, MEETING)


# --- one connection


def test_of_a_meeting_that_nothing_told_of_nothing_is_known() -> None:
    assert (host_of(People()), owner_of(People())) == (UNKNOWN, UNKNOWN)


def test_from_its_start_on_all_that_happens_is_seen() -> None:
    assert (host_of(after(BEGUN)), owner_of(after(BEGUN))) == (ABSENT, ABSENT)
    assert host_of(after(BEGUN, joined(THE_HOST, 1))) is THERE
    assert owner_of(after(BEGUN, joined(I_AM, 1))) is THERE


def test_a_left_counts_two_seconds_later() -> None:
    people = after(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 5))
    assert people.left_counts_at == LEFT_COUNTS_AFTER
    assert host_of(settled(people, SEEN.at(LEFT_COUNTS_AFTER - 1))) is THERE
    gone = settled(people, SEEN.at(LEFT_COUNTS_AFTER))
    assert (host_of(gone), gone.left_counts_at) == (ABSENT, None)


def test_the_same_left_again_gives_no_more_time() -> None:
    people = after(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 5))
    again = after(left(THE_HOST, 5), people=people, context=replace(SEEN, now=1_999))
    assert again.left_counts_at == LEFT_COUNTS_AFTER


@pytest.mark.parametrize("first", ["left", "joined"])
@pytest.mark.parametrize("ahead_s", [-0.3, 0, 0.046, 0.3])
def test_a_move_between_rooms_is_no_leaving(first: str, ahead_s: float) -> None:
    """A left and a joined of one second: `event_ts` cannot order them."""
    out = e.ParticipantLeft(MEETING, device("p", user_id="a"), 5_400, 5_000)
    back_at = 5_400 + round(ahead_s * SECOND)
    back = e.ParticipantJoined(MEETING, device("p", user_id="b"), back_at, 5_000)
    pair = (out, back) if first == "left" else (back, out)
    people = later(BEGUN, joined(device("p"), 1), *pair)
    assert host_of(people) is THERE
    assert arrived_at(host_connections(people, MEETING)) == 1_000


def test_a_move_of_somebody_not_seen_before_shows_that_they_were_there() -> None:
    for pair in (
        (left(THE_HOST, 5), joined(THE_HOST, 5)),
        (joined(THE_HOST, 5), left(THE_HOST, 5)),
    ):
        people = later(*pair)
        assert host_of(people) is THERE
        assert arrived_at(host_connections(people, MEETING)) is None


def test_a_late_left_says_that_somebody_was_there_before_they_seemed_to_come() -> None:
    people = later(joined(THE_HOST, 5), left(THE_HOST, 3))
    assert host_of(people) is THERE
    assert arrived_at(host_connections(people, MEETING)) is None


def test_who_was_first_seen_leaving_and_joins_later_was_there_before() -> None:
    people = later(left(THE_HOST, 3), joined(THE_HOST, 5))
    assert arrived_at(host_connections(people, MEETING)) is None


def test_an_older_join_that_comes_late_is_when_they_came() -> None:
    people = later(joined(THE_HOST, 5), joined(THE_HOST, 3))
    assert arrived_at(host_connections(people, MEETING)) == 3_000


def test_an_event_of_nobody_tells_nothing() -> None:
    assert after(joined(e.Person(), 1)) == People()


def test_who_is_neither_host_nor_owner_is_kept_only_without_an_account() -> None:
    assert after(joined(NEW_HOST, 1)).connections == ()
    assert len(after(joined(GUEST, 1)).connections) == 1


# --- by which identifiers


def test_without_a_participant_uuid_the_id_in_the_meeting_names_a_connection() -> None:
    by_id = e.Person(HOST, "17")
    assert host_of(later(BEGUN, joined(by_id, 1), left(e.Person(None, "17"), 5))) is ABSENT
    assert host_of(later(BEGUN, joined(by_id, 1), left(e.Person(HOST, "18"), 5))) is THERE


def test_a_connection_known_by_its_account_alone_is_the_one_that_is_named_next() -> None:
    by_account = e.Person(HOST)
    people = later(BEGUN, joined(by_account, 1), joined(THE_HOST, 2), left(THE_HOST, 5))
    assert host_of(people) is ABSENT


def test_an_account_that_an_event_leaves_out_is_still_known() -> None:
    nameless = replace(THE_HOST, account_id=None)
    assert host_of(later(BEGUN, joined(THE_HOST, 1), left(nameless, 5))) is ABSENT


# --- several connections


@pytest.mark.parametrize("gone", ["p-1", "p-2"])
def test_who_leaves_by_one_of_two_devices_is_still_there(gone: str) -> None:
    people = later(BEGUN, joined(device("p-1"), 1), joined(device("p-2"), 2), left(device(gone), 5))
    assert host_of(people) is THERE


def test_a_rejoin_may_be_told_long_before_the_old_connections_left() -> None:
    """The left came 91 s later, with the later time."""
    old, new = device("old"), device("new")
    people = later(BEGUN, joined(old, 1), joined(new, 10), left(old, 101))
    assert host_of(people) is THERE
    assert arrived_at(host_connections(people, MEETING)) == 1_000


def test_who_left_and_comes_again_has_come_then() -> None:
    people = later(
        BEGUN, joined(device("p-1"), 1), left(device("p-1"), 5), joined(device("p-2"), 9)
    )
    assert arrived_at(host_connections(people, MEETING)) == 9_000


def test_who_is_not_there_has_not_come() -> None:
    assert arrived_at(()) is None


# --- what may have been missed


def test_a_gap_makes_a_connection_uncertain_until_its_next_event() -> None:
    people = after_gap(after(BEGUN, joined(THE_HOST, 1), joined(GUEST, 1)))
    assert host_of(people) is UNKNOWN
    other = after(joined(GUEST, 9), people=people)
    assert host_of(other) is UNKNOWN, "somebody else's event proves nothing"
    assert host_of(after(joined(THE_HOST, 9), people=people)) is THERE


def test_after_a_gap_nobody_is_known_to_be_absent() -> None:
    assert host_of(after_gap(after(BEGUN))) is UNKNOWN
    people = after(left(THE_HOST, 9), people=after_gap(after(BEGUN, joined(THE_HOST, 1))))
    assert host_of(settled(people, SEEN.at(LATER))) is UNKNOWN


def test_a_left_whose_joined_may_have_been_missed_does_not_count() -> None:
    people = after_gap(after(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 5)))
    assert people.left_counts_at is None
    assert host_of(settled(people, SEEN.at(LATER))) is UNKNOWN


def test_a_start_that_came_before_the_gap_proves_nothing_after_it() -> None:
    context = replace(SEEN, sight=Sight(possible=True, up_since=60 * SECOND))
    assert host_of(after(BEGUN, context=context), context) is UNKNOWN
    late = after(joined(THE_HOST, 5), context=context)
    assert host_of(late, context) is UNKNOWN


@pytest.mark.parametrize(
    ("up_since", "seen"), [(9_000, True), (10_999, True), (11_001, False), (None, False)]
)
def test_only_a_moment_since_which_events_come_without_a_gap_was_seen(
    up_since: Millis | None, *, seen: bool
) -> None:
    context = Context(sight=Sight(possible=True, up_since=up_since))
    assert is_seen(10_000, context) is seen


def test_zooms_clock_counts_not_this_machines() -> None:
    sight = Sight(possible=True, up_since=10_000)
    context = Context(sight=sight, clock=ZoomClock.ahead_by(-5_000))
    assert is_seen(5_000, context)
    assert not is_seen(3_000, context)


# --- people without an account


def test_while_somebody_without_an_account_is_there_the_host_may_be() -> None:
    assert host_of(after(BEGUN, joined(GUEST, 1))) is UNKNOWN
    assert host_of(later(BEGUN, joined(GUEST, 1), left(GUEST, 5))) is ABSENT


def test_a_host_once_seen_by_account_is_never_somebody_without() -> None:
    people = later(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 5), joined(GUEST, 6))
    assert host_of(people) is ABSENT


def test_people_of_my_own_account_are_never_without_one() -> None:
    meeting, context = replace(MEETING, host_account="a"), replace(SEEN, account="a")
    people = after(BEGUN, joined(GUEST, 1))
    assert host_of(people, context, meeting) is ABSENT
    assert host_of(people, replace(context, account="b"), meeting) is UNKNOWN
    assert host_of(people, replace(context, account=None), MEETING) is UNKNOWN


def test_i_am_not_known_to_be_absent_while_i_may_be_the_one_without_an_account() -> None:
    assert owner_of(after(BEGUN, joined(GUEST, 1))) is UNKNOWN
    assert owner_presence(after(BEGUN), replace(SEEN, me=None), MEETING) is UNKNOWN


# --- whom nobody has seen


def test_somebody_who_waits_for_the_host_shows_that_nobody_is_there() -> None:
    waits = e.WaitingForHost(MEETING, GUEST, 5_000)
    assert host_of(after(waits)) is ABSENT
    assert host_of(after(joined(THE_HOST, 1), waits)) is ABSENT
    assert host_of(after(joined(THE_HOST, 5), waits)) is THERE
    assert host_of(after(left(THE_HOST, 1), waits)) is ABSENT
    late = replace(SEEN, sight=Sight(possible=True, up_since=60 * SECOND))
    assert host_of(after(waits, context=late), late) is UNKNOWN


def test_who_is_removed_is_gone_by_all_devices() -> None:
    people = after(
        BEGUN, joined(device("p-1", ME), 1), joined(device("p-2", ME), 2), joined(THE_HOST, 1)
    )
    assert owner_of(with_owner_gone(people, ME, 5_000)) is ABSENT
    assert host_of(with_owner_gone(people, ME, 5_000)) is THERE
    assert owner_of(with_owner_gone(people, ME, 1_500)) is THERE


def test_beyond_the_limit_those_are_forgotten_first_who_have_left() -> None:
    crowd = [joined(device(f"p-{number}", None), 1) for number in range(CONNECTIONS_REMEMBERED)]
    people = after(BEGUN, left(device("gone", None), 1))
    people = after(*crowd, people=settled(people, SEEN.at(LATER)))
    assert len(people.connections) == CONNECTIONS_REMEMBERED
    assert people.all_seen_since is not None
    people = after(joined(device("one more", None), 1), people=people)
    assert len(people.connections) == CONNECTIONS_REMEMBERED
    assert people.all_seen_since is None, "not everybody who is there is known any more"


# --- when


@pytest.mark.parametrize(
    ("at", "happened_at", "expected"),
    [
        (5_400, None, 5_400),
        (5_400, 5_000, 5_400),
        (6_300, 5_000, 5_999),
        (4_700, 5_000, 5_000),
        (5_000, 65_000, 65_000),
        (5_000, 66_000, 5_000),
    ],
)
def test_it_happened_within_the_second_that_zoom_names(
    at: Millis, happened_at: Millis | None, expected: Millis
) -> None:
    assert moment(e.ParticipantJoined(MEETING, GUEST, at, happened_at)) == expected


def test_what_was_told_last_is_told_of_a_person_or_of_all() -> None:
    people = later(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 5))
    assert told_at(people, host_connections(people, MEETING)) == 5_000
    assert told_at(after(e.MeetingStarted(MEETING, 700)), ()) == 700
    assert told_at(People(), ()) == 0


def moves_of(*happened: e.ZoomEvent) -> list[Millis]:
    return [move.at for move in after(*happened).room.moves]


def test_somebody_has_moved_only_if_they_left_and_joined_in_one_second() -> None:
    assert moves_of(left(I_AM, 5), joined(I_AM, 5.9)) == [5_900]
    assert moves_of(joined(I_AM, 5.9), left(I_AM, 5)) == [5_000]
    assert moves_of(left(I_AM, 5), joined(I_AM, 6)) == []
    assert moves_of(joined(I_AM, 6)) == []


def test_what_completes_a_move_may_come_after_newer_ones() -> None:
    newer = (left(I_AM, 20), joined(I_AM, 20), left(I_AM, 60))
    assert moves_of(left(I_AM, 5), *newer, joined(I_AM, 5)) == [20_000, 5_000]
    assert moves_of(joined(I_AM, 5), *newer, left(I_AM, 5)) == [20_000, 5_000]


def test_nobody_has_a_connection_without_an_account_to_look_for() -> None:
    assert connections_of(after(joined(GUEST, 1)), None) == ()


# --- the host


def test_a_hand_off() -> None:
    people = after(joined(THE_HOST, 1), made_host(NEW_HOST, 2))
    assert (people.host, people.host_changed_at) == (NEW_HOST, 2_000)
    assert host_of(settled(after(left(THE_HOST, 3), people=people), SEEN.at(LATER))) is THERE


def test_the_scheduled_owner_as_host_is_no_hand_off() -> None:
    assert after(joined(THE_HOST, 1), made_host(THE_HOST, 2)).host_changed_at is None
    assert after(made_host(device("p-9"), 2)).host_changed_at is None


def test_a_co_host_is_no_host_and_an_older_word_changes_nothing() -> None:
    assert after(made_host(NEW_HOST, 2, "co-host")).host is None
    assert after(made_host(NEW_HOST, 5), made_host(THE_HOST, 3)).host == NEW_HOST


def test_a_host_by_role_who_leaves_is_absent_unless_the_scheduled_owner_is_there() -> None:
    happened = (BEGUN, made_host(NEW_HOST, 4), left(NEW_HOST, 9))
    assert host_of(later(*happened)) is ABSENT
    assert host_of(later(*happened, joined(THE_HOST, 10))) is THERE


def test_a_leaving_in_the_second_of_the_role_is_a_leaving() -> None:
    assert (
        host_of(later(BEGUN, joined(NEW_HOST, 1), made_host(NEW_HOST, 9), left(NEW_HOST, 9)))
        is ABSENT
    )


def test_a_role_that_is_told_late_brings_nobody_back() -> None:
    assert (
        host_of(later(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 9), made_host(THE_HOST, 5)))
        is ABSENT
    )


def test_where_neither_role_nor_owner_is_known_nobody_can_be_absent() -> None:
    assert host_of(after(BEGUN), meeting=e.Meeting("uuid-1")) is UNKNOWN


@pytest.mark.parametrize(
    ("person", "new"),
    [
        (THE_HOST, False),
        (device("p-other-device"), False),
        (e.Person(None, None, "p-host"), False),
        (NEW_HOST, True),
        (e.Person(None, "27", "p-other"), True),
    ],
)
def test_who_is_another_host(person: e.Person, *, new: bool) -> None:
    people = after(made_host(THE_HOST, 5))
    assert is_new_host(people, person, MEETING) is new
    scheduled = after(joined(THE_HOST, 5))
    assert is_new_host(scheduled, person, MEETING) is new


def test_two_without_an_account_are_not_one() -> None:
    people = People(host=e.Person(participant_uuid="p-1"))
    assert is_new_host(people, e.Person(participant_uuid="p-2"), e.Meeting("uuid-1"))


def test_i_am_the_host_until_somebody_else_is_named() -> None:
    assert i_host(People(), SEEN, OWN_MEETING)
    assert not i_host(People(), SEEN, MEETING)
    assert not i_host(People(host=NEW_HOST), SEEN, OWN_MEETING)
    assert i_host(People(host=I_AM), SEEN, OWN_MEETING)
    assert host_of(after(BEGUN, joined(I_AM, 1)), meeting=OWN_MEETING) is THERE


# --- before any host


@pytest.mark.parametrize(("later_s", "without"), [(0, None), (1, 5_000)])
def test_somebody_was_there_before_the_host_only_if_really_before(
    later_s: int, without: int | None
) -> None:
    people = after(BEGUN, joined(NEW_HOST, 5), joined(THE_HOST, 5 + later_s))
    assert people.running_without_host_at == without


def test_the_first_who_was_there_counts() -> None:
    people = after(BEGUN, joined(NEW_HOST, 5), joined(device("p-3", "third"), 3))
    assert people.running_without_host_at == 3_000


def test_somebody_is_there_without_the_host_only_where_all_of_the_meeting_was_seen() -> None:
    waits = e.WaitingForHost(MEETING, GUEST, 1)
    assert after(waits, joined(NEW_HOST, 2)).running_without_host_at is None
    people = after(joined(NEW_HOST, 2), people=after_gap(after(BEGUN)))
    assert people.running_without_host_at is None
    people = later(BEGUN, joined(THE_HOST, 1), left(THE_HOST, 2))
    assert after(joined(NEW_HOST, 9), people=people).running_without_host_at is None


# --- rooms


def entered(person: e.Person, at_s: float) -> e.BreakoutJoined:
    return e.BreakoutJoined(MEETING, person, round(at_s * SECOND))


def returned(person: e.Person, at_s: float) -> e.BreakoutLeft:
    return e.BreakoutLeft(MEETING, person, round(at_s * SECOND))


def test_rooms_are_open_while_anybody_else_is_in_one() -> None:
    assert after(entered(NEW_HOST, 1)).rooms_are_open
    assert not after(entered(NEW_HOST, 1), returned(NEW_HOST, 9)).rooms_are_open
    assert not after(entered(I_AM, 1)).rooms_are_open
    assert not later(entered(NEW_HOST, 1), left(NEW_HOST, 9)).rooms_are_open


def test_who_goes_into_a_room_is_there() -> None:
    assert owner_of(after(BEGUN, entered(I_AM, 5))) is THERE
    assert owner_of(later(BEGUN, joined(I_AM, 1), left(I_AM, 5), entered(I_AM, 5))) is THERE


@pytest.mark.parametrize("room_s", [8, 9, 10])
@pytest.mark.parametrize("room_first", [True, False])
def test_who_leaves_the_room_and_the_meeting_at_once_has_left(
    room_s: int, *, room_first: bool
) -> None:
    both = (returned(I_AM, room_s), left(I_AM, 9))
    happened = both if room_first else (both[1], both[0])
    assert owner_of(later(BEGUN, joined(I_AM, 1), entered(I_AM, 3), *happened)) is ABSENT


def test_a_gap_in_a_room_is_remembered() -> None:
    people = after(entered(I_AM, 1))
    assert people.room.unbroken
    assert not after_gap(people).room.unbroken
    late = replace(SEEN, sight=Sight(possible=True, up_since=60 * SECOND))
    assert not after(entered(I_AM, 1), context=late).room.unbroken


def test_who_is_surely_there() -> None:
    here = after(BEGUN, e.ParticipantJoined(MEETING, I_AM, SECOND))
    assert is_surely_there(here, ME)
    assert not is_surely_there(here, None)
    assert not is_surely_there(here, HOST)
    assert not is_surely_there(after_gap(here), ME)
    gone = later(
        BEGUN,
        e.ParticipantJoined(MEETING, I_AM, SECOND),
        e.ParticipantLeft(MEETING, I_AM, 9 * SECOND),
    )
    assert not is_surely_there(gone, ME)
