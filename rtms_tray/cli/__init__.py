"""The command line: the same states, reasons and actions as in the tray, in a terminal.

- `main` runs one command of the grammar in `parser`; `output` prints.
- `launch` starts programs, `remote` passes commands to the running instance; the others work without one.
"""

from rtms_tray.cli.main import main

__all__ = ["main"]
