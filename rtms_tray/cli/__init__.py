"""The command line: the same states, reasons and actions as in the tray, in a terminal.

- `main` runs one command of the grammar in `parser`; `output` prints.
- `program` starts programs and passes commands to the running instance; `settings`, `history` and `diagnosis` work
  without one.
"""

from rtms_tray.cli.main import main

__all__ = ["main"]
