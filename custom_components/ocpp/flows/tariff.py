"""The form section for energy prices and the solar forecast."""

from collections.abc import Mapping

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    TimeSelector,
)

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
from ..planning.prices import UNITS, PriceSources, has_action
from ..planning.time_of_use import DAYS
from .selectors import box, choice

# In the currency of Home Assistant for each kWh.
PRICE = NumberSelector(
    NumberSelectorConfig(min=-1000, max=1000, step="any", mode=NumberSelectorMode.BOX)
)
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
        probatio.Optional(CONF_PRICE_UNIT): choice(UNITS, "price_unit"),
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


def tariff_error(hass: HomeAssistant, tariff: Mapping[str, object]) -> str | None:
    """Return what is missing in the entities of a tariff, by the key of the error."""
    for sources in (PriceSources.of(tariff), PriceSources.of_feed_in(tariff)):
        for entity_id in sources.entity_ids:
            trouble = sources.reader.shown(hass, hass.states.get(entity_id)).trouble
            if trouble is not None and not has_action(hass, entity_id):
                return trouble.value
    known = PriceSources.of(tariff)
    # Entities may tell the prices of other times.
    if known.time_of_use.periods and not known.entity_ids:
        return None if known.time_of_use.is_complete else "other_price_missing"
    return None
