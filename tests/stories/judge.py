"""Compares what the program shows with what is the case, once everything has arrived.

It judges *at rest*: no event and no reply is under way, the program is not still about to notice that the feed has
died, and no deadline of the program is near (`REST`): then nothing it waits for can excuse what it says.

A verified *sharing* says: a stream of mine exists, no request from here has paused it, and I am in no breakout room
that a delivered event named. Nobody can see more: pauses made in Zoom's window, and streams of which nothing was
received (stops 11 and 18), are counted apart.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.effects import SendRequest
from rtms_tray.presentation.view_model import SessionView
from tests.stories.modes import MINUTE, SECOND
from tests.stories.post import Post
from tests.stories.program import Program
from tests.stories.spans import SpanJudge, name_of
from tests.stories.truth import Instance, Stream, length
from tests.stories.wire import Json, uuid_of
from tests.stories.zoom import Answer, Zoom

REST: Final = 15 * SECOND
"""A deadline so near may settle what is said now."""
SETTLES_WITHIN: Final = 5 * SECOND
WORD_HOLDS: Final = 10 * MINUTE
"""So long the user's word, or a reply, stands and is shown as such, while no event could contradict it."""
SPANS_EVERY: Final = 4 * MINUTE
REPEATED: Final = frozenset({"not_started", "rate_limited", "server_trouble"})
"""Replies after which the program may ask again by itself: Zoom has not taken the request."""
UNANSWERED: Final = frozenset(
    {
        "requesting",
        "waiting_for_meeting",
        "waiting_for_host",
        "resend_needed",
        "pending_approval",
        "no_answer",
    }
)
CLOCKS_APART: Final = 30 * SECOND
INTERRUPTION_OPEN: Final = 180 * SECOND
"""What an interruption leaves open, with the time its event takes."""
ROOM_OPEN: Final = 30 * SECOND


@dataclass(slots=True)
class Expected:
    """By then a session has to be verified."""

    at: int
    meeting: Instance
    because: str
    leaves_room_open: bool  # it tells nothing of whether I am in a breakout room


@dataclass(slots=True)
class Tally:
    """What one story adds to its mode's row."""

    live: int = 0  # ms
    verified: int = 0
    unexcused: int = 0
    columns: Counter[str] = field(default_factory=Counter)


class Judge:
    """Watches one story."""

    def __init__(
        self, zoom: Zoom, post: Post, program: Program, skew: int, log: Callable[[str], None]
    ) -> None:
        self.findings: list[tuple[str, str]] = []
        self.tally = Tally()
        self.due = 0  # replies that are under way
        self.unaware = False  # of a feed that has died
        self.knows_all = False  # every event comes, and in time
        self._blind = True
        self._sees_since = 0
        self._word_at = -WORD_HOLDS
        self._clock_told = False  # by an event that came in time
        self._zoom = zoom
        self._post = post
        self._program = program
        self._skew = skew
        self._spans = SpanJudge(zoom, program, skew, self.find)
        self._log = log
        self._expected: list[Expected] = []
        self._kinds: set[str] = set()
        self._spans_at = 0
        self._sent_at: dict[str, int] = {}
        self._askers: dict[str, int] = {}
        self._last_answer: dict[str, Answer] = {}

    def find(self, kind: str, why: str) -> None:
        """Note a finding; one of each kind per story is enough."""
        if kind not in self._kinds:
            self._kinds.add(kind)
            self.findings.append((kind, why))
            self._log(f"FINDING {kind}: {why}")

    # --- what happens -------------------------------------------------------------------------

    def goes_blind(self) -> None:
        """The feed dies, the machine sleeps, or the program ends."""
        self._blind = self.unaware = True
        self._expected.clear()

    def sees_since(self, at: int) -> None:
        """The feed lives again."""
        self._blind = self.unaware = False
        self._sees_since = at

    def told(self, text: str) -> None:
        """An event was delivered."""
        body = json.loads(text)
        name, payload = body["event"], body["payload"]
        about = uuid_of(payload)
        meeting = next((one for one in self._zoom.meetings if one.uuid == about), None)
        if meeting is None:
            return
        self._dates(meeting, body["event_ts"])
        mine = f'"id": "{self._zoom.me.user_id}"' in text and "participant_" in name
        if "rtms_" in name or mine:
            self._expected = [one for one in self._expected if one.meeting is not meeting]
        if "rtms_" in name or "breakout" in name:
            meeting.told.add(text)
        self._settles(name, payload, meeting, body["event_ts"])

    def _dates(self, meeting: Instance, stamp: int) -> None:
        """An event in time tells which of two clocks is Zoom's; before the first, nobody could date a late one."""
        if self._zoom.now - stamp <= CLOCKS_APART:
            self._clock_told = True
        elif not self._clock_told and abs(self._skew) > CLOCKS_APART:
            meeting.confused = True

    def restarts(self) -> None:
        """What was known of Zoom's clock is saved with a meeting."""
        self._clock_told = self._clock_told and any(one.open for one in self._program.sessions)

    def _settles(self, name: str, payload: Json, meeting: Instance, stamp: int) -> None:
        """A new stream, or the end of one, leaves no doubt, if it is fresh and nothing overtakes it."""
        found = (one for one in meeting.streams if one.stream_id == payload.get("rtms_stream_id"))
        stream = next(found, None)
        fresh = self._zoom.now - stamp < 50 * SECOND and stamp > self._sees_since
        if stream is None or not fresh or not self._is_surely_mine(stream):
            return
        if stream is not meeting.streams[-1] or any(
            one.about == meeting.uuid for one in self._post.under_way
        ):
            return
        began = name.endswith("rtms_started") and abs(stream.started - stamp) < SETTLES_WITHIN
        ended = name.endswith("rtms_stopped") and payload.get("stop_reason", 3) != 3
        if began or (ended and stream.told is not None):
            self._expect(meeting, name)

    def _is_surely_mine(self, stream: Stream) -> bool:
        return stream.operator is self._zoom.me and self._zoom.customs.operator_in_start

    def _expect(self, meeting: Instance, because: str) -> None:
        leaves_room_open = not because.endswith("rtms_started")
        at = self._zoom.now + SETTLES_WITHIN
        self._expected.append(Expected(at, meeting, because, leaves_room_open))

    def arrives(self, text: str) -> None:
        """An event comes: how many open requests could have begun its stream?"""
        if "rtms_started" not in text:
            return
        payload = json.loads(text)["payload"]
        uuid, mine = uuid_of(payload), payload.get("operator_id") in {None, self._zoom.me.user_id}
        if mine and uuid is not None and uuid not in self._askers:
            views = self._program.sessions
            waiting = [one for one in views if one.state in UNANSWERED and not one.meeting_uuid]
            self._askers[uuid] = len(waiting)

    def user_told(self, meeting: Instance) -> None:
        """The user has said whether it is shared: that settles it, while the feed lives."""
        self._word_at = self._zoom.now
        if not self._blind:
            self._expect(meeting, "the user's word")

    def sent(self, effect: SendRequest, cause: e.Event) -> None:
        """The program sends a request: by itself only if it was not taken before, or a host has come."""
        if effect.action is not e.Action.START:
            return
        number = self._number(effect.meeting)
        asked = self._sent_at.get(number, 0)
        self._sent_at[number] = self._zoom.now
        if isinstance(cause, e.StartRequested):
            return
        # One session may go by the number, and another by the UUID of an instance that is over.
        answer = self._last_answer.get(effect.meeting) or self._last_answer.get(number)
        if answer and (answer.outcome in REPEATED or answer.code == 2308):
            return
        self.tally.columns["sent by itself"] += 1
        came = [at for one in self._zoom.meetings if one.number == number for at in one.hosts_came]
        named = {one.uuid for one in self._zoom.meetings if one.number == number}
        if any(letter.about in named for letter in self._post.under_way):
            return  # that a host was there already may be on its way
        if not any(at > asked - SETTLES_WITHIN for at in came):
            self.find("automatic", f"{effect.meeting} is asked for by itself, and no host has come")

    def _number(self, named: str) -> str:
        return next((one.number for one in self._zoom.meetings if one.uuid == named), named)

    def answered(self, effect: SendRequest, answer: Answer) -> None:
        """A reply comes: to pause, resume and stop it says whether a stream runs."""
        number = self._number(effect.meeting)
        if effect.action is e.Action.START:
            self._last_answer[number] = self._last_answer[effect.meeting] = answer
        meeting = self._zoom.running(effect.meeting)
        if meeting is None:
            return
        meeting.replies += 1
        self._word_at = self._zoom.now
        accepts = answer.outcome == "accepted" and effect.action is not e.Action.START
        proves = accepts or answer.code == 13277
        meeting.proved = meeting.proved or proves or answer.outcome == "already_running"
        if effect.action is not e.Action.START and proves and not self._blind:
            self._expect(meeting, f"{effect.action}: {answer.outcome}")

    # --- looking ------------------------------------------------------------------------------

    @property
    def _rests(self) -> bool:
        if self._blind and self._zoom.now - self._word_at < WORD_HOLDS:
            return False
        return not self.unaware and not self.due and not self._post.under_way

    def look(self, until: int) -> None:
        """Judge the time up to then: nothing that is shown changes in it."""
        now = self._zoom.now
        if until <= now:
            return
        self._measure(now, until)
        self._check_expected(until)
        at = until - 1
        if self._rests and not self._is_near(at):
            self._judge(at)

    def _is_near(self, at: int) -> bool:
        """Whether a deadline may soon settle what is said now."""
        near = self._program.deadline
        return near is not None and near - self._skew - at <= REST

    def close(self) -> None:
        """Judge what is left at the end."""
        if self._rests:
            self._judge(self._zoom.now)
            self._spans.check(self._zoom.now)
            self._spans.check_sums(self._zoom.now)

    def _judge(self, at: int) -> None:
        if any(map(self._spans.is_misplaced, self._program.sessions)):
            return
        for view in self._program.sessions:
            if view.state == "sharing" and view.unverified_since is None:
                self._check_claim(view, at)
        self._check_pairs()
        if at - self._spans_at > SPANS_EVERY:
            self._spans_at = at
            self._spans.check(at)

    def _check_claim(self, view: SessionView, at: int) -> None:
        streams = [
            (meeting, one)
            for meeting in self._meetings_of_number(view)
            for one in self._spans.mine(meeting)
            if one.live(at)
        ]
        if not streams and not any(one.confused for one in self._meetings_of_number(view)):
            self.find("false claim", f"verified sharing, and no stream of {name_of(view)} exists")
            return
        for meeting, stream in streams:
            if stream.paused_from_here(at):
                self.find(
                    "false claim", f"verified sharing, and {stream.stream_id} is paused from here"
                )
            for stay in self._spans.told_stays(meeting, stream):
                if stay.since <= at < stay.until:
                    self.find(
                        "false claim", f"verified sharing, and I am in {stay.room}, as was told"
                    )
            self.tally.columns["paused in Zoom"] += stream.paused_by_zoom(at)
            self.tally.columns["11, 18"] += stream.doomed

    def _meetings_of_number(self, view: SessionView) -> list[Instance]:
        """List all instances of a session's meeting: a reply to a request by number is about whichever runs."""
        numbers = {one.number for one in self._spans.meetings(view)}
        return [one for one in self._zoom.meetings if one.number in numbers]

    # --- two sessions -------------------------------------------------------------------------

    def _check_pairs(self) -> None:
        views = [view for view in self._program.sessions if view.open]
        for index, one in enumerate(views):
            for two in views[index + 1 :]:
                same = set(map(id, self._spans.meetings(one))) & set(
                    map(id, self._spans.meetings(two))
                )
                same_number = one.meeting_id is not None and one.meeting_id == two.meeting_id
                if (same or same_number) and not self._may_stand_beside(one, two):
                    self.find("two sessions", f"{name_of(one)} and {name_of(two)} are open")

    def _may_stand_beside(self, one: SessionView, two: SessionView) -> bool:
        """A stream by UUID alone may, if it began before the request, or none or several could have begun it."""
        alone = [view for view in (one, two) if view.meeting_id is None]
        if not alone or self._zoom.customs.readable:
            return False
        asked = list(self._sent_at.values())
        began = [
            stream.started
            for meeting in self._spans.meetings(alone[0])
            for stream in self._spans.mine(meeting)
        ]
        early = any(start < at - MINUTE for start in began for at in asked)
        return early or self._askers.get(alone[0].meeting_uuid or "") != 1

    # --- knowing too little -------------------------------------------------------------------

    def _measure(self, start: int, end: int) -> None:
        """Count the time in which a stream, whose start was told, is live: how much of it is verified."""
        if not self._zoom.customs.operator_in_start:
            return
        for meeting in self._zoom.meetings:
            for stream in self._spans.mine(meeting):
                if stream.told is None or not stream.live(start):
                    continue
                self.tally.live += end - start
                if self._is_verified(meeting):
                    self.tally.verified += end - start
                elif not self._excused(meeting, stream, start):
                    self.tally.unexcused += end - start

    def _is_verified(self, meeting: Instance) -> bool:
        own = (one for one in self._program.sessions if meeting in self._spans.meetings(one))
        return any(one.unverified_since is None for one in own)

    def _excused(self, meeting: Instance, stream: Stream, at: int) -> bool:
        """What a lost connection, an interruption, a new server of a paused stream, and rooms leave open."""
        if self._blind:
            return True
        if any(since <= at < since + INTERRUPTION_OPEN for since in stream.interrupted):
            return True
        if stream.new_server_while_paused <= at:
            return True
        for stay in self._spans.my_stays(meeting):
            silent = not (stay.told_in and stay.told_out) and stream.started < stay.until
            if stay.since <= at and (silent or at < stay.until + ROOM_OPEN):
                return True
        return False

    def _check_expected(self, until: int) -> None:
        due = [one for one in self._expected if one.at <= until]
        self._expected = [one for one in self._expected if one.at > until]
        for one in due:
            waits = self.due or any(
                letter.about == one.meeting.uuid for letter in self._post.under_way
            )
            open_room = one.leaves_room_open and self._has_open_room(one.meeting)
            if self._blind or waits or open_room or one.meeting.confused:
                continue
            if any(map(self._spans.is_misplaced, self._program.sessions)):
                continue
            if not self._is_verified(one.meeting):
                self.find("slow", f"{one.meeting.uuid} is not verified 5 s after {one.because}")

    def _has_open_room(self, meeting: Instance) -> bool:
        """Whether events leave open if I am in a breakout room."""
        stays = self._spans.my_stays(meeting)
        return any(not (one.told_in and one.told_out) for one in stays)

    # --- for the log --------------------------------------------------------------------------

    def summary(self) -> tuple[str, str]:
        """What is shown, in one line, and the seconds that go with it."""
        shown, seconds = [], []
        for view in self._program.sessions:
            doubt = "" if view.unverified_since is None else " (unverified)"
            why = f" [{view.reason.code}]" if view.reason else ""
            shown.append(f"{name_of(view)}: {view.state}{doubt}{why}")
            spans = self._spans.spans([view], self._zoom.now)
            seconds.append(
                " ".join(f"{kind} {length(parts) // SECOND}" for kind, parts in spans.items())
            )
        return " | ".join(shown) or "nothing", " | ".join(seconds)
