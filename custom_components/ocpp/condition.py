"""The conditions of chargers, for automations."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from .automation.conditions import make_power_condition, make_state_condition
from .csms.evses.status import ConnectorStatus
from .entities.statuses import STATUSES

CHARGING = STATUSES[ConnectorStatus.CHARGING]

CONDITIONS: dict[str, type[Condition]] = {
    "is_plugged_in": make_state_condition("plugged_in", STATE_ON),
    "is_unplugged": make_state_condition("plugged_in", STATE_OFF),
    "is_charging": make_state_condition("status", CHARGING),
    "is_not_charging": make_state_condition(
        "status", *(state for state in STATUSES.values() if state != CHARGING)
    ),
    "is_surplus": make_power_condition("solar_surplus"),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
