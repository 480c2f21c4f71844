"""What the running program itself can tell the doctor: its sign-in, its permissions, its feed."""

from typing import Final

from rtms_tray.doctor.check_report import as_json, as_text, is_broken
from rtms_tray.doctor.check_runner import run_checks
from rtms_tray.doctor.check_types import CODES, CheckContext, CheckResult, CheckStatus, ok, result
from rtms_tray.doctor.desktop_checks import once
from rtms_tray.presentation.view_model import SignInState
from rtms_tray.runtime.program import Program
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.command_types import Answer, Arguments, Exit, UsageError
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from rtms_tray.zoom.app_requirements import missing_scopes
from rtms_tray.zoom.errors import ClientRefused, Offline, SignInFailed, ZoomTrouble
from rtms_tray.zoom.oauth import new_pkce

_FEED_S: Final = 6.0
_INVALID_CODE: Final = "rtms-tray-asks-whether-this-client-is-known"


class DoctorCommands:
    """Carries out the command `doctor`; `only` names checks, with commas between."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def doctor(self, arguments: Arguments) -> Answer:
        """Run the checks."""
        only = frozenset(filter(None, arguments.get("only", "").split(",")))
        if unknown := only - set(CODES):
            names = ", ".join(sorted(unknown))
            raise UsageError(text("commands.no_such_check", names=names))
        outside = self._program.dependencies
        context = CheckContext(
            outside.profile, outside.store, outside.http, outside.clock,
            ProgramChecks(self._program), once(),
        )  # fmt: skip
        results = await run_checks(context, only)
        exit_ = Exit.REFUSED if is_broken(results) else Exit.DONE
        return Answer(exit_, as_text(results), as_json(results))


class ProgramChecks:
    """The doctor's checks by the running program (a `RunningInstance`)."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def sign_in(self) -> CheckResult:
        """Ask Zoom who is signed in; the program's own tokens are used."""
        code, state = "sign_in", self._program.overview().account.state
        rest = self._program.rest
        if rest is None or state is SignInState.NOT_CONFIGURED:
            return _not_set_up(code)
        if state is SignInState.SIGNED_OUT:
            remedy = text("doctor.sign_in.sign_in")
            return result(code, CheckStatus.BROKEN, text("doctor.sign_in.signed_out"), remedy)
        if state is SignInState.SIGNING_IN:
            remedy = text("doctor.sign_in.finish")
            return result(code, CheckStatus.NOT_CHECKED, text("doctor.sign_in.signing_in"), remedy)
        try:
            await rest.me()
        except (ZoomTrouble, SecretError) as trouble:
            return _trouble(code, trouble)
        return ok(code, text("doctor.sign_in.ok"))

    async def scopes(self) -> CheckResult:
        """Compare what Zoom granted with what is needed, and list meetings for real."""
        code, rest, membership = "scopes", self._program.rest, self._program.sign_in
        is_signed_in = self._program.overview().account.state is SignInState.SIGNED_IN
        if rest is None or membership is None or not is_signed_in:
            return result(code, CheckStatus.NOT_CHECKED, text("doctor.sign_in.signed_out"))
        try:
            await rest.live_meetings()
            await rest.upcoming_meetings()
        except (ZoomTrouble, SecretError) as trouble:
            return _trouble(code, trouble)
        granted = membership.keeper.granted_scopes
        if not granted:
            return ok(code, text("doctor.scopes.unknown"))
        if lacking := ", ".join(scope.name for scope in missing_scopes(granted)):
            sentence = text("doctor.scopes.missing", scopes=lacking)
            return result(code, CheckStatus.BROKEN, sentence, text("doctor.scopes.add"))
        return ok(code, text("doctor.scopes.ok"))

    async def feed(self) -> CheckResult:
        """Wait a little for the feed to connect, or to say why not."""
        program, code = self._program, "feed"
        if program.overview().feed.kind == "none":
            remedy = text("doctor.feed.set_up")
            return result(code, CheckStatus.WARNING, text("doctor.feed.none"), remedy)
        await program.changes.until(self._feed_is_settled, _FEED_S)
        view = program.overview().feed
        if (missing := program.watcher.feed.standby) is not None and view.connected:
            sentence = text("doctor.feed.one_of_two", problem=missing.text)
            return result(code, CheckStatus.WARNING, sentence, missing.remedy)
        if view.connected:
            return await self._log_check(code)
        if view.error is None:
            remedy = text("doctor.feed.wait")
            return result(code, CheckStatus.WARNING, text("doctor.feed.connecting"), remedy)
        return result(code, CheckStatus.BROKEN, view.error, view.remedy)

    async def _log_check(self, code: str) -> CheckResult:
        """Read a little of the log that tells of gaps, where one is set up."""
        from rtms_tray.zoom.delivery_log import DeliveryLog  # noqa: PLC0415 - few have one

        program, clock = self._program, self._program.dependencies.clock
        app_id, bearer = program.settings.feed.log_app_id, program.sign_in
        if program.settings.feed.kind != "zoom" or not app_id or bearer is None:
            return ok(code, text("doctor.feed.ok"))
        delivery_log = DeliveryLog(program.dependencies.http, app_id, clock)
        try:
            await delivery_log.read(bearer, clock() - MINUTE)
        except (ZoomTrouble, SecretError) as trouble:
            sentence = text("doctor.feed.no_log", problem=trouble.text)
            remedy = text("doctor.feed.log_needs")
            return result(code, CheckStatus.WARNING, sentence, remedy)
        return ok(code, text("doctor.feed.ok"))

    def _feed_is_settled(self) -> bool:
        feed = self._program.overview().feed
        return feed.connected or feed.error is not None

    async def client_id(self) -> CheckResult:
        """Have Zoom check the client ID with an invalid sign-in code: its answer tells which is wrong."""
        code, membership = "client_id", self._program.sign_in
        if membership is None:
            return _not_set_up(code)
        oauth = membership.keeper.oauth
        try:
            await oauth.exchange(_INVALID_CODE, "http://127.0.0.1/callback", new_pkce().verifier)
        except SignInFailed:
            pass  # as expected: Zoom does not complain of the client
        except ClientRefused as trouble:
            if oauth.client.secret is None and not self._program.settings.app.sign_in_client_id:
                sentence = text("doctor.client_id.no_public_id")
                remedy = text("doctor.client_id.set_public_id")
                return result(code, CheckStatus.BROKEN, sentence, remedy)
            return _trouble(code, trouble)
        except (ZoomTrouble, SecretError) as trouble:
            return _trouble(code, trouble)
        return ok(code, text("doctor.client_id.ok"))


def _not_set_up(code: str) -> CheckResult:
    return result(code, CheckStatus.NOT_CHECKED, text("doctor.check.not_set_up"))


def _trouble(code: str, trouble: ZoomTrouble | SecretError) -> CheckResult:
    is_passing = isinstance(trouble, Offline | SecretError)
    status = CheckStatus.NOT_CHECKED if is_passing else CheckStatus.BROKEN
    return result(code, status, trouble.text, trouble.remedy)
