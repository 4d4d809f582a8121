"""The work that a message takes up to the states: the same however many other chargers there are."""

from contextlib import AsyncExitStack
import json

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.versions.v16 import VERSION
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import HomeAssistant, callback
from tests.bench.frames import meter_values
from tests.integration.conftest import Connect, charger_subentry, connected
from tests.simulator.charger import SimulatedCharger
from tests.work import work_of

FRAMES = 50
OTHERS = 7
MOST = 2500
"""The most steps for a message of 14 samples, with room for half as many again as it takes."""


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """The charger whose messages are looked at, and the others."""
    return [
        charger_subentry("CP1", "Charger"),
        *(charger_subentry(f"CP{n}", f"Other {n}") for n in range(2, 2 + OTHERS)),
    ]


def _work(station: ChargingStation) -> float:
    """Return the steps from a message to the states: the mean of several, not all of which change as much."""

    frames = [meter_values(number) for number in range(FRAMES)]

    def receive() -> None:
        for frame in frames:
            station.handle(VERSION, *json.loads(frame)[2:])
            station.publish()

    return work_of(receive) / FRAMES


async def _charge(charger: SimulatedCharger) -> None:
    await charger.plug_in()
    await charger.start_session()
    await charger.meter()


async def test_a_message_takes_no_more_steps_beside_other_chargers(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    connect: Connect,
) -> None:
    await _charge(charger)
    station = running.runtime_data.chargers["CP1"].station
    # The first messages add entities.
    _work(station)
    await hass.async_block_till_done()
    alone = _work(station)
    written: set[str] = set()
    note = callback(lambda event: written.add(event.data["entity_id"]))
    every = callback(lambda _: True)
    async with AsyncExitStack() as stack:
        for n in range(2, 2 + OTHERS):
            other = connected(hass, connect, f"CP{n}")
            await _charge(await stack.enter_async_context(other))
        await hass.async_block_till_done()
        hass.bus.async_listen(EVENT_STATE_CHANGED, note, every)
        hass.bus.async_listen(EVENT_STATE_REPORTED, note, every)
        beside_others = _work(station)
        states = frozenset(written)
    assert alone < MOST
    assert beside_others <= alone * 1.05
    assert states
    assert all(entity_id.startswith("sensor.charger") for entity_id in states)
