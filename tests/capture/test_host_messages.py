"""The texts for the host: who can mend it, and that they are complete in themselves."""

import pytest

from rtms_tray.capture.host_messages import MESSAGES, Audience, message_for
from rtms_tray.capture.reasons import Code

NOBODY_ELSE = {Code.OFFLINE, Code.SIGN_IN_NEEDED, Code.STOPPED_BY_YOU, Code.STOP_RECEIVER_AUTH}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_it_is_plain_and_complete(code: Code) -> None:
    message = message_for(code, "client-1")
    assert message is not None
    assert message.text.startswith(("Hi!", "Hello!"))
    assert not set("<>{}") & set(message.text)
    assert len(message.text) < 500, "Zoom's chat and a reader's patience"


@pytest.mark.parametrize("code", sorted(NOBODY_ELSE))
def test_there_is_none_where_nobody_else_can_mend_it(code: Code) -> None:
    assert message_for(code) is None
    assert message_for(None) is None


def test_settings_of_the_organization_are_the_admins() -> None:
    policy = {Code.RTMS_DISABLED, Code.NOT_SUPPORTED, Code.NOT_ALLOW_LISTED, Code.HAND_OFF}
    assert {MESSAGES[code].audience for code in policy} == {Audience.ADMIN}
    assert MESSAGES[Code.HOST_JOINED_LATER].audience is Audience.HOST


def test_the_allow_list_needs_the_apps_client_id() -> None:
    message = message_for(Code.NOT_ALLOW_LISTED, "client-1")
    assert message is not None
    assert "client-1" in message.text
    unknown = message_for(Code.NOT_ALLOW_LISTED)
    assert unknown is not None
    assert unknown.text == message.text.replace("client-1", "unknown")
