"""What banners say, before any window shows them."""

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.command_sender import command_for
from rtms_tray.presentation.view_model import ActionView, Notice, Overview, SignInState
from rtms_tray.presentation.wording import account_text, account_title
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import text


class BannerView(Frozen):
    """What one banner shows; `key` identifies it when it is dismissed."""

    key: str
    severity: Severity
    title: str
    text: str
    command: Command | None = None
    label: str = ""  # of the command's button
    dismissable: bool = False
    several: tuple[ActionView, ...] = ()  # in its place: as many buttons


def of_account(overview: Overview) -> tuple[BannerView, ...]:
    """Say what the sign-in needs while a session has the window, unless a notice offers it."""
    account = overview.account
    if account.state is SignInState.SIGNED_IN or overview.lead is None:
        return ()
    offered = {notice.action.name for notice in overview.notices if notice.action}
    if offered.intersection(action.name for action in overview.actions):
        return ()
    waits = account.state is SignInState.SIGNING_IN
    severity = Severity.INFO if waits else Severity.ATTENTION
    signed_out = account.state is SignInState.SIGNED_OUT
    body = text("account.beside_meeting") if signed_out else account_text(account)
    title = account_title(account)
    return (_offering(BannerView("account", severity, title, body), overview.actions),)


def from_notice(notice: Notice) -> BannerView:
    """Show a notice as a banner."""
    body = " ".join(filter(None, (notice.text, notice.remedy)))
    banner = BannerView(notice.code, notice.severity, notice.title, body)
    actions = (action for action in (notice.action, notice.other) if action is not None)
    return _offering(banner, tuple(actions))


def _offering(banner: BannerView, actions: tuple[ActionView, ...]) -> BannerView:
    if len(actions) != 1:
        return replace(banner, several=actions)
    (action,) = actions
    return replace(banner, command=command_for(action), label=action.label)
