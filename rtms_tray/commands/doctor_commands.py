"""What the running program itself can tell the doctor: its sign-in, its permissions, its feed."""

from collections.abc import Mapping
from typing import Final

from rtms_tray.doctor.examination import examine
from rtms_tray.doctor.findings import TITLES, Finding, Mark, Patient, found, ok
from rtms_tray.doctor.report import as_json, in_words, is_broken
from rtms_tray.doctor.screen import once
from rtms_tray.presentation.view_model import SignInState
from rtms_tray.runtime.program import Program
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.command_types import Answer, Arguments, Exit, Rule, UsageError, plain
from rtms_tray.zoom.errors import ClientRefused, Offline, SignInFailed, ZoomTrouble
from rtms_tray.zoom.oauth import missing, new_pkce

_FEED_S: Final = 6.0
_NO_CODE: Final = "rtms-tray-asks-whether-this-client-is-known"
_NOT_SET_UP: Final = "rtms-tray is not set up yet."


class DoctorOrders:
    """Carries out the order `doctor`; `only` names checks, with commas between."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def rules(self) -> Mapping[str, Rule]:
        """Name the order with its rule."""
        return {"doctor": plain(self._doctor)}

    async def _doctor(self, arguments: Arguments) -> Answer:
        only = frozenset(filter(None, arguments.get("only", "").split(",")))
        if unknown := only - set(TITLES):
            raise UsageError(f"There is no check {', '.join(sorted(unknown))}.")
        outside = self._program.outside
        patient = Patient(
            outside.profile, outside.store, outside.http, outside.clock,
            Running(self._program), once(),
        )  # fmt: skip
        findings = await examine(patient, only)
        exit_ = Exit.REFUSED if is_broken(findings) else Exit.DONE
        return Answer(exit_, in_words(findings), as_json(findings))


class Running:
    """The running instance, asked by the doctor (a `Living`)."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def sign_in(self) -> Finding:
        """Ask Zoom who is signed in; the program's own tokens are used."""
        code, account = "sign_in", self._program.overview().account
        match account.state:
            case SignInState.NOT_CONFIGURED:
                return found(code, Mark.NOT_CHECKED, _NOT_SET_UP)
            case SignInState.SIGNED_OUT:
                return found(code, Mark.BROKEN, "You are not signed in to Zoom.", "Sign in.")
            case SignInState.SIGNING_IN:
                text = "A sign-in is under way."
                return found(code, Mark.NOT_CHECKED, text, "Finish it in the browser.")
        rest = self._program.rest
        if rest is None:
            return found(code, Mark.NOT_CHECKED, _NOT_SET_UP)
        try:
            await rest.me()
        except (ZoomTrouble, SecretError) as trouble:
            return _trouble(code, trouble)
        return ok(code, "You are signed in, and Zoom accepts it.")

    async def scopes(self) -> Finding:
        """Compare what Zoom granted with what is needed, and list meetings for real."""
        code, rest, membership = "scopes", self._program.rest, self._program.membership
        signed_in = self._program.overview().account.state is SignInState.SIGNED_IN
        if rest is None or membership is None or not signed_in:
            return found(code, Mark.NOT_CHECKED, "You are not signed in to Zoom.")
        try:
            await rest.live_meetings()
            await rest.upcoming_meetings()
        except (ZoomTrouble, SecretError) as trouble:
            return _trouble(code, trouble)
        granted = membership.keeper.granted_scopes
        lacking = missing(granted) if granted else ()
        if lacking:
            names = ", ".join(scope.name for scope in lacking)
            remedy = "Add it to the app in the Zoom Marketplace, then sign in again."
            return found(code, Mark.BROKEN, f"The sign-in lacks {names}.", remedy)
        if not granted:
            return ok(code, "Your meetings can be listed; the others show when they are used.")
        return ok(code, "Your meetings can be listed, and nothing is missing.")

    async def feed(self) -> Finding:
        """Wait a little for the feed to connect, or to say why not."""
        program, code = self._program, "feed"
        view = program.overview().feed
        if view.kind == "none":
            text = "There is none: rtms-tray cannot see what becomes of a request."
            return found(
                code, Mark.WARNING, text, "The app's developer can set one up (feed.kind)."
            )
        await program.changes.until(self._feed_is_settled, _FEED_S)
        view = program.overview().feed
        if view.connected:
            return ok(code, "It is connected.")
        if view.error is None:
            return found(code, Mark.WARNING, "It is not connected yet.", "Look again in a moment.")
        return found(code, Mark.BROKEN, view.error, view.remedy)

    def _feed_is_settled(self) -> bool:
        feed = self._program.overview().feed
        return feed.connected or feed.error is not None

    async def client_id(self) -> Finding:
        """Have Zoom judge the client ID, by a sign-in code that nobody has: it must say which is wrong."""
        code, membership = "client_id", self._program.membership
        if membership is None:
            return found(code, Mark.NOT_CHECKED, _NOT_SET_UP)
        oauth = membership.keeper.oauth
        try:
            await oauth.exchange(_NO_CODE, "http://127.0.0.1/callback", new_pkce().verifier)
        except SignInFailed:
            pass  # as it must: the client is not what Zoom complains of
        except ClientRefused as trouble:
            if oauth.client.secret is None and not self._program.settings.app.sign_in_client_id:
                text = "Without a client secret only a public client ID can sign in."
                remedy = (
                    "Switch on “Use Public Client OAuth” for the app, and set the public client ID."
                )
                return found(code, Mark.BROKEN, text, remedy)
            return _trouble(code, trouble)
        except (ZoomTrouble, SecretError) as trouble:
            return _trouble(code, trouble)
        return ok(code, "Zoom answers, and does not refuse it.")


def _trouble(code: str, trouble: ZoomTrouble | SecretError) -> Finding:
    passing = isinstance(trouble, Offline | SecretError)
    mark = Mark.NOT_CHECKED if passing else Mark.BROKEN
    return found(code, mark, trouble.text, trouble.remedy)
