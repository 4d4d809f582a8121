"""An integration of another hand: a smart meter and an inverter, each with its power and its energy."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set up the sensors."""
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.SENSOR])
    return True
