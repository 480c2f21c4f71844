"""What values are made of: named fields that nobody changes, cheap to make and to copy.

A dataclass says the same, but Python writes and compiles six functions for each when it is loaded: forty times the
work, and this program has more than two hundred. It remains where a field must not be printed.
"""

from typing import TYPE_CHECKING, dataclass_transform

from msgspec import Struct, field
from msgspec.structs import asdict

if TYPE_CHECKING:
    from dataclasses import replace  # type checkers know its fields
else:
    from msgspec.structs import replace

__all__ = ("Frozen", "asdict", "field", "field_names", "replace")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True):
    """A value: two with the same fields are the same."""


def field_names(kind: type[Struct]) -> tuple[str, ...]:
    """Name a kind's fields, in their order."""
    return kind.__struct_fields__
