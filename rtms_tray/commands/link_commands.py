"""Commands about links that somebody has opened: each is asked about, one at a time, and then carried out."""

import secrets
from collections.abc import Mapping
from typing import NamedTuple

from rtms_tray.capture.events import Meeting
from rtms_tray.commands.session_commands import SessionCommands
from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.commands.setup_commands import SetupCommands, SetupWindow
from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.presentation.wording import meeting_name
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Answer, Arguments, Exit, Handler, RefusedError, quiet
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.action_links import (
    START,
    ActionLink,
    ActionLinkError,
    is_action_link,
    parse_action_link,
)
from rtms_tray.zoom.meeting_reference import MeetingReferenceError


class _Waiting(NamedTuple):
    link: ActionLink
    question: LinkQuestion
    command: Mapping[str, str]  # what agreeing sends


class LinkCommands:
    """Carries them out; only the window that asks knows the question's key, and so can agree."""

    def __init__(
        self,
        program: Program,
        lookup: SessionLookup,
        sessions: SessionCommands,
        setup: SetupCommands,
        window: SetupWindow,
    ) -> None:
        self._program, self._lookup = program, lookup
        self._sessions, self._setup = sessions, setup
        self._window = window
        self._waiting: _Waiting | None = None

    def handlers(self) -> Mapping[str, Handler]:
        """Name every command with its handler."""
        return {
            "open": quiet(self.open),
            "link-accept": quiet(self.accept),
            "link-decline": quiet(self.decline),
        }

    async def open(self, arguments: Arguments) -> Answer:
        """Ask about a link or file; while another question waits, show that instead."""
        given = arguments.get("given", "")
        if not is_action_link(given):
            self._refuse_beside(None)
            return await self._setup.setup(arguments)
        try:
            link = parse_action_link(given)
            self._refuse_beside(link)
            waiting = self._waiting or self._asked_about(link)
        except (ActionLinkError, MeetingReferenceError, _NotNowError) as error:
            if arguments.get("aloud") == "yes":
                self._window.refuse_setup(str(error))
            raise RefusedError(str(error)) from None
        self._waiting = waiting
        self._window.show_question(waiting.question)
        return Answer(Exit.DONE, text("link.commands.asking"))

    async def accept(self, arguments: Arguments) -> Answer:
        """Send what was agreed to, and say what came of it."""
        waiting = self._taken(arguments)
        if waiting.link.action == START:
            return await self._sessions.start(waiting.command)
        return await self._sessions.resend(waiting.command)

    async def decline(self, arguments: Arguments) -> Answer:
        """Forget it."""
        self._taken(arguments)
        return Answer(Exit.DONE, text("link.commands.declined"))

    def _taken(self, arguments: Arguments) -> _Waiting:
        waiting = self._waiting
        if waiting is None or waiting.question.key != arguments.get("question"):
            raise RefusedError(text("link.commands.not_asked"))
        self._waiting = None
        return waiting

    def _refuse_beside(self, link: ActionLink | None) -> None:
        """Show the question that waits, unless it is about the same; raises RefusedError."""
        remark = text("link.commands.another_waits")
        if self._waiting is not None and self._waiting.link != link:
            self._window.show_question(replace(self._waiting.question, remark=remark))
            raise RefusedError(remark)
        if link is not None and self._setup.show_again(remark):
            raise RefusedError(remark)

    def _asked_about(self, link: ActionLink) -> _Waiting:
        """Make the question; raises _NotNowError where the request could not be sent at all."""
        key = secrets.token_hex(16)
        try:
            self._program.require_sign_in()
            if link.action == START:
                command = {"meeting": link.meeting, "link": link.link}
                name = meeting_name(Meeting(number=link.meeting))
                topic = self._program.topics.of(link.meeting)
                question = LinkQuestion(key, link.action, name, topic)
                return _Waiting(link, question, command)
            session = self._lookup.open_session({"meeting": link.meeting})
        except RefusedError as refusal:
            raise _NotNowError(str(refusal)) from None
        question = LinkQuestion(key, link.action, session.meeting)
        return _Waiting(link, question, {"meeting": session.key})


class _NotNowError(Exception):
    """What a link asks for is not possible; says why."""
