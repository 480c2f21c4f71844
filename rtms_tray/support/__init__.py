"""What all packages share: units, clock, tasks, worker threads, files, texts, command types."""
