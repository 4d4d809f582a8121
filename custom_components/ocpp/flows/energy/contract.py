"""The form for holidays, and for the power that is contracted."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    ObjectSelector,
    ObjectSelectorConfig,
    TimeSelector,
)

from ...const import (
    CONF_HOLIDAY_DATES,
    CONF_HOLIDAY_ENTITIES,
    CONF_OTHER_POWER,
    CONF_POWER_PERIODS,
)
from ...planning.holidays import is_date
from ...planning.time_of_use import DAYS
from ..base import Errors
from ..selectors import TEXTS, box, choice, unknown_entities

_KILOWATTS = box(0, 1000, "kW", 0.1)
_PERIODS = ObjectSelector(
    ObjectSelectorConfig(
        fields={
            "power": {"selector": _KILOWATTS, "required": True},
            "from": {"selector": TimeSelector(), "required": True},
            "to": {"selector": TimeSelector(), "required": True},
            "days": {"selector": choice(DAYS, "price_days")},
        },
        multiple=True,
        label_field="power",
        description_field="from",
        translation_key="power_periods",
    )
)
CONTRACT = probatio.Schema(
    {
        probatio.Optional(CONF_POWER_PERIODS): _PERIODS,
        probatio.Optional(CONF_OTHER_POWER): _KILOWATTS,
        probatio.Optional(CONF_HOLIDAY_ENTITIES): EntitySelector(
            EntitySelectorConfig(domain=["calendar", "binary_sensor"], multiple=True)
        ),
        probatio.Optional(CONF_HOLIDAY_DATES): TEXTS,
    }
)


def contract_errors(hass: HomeAssistant, contract: Mapping[str, Any]) -> Errors:
    """Return the errors in the form by field."""
    if errors := unknown_entities(hass, contract, (CONF_HOLIDAY_ENTITIES,)):
        return errors
    if all(is_date(text) for text in contract.get(CONF_HOLIDAY_DATES) or ()):
        return {}
    return {CONF_HOLIDAY_DATES: "invalid_date"}
