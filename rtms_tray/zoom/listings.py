"""For the answers that tell of people and meetings: who I am, and which meetings there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.events import Meeting, MeetingSeen, MeetingStatus
from rtms_tray.support.units import Millis
from rtms_tray.zoom.wire import JsonObject, as_id, as_iso_moment, as_number, as_object, plain

LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class User:
    """Who signed in (`GET /users/me`); `last_client_version` is of their last client log-in."""

    id: str
    email: str | None
    display_name: str | None
    account_id: str | None
    last_client_version: str | None


@dataclass(frozen=True, slots=True)
class MeetingListed:
    """One meeting of a list; `topic` is strangers' text, made plain. `start_time` is UTC."""

    number: str | None
    uuid: str | None
    topic: str
    host_id: str | None
    start_time: Millis | None
    is_host: bool | None


def user_of(fields: JsonObject) -> User | None:
    """Read `GET /users/me`; None if it does not say who."""
    user_id = as_id(fields.get("id"))
    if user_id is None:
        return None
    return User(
        id=user_id,
        email=plain(fields.get("email"), LONGEST_TEXT) or None,
        display_name=plain(fields.get("display_name"), LONGEST_TEXT) or None,
        account_id=as_id(fields.get("account_id")),
        last_client_version=plain(fields.get("last_client_version"), LONGEST_TEXT) or None,
    )


def meetings_of(page: JsonObject) -> Iterator[MeetingListed]:
    """Read one page of a list; what names no meeting is left out."""
    entries = page.get("meetings")
    for entry in entries if isinstance(entries, list) else ():
        fields = as_object(entry) or {}
        listed = _listed(fields)
        if listed.number or listed.uuid:
            yield listed


def _listed(fields: JsonObject) -> MeetingListed:
    is_host = fields.get("is_host")
    return MeetingListed(
        number=as_number(fields.get("id")),
        uuid=as_id(fields.get("uuid")),
        topic=plain(fields.get("topic"), LONGEST_TEXT),
        host_id=as_id(fields.get("host_id")),
        start_time=as_iso_moment(fields.get("start_time")),
        is_host=is_host if isinstance(is_host, bool) else None,
    )


def seen_in(fields: JsonObject, asked: Meeting) -> MeetingSeen:
    """Read `GET /meetings/{…}`: of which meeting it tells, and whether that runs.

    Asked by UUID, an answer about another instance says nothing about the one asked for.
    """
    answered = Meeting(
        uuid=as_id(fields.get("uuid")),
        number=as_number(fields.get("id")),
        host_id=as_id(fields.get("host_id")),
    )
    meeting = Meeting(
        asked.uuid or answered.uuid, asked.number or answered.number, answered.host_id
    )
    other = asked.uuid and answered.uuid and asked.uuid != answered.uuid
    known = {"waiting": MeetingStatus.WAITING, "started": MeetingStatus.STARTED}
    status = MeetingStatus.UNREADABLE
    if not other:
        status = known.get(plain(fields.get("status"), LONGEST_TEXT), status)
    settings = as_object(fields.get("settings")) or {}
    early = settings.get("join_before_host")
    return MeetingSeen(meeting, status, early if isinstance(early, bool) and not other else None)
