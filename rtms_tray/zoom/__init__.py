"""What Zoom's servers say and understand: sign-in, REST calls, events. Runs on any asyncio loop, without Qt.

- `sign_in` gets a grant through the browser, by `oauth` and the listener in `loopback`.
- `tokens` keeps the grant valid; `refresh_token_store` holds what must survive a restart.
- `rest` calls the API; `replies` says what the answers mean.
- `feeds` brings events; `event_decoder` turns them into those of `capture`.
- `errors` is everything that can go wrong; `json_values` reads JSON from outside.
- `meeting_reference`, `client_version` and `client_meeting` read what people paste and which Zoom client runs.
"""
