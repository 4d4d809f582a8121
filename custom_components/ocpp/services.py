"""The registration of the actions."""

from homeassistant.core import HomeAssistant, callback

from .actions import (
    accounts,
    certificates,
    displays,
    files,
    firmware,
    limits,
    messages,
    restart,
    schedules,
    session_vehicles,
    sessions,
    site,
    tokens,
)
from .const import DOMAIN

ACTIONS = (
    *accounts.ACTIONS,
    *certificates.ACTIONS,
    *displays.ACTIONS,
    *files.ACTIONS,
    *firmware.ACTIONS,
    *limits.ACTIONS,
    *messages.ACTIONS,
    *restart.ACTIONS,
    *schedules.ACTIONS,
    *session_vehicles.ACTIONS,
    *sessions.ACTIONS,
    *site.ACTIONS,
    *tokens.ACTIONS,
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN,
            action.name,
            action.async_carry_out,
            supports_response=action.response,
        )
