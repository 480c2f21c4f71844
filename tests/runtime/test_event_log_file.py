"""What of an event may stand in the log: its words, but no secrets and nobody's name."""

import json

from rtms_tray.runtime.event_log import in_one_line


def test_no_secrets_and_no_names() -> None:
    payload = {
        "request_state": "zweifelhaft",
        "object": {
            "topic": "Layoffs",
            "participant": {"user_name": "Eve", "email": "eve@example.com", "id": "abc"},
        },
        "password": "hunter2",
        "list": [{"access_token": "t0ken", "phone_number": "+1 555"}],
    }
    line = in_one_line(json.dumps({"event": "rtms.request_status", "payload": payload}))
    assert "\n" not in line
    for kept in ("rtms.request_status", "zweifelhaft", "abc"):
        assert kept in line
    for hidden in ("Layoffs", "Eve", "eve@", "hunter2", "t0ken", "555"):
        assert hidden not in line


def test_it_is_never_long_and_takes_anything() -> None:
    assert len(in_one_line(json.dumps({"a": "b" * 100_000}))) <= 2000
    assert in_one_line("no json") == "?"
    assert in_one_line("[" * 100_000) == "?"
    assert in_one_line('"\\u001b[2J"') == '"\\u001b[2J"', "no escape sequence reaches a terminal"
