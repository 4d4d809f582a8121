"""The home that the examples of the documentation are written for: the user's own entities and actions."""

from dataclasses import dataclass, field
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component

STATES: dict[str, tuple[str, dict[str, str]]] = {
    "sensor.grid_power": ("-3000", {"unit_of_measurement": "W"}),
    "sensor.electricity_price": ("0.25", {"unit_of_measurement": "EUR/kWh"}),
    "switch.dishwasher": ("off", {}),
    "switch.boiler": ("off", {}),
    "input_boolean.grid_operator_limit": ("off", {}),
}
"""The states of entities that are not ours."""
ACTIONS = (
    "notify.notify",
    "notify.mobile_app_phone",
    "switch.turn_on",
    "switch.turn_off",
    "rest_command.emhass_optimize",
)
"""Actions that are not ours; those of entities of ours are not replaced."""
COMPONENTS = ("homeassistant", "persistent_notification")


@dataclass
class Home:
    """The calls of the examples to others than this integration."""

    hass: HomeAssistant
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def async_furnish(self) -> None:
        """Set up everything that the examples use."""
        for entity_id, (state, attributes) in STATES.items():
            self.hass.states.async_set(entity_id, state, attributes)
        for component in COMPONENTS:
            assert await async_setup_component(self.hass, component, {})
        for action in ACTIONS:
            domain, _, name = action.partition(".")
            if not self.hass.services.has_service(domain, name):
                self.hass.services.async_register(domain, name, self._note)

    @callback
    def _note(self, call: ServiceCall) -> None:
        self.calls.append((f"{call.domain}.{call.service}", dict(call.data)))
