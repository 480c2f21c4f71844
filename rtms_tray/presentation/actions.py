"""What the user can do with a session now, the obvious first; names are those of the command line."""

from typing import Final

from rtms_tray.capture.alerts import wants_attention
from rtms_tray.capture.falling_back import falls_back
from rtms_tray.capture.host_messages import Audience, message_for
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.view_model import ActionView

_S = CaptureState

_RESEND: Final = ActionView("resend", "Resend request", primary=True)
_AGAIN: Final = ActionView("resend", "Resend request")
_GIVE_UP: Final = ActionView("give-up", "Give up")
_REMIND: Final = ActionView("remind", "Remind me in 2 minutes")
_STOP: Final = ActionView("stop", "Stop capture")
_SEEN: Final = ActionView("acknowledge", "Got it")
_FALL_BACK: Final = ActionView("fall-back", "Use the fall-back")
_ASK_HOST_AGAIN: Final = ActionView(
    "resend", "Resend request", confirm="The host said no. Send the request once more?"
)
_SHARES: Final = ActionView(
    "tell", "Zoom shows “Sharing”", arguments=(("condition", "sharing"), ("value", "yes"))
)
_SHARES_NOT: Final = ActionView(
    "tell", "Zoom shows no “Sharing”", arguments=(("condition", "sharing"), ("value", "no"))
)
_MESSAGES: Final = {
    Audience.HOST: ActionView("message", "Message for the host"),
    Audience.ADMIN: ActionView("message", "Message for the admin"),
}
_ACTIONS: Final[dict[CaptureState, tuple[ActionView, ...]]] = {
    _S.REQUESTING: (_GIVE_UP,),
    _S.WAITING_FOR_MEETING: (_AGAIN, _GIVE_UP),
    _S.WAITING_FOR_HOST: (_REMIND, _GIVE_UP, _AGAIN),
    _S.RESEND_NEEDED: (_RESEND, _GIVE_UP),
    _S.PENDING_APPROVAL: (_AGAIN, _REMIND, _GIVE_UP),
    _S.NO_ANSWER: (_RESEND, _REMIND, _GIVE_UP),
    _S.SHARING: (ActionView("pause", "Pause"), _STOP),
    _S.PAUSED: (ActionView("resume", "Resume", primary=True), _STOP),
    _S.PAUSED_BREAKOUT: (_STOP,),
    _S.INTERRUPTED: (),
    _S.STOPPED: (_RESEND, _GIVE_UP),
    _S.DENIED: (_ASK_HOST_AGAIN, _GIVE_UP),
    _S.REFUSED: (_RESEND, _GIVE_UP),
    _S.STOPPED_PERMANENTLY: (ActionView("resend", "Try again anyway"), _GIVE_UP),
}
_UNLOCK: Final = ActionView("unlock", "Unlock the keyring", primary=True)
_LET_GO: Final = (ActionView("give-up", "Give up", primary=True), _AGAIN)
_AFTER_REFUSAL: Final[dict[Code | None, tuple[ActionView, ...]]] = {
    Code.KEYRING_LOCKED: (_UNLOCK, _AGAIN, _GIVE_UP),
    Code.MEETING_UNKNOWN: _LET_GO,
    Code.MEETING_ID_INVALID: _LET_GO,
}
"""Where sending the same again is not the obvious act: it cannot help."""
_HAS_A_MESSAGE: Final = frozenset({_S.STOPPED, _S.DENIED, _S.REFUSED})
_UNSEEN: Final = frozenset({Code.CANNOT_SEE, Code.REPLY_LOST})


def actions_of(session: Session) -> tuple[ActionView, ...]:
    """What the user can do with a session now, the obvious first."""
    actions = _ACTIONS.get(session.state, ())
    if session.state is _S.REFUSED:
        actions = _AFTER_REFUSAL.get(_code(session), actions)
    if session.state is _S.SHARING and _code(session) is Code.BEGAN_AFTER_GIVE_UP:
        actions = (ActionView("stop", "Stop capture", primary=True),)
    return (
        *actions,
        *_about_the_stream(session),
        *_for_somebody_else(session),
        *((_FALL_BACK,) if falls_back(session) else ()),
        *((_SEEN,) if _can_be_acknowledged(session) else ()),
    )


def _code(session: Session) -> Code | None:
    return session.why.code if session.why else None


def _about_the_stream(session: Session) -> tuple[ActionView, ...]:
    """What only the user can see: Zoom's own sign."""
    if session.live and session.unverified_since is not None:
        return (_AGAIN, _SHARES, _SHARES_NOT)
    unseen = session.state is _S.PENDING_APPROVAL and _code(session) in _UNSEEN
    return (_SHARES,) if unseen or session.state is _S.NO_ANSWER else ()


def _for_somebody_else(session: Session) -> tuple[ActionView, ...]:
    message = message_for(_code(session)) if session.state in _HAS_A_MESSAGE else None
    return (_MESSAGES[message.audience],) if message else ()


def _can_be_acknowledged(session: Session) -> bool:
    return wants_attention(session) and session.state is not _S.RESEND_NEEDED
