"""Powers and currents that entities show, whatever their unit."""

import math

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    UnitOfElectricCurrent,
    UnitOfPower,
)
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_conversion import (
    BaseUnitConverter,
    ElectricCurrentConverter,
    PowerConverter,
)


def watts_of(state: State) -> float | None:
    """Return the power that a state shows; None while it shows none."""
    return _converted(state, PowerConverter, UnitOfPower.WATT)


def amperes_of(state: State) -> float | None:
    """Return the current that a state shows; None while it shows none."""
    return _converted(state, ElectricCurrentConverter, UnitOfElectricCurrent.AMPERE)


def _converted(
    state: State, converter: type[BaseUnitConverter], unit: str
) -> float | None:
    """Return the value of a state in a unit, which is also meant where the state has none."""
    shown_unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, unit)
    try:
        value = converter.convert(float(state.state), shown_unit, unit)
    except ValueError, HomeAssistantError:
        # `unavailable`, `unknown`, or a unit of something else.
        return None
    return value if math.isfinite(value) else None
