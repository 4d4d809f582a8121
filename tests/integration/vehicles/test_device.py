"""The device of a vehicle: its charge, its charger, its goals and its book."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.conftest import charger_subentry, state, vehicle_subentry
from tests.integration.world import World
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

ENERGY, MONTH = "sensor.zoe_energy", "sensor.zoe_energy_this_month"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and two vehicles."""
    return [
        charger_subentry("CP1", "Charger"),
        vehicle_subentry(
            "zoe",
            "Zoe",
            soc_entity="sensor.zoe_soc",
            battery_capacity=50,
            charge_limit=80,
            charging={"max_current": 10, "min_current": 8},
            identification={"id_tags": ["04A1"]},
            targets={"target": 70},
        ),
        vehicle_subentry("van", "Van", identification={"id_tags": ["04B2"]}),
    ]


def attributes(hass: HomeAssistant, entity_id: str) -> Any:
    """Return the attributes of an entity."""
    found = hass.states.get(entity_id)
    assert found is not None
    return found.attributes


async def set_number(hass: HomeAssistant, entity_id: str, value: float) -> None:
    """Set a number."""
    await hass.services.async_call(
        "number", "set_value", {"entity_id": entity_id, "value": value}, blocking=True
    )


async def charged(hass: HomeAssistant, charger: SimulatedCharger, wh: float) -> None:
    """Charge some energy, and have it posted."""
    charger.connectors[1].energy_wh += wh
    await charger.meter()
    await charger.heartbeat()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done()


async def test_its_charge(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    soc = "sensor.zoe_state_of_charge"
    hass.states.async_set("sensor.zoe_soc", "40")
    told_at = dt_util.utcnow()
    await hass.async_block_till_done()
    assert float(state(hass, soc)) == 40
    assert attributes(hass, soc)["is_estimated"] is False
    wall_clock.tick(3600)
    # What is gone for a while was not nothing.
    hass.states.async_set("sensor.zoe_soc", "unavailable")
    await hass.async_block_till_done()
    assert float(state(hass, soc)) == 40
    assert dt_util.parse_datetime(attributes(hass, soc)["told_at"]) == told_at
    told = dt_util.parse_datetime(state(hass, "sensor.zoe_state_of_charge_reported"))
    assert told is not None
    assert abs(told - told_at) < timedelta(seconds=1)

    hass.states.async_set("sensor.zoe_soc", "41")
    await charger.plug_in()
    await charger.start_session("04A1")
    await until(lambda: state(hass, "sensor.zoe_connected_to") == "Charger")
    await charged(hass, charger, 5000)
    # Its cloud sleeps, but the charger does not.
    await until(lambda: float(state(hass, soc)) == pytest.approx(50))
    assert attributes(hass, soc)["told"] == 41
    assert attributes(hass, soc)["is_estimated"] is True


async def test_where_it_is(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    connected_to = "sensor.zoe_connected_to"
    assert state(hass, connected_to) == "not_connected"
    await charger.plug_in()
    await charger.start_session("04A1")
    await until(lambda: state(hass, connected_to) == "Charger")
    assert attributes(hass, connected_to)["identified_by"] == "tag"
    assert state(hass, "sensor.van_connected_to") == "not_connected"
    await charger.unplug()
    await until(lambda: state(hass, connected_to) == "not_connected")


async def test_its_book(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    await charger.plug_in()
    await charger.start_session("04A1")
    await until(lambda: state(hass, "sensor.zoe_connected_to") == "Charger")
    await charged(hass, charger, 3000)
    await until(lambda: float(state(hass, ENERGY)) == 3)
    wall_clock.tick(600)
    await charger.unplug()
    await hass.async_block_till_done()
    assert float(state(hass, "sensor.zoe_last_session")) == 3
    assert attributes(hass, "sensor.zoe_last_session")["charger"] == "Charger"

    # In the next month, only the total goes on.
    wall_clock.tick(timedelta(days=32))
    await charger.plug_in()
    await charger.start_session("04A1")
    await charged(hass, charger, 1000)
    await until(lambda: float(state(hass, ENERGY)) == 4)
    assert float(state(hass, MONTH)) == 1
    # It was the van after all, which has its own book.
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": "select.charger_vehicle", "option": "Van"},
        blocking=True,
    )
    await until(lambda: float(state(hass, "sensor.van_energy")) == 1)
    assert float(state(hass, ENERGY)) == 3
    assert float(state(hass, MONTH)) == 0
    wall_clock.tick(600)
    await charger.unplug()
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(running.entry_id)
    # The last session is written again after a restart.
    await until(lambda: state(hass, "sensor.van_energy") == "1.0")
    await until(lambda: float(state(hass, ENERGY)) == 3)


async def test_its_goals(hass: HomeAssistant, running: MockConfigEntry) -> None:
    assert float(state(hass, "number.zoe_charge_target")) == 70
    await set_number(hass, "number.zoe_charge_target", 90)
    # Its limit holds.
    assert float(state(hass, "number.zoe_charge_target")) == 80
    await set_number(hass, "number.zoe_charge_target", 75)
    await set_number(hass, "number.zoe_energy_wanted", 12)
    await set_number(hass, "number.zoe_minimum_charge", 30)
    tomorrow = (dt_util.utcnow() + timedelta(days=1)).replace(microsecond=0)
    await hass.services.async_call(
        "datetime",
        "set_value",
        {"entity_id": "datetime.zoe_departure", "datetime": tomorrow},
        blocking=True,
    )
    assert await hass.config_entries.async_reload(running.entry_id)
    await hass.async_block_till_done()
    assert float(state(hass, "number.zoe_charge_target")) == 75
    assert float(state(hass, "number.zoe_energy_wanted")) == 12
    assert float(state(hass, "number.zoe_minimum_charge")) == 30
    assert state(hass, "datetime.zoe_departure") == tomorrow.isoformat()
    assert float(state(hass, "number.van_charge_target")) == 0


async def test_its_currents_and_its_limit(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    world = World(hass, charger, wall_clock)
    hass.states.async_set("sensor.zoe_soc", "50")
    await world.select("fast")
    await charger.plug_in(Car(wake_up_s=2.0))
    await charger.start_session("04A1")
    await until(lambda: charger.offered_a() == 10)
    hass.states.async_set("sensor.zoe_soc", "80")
    await until(lambda: charger.offered_a() == 0)
    await until(lambda: state(hass, "sensor.charger_reason") == "target_reached")
    # A guest may have more.
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": "select.charger_vehicle", "option": "guest"},
        blocking=True,
    )
    await until(lambda: charger.offered_a() == 16)


async def test_it_goes_with_its_subentry(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    devices, registry = dr.async_get(hass), er.async_get(hass)
    device = devices.async_get_device_by_identifier(("ocpp", "zoe"), running.entry_id)
    assert device is not None
    entities = er.async_entries_for_device(registry, device.id)
    assert len(entities) == 12
    hass.config_entries.async_remove_subentry(running, "zoe")
    await hass.async_block_till_done()
    assert devices.async_get(device.id) is None
    assert er.async_entries_for_device(registry, device.id) == []
