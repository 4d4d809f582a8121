"""Messages in which every text is a secret, made from the schemas of all versions."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
import json
from typing import Any

CANARY = "canary-7F3A9-"
"""The beginning of each secret."""
PRODUCTS = frozenset(
    {"chargePointModel", "chargePointVendor", "firmwareVersion", "meterType"}
    | {"model", "vendorName"}
)
"""Fields whose texts name a product, and are meant to be shown."""
WORDS = "told-7F3A9-"
"""The beginning of each text that the owner is told, but nobody else."""
TOLD = frozenset({"info", "vendorErrorCode"})
"""Fields that say what is wrong with a charger."""


def messages(package: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield all messages of a version, requests and responses, each as it should be and with secrets even for words."""
    for file in sorted(
        (files(package) / "schemas").iterdir(), key=lambda file: file.name
    ):
        name = file.name.removesuffix(".json")
        schema = json.loads(file.read_text("utf-8-sig"))
        yield (
            name,
            _example(schema, schema, "", words=True),
            {
                **_example(schema, schema, "", words=False),
                "vendorsOwn": f"{CANARY}extra",
                f"{CANARY}name": 1,
                "nested": {f"{CANARY}name": [f"{CANARY}item", {"pin": 71717171}]},
            },
        )


def _example(
    schema: Mapping[str, Any], root: Mapping[str, Any], name: str, *, words: bool
) -> Any:
    """Return an example of a schema; `words` keeps the words and times of the specification."""
    if "$ref" in schema:
        definition = schema["$ref"].rpartition("/")[2]
        schema = (root.get("definitions") or root["$defs"])[definition]
    if name in PRODUCTS:
        return "Wallbox 11"
    if "enum" in schema and words:
        return schema["enum"][0]
    if schema.get("format") == "date-time" and words:
        return "2026-06-01T12:00:00Z"
    match schema.get("type"):
        case "object":
            return {
                key: _example(item, root, key, words=words)
                for key, item in schema.get("properties", {}).items()
            }
        case "array":
            return [_example(schema["items"], root, name, words=words)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case _:
            # Also for what may be of any type.
            return f"{WORDS if name in TOLD else CANARY}{name}"
