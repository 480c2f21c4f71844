"""Which session a command means: shown as every surface shows it, and no other is put into words."""

import pytest

from rtms_tray.capture.context import Context
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.commands import session_lookup
from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.view_model import SessionView
from rtms_tray.support.command_types import RefusedError
from rtms_tray.support.frozen import replace
from tests.helpers.program_harness import ProgramHarness
from tests.helpers.sessions import board, in_state

S = CaptureState


async def test_meetings_of_one_number_are_called_as_in_the_overview(
    harness: ProgramHarness,
) -> None:
    program = harness.program
    program.watcher.board = board(in_state(S.ENDED), in_state(S.SHARING, number=2))
    names = {one.key: one.meeting for one in program.overview().sessions}
    assert len(set(names.values())) == 2
    lookup = SessionLookup(program)
    for key, name in names.items():
        shown = lookup.by_key(key)
        assert shown is not None
        assert shown.meeting == name
    assert lookup.open_session({}).meeting == names["s2"]
    assert lookup.by_key("s3") is lookup.by_key(None) is None
    with pytest.raises(RefusedError, match="over"):
        lookup.open_session({"meeting": "s1"})


async def test_only_the_session_that_is_meant_is_put_into_words(
    harness: ProgramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = in_state(S.SHARING, number=2)
    other = replace(other, meeting=replace(other.meeting, number="81234567890"))
    harness.program.watcher.board = board(in_state(S.SHARING), other)
    made: list[str] = []

    def view_of(session: Session, context: Context) -> SessionView:
        made.append(session.key)
        return session_view(session, context)

    monkeypatch.setattr(session_lookup, "session_view", view_of)
    assert SessionLookup(harness.program).open_session({"meeting": "81234567890"}).key == "s2"
    assert made == ["s2"]
