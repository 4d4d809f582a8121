"""Repair of payloads that violate their schema.

Chargers deviate from the schemas in harmless ways: texts too long, unknown enumeration values, extra fields, numbers
as text. `mend` keeps the usable part, and lists the violations and what is missing.
Outgoing payloads must obey the schema exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from ..framing import Json, Payload
from .shapes import Shape, shaped

_MAX_DEPTH = 16
"""The greatest depth of a payload; no message has as many levels, and validators fail at some hundreds."""

_ALL_NAMED = 500
"""The number of values in a payload up to which all of its violations are looked for; of more, one is as good."""

_MAX_NAMED = 20
"""The greatest number of violations of one payload that are named."""


class Schema(Protocol):
    """The schema of one message, as it takes to repair one."""

    @property
    def shape(self) -> Shape:
        """The types of its fields."""

    def is_valid(self, payload: Payload) -> bool:
        """Return whether a payload obeys the schema."""

    def violations(self, payload: Payload) -> Iterator[str]:
        """Yield all violations in a payload; the time grows with their number, however few are taken."""

    def first_violation(self, payload: Payload) -> str:
        """Return one violation in a payload that has some."""


class UnusableError(Exception):
    """A payload that means nothing, or cannot be used just now."""


@dataclass(frozen=True, slots=True)
class Mended:
    """The usable part of a payload, the violations that were tolerated in it, and the required fields that it lacks."""

    payload: Payload
    violations: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def mend(schema: Schema, payload: Payload) -> Mended:
    """Return a charger's payload with harmful violations repaired."""
    if schema.is_valid(payload):
        return Mended(payload)
    copying = _Copying()
    copy = {key: copying.copy(value) for key, value in payload.items()}
    violations = ["payload: nested too deeply"] if copying.too_deep else []
    if copying.count <= _ALL_NAMED:
        violations += islice(dict.fromkeys(schema.violations(copy)), _MAX_NAMED)
    else:
        violations.append(schema.first_violation(copy))
    usable = shaped(copy, schema.shape)
    missing = tuple(name for name in schema.shape.required if name not in usable)
    return Mended(usable, tuple(violations), missing)


class _Copying:
    """The copying of JSON values, which are cut off below the greatest depth."""

    def __init__(self) -> None:
        """Initialize with nothing cut off."""
        self.too_deep = False
        self.count = 0
        """The number of values so far."""

    def copy(self, value: Json, depth: int = 1) -> Json:
        """Return the copy of a value."""
        self.count += 1
        if not isinstance(value, dict | list):
            return value
        if depth > _MAX_DEPTH:
            self.too_deep = True
            return None
        if isinstance(value, list):
            return [self.copy(item, depth + 1) for item in value]
        return {key: self.copy(item, depth + 1) for key, item in value.items()}
