"""Stations of OCPP 2.0.1 and 2.1 in Home Assistant, alone and side by side with a charger of 1.6."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.conftest import (
    GRID,
    Connect,
    charger_subentry,
    circuit_subentry,
    connected,
    settle_connectors,
    state,
)
from tests.simulator.car import Car
from tests.simulator.station2 import SimulatedStation, V2xCar, simulated_station
from tests.simulator.station2.build import Build
from tests.waiting import until

VERSIONS = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


async def _pass(
    wall_clock: FrozenDateTimeFactory,
    hass: HomeAssistant,
    seconds: int,
    elapse: Callable[[], Any],
) -> None:
    """Let time pass for Home Assistant, and for chargers by `elapse`."""
    for elapsed_s in range(seconds):
        wall_clock.tick(1)
        await elapse()
        if elapsed_s % 10 == 0:
            later = dt_util.utcnow() + timedelta(seconds=10)
            async_fire_time_changed(hass, later)


async def _select(hass: HomeAssistant, mode: str, entity: str = "charger") -> None:
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": f"select.{entity}_charging_mode", "option": mode},
        blocking=True,
    )


@VERSIONS
async def test_a_station_charges_from_the_sun(
    hass: HomeAssistant,
    running: MockConfigEntry,
    port: int,
    wall_clock: FrozenDateTimeFactory,
    version: str,
) -> None:
    async with simulated_station(
        f"ws://127.0.0.1:{port}", "CP1", version, clock=dt_util.utcnow
    ) as station:
        await station.boot()
        await until(lambda: state(hass, "sensor.charger_status") == "available")
        await _select(hass, "pv_only")
        await station.start_session(car=Car(wake_up_s=2.0))

        async def shine() -> None:
            grid_w = station.evses[1].power_w - 8000
            attributes = {"unit_of_measurement": "W"}
            hass.states.async_set(GRID, f"{grid_w:.0f}", attributes)
            await station.elapse(1)
            await station.heartbeat()

        await _pass(wall_clock, hass, 120, shine)
        assert 6800 < station.evses[1].power_w < 8300
        assert state(hass, "sensor.charger_status") == "charging"
        assert float(state(hass, "sensor.charger_power")) == pytest.approx(
            station.evses[1].power_w, abs=300
        )
        await station.unplug()
        await until(lambda: state(hass, "sensor.charger_status") == "available")
        assert float(state(hass, "sensor.charger_energy")) == pytest.approx(
            station.evses[1].energy_wh / 1000, abs=0.01
        )
        device = dr.async_get(hass).async_get_device_by_identifier(
            ("ocpp", "CP1"), running.entry_id
        )
        assert device is not None
        assert device.model == "Wallbox 22"
        assert station.violations == []


@pytest.mark.parametrize(
    "chargers",
    [
        [
            charger_subentry("OLD", "Old", circuit="garage"),
            charger_subentry("CP1", "Middle", circuit="garage"),
            charger_subentry("CP2", "New", circuit="garage"),
            circuit_subentry("garage", "Garage", fuse_current=20),
        ]
    ],
)
async def test_three_versions_share_a_fuse(
    hass: HomeAssistant,
    running: MockConfigEntry,
    port: int,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
    chargers: list[ConfigSubentryData],
) -> None:
    url = f"ws://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(connected(hass, connect, "OLD"))
        stations: list[SimulatedStation] = []
        for identity, offered in (
            ("CP1", ["ocpp2.0.1"]),
            ("CP2", ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"]),
        ):
            station = await stack.enter_async_context(
                simulated_station(
                    url, identity, subprotocols=offered, clock=dt_util.utcnow
                )
            )
            await station.boot()
            stations.append(station)
        await until(
            lambda: (
                state(hass, "sensor.middle_status")
                == state(hass, "sensor.new_status")
                == "available"
            )
        )
        versions = [
            charger.station.snapshot.version
            for charger in running.runtime_data.chargers.values()
        ]
        assert versions == ["1.6", "2.0.1", "2.1"]
        for name in ("old", "middle", "new"):
            await _select(hass, "fast", name)
        await old.plug_in(Car())
        await old.start_session()
        for station in stations:
            await station.start_session(car=Car())
        highest_a = 0.0

        async def pass_one() -> None:
            nonlocal highest_a
            old.advance(1)
            await old.meter()
            await old.heartbeat()
            for station in stations:
                await station.elapse(1)
                await station.heartbeat()
            car = old.connectors[1].car
            assert car is not None
            cars = [car, *(each.evses[1].car for each in stations)]
            total_a = sum(each.current_a for each in cars if each is not None)
            highest_a = total_a

        await _pass(wall_clock, hass, 180, pass_one)
        assert 15 < highest_a <= 20.05
        for station in stations:
            assert station.violations == []


@VERSIONS
async def test_evses_of_a_station_are_devices(
    hass: HomeAssistant, running: MockConfigEntry, port: int, version: str
) -> None:
    build = Build(evses=2, connectors=2)
    async with simulated_station(
        f"ws://127.0.0.1:{port}", "CP1", version, build=build
    ) as station:
        await station.boot()
        await settle_connectors(hass, running, 2)
        await hass.async_block_till_done()
        # The entities have moved to devices of their own, and the port was closed for that.
        await until(lambda: not station.link.connected)
        await station.reconnect()
        charger = running.runtime_data.chargers["CP1"]
        await until(lambda: len(charger.station.snapshot.evse(2).connectors) == 2)
        await station.plug_in(Car(), evse_id=2, connector_id=2)
        plugged_in = "binary_sensor.charger_connector_2_plugged_in"
        await until(lambda: state(hass, plugged_in) == "on")
        assert state(hass, "binary_sensor.charger_plugged_in") == "off"


async def test_a_charger_moves_to_a_newer_version(
    hass: HomeAssistant, running: MockConfigEntry, port: int, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        await charger.plug_in(Car())
        await charger.start_session()
        charger.connectors[1].energy_wh = 5000.0
        await charger.meter()
        await charger.unplug()
        await until(lambda: state(hass, "sensor.charger_energy") == "5.0")
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    before = {state.entity_id for state in hass.states.async_all()}
    build = Build(vendor="Sunny", model="Wallbox 11", serial_number="SN-CP1")
    async with simulated_station(
        f"ws://127.0.0.1:{port}", "CP1", build=build
    ) as station:
        station.evses[1].energy_wh = 5000.0
        await station.boot("FirmwareUpdate")
        await until(lambda: state(hass, "sensor.charger_status") == "available")
        await station.start_session(car=Car())
        await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "on")
        station.evses[1].energy_wh = 7000.0
        await station.meter()
        await until(lambda: state(hass, "sensor.charger_energy") == "7.0")
        assert before <= {state.entity_id for state in hass.states.async_all()}
        await hass.services.async_call(
            "ocpp", "set_charge_rate", {"limit_amps": 8}, blocking=True
        )
        await until(lambda: station.offered_a() == 8)
        assert station.violations == []


async def _discharge(hass: HomeAssistant) -> ServiceResponse:
    schedule = [{"start_period": dt_util.utcnow().isoformat(), "limit": -5000}]
    return await hass.services.async_call(
        "ocpp",
        "set_tx_profile",
        {"tx_profile": {"schedule": schedule}},
        blocking=True,
        return_response=True,
    )


async def test_a_car_feeds_in_where_the_charger_can(
    hass: HomeAssistant,
    running: MockConfigEntry,
    port: int,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    build = Build(bidirectional=True)
    async with simulated_station(
        f"ws://127.0.0.1:{port}", "CP1", "2.1", build=build, clock=dt_util.utcnow
    ) as station:
        await station.boot()
        charger = running.runtime_data.chargers["CP1"].station
        await until(lambda: charger.capabilities.discharges)
        station.evses[1].soc_percent = 60.0
        await station.start_session(car=V2xCar())
        await station.meter()
        await _discharge(hass)

        async def pass_one() -> None:
            await station.elapse(1)
            await station.heartbeat()

        await _pass(wall_clock, hass, 60, pass_one)
        assert station.evses[1].power_w == pytest.approx(-5000, abs=150)
        assert station.evses[1].exported_wh > 40
        # The owner's maximum holds in this direction, too.
        for maximum_a, least_w in ((6, -6 * 690 - 150), (0, 0)):
            await hass.services.async_call(
                "number",
                "set_value",
                {"entity_id": "number.charger_maximum_current", "value": maximum_a},
                blocking=True,
            )
            await _pass(wall_clock, hass, 30, pass_one)
            assert least_w <= station.evses[1].power_w <= 0
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.charger_maximum_current", "value": 16},
            blocking=True,
        )
        await _pass(wall_clock, hass, 30, pass_one)
        assert station.evses[1].power_w == pytest.approx(-5000, abs=150)
        # Its owner keeps a fifth of it.
        station.evses[1].soc_percent = 19.0
        await _pass(wall_clock, hass, 60, pass_one)
        assert station.evses[1].power_w == 0
        assert station.violations == []


@VERSIONS
async def test_other_chargers_say_that_they_cannot_discharge(
    hass: HomeAssistant, running: MockConfigEntry, port: int, version: str
) -> None:
    async with simulated_station(f"ws://127.0.0.1:{port}", "CP1", version) as station:
        await station.boot()
        await station.wait_for("SetChargingProfile")
        answer = await _discharge(hass)
        assert answer is not None
        assert "cannot_discharge" in str(answer["schedule"])
