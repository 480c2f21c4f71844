"""The simulator alone: `python -m rtms_tray.simulator`."""

import sys

from rtms_tray.simulator.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
