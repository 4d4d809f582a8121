"""Triggers of chargers in automations."""

from datetime import datetime, timedelta
from typing import Any

from ocpp.v16.enums import ChargePointStatus
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.util import dt as dt_util
from tests.integration.conftest import (
    GRID,
    Connect,
    charger_subentry,
    connected,
    state,
    tag_subentry,
)
from tests.integration.planning.test_planner import NIGHT, Evening, evening
from tests.integration.world import World, world
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

from .listening import Ear, device_of, listen, on

__all__ = ["evening", "world"]

PLUG, STATUS = "binary_sensor.charger_plugged_in", "sensor.charger_status"
SURPLUS = "sensor.ocpp_solar_surplus"
SURPLUS_TARGET = {"entity_id": SURPLUS}
ALL = (
    "plugged_in",
    "unplugged",
    "started_charging",
    "stopped_charging",
    "finished_charging",
    "became_faulted",
    "session_started",
    "session_ended",
    "tag_shown",
)


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger with one connector, one with two, and a tag."""
    return [
        charger_subentry("CP1", "Charger"),
        charger_subentry("CP2", "Carport", connectors=2),
        tag_subentry("Anna", "04A1B2"),
    ]


async def _charge(charger: SimulatedCharger, connector_id: int = 1) -> None:
    """Plug in, charge, and unplug."""
    await charger.plug_in(connector_id=connector_id)
    await charger.start_session("04A1B2", connector_id)
    charger.advance(3600)
    await charger.stop_session("EVDisconnected", connector_id)
    await charger.unplug(connector_id)


async def _all(hass: HomeAssistant, target: dict[str, Any], **more: Any) -> Ear:
    return await listen(hass, *(on(key, target) for key in ALL), **more)


async def test_a_charge_from_the_plug_to_the_end(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    ear = await _all(hass, device_of(hass, STATUS))
    await _charge(charger)
    await until(lambda: "unplugged" in ear.heard)
    assert sorted(ear.heard) == sorted(
        [
            "plugged_in",
            "tag_shown",
            "session_started",
            "started_charging",
            "session_ended",
            "stopped_charging",
            "unplugged",
        ]
    )
    await charger.change_status(ChargePointStatus.faulted)
    await until(lambda: ear.heard[-1] == "became_faulted")


@pytest.mark.as_set_up
async def test_a_session_tells_its_figures_and_a_tag_its_name(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    ear = await listen(
        hass,
        on("session_ended", device_of(hass, STATUS)),
        told="{{ [trigger.charger, trigger.connector, trigger.energy_kwh,"
        " trigger.grid_kwh, trigger.name, trigger.reason, trigger.description] }}",
    )
    await _charge(charger)
    await until(lambda: ear.heard)
    description = "session_ended at Charger"
    figures = ["Charger", 1, 3.864, 3.864, "Anna", "EVDisconnected", description]
    assert ear.told == figures


@pytest.mark.as_set_up
async def test_a_tag_is_told_of_though_its_entity_is_disabled(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    assert hass.states.get("event.charger_tag") is None
    ear = await listen(
        hass,
        on("tag_shown", device_of(hass, STATUS)),
        told="{{ [trigger.name, trigger.id_tag, trigger.status, trigger.connector] }}",
    )
    await charger.show_tag("04a1b2")
    await until(lambda: ear.heard)
    assert ear.told == ["Anna", "04a1b2", "Accepted", None]


def _area(hass: HomeAssistant) -> dict[str, str]:
    area = ar.async_get(hass).async_create("Garage")
    device_id = device_of(hass, STATUS)["device_id"]
    dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    return {"area_id": area.id}


def _label(hass: HomeAssistant) -> dict[str, str]:
    label = lr.async_get(hass).async_create("Ours")
    for entity_id in (PLUG, STATUS):
        er.async_get(hass).async_update_entity(entity_id, labels={label.label_id})
    return {"label_id": label.label_id}


@pytest.mark.parametrize(
    "target", [lambda _: {"entity_id": [PLUG, STATUS]}, _area, _label]
)
async def test_only_the_targeted_charger_triggers(
    hass: HomeAssistant, charger: SimulatedCharger, connect: Connect, target: Any
) -> None:
    ear = await listen(
        hass,
        on("plugged_in", target(hass)),
        told="{{ trigger.entity_id }}",
    )
    async with connected(hass, connect, "CP2", connectors=2) as other:
        await _charge(other)
        await _charge(charger)
        await until(lambda: ear.heard)
    assert (ear.heard, ear.told) == (["plugged_in"], PLUG)


async def test_each_connector_is_a_target_and_the_charger_is_all_of_them(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect, "CP2", connectors=2) as charger:
        second = device_of(hass, "sensor.carport_connector_2_status")
        whole = {"device_id": running.runtime_data.chargers["CP2"].device_id}
        ear = await listen(
            hass,
            {**on("plugged_in", second), "id": "second plugged in"},
            {**on("session_ended", second), "id": "second ended"},
            {**on("session_ended", whole), "id": "ended"},
            {**on("plugged_in", whole), "id": "plugged in"},
        )
        await _charge(charger, 1)
        await until(lambda: len(ear.heard) == 2)
        assert sorted(ear.heard) == ["ended", "plugged in"]
        await _charge(charger, 2)
        await until(lambda: len(ear.heard) == 6)
        assert {"second plugged in", "second ended"} < set(ear.heard)


async def test_a_lost_connection_is_no_change_but_a_change_meanwhile_is(
    hass: HomeAssistant, charger: SimulatedCharger, running: MockConfigEntry
) -> None:
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: state(hass, STATUS) == "charging")
    ear = await _all(hass, device_of(hass, STATUS))
    url = f"ws://127.0.0.1:{running.data['port']}"

    async with reconnected(charger, url):
        await until(lambda: state(hass, STATUS) == "charging")
        await charger.report_status()
        await charger.heartbeat()
    await until(lambda: state(hass, PLUG) == "unavailable")
    assert ear.heard == []

    async with reconnected(charger, url):
        await charger.unplug()
        await until(lambda: "unplugged" in ear.heard)
    assert "plugged_in" not in ear.heard


@pytest.mark.parametrize("restart", ["reload", "restart"])
async def test_neither_a_restart_nor_a_reload_is_a_change(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    running: MockConfigEntry,
    restart: str,
) -> None:
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: state(hass, STATUS) == "charging")
    target = device_of(hass, STATUS)
    url = f"ws://127.0.0.1:{running.data['port']}"
    if restart == "reload":
        ear = await _all(hass, target)
        assert await hass.config_entries.async_reload(running.entry_id)
    else:
        # Automations are there before the chargers' entities.
        await hass.config_entries.async_unload(running.entry_id)
        for entity_id in (PLUG, STATUS, "sensor.charger_reason"):
            hass.states.async_remove(entity_id)
        ear = await _all(hass, target)
        assert await hass.config_entries.async_setup(running.entry_id)
    async with reconnected(charger, url):
        await charger.boot()
        await charger.report_status()
        await until(lambda: state(hass, STATUS) == "charging")
        await charger.meter()
        await charger.heartbeat()
        assert ear.heard == []
        await charger.stop_session()
        await until(lambda: "session_ended" in ear.heard)


async def test_a_departure_at_risk(evening: Evening) -> None:
    await evening.wish(5.0, NIGHT + timedelta(hours=3))
    await evening.minute()
    ear = await listen(
        evening.hass,
        on("departure_became_at_risk", device_of(evening.hass, STATUS)),
        told="{{ trigger.to_state.attributes.missing_energy }}",
    )
    await evening.call("number", "set_value", "energy_wanted", value=60)
    await evening.settled()
    assert ear.heard == ["departure_became_at_risk"]
    assert 25 < ear.told < 30


async def test_a_car_that_has_what_was_wanted(evening: Evening) -> None:
    ear = await listen(
        evening.hass, on("finished_charging", device_of(evening.hass, STATUS))
    )
    await evening.wish(1.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    start = datetime.fromisoformat(state(evening.hass, "sensor.charger_planned_start"))
    await evening.at(start)
    await evening.minute(10)
    assert state(evening.hass, "sensor.charger_reason") == "target_reached"
    assert ear.heard == ["finished_charging"]


async def test_a_full_car_that_is_heard_of_again_has_not_finished_again(
    hass: HomeAssistant, evening: Evening, running: MockConfigEntry
) -> None:
    charger, reason = evening.charger, "sensor.charger_reason"
    ear = await listen(hass, on("finished_charging", device_of(hass, STATUS)))
    await evening.call("select", "select_option", "charging_mode", option="fast")
    await evening.minute()
    car = charger.connectors[1].car
    assert car is not None
    car.max_current_a = 0.0
    await charger.change_status(ChargePointStatus.suspended_ev)
    while state(hass, reason) != "car_full":
        await evening.minute()
    assert ear.heard == ["finished_charging"]
    charger.socket.transport.abort()
    await until(lambda: state(hass, reason) == "offline")
    async with reconnected(charger, f"ws://127.0.0.1:{running.data['port']}"):
        # It is asked to wake up again, in vain.
        while state(hass, reason) != "car_full":
            await evening.minute()
    assert ear.heard == ["finished_charging"]


class TestSurplus:
    """The sun has to shine for a while."""

    @pytest.fixture
    async def ear(self, hass: HomeAssistant, world: World) -> Ear:
        """More than 2 kW for a minute, from little."""
        await world.pass_time(20, 500)
        above = {"type": "above", "value": {"number": 2, "unit_of_measurement": "kW"}}
        options = {"threshold": above, "for": {"minutes": 1}}
        return await listen(
            hass, on("surplus_crossed_threshold", SURPLUS_TARGET, **options)
        )

    async def test_it_has_to_last(self, world: World, ear: Ear) -> None:
        await world.pass_time(20, 3000)
        await world.pass_time(20, 500)
        await _let_a_minute_pass(world)
        assert ear.heard == []
        await world.pass_time(20, 3000)
        assert ear.heard == []
        await _let_a_minute_pass(world)
        assert ear.heard == ["surplus_crossed_threshold"]
        await _let_a_minute_pass(world)
        assert len(ear.heard) == 1

    async def test_what_is_not_known_does_not_last(
        self, world: World, ear: Ear
    ) -> None:
        await world.pass_time(20, 3000)
        await _lose_the_meter(world)
        await _let_a_minute_pass(world)
        assert ear.heard == []
        await world.pass_time(20, 3000)
        assert ear.heard == []
        await _let_a_minute_pass(world)
        assert ear.heard == ["surplus_crossed_threshold"]

    async def test_a_lost_meter_is_no_change_but_a_change_meanwhile_is(
        self, world: World, ear: Ear
    ) -> None:
        await _lose_the_meter(world)
        await world.pass_time(20, 3000)
        await _let_a_minute_pass(world)
        assert ear.heard == ["surplus_crossed_threshold"]
        await _lose_the_meter(world)
        await world.pass_time(20, 3000)
        await _let_a_minute_pass(world)
        assert len(ear.heard) == 1


async def test_the_surplus_is_heard_of_while_its_sensor_rests(world: World) -> None:
    await world.charger.stop_session()
    await world.charger.unplug()
    ear = await _listen_above_2_kw(world, told="{{ trigger.to_state.state }}")
    # More clouds than the sensor shows in that time.
    for _ in range(8):
        await world.pass_time(10, 500)
        await world.pass_time(10, 1500)
    rested_at = state(world.hass, SURPLUS)
    await world.pass_time(10, 3000)
    assert ear.heard == ["surplus_crossed_threshold"]
    # The conditions of the automation read the same as its trigger.
    assert float(ear.told) == float(state(world.hass, SURPLUS)) > 2000
    assert float(rested_at) < 2000


async def test_a_surplus_that_flickers_around_the_threshold_is_heard_of_once(
    world: World,
) -> None:
    await world.pass_time(20, 500)
    ear = await _listen_above_2_kw(world)
    for _ in range(5):
        await world.pass_time(10, 2020)
        await world.pass_time(10, 1980)
    assert ear.heard == ["surplus_crossed_threshold"]
    await world.pass_time(20, 1900)
    await world.pass_time(20, 2100)
    assert len(ear.heard) == 2


async def _listen_above_2_kw(world: World, **more: str) -> Ear:
    above = {"type": "above", "value": {"number": 2, "unit_of_measurement": "kW"}}
    trigger = on("surplus_crossed_threshold", SURPLUS_TARGET, threshold=above)
    return await listen(world.hass, trigger, **more)


async def _let_a_minute_pass(world: World) -> None:
    """Let those who wait for a minute to end have waited."""
    async_fire_time_changed(world.hass, dt_util.utcnow() + timedelta(seconds=61))
    await world.hass.async_block_till_done()


async def _lose_the_meter(world: World) -> None:
    """Let the grid meter be away until nobody knows the surplus."""
    world.shown = False
    world.hass.states.async_set(GRID, "unavailable")
    while state(world.hass, SURPLUS) not in ("unknown", "unavailable"):
        await world.pass_time(10, 0)
    world.shown = True
