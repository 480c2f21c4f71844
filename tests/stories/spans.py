"""How a meeting's time was spent: what is shown, against what was the case."""

from collections.abc import Callable
from typing import Final

from rtms_tray.presentation.view_model import SessionView
from tests.stories.modes import SECOND
from tests.stories.program import Program
from tests.stories.truth import (
    FOREVER,
    Instance,
    Interval,
    Stay,
    Stream,
    covered,
    joined,
    length,
    without,
)
from tests.stories.zoom import Zoom

KINDS: Final = ("captured", "paused", "lost", "unknown")


class SpanJudge:
    """Compares the spans of what is shown with the time in which a stream was live."""

    def __init__(
        self, zoom: Zoom, program: Program, skew: int, find: Callable[[str, str], None]
    ) -> None:
        self._zoom = zoom
        self._program = program
        self._skew = skew
        self._find = find

    # --- what belongs together ----------------------------------------------------------------

    def meetings(self, view: SessionView) -> list[Instance]:
        """List the instances that a session may stand for."""
        known = [one for one in self._zoom.meetings if one.uuid == view.meeting_uuid]
        return known or [one for one in self._zoom.meetings if one.number == view.meeting_id]

    def is_misplaced(self, view: SessionView) -> bool:
        """Whether a stream by UUID alone was taken for the answer to the only request: it was another meeting's.

        Nobody could know better.
        """
        by_uuid = [one for one in self._zoom.meetings if one.uuid == view.meeting_uuid]
        return bool(view.meeting_id) and any(one.number != view.meeting_id for one in by_uuid)

    def mine(self, meeting: Instance) -> list[Stream]:
        """List the app owner's streams."""
        return [one for one in meeting.streams if one.operator is self._zoom.me]

    def my_stays(self, meeting: Instance) -> list[Stay]:
        """List the app owner's stays in rooms."""
        return [one for one in meeting.stays if one.connection.person is self._zoom.me]

    def told_stays(self, meeting: Instance, stream: Stream) -> list[Stay]:
        """My rooms that an event named; a stream that starts while I am in one is believed.

        So is a new server's start, if no earlier one was told: nobody could know that the stream is older.
        """
        stays = self.my_stays(meeting)
        began = stream.started if stream.shown_from == FOREVER else stream.shown_from
        before = began + 2 * SECOND  # rooms are told in whole seconds
        return [one for one in stays if one.told_in and before < one.since]

    # --- checks -------------------------------------------------------------------------------

    def check(self, at: int) -> None:
        """Check the spans of all meetings."""
        views = self._program.sessions
        if any(map(self.is_misplaced, views)):
            return
        confused = {meeting.number for meeting in self._zoom.meetings if meeting.confused}
        for number in {meeting.number for meeting in self._zoom.meetings} - confused:
            these = [one for one in views if any(m.number == number for m in self.meetings(one))]
            if these:
                self._check_number(number, these, at)

    def _check_number(self, number: str, views: list[SessionView], at: int) -> None:
        meetings = [one for one in self._zoom.meetings if one.number == number]
        margin = SECOND * (2 + sum(len(one.told) + one.replies for one in meetings))
        spans = self.spans(views, at)
        most = [part for meeting in meetings for part in self._at_most(meeting, at)]
        over = length(without(spans["captured"], most))
        if over > margin:
            self._find("captured exceeds", f"{number}: {over / SECOND:.1f} s more than was shared")
        if not self._zoom.customs.operator_in_start:
            return  # nobody can know whose stream it is
        short = max(self._denied(meeting, views, at) for meeting in meetings)
        if short > margin:
            self._find(
                "falls short",
                f"{number}: {short / SECOND:.1f} s shared, but shown as lost or paused",
            )
        self._check_counted(meetings, views, [part for kind in spans.values() for part in kind], at)

    def _denied(self, meeting: Instance, views: list[SessionView], at: int) -> int:
        """How long something was shared, but is shown as lost or paused.

        A session of another instance does not deny a stream of which nobody was told.
        """
        own = [view for view in views if view.meeting_uuid in {None, meeting.uuid}]
        told = [one for one in self.mine(meeting) if self._is_told(meeting, one)]
        short = 0
        for streams, shown in ((told, views), (self.mine(meeting), own)):
            spans = self.spans(shown, at)
            denied = without(
                [*spans["lost"], *spans["paused"]], [*spans["captured"], *spans["unknown"]]
            )
            short = max(short, covered(self._at_least(meeting, at, streams), denied))
        return short

    def _is_told(self, meeting: Instance, stream: Stream) -> bool:
        return stream.told is not None or stream.stop_told or meeting.proved

    def check_sums(self, at: int) -> None:
        """The JSON adds up the same spans, and none of them overlap."""
        sessions = self._program.status()["sessions"]
        views = self._program.sessions
        assert isinstance(sessions, list)
        for view, shown in zip(views, sessions, strict=True):
            spans = self.spans([view], at)
            sums = {kind: sum(end - start for start, end in parts) for kind, parts in spans.items()}
            whole = length([part for parts in spans.values() for part in parts])
            if sum(sums.values()) != whole or any(
                round(shown[f"{kind}_s"] * SECOND) != ms for kind, ms in sums.items()
            ):
                self._find("sums", f"{name_of(view)}: {sums} of {whole} ms, shown as {shown}")

    def _check_counted(
        self, meetings: list[Instance], views: list[SessionView], counted: list[Interval], at: int
    ) -> None:
        """Whatever an open session has seen counts; an ended one goes at least to the newest event of a stream."""
        if any(view.reason and view.reason.code == "given_up" for view in views) or not counted:
            return
        margin = SECOND * (2 + sum(len(one.told) + one.replies for one in meetings))
        for meeting in meetings:
            own = [view for view in views if view.meeting_uuid == meeting.uuid]
            if not own:
                continue
            starts = [span.start - self._skew for view in own for span in view.spans]
            begin = min(starts, default=at)
            end = at if any(view.open for view in own) else meeting.last_told
            least = self._at_least(meeting, at, self.mine(meeting))
            seen = [(max(a, begin), min(b, end)) for a, b in least]
            missing = length(without(seen, counted))
            if missing > margin:
                self._find(
                    "falls short",
                    f"{meeting.uuid}: {missing / SECOND:.1f} s shared are not counted",
                )

    def spans(self, views: list[SessionView], at: int) -> dict[str, list[Interval]]:
        """List what is shown, in true time."""
        found: dict[str, list[Interval]] = {kind: [] for kind in KINDS}
        for view in views:
            for span in view.spans:
                end = at if span.end is None else span.end - self._skew
                found[str(span.kind)].append((span.start - self._skew, end))
        return found

    def _at_most(self, meeting: Instance, at: int) -> list[Interval]:
        """When a claim of capture would be true."""
        result: list[Interval] = []
        for stream in self.mine(meeting):
            out = [(since, min(until, at)) for since, until in stream.paused_here]
            out += [(one.since, min(one.until, at)) for one in self.told_stays(meeting, stream)]
            result += without([(stream.started, min(stream.stopped, at))], out)
        return joined(result)

    def _at_least(self, meeting: Instance, at: int, streams: list[Stream]) -> list[Interval]:
        """When it would be false to say that nothing is shared."""
        result: list[Interval] = []
        for stream in streams:
            if stream.doomed:
                continue
            out = [(since, min(until, at)) for since, until in stream.pauses_asked_for]
            out += [(one.since - SECOND, min(one.until, at)) for one in self.my_stays(meeting)]
            result += without([(stream.started, min(stream.stopped, at))], out)
        return joined(result)


def name_of(view: SessionView) -> str:
    """Name a session for people."""
    return f"{view.meeting_id or '?'}/{view.meeting_uuid or '?'}"
