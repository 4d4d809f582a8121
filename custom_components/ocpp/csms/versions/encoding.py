"""The `ocpp` library's message dataclasses as payloads of frames."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import cast

from ocpp.charge_point import snake_to_camel_case

from ..ocppj.framing import Json, Payload


def to_payload(message: object) -> Payload:
    """Return one of the `ocpp` library's message dataclasses as the payload of a frame."""
    return cast(Payload, _to_json(message))


def _to_json(value: object) -> Json:
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {
            _camel_case(name): _to_json(item)
            for name, item in pairs
            if item is not None
        }
    if isinstance(value, dict):
        return {str(key): _to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Enum):
        return str(value.value)
    return cast(Json, value)


@cache
def _camel_case(name: str) -> str:
    return str(next(iter(snake_to_camel_case({name: None}))))


def timestamp(moment: datetime) -> str:
    """Return an instant as chargers read it best: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
