"""The running program without its surfaces: watching, signing in, planning, announcing."""
