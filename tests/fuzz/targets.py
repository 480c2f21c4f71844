"""All fuzz targets by name. The ordinary tests and the nightly run use the same ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final, TypeAlias

from tests.fuzz import socket_targets, store_targets, text_targets, wire_targets
from tests.fuzz.seeds import SEEDS

Target: TypeAlias = Callable[[bytes], None]
"""Takes any bytes. An exception is a bug."""

CORPUS: Final = Path(__file__).parent / "corpus"
"""Inputs that once broke a target: a folder for each."""

MODULES: Final = (wire_targets, text_targets, store_targets, socket_targets)


def _named(name: str) -> Target:
    found: list[Target] = [getattr(module, name) for module in MODULES if _owns(module, name)]
    (target,) = found
    return target


def _owns(module: ModuleType, name: str) -> bool:
    return getattr(getattr(module, name, None), "__module__", "") == module.__name__


TARGETS: Final[dict[str, Target]] = {name: _named(name) for name in SEEDS}


def known_inputs(name: str) -> Iterator[bytes]:
    """List the seeds of a target and the inputs in its corpus."""
    yield from SEEDS[name]
    for path in sorted((CORPUS / name).glob("*")):
        yield path.read_bytes()
