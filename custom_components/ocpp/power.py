"""The power that an entity shows."""

import math

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfPower
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_conversion import PowerConverter


def watts_of(state: State) -> float | None:
    """Return a power sensor's value in watts; None while it has none."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, UnitOfPower.WATT)
    try:
        watts = PowerConverter.convert(float(state.state), unit, UnitOfPower.WATT)
    except ValueError, HomeAssistantError:
        # `unavailable`, `unknown`, or a unit that is none of power.
        return None
    return watts if math.isfinite(watts) else None
