"""Where fuzzing starts: valid examples for each target, and the words they are made of."""

from typing import Final

_STARTED: Final = (
    b'{"event":"meeting.rtms_started","event_ts":1793448000000,"payload":{"meeting_id":"98712345670",'
    b'"meeting_uuid":"uuid-1==","operator_id":"me","rtms_stream_id":"one","server_urls":"wss://a"}}'
)
_STOPPED: Final = (
    b'{"event":"meeting.rtms_stopped","event_ts":1793448009000,"payload":{"meeting_uuid":"uuid-1==",'
    b'"rtms_stream_id":"one","stop_reason":13}}'
)
_JOINED: Final = (
    b'{"event":"meeting.participant_joined","event_ts":1793448003000,"payload":{"object":{"id":'
    b'"98712345670","uuid":"uuid-1==","host_id":"host","participant":{"user_id":"17","id":"host",'
    b'"participant_uuid":"p","old_role":"host","new_role":"attendee"}}}}'
)
_ROOM: Final = (
    b'{"event":"meeting.participant_joined_breakout_room","event_ts":1793448004000,"payload":{"object":'
    b'{"uuid":"uuid-1==","participant":{"parent_user_id":"16","user_id":"99","id":"me"}}}}'
)
_INVITATION: Final = (
    b"Join Zoom Meeting\nhttps://us02web.zoom.us/j/98712345670?pwd=x\nMeeting ID: 987 1234 5670"
)
_CALENDAR: Final = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20261003T150000\r\n"
    b"DURATION:PT30M\r\nRRULE:FREQ=WEEKLY\r\nEXDATE:20261010T130000Z\r\nSUMMARY:Planning\r\n"
    b"LOCATION:https://zoom.us/j/98712345670\r\nORGANIZER;CN=Ana:mailto:ana@example.org\r\n"
    b"ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_TOKENS: Final = (
    b'{"access_token":"a.b-c","token_type":"bearer","refresh_token":"d.e","expires_in":3599,'
    b'"scope":"user:read:user","api_url":"https://api-eu.zoom.us"}'
)
_LISTED: Final = (
    b'{"id":"me","email":"a@b.example","meetings":[{"id":98712345670,"uuid":"u","topic":"t",'
    b'"start_time":"2026-11-21T03:00:00Z","is_host":true}],"status":"started","settings":{}}'
)
_SETTINGS: Final = (
    b'# mine\n[app]\nclient_id = "abc"\n[zoom]\nenvironment = "commercial"\n[feed]\nkind = "none"\n'
    b'[behaviour]\nno_answer_after_s = 9\n[fallback]\ncommand = ["a", "b"]\n'
)
_RECORDING: Final = (
    b'{"kind":"recording","schema":1,"began_ms":1793448000000}\n'
    b'{"kind":"feed","at_ms":0,"connected":true}\n'
    b'{"kind":"click","at_ms":10,"command":"start","arguments":{"meeting":"90000000001"}}\n'
    b'{"kind":"request","at_ms":11,"number":1,"method":"PATCH","path":"/v2/live_meetings/9/rtms_app/status",'
    b'"content":{"action":"start"}}\n'
    b'{"kind":"reply","at_ms":12,"number":1,"status":204}\n'
    b'{"kind":"event","at_ms":20,"content":{"event":"a","event_ts":1793448000020}}\n'
    b'{"kind":"request","at_ms":30,"number":2,"method":"GET","path":"/v2/meetings/9%2F?type=live"}\n'
    b'{"kind":"reply","at_ms":31,"number":2,"status":200,"content":{"start_time":"2026-11-21T03:00:00Z"}}\n'
)
_ANSWER: Final = b'{"say":{"text":"a"}}\n{"exit":0,"text":"b","data":{"schema":1}}\n'

_PLIST: Final = (
    b'<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleShortVersionString</key>'
    b"<string>6.5.7 (123)</string></dict></plist>"
)
_PROGRAM: Final = b"MZ\xbd\x04\xef\xfe\x00\x00\x01\x00\x05\x00\x06\x00\x00\x00\x07\x00"

SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "event": (_STARTED, _STOPPED, _JOINED, _ROOM),
    "story": (b"\n".join((_STARTED, _JOINED, _ROOM, _STOPPED)),),
    "frame": (
        b'{"module":"message","content":"{\\"event\\":\\"meeting.ended\\"}","success":true}',
        b'{"module":"build_connection","content":{"a":[1]},"success":false}',
    ),
    "reply": (
        b'429 60\nSat, 21 Nov 2026 03:00:00 GMT\n{"code":4711,"message":"does not contain scopes"}',
        b"503 Sat, 21 Nov 2026 03:01:00 GMT\nSat, 21 Nov 2026 03:00:00 GMT\ndaily rate limit",
    ),
    "token_reply": (
        b"200 \n\n" + _TOKENS,
        b'400 \n\n{"reason":"Invalid Token!","error":"invalid_grant","errorCode":4741}',
    ),
    "listing": (_LISTED,),
    "inspector": (_STARTED, b'{"event":"a","payload":{"passcode":"x","e_mail":["y"]}}'),
    "doctor_answer": (
        b'{"checks":[{"code":"zoom","title":"Zoom","result":"ok","text":"a","remedy":"b"}]}',
    ),
    "value": (b'"2026-11-21T03:00:00+01:00"', b"98712345670", b'"987 1234 5670"', b"1e300"),
    "api_url": (
        b"https://api-eu.zoom.us",
        b"http://[::1]:8080/v2",
        b"wss://user@zoom.us.evil.test",
    ),
    "sign_in_answer": (
        b"code=abc&state=the-state-of-this-very-sign-in",
        b"error=access_denied&state=x",
    ),
    "meeting": (
        b"987 1234 5670",
        _INVITATION,
        b"zoommtg://zoom.us/join?action=join&confno=98712345670",
        b"https://zoom.us/my/name",
        b"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F98712345670&data=x",
        b"https://urldefense.com/v3/__https://zoom.us/j/98712345670?pwd=x__;!!AbC$",
        b"https://www.google.com/url?q=https://zoom.us/j/98712345670&sa=D",
        b"4444AAAiAAAAAiAiAiiAii==",
    ),
    "link": (
        _INVITATION,
        b"zoommtg:zoom.us/join?confno=98712345670",
        b"https://zoom.us@evil.test/j/1",
        b"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F98712345670&data=x",
        b"https://urldefense.com/v3/__https://zoom.us/j/98712345670?pwd=x__;!!AbC$",
        b"https://www.google.com/url?q=https://zoom.us/j/98712345670&sa=D",
    ),
    "action_link": (
        b"rtms-tray:start?meeting=98712345670",
        b"rtms-tray://start/?meeting=https%3A%2F%2Fus02web.zoom.us%2Fj%2F98712345670%3Fpwd%3Dabc",
        b"rtms-tray:resend?meeting=4444AAAiAAAAAiAiAiiAii%3D%3D",
        b"rtms-tray:resend",
    ),
    "setup_link": (
        b"rtms-tray:setup?name=Notes&client_id=abc&relay=https%3A%2F%2Frelay.example.com",
        b"rtms-tray:setup?name=%22+--profile&client_id=a&relay=http://127.0.0.1:1&environment=custom",
    ),
    "search": (b"2026-11 lost 987-1234", b"yesterday external approved"),
    "version": (b"6.5.7 (12345)", b"5.2.45120.0906(win)"),
    "terminal": (b"\x1b]0;title\x07\x1b[2J\xc2\x9b31m", b"\xe2\x80\xaeabc\xff"),
    "log_line": (
        b'{"code": "x", pwd=y} eyJabc.def a@b.example 4444AAAiAAAAAiAiAiiAii==',
        b"Bearer",
    ),
    "command_line": (
        b"start\x00zoommtg://zoom.us/join?confno=98712345670",
        b"settings\x00set\x00a\x00-b",
    ),
    "settings": (_SETTINGS, b'[app]\nclient_id = 3\nclient_id = "a"', b"a.b = 1979-05-27"),
    "setting": (
        b"fallback.command\0" + b"[" * 5_000 + b"\0",
        b"app.client_id\0id\0" + _SETTINGS,
        b'fallback.command\0["a"]\0fallback = {url=""}',
    ),
    "calendar": (_CALENDAR, _CALENDAR.replace(b"WEEKLY", b"DAILY;UNTIL=20261101T000000Z")),
    "setup_file": (
        b'{"name":"Notes","client_id":"abc","relay":"https://relay.example.com","icon":"iVBORw0KGgo="}',
        b'{"name":7,"client_id":"abc","relay":"https://relay.example.com/","x":[]}',
    ),
    "account": (
        b'{"schema":1,"user_id":"u","email":"a@b.example","filed_as":"n","signed_in_at":1,"kept":true}',
    ),
    "plans": (b'{"schema":1,"plans":[{"number":"98712345670","made_at":1793448000000}]}',),
    "places": (b'{"window":{"width":300,"height":200,"x":1,"y":2}}',),
    "waiting_secret": (b'["custom","https://a.test","id","secret"]', b'["","","","s"]'),
    "key_file": (
        b'{"port":99999,"key":"abc"}',
        b'{"port":"-1","key":["abc"]}',
    ),
    "client_files": (_PLIST, b"bplist00\xd1\x01\x02", _PROGRAM, b'"zoom.exe","1"\n"aomhost","2"\n'),
    "recording": (_RECORDING, _RECORDING + b'{"kind":"user","id":"me","account":"a"}\n'),
    "pick_up": (b'{"session":{"meeting":{"uuid":"u"},"state":"sharing"},"meeting_began":true}',),
    "history_row": (b"\x03\x00abc\n\x0c\x00lost", b"\x0f\x03\x7f\xff\xff\xff\xff\xff\xff\xff"),
    "history_file": (b"\x00\x00\x10\x00", b"\x00\x10\x05\xff\x00\x20\x09\x01"),
    "loopback": (
        b"GET /callback?code=a&state=b HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n",
        b"POST /callback/done HTTP/1.1\r\nhost: localhost:PORT\r\nContent-Length: 3\r\n\r\nabc",
    ),
    "control_request": (b'{"schema":1,"command":"start","arguments":{"meeting":"98712345670"}}\n',),
    "control_reply": (_ANSWER, b'{"exit":77,"text":"","data":1}\n'),
}
"""By target."""

NASTY: Final = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b'"' * 9_999,
    b"null", b"[]", b"{}", b'""', b"\r\n" * 5_000, b"\xed\xa0\x80" * 100, b"a=" * 5_000, b"[a." * 3_000,
    b'{"payload":' + b"[" * 5_000 + b"]" * 5_000 + b"}", b"<a>" * 20_000, b" " * 50_000,
)  # fmt: skip
"""Inputs for every target: empty, endless, deeply nested, not text."""

WORDS: Final = (
    b'"event"', b'"payload"', b'"object"', b'"participant"', b'"stop_reason"', b'"meeting_uuid"',
    b'"rtms_stream_id"', b"meeting.rtms_", b"webinar.", b"breakout_room", b"jbh_", b"1e999", b"-1",
    b"null", b"[[[[", b"\\ud800", b"\xed\xa0\x80", b"\xff", b"\x00", b"\x1b[", b"zoommtg:", b"zoom.us",
    b"/j/", b"confno=", b"%2F", b"\r\n\r\n", b"Host: ", b"HTTP/1.1", b'"schema"', b'"command"', b'"say"',
    b"[[app]]", b"'''", b'"""', b"inf", b"nan", b"9" * 25, b"@",
)  # fmt: skip
"""Words to insert: the fuzzer's dictionary."""
