"""Commands about links: nothing is sent before the window that asks has agreed, and one question waits at a time."""

from pathlib import Path

import pytest

from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.presentation.wording import meeting_name
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings_file import set_values
from rtms_tray.support.command_types import Answer, Command, Exit
from tests.helpers.program_harness import (
    MEETING,
    OTHER,
    ProgramHarness,
    make_profile,
    manual_simulator,
    run_program,
)

START = f"rtms-tray:start?meeting={MEETING}"
SETUP = "rtms-tray:setup?name=A&client_id=a&relay=https://a.test"


class Asked:
    """The commands of a running program, and the questions that its windows are given."""

    def __init__(self, harness: ProgramHarness) -> None:
        self.harness = harness
        self.questions: list[LinkQuestion] = []
        self.offers: list[SetupOffer] = []
        self.told: list[str] = []
        self._commands = CommandDispatcher(
            harness.program,
            open_url=lambda _url: True,
            show_window=lambda *_: None,
            quit_program=lambda: None,
            setup_window=self,
        )

    def show_question(self, question: LinkQuestion) -> None:
        self.questions.append(question)

    def show_offer(self, offer: SetupOffer) -> None:
        self.offers.append(offer)

    def refuse_setup(self, reason: str) -> None:
        self.told.append(reason)

    async def do(self, name: str, **arguments: str) -> Answer:
        return await self._commands.perform(Command(name, arguments), lambda _said: None)

    async def open(self, given: str, **more: str) -> Answer:
        return await self.do("open", given=given, **more)

    @property
    def key(self) -> str:
        return self.questions[-1].key


@pytest.fixture
def asked(harness: ProgramHarness) -> Asked:
    return Asked(harness)


@pytest.mark.promise("a link that sends a request asks first, and names a meeting alone")
async def test_a_start_is_asked_about_and_then_sent(asked: Asked) -> None:
    answer = await asked.open(START)
    assert (answer.exit, asked.harness.count_requests()) == (Exit.DONE, 0)
    assert "asks" in answer.text
    (question,) = asked.questions
    assert (question.action, question.topic, question.remark) == ("start", "", "")
    assert question.meeting.replace(" ", "").endswith(MEETING)
    assert (await asked.do("link-accept", question="guessed")).exit is Exit.REFUSED
    assert asked.harness.count_requests() == 0
    answer = await asked.do("link-accept", question=asked.key)
    assert answer.exit is Exit.DONE
    assert asked.harness.count_requests() == 1
    assert asked.harness.session().meeting.number == MEETING
    again = await asked.do("link-accept", question=asked.key)
    assert (again.exit, asked.harness.count_requests()) == (Exit.REFUSED, 1)


async def test_what_is_declined_is_forgotten(asked: Asked) -> None:
    await asked.open(START)
    assert (await asked.do("link-decline", question=asked.key)).exit is Exit.DONE
    assert (await asked.do("link-decline", question=asked.key)).exit is Exit.REFUSED
    assert (await asked.do("link-accept", question=asked.key)).exit is Exit.REFUSED
    assert asked.harness.count_requests() == 0


async def test_a_request_is_sent_again_in_the_meeting_that_is_meant(asked: Asked) -> None:
    assert "no meeting" in (await asked.open("rtms-tray:resend")).text.lower()
    await asked.harness.do("start", meeting=MEETING)
    before = asked.harness.count_requests()
    answer = await asked.open("rtms-tray:resend")
    assert (answer.exit, asked.questions[-1].action) == (Exit.DONE, "resend")
    assert asked.questions[-1].meeting == meeting_name(asked.harness.session().meeting)
    await asked.do("link-accept", question=asked.key)
    await asked.harness.wait_until(lambda: asked.harness.count_requests() > before)
    answer = await asked.open(f"rtms-tray:resend?meeting={OTHER}")
    assert answer.exit is Exit.REFUSED


async def test_one_question_waits_at_a_time(asked: Asked) -> None:
    await asked.open(START)
    other = await asked.open(f"rtms-tray:start?meeting={OTHER}")
    assert (other.exit, asked.questions[-1].key) == (Exit.REFUSED, asked.questions[0].key)
    assert asked.questions[-1].remark == other.text
    assert (await asked.open(START)).exit is Exit.DONE
    assert asked.questions[-1] == asked.questions[0]
    assert (await asked.open(SETUP)).exit is Exit.REFUSED
    assert asked.offers == []
    await asked.do("link-decline", question=asked.key)
    assert (await asked.open(SETUP)).exit is Exit.DONE
    shown = len(asked.questions)
    answer = await asked.open(START)
    assert (answer.exit, len(asked.questions)) == (Exit.REFUSED, shown)
    assert asked.offers[-1].remark == answer.text


async def test_bad_links_are_told_to_whoever_sees_no_terminal(asked: Asked) -> None:
    answer = await asked.open(f"{START}&profile=x")
    assert (answer.exit, asked.told) == (Exit.REFUSED, [])
    answer = await asked.open(f"{START}&profile=x", aloud="yes")
    assert asked.told == [answer.text]
    answer = await asked.open("rtms-tray:resend?meeting=nonsense!", aloud="yes")
    assert asked.told[1:] == [answer.text]


async def test_before_the_set_up_nothing_can_be_sent(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = make_profile(tmp_path, zoom)
        set_values(profile.settings_file, {"app.client_id": "", "app.sign_in_client_id": ""})
        async with run_program(zoom, profile, MemoryStore()) as harness:
            asked = Asked(harness)
            answer = await asked.open(START, aloud="yes")
            assert (answer.exit, asked.questions, asked.told) == (Exit.REFUSED, [], [answer.text])
            assert (await harness.do("open", given=START)).exit is Exit.REFUSED


async def test_without_a_window_nobody_is_asked(asked: Asked) -> None:
    assert (await asked.harness.do("open", given=START)).exit is Exit.DONE
    assert asked.questions == []
