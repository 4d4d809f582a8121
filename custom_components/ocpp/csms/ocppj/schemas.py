"""The JSON schemas of an OCPP version, compiled once; incoming payloads are repaired where possible.

Chargers deviate from the schemas in harmless ways: texts too long, unknown enumeration values, extra fields, numbers
as text. `mend` keeps the usable part and lists the violations; only a payload without its required fields is refused.
Outgoing payloads must obey the schema exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
import math
from typing import cast

from jsonschema_rs import Draft4Validator, ValidationError
import orjson

from .framing import Json, Payload

_MAX_DEPTH = 16
"""The greatest depth of a payload; no message has as many levels, and validators fail at some hundreds."""

_HARMLESS = frozenset(
    {
        "additionalProperties",
        "enum",
        "format",
        "maximum",
        "maxItems",
        "maxLength",
        "minimum",
        "minItems",
        "minLength",
        "multipleOf",
    }
)
"""Keywords whose violation leaves the value readable; its reader decides about it."""


class UnusableError(Exception):
    """A payload that cannot be understood; `keyword` is the schema keyword that it violates."""

    def __init__(self, keyword: str, message: str) -> None:
        """Initialize with the violated keyword and a description."""
        super().__init__(message)
        self.keyword = keyword


@dataclass(frozen=True, slots=True)
class Mended:
    """A usable payload, and the violations that were tolerated in it."""

    payload: Payload
    violations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schemas:
    """The compiled schemas of one OCPP version, by action; `sends` are those of messages that are not answered."""

    requests: Mapping[str, Draft4Validator]
    responses: Mapping[str, Draft4Validator]
    sends: Mapping[str, Draft4Validator] = field(default_factory=dict)


def load(package: str, request_suffix: str) -> Schemas:
    """Read and compile the schemas that the `ocpp` library ships for a version.

    Args:
        package: the version's package, such as `ocpp.v16`.
        request_suffix: what follows the action in the file name of a request, such as `Request`.
    """
    requests, responses, sends = {}, {}, {}
    for file in (files(package) / "schemas").iterdir():
        name = file.name.removesuffix(".json")
        schema = orjson.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        # Masked, because what a charger sends may be somebody's id token.
        validator = Draft4Validator(schema, mask="the value")
        if name.endswith("Response"):
            responses[name.removesuffix("Response")] = validator
        elif name.endswith(request_suffix):
            requests[name.removesuffix(request_suffix)] = validator
        else:
            sends[name] = validator
    return Schemas(requests, responses, sends)


def problems(validator: Draft4Validator, payload: Payload) -> list[str]:
    """Return the violations of a schema; none, for a payload that may be sent."""
    if validator.is_valid(payload):
        return []
    return [_describe(error) for error in validator.iter_errors(payload)]


def mend(validator: Draft4Validator, payload: Payload) -> Mended:
    """Return a charger's payload with harmful violations repaired.

    Raises:
        UnusableError: when a required field is missing or cannot be read.
    """
    if validator.is_valid(payload):
        return Mended(payload)
    copy = _Copy()
    mended = cast(Payload, copy.of(payload))
    violations = ["payload: nested too deeply"] if copy.too_deep else []
    # A round can bring up what it was hiding: a field taken out may turn out to be required.
    for _ in range(4):
        errors = list(validator.iter_errors(mended))
        violations += [
            text for error in errors if (text := _describe(error)) not in violations
        ]
        harmful = [error for error in errors if error.kind.name not in _HARMLESS]
        if not harmful:
            return Mended(mended, tuple(violations))
        # From the end, so that taking out one array item leaves the other indices true.
        for error in reversed(harmful):
            _mend_one(mended, error)
    raise UnusableError("type", violations[-1])


class _Copy:
    """A copy of a JSON value that is cut off below the greatest depth."""

    def __init__(self) -> None:
        """Initialize with nothing cut off."""
        self.too_deep = False

    def of(self, value: Json, depth: int = 0) -> Json:
        """Return the copy of a value."""
        if not isinstance(value, dict | list):
            return value
        if depth > _MAX_DEPTH:
            self.too_deep = True
            return None
        if isinstance(value, list):
            return [self.of(item, depth + 1) for item in value]
        return {key: self.of(item, depth + 1) for key, item in value.items()}


def _mend_one(payload: Payload, error: ValidationError) -> None:
    path = list(error.instance_path)
    if error.kind.name == "type" and path:
        parent = _follow(payload, path[:-1])
        coerced = _coerce(_follow(payload, path), cast(list[str], error.kind.value))
        if coerced is not None:
            _put(parent, path[-1], coerced)
        else:
            _take_out(parent, path[-1])
        return
    # Something required is missing. An item of a list can go; a whole message cannot.
    for depth in range(len(path), 0, -1):
        if isinstance(path[depth - 1], int):
            _take_out(_follow(payload, path[: depth - 1]), path[depth - 1])
            return
    raise UnusableError(error.kind.name, _describe(error))


def _follow(value: Json, path: list[str | int]) -> Json:
    for step in path:
        match value, step:
            case dict(), str():
                value = value.get(step)
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return None
    return value


def _put(parent: Json, key: str | int, value: Json) -> None:
    match parent, key:
        case dict(), str():
            parent[key] = value
        case list(), int() if key < len(parent):
            parent[key] = value


def _take_out(parent: Json, key: str | int) -> None:
    match parent, key:
        case dict(), str():
            parent.pop(key, None)
        case list(), int() if key < len(parent):
            del parent[key]


def _coerce(value: Json, wanted: list[str]) -> Json:
    """Return the value as one of the wanted JSON types, or None if it cannot be one."""
    match value, wanted[0]:
        case ((int() | float()), "string") if not isinstance(value, bool):
            return str(value)
        case ((str() | float()), ("integer" | "number") as kind):
            return _number(value, kind)
        case str(), "boolean" if value.lower() in ("true", "false"):
            return value.lower() == "true"
        case dict(), "array":
            return [value]
        case _:
            return None


def _number(value: str | float, kind: str) -> int | float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if kind == "number":
        return number
    return int(number) if number.is_integer() else None


def _describe(error: ValidationError) -> str:
    where = "/".join(str(step) for step in error.instance_path) or "payload"
    return f"{where}: {error.message}"[:255]
