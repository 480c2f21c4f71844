"""Compares what the program logged with what the test said it would."""

import re


class ExpectedLogs:
    """The warnings and errors that a test says the program will log."""

    def __init__(self) -> None:
        self._expected: list[re.Pattern[str]] = []
        self._allowed: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """Name a line, `logger:LEVEL:message`, that must come: a regular expression."""
        self._expected.append(re.compile(pattern))

    def allow(self, pattern: str) -> None:
        """Name a line that may come, depending on the order of things."""
        self._allowed.append(re.compile(pattern))

    def complaints(self, lines: list[str]) -> list[str]:
        """What is wrong with these lines: the unexpected, and the expected that never came."""
        known = (*self._expected, *self._allowed)
        unexpected = [line for line in lines if not any(pattern.search(line) for pattern in known)]
        absent = [pattern for pattern in self._expected if not any(map(pattern.search, lines))]
        return [f"unexpected log line: {line}" for line in unexpected] + [
            f"expected log line that never came: {pattern.pattern}" for pattern in absent
        ]
