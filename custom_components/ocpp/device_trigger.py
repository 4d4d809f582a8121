"""The triggers of chargers as device triggers, for those who look for them there."""

import logging
from typing import Final

import probatio

from homeassistant.components.device_automation import DEVICE_TRIGGER_BASE_SCHEMA
from homeassistant.const import (
    CONF_DEVICE_ID,
    CONF_DOMAIN,
    CONF_ID,
    CONF_PLATFORM,
    CONF_TARGET,
    CONF_TYPE,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.trigger import (
    TriggerActionType,
    TriggerInfo,
    async_initialize_triggers,
    async_validate_trigger_config as async_validate_triggers,
)
from homeassistant.helpers.typing import ConfigType

from .automation.targets import has_entity
from .const import DOMAIN
from .trigger import OF_THE_SITE, TRIGGERS

_LOGGER = logging.getLogger(__name__)

TYPES: Final = sorted(TRIGGERS.keys() - OF_THE_SITE)
TRIGGER_SCHEMA: Final = DEVICE_TRIGGER_BASE_SCHEMA.extend(
    {probatio.Required(CONF_TYPE): probatio.In(TYPES)}
)


async def async_get_triggers(
    hass: HomeAssistant, device_id: str
) -> list[dict[str, str]]:
    """Return the triggers of a charger or a connector."""
    if not has_entity(hass, device_id, "status"):
        return []
    return [
        {
            CONF_PLATFORM: "device",
            CONF_DOMAIN: DOMAIN,
            CONF_DEVICE_ID: device_id,
            CONF_TYPE: each,
        }
        for each in TYPES
    ]


async def async_attach_trigger(
    hass: HomeAssistant,
    config: ConfigType,
    action: TriggerActionType,
    trigger_info: TriggerInfo,
) -> CALLBACK_TYPE:
    """Attach the trigger that is not bound to devices, with the device as its target."""
    own = {
        CONF_PLATFORM: f"{DOMAIN}.{config[CONF_TYPE]}",
        CONF_ID: trigger_info["trigger_data"]["id"],
        CONF_TARGET: {CONF_DEVICE_ID: [config[CONF_DEVICE_ID]]},
    }
    detach = await async_initialize_triggers(
        hass,
        await async_validate_triggers(hass, [own]),
        action,
        trigger_info["domain"],
        trigger_info["name"],
        _LOGGER.log,
    )
    return detach or _nothing


@callback
def _nothing() -> None:
    """Detach what could not be attached."""
