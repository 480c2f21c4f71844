"""Recognizes the host's answer in `rtms.request_status`, whose fields Zoom hasn't published.

Only what is clear counts: a denial that isn't one would tell people that somebody said no.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rtms_tray.capture.conditions import Value
from rtms_tray.zoom.json_values import JsonObject, as_object

_STATUS_FIELD: Final = re.compile(r"status|state|result|answer|decision|outcome|response|action")
_CAUSE_FIELD: Final = re.compile(r"reason|type|code|message")
_NO_WORD: Final = re.compile(r"denied|deny|declined?|rejected|reject|refused|disapproved")
_YES_WORD: Final = re.compile(r"(?<!dis)(?:approved?|accepted|accept|allowed|granted)")
_NOT_WORD: Final = re.compile(r"not\b|n['’]t\b|\b(never|un|dis(?!approved))|\bno\b")
_OPEN_WORD: Final = re.compile(r"\b(pending|waiting|requested|sent)\b")
_DEEPEST: Final = 4


def answer_in(payload: JsonObject) -> Value:
    """Find the answer: in the fields that name a status, else in those that name a cause."""
    status = tuple(_words(payload, _STATUS_FIELD, _DEEPEST))
    answer = _agreed(status)
    if answer is not Value.UNKNOWN or any(map(_is_open, status)):
        return answer
    if any(_answer(word) is not Value.UNKNOWN for word in status):
        return Value.UNKNOWN  # they contradict each other
    return _agreed(tuple(_words(payload, _CAUSE_FIELD, _DEEPEST)))


def _words(layer: JsonObject, fields: re.Pattern[str], depth: int) -> Iterator[str]:
    for key, value in layer.items():
        name, inner = key.lower(), as_object(value)
        if isinstance(value, str) and fields.search(name):
            yield value.lower().replace("_", " ")
        elif value is True and fields is _STATUS_FIELD:
            yield name.replace("_", " ")  # {"approved": true}; false may only mean "not yet"
        elif inner and depth:
            yield from _words(inner, fields, depth - 1)


def _agreed(words: Sequence[str]) -> Value:
    answers = {_answer(word) for word in words} - {Value.UNKNOWN}
    return answers.pop() if len(answers) == 1 else Value.UNKNOWN


def _is_open(word: str) -> bool:
    return _OPEN_WORD.search(word) is not None


def _answer(word: str) -> Value:
    """Read one answer; "not approved" or "denied after approved" prove nothing."""
    no, yes = _NO_WORD.search(word), _YES_WORD.search(word)
    if bool(no) is bool(yes) or _NOT_WORD.search(word) or _is_open(word):
        return Value.UNKNOWN
    return Value.NO if no else Value.YES
