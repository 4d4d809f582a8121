"""Settings in vendors' files: names of OCPP 1.6, or names by version.

settings: {HeartbeatInterval: "300"}
frozen_settings:
"1.6": [MeterValuesSampledData]
"2.x": [SampledDataCtrlr.TxUpdatedMeasurands]
"""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from ..ocppj.framing import Json, Payload
from .variables import VARIABLE_PATTERN, VariableId

_NAMINGS: Mapping[str, Callable[[str], VariableId]] = {
    "1.6": VariableId,
    "2.x": VariableId.parse,
}
"""The versions by which names are told apart, and the meaning of a name there."""
_PLAIN = "1.6"

_KEY: Payload = {"type": "string", "minLength": 1}
_VARIABLE: Payload = {"type": "string", "pattern": VARIABLE_PATTERN}


def _one_or_more(name: Payload) -> Payload:
    return {"anyOf": [name, {"type": "array", "items": name, "minItems": 1}]}


def _values(name: Payload) -> Payload:
    return {
        "type": "object",
        "propertyNames": name,
        "additionalProperties": {"type": "string"},
    }


def _or_by_version(form: Callable[[Payload], Payload]) -> Payload:
    by_version: Payload = {
        "type": "object",
        "properties": {"1.6": form(_KEY), "2.x": form(_VARIABLE)},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"anyOf": [form(_KEY), by_version]}


NAMES_SCHEMA = _or_by_version(_one_or_more)
"""The schema of settings that are named."""
VALUES_SCHEMA = _or_by_version(_values)
"""The schema of settings with their values."""


def read_names(value: Json) -> tuple[VariableId, ...]:
    """Return the settings that a file names, which must obey the schema."""
    forms = value if isinstance(value, dict) else {_PLAIN: value}
    return tuple(
        _NAMINGS[version](name)
        for version, form in forms.items()
        for name in _texts(form)
    )


def read_values(value: Json) -> dict[VariableId, str]:
    """Return the settings and values that a file gives, which must obey the schema."""
    given = cast("dict[str, str | dict[str, str]]", value)
    settings: dict[VariableId, str] = {}
    for name, form in given.items():
        if isinstance(form, str):
            settings[_NAMINGS[_PLAIN](name)] = form
        else:
            naming = _NAMINGS[name]
            settings |= {naming(text): wanted for text, wanted in form.items()}
    return settings


def _texts(form: Json) -> Iterator[str]:
    yield from cast("list[str]", form if isinstance(form, list) else [form])
