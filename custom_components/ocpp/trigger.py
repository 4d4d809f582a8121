"""The triggers of chargers, for automations."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .automation.announcements import Kind
from .automation.event_triggers import make_event_trigger
from .automation.state_triggers import (
    make_left_trigger,
    make_power_trigger,
    make_reached_trigger,
)
from .csms.evses.status import ConnectorStatus
from .entities.statuses import STATUSES
from .surplus.explain.reasons import Reason

CHARGING = STATUSES[ConnectorStatus.CHARGING]
FAULTED = STATUSES[ConnectorStatus.FAULTED]
FINISHED = frozenset({Reason.CAR_FULL, Reason.TARGET_REACHED})
NOT_FINISHED = frozenset(
    {
        Reason.NO_CAR,
        Reason.FAST,
        Reason.SUN,
        Reason.TOPPED_UP,
        Reason.PLANNED,
        Reason.CHEAP_PRICE,
        Reason.NOT_REACHABLE_IN_TIME,
        Reason.SOC_FLOOR,
    }
)
"""Any other reason, such as a lost connection or a car that is being woken, does not tell whether a car has finished."""

SURPLUS = "surplus_crossed_threshold"
OF_THE_SITE = frozenset({SURPLUS})

TRIGGERS: dict[str, type[Trigger]] = {
    "plugged_in": make_reached_trigger("plugged_in", STATE_ON),
    "unplugged": make_reached_trigger("plugged_in", STATE_OFF),
    "started_charging": make_reached_trigger("status", CHARGING),
    "stopped_charging": make_left_trigger("status", CHARGING),
    "finished_charging": make_reached_trigger(
        "reason",
        *FINISHED,
        unknown=frozenset(Reason) - FINISHED - NOT_FINISHED,
    ),
    "became_faulted": make_reached_trigger("status", FAULTED),
    "departure_became_at_risk": make_reached_trigger("departure_at_risk", STATE_ON),
    SURPLUS: make_power_trigger("solar_surplus"),
    **{kind.value: make_event_trigger(kind) for kind in Kind},
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
