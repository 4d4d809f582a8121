"""The schemas of OCPP 2.0.1 and 2.1, and the error code that each violation deserves."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
import json
from typing import Any

import jsonschema_rs

type Payload = dict[str, Any]

FOLDERS = {"ocpp2.0.1": "v201", "ocpp2.1": "v21"}
"""The folder of the schemas, by subprotocol."""
_CODES = {
    "required": "OccurrenceConstraintViolation",
    "minItems": "OccurrenceConstraintViolation",
    "maxItems": "OccurrenceConstraintViolation",
    "type": "TypeConstraintViolation",
    "additionalProperties": "FormatViolation",
}
_OTHERWISE = "PropertyConstraintViolation"


@dataclass(frozen=True, slots=True)
class Violation:
    """A message that is against the specification."""

    action: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of one version."""

    folder: str

    def knows(self, action: str) -> bool:
        """Return True if there is such a call."""
        return _validator(self.folder, f"{action}Request") is not None

    def violation(self, action: str, kind: str, payload: object) -> Violation | None:
        """Return the first violation of the schema of a request, a response, or a message without one."""
        validator = _validator(self.folder, f"{action}{kind}")
        assert validator is not None, f"{action}{kind} has no schema"
        error = next(iter(validator.iter_errors(payload)), None)
        if error is None:
            return None
        keyword = str(error.schema_path[-1])
        place = "/".join(str(step) for step in error.instance_path)
        text = f"{place}: {error.message}"[:255]
        return Violation(action, _CODES.get(keyword, _OTHERWISE), text)


@cache
def _validator(folder: str, name: str) -> jsonschema_rs.Draft6Validator | None:
    file = files("ocpp") / folder / "schemas" / f"{name}.json"
    if not file.is_file():
        return None
    schema = json.loads(file.read_text(encoding="utf-8-sig"))
    return jsonschema_rs.Draft6Validator(schema, validate_formats=True)
