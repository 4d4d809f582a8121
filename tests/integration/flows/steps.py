"""Steps of flows, as tests go through them."""

import asyncio
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigFlowResult,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from tests.waiting import LONGEST_S

ADOPTION = {
    "name": "Carport",
    "max_current": 16,
    "phases": "3",
    "starts_cars": False,
    "advanced": {"safe_current": 6, "protection": "none"},
}
"""The form of a charger that has connected."""
BY_HAND = {
    "identity": "CP2",
    "name": "Carport",
    "max_current": 16,
    "phases": "3",
    "safe_current": 6,
    "connectors": 1,
    "starts_cars": False,
    "security_profile": "0",
}
"""The form of a charger that will connect."""


def adoption(**changes: Any) -> dict[str, Any]:
    """Return the filled-in form of a charger that has connected; changes within the section go by its name."""
    advanced = {**ADOPTION["advanced"], **changes.pop("advanced", {})}  # type: ignore[dict-item]
    return {**ADOPTION, **changes, "advanced": advanced}


def suggested(form: Any, section: str | None = None) -> dict[str, Any]:
    """Return the suggested values of a form, or of a section of it."""
    schema = form["data_schema"].schema
    if section is not None:
        schema = schema[section].schema.schema
    return {
        str(marker): marker.description["suggested_value"]
        for marker in schema
        if marker.description and "suggested_value" in marker.description
    }


def server(port: float, **more: Any) -> dict[str, Any]:
    """Return the filled-in form of the central system."""
    return {"advanced": {"host": "127.0.0.1", "port": port, **more}}


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Begin the first flow."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )


async def add_charger(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Begin to add a charger, and return the id of the flow."""
    flow = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CHARGER), context={"source": SOURCE_USER}
    )
    return flow["flow_id"]


async def at_step(
    hass: HomeAssistant, flow_id: str, *step_ids: str
) -> SubentryFlowResult:
    """Wait until a flow of a charger is at one of some steps, and return what it shows."""
    flows = hass.config_entries.subentries
    async with asyncio.timeout(LONGEST_S):
        # As the frontend does: a step that is over goes on only when somebody looks.
        while (shown := await flows.async_configure(flow_id))[
            "step_id"
        ] not in step_ids:
            await asyncio.sleep(0.01)
    return shown


async def at_config_step(
    hass: HomeAssistant, flow_id: str, *step_ids: str
) -> ConfigFlowResult:
    """Wait until a config flow is at one of some steps, and return what it shows."""
    flows = hass.config_entries.flow
    async with asyncio.timeout(LONGEST_S):
        # As the frontend does: a step that is over goes on only when somebody looks.
        while (shown := await flows.async_configure(flow_id))[
            "step_id"
        ] not in step_ids:
            await asyncio.sleep(0.01)
    return shown


async def choose(hass: HomeAssistant, flow_id: str, option: str) -> SubentryFlowResult:
    """Choose from a menu of a charger's flow."""
    return await fill_in(hass, flow_id, {"next_step_id": option})


async def fill_in(
    hass: HomeAssistant, flow_id: str, user_input: dict[str, Any]
) -> SubentryFlowResult:
    """Submit a form of a charger's flow."""
    return await hass.config_entries.subentries.async_configure(flow_id, user_input)


async def by_hand(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Begin to add a charger by hand, and return the id of the flow."""
    flow_id = await add_charger(hass, entry)
    await at_step(hass, flow_id, "address")
    await choose(hass, flow_id, "by_hand")
    return flow_id


async def open_part(
    hass: HomeAssistant, entry: MockConfigEntry, subentry_id: str, part: str
) -> SubentryFlowResult:
    """Begin to change a charger or a vehicle, and open one of its forms."""
    flow = await entry.start_subentry_reconfigure_flow(hass, subentry_id)
    return await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"next_step_id": part}
    )


def automatic(form: SubentryFlowResult, field: str) -> str:
    """Return the text of the automatic choice in a field."""
    assert form["data_schema"] is not None
    config: dict[str, Any] = form["data_schema"].schema[field].config
    (label,) = (
        option["label"]
        for option in config["options"]
        if option["value"] == "automatic"
    )
    return str(label)
