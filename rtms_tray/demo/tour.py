"""The tour: every state one by one, each with the steps that lead to it."""

from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.playback import (
    MeetingStep,
    PlaybackStep,
    ResetStep,
    SignInStep,
    SimulatorStep,
    TrayStep,
)
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.texts import text

_S = CaptureState
_REVIEW, _CALL, _PLANNING = 98712345670, 98712345671, 98712345672
_OF_PROGRAM: Final = frozenset({_S.IDLE, _S.SIGNED_OUT})


@dataclass(frozen=True, slots=True)
class TourStop:
    """One stop of the tour, and the steps that lead to its state."""

    key: str
    state: CaptureState
    steps: tuple[PlaybackStep, ...] = ()
    in_doubt: bool = False

    @property
    def text(self) -> str:
        """What happens, in words."""
        return text(f"demo.tour.steps.{self.key}")

    def is_reached(self, overview: Overview) -> bool:
        """Tell whether the tray shows this state."""
        if self.state in _OF_PROGRAM:
            return overview.overall is self.state
        if not overview.sessions:
            return False
        session = overview.sessions[-1]
        is_clear = session.unverified_since is None
        return session.state is self.state and not (self.in_doubt and is_clear)


def _command(name: str, meeting: int, *, wait: bool = True, **more: str) -> TrayStep:
    return TrayStep(name, {"meeting": str(meeting), **more}, wait)


_ROOMS_ONLY_PAUSE: Final = SimulatorStep(
    "settings", {"breakout_stop_reason": None, "move_reason": "plain"}
)
_ROOMS_STOP: Final = SimulatorStep("settings", {"breakout_stop_reason": 3, "move_reason": "varies"})
_SILENTLY: Final = {"events": False, "event_ts_offset_ms": 10_000}
"""Long after the move into the room, however fast the tour is taken."""

TOUR: Final = (
    TourStop(
        "idle",
        _S.IDLE,
        (
            ResetStep(),
            SimulatorStep("scenario", {"name": "default"}),
            SimulatorStep("meetings", {"number": _PLANNING, "approval_required": True}),
        ),
    ),
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
    TourStop("host_joined", _S.RESEND_NEEDED, (MeetingStep(_PLANNING, "host_joins"),)),
    TourStop("resent", _S.PENDING_APPROVAL, (_command("resend", _PLANNING),)),
    TourStop("approved", _S.SHARING, (MeetingStep(_PLANNING, "approve"),)),
    TourStop("paused_in_zoom", _S.SHARING, (MeetingStep(_PLANNING, "pause_in_zoom"),)),
    TourStop(
        "paused",
        _S.PAUSED,
        (MeetingStep(_PLANNING, "resume_in_zoom"), _command("pause", _PLANNING)),
    ),
    TourStop(
        "second_device",
        _S.SHARING,
        (
            _command("resume", _PLANNING),
            MeetingStep(_PLANNING, "second_device_joins"),
            MeetingStep(_PLANNING, "second_device_leaves"),
        ),
    ),
    TourStop("breakout_room", _S.PAUSED_BREAKOUT, (MeetingStep(_PLANNING, "open_breakout"),)),
    TourStop("main_room", _S.SHARING, (MeetingStep(_PLANNING, "close_breakout"),)),
    TourStop(
        "second_room",
        _S.PAUSED_BREAKOUT,
        (_ROOMS_ONLY_PAUSE, MeetingStep(_PLANNING, "open_breakout")),
    ),
    TourStop(
        "rooms_closed",
        _S.PAUSED_BREAKOUT,
        (MeetingStep(_PLANNING, "close_rooms", _SILENTLY), _ROOMS_STOP),
        in_doubt=True,
    ),
    TourStop(
        "told_main_room",
        _S.SHARING,
        (_command("tell", _PLANNING, condition="in_breakout_room", value="no"),),
    ),
    TourStop("interrupted", _S.INTERRUPTED, (MeetingStep(_PLANNING, "interrupt_receiver"),)),
    TourStop(
        "sharing_off",
        _S.STOPPED,
        (MeetingStep(_PLANNING, "receiver_back"), MeetingStep(_PLANNING, "sharing_off")),
    ),
    TourStop("sharing_on", _S.SHARING, (MeetingStep(_PLANNING, "sharing_on"),)),
    TourStop("handed_off", _S.STOPPED, (MeetingStep(_PLANNING, "hand_off", {"to": "outside"}),)),
    TourStop("stopped_for_good", _S.STOPPED_PERMANENTLY, (_command("resend", _PLANNING),)),
    TourStop("meeting_ended", _S.ENDED, (MeetingStep(_PLANNING, "end_meeting"),)),
    TourStop(
        "denied",
        _S.DENIED,
        (
            _command("start", _REVIEW),
            MeetingStep(_REVIEW, "deny"),
            _command("tell", _REVIEW, condition="host_approves", value="no"),
        ),
    ),
    TourStop(
        "refused",
        _S.REFUSED,
        (
            MeetingStep(_REVIEW, "end_meeting"),
            SimulatorStep("meetings", {"number": _CALL, "host_org_rtms_enabled": False}),
            _command("start", _CALL),
        ),
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
            _command("resend", _CALL),
        ),
    ),
    TourStop("signed_out", _S.SIGNED_OUT, (ResetStep(), TrayStep("sign-out"))),
    TourStop("signed_in", _S.IDLE, (SignInStep(),)),
)
"""Every state, in an order that makes a story."""
