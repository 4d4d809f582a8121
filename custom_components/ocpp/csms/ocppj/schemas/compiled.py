"""The JSON schemas of an OCPP version, compiled once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from jsonschema_rs import Draft4Validator, ValidationError, ValidationErrorKind
import orjson

from ...errors import word
from ..framing import Json, Payload
from .objections import invalid_call
from .shapes import Shape, shape_of

_MAX_UNKNOWN_FIELDS = 20
"""The greatest number of unknown fields that are named."""


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

    def check(self, action: str, payload: Payload) -> None:
        """Raise `InvalidCallError` if a payload of our own violates the schema."""
        try:
            self._validator.validate(payload)
        except ValidationError as err:
            raise invalid_call(action, err) from None

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


def _describe(error: ValidationError) -> str:
    match error.kind:
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            # What a charger has put for a name may be a secret, too.
            return _located(
                error,
                f"unknown fields: {', '.join(map(word, names[:_MAX_UNKNOWN_FIELDS]))}",
            )
        case _:
            return _located(error, error.message)


def _located(error: ValidationError, message: str) -> str:
    where = "/".join(str(step) for step in error.instance_path) or "payload"
    return f"{where}: {message}"[:255]
