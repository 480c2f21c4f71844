"""The relay: hears Zoom's webhooks for one app, and tells each user's trays what is theirs to know.

The vendor of an app runs it; see packaging/relay for how. A webhook's way through it:

- `intake` checks Zoom's signature (`signatures`) and reads the event (`webhook_events`);
- `router` decides whose it is by what `records` remember, and removes what is nobody's business (`scrubbing`);
- `journal` keeps it in NATS JetStream, which is the only engine: sequences, duplicates, replay;
- `hub` gives it to the user's trays, in order and once; `tray_socket` is their WebSocket. `small_queue` and
  `tray_protocol` make an idle tray light.

`identity` and `sessions` say who a tray is; `leases` which of several acts; `rate_limits` who asks too often.
`settings`, `application`, `server`, `nats_server` and `check` are what it takes to run.

It imports only `support` of the program.
"""
