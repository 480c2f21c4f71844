"""Diagnosis: what still explains the silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import (
    CANDIDATES,
    SILENT,
    Candidate,
    Silence,
    silence_of,
)
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.scenarios import SCENARIOS
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.verdict import ASKED, explain
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.helpers.capture_stage import (
    MEETING,
    OWN_MEETING,
    PATH_TO,
    THE_HOST,
    Stage,
    brought_to,
)
from tests.helpers.sessions import session as made

_C, _S = Condition, CaptureState
RUNNING = text("diagnosis.candidate.running")
YES, NO = Value.YES, Value.NO
TITLES = {row.number: row.title for row in SCENARIOS}


def silent(**known: str) -> Stage:
    """Asked, accepted, and then nothing."""
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(20)
    for name, value in known.items():
        stage.tell(_C(name), Value(value))
    return stage


def explained(stage: Stage) -> Silence:
    found = silence_of(stage.session, stage.context)
    assert found is not None
    return found


SETTLED_BY = (
    _C.HOST_PRESENT,
    _C.HOST_APPROVES,
    _C.OWNER_CLIENT_SUPPORTED,
    _C.HOST_ORG_RTMS_ENABLED,
    _C.HOST_CLIENT_SUPPORTED,
    _C.OWNER_PRESENT,
)


@pytest.mark.parametrize(("one", "condition"), list(zip(CANDIDATES, SETTLED_BY, strict=True)))
def test_one_answer_settles_each_way_to_explain_silence(
    one: Candidate, condition: Condition
) -> None:
    assert one.condition is condition
    assert one.scenario in explain({}).scenarios
    assert one.scenario not in explain({condition: YES}).scenarios


class TestSilence:
    """No answer, and nothing is known."""

    def test_a_meeting_whose_start_was_seen_was_not_running_before(self) -> None:
        stage = Stage(meeting=OWN_MEETING)
        stage.meeting_started()
        stage.ask()
        stage.reply()
        stage.wait(30)
        assert RUNNING not in explained(stage).fits

    def test_everything_still_fits_the_likeliest_first(self) -> None:
        found = explained(silent())
        assert found.scenarios == (4, 7, 3, 1, 2, 10)
        assert found.fits[-1] == RUNNING == "It may already be running; rtms-tray joined late."
        by_number = {one.scenario: one.words() for one in CANDIDATES}
        assert found.fits[:-1] == tuple(by_number[number] for number in found.scenarios)
        assert (found.ask_next, found.question) == (_C.HOST_PRESENT, "Is the host in the meeting?")
        assert found.remedy == "", "only the answer helps"
        assert found.text == "", "the reason's own words stand"

    def test_a_meeting_that_was_seen_to_begin_has_no_stream_from_before(self) -> None:
        stage = silent()
        stage.meeting_started()
        stage.tell_host(Value.UNKNOWN)
        assert RUNNING not in _fits(stage)

    def test_the_own_client_is_known_to_be_new(self) -> None:
        assert explained(silent(owner_client_supported="yes")).scenarios == (4, 7, 1, 2, 10)

    def test_i_am_in_the_meeting(self) -> None:
        assert 10 not in explained(silent(owner_present="yes")).scenarios

    def test_no_approval_is_needed(self) -> None:
        found = explained(silent(host_approval_required="no"))
        assert found.scenarios == (3, 1, 2, 10)
        assert found.ask_next is _C.OWNER_CLIENT_SUPPORTED

    def test_the_own_client_is_too_old(self) -> None:
        found = explained(silent(owner_client_supported="no"))
        assert found.scenarios[0] == 3
        assert set(found.scenarios) == {1, 2, 3}
        assert found.text == "Your Zoom is older than 6.5.5. Zoom tells nobody about this."
        assert (found.remedy or "").startswith("Update Zoom")
        assert (found.fits, found.ask_next, found.question) == ((), None, "")
        assert found.rules == ("B4", "B0", "B3")

    def test_all_answers_are_given_and_nothing_is_left(self) -> None:
        known = dict.fromkeys((name.value for name in ASKED if name not in NOT_TOLD), "yes")
        stage = silent(**known, in_breakout_room="no", host_approves="yes")
        sessions = (replace(stage.session, known={**stage.session.known, **THERE}),)
        stage.board = replace(stage.board, sessions=sessions)
        found = explained(stage)
        assert (found.scenarios, found.fits) == ((), (RUNNING,))
        assert (found.ask_next, found.question, found.remedy) == (None, "", None)

    def test_what_is_told_already_is_not_asked(self) -> None:
        told = {_C.HOST_PRESENT: YES, _C.HOST_APPROVES: NO}
        known = {name: Evidence(value, Source.USER, 0) for name, value in told.items()}
        stage = silent()
        found = silence_of(replace(stage.session, known=known), stage.context)
        assert found
        assert 7 in found.scenarios
        assert found.ask_next is _C.OWNER_CLIENT_SUPPORTED


THERE = {_C.HOST_PRESENT: Evidence(YES, Source.USER, 0)}
NOT_TOLD = {_C.HOST_PRESENT, _C.HOST_APPROVES, _C.IN_BREAKOUT_ROOM}


def _fits(stage: Stage) -> tuple[str, ...]:
    found = silence_of(stage.session, stage.context)
    return found.fits if found else ()


class TestTheHostIsThere:
    """Pending, the host known to be present."""

    def test_not_absence(self) -> None:
        stage = Stage()
        stage.joins(THE_HOST)
        stage.ask()
        stage.reply()
        stage.wait(20)
        assert stage.state is _S.PENDING_APPROVAL
        found = explained(stage)
        assert found.scenarios == (7, 3, 1, 2, 10)
        assert found.question == "Has the host approved your app?"
        assert found.remedy is None, "the reason's own remedy: ask the host"


class TestMyOwnMeeting:
    """There nobody approves, and my Zoom is the host's."""

    def test_what_is_left(self) -> None:
        stage = Stage(meeting=OWN_MEETING)
        stage.meeting_started()
        stage.ask()
        stage.reply()
        stage.wait(20)
        assert stage.state is _S.NO_ANSWER
        found = explained(stage)
        assert found.scenarios == (3, 1)
        assert found.fits == (
            "Your Zoom is older than 6.5.5.",
            "Your organization doesn't allow app capture.",
        )
        assert (found.question, found.remedy) == ("Is your own Zoom version 6.5.5 or later?", "")


class TestNoSight:
    """Without a feed nothing can be seen; that is said, and the same ways fit."""

    def test_pending(self) -> None:
        stage = Stage(feed=False)
        stage.ask()
        stage.reply()
        found = explained(stage)
        assert found.scenarios == (4, 7, 3, 1, 2, 10)
        assert RUNNING in found.fits
        assert (found.text, found.remedy) == ("", None)

    def test_the_reply_was_lost(self) -> None:
        stage = brought_to(_S.REQUESTING)
        stage.reply(Outcome.REPLY_LOST)
        assert explained(stage).question


@pytest.mark.parametrize("state", sorted(set(PATH_TO) - {_S.NO_ANSWER}))
def test_what_explains_itself_is_left_alone(state: CaptureState) -> None:
    assert silence_of(brought_to(state).session, Context()) is None


def test_an_owner_who_is_not_there_comes_first() -> None:
    silence = silence_of(silent(owner_present="no").session, Context())
    assert silence is not None
    assert silence.scenarios[0] == 10
    assert silence.fits[0] == "You aren't in the meeting."
    assert explain({_C.OWNER_PRESENT: NO}).scenarios[0] == 10
    nobody = explain({_C.OWNER_PRESENT: NO, _C.AUTO_START_ENABLED: NO})
    assert (nobody.scenarios[0], nobody.blocking) == (10, _C.OWNER_PRESENT)


def test_an_idle_session_is_not_silent() -> None:
    assert silence_of(made(_S.IDLE), Context()) is None


@pytest.mark.parametrize("one", CANDIDATES)
def test_candidates_are_plain_sentences_about_real_scenarios(one: Candidate) -> None:
    assert one.scenario in TITLES
    assert one.condition in ASKED
    for own in (False, True):
        words = one.words(own=own)
        assert words.endswith(".")
        assert not any(char.isdigit() for char in words.replace("6.5.5", ""))


KNOWN = st.dictionaries(st.sampled_from(sorted(ASKED)), st.sampled_from([YES, NO]))


@given(known=KNOWN, code=st.sampled_from(sorted(SILENT)), own=st.booleans())
def test_it_never_contradicts_what_is_known(
    known: dict[Condition, Value],
    code: Code,
    own: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    state = _S.NO_ANSWER if code.startswith("silence") else _S.PENDING_APPROVAL
    evidence = {name: Evidence(value, Source.USER, 0) for name, value in known.items()}
    one = replace(made(state, code), known=evidence)
    one = replace(one, meeting=OWN_MEETING if own else MEETING)
    found = silence_of(one, Context(me="me"))
    assert found is not None
    assert one.state in UNANSWERED
    for number in found.scenarios:
        row = next(row for row in SCENARIOS if row.number == number)
        assert not row.data
        told = {**known, **({_C.HOST_APPROVAL_REQUIRED: NO} if own else {})}
        assert all(told.get(name, wanted) is wanted for name, wanted in row.asks.items())
    if found.ask_next is not None:
        assert found.ask_next not in known
