"""A Home Assistant with meters, inverters and batteries of other integrations."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.energy.data import EnergyManager, async_get_manager
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigFlowResult,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component


@pytest.fixture
async def unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """Unload whatever a flow has set up."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def energy(recorder_mock: Any, hass: HomeAssistant) -> EnergyManager:
    """The Energy dashboard."""
    assert await async_setup_component(hass, "energy", {})
    return await async_get_manager(hass)


async def step(hass: HomeAssistant, flow_id: str, answer: Any) -> ConfigFlowResult:
    """Answer a form of the first flow with its fields, or a menu with a choice."""
    user_input = {"next_step_id": answer} if isinstance(answer, str) else answer
    return await hass.config_entries.flow.async_configure(flow_id, user_input)


async def asked_for_energy(hass: HomeAssistant, port: int) -> ConfigFlowResult:
    """Go through the first flow until it asks for the meter of the grid, past sensors that it has found."""
    menu = await found(hass, port)
    if menu["step_id"] == "energy":
        return menu
    return await step(hass, menu["flow_id"], "energy_again")


async def found(hass: HomeAssistant, port: int) -> ConfigFlowResult:
    """Go through the first flow until it shows what it has found, or asks."""
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    server = {"advanced": {"host": "127.0.0.1", "port": port}}
    return await step(hass, flow["flow_id"], server)


def offered(menu: ConfigFlowResult) -> list[str]:
    """Return the choices in a menu."""
    options = menu["menu_options"]
    assert isinstance(options, list)
    return options


def figures(menu: ConfigFlowResult) -> dict[str, str]:
    """Return what is filled in in the text of a menu or form."""
    return dict(menu["description_placeholders"] or {})


def faults(form: ConfigFlowResult) -> dict[str, str]:
    """Return the errors of a form."""
    return dict(form["errors"] or {})


def fields(form: ConfigFlowResult | SubentryFlowResult) -> list[str]:
    """Return the fields of a form."""
    assert form["data_schema"] is not None
    return [str(field) for field in form["data_schema"].schema]


def suggested(flow: ConfigFlowResult | SubentryFlowResult) -> dict[str, Any]:
    """Return what is filled in in a form."""
    assert flow["data_schema"] is not None
    return {
        str(marker): marker.description["suggested_value"]
        for marker in flow["data_schema"].schema
        if marker.description and "suggested_value" in marker.description
    }


def add_sensor(
    hass: HomeAssistant, platform: str, device: str, name: str, unit: str, value: float
) -> str:
    """Add a sensor of another integration, with its device; return its entity ID."""
    owner = MockConfigEntry(domain=platform, entry_id=f"{platform}_{device}")
    if hass.config_entries.async_get_entry(owner.entry_id) is None:
        owner.add_to_hass(hass)
    of_device = dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={(platform, device)}, name=device
    )
    entity = er.async_get(hass).async_get_or_create(
        "sensor",
        platform,
        f"{device} {name}",
        device_id=of_device.id,
        original_name=name,
        has_entity_name=True,
    )
    attributes = {"unit_of_measurement": unit, "friendly_name": f"{device} {name}"}
    hass.states.async_set(entity.entity_id, str(value), attributes)
    return entity.entity_id
