"""One story: a plan, Zoom, the way in between, the program, and the judge, in virtual time."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.effects import Effect, FetchMeeting, SendRequest
from rtms_tray.zoom.feeds import Connected
from rtms_tray.zoom.feeds.log_catch_up import LOOKS
from tests.stories.agenda import Agenda
from tests.stories.customs import draw_customs
from tests.stories.delivery_log import DeliveryLog
from tests.stories.judge import Judge
from tests.stories.modes import COMPLETE, HOUR, MINUTE, NOISES, SECOND, Mode
from tests.stories.plot import Plot
from tests.stories.post import Post
from tests.stories.program import Program
from tests.stories.relay import Heard, Relay, Store, in_memory
from tests.stories.truth import Instance
from tests.stories.user import User
from tests.stories.world import World
from tests.stories.zoom import Answer, Zoom

BEGIN: Final = 1_793_400_000_000
BOOT: Final = BEGIN + 30 * MINUTE
STUCK: Final = 200
"""So many deadlines at one moment are one that never passes."""


class Story:
    """Plays one story; `findings` is what the judge objects to."""

    def __init__(
        self,
        mode: Mode,
        seed: int,
        log: Callable[[str], None] | None = None,
        relay_store: Callable[[], Store] = in_memory,
    ) -> None:
        self._write = log
        self._shown = ""
        self._agenda = Agenda(BEGIN)
        self._noise = NOISES[mode]
        self._dice = self._own_dice(mode, seed, "world")
        skew, wrong = self._noise.skew, self._wrong_clock()
        self._skew = self._dice.randrange(-skew, skew + 1) if wrong == "machine" else 0
        self._dates_off = self._dice.choice((-HOUR, HOUR)) if wrong == "dates" else 0
        uuid_only = self._dice.random() < self._noise.uuid_only

        def dice_of(custom: str) -> Random:
            return self._own_dice(mode, seed, f"customs/{custom}")

        customs = draw_customs(dice_of, uuid_only=uuid_only)
        if self._noise.relay:  # to a relay, a start that names nobody is nobody's
            customs = replace(customs, operator_in_start=True)
        post_log = self._log if log else None  # to write an event in one line takes time
        self._post = Post(self._agenda, self._noise, self._own_dice(mode, seed, "post"), post_log)
        zoom_dice = self._own_dice(mode, seed, "zoom")
        world = World(self._agenda, self._post, zoom_dice, customs, self._log)
        world.ahead = self._dice.randrange(-SECOND, SECOND) if skew else 0
        world.leaps = 0.05 if wrong == "events" else 0.0
        self._zoom = Zoom(world)
        account = self._dice.choice(("AccHost", "AccMine"))
        resends = self._dice.random() < 0.5
        self._program = Program(self._clock, self._zoom.me.user_id, account, resends=resends)
        self._program.carry = self._carry
        user_dice = self._own_dice(mode, seed, "user")
        self._user = User(self._program, self._zoom, user_dice, self._log)
        self._plot = Plot(
            self._agenda, self._zoom, self._user, self._noise, self._own_dice(mode, seed, "plot")
        )
        self.judge = Judge(self._zoom, self._post, self._program, self._skew, self._log)
        self.judge.knows_all = mode in COMPLETE
        self._relay = None
        if self._noise.relay:
            me = self._zoom.me.user_id
            self._relay = Relay(lambda: self._agenda.now, me, account, self, relay_store())
        self._post.receiver = self._relay or self
        self.delivery_log = DeliveryLog(self._agenda, self._own_dice(mode, seed, "log"), self._log)
        if self._noise.log:
            self._post.sent = self.delivery_log.receive
        self._user.told = self.judge.user_told
        self._hears = False
        self._run = 0  # which run of the program: replies to an earlier one are lost
        self._alive_at = 0
        self._position = 0
        self._sees_since = 0  # with a relay: this machine's clock
        self._heard: list[tuple[int, int]] = []  # when which sequence was heard
        self._log(f"{mode} {seed}: {customs}, resends={resends}")
        self._log(
            f"clock off by {self._skew} ms, dates by {self._dates_off} ms, leaps={world.leaps}"
        )

    def _own_dice(self, mode: Mode, seed: int, name: str) -> Random:
        return Random(f"{mode}/{seed}/{name}")

    def _wrong_clock(self) -> str:
        """Which clock is off: this machine's, a proxy's that writes `Date`, or one that stamps some events."""
        if not self._noise.skew:
            return "none"
        events = 0 if self._noise.late else 1  # where events are late, too, nobody could date them
        return self._dice.choices(("machine", "dates", "events"), (6, 1, events))[0]

    def _clock(self) -> int:
        return self._agenda.now + self._skew

    def _log(self, line: str) -> None:
        if self._write is not None:
            self._write(f"{(self._agenda.now - BOOT) / SECOND:9.1f}  {line}")

    # --- play ---------------------------------------------------------------------------------

    def play(self) -> Judge:
        """Play the story to its end."""
        self._plot.make(BOOT)
        self._agenda.at(BOOT, self._boot)
        self._plan_gaps()
        self._plan_restarts()
        while self._step():
            pass
        self.judge.close()
        return self.judge

    def _step(self) -> bool:
        planned = self._agenda.next_at
        if planned is None or (planned > self._plot.ends_at and not self._post.under_way):
            return False
        due = self._program.deadline if self._run else None
        due = None if due is None else max(due - self._skew, self._agenda.now)
        if due is not None and due <= planned and not self._user.away:
            self.judge.look(due)
            self._agenda.now = due
            self._tick()
        else:
            self.judge.look(planned)
            self._agenda.do_next()
        self._log_status()
        return True

    def _tick(self) -> None:
        for _ in range(STUCK):
            self._program.take(e.Tick())
            due = self._program.deadline
            if due is None or due > self._clock():
                return
        self.judge.find("stuck", "a deadline that never passes")
        raise RuntimeError("a deadline that never passes")

    def _log_status(self) -> None:
        if self._write is None:
            return
        shown, spans = self.judge.summary()
        if shown != self._shown:
            self._shown = shown
            self._log(f"STATUS {shown}  {spans}")

    # --- the feed -----------------------------------------------------------------------------

    @property
    def hears(self) -> bool:
        """Whether an event can arrive."""
        return self._hears

    def receive(self, text: str) -> None:
        """An event arrives."""
        self._alive_at = self._agenda.now
        self.judge.arrives(text)
        self.delivery_log.heard(text)
        self._program.receive(text)
        self.judge.told(text)

    def hear(self, heard: Heard) -> None:
        """The relay has an event; while it can't come, it waits there."""
        if not self._hears:
            return
        self._alive_at = self._agenda.now
        self._take_note(heard)
        self.judge.arrives(heard.of)
        self._program.receive_from_relay(heard.text, heard.received_at + self._skew)
        self.judge.told(heard.of)

    def _take_note(self, heard: Heard) -> None:
        self._position = heard.sequence
        self._heard.append((self._agenda.now, heard.sequence))

    def _catch_up(self, relay: Relay) -> None:
        """Take in what the relay kept; before the first time, nobody knows what was before that."""
        missed = relay.after(self._position)
        came = [(one.text, one.received_at + self._skew) for one in missed]
        if not self._sees_since:
            self._sees_since = min((at for _, at in came), default=self._clock())
        for one in missed:
            self._take_note(one)
            self.judge.arrives(one.of)
        self.judge.sees_since(self._sees_since - self._skew)
        self._program.catch_up(self._sees_since, came)
        for one in missed:
            self.judge.told(one.of)

    def _boot(self) -> None:
        self._run = 1
        self._program.begin()
        self._read_clock()
        self._connect()

    def _read_clock(self) -> None:
        """Signing in has shown what time it is at Zoom."""
        self._program.take(e.ZoomDated(self._ahead()))

    def _ahead(self) -> int:
        """Zoom's clock by a `Date` header, which has whole seconds, minus this machine's."""
        return self._agenda.now // SECOND * SECOND + SECOND // 2 - self._clock() + self._dates_off

    def _connect(self) -> None:
        self._hears = True
        self._alive_at = self._agenda.now
        self._log("FEED up")
        if self._relay is not None:
            self._catch_up(self._relay)
            return
        self.judge.sees_since(self._agenda.now)
        self._program.take(e.FeedUp(self._clock()))
        if self._noise.log:
            self.delivery_log.connected()
            for wait in LOOKS:
                self._agenda.after(wait, self._look_at_log)

    def _look_at_log(self) -> None:
        """Look at the log of the webhook's deliveries, if it's time to, and take in what it tells."""
        if not self._hears:
            return
        for found in self.delivery_log.look():
            raws = [one.raw for one in (found.missed if isinstance(found, Connected) else (found,))]
            for raw in raws:
                self.judge.arrives(raw)
            self._program.take_report(found)
            for raw in raws:
                self.judge.told(raw)

    def _plan_gaps(self) -> None:
        for _ in range(self._dice.randrange(self._noise.gaps + 1)):
            when = BOOT + self._dice.randrange(self._plot.ends_at - BOOT)
            sleeps = self._dice.random() < 0.25
            self._agenda.at(when, self._sleep if sleeps else self._break)

    def _break(self) -> None:
        """The connection dies; that is noticed later, and mended still later."""
        if not self._hears:
            return
        self._hears = False
        self.judge.goes_blind()
        self._log("FEED dead")
        run = self._run
        noticed = self._dice.randrange(25 * SECOND)
        alive_at = max(self._alive_at, self._agenda.now - self._dice.randrange(10 * SECOND))
        self._agenda.after(noticed, lambda: self._notice(alive_at, run))
        back = noticed + self._dice.choice((3, 20, 90, 400)) * self._dice.randrange(300, SECOND)
        self._agenda.after(back, lambda: self._back(run))

    def _notice(self, alive_at: int, run: int) -> None:
        if run == self._run:
            self._log("FEED down, as noticed now")
            self.judge.unaware = False
            self.delivery_log.lost(alive_at)
            self._program.take(e.FeedDown(alive_at + self._skew))

    def _back(self, run: int) -> None:
        if run == self._run:
            self._connect()

    def _sleep(self) -> None:
        if not self._hears:
            return
        self._hears, self._user.away = False, True
        self.judge.goes_blind()
        self._log("SLEEP")
        since = self._clock()
        lasts = self._dice.randrange(25 * SECOND, 8 * MINUTE)
        self._agenda.after(lasts, lambda: self._wake(since, self._run))

    def _wake(self, since: int, run: int) -> None:
        if run != self._run:
            return
        self._user.away = False
        self._log("AWAKE")
        self.judge.unaware = False
        self._program.take(e.Slept(since, self._clock()))
        self.delivery_log.lost(since)
        self._program.take(e.FeedDown(since))
        self._agenda.after(self._dice.randrange(500, 4 * SECOND), lambda: self._back(run))

    # --- restarts -----------------------------------------------------------------------------

    def _plan_restarts(self) -> None:
        for _ in range(self._dice.randrange(self._noise.restarts + 1)):
            self._agenda.at(BOOT + self._dice.randrange(self._plot.ends_at - BOOT), self._quit)

    def _quit(self) -> None:
        if self._user.away or not self._run:
            return
        self._run += 1
        self._hears, self._user.away = False, True
        self.judge.goes_blind()
        self._log("QUIT")
        saved = max(self._alive_at, self._agenda.now - self._dice.randrange(10 * SECOND))
        if self._relay is not None:  # its place is written down as of the heartbeat before
            kept_at = saved - self._dice.randrange(15 * SECOND)
            self._position = max((one for at, one in self._heard if at <= kept_at), default=0)
        saved += self._skew
        lasts = self._dice.choice((3, 30, 300)) * self._dice.randrange(SECOND // 2, SECOND)
        self._agenda.after(lasts, lambda: self._restart(saved))

    def _restart(self, saved: int) -> None:
        self._user.away = False
        self._log("RESTARTED")
        self.judge.unaware = False
        self.judge.restarts()
        self._program.restart(saved)
        self._read_clock()
        run = self._run
        self._agenda.after(self._dice.randrange(300, 4 * SECOND), lambda: self._back(run))

    # --- requests -----------------------------------------------------------------------------

    def _carry(self, effect: Effect, cause: e.Event) -> None:
        run, wait = self._run, self._dice.randrange(50, 1_500)
        if isinstance(effect, SendRequest):
            self.judge.sent(effect, cause)
            self._log(f"REQUEST {effect.request}: {effect.action} {effect.meeting}")
            self.judge.due += 1
            self._agenda.after(wait, lambda: self._taken(effect, run))
        elif isinstance(effect, FetchMeeting):
            self.judge.due += 1
            self._agenda.after(wait, lambda: self._looked(effect.meeting, run))

    def _taken(self, effect: SendRequest, run: int) -> None:
        luck = self._dice.random()
        if luck < 0.03 and effect.action is e.Action.START:
            trouble = self._dice.choice(("rate_limited", "server_trouble"))
            answer = Answer(trouble, 429 if trouble == "rate_limited" else 503)
        else:
            answer = self._zoom.ask(str(effect.action), effect.meeting)
        if 0.03 < luck < 0.07 and effect.action is e.Action.START:
            answer = Answer("reply_lost")
        self._agenda.after(
            self._dice.randrange(50, 800), lambda: self._answered(effect, answer, run)
        )

    def _answered(self, effect: SendRequest, answer: Answer, run: int) -> None:
        if run == self._run and self._user.away:  # asleep
            self._agenda.after(SECOND, lambda: self._answered(effect, answer, run))
            return
        self.judge.due -= 1
        if run != self._run:
            return
        self._log(f"REPLY {effect.request}: {answer.outcome} {answer.code or ''} {answer.message}")
        ahead = None if answer.outcome == "reply_lost" else self._ahead()
        self.judge.answered(effect, answer)
        self._program.take(
            e.Replied(
                effect.request,
                effect.action,
                e.Outcome(answer.outcome),
                answer.code,
                answer.message,
                zoom_ahead_ms=ahead,
            )
        )

    def _looked(self, named: str, run: int) -> None:
        self.judge.due -= 1
        if run != self._run or self._user.away:
            return
        status, found = self._zoom.look(named)
        self._log(f"LOOK at {named}: {status}")
        names = _names(named, found)
        if self._relay is not None and names.host_id != self._zoom.me.user_id:
            names = e.Meeting(names.uuid, names.number)  # a relay names other hosts by an alias
        self._program.take(e.MeetingFetched(names, e.MeetingStatus(status)))


def _names(named: str, found: Instance | None) -> e.Meeting:
    if found is None:
        return e.Meeting(uuid=named)
    return e.Meeting(found.uuid, found.number, found.host.user_id)
