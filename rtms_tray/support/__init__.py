"""What every other package stands on: units, clock, tasks, worker threads, files, command types."""
