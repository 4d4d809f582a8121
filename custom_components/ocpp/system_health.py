"""The central systems and their chargers in Home Assistant's system information."""

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(async_info)


async def async_info(hass: HomeAssistant) -> dict[str, int]:
    """Return how many chargers there are, and how they are."""
    hubs = [
        entry.runtime_data for entry in hass.config_entries.async_loaded_entries(DOMAIN)
    ]
    chargers = [charger for hub in hubs for charger in hub.chargers.values()]
    evses = [charger.evse(id_) for charger in chargers for id_ in charger.evse_ids]
    return {
        "central_systems": len(hubs),
        "chargers": len(chargers),
        "chargers_connected": sum(charger.station.connected for charger in chargers),
        "sessions": sum(evse.running_transaction is not None for evse in evses),
        "meter_findings": sum(len(hub.site.checks.findings) for hub in hubs),
    }
