"""How other programs of this user reach the running instance: lines of JSON over a local socket.

- `address` finds the socket of a profile, `wire` is the protocol.
- `listener` and `server` are the running instance's side, `client` is the command line's.
"""
