"""From a charger that was adopted to a car that charges."""

import asyncio
from datetime import timedelta
from typing import Any

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.flows.adoption.adopted import AdoptedCharger
from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.dt import utcnow
from tests.integration.conftest import Connect, state
from tests.waiting import until

from .conftest import step
from .steps import add_charger, adoption, at_config_step, at_step, choose, fill_in


async def test_the_first_charge_is_shown_live(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    told: list[Any] = []
    hass.bus.async_listen("data_entry_flow_progressed", told.append)
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await fill_in(hass, flow_id, adoption())
        menu = await at_step(hass, flow_id, "unplugged")
        assert menu["menu_options"] == ["finish"]
        await hass.async_block_till_done()
        told.clear()
        await charger.plug_in()
        await until(lambda: told)
        menu = await at_step(hass, flow_id, "unplugged", "waiting_to_charge")
        assert menu["step_id"] == "waiting_to_charge"
        placeholders = menu["description_placeholders"]
        assert placeholders is not None
        assert placeholders["reason"]
        assert placeholders["reason"] != "unknown"
        await choose(hass, flow_id, "charge_now")
        await until(lambda: charger.connectors[1].transaction_id is not None)
        assert state(hass, "select.carport_charging_mode") == "fast"
        await until(lambda: charger.offered_a() == 16)
        charger.advance(10)
        await charger.meter()

        async def charging() -> SubentryFlowResult:
            return await hass.config_entries.subentries.async_configure(flow_id)

        async with asyncio.timeout(60):
            while (menu := await charging())["step_id"] != "charging":
                await asyncio.sleep(0.01)
        placeholders = menu["description_placeholders"]
        assert placeholders is not None
        assert float(placeholders["power"]) > 5_000
        assert menu["menu_options"] == ["finish"]
        result = await choose(hass, flow_id, "finish")
        assert result["reason"] == "adopted"
        assert result["description_placeholders"] == {
            "name": "Carport",
            "dashboard": "/ocpp-dashboard",
        }


async def test_a_charger_that_has_gone_is_told(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await fill_in(hass, flow_id, adoption())
        await at_step(hass, flow_id, "unplugged")
    await until(lambda: state(hass, "binary_sensor.carport_connected") == "off")
    menu = await hass.config_entries.subentries.async_configure(flow_id)
    assert menu["step_id"] == "offline"


async def test_a_discovered_charger_is_shown_live_too(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    flows = hass.config_entries.flow
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: flows.async_progress_by_handler(DOMAIN))
        (card,) = flows.async_progress_by_handler(DOMAIN)
        result = await flows.async_configure(card["flow_id"], adoption())
        assert result["type"] is FlowResultType.ABORT
        kind, flow_id = result["next_flow"]
        assert kind == "config_flow"
        await until(lambda: state(hass, "sensor.carport_status") == "available")
        # A dialog that opens late follows the flow, too.
        shown = await flows.async_configure(flow_id)
        assert shown["type"] is FlowResultType.SHOW_PROGRESS
        await at_config_step(hass, flow_id, "unplugged")
        # No card is left of it.
        (only,) = flows.async_progress_by_handler(DOMAIN)
        assert only["flow_id"] == flow_id
        assert only["context"]["source"] == SOURCE_USER
        await hass.config_entries.async_unload(running.entry_id)
        menu = await flows.async_configure(flow_id)
        assert menu["step_id"] == "offline"
        finished = await step(hass, flow_id, "finish")
        assert finished["reason"] == "adopted"


async def test_a_discovered_charger_is_not_shown_for_ever(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    flows = hass.config_entries.flow
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: flows.async_progress_by_handler(DOMAIN))
        (card,) = flows.async_progress_by_handler(DOMAIN)
        result = await flows.async_configure(card["flow_id"], adoption())
        _, flow_id = result["next_flow"]
        (only,) = flows.async_progress_by_handler(DOMAIN)
        assert only["flow_id"] == flow_id
        async_fire_time_changed(hass, utcnow() + timedelta(days=1, seconds=1))
        assert not flows.async_progress_by_handler(DOMAIN)


async def test_the_central_system_stops_before_the_first_charge(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await fill_in(hass, flow_id, adoption())
        await at_step(hass, flow_id, "unplugged")
        await charger.plug_in()
        await at_step(hass, flow_id, "waiting_to_charge")
        await hass.config_entries.async_unload(running.entry_id)
        menu = await choose(hass, flow_id, "charge_now")
        assert menu["step_id"] == "offline"
        assert charger.connectors[1].transaction_id is None


async def test_the_central_system_stops_before_an_adopted_charger_has_settled(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(running.entry_id)
    adopted = AdoptedCharger(running.entry_id, "CP1", "Charger", None, False)
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}, data=adopted
    )
    menu = await at_config_step(hass, flow["flow_id"], "offline")
    assert menu["menu_options"] == ["finish"]


async def test_of_two_connectors_the_one_with_a_car_charges(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW", connectors=2) as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await fill_in(hass, flow_id, adoption())
        await at_step(hass, flow_id, "unplugged")
        await charger.plug_in(connector_id=2)
        await at_step(hass, flow_id, "waiting_to_charge")
        await choose(hass, flow_id, "charge_now")
        await until(lambda: charger.connectors[2].transaction_id is not None)
        assert charger.connectors[1].transaction_id is None


async def test_a_car_that_is_plugged_in_is_started(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await fill_in(hass, flow_id, adoption(starts_cars=True))
        await at_step(hass, flow_id, "unplugged")
        await charger.plug_in()
        await until(lambda: charger.connectors[1].transaction_id is not None)
