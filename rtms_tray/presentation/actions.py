"""What the user can do now: the one table for window, menu, notification, command line and JSON.

Every surface takes as many actions as it has room for, always from the front. The first is the one act that can help
now; where none can, it is the message that moves somebody who can.
"""

from typing import Final, TypeAlias

from rtms_tray.capture.alerts import wants_attention
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.host_messages import message_for
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.zoom_codes import BY_POLICY
from rtms_tray.presentation.view_model import AccountView, ActionView, SessionView, SignInState
from rtms_tray.presentation.wording import clock_or_date
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

_S = CaptureState


# --- the actions --------------------------------------------------------------------------------


class Action(Frozen):
    """One thing to do: the key of its label, and the command that it gives."""

    label: str
    command: str
    arguments: tuple[tuple[str, str], ...] = ()
    confirm: str = ""  # the key of a question to ask first
    listed: bool = True  # among the JSON's actions; otherwise a button only


def _tell(label: str, condition: str, value: str) -> Action:
    return Action(label, "tell", (("condition", condition), ("value", value)))


def _button(label: str, command: str, *arguments: tuple[str, str]) -> Action:
    return Action(label, command, arguments, listed=False)


RESEND: Final = Action("actions.resend", "resend")
ASK_NEW_HOST: Final = replace(RESEND, label="actions.ask_new_host")
RESEND_AFTER_DENIAL: Final = replace(RESEND, confirm="actions.confirm.resend_after_denial")
TRY_ANYWAY: Final = replace(RESEND, label="actions.try_anyway")
PAUSE: Final = Action("actions.pause", "pause")
RESUME: Final = Action("actions.resume", "resume")
MAKE_SURE: Final = Action("actions.make_sure", "resume")  # of what was captured when last seen
CHECK: Final = replace(MAKE_SURE, label="actions.check")  # of what may have begun unseen
STOP: Final = Action("actions.stop", "stop")
GIVE_UP: Final = Action("actions.give_up", "give-up")
IT_IS_OVER: Final = Action("actions.it_is_over", "give-up")
REMIND: Final = Action("actions.remind_to_resend", "remind", (("minutes", "2"),))
REMIND_TO_CHECK: Final = replace(REMIND, label="actions.remind_to_check")
REMIND_AGAIN: Final = replace(REMIND, label="actions.remind_again")
REMIND_THEN: Final = Action("actions.remind_to_resend_at", "remind")  # when Zoom takes requests
FALL_BACK: Final = Action("actions.fall_back", "fall-back")
MESSAGE: Final = Action("actions.message", "message")
ACKNOWLEDGE: Final = Action("actions.acknowledge", "acknowledge")
SEES_SHARING: Final = _tell("actions.sharing_is_shown", "sharing", "yes")
SEES_PAUSED: Final = _tell("actions.still_paused", "sharing", "paused")
SEES_NO_SHARING: Final = _tell("actions.sharing_is_not_shown", "sharing", "no")
HOST_IS_HERE: Final = _tell("actions.host_is_here", "host_present", "yes")
BACK_IN_MAIN_ROOM: Final = _tell("actions.back_in_main_room", "in_breakout_room", "no")
IN_A_ROOM: Final = _tell("actions.in_a_breakout_room", "in_breakout_room", "yes")
QUESTION: Final = Action("actions.answer_question", "show", (("part", "details"),))
DETAILS: Final = _button("actions.details", "show", ("part", "details"))
START_AGAIN: Final = _button("actions.start_again", "start")
START_OTHER: Final = _button("actions.start_other", "show", ("part", "start"))
START_HERE: Final = _button("actions.start_here", "start")
START_UNKNOWN: Final = _button("actions.start_unknown", "show", ("part", "start-dialog"))
SIGN_IN: Final = _button("actions.account.sign_in", "sign-in", ("browser", "yes"))
SIGN_IN_AGAIN: Final = replace(SIGN_IN, label="actions.account.sign_in_again")
SIGN_IN_BY_MENU: Final = replace(SIGN_IN, label="actions.account.sign_in_by_menu")
SIGN_IN_AGAIN_BY_MENU: Final = replace(SIGN_IN, label="actions.account.sign_in_again_by_menu")
UNLOCK: Final = _button("actions.account.unlock", "unlock")
SIGN_OUT: Final = replace(
    _button("actions.account.sign_out", "sign-out"), confirm="actions.confirm.sign_out"
)
COPY_ADDRESS: Final = _button("actions.account.copy_address", "sign-in-address")
CANCEL_SIGN_IN: Final = _button("actions.account.cancel_sign_in", "cancel-sign-in")
KEEP_ACCOUNT: Final = replace(CANCEL_SIGN_IN, label="actions.account.keep_account")
SET_UP: Final = _button(
    "actions.account.set_up", "show"
)  # which leads there while nothing is set up
SWITCH_ACCOUNT: Final = _button("actions.account.switch_account", "switch-account")
RECONNECT: Final = _button("actions.account.reconnect", "reconnect")
GIVE_PLAN_UP: Final = _button("actions.give_plan_up", "disarm")
PLANS_SEEN: Final = _button("actions.acknowledge", "disarm")


# --- the table ----------------------------------------------------------------------------------

_SIGN_IN: Final = frozenset({Code.SIGN_IN_NEEDED, Code.KEYRING_UNREADABLE})
_PASSING: Final = frozenset({Code.RATE_LIMITED, Code.SERVER_TROUBLE, Code.OFFLINE})
_ANOTHER_LINK: Final = frozenset({Code.MEETING_ID_INVALID, Code.MEETING_UNKNOWN, Code.USER_UNKNOWN})
_BY_HOST: Final = frozenset(
    {Code.STOP_HOST, Code.STOP_APP_DISABLED, Code.STOP_ALL_APPS_DISABLED, Code.HAND_OFF}
)
_IN_DOUBT: Final = (CHECK, SEES_SHARING, SEES_NO_SHARING)
"""A stream may have begun unseen: these settle that."""
Choice: TypeAlias = Action | tuple[Action, ...]
"""An action, or several of which the first that can be done is offered."""


class Row(Frozen):
    """What is offered in a state: for some reasons only, or while it is verified or is not."""

    state: CaptureState
    offers: tuple[Choice, ...]
    codes: frozenset[Code] = frozenset()  # empty: any, and none
    verified: bool | None = None
    primary: bool = True  # False: nothing need be done

    def fits(self, session: Session) -> bool:
        """Whether this row speaks of the session."""
        return (
            session.state is self.state
            and (not self.codes or session.code in self.codes)
            and self.verified in {None, session.verified}
        )


def _of(*codes: Code) -> frozenset[Code]:
    return frozenset(codes)


TABLE: Final = (
    # live
    Row(_S.SHARING, (STOP, PAUSE), _of(Code.BEGAN_AFTER_GIVE_UP), verified=True),
    Row(_S.SHARING, (MAKE_SURE, SEES_SHARING, RESEND, STOP, SEES_NO_SHARING), verified=False),
    Row(_S.SHARING, (PAUSE, STOP), primary=False),
    Row(_S.PAUSED, (SEES_PAUSED, RESUME, STOP, SEES_SHARING), verified=False),
    Row(_S.PAUSED, (RESUME, STOP)),
    Row(_S.PAUSED_BREAKOUT, (IN_A_ROOM, BACK_IN_MAIN_ROOM, RESEND), _of(Code.MAYBE_IN_ROOM)),
    Row(_S.PAUSED_BREAKOUT, (BACK_IN_MAIN_ROOM, STOP)),
    Row(_S.INTERRUPTED, (DETAILS, STOP)),
    # asked, and nothing is captured yet
    Row(_S.REQUESTING, (SEES_SHARING, GIVE_UP), verified=False),
    Row(_S.REQUESTING, (GIVE_UP,), primary=False),
    Row(_S.WAITING_FOR_MEETING, (RESEND, *_IN_DOUBT, GIVE_UP), verified=False),
    Row(_S.WAITING_FOR_MEETING, (RESEND, GIVE_UP)),
    Row(_S.WAITING_FOR_HOST, (REMIND, *_IN_DOUBT, RESEND, GIVE_UP), verified=False),
    Row(_S.WAITING_FOR_HOST, (REMIND, HOST_IS_HERE, RESEND, GIVE_UP)),
    Row(_S.RESEND_NEEDED, (RESEND, *_IN_DOUBT, GIVE_UP), verified=False),
    Row(_S.RESEND_NEEDED, (RESEND, GIVE_UP)),
    Row(
        _S.PENDING_APPROVAL,
        (SEES_SHARING, SEES_NO_SHARING, CHECK, REMIND_TO_CHECK, RESEND, GIVE_UP),
        _of(Code.CANNOT_SEE),
    ),
    Row(_S.PENDING_APPROVAL, (REMIND_TO_CHECK, *_IN_DOUBT, RESEND, GIVE_UP), verified=False),
    Row(_S.PENDING_APPROVAL, (REMIND_TO_CHECK, (QUESTION, SEES_SHARING), RESEND, GIVE_UP)),
    Row(_S.NO_ANSWER, (*_IN_DOUBT, RESEND, GIVE_UP), verified=False),
    Row(_S.NO_ANSWER, (QUESTION, RESEND, FALL_BACK, GIVE_UP, SEES_SHARING)),
    # somebody or something said no
    Row(_S.DENIED, (MESSAGE, RESEND_AFTER_DENIAL)),
    Row(_S.REFUSED, (MESSAGE, FALL_BACK, RESEND, DETAILS), BY_POLICY),
    Row(_S.REFUSED, (MESSAGE, SIGN_IN_AGAIN, DETAILS), _of(Code.SCOPE_MISSING)),
    Row(_S.REFUSED, (SIGN_IN, DETAILS), _SIGN_IN),
    Row(_S.REFUSED, (UNLOCK, DETAILS), _of(Code.KEYRING_LOCKED)),
    Row(_S.REFUSED, ((REMIND_THEN, REMIND), RESEND), _PASSING),
    Row(_S.REFUSED, (START_OTHER, DETAILS), _ANOTHER_LINK),
    Row(_S.REFUSED, (MESSAGE, RESEND, FALL_BACK, DETAILS)),
    # it was captured, and is not any more
    Row(_S.STOPPED, (IN_A_ROOM, RESEND, DETAILS), _of(Code.STOP_YOU_LEFT)),
    Row(_S.STOPPED, (RESEND, *_IN_DOUBT, DETAILS), verified=False),
    Row(_S.STOPPED, (RESEND, MESSAGE, REMIND), _BY_HOST),
    Row(_S.STOPPED, (START_AGAIN,), _of(Code.STOPPED_BY_YOU)),
    Row(_S.STOPPED, (MESSAGE, DETAILS), _of(Code.STOP_REMOVED)),
    Row(_S.STOPPED, (IN_A_ROOM, RESEND, DETAILS), _of(Code.LEFT_OR_IN_ROOM)),
    Row(_S.STOPPED, (DETAILS, RESEND), _of(Code.GOES_ON_UNDER_NEW_HOST)),
    Row(_S.STOPPED, (RESEND, DETAILS)),
    Row(_S.STOPPED_PERMANENTLY, (DETAILS,), _of(Code.STOP_REVOKED)),
    Row(_S.STOPPED_PERMANENTLY, ((FALL_BACK, MESSAGE), DETAILS, TRY_ANYWAY)),
    # over
    Row(_S.ENDED, (START_AGAIN,), _of(Code.GIVEN_UP)),
    Row(_S.ENDED, ()),
    Row(_S.IDLE, ()),
)
"""The first row that fits a session counts."""


def actions_of(session: Session, context: Context) -> tuple[ActionView, ...]:
    """What can be done about a session now, the one that helps first."""
    row = next(row for row in TABLE if row.fits(session))
    offers = _for_new_host(row.offers) if session.attention.new_host else row.offers
    possible = (_possible(choice, session, context) for choice in offers)
    views = [view for view in possible if view is not None]
    if wants_attention(session) and session.state is not _S.RESEND_NEEDED:
        views.append(view_of(ACKNOWLEDGE))
    puts_forward = row.primary and not (reminder_at(session) and _begins_with_reminder(offers))
    return tuple(
        replace(view, primary=puts_forward and not place) for place, view in enumerate(views)
    )


def reminder_at(session: Session) -> Millis | None:
    """When the user will be reminded, as they asked for; None if they did not."""
    return session.timers.get(Timer.REMINDER)


def _begins_with_reminder(offers: tuple[Choice, ...]) -> bool:
    first = offers[0] if offers else ()
    choices = first if isinstance(first, tuple) else (first,)
    return any(action.command == REMIND.command for action in choices)


def _for_new_host(offers: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """A new host has said nothing yet: asking them goes first, without a question."""
    others = (one for one in offers if not (isinstance(one, Action) and one.command == "resend"))
    return (ASK_NEW_HOST, *others)


def _possible(choice: Choice, session: Session, context: Context) -> ActionView | None:
    actions = choice if isinstance(choice, tuple) else (choice,)
    views = (_as_it_stands(action, session, context) for action in actions)
    return next((view for view in views if view is not None), None)


def _as_it_stands(action: Action, session: Session, context: Context) -> ActionView | None:
    """Make an action ready to draw, as this session has it; None where it cannot be done, or is done."""
    if action.command == REMIND.command and reminder_at(session) is not None:
        return None
    if action is MESSAGE:
        return _message(session)
    if action is QUESTION:
        return _question(session, context)
    if action is REMIND_THEN:
        return _remind_then(session, context)
    if action is FALL_BACK and not offers_fall_back(session, context):
        return None
    return view_of(action)


def _message(session: Session) -> ActionView | None:
    message = message_for(session.why.code) if session.why else None
    if message is None:
        return None
    return view_of(MESSAGE, text(f"actions.message.{message.audience}"))


def _question(session: Session, context: Context) -> ActionView | None:
    """The one question: asked by the window itself, which is where it leads from elsewhere."""
    silence = silence_of(session, context)
    if silence is None or silence.ask_next is None:
        return None
    return replace(view_of(QUESTION), listed_as="tell", asks=silence.ask_next)


def _remind_then(session: Session, context: Context) -> ActionView | None:
    until = session.why.until if session.why else None
    if until is None:
        return None
    label = text(REMIND_THEN.label, time=clock_or_date(until, context.now))
    return replace(view_of(REMIND_THEN, label), arguments=(("at", str(until)),))


def view_of(action: Action, label: str = "", *, primary: bool = False) -> ActionView:
    """Make an action ready to draw."""
    return ActionView(
        name=action.command,
        label=label or text(action.label),
        primary=primary,
        confirm=text(action.confirm) if action.confirm else "",
        arguments=action.arguments,
        listed_as=action.command.replace("-", "_") if action.listed else "",
    )


# --- the fall-back (P1) -------------------------------------------------------------------------

_CANNOT_WORK: Final = BY_POLICY | {
    Code.OPERATION_FAILED,
    Code.CONCURRENCY_LIMITED,
    Code.START_FAILED,
}
"""Refusals with which RTMS cannot work in this meeting."""
_SOMEBODY_SAID_NO: Final = frozenset({1, 4, 5, 9})
_REVOKED: Final = 8


def offers_fall_back(session: Session, context: Context) -> bool:
    """Whether another way of capturing, if one is set up, is offered: never where somebody said no."""
    stop_reason = session.streams.stop_reason
    if not context.policy.fall_back or stop_reason == _REVOKED:
        return False
    if session.state is _S.STOPPED_PERMANENTLY:
        return True
    denied = session.requests.resent_after_denial_at is not None
    said_no = denied or stop_reason in _SOMEBODY_SAID_NO
    return _cannot_work(session) and not said_no


def _cannot_work(session: Session) -> bool:
    by_zoom = session.state is _S.REFUSED and session.code in _CANNOT_WORK
    return by_zoom or session.state is _S.NO_ANSWER


# --- notifications ------------------------------------------------------------------------------


class Offer(Frozen):
    """One button of a notification: what it says, and the command it gives."""

    label: str
    command: Command


_ROOM: Final = {Severity.CRITICAL: 2, Severity.ATTENTION: 1, Severity.INFO: 0}
"""How many buttons a notification has."""


def notification_offers(session: SessionView, alert: Announce) -> tuple[Offer, ...]:
    """Choose a notification's buttons: the first of the session's actions, or of the matter's own."""
    room = _ROOM[alert.severity]
    match alert.category:
        case Category.CAPTURE | Category.NEW_HOST:
            actions = session.actions
        case Category.REMINDER if alert.why.code is Code.MAYBE_OVER:
            actions = (view_of(IT_IS_OVER),)
        case Category.REMINDER:
            actions, room = (view_of(RESEND), view_of(REMIND_AGAIN)), 2
        case Category.SIGHT if alert.why.code is Code.UNSEEN:
            actions = session.actions
        case _:
            actions = (view_of(DETAILS),)
    asked_first = (action for action in actions if not action.confirm)
    return tuple(offer_of(action, session.key) for action in list(asked_first)[:room])


def offer_of(action: ActionView, session: str = "") -> Offer:
    """Make a button of an action."""
    return Offer(action.label, command_for(action, session))


def command_for(action: ActionView, session: str = "") -> Command:
    """Say as a command what an action asks for, of a session or of the whole program."""
    arguments = dict(action.arguments)
    if session:
        arguments["meeting"] = session
    return Command(action.name, arguments)


def opening(session: str = "") -> Command:
    """Open the window, on a session: what a click on a notification's body does."""
    return Command("show", {"meeting": session} if session else {})


# --- the program --------------------------------------------------------------------------------

_OF_ACCOUNT: Final = {
    SignInState.SIGNED_IN: (SIGN_OUT,),
    SignInState.SIGNING_IN: (COPY_ADDRESS, CANCEL_SIGN_IN),
    SignInState.LOCKED: (UNLOCK, SIGN_IN_BY_MENU),
    SignInState.SIGNED_OUT: (SIGN_IN_BY_MENU,),
    SignInState.NOT_CONFIGURED: (SET_UP,),
}
_ENDED: Final = (SIGN_IN_AGAIN_BY_MENU,)
_NOT_THERE: Final = frozenset({SignInState.SIGNED_OUT, SignInState.NOT_CONFIGURED})


def program_actions(account: AccountView) -> tuple[ActionView, ...]:
    """What can be done about the sign-in."""
    offers = _ENDED if account.ended else _OF_ACCOUNT[account.state]
    return tuple(view_of(action, primary=account.state in _NOT_THERE) for action in offers)
