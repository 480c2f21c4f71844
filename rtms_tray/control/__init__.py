"""How other programs of this user reach the running instance: lines of JSON over a local socket."""
