"""Frames of Zoom's event socket are read, or ignored."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.zoom.feeds.event_connection import Frame, Module, read_frame


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (
            '{"module":"build_connection","content":"Invalid Token","success":false}',
            Frame(Module.BUILD_CONNECTION, success=False, content="Invalid Token"),
        ),
        (b'{"module":"heartbeat"}', Frame(Module.HEARTBEAT, success=True, content="")),
        (
            '{"module":"message","content":"{}","success":true,"header":{"a":1}}',
            Frame(Module.MESSAGE, success=True, content="{}"),
        ),
        (
            '{"module":"message","content":{"event":"x"}}',
            Frame(Module.MESSAGE, success=True, content='{"event":"x"}'),
        ),
    ],
)
def test_a_frame_is_read(data: str | bytes, frame: Frame) -> None:
    assert read_frame(data) == frame


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "{}", '{"module":"x"}', '{"module":["message"]}', b"\xff", "[" * 99999]
)
def test_anything_else_is_ignored(data: str | bytes) -> None:
    assert read_frame(data) is None


@pytest.mark.promise("frames that make no sense")
@given(st.binary())
def test_any_bytes_are_a_frame_or_nothing(data: bytes) -> None:
    assert read_frame(data) is None


_VALUES = st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())


@given(st.sampled_from(Module) | _VALUES, _VALUES | st.dictionaries(st.text(), _VALUES), _VALUES)
def test_any_envelope_is_a_frame_or_nothing(
    module: object, content: object, success: object
) -> None:
    envelope = {"module": module, "content": content, "success": success}
    frame = read_frame(json.dumps(envelope))
    if frame is not None:
        assert frame.module == module
        assert frame.success is (success is not False)


def test_zooms_words_are_made_plain() -> None:
    frame = Frame(Module.HEARTBEAT, success=False, content="a\x00\nb" + "c" * 999)
    assert frame.words.startswith("a b")
    assert len(frame.words) == 200
