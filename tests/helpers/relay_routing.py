"""The relay's router on a real JetStream, without its web server; and what each user has heard."""

import json

from nats.aio.client import Client

from rtms_tray.relay.journal import Journal, JournalLimits, in_subject
from rtms_tray.relay.records import Records, UserRecord, open_records
from rtms_tray.relay.router import NO_ACCOUNT, Router
from rtms_tray.relay.webhook_events import make_event
from tests.helpers.zoom_events import HOME, Json


class Routing:
    """A router, its journal and its records."""

    def __init__(self, journal: Journal, records: Records) -> None:
        self.journal = journal
        self.records = records
        self.gone: list[tuple[str, str]] = []
        self.router = Router(journal, records, self._on_gone)

    async def _on_gone(self, account: str, user: str) -> None:
        self.gone.append((account, user))

    async def sign_in(self, *users: str, account: str = HOME) -> None:
        """Let users have signed in at the relay."""
        for user in users:
            await self.records.users.change(lambda _: UserRecord(account), user)

    async def take(self, *events: Json) -> None:
        """Route events, one after the other."""
        for event in events:
            await self.router.route(
                make_event(event["event"], event["event_ts"], event["payload"], 7)
            )

    async def heard(self, user: str) -> list[Json]:
        """Everything that is stored for a user, in order."""
        record = await self.records.users.get(user)
        account = record.account if record else NO_ACCOUNT
        subject, sequence, events = in_subject(account, user), 0, []
        while found := await self.journal.next_after(subject, sequence):
            sequence = found.sequence
            events.append(json.loads(found.body))
        return events

    async def names(self, user: str) -> list[str]:
        """The names of these events, without `meeting.`."""
        return [event["event"].removeprefix("meeting.") for event in await self.heard(user)]


async def open_routing(bus: Client) -> Routing:
    """Open everything on an empty server."""
    journal = Journal(bus, JournalLimits())
    await journal.open()
    return Routing(journal, await open_records(bus.jetstream(), 1, 3600))
