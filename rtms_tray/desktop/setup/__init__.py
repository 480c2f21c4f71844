"""The guided set-up and the window of checks."""
