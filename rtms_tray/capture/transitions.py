"""The state table: from which states, on which event or deadline, by which rule, to which states.

A rule may always leave the state as it is, and leads nowhere but to the states of its row; tests check both, for every
row. An event without a row in a state is ignored there. The guide to states (resources/help) is made from this table.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Final

from rtms_tray.capture import (
    doubt,
    instances,
    last_sight,
    merging,
    rules_answers,
    rules_interruption,
    rules_people,
    rules_receiver,
    rules_reply,
    rules_report,
    rules_request,
    rules_rooms,
    rules_stop,
    rules_stream,
    rules_visibility,
    rules_waiting,
)
from rtms_tray.capture import events as e
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Step
from rtms_tray.capture.instances import (
    Identified,
    Inherited,
    MaybeStopped,
    Outdated,
    Restored,
    Superseded,
)
from rtms_tray.capture.merging import Merged
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE, NOT_LIVE, OPEN, OVER, UNANSWERED, CaptureState, Timer
from rtms_tray.support.frozen import Frozen

States = AbstractSet[CaptureState]
Rule = Callable[[Session, Any, Context], Step]
TimerRule = Callable[[Session, Context], Step]

_S = CaptureState
ANY: Final = OPEN | {_S.IDLE, _S.ENDED}
_REQUESTING: Final = frozenset({_S.REQUESTING})
_WAITING: Final = frozenset({_S.WAITING_FOR_MEETING})
_PENDING: Final = frozenset({_S.PENDING_APPROVAL})
_IN_ROOM: Final = frozenset({_S.PAUSED_BREAKOUT})
_REFUSED: Final = frozenset({_S.REFUSED})
_HOST_MATTERS: Final = frozenset({_S.PENDING_APPROVAL, _S.NO_ANSWER, _S.RESEND_NEEDED})
_FOR_HOST: Final = frozenset({_S.WAITING_FOR_HOST, _S.RESEND_NEEDED})
_ACCEPTED: Final = frozenset({_S.PENDING_APPROVAL, _S.NO_ANSWER, _S.WAITING_FOR_MEETING})
_MAY_ENTER_ROOM: Final = frozenset({_S.SHARING, _S.PAUSED, _S.INTERRUPTED, _S.STOPPED})
_MAY_RESUME: Final = frozenset({_S.SHARING, _S.PAUSED})
_MAY_BE_PAUSED: Final = UNANSWERED - {_S.WAITING_FOR_MEETING} | {
    _S.INTERRUPTED,
    _S.STOPPED,
    _S.DENIED,
    _S.REFUSED,
}
_CHECKED: Final = UNANSWERED - {_S.REQUESTING, _S.WAITING_FOR_MEETING} | {_S.STOPPED}


class Row(Frozen):
    """In these states, this rule takes this event, and may lead to these states."""

    states: States
    event: type
    rule: Rule
    to: States = frozenset()


class TimerRow(Frozen):
    """The same for a deadline, which is dropped in all other states."""

    states: States
    timer: Timer
    rule: TimerRule
    to: States = frozenset()


TABLE: Final = (
    # the user
    Row({_S.IDLE} | NOT_LIVE - _REQUESTING, e.StartRequested, rules_request.start_requested, _REQUESTING),
    Row(_REQUESTING, e.StartRequested, rules_request.start_requested_again),
    Row(LIVE, e.StartRequested, rules_request.start_requested_while_live, _REQUESTING),
    Row(LIVE, e.ActionRequested, rules_request.action_requested),
    Row(NOT_LIVE, e.ActionRequested, rules_request.action_requested_without_stream),
    Row(NOT_LIVE, e.GivenUp, rules_request.given_up, {_S.ENDED}),
    Row(LIVE, e.GivenUp, rules_request.given_up_while_live),
    Row(OPEN, e.ReminderRequested, rules_waiting.reminder_requested),
    Row(ANY, e.Acknowledged, rules_request.acknowledged),
    Row(
        _PENDING, e.ConditionReported, rules_report.condition_reported,
        {_S.DENIED, _S.NO_ANSWER, _S.REQUESTING, _S.RESEND_NEEDED, _S.WAITING_FOR_HOST},
    ),
    Row(
        {_S.NO_ANSWER}, e.ConditionReported, rules_report.condition_reported,
        {_S.DENIED, _S.REQUESTING, _S.RESEND_NEEDED, _S.WAITING_FOR_HOST},
    ),
    Row(
        {_S.WAITING_FOR_HOST, _S.WAITING_FOR_MEETING}, e.ConditionReported, rules_report.condition_reported,
        {_S.DENIED, _S.REQUESTING, _S.RESEND_NEEDED},
    ),
    Row({_S.RESEND_NEEDED}, e.ConditionReported, rules_report.condition_reported, {_S.DENIED, _S.WAITING_FOR_HOST}),
    Row({_S.DENIED}, e.ConditionReported, rules_report.condition_reported, UNANSWERED - _REQUESTING),
    Row(_IN_ROOM, e.ConditionReported, rules_report.condition_reported, _MAY_RESUME),
    Row({_S.STOPPED}, e.ConditionReported, rules_report.condition_reported, _IN_ROOM),
    Row(
        _REQUESTING | LIVE - _IN_ROOM | _REFUSED | {_S.STOPPED_PERMANENTLY},
        e.ConditionReported, rules_report.condition_reported,
    ),
    Row(NOT_LIVE - _REQUESTING, e.SharingReported, rules_report.sharing_reported, {_S.SHARING}),
    Row(LIVE - {_S.SHARING}, e.SharingReported, rules_report.sharing_reported, {_S.SHARING, _S.STOPPED}),
    Row({_S.SHARING}, e.SharingReported, rules_report.sharing_reported, {_S.STOPPED}),
    Row(_REQUESTING, e.SharingReported, rules_report.sharing_reported),
    Row({_S.SHARING}, e.PauseReported, rules_report.pause_reported, {_S.PAUSED}),
    Row({_S.PAUSED}, e.PauseReported, rules_report.pause_reported),
    # the app's receiver
    Row(NOT_LIVE, e.ReceiverReported, rules_receiver.receiver_reported, _MAY_RESUME),
    Row({_S.SHARING}, e.ReceiverReported, rules_receiver.receiver_reported, {_S.PAUSED, _S.STOPPED}),
    Row({_S.PAUSED}, e.ReceiverReported, rules_receiver.receiver_reported, {_S.SHARING, _S.STOPPED}),
    Row(
        {_S.INTERRUPTED, _S.PAUSED_BREAKOUT}, e.ReceiverReported, rules_receiver.receiver_reported,
        _MAY_RESUME | {_S.STOPPED},
    ),
    # replies
    Row(
        _REQUESTING, e.Replied, rules_reply.replied,
        {_S.PENDING_APPROVAL, _S.WAITING_FOR_MEETING, _S.SHARING, _S.PAUSED, _S.PAUSED_BREAKOUT, _S.REFUSED,
         _S.STOPPED_PERMANENTLY},
    ),
    Row(
        _WAITING, e.Replied, rules_reply.replied,
        {_S.PENDING_APPROVAL, _S.SHARING, _S.PAUSED_BREAKOUT, _S.REFUSED, _S.STOPPED_PERMANENTLY},
    ),
    Row({_S.SHARING}, e.Replied, rules_reply.replied, {_S.PAUSED, _S.STOPPED}),
    Row({_S.PAUSED}, e.Replied, rules_reply.replied, {_S.SHARING, _S.STOPPED}),
    Row({_S.INTERRUPTED, _S.PAUSED_BREAKOUT}, e.Replied, rules_reply.replied, {_S.STOPPED}),
    Row(_CHECKED, e.Replied, rules_reply.replied, {_S.SHARING, _S.PAUSED_BREAKOUT}),
    Row(NOT_LIVE - _REQUESTING - _WAITING - _CHECKED, e.Replied, rules_reply.replied),
    Row(OPEN - _REQUESTING - _WAITING, e.MeetingFetched, rules_people.meeting_fetched, {_S.ENDED}),
    Row(_REQUESTING | _WAITING, e.MeetingFetched, rules_people.meeting_fetched),
    # RTMS events
    Row(
        _MAY_BE_PAUSED - {_S.INTERRUPTED}, e.StreamStarted, rules_stream.stream_started,
        {_S.SHARING, _S.PAUSED, _S.PAUSED_BREAKOUT},
    ),
    Row({_S.INTERRUPTED}, e.StreamStarted, rules_stream.stream_started, {_S.SHARING, _S.PAUSED}),
    Row(_MAY_RESUME, e.StreamStarted, rules_stream.stream_started, {_S.SHARING}),
    Row(_IN_ROOM, e.StreamStarted, rules_stream.stream_started, {_S.SHARING, _S.STOPPED}),
    Row(
        ANY - _MAY_BE_PAUSED - LIVE, e.StreamStarted, rules_stream.stream_started,
        {_S.SHARING, _S.PAUSED_BREAKOUT},
    ),
    Row(OPEN - _IN_ROOM | {_S.ENDED}, e.StreamInterrupted, rules_interruption.stream_interrupted, {_S.INTERRUPTED}),
    Row(_IN_ROOM, e.StreamInterrupted, rules_interruption.stream_interrupted),
    Row(
        UNANSWERED, e.StreamStopped, rules_stop.stream_stopped,
        {_S.STOPPED, _S.REFUSED, _S.STOPPED_PERMANENTLY, _S.ENDED},
    ),
    Row(LIVE, e.StreamStopped, rules_stop.stream_stopped, {_S.STOPPED, _S.STOPPED_PERMANENTLY, _S.ENDED}),
    Row(_REFUSED, e.StreamStopped, rules_stop.stream_stopped, {_S.STOPPED, _S.STOPPED_PERMANENTLY, _S.ENDED}),
    Row(OVER - _REFUSED, e.StreamStopped, rules_stop.stream_stopped, {_S.STOPPED_PERMANENTLY, _S.ENDED}),
    Row({_S.ENDED}, e.StreamStopped, rules_stop.stopped_after_end),
    Row({_S.ENDED}, e.UnnamedStreamStopped, rules_stop.on_until),
    Row(UNANSWERED, e.UnnamedStreamStopped, rules_stop.unnamed_stream_stopped, {_S.ENDED}),
    Row(
        LIVE - {_S.INTERRUPTED}, e.UnnamedStreamStopped, rules_stop.unnamed_stream_stopped,
        {_S.STOPPED, _S.STOPPED_PERMANENTLY, _S.ENDED},
    ),
    Row(OVER | {_S.INTERRUPTED}, e.UnnamedStreamStopped, rules_stop.unnamed_stream_stopped, {_S.ENDED}),
    Row(UNANSWERED, e.ConcurrencyLimited, rules_answers.concurrency_limited, _REFUSED),
    Row(OPEN - UNANSWERED, e.ConcurrencyLimited, rules_answers.concurrency_limited),
    Row(UNANSWERED, e.StartFailed, rules_answers.start_failed, _REFUSED),
    Row(OPEN - UNANSWERED, e.StartFailed, rules_answers.start_failed),
    Row(UNANSWERED, e.RequestStatus, rules_answers.request_status, {_S.DENIED}),
    Row(OPEN - UNANSWERED, e.RequestStatus, rules_answers.request_status),
    # the meeting and its people
    Row(_HOST_MATTERS, e.MeetingStarted, rules_people.meeting_started, {_S.WAITING_FOR_HOST}),
    Row(OPEN - _HOST_MATTERS, e.MeetingStarted, rules_people.meeting_started),
    Row(OPEN, e.MeetingEnded, rules_people.meeting_ended, {_S.ENDED}),
    Row({_S.ENDED}, e.MeetingEnded, rules_people.meeting_ended_as_thought),
    Row(_ACCEPTED, e.ParticipantJoined, rules_people.participant_joined, {_S.REQUESTING, _S.RESEND_NEEDED}),
    Row(
        {_S.WAITING_FOR_HOST}, e.ParticipantJoined, rules_people.participant_joined,
        {_S.PENDING_APPROVAL, _S.REQUESTING, _S.RESEND_NEEDED},
    ),
    Row({_S.STOPPED}, e.ParticipantJoined, rules_people.participant_joined, _IN_ROOM),
    Row(
        OPEN - _ACCEPTED - {_S.WAITING_FOR_HOST, _S.STOPPED},
        e.ParticipantJoined, rules_people.participant_joined,
    ),
    Row(_ACCEPTED, e.RoleChanged, rules_people.role_changed, {_S.REQUESTING, _S.RESEND_NEEDED}),
    Row(
        {_S.WAITING_FOR_HOST}, e.RoleChanged, rules_people.role_changed,
        {_S.NO_ANSWER, _S.PENDING_APPROVAL, _S.REQUESTING, _S.RESEND_NEEDED},
    ),
    Row({_S.RESEND_NEEDED}, e.RoleChanged, rules_people.role_changed, {_S.NO_ANSWER}),
    Row(OPEN - _ACCEPTED - _FOR_HOST, e.RoleChanged, rules_people.role_changed),
    Row(_MAY_ENTER_ROOM, e.ParticipantLeft, rules_people.participant_left, _IN_ROOM),
    Row(OPEN - _MAY_ENTER_ROOM, e.ParticipantLeft, rules_people.participant_left),
    Row(_HOST_MATTERS, e.WaitingForHost, rules_people.waiting_for_host, {_S.WAITING_FOR_HOST}),
    Row(OPEN - _HOST_MATTERS, e.WaitingForHost, rules_people.waiting_for_host),
    Row(_MAY_ENTER_ROOM, e.BreakoutJoined, rules_people.breakout_moved, _IN_ROOM),
    Row(OPEN - _MAY_ENTER_ROOM, e.BreakoutJoined, rules_people.breakout_moved),
    Row(OPEN, e.BreakoutLeft, rules_people.breakout_moved),
    Row({_S.ENDED}, e.BreakoutJoined, rules_rooms.told_after_end),
    Row({_S.ENDED}, e.BreakoutLeft, rules_rooms.told_after_end),
    Row({_S.ENDED}, e.ParticipantJoined, rules_rooms.told_after_end),
    Row({_S.ENDED}, e.ParticipantLeft, rules_rooms.told_after_end),
    # connections
    Row(ANY, e.FeedConfigured, rules_visibility.feed_configured),
    Row({_S.PENDING_APPROVAL}, e.FeedUp, rules_visibility.feed_up, {_S.SHARING, _S.PAUSED}),
    Row(ANY - {_S.PENDING_APPROVAL}, e.FeedUp, rules_visibility.feed_up),
    Row(ANY, e.FeedDown, rules_visibility.feed_down),
    Row(OPEN, e.Slept, rules_visibility.slept),
    Row(_REFUSED, e.SignedIn, rules_visibility.signed_in, _REQUESTING),
    Row(_FOR_HOST, e.SignedIn, rules_visibility.signed_in, {_S.NO_ANSWER}),
    Row(ANY - _REFUSED - _FOR_HOST, e.SignedIn, rules_visibility.signed_in),
    Row(OPEN, e.SignInLost, rules_visibility.sign_in_lost),
    Row(OPEN, e.AppDeauthorized, rules_visibility.app_removed),
    Row(_REFUSED, e.NetworkBack, rules_visibility.network_back, _REQUESTING),
    Row(_REFUSED, e.KeyringUnlocked, rules_visibility.keyring_unlocked, _REQUESTING),
    Row(OPEN - _REFUSED, e.KeyringUnlocked, rules_visibility.keyring_unlocked),
    Row(OPEN, e.OwnerClientChecked, rules_visibility.client_checked),
    # other sessions, and earlier runs
    Row(_FOR_HOST, Identified, instances.identified, {_S.NO_ANSWER}),
    Row(ANY - _FOR_HOST, Identified, instances.identified),
    Row(OPEN, Superseded, instances.superseded, {_S.ENDED}),
    Row(OPEN, Outdated, instances.outdated),
    Row(LIVE | {_S.STOPPED}, MaybeStopped, instances.maybe_stopped),
    Row(OPEN, Inherited, instances.inherited),
    Row({_S.IDLE}, Inherited, instances.inherited, UNANSWERED),
    Row(OPEN | {_S.ENDED}, Merged, merging.merged, OPEN),
    Row(_REQUESTING, Restored, instances.restored, {_S.PENDING_APPROVAL, _S.ENDED}),
    Row(OPEN - _REQUESTING, Restored, instances.restored, {_S.ENDED}),
)  # fmt: skip


def _shown(session: Session, context: Context) -> Step:
    """Alerts and the list of sessions depend on whether the deadline has passed."""
    del context
    return Step(session)


TIMERS: Final = (
    TimerRow(_REQUESTING | _WAITING, Timer.RETRY, rules_request.retry),
    TimerRow(LIVE | UNANSWERED | {_S.STOPPED}, Timer.RETRY_ACTION, rules_request.retry_action),
    TimerRow(_WAITING, Timer.NEXT_REQUEST, rules_request.send_start),
    TimerRow({_S.RESEND_NEEDED}, Timer.RESEND, rules_waiting.resend_for_host, _REQUESTING),
    TimerRow(_PENDING, Timer.GRACE, rules_waiting.host_maybe_absent, {_S.WAITING_FOR_HOST}),
    TimerRow(_PENDING, Timer.NO_ANSWER, rules_waiting.answer_timed_out, {_S.NO_ANSWER, _S.WAITING_FOR_HOST}),
    TimerRow({_S.INTERRUPTED}, Timer.INTERRUPTION_ALERT, _shown),
    TimerRow({_S.INTERRUPTED}, Timer.INTERRUPTION_OVER, rules_interruption.interruption_over, _MAY_RESUME),
    TimerRow(_MAY_RESUME, Timer.INTERRUPTION_SETTLED, rules_interruption.interruption_settled),
    TimerRow(OPEN, Timer.WORD, doubt.word_over),
    TimerRow(_IN_ROOM, Timer.BREAKOUT_RETURN, rules_rooms.breakout_return_over, {_S.STOPPED}),
    TimerRow(_HOST_MATTERS, Timer.LEFT, rules_people.left_counts, {_S.WAITING_FOR_HOST}),
    TimerRow(_IN_ROOM, Timer.LEFT, rules_people.left_counts, {_S.STOPPED}),
    TimerRow(OPEN - _HOST_MATTERS - _IN_ROOM, Timer.LEFT, rules_people.left_counts),
    TimerRow(_ACCEPTED, Timer.HOST_CAME, rules_people.host_came, {_S.RESEND_NEEDED}),
    TimerRow(
        {_S.WAITING_FOR_HOST}, Timer.HOST_CAME, rules_people.host_came,
        {_S.PENDING_APPROVAL, _S.RESEND_NEEDED},
    ),
    TimerRow(_IN_ROOM, Timer.ROOM, rules_rooms.room_settled, _MAY_RESUME),
    TimerRow(OPEN - _IN_ROOM, Timer.ROOM, rules_rooms.room_settled),
    TimerRow(_IN_ROOM, Timer.ROOM_NEWS, rules_rooms.room_without_news),
    TimerRow({_S.STOPPED}, Timer.STOP_EXPLAINED, rules_rooms.stop_explained, _IN_ROOM),
    TimerRow(LIVE, Timer.FEED_DOWN_ALERT, rules_visibility.feed_down_alert),
    TimerRow(OPEN - {_S.SHARING}, Timer.REMINDER, rules_waiting.remind),
    TimerRow(UNANSWERED, Timer.NUDGE, rules_waiting.nudge),
    TimerRow(OPEN, Timer.LOST_SIGHT, last_sight.lost_sight, {_S.ENDED}),
    TimerRow(NOT_LIVE - _WAITING, Timer.MAYBE_OVER, last_sight.ask_if_over),
    TimerRow({_S.ENDED}, Timer.FORGET, _shown),
)  # fmt: skip
