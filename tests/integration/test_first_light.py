"""From a knock to a charging session."""

import asyncio

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant

from .conftest import Connect


async def test_entities_of_a_session(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    print(sorted(hass.states.async_entity_ids()))
    async with connect() as charger:
        await charger.boot()
        await hass.async_block_till_done()
        await charger.plug_in()
        await hass.async_block_till_done()
        print({s.entity_id: s.state for s in hass.states.async_all()})
        await charger.start_session()
        hass.states.async_set("sensor.grid_power", "-5000", {"unit_of_measurement": "W"})
        await asyncio.sleep(0.1)
        print({s.entity_id: s.state for s in hass.states.async_all()})
    await asyncio.sleep(0.1)
    print({s.entity_id: s.state for s in hass.states.async_all()})
