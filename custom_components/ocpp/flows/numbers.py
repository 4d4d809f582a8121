"""Fields for numbers, whose limits are told in words instead of the library's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, override

import probatio

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import NumberSelector, ObjectSelector

from .inputs import Errors


class NumberField(NumberSelector):
    """A field for a number; one outside its limits is an error of the form, not of the library."""

    @override
    def __call__(self, data: Any) -> float:
        """Return the number."""
        number: float = probatio.Coerce(float)(data)
        return number

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the greatest number."""
        return self.config["min"], self.config["max"]

    def with_unit(self, number: float) -> str:
        """Return a number for a text."""
        unit = self.config.get("unit_of_measurement")
        return f"{number:.15g} {unit}" if unit else f"{number:.15g}"


@dataclass(frozen=True, slots=True)
class NumberFaults:
    """The faults of the numbers in a form: errors, and the placeholders of their texts."""

    errors: Errors = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)


def number_faults(form: probatio.Schema, user_input: Mapping[str, Any]) -> NumberFaults:
    """Return the first number outside its limits, by the field or the section that it is in."""
    for marker, form_field in form.schema.items():
        for number_field, number in _numbers(form_field, user_input.get(str(marker))):
            least, greatest = number_field.limits
            if not least <= number <= greatest:
                return NumberFaults(
                    {str(marker): "number_out_of_range"},
                    {
                        "minimum": number_field.with_unit(least),
                        "maximum": number_field.with_unit(greatest),
                    },
                )
    return NumberFaults()


def _numbers(
    form_field: object, entered: object
) -> Iterator[tuple[NumberField, float]]:
    """Yield the numbers that were entered in a field, in those of a section, or in the rows of a table."""
    match form_field, entered:
        case NumberField(), int() | float():
            yield form_field, entered
        case section(), {**inner}:
            for marker, inner_field in form_field.schema.schema.items():
                yield from _numbers(inner_field, inner.get(str(marker)))
        case ObjectSelector(), [*rows]:
            for row in rows:
                yield from _numbers(form_field, row)
        case ObjectSelector(), {**cells}:
            for name, column in form_field.config["fields"].items():
                yield from _numbers(column["selector"], cells.get(name))
