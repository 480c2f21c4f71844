"""The one table of actions: what is offered in which state, on which surface, and that nobody else has a table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rtms_tray
from rtms_tray.capture.alerts import alert_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timings import Policy
from rtms_tray.presentation.actions import (
    TABLE,
    Offer,
    actions_of,
    command_for,
    notification_offers,
    opening,
    program_actions,
)
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.status_json import status_json
from rtms_tray.presentation.status_text import status_text
from rtms_tray.presentation.view_model import AccountView, ActionView, SessionView, SignInState
from rtms_tray.presentation.wording import clock, date_and_time
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import keys
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import (
    SESSION_STATES,
    acknowledged,
    board,
    in_state,
    overview_inputs,
    session,
    unverified,
)

S = CaptureState
PACKAGE = Path(rtms_tray.__file__).parent


OF_DENIED = (Code.DENIED, Code.DENIED_TOLD)


NOTHING_SET_UP = Context()
WITH_FALL_BACK = Context(policy=Policy(fall_back=True))


def sessions() -> Iterator[tuple[Session, Context]]:
    """Every state with every reason, verified and not, with a fall-back and without, acknowledged and not."""
    for state in SESSION_STATES:
        for code in OF_DENIED if state is S.DENIED else (None, *Code):
            case = session(state, code)
            for variant in (case, unverified(case), acknowledged(case)):
                yield variant, NOTHING_SET_UP
            yield case, WITH_FALL_BACK


EVERY = tuple(sessions())


def viewed(state: CaptureState, code: Code | None = None) -> SessionView:
    return session_view(session(state, code), Context(now=NOON))


def said(action: ActionView) -> str:
    """An action as the table below has it."""
    details = [value for _, value in action.arguments]
    name = "question" if action.asks else action.name
    return " ".join((name, *([] if action.asks else details)))


def offered(case: Session, context: Context = NOTHING_SET_UP) -> list[str]:
    return [said(action) for action in actions_of(acknowledged(case), context)]


# --- the table ----------------------------------------------------------------------------------

SEES, SEES_NOT = "tell sharing yes", "tell sharing no"
SETTLES = ("resume", SEES, SEES_NOT)
DETAILS = "show details"
POLICY = {
    Code.NOT_ALLOW_LISTED, Code.RTMS_DISABLED, Code.NOT_SUPPORTED, Code.NOT_ENTITLED_TO_START, Code.NOT_A_PANELIST,
}  # fmt: skip
BY_HOST = {Code.STOP_HOST, Code.STOP_APP_DISABLED, Code.STOP_ALL_APPS_DISABLED, Code.HAND_OFF}
OTHERWISE_STOPPED = {
    Code.TOLD_STOPPED, Code.NOT_RUNNING, Code.BACK_FROM_BREAKOUT, Code.STOP_CANCELED, Code.STOP_UNDEFINED,
    Code.STOP_OTHER, Code.STOP_ZOOM_EXCEPTION, Code.STOP_ZOOM_EXIT, Code.STOP_RECEIVER_AUTH, Code.STOP_ELSEWHERE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "codes", "expected"),
    [
        (S.SHARING, {None, Code.BEGAN_ELSEWHERE, Code.SEEN_BY_USER}, ["pause", "stop"]),
        (S.SHARING, {Code.BEGAN_AFTER_GIVE_UP}, ["stop", "pause"]),
        (S.PAUSED, {Code.PAUSED_BY_YOU}, ["resume", "stop"]),
        (S.PAUSED_BREAKOUT, {Code.IN_BREAKOUT_ROOM}, ["tell in_breakout_room no", "stop"]),
        (S.INTERRUPTED, {Code.RECEIVER_INTERRUPTED}, [DETAILS, "stop"]),
        (S.REQUESTING, {None, Code.RESENT_FOR_HOST, Code.ASKED_AHEAD}, ["give-up"]),
        (S.WAITING_FOR_MEETING, {Code.MEETING_NOT_STARTED}, ["resend", "give-up"]),
        (
            S.WAITING_FOR_HOST, {Code.HOST_ABSENT},
            ["remind 2", "tell host_present yes", "resend", "give-up"],
        ),
        (S.RESEND_NEEDED, {Code.HOST_JOINED_LATER}, ["resend", "give-up"]),
        (
            S.PENDING_APPROVAL, {Code.ASKED, Code.APPROVAL_PENDING},
            ["remind 2", SEES, "resend", "give-up"],
        ),
        (
            S.PENDING_APPROVAL, {Code.ASKED_HOST_PRESENT, Code.REPLY_LOST},
            ["remind 2", "question", "resend", "give-up"],
        ),
        (
            S.PENDING_APPROVAL, {Code.CANNOT_SEE},
            [SEES, SEES_NOT, "resume", "remind 2", "resend", "give-up"],
        ),
        (
            S.NO_ANSWER, {Code.SILENCE, Code.SILENCE_OWN_MEETING},
            ["question", "resend", "fall-back", "give-up", SEES],
        ),
        (S.DENIED, {Code.DENIED, Code.DENIED_TOLD}, ["message", "resend"]),
        (S.REFUSED, POLICY, ["message", "fall-back", "resend", DETAILS]),
        (
            S.REFUSED, {Code.OPERATION_FAILED, Code.CONCURRENCY_LIMITED, Code.START_FAILED},
            ["message", "resend", "fall-back", DETAILS],
        ),
        (S.REFUSED, {Code.STOP_CANCELED, Code.REFUSED_OTHERWISE}, ["message", "resend", DETAILS]),
        (S.REFUSED, {Code.SCOPE_MISSING}, ["message", "sign-in yes", DETAILS]),
        (S.REFUSED, {Code.SIGN_IN_NEEDED, Code.KEYRING_UNREADABLE}, ["sign-in yes", DETAILS]),
        (S.REFUSED, {Code.KEYRING_LOCKED}, ["unlock", DETAILS]),
        (S.REFUSED, {Code.RATE_LIMITED, Code.SERVER_TROUBLE, Code.OFFLINE}, ["remind 2", "resend"]),
        (
            S.REFUSED, {Code.MEETING_ID_INVALID, Code.MEETING_UNKNOWN, Code.USER_UNKNOWN},
            ["show start", DETAILS],
        ),
        (S.STOPPED, BY_HOST, ["resend", "message", "remind 2"]),
        (S.STOPPED, {Code.STOPPED_BY_YOU}, ["start"]),
        (S.STOPPED, {Code.STOP_REMOVED}, ["message", DETAILS]),
        (S.STOPPED, {Code.LEFT_OR_IN_ROOM}, ["tell in_breakout_room yes", "resend", DETAILS]),
        (S.STOPPED, {Code.GOES_ON_UNDER_NEW_HOST}, [DETAILS, "resend"]),
        (
            S.PAUSED_BREAKOUT, {Code.MAYBE_IN_ROOM},
            ["tell in_breakout_room yes", "tell in_breakout_room no", "resend"],
        ),
        (S.PAUSED_BREAKOUT, {Code.ROOM_MAYBE_LEFT}, ["tell in_breakout_room no", "stop"]),
        (S.STOPPED, OTHERWISE_STOPPED, ["resend", DETAILS]),
        (S.STOPPED_PERMANENTLY, {Code.REFUSED_AFTER_STREAM, Code.STOP_ADMIN}, ["fall-back", DETAILS, "resend"]),
        (S.STOPPED_PERMANENTLY, {Code.STOP_REVOKED}, [DETAILS]),
        (S.ENDED, {Code.GIVEN_UP}, ["start"]),
        (S.ENDED, {None, Code.STOP_MEETING_ENDED, Code.INFERRED, Code.LOST_SIGHT}, []),
    ],
)  # fmt: skip
def test_what_is_offered(state: CaptureState, codes: set[Code | None], expected: list[str]) -> None:
    for code in codes:
        assert offered(session(state, code), WITH_FALL_BACK) == expected, code


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        (S.SHARING, Code.RECEIVER_MAYBE_BACK, ["resume", SEES, "resend", "stop", SEES_NOT]),
        (S.SHARING, Code.BEGAN_AFTER_GIVE_UP, ["resume", SEES, "resend", "stop", SEES_NOT]),
        (S.PAUSED, Code.PAUSED_BY_YOU, ["tell sharing paused", "resume", "stop", SEES]),
        (S.REQUESTING, None, [SEES, "give-up"]),
        (S.WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, ["resend", *SETTLES, "give-up"]),
        (S.WAITING_FOR_HOST, Code.HOST_ABSENT, ["remind 2", *SETTLES, "resend", "give-up"]),
        (S.RESEND_NEEDED, Code.HOST_JOINED_LATER, ["resend", *SETTLES, "give-up"]),
        (S.PENDING_APPROVAL, Code.ASKED, ["remind 2", *SETTLES, "resend", "give-up"]),
        (S.NO_ANSWER, Code.SILENCE, [*SETTLES, "resend", "give-up"]),
        (S.STOPPED, Code.STOP_HOST, ["resend", *SETTLES, DETAILS]),
        (S.STOPPED, Code.NOT_RUNNING, ["resend", *SETTLES, DETAILS]),
        (S.STOPPED, Code.STOP_YOU_LEFT, ["tell in_breakout_room yes", "resend", DETAILS]),
    ],
)
def test_what_is_offered_while_it_is_not_verified(
    state: CaptureState, code: Code | None, expected: list[str]
) -> None:
    assert offered(unverified(session(state, code))) == expected


def test_every_state_with_every_reason_has_its_row() -> None:
    for case, _ in EVERY:
        assert any(row.fits(case) for row in TABLE), case


def test_every_row_is_reached() -> None:
    reached = {next(row for row in TABLE if row.fits(case)) for case, _ in EVERY}
    assert reached == set(TABLE)


def test_where_no_fall_back_is_set_up_the_message_takes_its_place() -> None:
    for code in (Code.REFUSED_AFTER_STREAM, Code.STOP_ADMIN):
        assert offered(session(S.STOPPED_PERMANENTLY, code)) == ["message", DETAILS, "resend"]
    without = offered(session(S.REFUSED, Code.RTMS_DISABLED))
    assert without == ["message", "resend", DETAILS]


def test_nobody_is_asked_when_no_question_is_left() -> None:
    assert offered(session(S.NO_ANSWER, Code.HOST_ABSENT)) == ["resend", "give-up", SEES]


def test_after_a_denial_it_asks_before_it_sends() -> None:
    (again,) = [
        action for action in actions_of(in_state(S.DENIED), Context()) if action.name == "resend"
    ]
    assert again.confirm


def test_the_reminder_comes_when_zoom_takes_requests_again() -> None:
    until = NOON + 30 * MINUTE
    limited = replace(session(S.REFUSED), why=Why(Code.RATE_LIMITED, 429, until=until))
    first = actions_of(limited, Context(now=NOON))[0]
    assert (first.name, first.arguments) == ("remind", (("at", str(until)),))
    assert first.label.endswith(f" {clock(until)}")
    assert actions_of(limited, Context(now=NOON - 24 * HOUR))[0].label.endswith(
        f" {date_and_time(until)}"
    )


def reminded(state: CaptureState, code: Code) -> Session:
    return replace(session(state, code), timers={Timer.REMINDER: NOON + 2 * MINUTE})


def test_who_has_asked_to_be_reminded_sees_when_instead_of_the_button() -> None:
    waiting = reminded(S.WAITING_FOR_HOST, Code.HOST_ABSENT)
    assert offered(waiting) == ["tell host_present yes", "resend", "give-up"]
    assert not actions_of(waiting, NOTHING_SET_UP)[0].primary
    said_so = session_view(waiting, Context(now=NOON)).remedy
    assert said_so.endswith(f" You'll be reminded at {clock(NOON + 2 * MINUTE)}.")
    limited = replace(
        reminded(S.REFUSED, Code.RATE_LIMITED), why=Why(Code.RATE_LIMITED, until=NOON)
    )
    assert offered(limited) == ["resend"]
    assert not actions_of(limited, NOTHING_SET_UP)[0].primary


def test_a_reminder_takes_nothing_from_what_helps_now() -> None:
    stopped = actions_of(reminded(S.STOPPED, Code.STOP_HOST), NOTHING_SET_UP)
    assert [said(action) for action in stopped] == ["resend", "message", "acknowledge"]
    assert stopped[0].primary


@pytest.mark.parametrize(
    ("state", "code", "of_what"),
    [
        (S.WAITING_FOR_HOST, Code.HOST_ABSENT, "to resend in"),
        (S.STOPPED, Code.STOP_HOST, "to resend in"),
        (S.PENDING_APPROVAL, Code.ASKED, "to check in"),
        (S.PENDING_APPROVAL, Code.CANNOT_SEE, "to check in"),
    ],
)
def test_a_reminder_says_of_what_it_reminds(state: CaptureState, code: Code, of_what: str) -> None:
    (label,) = (a.label for a in actions_of(session(state, code), Context()) if a.name == "remind")
    assert of_what in label


def test_what_wants_attention_can_be_acknowledged() -> None:
    stopped = in_state(S.STOPPED)
    assert "acknowledge" in [action.name for action in actions_of(stopped, Context())]
    assert "acknowledge" not in [
        action.name for action in actions_of(acknowledged(stopped), Context())
    ]
    needed = actions_of(in_state(S.RESEND_NEEDED), Context())
    assert [action.name for action in needed] == ["resend", "give-up"]
    revoked = actions_of(session(S.ENDED, Code.STOP_REVOKED), Context())
    assert [action.name for action in revoked] == ["acknowledge"]


# --- every surface takes from the front ---------------------------------------------------------


def json_actions(case: Session, context: Context) -> list[str]:
    view = overview(replace(board(case), context=context), overview_inputs(), NOON)
    (shown,) = status_json(view, NOON)["sessions"]  # type: ignore[misc]
    found = shown["actions"]  # type: ignore[has-type]
    assert isinstance(found, list)
    return found


def test_the_json_has_the_commands_in_the_same_order() -> None:
    for case, context in EVERY:
        listed = [action.listed_as for action in actions_of(case, context) if action.listed_as]
        assert json_actions(case, context) == list(dict.fromkeys(listed))


def test_only_the_first_is_put_forward_and_nothing_while_all_is_well() -> None:
    for case, context in EVERY:
        assert not any(action.primary for action in actions_of(case, context)[1:])
    assert not actions_of(session(S.SHARING), Context())[0].primary
    assert not actions_of(session(S.REQUESTING), Context())[0].primary
    assert actions_of(session(S.RESEND_NEEDED), Context())[0].primary


@pytest.mark.parametrize(
    ("severity", "room"), [(Severity.CRITICAL, 2), (Severity.ATTENTION, 1), (Severity.INFO, 0)]
)
def test_a_notification_takes_as_many_as_it_has_room_for_from_the_front(
    severity: Severity, room: int
) -> None:
    for case, context in EVERY:
        why = case.why or Why(Code.BEGAN)
        found = notification_offers(
            session_view(case, context), Announce("s1", Category.CAPTURE, severity, why)
        )
        expected = [action for action in actions_of(case, context) if not action.confirm][:room]
        assert [offer.label for offer in found] == [action.label for action in expected]
        assert [offer.command for offer in found] == [
            command_for(action, "s1") for action in expected
        ]


def test_the_first_in_a_notification_is_the_first_everywhere() -> None:
    """Only what has to be asked about before cannot stand in a notification; it is never the first."""
    for case, context in EVERY:
        actions, alert = actions_of(case, context), alert_of(case)
        assert not actions or not actions[0].confirm
        if actions and alert is not None and alert.severity is not Severity.INFO:
            announced = Announce("s1", Category.CAPTURE, alert.severity, alert.why)
            assert (
                notification_offers(session_view(case, context), announced)[0].label
                == actions[0].label
            )


def test_a_reminder_can_be_put_off_again() -> None:
    announced = Announce("s1", Category.REMINDER, Severity.ATTENTION, Why(Code.REMINDER))
    found = notification_offers(viewed(S.PENDING_APPROVAL, Code.ASKED), announced)
    assert [offer.command.name for offer in found] == ["resend", "remind"]


def test_what_nobody_has_seen_for_a_while_can_be_made_sure_of_from_its_notification() -> None:
    announced = Announce("s1", Category.SIGHT, Severity.ATTENTION, Why(Code.UNSEEN))
    case = session_view(unverified(session(S.SHARING)), NOTHING_SET_UP)
    (only,) = notification_offers(case, announced)
    assert (only.label, only.command.name) == ("Make sure it's running", "resume")


def test_whether_a_meeting_is_over_is_answered_with_one_click() -> None:
    announced = Announce("s1", Category.REMINDER, Severity.ATTENTION, Why(Code.MAYBE_OVER))
    (only,) = notification_offers(viewed(S.PENDING_APPROVAL, Code.ASKED), announced)
    assert (only.label, only.command.name) == ("It's over", "give-up")


@pytest.mark.parametrize(
    "category", [Category.SIGHT, Category.REFUSAL, Category.CLIENT, Category.OTHERS]
)
def test_trouble_beside_capture_never_offers_to_touch_it(category: Category) -> None:
    announced = Announce("s1", category, Severity.ATTENTION, Why(Code.BLIND))
    (only,) = notification_offers(viewed(S.SHARING), announced)
    assert only.command == Command("show", {"part": "details", "meeting": "s1"})


def test_a_notification_never_has_two_buttons_of_one_command() -> None:
    for case, context in EVERY:
        alert = alert_of(case)
        if alert is None:
            continue
        announced = Announce("s1", Category.CAPTURE, alert.severity, alert.why)
        names = [
            offer.command.name
            for offer in notification_offers(session_view(case, context), announced)
        ]
        assert len(names) == len(set(names))


def test_two_sessions_refused_alike_are_acted_on_each_for_itself() -> None:
    first, second = in_state(S.REFUSED, 1), in_state(S.REFUSED, 2)
    view = overview(board(first, second), overview_inputs(), NOON)
    assert view.sessions[0].actions == view.sessions[1].actions
    commands = [command_for(shown.actions[0], shown.key) for shown in view.sessions]
    assert commands == [
        Command("message", {"meeting": "s1"}),
        Command("message", {"meeting": "s2"}),
    ]


def test_the_command_line_names_what_it_can_do() -> None:
    words = status_text(overview(board(in_state(S.NO_ANSWER)), overview_inputs(), NOON), NOON)
    assert "You can: tell host-present yes|no, resend, give-up, tell sharing yes" in words
    limited = replace(session(S.REFUSED), why=Why(Code.RATE_LIMITED, 429, until=NOON + MINUTE))
    words = status_text(overview(board(limited), overview_inputs(), NOON), NOON)
    assert "You can: remind, resend, acknowledge" in words
    words = status_text(
        overview(board(session(S.STOPPED, Code.STOPPED_BY_YOU)), overview_inputs(), NOON), NOON
    )
    assert "You can" not in words


# --- the program --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (SignInState.SIGNED_IN, ["sign-out"]),
        (SignInState.SIGNING_IN, ["sign-in-address", "cancel-sign-in"]),
        (SignInState.LOCKED, ["unlock", "sign-in"]),
        (SignInState.SIGNED_OUT, ["sign-in"]),
        (SignInState.NOT_CONFIGURED, ["show"]),
    ],
)
def test_what_can_be_done_about_the_sign_in(state: SignInState, names: list[str]) -> None:
    actions = program_actions(AccountView(state))
    assert [action.name for action in actions] == names
    assert not any(action.listed_as for action in actions)
    alone = state in {SignInState.SIGNED_OUT, SignInState.NOT_CONFIGURED}
    assert [action.primary for action in actions] == [alone] * len(actions)


def test_who_was_signed_in_signs_in_again() -> None:
    never, again = (
        AccountView(SignInState.SIGNED_OUT),
        AccountView(SignInState.SIGNED_OUT, ended=True),
    )
    (first,), (second,) = program_actions(never), program_actions(again)
    assert (first.name, second.name) == ("sign-in", "sign-in")
    assert (first.label, second.label) == ("Sign in…", "Sign in again…")


def test_opening_the_window() -> None:
    assert opening() == Command("show")
    assert opening("s2") == Command("show", {"meeting": "s2"})
    assert Offer("x", opening()) == Offer("x", Command("show"))


# --- nobody else has a table --------------------------------------------------------------------

HOME = PACKAGE / "presentation" / "actions.py"
OFTEN_SENT = {"show", "start", "tell", "sign-in", "unlock"}  # by entries of their own, too
OF_A_SESSION = {
    action.command
    for row in TABLE
    for choice in row.offers
    for action in (choice if isinstance(choice, tuple) else (choice,))
} - OFTEN_SENT
SURFACES = ("desktop", "presentation", "runtime", "app.py")


def modules() -> Iterator[Path]:
    for name in SURFACES:
        place = PACKAGE / name
        yield from ([place] if place.is_file() else place.rglob("*.py"))


def test_only_the_table_names_actions() -> None:
    """Elsewhere nobody makes an action, or a command that acts on a session or on the sign-in."""
    found = []
    for path in modules():
        if path == HOME:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            first = node.args[0] if node.args else None
            name = first.value if isinstance(first, ast.Constant) else None
            if node.func.id == "ActionView" or (node.func.id == "Command" and name in OF_A_SESSION):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert found == []


def test_only_the_table_names_their_labels() -> None:
    named = re.compile(r"[\"'](actions\.[a-z_.]+)[\"']")
    labels = set(keys("actions"))
    found = {
        f"{path.relative_to(PACKAGE)}: {key}"
        for path in PACKAGE.rglob("*.py")
        if path != HOME
        for key in named.findall(path.read_text(encoding="utf-8"))
        if key in labels
    }
    assert found == set()


def test_waiting_can_always_be_given_up() -> None:
    for case, context in EVERY:
        if case.state in UNANSWERED:
            assert "give-up" in [action.name for action in actions_of(case, context)]
