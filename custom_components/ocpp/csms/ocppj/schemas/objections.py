"""Objections of a schema to a payload of our own, so that users can be told in their language."""

from collections.abc import Iterable

from jsonschema_rs import ValidationError, ValidationErrorKind

from ...errors import InvalidCallError, Objection


def invalid_call(action: str, error: ValidationError) -> InvalidCallError:
    """Return the error about a call that violates its schema."""
    path = error.instance_path
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            return InvalidCallError(action, Objection.MISSING, _field([*path, name]))
        case ValidationErrorKind.AdditionalProperties(unexpected=[name, *_]):
            return InvalidCallError(action, Objection.UNKNOWN, _field([*path, name]))
        case ValidationErrorKind.Type(types=types):
            return InvalidCallError(action, Objection.WRONG_TYPE, _field(path), types)
        case ValidationErrorKind.Enum(options=options):
            allowed = [str(option) for option in options]
            return InvalidCallError(action, Objection.NO_OPTION, _field(path), allowed)
        case ValidationErrorKind.MaxLength(limit=limit):
            return InvalidCallError(
                action, Objection.TOO_LONG, _field(path), [str(limit)]
            )
        case _:
            return InvalidCallError(action, Objection.WRONG_VALUE, _field(path))


def _field(path: Iterable[str | int]) -> str:
    """Return the name of a field, such as `chargingSchedule.chargingSchedulePeriod[0].limit`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")
