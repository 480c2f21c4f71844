"""The status window."""
