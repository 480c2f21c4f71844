"""How other programs of this user reach the running instance: one JSON line each way."""
