"""The fix for a sensor that cannot be used: another one, wherever it was chosen."""

from typing import Any

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from ...config.renamed_entities import async_replace_entity
from ...issues import FixData
from ...quantities import Quantity
from .choice import FixFlow

SENSOR = "sensor"
CONF_SENSOR = "sensor"

_DEVICE_CLASSES = {
    Quantity.POWER: SensorDeviceClass.POWER,
    Quantity.CURRENT: SensorDeviceClass.CURRENT,
    Quantity.CHARGE: SensorDeviceClass.BATTERY,
}


def sensor_fix(entry_id: str, entity_id: str, quantity: Quantity) -> FixData:
    """Return the data of the flow for a sensor of a central system."""
    return {
        "issue": SENSOR,
        "entry": entry_id,
        "entity": entity_id,
        "quantity": quantity.value,
    }


def sensor_flow(data: FixData) -> RepairsFlow:
    """Return the flow that asks for another sensor."""
    return _SensorFlow(data)


class _SensorFlow(FixFlow):
    """Puts another sensor in the place of one."""

    def __init__(self, data: FixData) -> None:
        """Initialize with the data of the issue."""
        self._entry_id = str(data["entry"])
        self._entity_id = str(data["entity"])
        self._quantity = Quantity(str(data["quantity"]))

    async def async_step_init(
        self, _: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the sensor; the issue goes with the one before."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        errors = {}
        if user_input is not None:
            if user_input[CONF_SENSOR] != self._entity_id:
                async_replace_entity(
                    self.hass, entry, self._entity_id, user_input[CONF_SENSOR]
                )
                return self.async_create_entry(data={})
            errors[CONF_SENSOR] = "same_sensor"
        return self.async_show_form(
            step_id="confirm",
            data_schema=_schema(self._quantity),
            errors=errors,
            description_placeholders=self.told,
        )


def _schema(quantity: Quantity) -> probatio.Schema:
    config = EntitySelectorConfig(
        domain="sensor", device_class=_DEVICE_CLASSES[quantity]
    )
    return probatio.Schema({probatio.Required(CONF_SENSOR): EntitySelector(config)})
