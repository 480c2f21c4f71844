"""The tour: every state there is, one by one, each with what brings it about."""

from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.player import Act, Change, Clear, Click, Move, SignIn
from rtms_tray.presentation.view_model import Overview

_S = CaptureState
_REVIEW, _CALL, _PLANNING = 98712345670, 98712345671, 98712345672
_OF_PROGRAM: Final = frozenset({_S.IDLE, _S.SIGNED_OUT})


@dataclass(frozen=True, slots=True)
class TourStep:
    """One stop of the tour: the moves lead to the state, the text says what happens."""

    state: CaptureState
    text: str
    moves: tuple[Move, ...] = ()

    def reached(self, overview: Overview) -> bool:
        """Tell whether the tray shows this state."""
        if self.state in _OF_PROGRAM:
            return overview.overall is self.state
        return bool(overview.sessions) and overview.sessions[-1].state is self.state


def _click(name: str, meeting: int, *, wait: bool = True, **more: str) -> Click:
    return Click(name, {"meeting": str(meeting), **more}, wait)


TOUR: Final = (
    TourStep(
        _S.IDLE, "Nothing is watched. The tray rests.",
        (
            Clear(),
            Change("scenario", {"name": "default"}),
            Change("meetings", {"number": _PLANNING, "approval_required": True}),
        ),
    ),
    TourStep(
        _S.REQUESTING, "You start capture. The request is on its way to Zoom, which takes its time.",
        (
            Change("faults", {"path": "rtms_app/status", "delay_s": 3}),
            _click("start", _PLANNING, wait=False),
        ),
    ),
    TourStep(
        _S.WAITING_FOR_MEETING,
        "Zoom says that the meeting has not started. rtms-tray will ask again by itself.",
    ),
    TourStep(
        _S.PENDING_APPROVAL,
        "You open the meeting, and rtms-tray asks again. Zoom accepts, and nothing comes yet.",
        (Act(_PLANNING, "owner_joins"),),
    ),
    TourStep(
        _S.WAITING_FOR_HOST,
        "Nothing can come: the host, who must approve, is not in the meeting.",
    ),
    TourStep(
        _S.RESEND_NEEDED,
        "The host joins. The request had reached nobody, so it must be sent again.",
        (Act(_PLANNING, "host_joins"),),
    ),
    TourStep(
        _S.PENDING_APPROVAL, "You send it again. Now the host is asked.",
        (_click("resend", _PLANNING),),
    ),
    TourStep(
        _S.SHARING, "The host approves, and the stream begins.",
        (Act(_PLANNING, "approve"),),
    ),
    TourStep(
        _S.PAUSED, "You pause. Nothing is captured until you resume.",
        (_click("pause", _PLANNING),),
    ),
    TourStep(
        _S.PAUSED_BREAKOUT, "You resume, then move to a breakout room: what is said there is lost.",
        (_click("resume", _PLANNING), Act(_PLANNING, "open_breakout")),
    ),
    TourStep(
        _S.SHARING, "Back in the main room, a new stream begins.",
        (Act(_PLANNING, "close_breakout"),),
    ),
    TourStep(
        _S.INTERRUPTED, "Your app's receiver loses Zoom. It has about a minute to come back.",
        (Act(_PLANNING, "interrupt_receiver"),),
    ),
    TourStep(
        _S.STOPPED, "The receiver is back, but the host switches sharing off. You are told at once.",
        (Act(_PLANNING, "receiver_back"), Act(_PLANNING, "sharing_off")),
    ),
    TourStep(
        _S.SHARING, "The host switches sharing on again: a new stream; the gap is lost.",
        (Act(_PLANNING, "sharing_on"),),
    ),
    TourStep(
        _S.STOPPED, "The meeting is handed to a host whose organization forbids RTMS.",
        (Act(_PLANNING, "hand_off", {"to": "outside"}),),
    ),
    TourStep(
        _S.STOPPED_PERMANENTLY, "You try once more, and Zoom refuses: it cannot come back here.",
        (_click("resend", _PLANNING),),
    ),
    TourStep(
        _S.ENDED, "The meeting is over. The session keeps its summary.",
        (Act(_PLANNING, "end_meeting"),),
    ),
    TourStep(
        _S.DENIED,
        "Another meeting: the host says no. Zoom sends no event about it, so you tell rtms-tray.",
        (
            _click("start", _REVIEW),
            Act(_REVIEW, "deny"),
            _click("tell", _REVIEW, condition="host_approves", value="no"),
        ),
    ),
    TourStep(
        _S.REFUSED, "A third meeting, whose host's organization forbids RTMS: Zoom refuses.",
        (
            Act(_REVIEW, "end_meeting"),
            Change("meetings", {"number": _CALL, "host_org_rtms_enabled": False}),
            _click("start", _CALL),
        ),
    ),
    TourStep(
        _S.NO_ANSWER,
        "It is allowed now, but the host's Zoom is too old: the request is accepted, and silence follows.",
        (
            Change("meetings", {
                "number": _CALL, "host_org_rtms_enabled": True, "host_client_version": "6.4.12",
            }),
            _click("resend", _CALL),
        ),
    ),
    TourStep(
        _S.SIGNED_OUT, "The meeting is over, and you sign out.",
        (Clear(), Click("sign-out")),
    ),
    TourStep(_S.IDLE, "You sign in again. That was every state.", (SignIn(),)),
)  # fmt: skip
"""Every state, in an order that a story has."""
