"""Turns what is known of the sessions into what every surface shows."""
