"""Runs the command line as `python -m rtms_tray`."""

import sys

from rtms_tray.cli import main

if __name__ == "__main__":
    sys.exit(main())
