"""The preferences of chargers that moved in, until their owner chooses others."""

from collections.abc import Mapping

from ..config.charger import ChargerConfig
from ..surplus.modes import UNCONTROLLED_MODE
from .charger import Preferences


def former_preferences(config: ChargerConfig) -> Mapping[int, Preferences]:
    """Return what goes on by connector: the current in force, which the owner's automations set."""
    if (former := config.former) is None:
        return {}
    return {
        evse_id: Preferences(
            mode=UNCONTROLLED_MODE,
            maximum_current_a=former.maximum_currents_a.get(evse_id),
        )
        for evse_id in range(1, config.connectors + 1)
    }
