"""Whose an event is: the rules of who may hear what.

- A start is its operator's; what follows about that stream, its owner's. What overtakes the start is
  parked until it comes; a stop that names only its meeting goes to all owners of a live stream there.
- A meeting's events go to its host, to users known to be in it, and to owners of a stream in it; when
  they come in, they hear once what the meeting told before.

Several instances route at the same time. Each first stores, then looks who listens; a new listener is
first written down, then hears what was stored. Whatever the order, nothing is lost; what comes twice
has the same message ID, and is stored once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from msgspec.structs import replace

from rtms_tray.relay import scrubbing
from rtms_tray.relay.journal import Journal, in_subject, meeting_subject, parked_subject
from rtms_tray.relay.records import (
    Listener,
    MeetingRecord,
    Records,
    StreamRecord,
    StreamState,
    UserRecord,
)
from rtms_tray.relay.webhook_events import Event, as_id, read_event

log = logging.getLogger(__name__)

NO_ACCOUNT: Final = "-"
"""Stands for the account of somebody who has not signed in here yet."""
_KINDS: Final = frozenset({"meeting", "webinar"})
_COMING: Final = frozenset({"participant_joined", "participant_jbh_joined", "participant_admitted"})
_GOING: Final = frozenset({"participant_left", "participant_put_in_waiting_room"})
_LEFT, _EJECTED, _ENDED = 3, 4, 6
_OWNER_IS_OUT: Final = frozenset({_LEFT, _EJECTED, _ENDED})
"""Stop reasons after which the owner of the stream is no longer in the meeting."""


class Router:
    """Routes events into the journal."""

    def __init__(
        self, journal: Journal, records: Records, on_gone: Callable[[str, str], Awaitable[None]]
    ) -> None:
        self._journal = journal
        self._records = records
        self._on_gone = on_gone
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def route(self, event: Event) -> None:
        """Store an event for everybody who may hear it; raises NatsError or ConflictError."""
        if event.name == "app_deauthorized":
            await self.forget(event.text("user_id"))
        elif "rtms_" in event.what or event.kind == "rtms":
            async with self._lock(event.stream or event.meeting):
                await self._route_stream_event(event)
        elif event.kind in _KINDS and event.what in scrubbing.MEETING_EVENTS and event.meeting:
            async with self._lock(event.meeting):
                await self._route_meeting_event(event)

    def _lock(self, name: str) -> asyncio.Lock:
        """Return a lock, so that events of one subject are stored in the order in which they came."""
        return self._locks.setdefault(name, asyncio.Lock())

    # --- streams ----------------------------------------------------------------------------------

    async def _route_stream_event(self, event: Event) -> None:
        if event.what == "rtms_started":
            await self._start(event)
        elif event.stream:  # whoever the event names: a host who stops a stream is not its owner
            await self._tell_owner(event)
        elif operator := event.text("operator_id"):
            await self._tell(event, operator)
        elif event.meeting:
            await self._tell_owners(event)

    async def _start(self, event: Event) -> None:
        user, stream, meeting = event.text("operator_id"), event.stream, event.meeting
        if not (user and stream and meeting):
            log.warning("A start names no operator, no stream or no meeting: it is nobody's.")
            return
        if await self._account(user) is None:
            return
        await self._records.streams.change(lambda _: StreamRecord(user, meeting), stream)
        await self._tell(event, user)
        await self._release_parked(stream, user)
        state = StreamState(user, event.at)

        def begin(found: MeetingRecord) -> MeetingRecord:
            listener = found.listeners.get(user) or Listener()
            return found.with_listener(user, listener).with_stream(stream, state)

        await self._catch_up_listeners(meeting, await self._change_meeting(meeting, begin))
        await self._release_nameless(meeting, stream, state)

    async def _tell_owner(self, event: Event) -> None:
        owner = await self._records.streams.get(event.stream)
        if owner is None:
            body = scrubbing.stream_copy(event)
            subject = parked_subject(event.stream)
            await self._journal.store(subject, body, event.id, event.received_at, "parked")
            owner = await self._records.streams.get(event.stream)  # it may have come meanwhile
        if owner is not None:
            await self._tell(event, owner.user)
            if event.what == "rtms_stopped":
                await self._end_stream(owner.meeting, event, event.stream, owner.user)

    async def _tell_owners(self, event: Event) -> None:
        meeting = await self._records.meetings.get(event.meeting) or MeetingRecord()
        if event.what == "rtms_stopped" and not meeting.live_owners():
            body, subject = scrubbing.stream_copy(event), parked_subject(event.meeting)
            await self._journal.store(subject, body, event.id, event.received_at, "parked")
            meeting = await self._records.meetings.get(event.meeting) or meeting
        for user in meeting.live_owners():
            await self._tell(event, user)
        streams = [(stream, state.user) for stream, state in meeting.streams.items() if state.live]
        if event.what == "rtms_stopped" and len(streams) == 1:  # of several nobody knows which
            await self._end_stream(event.meeting, event, *streams[0])

    async def _end_stream(self, meeting: str, event: Event, stream: str, user: str) -> None:
        is_out = event.number("stop_reason") in _OWNER_IS_OUT
        state = StreamState(user, event.at, live=False, owner_out=is_out)
        await self._change_meeting(meeting, lambda found: found.with_stream(stream, state))

    async def _release_parked(self, stream: str, user: str) -> None:
        subject, sequence = parked_subject(stream), 0
        while found := await self._journal.next_after(subject, sequence):
            sequence = found.sequence
            await self._store(user, found.body, found.event_id, found.received_at)

    async def _release_nameless(self, meeting: str, stream: str, state: StreamState) -> None:
        """Tell the owner of a stream of a stop by its meeting alone that has overtaken the start."""
        subject, sequence = parked_subject(meeting), 0
        while found := await self._journal.next_after(subject, sequence):
            sequence = found.sequence
            stop = read_event(found.body, found.received_at)
            if stop.at >= state.at:
                await self._store(state.user, found.body, found.event_id, found.received_at)
                await self._end_stream(meeting, stop, stream, state.user)

    # --- meetings ---------------------------------------------------------------------------------

    async def _route_meeting_event(self, event: Event) -> None:
        meeting, body = event.meeting, scrubbing.meeting_record(event)
        subject = meeting_subject(meeting)
        sequence = await self._journal.store(subject, body, event.id, event.received_at, "meeting")
        known = await self._known_users(event)
        record = await self._change_meeting(
            meeting, lambda found: _with_people(found, event, known)
        )
        for user, listener in record.listeners.items():
            # Who comes in hears it with what was before it; who goes, or waits outside, hears of that.
            if listener.joined if record.hears(user) else user == event.person:
                await self._tell_listener(user, body, event.id, event.received_at)
        await self._catch_up_listeners(meeting, record, event, sequence)

    async def _known_users(self, event: Event) -> set[str]:
        """Return who of host and participant has signed in here: nobody else hears a meeting."""
        ids = {user for user in (event.text("host_id"), event.person) if user}
        found = {user: await self._records.users.get(user) for user in ids}
        return {user for user, record in found.items() if record and not record.gone}

    async def _change_meeting(
        self, meeting: str, change: Callable[[MeetingRecord], MeetingRecord]
    ) -> MeetingRecord:
        changed = await self._records.meetings.change(
            lambda found: change(found or MeetingRecord()), meeting
        )
        return changed or MeetingRecord()

    async def _catch_up_listeners(
        self, meeting: str, record: MeetingRecord, event: Event | None = None, sequence: int = 0
    ) -> None:
        """Tell those who come in what they missed; write down up to where those who go have heard."""
        for user, listener in record.listeners.items():
            hears = record.hears(user)
            if hears and not listener.joined:
                reached = await self._tell_past(meeting, user, listener)
                await self._change_meeting(meeting, _with_joined(user, reached, joined=True))
            elif event and listener.joined and not hears:
                upto = sequence if user == event.person else sequence - 1
                await self._change_meeting(meeting, _with_joined(user, upto, joined=False))

    async def _tell_past(self, meeting: str, user: str, listener: Listener) -> int:
        subject, sequence = meeting_subject(meeting), listener.upto
        while found := await self._journal.next_after(subject, sequence):
            sequence = found.sequence
            await self._tell_listener(user, found.body, found.event_id, found.received_at)
        return sequence

    async def _tell_listener(
        self, user: str, record: bytes, event_id: str, received_at: int
    ) -> None:
        if (account := await self._account(user)) is not None:
            copy = scrubbing.listener_copy(record, user, account)
            await self._store(user, copy, event_id, received_at)

    # --- users ------------------------------------------------------------------------------------

    async def forget(self, user: str) -> None:
        """Delete everything of somebody who removed the app; nothing is stored for them from now on."""
        if not user:
            return
        known = await self._records.users.get(user)
        await self._records.users.change(lambda _: UserRecord(account="", gone=True), user)
        await self._journal.purge_user(user)
        await self._records.streams.remove_where(lambda stream: stream.user == user)
        await self._records.meetings.change_all(lambda meeting: meeting.without(user))
        if known:
            await self._on_gone(known.account, user)

    async def adopt(self, user: str, account: str) -> None:
        """Give somebody who signs in what was stored before their account was known."""
        subject, sequence = in_subject(NO_ACCOUNT, user), 0
        while found := await self._journal.next_after(subject, sequence):
            sequence = found.sequence
            place = in_subject(account, user)
            at = found.received_at
            await self._journal.store(place, found.body, found.event_id, at, account, user)
        if sequence:
            await self._journal.purge(subject, sequence)

    async def _account(self, user: str) -> str | None:
        """Return the account that Zoom named when they signed in here; None: nothing is for them.

        The account in an event is no help: Zoom does not say whose it is.
        """
        record = await self._records.users.get(user)
        if record is None:
            return NO_ACCOUNT
        return None if record.gone else record.account

    async def _tell(self, event: Event, user: str) -> None:
        await self._store(user, scrubbing.stream_copy(event), event.id, event.received_at)

    async def _store(self, user: str, body: bytes, event_id: str, received_at: int) -> None:
        account = await self._account(user)
        if account is None:
            return
        subject = in_subject(account, user)
        await self._journal.store(subject, body, event_id, received_at, account, user)
        if account == NO_ACCOUNT:
            known = await self._account(user)
            if known and known != NO_ACCOUNT:  # signed in meanwhile, before this was there to adopt
                await self.adopt(user, known)


def _with_people(found: MeetingRecord, event: Event, known: set[str]) -> MeetingRecord:
    """Add the host and the person of an event as listeners, and where that person is now."""
    host = event.text("host_id")
    for user in known:
        listener = found.listeners.get(user) or Listener()
        listener = replace(listener, is_host=listener.is_host or user == host)
        if user == event.person:
            listener = _with_connection(listener, event)
        found = found.with_listener(user, listener)
    return found


def _with_connection(listener: Listener, event: Event) -> Listener:
    """Of each connection, the latest second counts; within one second, that it is there."""
    if event.what not in _COMING | _GOING:
        return listener
    person, is_there = event.participant, event.what in _COMING
    times = (as_id(person.get(name)) for name in ("join_time", "leave_time", "date_time"))
    news = (next((time for time in times if time), ""), is_there)
    name = scrubbing.connection_hash(event)
    latest = max(news, listener.connections.get(name, news))
    return replace(listener, connections=listener.connections | {name: latest})


def _with_joined(user: str, upto: int, *, joined: bool) -> Callable[[MeetingRecord], MeetingRecord]:
    def change(found: MeetingRecord) -> MeetingRecord:
        listener = found.listeners.get(user)
        if listener is None:  # deleted meanwhile
            return found
        return found.with_listener(user, replace(listener, joined=joined, upto=upto))

    return change
