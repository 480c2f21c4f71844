"""What surfaces can ask of the running program: one commander, and its orders by subject."""
