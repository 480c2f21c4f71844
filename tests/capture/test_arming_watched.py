"""Whether a session takes care of a meeting already: two meetings without a number are not one."""

from rtms_tray.capture import arming
from rtms_tray.capture import events as e
from tests.helpers.capture_stage import ME, UUID, Stage


def test_a_meeting_known_by_its_uuid_alone() -> None:
    stage = Stage()
    stage.zoom(e.StreamStarted(e.Meeting(uuid=UUID), "a", ME, stage.at()))
    assert stage.session.meeting.number is None
    assert arming.is_watched(stage.board, e.Meeting(uuid=UUID))
    assert not arming.is_watched(stage.board, e.Meeting(uuid="uuid-9"))
