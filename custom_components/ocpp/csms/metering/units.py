"""The number and the unit of a sampled value become a number in the measurand's base unit.

Chargers write `16.00`, `16,5` or ` 16`, and call a unit `kWh`, `KWH`, `Celcius` or nothing at all. What cannot be read for
certain is no value: nothing here guesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import math

from .meter import Measurand

_ABSURD = 1e15
"""More than any quantity can be, in any unit; neither infinity nor what is no number is less."""

_DEFAULT_UNIT = "wh"
"""It is what OCPP takes a missing unit for (1.6, section 7.45), so some chargers put it everywhere."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The conversion of a unit to the base unit, times `factor` plus `offset`, and the range of possible values in that."""

    factor: float = 1.0
    offset: float = 0.0
    lowest: float = -_ABSURD
    highest: float = _ABSURD

    def base_value(self, number: str | float) -> float | None:
        """Return a number in the base unit; None where it is no number, or none that can be.

        A comma is the decimal point of a charger that writes in its own language.
        """
        try:
            read = float(number)
        except ValueError:
            read = _with_comma(str(number))
        value = read * self.factor + self.offset
        # Written so that what is no number fails.
        return value if self.lowest <= value <= self.highest else None


type _Scales = Mapping[str, Scale]
"""The units of one kind of quantity in lower case, save for a mega; the base unit has no name."""

_BASE = Scale()


def _with_prefixes(*units: str) -> _Scales:
    prefixes = {"": 1.0, "m": 1e-3, "k": 1e3}
    return {
        f"{prefix}{unit}": Scale(factor)
        for prefix, factor in prefixes.items()
        for unit in units
    }


def _quantity(
    scales: _Scales, lowest: float = -_ABSURD, highest: float = _ABSURD
) -> _Scales:
    """Return the units of a quantity whose values in the base unit can be so low, and so high."""
    return {
        unit: replace(scale, lowest=lowest, highest=highest)
        for unit, scale in {"": _BASE, **scales}.items()
    }


# Power and energy are often mixed up; which of them is meant says the measurand, and the unit only the scale.
_WATTS = _quantity(
    {
        **_with_prefixes("w", "wh", "va", "vah", "var", "varh"),
        **dict.fromkeys(("Mw", "Mwh", "Mva", "Mvah", "Mvar", "Mvarh"), Scale(1e6)),
    }
)
# Registers of 16 bits that have nothing to tell show 65535, with a point before some of its digits or none.
_AMPERES = _quantity(
    _with_prefixes("a", "amp", "amps", "ampere", "amperes"), lowest=-650, highest=650
)
_VOLTS = _quantity(_with_prefixes("v", "volt", "volts"), lowest=-1500, highest=1500)
_HERTZ = _quantity(_with_prefixes("hz", "hertz"), lowest=0, highest=1000)
_KELVIN = Scale(1, -273.15)
_FAHRENHEIT = Scale(5 / 9, -32 * 5 / 9)
_DEGREES = _quantity(
    {
        **dict.fromkeys(("c", "°c", "℃", "celsius", "celcius"), _BASE),
        **dict.fromkeys(("k", "°k", "kelvin"), _KELVIN),
        **dict.fromkeys(("f", "°f", "℉", "fahrenheit"), _FAHRENHEIT),
    },
    # A sensor that is not there often reads -127 °C or absolute zero.
    lowest=-100,
    highest=1000,
)
_PER_CENT = _quantity(
    dict.fromkeys(("%", "percent", "percentage"), _BASE), lowest=0, highest=100
)
_RATIO = _quantity(
    dict.fromkeys(("%", "percent", "percentage"), Scale(0.01)), lowest=-1, highest=1
)
_TURNS = _quantity(dict.fromkeys(("rpm", "1/min", "min-1"), _BASE))

_QUANTITIES: Mapping[Measurand, _Scales] = {
    measurand: next(
        quantity
        for beginning, quantity in (
            ("Power.Factor", _RATIO),
            ("Power", _WATTS),
            ("Energy", _WATTS),
            ("Current", _AMPERES),
            ("Voltage", _VOLTS),
            ("Frequency", _HERTZ),
            ("Temperature", _DEGREES),
            ("SoC", _PER_CENT),
            ("RPM", _TURNS),
        )
        if measurand.startswith(beginning)
    )
    for measurand in Measurand
}

SPELLINGS = (
    "W",
    "kW",
    "Wh",
    "kWh",
    "var",
    "kvar",
    "varh",
    "kvarh",
    "A",
    "V",
    "Hz",
    "Celsius",
    "Percent",
)
"""The usual units as they should be spelled."""

_KNOWN_UNITS = frozenset(unit for scales in _QUANTITIES.values() for unit in scales)


def scale_of(measurand: Measurand, unit: str | None) -> Scale | None:
    """Return the scale of a unit as a charger spells it.

    A unit that nobody knows is noise. One that belongs to another kind of quantity makes the values unusable: they have
    no scale.
    """
    unit = (unit or "").strip()
    scale = scale_named(measurand, unit)
    if scale is not None:
        return scale
    if unit.casefold() == _DEFAULT_UNIT or unit.casefold() not in _KNOWN_UNITS:
        return _QUANTITIES[measurand][""]
    return None


def scale_named(measurand: Measurand, unit: str) -> Scale | None:
    """Return the scale of a unit that is known for the measurand."""
    scales = _QUANTITIES[measurand]
    for spelled in (unit[:1] + unit[1:].casefold(), unit.casefold()):
        if spelled in scales:
            return scales[spelled]
    return None


def _with_comma(number: str) -> float:
    whole, comma, fraction = number.partition(",")
    if not comma or "." in whole or not fraction[:1].isdigit():
        return math.nan
    try:
        return float(f"{whole}.{fraction}")
    except ValueError:
        return math.nan
