"""The intents, which voice assistants understand."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .assist.handlers import HANDLERS


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents."""
    for handler in HANDLERS:
        intent.async_register(hass, handler())
