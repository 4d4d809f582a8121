"""The harmless part of OCPP 2.x's messages and variables, which follows from their schemas.

Nobody is recognised by it, and nothing is unlocked: of texts, only words of the specification are shown, times, and the
names of products.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import orjson

from ...ocppj.disclosure import Disclosure
from ...ocppj.framing import Payload

_PRODUCTS = frozenset({"firmwareVersion", "model", "vendorName"})
_SECRET_NUMBERS = frozenset({"simPin"})
_SECRET_COMPONENTS = frozenset({"securityctrlr"})
_FREE = frozenset({"customData", "data"})
"""Objects whose content nobody knows the meaning of."""
_NAMES_OF_SETTINGS = frozenset({"name"})
_VALUES_OF_SETTINGS = frozenset({"attributeValue"})

_TEXT, _NUMBER, _TIME, _WORD, _OBJECT, _FLAG = range(6)


def disclosure_of(
    package: str, actions: frozenset[str], words: frozenset[str]
) -> Disclosure:
    """Return what may be shown of a version's messages.

    Args:
        package: the package of the `ocpp` library with its schemas.
        actions: the names of its messages.
        words: the words of its enumerations, and the names of its components and variables.
    """
    kinds = _kinds_in(package)

    def only(kind: int) -> frozenset[str]:
        return frozenset(name for name, known in kinds.items() if known == {kind})

    return Disclosure(
        actions=actions,
        names=frozenset(kinds),
        numbers=only(_NUMBER) - _SECRET_NUMBERS,
        times=only(_TIME),
        products=_PRODUCTS,
        enumerations=only(_WORD) | _NAMES_OF_SETTINGS,
        words=words,
        texts_of_numbers=frozenset(),
        containers=only(_OBJECT) - _FREE,
        setting_in=_setting_in,
        setting_values=_VALUES_OF_SETTINGS,
        settings=frozenset(
            word.lower() for word in words if word.lower() not in _SECRET_COMPONENTS
        ),
    )


def _setting_in(payload: Payload) -> str | None:
    """Return the name of the variable that an object is about; None for one of a component with secrets."""
    match payload:
        case {"component": {"name": str(component)}, "variable": {"name": str(name)}}:
            return None if component.lower() in _SECRET_COMPONENTS else name
    return None


def _kinds_in(package: str) -> Mapping[str, set[int]]:
    """Return the kinds of all fields in the messages of a version, by their names."""
    kinds: dict[str, set[int]] = defaultdict(set)
    for file in (files(package) / "schemas").iterdir():
        schema = orjson.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        for name, kind in _fields_in(schema, schema.get("definitions", {})):
            kinds[name].add(kind)
    return kinds


def _fields_in(
    schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[tuple[str, int]]:
    for owner in (schema, *definitions.values()):
        for name, field in owner.get("properties", {}).items():
            yield name, _kind_of(field, definitions)


def _kind_of(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> int:
    while "$ref" in schema or "items" in schema:
        if "items" in schema:
            schema = schema["items"]
        else:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
    match schema.get("type"):
        case "object":
            return _OBJECT
        case "integer" | "number":
            return _NUMBER
        case "boolean":
            return _FLAG
    if "enum" in schema:
        return _WORD
    return _TIME if schema.get("format") == "date-time" else _TEXT
