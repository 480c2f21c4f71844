"""Past meetings.

- `model` says what is kept of a meeting, `database` is the file that keeps it, `worker` the thread that uses the file.
- `recorder` saves meetings while they are in progress; `restore` turns sessions into records, and back after a restart.
- `reader` and `search` answer the history window; `report` writes a meeting for people, or meetings for programs.
"""
