"""Presence: who is in the meeting, as its events tell."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.presence import People, after_gap, is_somebody_new, with_event
from tests.helpers.capture_stage import GUEST, I_AM, ME, MEETING, NEW_HOST, THE_HOST


def after(*happened: e.ZoomEvent) -> People:
    people = People()
    for event in happened:
        people = with_event(people, event, ME, MEETING.host_id)
    return people


def joined(person: e.Person, at: int) -> e.ParticipantJoined:
    return e.ParticipantJoined(MEETING, person, at)


def left(person: e.Person, at: int) -> e.ParticipantLeft:
    return e.ParticipantLeft(MEETING, person, at)


def made_host(person: e.Person, at: int) -> e.RoleChanged:
    return e.RoleChanged(MEETING, person, "attendee", "host", at)


def test_nothing_is_known_of_nobody() -> None:
    assert after(joined(GUEST, 1)) == People()


def test_host_and_owner_come_and_go() -> None:
    people = after(joined(THE_HOST, 1), joined(I_AM, 2))
    assert (people.host_present, people.owner_present) == (True, True)
    people = after(joined(THE_HOST, 1), joined(I_AM, 2), left(THE_HOST, 3), left(I_AM, 4))
    assert (people.host_present, people.owner_present) == (False, False)


def test_late_events_change_nothing() -> None:
    people = after(joined(THE_HOST, 5), left(THE_HOST, 3), joined(I_AM, 5), left(I_AM, 3))
    assert (people.host_present, people.owner_present) == (True, True)
    people = after(left(THE_HOST, 5), joined(THE_HOST, 3), left(I_AM, 5), joined(I_AM, 3))
    assert (people.host_present, people.owner_present) == (False, False)
    assert after(made_host(NEW_HOST, 5), made_host(THE_HOST, 3)).host == NEW_HOST


def test_the_meetings_start_tells_that_nobody_is_there_yet_once() -> None:
    start = e.MeetingStarted(MEETING, 1)
    assert after(start).host_present is False
    assert after(joined(THE_HOST, 1), start).host_present is True
    again = with_event(after_gap(after(start)), start, ME, MEETING.host_id)
    assert again.host_present is None, "a retry after a gap tells nothing"


def test_somebody_who_waits_for_the_host() -> None:
    assert after(e.WaitingForHost(MEETING, GUEST, 1)).host_present is False
    assert after(joined(THE_HOST, 5), e.WaitingForHost(MEETING, GUEST, 1)).host_present is True


def test_a_hand_off() -> None:
    people = after(joined(THE_HOST, 1), made_host(NEW_HOST, 2), left(THE_HOST, 3))
    assert (people.host, people.host_present, people.host_changed_at) == (NEW_HOST, True, 2)
    assert after(joined(THE_HOST, 1), made_host(THE_HOST, 2)).host_changed_at is None
    co_host = e.RoleChanged(MEETING, NEW_HOST, "attendee", "co-host", 2)
    assert after(joined(THE_HOST, 1), co_host).host == THE_HOST


def test_a_known_person_is_known_without_an_account() -> None:
    in_meeting = e.Person(in_meeting_id="16")
    assert after(joined(I_AM, 1), left(in_meeting, 2)).owner_present is False


def test_rooms() -> None:
    entered = e.BreakoutJoined(MEETING, I_AM, 1)
    assert after(joined(I_AM, 0), entered).in_breakout is True
    late = e.BreakoutLeft(MEETING, I_AM, 0)
    assert after(joined(I_AM, 0), entered, late).in_breakout is True
    others = after(e.BreakoutJoined(MEETING, GUEST, 1), e.BreakoutJoined(MEETING, GUEST, 1))
    assert others.rooms_are_open
    assert len(others.in_breakout_rooms) == 1


def test_the_first_identifier_that_both_have_decides() -> None:
    assert not THE_HOST.is_same(e.Person(account_id="host", participant_uuid="another device"))
    assert THE_HOST.is_same(e.Person(account_id="host"))
    assert not GUEST.is_same(e.Person())


def test_forgetting_keeps_who_is_there() -> None:
    people = after(joined(THE_HOST, 1))
    assert after_gap(people) == people


def test_an_identifier_that_only_one_sighting_has_decides_nothing() -> None:
    by_account = e.Person(account_id=ME)
    assert by_account.is_same(I_AM)
    assert I_AM.is_same(by_account)


DEVICE = e.Person("host", "17", "p-host")


@pytest.mark.parametrize(
    ("person", "new"),
    [
        (DEVICE, False),
        (e.Person("host", "27", "p-other-device"), False),
        (e.Person("other", "17", "p-host"), False),  # the identifier of this meeting decides
        (e.Person(None, None, "p-host"), False),
        (e.Person("other", "27", "p-other"), True),
        (e.Person(None, "27", "p-other"), True),
    ],
)
def test_who_is_no_other_than_the_host_who_is_there(person: e.Person, *, new: bool) -> None:
    assert is_somebody_new(People(host=DEVICE), person) is new
    assert is_somebody_new(People(), person)


def test_two_without_an_account_are_not_one() -> None:
    people = People(host=e.Person(participant_uuid="p-1"))
    assert is_somebody_new(people, e.Person(participant_uuid="p-2"))


@pytest.mark.parametrize(("later", "without"), [(0, None), (1, 5)])
def test_somebody_was_there_before_the_host_only_if_really_before(
    later: int, without: int | None
) -> None:
    people = after(e.MeetingStarted(MEETING, 1), joined(GUEST, 5), joined(THE_HOST, 5 + later))
    assert people.running_without_host_at == without


@pytest.mark.parametrize(("earlier", "present"), [(0, True), (1, False)])
def test_who_entered_a_room_before_leaving_has_left(earlier: int, *, present: bool) -> None:
    entered = e.BreakoutJoined(MEETING, I_AM, 5 - earlier)
    assert after(joined(I_AM, 1), left(I_AM, 5), entered).owner_present is present


def test_a_host_by_role_who_leaves_is_absent() -> None:
    people = after(made_host(NEW_HOST, 1), left(NEW_HOST, 2))
    assert (people.host, people.host_present) == (None, False)


def test_while_somebody_waits_for_the_host_an_older_join_brings_nobody() -> None:
    waits = e.WaitingForHost(MEETING, GUEST, 5)
    people = after(joined(THE_HOST, 5), waits)
    assert (people.host, people.host_present) == (None, False)
    assert after(waits, joined(THE_HOST, 4)).host_present is False


def test_a_join_from_before_the_meetings_start_brings_nobody() -> None:
    assert after(e.MeetingStarted(MEETING, 5), joined(THE_HOST, 4)).host_present is False


def test_somebody_is_there_without_the_host_only_where_all_of_the_meeting_was_seen() -> None:
    waits = e.WaitingForHost(MEETING, GUEST, 1)
    assert after(waits, joined(GUEST, 2)).running_without_host_at is None
    start = e.MeetingStarted(MEETING, 1)
    assert (
        with_event(after_gap(after(start)), joined(GUEST, 2), ME, "host").running_without_host_at
        is None
    )


def test_of_two_events_of_the_same_moment_the_later_one_counts() -> None:
    assert after(joined(I_AM, 1), left(I_AM, 1)).owner_present is False
    entered, returned = e.BreakoutJoined(MEETING, I_AM, 1), e.BreakoutLeft(MEETING, I_AM, 1)
    assert after(entered, returned).in_breakout is False


def test_who_has_left_hosts_nothing_and_is_in_no_room() -> None:
    assert after(joined(THE_HOST, 1), left(THE_HOST, 2)).host is None
    assert after(e.BreakoutJoined(MEETING, I_AM, 1), left(I_AM, 2)).in_breakout is None


def test_who_entered_a_room_was_there_and_an_older_leave_does_not_count() -> None:
    entered = e.BreakoutJoined(MEETING, I_AM, 5)
    assert after(joined(I_AM, 1), entered, left(I_AM, 3)).owner_present is True
