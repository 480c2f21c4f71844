"""Links that have a request sent: they name a meeting and nothing else, and one odd part refuses the whole."""

import pytest

from rtms_tray.zoom.action_links import (
    ActionLink,
    ActionLinkError,
    is_action_link,
    parse_action_link,
)

NUMBER = "98712345670"
JOIN = f"https://us02web.zoom.us/j/{NUMBER}?pwd=abc"
UUID = "4444AAAiAAAAAiAiAiiAii=="


@pytest.mark.parametrize(
    ("given", "link"),
    [
        (f"rtms-tray:start?meeting={NUMBER}", ActionLink("start", NUMBER)),
        (f"  RTMS-TRAY:Start?meeting={NUMBER}\n", ActionLink("start", NUMBER)),
        (f"rtms-tray://start?meeting={NUMBER}", ActionLink("start", NUMBER)),
        (f"rtms-tray://start/?meeting={NUMBER}", ActionLink("start", NUMBER)),
        ("rtms-tray:start?meeting=987+1234+5670", ActionLink("start", NUMBER)),
        (
            f"rtms-tray:start?meeting=https%3A%2F%2Fus02web.zoom.us%2Fj%2F{NUMBER}%3Fpwd%3Dabc",
            ActionLink("start", NUMBER, JOIN),
        ),
        (f"rtms-tray:resend?meeting={NUMBER}", ActionLink("resend", NUMBER)),
        ("rtms-tray:resend?meeting=4444AAAiAAAAAiAiAiiAii%3D%3D", ActionLink("resend", UUID)),
        ("rtms-tray:resend?meeting=", ActionLink("resend")),
        ("rtms-tray:resend", ActionLink("resend")),
        ("rtms-tray:resend?", ActionLink("resend")),
        ("rtms-tray://resend/", ActionLink("resend")),
    ],
)
def test_what_a_link_may_say(given: str, link: ActionLink) -> None:
    assert is_action_link(given)
    assert parse_action_link(given) == link


@pytest.mark.promise("a link that sends a request asks first, and names a meeting alone")
@pytest.mark.parametrize(
    ("query", "because"),
    [
        ("", "which meeting"),
        ("?meeting=", "which meeting"),
        (f"?meeting={NUMBER}&profile=x", "profile"),
        (f"?meeting={NUMBER}&Meeting={NUMBER}", "Meeting"),
        (f"?meeting={NUMBER}&meeting={NUMBER}", "twice"),
        (f"?meeting={NUMBER}&", "complete link"),
        (f"?{NUMBER}", "complete link"),
        ("?meeting=%ff", "complete link"),
        (f"?meeting={NUMBER}#x y", "complete link"),
        (f'?meeting={NUMBER}" --profile "x', "complete link"),
        (f"?meeting={NUMBER}%00", "no meeting"),
        ("?meeting=12", "no meeting"),
        ("?meeting=--profile%3Dx", "no meeting"),
        ("?meeting=$(id)", "no meeting"),
        (f"?meeting=https%3A%2F%2Fevil.test%2Fj%2F{NUMBER}", "no meeting"),
        ("?meeting=4444AAAiAAAAAiAiAiiAii%3D%3D", "meeting ID"),
        (f"?meeting={NUMBER}{'0' * 9000}", "complete link"),
        (f"/stop?meeting={NUMBER}", "complete link"),
    ],
)
def test_one_odd_part_refuses_the_whole(query: str, because: str) -> None:
    given = f"rtms-tray:start{query}"
    assert is_action_link(given)
    with pytest.raises(ActionLinkError, match=because):
        parse_action_link(given)


def test_who_resends_names_a_meeting_that_can_be_one() -> None:
    with pytest.raises(ActionLinkError, match="no meeting"):
        parse_action_link("rtms-tray:resend?meeting=javascript%3Aalert(1)")


@pytest.mark.parametrize(
    "given",
    [
        "rtms-tray:setup?name=a",
        "rtms-tray:starter?meeting=1",
        "rtms-tray:stop",
        "start?meeting=1",
        "",
    ],
)
def test_other_links_are_none_of_these(given: str) -> None:
    assert not is_action_link(given)
