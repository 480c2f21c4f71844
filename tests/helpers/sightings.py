"""Strangers who come and leave, and what else may happen meanwhile."""

from typing import Final

from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture.bystanders import Sighting
from rtms_tray.capture.context import Context
from tests.helpers.capture_stage import ME
from tests.helpers.manual_clock import NOON

HOST: Final = "host"
SEEN: Final = Sighting("uuid-1", "98712345670", HOST, "account", "stranger", "1", None, True, NOON)
CONTEXT: Final = Context(now=NOON, me=ME, account="account")


def event_of(sighting: Sighting) -> e.ParticipantJoined | e.ParticipantLeft:
    kind = e.ParticipantJoined if sighting.joined else e.ParticipantLeft
    return kind(sighting.meeting, sighting.person, sighting.at)


persons = st.sampled_from([
    e.Person(ME, "1"), e.Person(HOST, "2"), e.Person("s", "3", "p"), e.Person("t", "4"), e.Person(None, "5"),
    e.Person("v", "1"),
])  # fmt: skip
meetings = st.sampled_from([
    e.Meeting("uuid-1", "98712345670", HOST, "account"),
    e.Meeting("uuid-2", "98712345670", HOST, "account"),
    e.Meeting("uuid-3", "11122233344", "another", None),
    e.Meeting("uuid-3", "11122233344", ME, "account"),
])  # fmt: skip
moments = st.integers(-30, 30).map(lambda seconds: NOON + seconds * 500)
whatever = st.one_of(
    st.builds(e.ParticipantJoined, meetings, persons, moments, moments, st.none() | st.sampled_from(e.Move)),
    st.builds(e.ParticipantLeft, meetings, persons, moments, moments, st.none() | st.sampled_from(e.Move)),
    st.builds(e.BreakoutJoined, meetings, persons, moments),
    st.builds(e.BreakoutLeft, meetings, persons, moments),
    st.builds(e.WaitingForHost, meetings, persons, moments),
    st.builds(e.RoleChanged, meetings, persons, st.just("attendee"), st.sampled_from(["host", "co-host"]), moments),
    st.builds(e.MeetingStarted, meetings, moments),
    st.builds(e.MeetingEnded, meetings, moments),
    st.builds(e.FeedUp, moments),
    st.builds(e.FeedDown, moments),
    st.builds(e.ZoomDated, st.integers(-2_000, 2_000)),
)  # fmt: skip


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    meeting = draw(meetings)
    person = draw(persons.filter(lambda one: one.account_id is not None))
    assert meeting.uuid is not None
    assert meeting.number is not None
    assert person.account_id is not None
    return Sighting(
        meeting.uuid, meeting.number, meeting.host_id, meeting.host_account,
        person.account_id, person.in_meeting_id, person.participant_uuid,
        draw(st.booleans()), draw(moments),
    )  # fmt: skip
