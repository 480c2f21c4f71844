"""The eleven conditions on which capture depends, and what is known of each.

Their names are the columns of the table of scenarios. A condition without evidence is unknown, and evidence always
has a source.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis


class Condition(StrEnum):
    """One prerequisite of capture (rules B1–B5, S1–S8, D1, D2)."""

    HOST_ORG_RTMS_ENABLED = "host_org_rtms_enabled"
    HOST_CLIENT_SUPPORTED = "host_client_supported"
    OWNER_CLIENT_SUPPORTED = "owner_client_supported"
    HOST_PRESENT = "host_present"
    AUTO_START_ENABLED = "auto_start_enabled"
    MEETING_ALLOWED_WITHOUT_HOST = "meeting_allowed_without_host"
    HOST_APPROVAL_REQUIRED = "host_approval_required"
    HOST_APPROVES = "host_approves"
    OWNER_PRESENT = "owner_present"
    IN_BREAKOUT_ROOM = "in_breakout_room"
    PARTICIPANT_ORG_RTMS_ENABLED = "participant_org_rtms_enabled"


class Value(StrEnum):
    """What is known of a condition; the last two are changes of mid-meeting."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """Where evidence comes from."""

    EVENT = "event"
    REPLY = "reply"
    MACHINE = "machine"
    USER = "user"
    SETTING = "setting"
    INFERRED = "inferred"


class Evidence(Frozen):
    """A condition's value, its source, and when it was true (`at`, on Zoom's clock)."""

    value: Value
    source: Source
    at: Millis
    contradicted_by: "Evidence | None" = None


Known = Mapping[Condition, Evidence]

UNKNOWN: Final = Evidence(Value.UNKNOWN, Source.INFERRED, 0)


def value_of(known: Known, condition: Condition) -> Value:
    """Read a condition's value; unknown where there is no evidence."""
    return known.get(condition, UNKNOWN).value


def learn(known: Known, condition: Condition, new: Evidence) -> Known:
    """Add evidence: the newer `at` wins, and a contradicting older one is kept beside it."""
    old = known.get(condition)
    if old is None or old.value is new.value:
        newest = new if old is None or new.at >= old.at else old
        return {**known, condition: newest}
    winner, loser = (new, old) if new.at >= old.at else (old, new)
    if Value.UNKNOWN in {winner.value, loser.value}:
        return {**known, condition: winner}
    kept = replace(winner, contradicted_by=replace(loser, contradicted_by=None))
    return {**known, condition: kept}
