"""Commands about set-up links: ask the person about one, agree to it, decline it."""

from collections.abc import Mapping
from typing import Protocol

from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.presentation.settings_view import NOT_WRITTEN
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.presentation.view_model import SignInState
from rtms_tray.runtime.program import Program
from rtms_tray.runtime.setup_offers import SetupOffers
from rtms_tray.store.settings_file import SettingRefusedError
from rtms_tray.store.setup_link import SetupLinkError
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    Handler,
    RefusedError,
    quiet,
)
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text


class SetupWindow(Protocol):
    """Where the person is asked."""

    def show_offer(self, offer: SetupOffer) -> None:
        """Open the window that asks about it, or bring that to the front."""
        ...

    def show_question(self, question: LinkQuestion) -> None:
        """Open the window that asks about a link that starts or resends a request."""
        ...

    def refuse_setup(self, reason: str) -> None:
        """Say why a link is not even asked about, to somebody who sees no terminal."""
        ...


class NoWindow:
    """Stands in where nobody can be asked."""

    def show_offer(self, offer: SetupOffer) -> None:
        """Show nothing."""

    def refuse_setup(self, reason: str) -> None:
        """Say nothing."""

    def show_question(self, question: LinkQuestion) -> None:
        """Ask nothing."""


class SetupCommands:
    """Carries them out; only the window that asks knows the offer's key, and so can agree."""

    def __init__(self, program: Program, window: SetupWindow) -> None:
        self._program = program
        self._window = window
        self._offers = SetupOffers(program.dependencies.profile)

    def handlers(self) -> Mapping[str, Handler]:
        """Name every command with its handler."""
        return {
            "setup": quiet(self.setup),
            "setup-accept": quiet(self.accept),
            "setup-decline": quiet(self.decline),
        }

    async def setup(self, arguments: Arguments) -> Answer:
        """Ask about a link or file; while another question waits, show that instead.

        Refusals are also told on the screen where nobody sees the answer: with `aloud`.
        """
        try:
            is_asked = self._offers.take(arguments.get("given", ""))
        except SetupLinkError as error:
            if arguments.get("aloud") == "yes":
                self._window.refuse_setup(str(error))
            raise RefusedError(str(error)) from None
        if offer := self._offers.waiting:
            remark = text("setup_link.commands.another_waits", host=offer.host)
            self._window.show_offer(offer if is_asked else replace(offer, remark=remark))
            if not is_asked:
                raise RefusedError(remark)
        return Answer(Exit.DONE, text("setup_link.commands.asking"))

    def show_again(self, remark: str) -> bool:
        """Show the question that waits, and what else has happened; False where none does."""
        offer = self._offers.waiting
        if offer is not None:
            self._window.show_offer(replace(offer, remark=remark))
        return offer is not None

    async def accept(self, arguments: Arguments) -> Answer:
        """Store everything in one step, follow it, and say whether a sign-in is needed now."""
        offer = self._offers.waiting
        try:
            accepted = self._offers.accept(arguments.get("offer", ""))
        except SettingRefusedError as refusal:
            raise RefusedError(refusal.text, trouble=NOT_WRITTEN) from None
        if offer is None or not accepted:
            raise RefusedError(text("setup_link.commands.not_asked"))
        await self._program.reload()
        account = self._program.overview().account.state
        done = text("setup_link.commands.done", name=offer.name)
        return Answer(Exit.DONE, done, {"sign_in": account is SignInState.SIGNED_OUT})

    async def decline(self, arguments: Arguments) -> Answer:
        """Forget it."""
        if not self._offers.decline(arguments.get("offer", "")):
            raise RefusedError(text("setup_link.commands.not_asked"))
        return Answer(Exit.DONE, text("setup_link.commands.declined"))
