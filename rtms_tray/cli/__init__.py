"""The command line: the same states, reasons and actions as in the tray, in a terminal."""

from rtms_tray.cli.main import main

__all__ = ["main"]
