"""The form section for energy prices and the solar forecast."""

import probatio

from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)

from ..const import (
    CONF_FEED_IN_ENTITIES,
    CONF_FEED_IN_TARIFF,
    CONF_FORECAST_ENTITIES,
    CONF_PRICE_ENTITIES,
    CONF_PRICE_FEES,
    CONF_PRICE_VAT,
)
from .selectors import box

# In the currency of Home Assistant for each kWh.
PRICE = NumberSelector(
    NumberSelectorConfig(min=-1000, max=1000, step="any", mode=NumberSelectorMode.BOX)
)
PRICE_ENTITIES = EntitySelector(
    EntitySelectorConfig(
        domain=["sensor", "event", "number", "input_number", "script"], multiple=True
    )
)
PERCENT = box(0, 100, "%", 0.1)

TARIFF = probatio.Schema(
    {
        probatio.Optional(CONF_PRICE_ENTITIES): PRICE_ENTITIES,
        probatio.Optional(CONF_PRICE_FEES): PRICE,
        probatio.Optional(CONF_PRICE_VAT): PERCENT,
        probatio.Optional(CONF_FEED_IN_TARIFF): PRICE,
        probatio.Optional(CONF_FEED_IN_ENTITIES): PRICE_ENTITIES,
        probatio.Optional(CONF_FORECAST_ENTITIES): EntitySelector(
            EntitySelectorConfig(domain="sensor", multiple=True)
        ),
    }
)
