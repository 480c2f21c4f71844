"""What a window at rest may ask about the user's own meetings."""

from collections.abc import Awaitable, Callable, Sequence

from rtms_tray.desktop.meetings_menu import ListMeetings, MeetingChoice
from rtms_tray.support.frozen import Frozen


async def _no_meetings() -> Sequence[MeetingChoice]:
    return ()


async def _never() -> bool:
    return False


def _no_topic(_meeting: str) -> str:
    return ""


class OwnMeetings(Frozen):
    """What can be found out about the user's own meetings.

    `topic_of` a number or UUID is empty where topics are not to be shown; `client_is_in_one` tells whether this
    computer's Zoom client is in some meeting.
    """

    list_meetings: ListMeetings = _no_meetings
    topic_of: Callable[[str], str] = _no_topic
    client_is_in_one: Callable[[], Awaitable[bool]] = _never
