"""Payloads that the schemas of the `ocpp` library allow: the least of each message, and the most."""

from collections.abc import Mapping
from importlib.resources import files
import json
from typing import Any

LARGE = 2**31 - 1
LONG = 5_000
"""The length of texts for which there is no greatest one."""


def least(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    """Return the least value that a schema allows."""
    schema = _followed(schema, definitions)
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "array", "items": items}:
            return [least(items, definitions)] * schema.get("minItems", 0)
        case {"type": "integer" | "number"}:
            return int(schema.get("minimum", 0))
        case {"type": "boolean"}:
            return False
        case {"type": "string"}:
            return _moment(schema) or ""
    required = schema.get("required", ())
    return {
        name: least(part, definitions)
        for name, part in schema.get("properties", {}).items()
        if name in required
    }


def most(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    """Return a value with all that a schema allows; of a list, two items."""
    schema = _followed(schema, definitions)
    match schema:
        case {"enum": [*_, last]}:
            return last
        case {"type": "array", "items": items}:
            return [most(items, definitions)] * min(2, schema.get("maxItems", 2))
        case {"type": "integer" | "number"}:
            return int(schema.get("maximum", LARGE))
        case {"type": "boolean"}:
            return True
        case {"type": "string"}:
            return _moment(schema) or "x" * schema.get("maxLength", LONG)
    return {
        name: most(part, definitions)
        for name, part in schema.get("properties", {}).items()
    }


def schema_of(package: str, file_name: str) -> Mapping[str, Any]:
    """Return the schema of a message."""
    text = (files(package) / "schemas" / f"{file_name}.json").read_text("utf-8-sig")
    schema: Mapping[str, Any] = json.loads(text)
    return schema


def _followed(
    schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema


def _moment(schema: Mapping[str, Any]) -> str | None:
    return "2026-06-01T12:00:00Z" if schema.get("format") == "date-time" else None
