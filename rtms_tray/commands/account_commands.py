"""Commands about the account: sign in and out, another account, the keyring."""

from collections.abc import Mapping

from rtms_tray.presentation.wording import awaited_from_browser
from rtms_tray.runtime.notices import ANOTHER_ACCOUNT
from rtms_tray.runtime.program import Program
from rtms_tray.runtime.sign_in_manager import AnotherAccountError, SignInManager
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    Handler,
    OpenUrl,
    RefusedError,
    Say,
    quiet,
)
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import SignInFailed
from rtms_tray.zoom.replies import User


class AccountCommands:
    """Carries out what the user wants of the account."""

    def __init__(self, program: Program, open_url: OpenUrl) -> None:
        self._program = program
        self._open_url = open_url
        self._address = ""  # where the sign-in under way waits

    def handlers(self) -> Mapping[str, Handler]:
        """Name every command with its handler."""
        return {
            "sign-in": self.sign_in,
            "cancel-sign-in": quiet(self.cancel_sign_in),
            "sign-in-address": quiet(self.sign_in_address),
            "no-browser": quiet(self.no_browser),
            "switch-account": quiet(self.switch_account),
            "sign-out": quiet(self.sign_out),
            "unlock": quiet(self.unlock),
        }

    async def sign_in(self, arguments: Arguments, say: Say) -> Answer:
        """Sign in through the browser, or through an address that is said."""
        browser = arguments.get("browser", "yes") == "yes"

        def show_url(url: str) -> None:
            self._address = url
            if not browser:
                say({"authorize_url": url})
            elif not self._open_url(url):
                raise SignInFailed("no_browser")

        await self._program.retry_keyring()  # the keyring may have been unlocked a moment ago
        manager = self._sign_in_manager()
        try:
            user = await manager.sign_in(
                show_url,
                switch=arguments.get("switch") == "yes",
                unreturned=lambda: say({"hint": awaited_from_browser(manager.view)}),
            )
        except AnotherAccountError as error:
            raise RefusedError(f"{error} {error.remedy}", trouble=ANOTHER_ACCOUNT) from None
        return _signed_in(user)

    async def sign_in_address(self, arguments: Arguments) -> Answer:
        """Give the address at which the sign-in under way is agreed to, for a browser to be chosen."""
        del arguments
        if not (self._sign_in_manager().is_signing_in and self._address):
            raise RefusedError(text("commands.account.none_under_way"))
        return Answer(Exit.DONE, self._address)

    async def no_browser(self, arguments: Arguments) -> Answer:
        """End the sign-in that waits for a page which was not opened after all."""
        if not self._address or arguments.get("address") != self._address:
            raise RefusedError(text("commands.account.none_waits_for_page"))
        self._sign_in_manager().cancel("no_browser")
        return Answer(Exit.DONE)

    async def cancel_sign_in(self, arguments: Arguments) -> Answer:
        """End a sign-in that is under way."""
        del arguments
        if not self._sign_in_manager().cancel():
            raise RefusedError(text("commands.account.none_under_way"))
        return Answer(Exit.DONE, text("commands.account.cancelled"))

    async def switch_account(self, arguments: Arguments) -> Answer:
        """Go on with the other account that has signed in."""
        del arguments
        user = await self._sign_in_manager().accept_switch()
        if user is None:
            raise RefusedError(text("commands.account.no_other_account"))
        return _signed_in(user)

    async def sign_out(self, arguments: Arguments) -> Answer:
        """Revoke at Zoom, and forget here."""
        del arguments
        result = await self._sign_in_manager().sign_out()
        return Answer(Exit.DONE if result.forgotten else Exit.REFUSED, result.text)

    async def unlock(self, arguments: Arguments) -> Answer:
        """Ask the system to unlock its keyring, and take up what waited for it."""
        del arguments
        await self._sign_in_manager().unlock()
        await self._program.reload()
        trouble = self._sign_in_manager().keyring_trouble
        if trouble is not None:
            raise RefusedError(text("commands.trouble", text=trouble.text, remedy=trouble.remedy))
        return Answer(Exit.DONE, text("commands.account.keyring_readable"))

    def _sign_in_manager(self) -> SignInManager:
        return self._program.require_sign_in()


def _signed_in(user: User) -> Answer:
    return Answer(Exit.DONE, text("commands.account.signed_in", name=user.email or user.id))
