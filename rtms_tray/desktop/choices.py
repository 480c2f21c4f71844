"""What the desktop needs to know of a meeting to offer it for starting."""

from dataclasses import dataclass

from rtms_tray.capture.units import Millis


@dataclass(frozen=True, slots=True)
class MeetingChoice:
    """A meeting of the user's own; `title` is shown as it is."""

    meeting: str  # number or UUID, as `start` takes it
    title: str
    live: bool
    starts_at: Millis | None = None


class CannotListError(Exception):
    """The meetings cannot be listed now; the text says why and what to do."""
