"""What the user is told of the sign-in beside the sessions: one notice for each thing that can be wrong."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.store.secrets import CAN_BE_UNLOCKED, SecretError
from rtms_tray.view_model import ActionView, Notice
from rtms_tray.zoom.errors import ClientRefused, ZoomTrouble

_SIGN_IN: Final = ActionView("sign-in", "Sign in…", primary=True)
_UNLOCK: Final = ActionView("unlock", "Unlock the keyring", primary=True)
_SWITCH: Final = ActionView("switch-account", "Use the other account")


def not_signed_in(trouble: ZoomTrouble) -> Notice:
    """Say why a sign-in failed or ended; a client that Zoom refuses is the settings' fault."""
    refused = isinstance(trouble, ClientRefused)
    title = "Zoom refused the app's credentials" if refused else "Not signed in"
    return _notice(trouble.code, title, trouble.text, trouble.remedy, None if refused else _SIGN_IN)


def another_account(text: str, remedy: str) -> Notice:
    """Say that somebody else signed in than before."""
    return _notice("another_account", "Another account signed in", text, remedy, _SWITCH)


def keyring_unreadable(error: SecretError) -> Notice:
    """Say that the keyring does not give the sign-in out."""
    action = _UNLOCK if error.trouble in CAN_BE_UNLOCKED else None
    title = "The keyring cannot be read"
    return _notice(f"keyring_{error.trouble}", title, error.text, error.remedy, action)


def kept_in_memory_only(error: SecretError) -> Notice:
    """Say that the sign-in works, and is gone when the program ends."""
    return replace(
        keyring_unreadable(error),
        title="Signed in, but only until rtms-tray ends",
        text=f"{error.text} The sign-in is kept in memory and nowhere else.",
    )


def not_kept() -> Notice:
    """Say that the last sign-in ended with the program, because no keyring took it."""
    text = "The last sign-in could not be kept in the system's keyring, and ended with rtms-tray."
    return _notice("sign_in_not_kept", "Not signed in", text, "Sign in again.", _SIGN_IN)


def _notice(code: str, title: str, text: str, remedy: str, action: ActionView | None) -> Notice:
    return Notice(code, Severity.ATTENTION, title, text, remedy, action)
