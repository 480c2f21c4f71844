"""What all packages share.

- `units` and `clock` for time; `tasks` and `workers` for what runs in the background.
- `files` for private files and locks; `texts` for every sentence that people read.
- `command_types` for commands and their answers; `session_bus` for D-Bus.
"""
