"""In words, and as a button: the offer to start capture in the meeting that the app owner seems to be in."""

from typing import Final

from rtms_tray.capture.events import Meeting
from rtms_tray.presentation.actions import START_HERE, START_UNKNOWN, view_of
from rtms_tray.presentation.view_model import OfferSource, OfferView
from rtms_tray.presentation.wording import meeting_name
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text

OFFER_CODE: Final = "offer"
"""The code of the message that tells of an offer."""


def offer_view(source: OfferSource, meeting: str = "", name: str = "") -> OfferView:
    """Make an offer for a meeting, by number or UUID; without one, the button asks which meeting it is."""
    title = text("overview.not_capturing")
    if not meeting:
        action = view_of(START_UNKNOWN, primary=True)
        entry = replace(action, label=text("announcements.offer.menu_none"))
        return OfferView(OfferSource.NONE, title, text("announcements.offer.none"), action, entry)
    number = meeting if meeting.isdigit() else None
    name = name or meeting_name(Meeting(uuid=None if number else meeting, number=number))
    start = view_of(START_HERE, primary=True)
    action = replace(start, arguments=(("meeting", meeting),))
    label = text("announcements.offer.menu", meeting=name)
    words = text(f"announcements.offer.{source}", meeting=name)
    return OfferView(source, title, words, action, replace(action, label=label), meeting)
