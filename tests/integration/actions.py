"""Carries out actions as automations do, and returns what the user is told."""

from typing import Any

import pytest

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant, ServiceResponse, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError


async def act(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Carry out an action that gives no answer."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def ask(hass: HomeAssistant, action: str, **data: Any) -> Any:
    """Carry out an action and return its answer."""
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )


async def refused(hass: HomeAssistant, action: str, **data: Any) -> str:
    """Return what the user is told about an action that makes no sense."""
    with pytest.raises(ServiceValidationError) as caught:
        await _do(hass, action, data)
    return str(caught.value)


async def failed(hass: HomeAssistant, action: str, **data: Any) -> str:
    """Return what the user is told about an action that the charger refuses."""
    with pytest.raises(HomeAssistantError) as caught:
        await _do(hass, action, data)
    assert not isinstance(caught.value, ServiceValidationError)
    return str(caught.value)


async def _do(
    hass: HomeAssistant, action: str, data: dict[str, Any]
) -> ServiceResponse:
    supports = hass.services.supports_response(DOMAIN, action)
    return await hass.services.async_call(
        DOMAIN,
        action,
        data,
        blocking=True,
        return_response=supports is SupportsResponse.ONLY,
    )
