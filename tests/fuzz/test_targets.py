"""Every reader of outside input handles any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.reshaping import reshaped
from tests.fuzz.seeds import NASTY, SEEDS, WORDS
from tests.fuzz.targets import MODULES, TARGETS, known_inputs

EVERY = pytest.mark.parametrize("name", sorted(TARGETS))


@st.composite
def _spoiled(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Take a valid example, and cut, repeat or replace parts of it."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 12)))
        between = draw(st.binary(max_size=8) | st.sampled_from(WORDS) | st.just(data[:start]))
        data = data[:start] + between + data[end:]
    return data


@pytest.mark.promise("whatever comes in is read or refused, and never breaks anything")
@pytest.mark.timeout(600)  # the nightly run tries ten times as many
@EVERY
def test_any_bytes_are_handled(name: str) -> None:
    reshapings = st.builds(reshaped, st.sampled_from(SEEDS[name]), st.integers(0, 2**32))

    @given(st.binary() | _spoiled(SEEDS[name]) | reshapings)
    def handled(data: bytes) -> None:
        TARGETS[name](data)

    handled()


@pytest.mark.promise("whatever comes in is read or refused, and never breaks anything")
@EVERY
def test_endless_deep_and_empty_input_is_handled(name: str) -> None:
    for data in NASTY:
        TARGETS[name](data)


@pytest.mark.promise("whatever comes in is read or refused, and never breaks anything")
@EVERY
def test_seeds_and_earlier_findings_are_handled(name: str) -> None:
    for data in known_inputs(name):
        TARGETS[name](data)


def test_every_function_that_takes_bytes_is_a_target() -> None:
    shape = {"data": bytes, "return": None}
    found = {
        name
        for module in MODULES
        for name, thing in vars(module).items()
        if getattr(thing, "__annotations__", None) == shape and not name.startswith("_")
    }
    assert found == set(TARGETS)
