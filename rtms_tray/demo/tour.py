"""The tour: every state one by one, each with the steps that lead to it, and what to look at then."""

from enum import StrEnum
from typing import Final

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.arrival import shows
from rtms_tray.demo.playback import (
    TIME_TO_READ,
    MeetingStep,
    PatienceStep,
    PlaybackStep,
    ResetStep,
    SignInStep,
    SimulatorStep,
    TrayStep,
)
from rtms_tray.presentation.actions import BACK_IN_MAIN_ROOM, PAUSE, RESEND, RESUME
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

_S = CaptureState
_REVIEW, _CALL, _PLANNING = 98712345670, 98712345671, 98712345672


class Place(StrEnum):
    """A part of the status window that the tour points at."""

    HEADLINE = "headline"
    TITLE = "title"
    BUTTON = "button"
    QUESTION = "question"
    LOSS = "loss"


class TourStop(Frozen):
    """One stop of the tour: the steps that lead to its state, and what to look at.

    `button` is the key of the button in the tray's window that does the same.
    """

    key: str
    state: CaptureState
    steps: tuple[PlaybackStep, ...] = ()
    looks: tuple[Place, ...] = (Place.HEADLINE,)
    button: str = ""
    in_doubt: bool = False

    @property
    def text(self) -> str:
        """What happens, in words."""
        return text(f"demo.tour.steps.{self.key}")

    @property
    def hint(self) -> str:
        """Where to click in the tray's window to get here; empty where that can't be done there."""
        return text("demo.tour.your_turn", button=text(self.button)) if self.button else ""

    @property
    def act(self) -> str:
        """What leads here, as a button has it."""
        if self.button:
            return text("demo.tour.for_me", button=text(self.button))
        return text(f"demo.tour.acts.{self.key}")

    def is_shown(self, overview: Overview) -> bool:
        """Tell whether the tray shows this state, and all that is to be looked at."""
        if not shows(overview, self.state):
            return False
        if self.in_doubt and overview.verified:
            return False
        return all(words_at(place, overview) for place in self.looks)


def words_at(place: Place, overview: Overview) -> str:
    """Say what to look at, in the tray's own words; empty where it has none at this place."""
    words = _own_words(place, overview)
    return text(f"demo.tour.look.{place}", words=words) if words else ""


def _own_words(place: Place, overview: Overview) -> str:
    lead = overview.lead
    if lead is None or place is Place.TITLE:
        return overview.title
    match place:
        case Place.BUTTON:
            return next((action.label for action in lead.actions if action.primary), "")
        case Place.QUESTION:
            return lead.question
        case _:
            return lead.title


def _command(name: str, meeting: int, *, wait: bool = True, **more: str) -> TrayStep:
    return TrayStep(name, {"meeting": str(meeting), **more}, wait)


_WITH_BUTTON: Final = (Place.HEADLINE, Place.BUTTON)
_ROOMS_ONLY_PAUSE: Final = SimulatorStep(
    "settings", {"breakout_stop_reason": None, "move_reason": "plain"}
)
_ROOMS_STOP: Final = SimulatorStep("settings", {"breakout_stop_reason": 3, "move_reason": "varies"})
_SILENTLY: Final = {"events": False, "event_ts_offset_ms": 10_000}
"""Long after the move into the room, however fast the tour is taken."""

_ASKED: Final = TourStop(
    "asked",
    _S.PENDING_APPROVAL,
    (
        ResetStep(),
        TIME_TO_READ,
        SimulatorStep("scenario", {"name": "default"}),
        SimulatorStep("meetings", {"number": _PLANNING, "approval_required": True}),
        _command("start", _REVIEW),
    ),
)

TOUR: Final = (
    _ASKED,
    TourStop("approved", _S.SHARING, (MeetingStep(_REVIEW, "approve"),)),
    TourStop("sharing_off", _S.STOPPED, (MeetingStep(_REVIEW, "sharing_off"),), _WITH_BUTTON),
    TourStop("resent", _S.PENDING_APPROVAL, (_command("resend", _REVIEW),), button=RESEND.label),
    TourStop(
        "approved_again",
        _S.SHARING,
        (MeetingStep(_REVIEW, "approve"),),
        (Place.HEADLINE, Place.LOSS),
    ),
    TourStop("paused", _S.PAUSED, (_command("pause", _REVIEW),), button=PAUSE.label),
    TourStop("resumed", _S.SHARING, (_command("resume", _REVIEW),), button=RESUME.label),
    TourStop("paused_in_zoom", _S.SHARING, (MeetingStep(_REVIEW, "pause_in_zoom"),)),
    TourStop(
        "second_device",
        _S.SHARING,
        (
            MeetingStep(_REVIEW, "resume_in_zoom"),
            MeetingStep(_REVIEW, "second_device_joins"),
            MeetingStep(_REVIEW, "second_device_leaves"),
        ),
    ),
    TourStop("breakout_room", _S.PAUSED_BREAKOUT, (MeetingStep(_REVIEW, "open_breakout"),)),
    TourStop("main_room", _S.SHARING, (MeetingStep(_REVIEW, "close_breakout"),)),
    TourStop(
        "second_room",
        _S.PAUSED_BREAKOUT,
        (_ROOMS_ONLY_PAUSE, MeetingStep(_REVIEW, "open_breakout")),
    ),
    TourStop(
        "rooms_closed",
        _S.PAUSED_BREAKOUT,
        (MeetingStep(_REVIEW, "close_rooms", _SILENTLY), _ROOMS_STOP),
        _WITH_BUTTON,
        in_doubt=True,
    ),
    TourStop(
        "told_main_room",
        _S.SHARING,
        (_command("tell", _REVIEW, condition="in_breakout_room", value="no"),),
        button=BACK_IN_MAIN_ROOM.label,
    ),
    TourStop("interrupted", _S.INTERRUPTED, (MeetingStep(_REVIEW, "interrupt_receiver"),)),
    TourStop(
        "handed_off",
        _S.STOPPED,
        (
            MeetingStep(_REVIEW, "receiver_back"),
            MeetingStep(_REVIEW, "hand_off", {"to": "outside"}),
        ),
        _WITH_BUTTON,
    ),
    TourStop("stopped_for_good", _S.STOPPED_PERMANENTLY, (_command("resend", _REVIEW),)),
    TourStop("meeting_ended", _S.ENDED, (MeetingStep(_REVIEW, "end_meeting"),)),
    TourStop(
        "requesting",
        _S.REQUESTING,
        (
            SimulatorStep("faults", {"path": "rtms_app/status", "delay_s": 3}),
            _command("start", _PLANNING, wait=False),
        ),
    ),
    TourStop("meeting_not_started", _S.WAITING_FOR_MEETING),
    TourStop("meeting_opened", _S.PENDING_APPROVAL, (MeetingStep(_PLANNING, "owner_joins"),)),
    TourStop("host_absent", _S.WAITING_FOR_HOST),
    TourStop(
        "host_joined", _S.RESEND_NEEDED, (MeetingStep(_PLANNING, "host_joins"),), _WITH_BUTTON
    ),
    TourStop(
        "resent_to_host", _S.PENDING_APPROVAL, (_command("resend", _PLANNING),), button=RESEND.label
    ),
    TourStop(
        "denied",
        _S.DENIED,
        (
            MeetingStep(_PLANNING, "deny"),
            _command("tell", _PLANNING, condition="host_approves", value="no"),
        ),
        _WITH_BUTTON,
    ),
    TourStop(
        "refused",
        _S.REFUSED,
        (
            MeetingStep(_PLANNING, "end_meeting"),
            SimulatorStep("meetings", {"number": _CALL, "host_org_rtms_enabled": False}),
            _command("start", _CALL),
        ),
        _WITH_BUTTON,
    ),
    TourStop(
        "unanswered",
        _S.NO_ANSWER,
        (
            SimulatorStep(
                "meetings",
                {
                    "number": _CALL,
                    "host_org_rtms_enabled": True,
                    "host_client_version": "6.4.12",
                },
            ),
            PatienceStep(),
            _command("resend", _CALL),
        ),
        (Place.HEADLINE, Place.QUESTION),
    ),
    TourStop(
        "signed_out", _S.SIGNED_OUT, (ResetStep(), TrayStep("sign-out")), looks=(Place.TITLE,)
    ),
    TourStop("signed_in", _S.IDLE, (SignInStep(),), looks=(Place.TITLE,)),
)
"""Every state, in an order that makes a story."""
