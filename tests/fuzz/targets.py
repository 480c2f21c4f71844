"""Every target of fuzzing by its name: the ordinary tests and the nightly run drive the same ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final, TypeAlias

from tests.fuzz import socket_targets, store_targets, text_targets, wire_targets
from tests.fuzz.seeds import SEEDS

Target: TypeAlias = Callable[[bytes], None]
"""Takes any bytes; whatever it raises is a bug."""

CORPUS: Final = Path(__file__).parent / "corpus"
"""What fuzzing found worth keeping: a folder for each target."""

MODULES: Final = (wire_targets, text_targets, store_targets, socket_targets)


def _named(name: str) -> Target:
    found: list[Target] = [getattr(module, name) for module in MODULES if _owns(module, name)]
    (target,) = found
    return target


def _owns(module: ModuleType, name: str) -> bool:
    return getattr(getattr(module, name, None), "__module__", "") == module.__name__


TARGETS: Final[dict[str, Target]] = {name: _named(name) for name in SEEDS}


def kept(name: str) -> Iterator[bytes]:
    """List the seeds of a target, and what its corpus holds."""
    yield from SEEDS[name]
    for path in sorted((CORPUS / name).glob("*")):
        yield path.read_bytes()
