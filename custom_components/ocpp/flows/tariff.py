"""The form section for energy prices and the solar forecast."""

from collections.abc import Mapping

import probatio

from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    ObjectSelector,
    ObjectSelectorConfig,
    TimeSelector,
)

from ..config.energy_sources import entity_ids
from ..const import (
    CONF_FEED_IN_ENTITIES,
    CONF_FEED_IN_TARIFF,
    CONF_FORECAST_ENTITIES,
    CONF_OTHER_PRICE,
    CONF_PRICE_ENTITIES,
    CONF_PRICE_FEES,
    CONF_PRICE_FIXED,
    CONF_PRICE_PERIODS,
    CONF_PRICE_UNIT,
    CONF_PRICE_VAT,
)
from ..planning.carbon_intensity import tells_intensity
from ..planning.prices import UNITS, PriceSources, has_action
from ..planning.time_of_use import DAYS
from .base import Errors
from .selectors import box, choice, clearable_choice, unknown_entities

# In the currency of Home Assistant for each kWh.
PRICE = box(-1000, 1000, step="any")
PRICE_ENTITIES = EntitySelector(
    EntitySelectorConfig(
        domain=[
            "sensor",
            "binary_sensor",
            "event",
            "number",
            "input_number",
            "schedule",
            "script",
        ],
        multiple=True,
    )
)
PERIODS = ObjectSelector(
    ObjectSelectorConfig(
        fields={
            "price": {"selector": PRICE, "required": True},
            "from": {"selector": TimeSelector(), "required": True},
            "to": {"selector": TimeSelector(), "required": True},
            "days": {"selector": choice(DAYS, "price_days")},
        },
        multiple=True,
        label_field="price",
        description_field="from",
        translation_key="price_periods",
    )
)
PERCENT = box(0, 100, "%", 0.1)

TARIFF = probatio.Schema(
    {
        probatio.Optional(CONF_PRICE_ENTITIES): PRICE_ENTITIES,
        probatio.Optional(CONF_PRICE_UNIT): clearable_choice(UNITS, "price_unit"),
        probatio.Optional(CONF_PRICE_FIXED): BooleanSelector(),
        probatio.Optional(CONF_PRICE_PERIODS): PERIODS,
        probatio.Optional(CONF_OTHER_PRICE): PRICE,
        probatio.Optional(CONF_PRICE_FEES): PRICE,
        probatio.Optional(CONF_PRICE_VAT): PERCENT,
        probatio.Optional(CONF_FEED_IN_TARIFF): PRICE,
        probatio.Optional(CONF_FEED_IN_ENTITIES): PRICE_ENTITIES,
        probatio.Optional(CONF_FORECAST_ENTITIES): EntitySelector(
            EntitySelectorConfig(domain="sensor", multiple=True)
        ),
    }
)


def tariff_errors(hass: HomeAssistant, tariff: Mapping[str, object]) -> Errors:
    """Return an error for entities of a tariff that do not exist, or that show no prices."""
    fields = (*_PRICES, CONF_FORECAST_ENTITIES)
    if unknown := unknown_entities(hass, tariff, fields):
        return unknown
    if others := {
        field: "no_price" for field in _PRICES if _shows_other(hass, tariff, field)
    }:
        return others
    error = tariff_error(hass, tariff)
    return {} if error is None else {"base": error}


_PRICES = (CONF_PRICE_ENTITIES, CONF_FEED_IN_ENTITIES)


def _shows_other(hass: HomeAssistant, tariff: Mapping[str, object], field: str) -> bool:
    """Return whether a field has an entity that shows no price, by its class and its unit."""
    states = (hass.states.get(each) for each in entity_ids(tariff, field))
    return any(state is not None and _is_no_price(state) for state in states)


def _is_no_price(state: State) -> bool:
    """Return whether a state is a temperature, a power or the like."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    return any(
        unit in units and device_class == each
        for each, units in DEVICE_CLASS_UNITS.items()
    )


def tariff_error(hass: HomeAssistant, tariff: Mapping[str, object]) -> str | None:
    """Return what is missing in the entities of a tariff, by the key of the error."""
    for sources in (PriceSources.of(tariff), PriceSources.of_feed_in(tariff)):
        for entity_id in sources.entity_ids:
            if tells_intensity(hass, entity_id):
                continue
            trouble = sources.reader.shown(hass, hass.states.get(entity_id)).trouble
            if trouble is not None and not has_action(hass, entity_id):
                return trouble.value
    known = PriceSources.of(tariff)
    # Entities may tell the prices of other times.
    if known.time_of_use.periods and not known.entity_ids:
        return None if known.time_of_use.is_complete else "other_price_missing"
    return None
