"""Powers, currents and shares that entities show, whatever their unit and however they write it.

They are read where their meaning is certain. Everything else is a trouble, to be told to the owner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import math
import unicodedata

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    PERCENTAGE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    UnitOfElectricCurrent,
    UnitOfPower,
)
from homeassistant.core import State
from homeassistant.util.unit_conversion import (
    BaseUnitConverter,
    ElectricCurrentConverter,
    PowerConverter,
)

from .numerals import Numeral, numeral_of

_MOST_W, _MOST_A = 1e6, 1e4
"""Power that no house draws or feeds in."""
_LEAST_WITHOUT_UNIT_W = 100.0
"""A power from which a number without a unit is in watts: as kilowatts it would be more than a house has."""
_FRACTION_UP_TO_PERCENT = 1.0
"""A number without a unit up to which it may be a fraction of 1 as well as a percentage."""
_ROUNDING_PERCENT = 5.0
"""An excess over 100 % with which batteries are full."""


class Trouble(StrEnum):
    """Reason for which the state of an entity is not read."""

    UNIT = "unit"
    """The unit is missing, or that of something else."""
    NUMBER = "number"
    """It is no number, or one that has several meanings."""


class Quantity(StrEnum):
    """Kind of what an entity should show."""

    POWER = "power"
    CURRENT = "current"
    CHARGE = "charge"


@dataclass(frozen=True, slots=True)
class Shown:
    """The value that a state shows, or what keeps it from being read; neither while it is not available."""

    value: float | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    """The units of a quantity.

    Attributes:
        words: factors to the base unit, by words in small letters.
        least: the least value that there can be, in the base unit.
        most: the greatest one.
        units: the units that Home Assistant knows, with their factors.
    """

    words: Mapping[str, float]
    least: float
    most: float
    units: Mapping[str | None, float] = field(default_factory=dict)

    def factor(self, unit: str) -> float | None:
        """Return the factor to the base unit; None for a unit of something else."""
        plain = "".join(unicodedata.normalize("NFKC", unit).split())
        known = self.units.get(plain)
        return self.words.get(plain.casefold()) if known is None else known

    def possible(self, values: Iterable[float]) -> list[float]:
        """Return the values that there can be."""
        return [value for value in values if self.least <= value <= self.most]


def _units(converter: type[BaseUnitConverter], base: str) -> Mapping[str | None, float]:
    return {
        unit: converter.convert(1.0, unit, base)
        for unit in converter.VALID_UNITS
        if unit is not None
    }


_SCALES: Mapping[Quantity, _Scale] = {
    Quantity.POWER: _Scale(
        # Not `mw`, which is a millionth or a million.
        dict.fromkeys(("w", "watt", "watts"), 1.0)
        | dict.fromkeys(("kw", "kilowatt", "kilowatts"), 1e3)
        | dict.fromkeys(("megawatt", "megawatts"), 1e6),
        -_MOST_W,
        _MOST_W,
        _units(PowerConverter, UnitOfPower.WATT),
    ),
    Quantity.CURRENT: _Scale(
        dict.fromkeys(("a", "amp", "amps", "ampere", "amperes"), 1.0)
        | dict.fromkeys(("ma", "milliampere", "milliamperes"), 1e-3),
        -_MOST_A,
        _MOST_A,
        _units(ElectricCurrentConverter, UnitOfElectricCurrent.AMPERE),
    ),
    Quantity.CHARGE: _Scale(
        dict.fromkeys((PERCENTAGE, "percent"), 1.0), 0.0, 100.0 + _ROUNDING_PERCENT
    ),
}


def watts_of(state: State) -> float | None:
    """Return the power that a state shows; None while it shows none."""
    return shown_by(state, Quantity.POWER).value


def amperes_of(state: State) -> float | None:
    """Return the current that a state shows; None while it shows none."""
    return shown_by(state, Quantity.CURRENT).value


def percent_of(state: State) -> float | None:
    """Return the state of charge that a state shows; None while it shows none."""
    percent = shown_by(state, Quantity.CHARGE).value
    return None if percent is None else min(100.0, percent)


def is_current(state: State) -> bool:
    """Return whether a state shows a current, by its unit."""
    unit = _unit_of(state) or getattr(numeral_of(state.state), "unit", "")
    return _SCALES[Quantity.CURRENT].factor(unit) is not None


def shown_by(state: State, quantity: Quantity) -> Shown:
    """Return what a state shows of a quantity, in watts, amperes or percent."""
    if state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
        return Shown()
    numeral = numeral_of(state.state)
    if numeral is None:
        return Shown(trouble=Trouble.NUMBER)
    scale = _SCALES[quantity]
    units = {unit for unit in (numeral.unit, _unit_of(state)) if unit}
    factors = {scale.factor(unit) for unit in units} or {1.0}
    factor = factors.pop()
    if factors or factor is None or (not units and _needs_unit(numeral, quantity)):
        return Shown(trouble=Trouble.UNIT)
    return _certain([factor * value for value in numeral.values], scale)


def _certain(values: list[float], scale: _Scale) -> Shown:
    """Return the only one of several values that is possible."""
    possible = scale.possible(values) or (values if scale.least < 0 else [])
    if len(possible) != 1:
        return Shown(trouble=Trouble.NUMBER)
    return Shown(possible[0])


def _unit_of(state: State) -> str:
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return str(unit).strip() if unit is not None else ""


def _needs_unit(numeral: Numeral, quantity: Quantity) -> bool:
    """Return whether a number has several meanings as long as it has no unit."""
    greatest = max(map(abs, numeral.values))
    if not numeral.has_fraction or math.isclose(greatest, 0.0):
        return False
    match quantity:
        case Quantity.POWER:
            return greatest < _LEAST_WITHOUT_UNIT_W
        case Quantity.CURRENT:
            return False
        case Quantity.CHARGE:
            return greatest <= _FRACTION_UP_TO_PERCENT
