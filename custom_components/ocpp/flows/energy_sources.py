"""The form for the energy sources, and the flow for all options."""

import probatio

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
)

from ..config.allowed_addresses import is_address
from ..config.battery_hold import are_valid, hold_actions
from ..const import (
    CONF_ALLOWED_ADDRESSES,
    CONF_AUTO_ADOPT,
    CONF_BATTERY_HOLD,
    CONF_BATTERY_POWER,
    CONF_BATTERY_POWER_INVERTED,
    CONF_BATTERY_SOC,
    CONF_DATA_VENDORS,
    CONF_FEED_IN_ENTITIES,
    CONF_FORECAST_ENTITIES,
    CONF_FREE_VEND,
    CONF_GRID_CURRENTS,
    CONF_GRID_CURRENTS_INVERTED,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_GRID_POWER_INVERTED,
    CONF_HOLD_ACTIONS,
    CONF_HOME_ASSISTANT_TAGS,
    CONF_HOUSE_INCLUDES_CARS,
    CONF_HOUSE_POWER,
    CONF_LOCAL_LIST,
    CONF_PRICE_ENTITIES,
    CONF_PV_POWER,
    CONF_RELEASE_ACTIONS,
    CONF_SITE_LIMIT,
    CONF_TARIFF,
)
from .base import Errors, Input, show_form
from .selectors import CURRENT_SENSOR, TEXTS, collapsed, exists, unknown_entities
from .tariff import TARIFF, tariff_error

_POWER = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.POWER)
)
_SOC = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.BATTERY)
)
_LIMIT = EntitySelector(
    EntitySelectorConfig(domain=["input_number", "number", "sensor"])
)

_BATTERY_HOLD = probatio.Schema(
    {
        probatio.Optional(CONF_HOLD_ACTIONS): ActionSelector(),
        probatio.Optional(CONF_RELEASE_ACTIONS): ActionSelector(),
    }
)
SOURCES = probatio.Schema(
    {
        probatio.Optional(CONF_GRID_POWER): _POWER,
        probatio.Required(CONF_GRID_POWER_INVERTED, default=False): BooleanSelector(),
        probatio.Optional(CONF_GRID_IMPORT): _POWER,
        probatio.Optional(CONF_GRID_EXPORT): _POWER,
        probatio.Optional(CONF_PV_POWER): _POWER,
        probatio.Optional(CONF_HOUSE_POWER): _POWER,
        probatio.Required(CONF_HOUSE_INCLUDES_CARS, default=True): BooleanSelector(),
        probatio.Optional(CONF_BATTERY_POWER): _POWER,
        probatio.Required(
            CONF_BATTERY_POWER_INVERTED, default=False
        ): BooleanSelector(),
        probatio.Optional(CONF_BATTERY_SOC): _SOC,
        probatio.Required(CONF_TARIFF, default={}): collapsed(TARIFF),
        **{probatio.Optional(field): CURRENT_SENSOR for field in CONF_GRID_CURRENTS},
        probatio.Required(
            CONF_GRID_CURRENTS_INVERTED, default=False
        ): BooleanSelector(),
        probatio.Optional(CONF_SITE_LIMIT): _LIMIT,
    }
)
OPTIONS = SOURCES.extend(
    {
        probatio.Required(CONF_BATTERY_HOLD, default={}): collapsed(_BATTERY_HOLD),
        probatio.Required(CONF_AUTO_ADOPT, default=False): BooleanSelector(),
        probatio.Required(CONF_FREE_VEND, default=True): BooleanSelector(),
        probatio.Required(CONF_HOME_ASSISTANT_TAGS, default=False): BooleanSelector(),
        probatio.Required(CONF_LOCAL_LIST, default=False): BooleanSelector(),
        probatio.Optional(CONF_DATA_VENDORS, default=[]): TEXTS,
        probatio.Optional(CONF_ALLOWED_ADDRESSES, default=[]): TEXTS,
    }
)


def source_errors(hass: HomeAssistant, user_input: Input) -> Errors:
    """Return the errors in the energy sources by field."""
    fields = [field for field in user_input if isinstance(user_input[field], str)]
    if unknown := unknown_entities(hass, user_input, fields):
        return unknown
    tariff = user_input.get(CONF_TARIFF, {})
    for field in (CONF_PRICE_ENTITIES, CONF_FEED_IN_ENTITIES, CONF_FORECAST_ENTITIES):
        if not all(exists(hass, entity_id) for entity_id in tariff.get(field, ())):
            return {CONF_TARIFF: "unknown_entity"}
    if (error := tariff_error(hass, tariff)) is not None:
        return {CONF_TARIFF: error}
    metered = CONF_GRID_POWER in user_input or CONF_GRID_EXPORT in user_input
    computed = CONF_PV_POWER in user_input and CONF_HOUSE_POWER in user_input
    if not metered and not computed:
        return {"base": "grid_needed"}
    if not all(map(is_address, user_input.get(CONF_ALLOWED_ADDRESSES, ()))):
        return {CONF_ALLOWED_ADDRESSES: "invalid_address"}
    currents = [field for field in CONF_GRID_CURRENTS if field in user_input]
    if currents and len(currents) not in (1, 3):
        return {"base": "currents_incomplete"}
    return _hold_errors(user_input)


def _hold_errors(user_input: Input) -> Errors:
    hold, release = hold_actions(user_input.get(CONF_BATTERY_HOLD, {}))
    if bool(hold) != bool(release):
        return {CONF_BATTERY_HOLD: "both_needed"}
    if not are_valid(hold) or not are_valid(release):
        return {CONF_BATTERY_HOLD: "invalid_actions"}
    return {}


class OcppOptionsFlow(OptionsFlow):
    """Changes the energy sources, and the rules for chargers and tags."""

    async def async_step_init(
        self, user_input: Input | None = None
    ) -> ConfigFlowResult:
        """Ask for all options at once."""
        errors: Errors = {}
        if user_input is not None:
            errors = source_errors(self.hass, user_input)
            if not errors:
                return self.async_create_entry(data=user_input)
        shown = user_input or self.config_entry.options
        return show_form(self, "init", OPTIONS, shown, errors)
