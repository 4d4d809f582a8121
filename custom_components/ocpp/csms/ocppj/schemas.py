"""The JSON schemas of an OCPP version, compiled once; incoming payloads are repaired where possible.

Chargers deviate from the schemas in harmless ways: texts too long, unknown enumeration values, extra fields, numbers
as text. `mend` keeps the usable part, and lists the violations and what is missing.
Outgoing payloads must obey the schema exactly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice

from jsonschema_rs import Draft4Validator, ValidationError, ValidationErrorKind
import orjson

from ..errors import word
from .framing import Json, Payload
from .shapes import Shape, shape_of, shaped

_MAX_DEPTH = 16
"""The greatest depth of a payload; no message has as many levels, and validators fail at some hundreds."""

_ALL_NAMED = 500
"""The number of values in a payload up to which all of its violations are looked for; of more, one is as good."""

_MAX_NAMED = 20
"""The greatest number of violations of one payload that are named."""


class UnusableError(Exception):
    """A payload that means nothing; `keyword` is the schema keyword that it violates."""

    def __init__(self, keyword: str, message: str) -> None:
        """Initialize with the violated keyword and a description."""
        super().__init__(message)
        self.keyword = keyword


@dataclass(frozen=True, slots=True)
class Mended:
    """The usable part of a payload, the violations that were tolerated in it, and the required fields that it lacks."""

    payload: Payload
    violations: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class MessageSchema:
    """The schema of one message."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        """Compile a JSON schema."""
        # Masked, because what a charger sends may be somebody's id token.
        self._validator = Draft4Validator(dict(schema), mask="the value")
        self.shape: Shape = shape_of(schema)
        """The types of its fields."""

    def is_valid(self, payload: Payload) -> bool:
        """Return whether a payload obeys the schema."""
        return self._validator.is_valid(payload)

    def violations(self, payload: Payload) -> Iterator[str]:
        """Yield all violations in a payload; the time grows with their number, however few are taken."""
        return (_describe(error) for error in self._validator.iter_errors(payload))

    def objections(self, payload: Payload) -> Iterator[str]:
        """Yield all violations in a payload of our own, with the names that it has for unknown fields."""
        errors = self._validator.iter_errors(payload)
        return (_located(error, error.message) for error in errors)

    def first_violation(self, payload: Payload) -> str:
        """Return one violation in a payload that has some."""
        try:
            self._validator.validate(payload)
        except ValidationError as err:
            return _describe(err)
        return "payload: it violates the schema"


@dataclass(frozen=True, slots=True)
class Schemas:
    """The compiled schemas of one OCPP version, by action; `sends` are those of messages that are not answered."""

    requests: Mapping[str, MessageSchema]
    responses: Mapping[str, MessageSchema]
    sends: Mapping[str, MessageSchema] = field(default_factory=dict)


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
        message = MessageSchema(schema)
        if name.endswith("Response"):
            responses[name.removesuffix("Response")] = message
        elif name.endswith(request_suffix):
            requests[name.removesuffix(request_suffix)] = message
        else:
            sends[name] = message
    return Schemas(requests, responses, sends)


def problems(schema: MessageSchema, payload: Payload) -> list[str]:
    """Return the violations of a schema; none, for a payload that may be sent."""
    return [] if schema.is_valid(payload) else list(schema.objections(payload))


def mend(schema: MessageSchema, payload: Payload) -> Mended:
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


def _describe(error: ValidationError) -> str:
    match error.kind:
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            # What a charger has put for a name may be a secret, too.
            return _located(
                error, f"unknown fields: {', '.join(map(word, names[:_MAX_NAMED]))}"
            )
        case _:
            return _located(error, error.message)


def _located(error: ValidationError, message: str) -> str:
    where = "/".join(str(step) for step in error.instance_path) or "payload"
    return f"{where}: {message}"[:255]
