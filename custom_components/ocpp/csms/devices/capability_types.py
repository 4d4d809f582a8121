"""The types of capabilities: their values in vendors' files, and as an owner sets them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import NoneType
from typing import TypeIs, cast, get_args, get_origin, get_type_hints

from ..ocppj.framing import Json, Payload
from .capabilities import Capabilities, Description, Traits
from .named_settings import NAMES_SCHEMA, VALUES_SCHEMA, read_names, read_values
from .variables import VariableId

_SCALARS: Mapping[object, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
}
_UNITS = {"_a": "A", "_s": "s"}


@dataclass(frozen=True, slots=True)
class Capability:
    """One field of `Capabilities`; `kind` is the type of its value, or of each where it can have several."""

    name: str
    kind: object
    several: bool
    description: Description

    @property
    def unit(self) -> str | None:
        """The unit of its numbers, which ends its name."""
        return _UNITS.get(self.name[-2:])

    @property
    def schema(self) -> Payload:
        """The schema of its value in a vendor's file."""
        if self.kind is VariableId:
            return NAMES_SCHEMA
        if get_origin(self.kind) is Mapping:
            return VALUES_SCHEMA
        item = self._item_schema()
        return {"type": "array", "items": item} if self.several else item

    def _item_schema(self) -> Payload:
        if _is_enum(self.kind):
            return {"enum": [member.value for member in self.kind]}
        schema: Payload = {"type": _SCALARS[self.kind]}
        if (bounds := self.description.bounds) is not None:
            schema["minimum"], schema["maximum"] = bounds
        return schema

    def read(self, value: Json) -> object:
        """Return its value from a vendor's file that obeys the schema."""
        if self.kind is VariableId:
            return read_names(value)
        if get_origin(self.kind) is Mapping:
            return read_values(value)
        if isinstance(value, list):
            return tuple(self._read_item(item) for item in value)
        return self._read_item(value)

    def _read_item(self, value: Json) -> object:
        return self.kind(cast("str", value)) if _is_enum(self.kind) else value

    @property
    def choices(self) -> Mapping[str, object]:
        """The values that its owner can choose from, by name; none where a value is filled in."""
        setter = self.description.setter
        if setter is not None and setter.choices:
            return setter.choices
        if self.kind is bool:
            return {"yes": True, "no": False}
        if _is_enum(self.kind):
            return {member.name.lower(): self._one(member) for member in self.kind}
        return {}

    def chosen(self, given: Json) -> object:
        """Return its value from what its owner has chosen or filled in."""
        if self.choices:
            return self.choices[cast("str", given)]
        return self._one(cast("type", self.kind)(given))

    def _one(self, value: object) -> object:
        return (value,) if self.several else value


def owner_traits(given: Mapping[str, Json]) -> Traits:
    """Return the capabilities that an owner has set, from the stored data of the form."""
    known: dict[str, object] = {}
    for capability in CAPABILITIES.values():
        setter = capability.description.setter
        if setter is not None and given.get(setter.name) not in (None, ""):
            known[capability.name] = capability.chosen(given[setter.name])
    return Traits(known)


def _is_enum(kind: object) -> TypeIs[type[StrEnum]]:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _capability(
    name: str, hint: object, metadata: Mapping[str, Description]
) -> Capability:
    description = metadata.get("description", Description())
    if get_origin(hint) is tuple:
        item, _ = get_args(hint)
        return Capability(name, item, True, description)
    known = [kind for kind in get_args(hint) if kind is not NoneType]
    is_optional = NoneType in get_args(hint)
    return Capability(name, known[0] if is_optional else hint, False, description)


def _capabilities() -> Mapping[str, Capability]:
    hints = get_type_hints(Capabilities)
    return {
        item.name: _capability(item.name, hints[item.name], item.metadata)
        for item in fields(Capabilities)
    }


CAPABILITIES = _capabilities()
"""All capabilities by name, in the order in which they are shown."""
