"""The number and the unit of a sampled value become a number in the measurand's base unit.

Chargers write `16.00`, `16,5` or ` 16`, and call a unit `kWh`, `KWH`, `Celcius` or nothing at all. What cannot be read for
certain is no value: nothing here guesses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .meter import Measurand

_ABSURD = 1e15
"""More than any quantity can be, in any unit; neither infinity nor what is no number is less."""

_DEFAULT_UNITS = ("", "wh")
"""`Wh` is what OCPP takes a missing unit for (1.6, section 7.45), so some chargers put it everywhere."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """The conversion of a unit to the base unit: times `factor`, plus `offset`."""

    factor: float = 1.0
    offset: float = 0.0


_BASE = _Scale()


@dataclass(frozen=True, slots=True)
class _Quantity:
    """The units of one kind of quantity in lower case, save for a mega, and what its values can be."""

    scales: Mapping[str, _Scale]
    lowest: float = -_ABSURD
    highest: float = _ABSURD


def _with_prefixes(*units: str) -> Mapping[str, _Scale]:
    prefixes = {"": 1.0, "m": 1e-3, "k": 1e3}
    return {
        f"{prefix}{unit}": _Scale(factor)
        for prefix, factor in prefixes.items()
        for unit in units
    }


# Power and energy are often mixed up; which of them is meant says the measurand, and the unit only the scale.
_WATTS = _Quantity(
    {
        **_with_prefixes("w", "wh", "va", "vah", "var", "varh"),
        **dict.fromkeys(("Mw", "Mwh", "Mva", "Mvah", "Mvar", "Mvarh"), _Scale(1e6)),
    }
)
_AMPERES = _Quantity(_with_prefixes("a", "amp", "amps", "ampere", "amperes"))
_VOLTS = _Quantity(_with_prefixes("v", "volt", "volts"))
_HERTZ = _Quantity(_with_prefixes("hz", "hertz"), lowest=0, highest=1000)
_KELVIN = _Scale(1, -273.15)
_FAHRENHEIT = _Scale(5 / 9, -32 * 5 / 9)
_DEGREES = _Quantity(
    {
        **dict.fromkeys(("c", "°c", "℃", "celsius", "celcius"), _BASE),
        **dict.fromkeys(("k", "°k", "kelvin"), _KELVIN),
        **dict.fromkeys(("f", "°f", "℉", "fahrenheit"), _FAHRENHEIT),
    },
    # A sensor that is not there often reads -127 °C or absolute zero.
    lowest=-100,
    highest=1000,
)
_PER_CENT = _Quantity(
    dict.fromkeys(("%", "percent", "percentage"), _BASE), lowest=0, highest=100
)
_RATIO = _Quantity(
    dict.fromkeys(("%", "percent", "percentage"), _Scale(0.01)), lowest=-1, highest=1
)
_TURNS = _Quantity(dict.fromkeys(("rpm", "1/min", "min-1"), _BASE))

_QUANTITIES: Mapping[Measurand, _Quantity] = {
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


def _spelled(quantities: Iterable[_Quantity]) -> frozenset[str]:
    return frozenset(unit for quantity in quantities for unit in quantity.scales)


_KNOWN_UNITS = _spelled(_QUANTITIES.values())

_SPELLINGS = [
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
]
_USUAL: Mapping[tuple[Measurand, str | None], _Scale] = {
    **{(measurand, None): _BASE for measurand in Measurand},
    **{
        (measurand, unit): quantity.scales[unit.lower()]
        for measurand, quantity in _QUANTITIES.items()
        for unit in _SPELLINGS
        if unit.lower() in quantity.scales
    },
}
"""The units as they should be spelled: most values need no second look."""


def base_value(
    measurand: Measurand, number: str | float, unit: str | None
) -> float | None:
    """Return a value in the base unit of its measurand; None where there is none to be had.

    Args:
        measurand: what was measured.
        number: as the charger writes it; a comma is the decimal point of one that writes in its own language.
        unit: the unit as the charger spells it. One that nobody knows is noise; one that belongs to another kind of
            quantity makes the value unusable.
    """
    scale = _USUAL.get((measurand, unit)) or _scale(measurand, unit or "")
    if scale is None or (read := _read(number)) is None:
        return None
    value = read * scale.factor + scale.offset
    quantity = _QUANTITIES[measurand]
    # Written so that what is no number fails.
    return value if quantity.lowest <= value <= quantity.highest else None


def _read(number: str | float) -> float | None:
    try:
        return float(number)
    except ValueError:
        pass
    whole, comma, fraction = str(number).partition(",")
    if not comma or "." in whole or not fraction[:1].isdigit():
        return None
    try:
        return float(f"{whole}.{fraction}")
    except ValueError:
        return None


def _scale(measurand: Measurand, unit: str) -> _Scale | None:
    unit = unit.strip()
    scales = _QUANTITIES[measurand].scales
    for spelled in (unit[:1] + unit[1:].casefold(), unit.casefold()):
        if spelled in scales:
            return scales[spelled]
    if unit.casefold() in _DEFAULT_UNITS or unit.casefold() not in _KNOWN_UNITS:
        return _BASE
    return None
