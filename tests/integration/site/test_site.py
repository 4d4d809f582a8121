"""Surplus control in Home Assistant: the user's meters on one side, the charger's limit on the other."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.conftest import GRID, Connect, charger_subentry, connected, state
from tests.integration.world import LEAST_W, METER_EVERY_S, World, world
from tests.simulator.car import Car
from tests.simulator.charger import reconnected
from tests.waiting import until

__all__ = ["world"]


@pytest.mark.parametrize("mode", ["pv_only", "pv_priority"])
async def test_the_car_follows_the_sun(world: World, mode: str) -> None:
    await world.select(mode)
    for surplus_w in (9000.0, 6000.0, 8000.0):
        await world.pass_time(90, surplus_w)
        assert surplus_w - 900 < world.car_w < surplus_w + 200
        assert world.shown_surplus_w == pytest.approx(surplus_w, abs=600)


async def test_it_pauses_below_the_minimum_and_resumes(world: World) -> None:
    transaction_id = world.charger.connectors[1].transaction_id
    await world.pass_time(60, 8000)
    assert world.car_w > 7000
    await world.pass_time(120, 1000)
    assert world.charger.offered_a() == 0
    assert world.car_w == 0
    await world.pass_time(120, 8000)
    assert world.car_w > 7000
    assert world.charger.connectors[1].transaction_id == transaction_id
    # Nothing that a car could not be told was ever sent, and no memory was worn out.
    limits = world.charger.received_limits
    assert 0.0 in {limit_a for _, _, limit_a in limits}
    assert all(limit_a == 0 or 6 <= limit_a <= 16 for _, _, limit_a in limits)
    purposes = [purpose for _, purpose, _ in limits]
    assert set(purposes) <= {"TxProfile", "TxDefaultProfile"}
    assert purposes.count("TxDefaultProfile") <= 1


async def test_what_the_modes_do_while_the_sun_nearly_suffices(world: World) -> None:
    await world.select("pv_priority")
    await world.pass_time(60, 8000)
    await world.pass_time(240, LEAST_W * 0.75)
    assert world.charger.offered_a() == 6
    await world.select("pv_only")
    await world.pass_time(240, LEAST_W * 0.75)
    assert world.charger.offered_a() == 0


async def test_fast_and_off_ask_no_sun(world: World) -> None:
    await world.select("fast")
    await world.pass_time(30, 0)
    assert world.charger.offered_a() == 16
    assert world.car_w > 10_000
    await world.select("off")
    await world.pass_time(5, 9000)
    assert world.charger.offered_a() == 0


async def test_in_manual_mode_the_maximum_that_is_shown_is_in_force(
    world: World, running: MockConfigEntry, port: int
) -> None:
    await world.select("manual")
    await world.pass_time(30, 0)
    assert state(world.hass, "number.charger_maximum_current") == "16.0"
    assert world.charger.offered_a() == 16
    await world.hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": "number.charger_maximum_current", "value": 10},
        blocking=True,
    )
    assert world.charger.offered_a() == 10
    # A power cut has it forget, and a restart what is in force.
    assert await world.hass.config_entries.async_reload(running.entry_id)
    world.charger.connectors[1].profiles.clear()
    async with reconnected(world.charger, f"ws://127.0.0.1:{port}"):
        await world.pass_time(20, 0)
        await until(lambda: world.charger.offered_a() == 10)
        assert state(world.hass, "number.charger_maximum_current") == "10.0"
        # The next session is no different.
        await world.charger.stop_session()
        await world.pass_time(20, 0)
        await world.charger.start_session()
        await until(lambda: world.charger.offered_a() == 10)


async def test_the_sun_is_followed_up_to_the_maximum(world: World) -> None:
    await world.hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": "number.charger_maximum_current", "value": 10},
        blocking=True,
    )
    await world.pass_time(60, 11_000)
    assert world.charger.offered_a() == 10
    await world.select("fast")
    await world.pass_time(5, 0)
    assert world.charger.offered_a() == 10


@pytest.mark.parametrize("last_word", [None, "unavailable", "unknown", "nan"])
async def test_without_a_meter_no_sun_is_counted_on(
    world: World, last_word: str | None
) -> None:
    await world.pass_time(60, 9000)
    assert world.charger.offered_a() > 11
    world.shown = False
    if last_word is not None:
        world.hass.states.async_set(GRID, last_word)
    await world.pass_time(100, 9000)
    # A meter may miss a beat.
    assert world.charger.offered_a() > 6
    await world.pass_time(120, 9000)
    assert world.charger.offered_a() == 0
    # It is followed again once it is back.
    world.shown = True
    await world.pass_time(120, 9000)
    assert world.charger.offered_a() > 11


async def test_a_meter_in_kilowatts(world: World) -> None:
    world.unit = "kW"
    await world.pass_time(60, 8000)
    assert 7000 < world.car_w < 8200


async def test_a_sensor_that_is_no_power_sensor_is_not_believed(world: World) -> None:
    world.unit = "kWh"
    await world.pass_time(30, 8000)
    assert state(world.hass, "sensor.ocpp_solar_surplus") == "unknown"


async def test_a_meter_that_stands_still_but_reports_is_alive(world: World) -> None:
    """A value that does not change is reported all the same, and means that nothing has changed."""
    await world.select("fast")
    await world.pass_time(60, 8000)
    await world.select("pv_only")
    await world.pass_time(60, 8000)
    await world.pass_time(300, 8000)
    assert 7000 < world.car_w < 8200


async def test_a_profile_of_somebody_elses_is_not_fought(world: World) -> None:
    await world.pass_time(60, 9000)
    profile = {
        "chargingProfileId": 8,
        "stackLevel": 8,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 7}],
        },
        "transactionId": world.charger.connectors[1].transaction_id,
    }
    await world.hass.services.async_call(
        "ocpp", "set_charge_rate", {"custom_profile": profile}, blocking=True
    )
    world.charger.received.clear()
    await world.pass_time(120, 5000)
    assert world.charger.offered_a() == 7
    assert world.charger.received_limits == []
    # Choosing a mode takes the charger back.
    await world.hass.services.async_call("ocpp", "clear_profile", {}, blocking=True)
    await world.pass_time(60, 9000)
    assert world.charger.offered_a() > 11


async def test_a_refusal_is_logged_once_and_tried_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.charger.refuse_profile = lambda profile: (
        profile["charging_profile_purpose"] == "TxProfile" or profile["stack_level"] > 0
    )
    await world.pass_time(60, 6000)
    await world.pass_time(60, 9000)
    complaints = [
        record
        for record in caplog.records
        if "does not take its limit" in record.message
    ]
    assert len(complaints) <= 1
    world.charger.refuse_profile = lambda _: False
    await world.pass_time(120, 9000)
    assert world.charger.offered_a() > 11


async def test_a_charger_that_does_not_obey_is_a_repair(world: World) -> None:
    world.charger.ignore_profile = lambda _: True
    world.charger.connectors[1].profiles.clear()
    issue = ("ocpp", "limits_ignored_CP1/1")
    issues = ir.async_get(world.hass).issues
    for _ in range(60):
        await world.pass_time(10, 6000)
        if issue in issues:
            break
    assert issues[issue].translation_placeholders == {
        "charger": "Charger",
        "connector": "1",
    }
    # The next session is another chance.
    await world.charger.stop_session()
    await world.pass_time(10, 6000)
    await until(lambda: issue not in issues)


async def test_a_session_goes_on_after_a_restart(
    world: World, running: MockConfigEntry, connect: Connect, port: int
) -> None:
    """The integration is reloaded while a car charges: same session, same energy, and the sun goes on."""
    await world.select("pv_priority")
    await world.pass_time(90, 9000)
    transaction_id = state(world.hass, "sensor.charger_transaction_id")
    energy = float(state(world.hass, "sensor.charger_session_energy"))
    assert energy > 0
    assert await world.hass.config_entries.async_reload(running.entry_id)
    assert world.charger.offered_a() > 11
    async with reconnected(world.charger, f"ws://127.0.0.1:{port}"):
        await until(
            lambda: state(world.hass, "binary_sensor.charger_connected") == "on"
        )
        await world.pass_time(90, 6000)
        assert 5000 < world.car_w < 6200
        assert state(world.hass, "select.charger_charging_mode") == "pv_priority"
        assert state(world.hass, "sensor.charger_transaction_id") == transaction_id
        after = float(state(world.hass, "sensor.charger_session_energy"))
        assert after > energy
        register_kwh = world.charger.connectors[1].energy_wh / 1000
        assert after == pytest.approx(register_kwh, abs=0.03)


async def test_a_charger_that_comes_back_gets_its_limit_again(
    world: World, port: int
) -> None:
    await world.pass_time(60, 9000)
    await world.charger.socket.close()
    # It has forgotten everything but its session.
    world.charger.connectors[1].profiles.clear()
    assert world.charger.offered_a() == 16
    async with reconnected(world.charger, f"ws://127.0.0.1:{port}"):
        await world.charger.boot()
        await world.pass_time(30, 6000)
        assert 6 <= world.charger.offered_a() < 10


class TestOtherMeters:
    """Meters that show the grid in other ways."""

    @pytest.fixture
    def options(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        """The options that the test is parametrized with."""
        return dict(request.param)

    @pytest.mark.parametrize(
        "options", [{"grid_power": GRID, "grid_power_inverted": True}], indirect=True
    )
    async def test_export_as_positive(self, world: World) -> None:
        world.sign = -1
        await world.pass_time(60, 8000)
        assert 7000 < world.car_w < 8200

    @pytest.mark.parametrize(
        "options",
        [
            {
                "grid_import_power": "sensor.import",
                "grid_export_power": "sensor.export",
            }
        ],
        indirect=True,
    )
    async def test_import_and_export_apart(self, world: World) -> None:
        for _ in range(60):
            grid_w = world.car_w - 8000
            watts = {"unit_of_measurement": "W"}
            flows = max(0.0, grid_w), max(0.0, -grid_w)
            world.hass.states.async_set("sensor.import", str(flows[0]), watts)
            world.hass.states.async_set("sensor.export", str(flows[1]), watts)
            world.shown = False
            await world.pass_time(1, 8000)
        assert 7000 < world.car_w < 8200

    @pytest.mark.parametrize(
        "options",
        [{"grid_power": GRID, "battery_power": "sensor.battery"}],
        indirect=True,
    )
    async def test_a_home_battery_is_not_emptied_into_the_car(
        self, world: World
    ) -> None:
        watts = {"unit_of_measurement": "W"}
        # It charges: the car may have that.
        world.hass.states.async_set("sensor.battery", "-3000", watts)
        await world.pass_time(60, 5000)
        assert world.shown_surplus_w == pytest.approx(8000, abs=600)
        # It discharges: the car must not take that.
        world.hass.states.async_set("sensor.battery", "3000", watts)
        await world.pass_time(60, 8000)
        assert world.shown_surplus_w == pytest.approx(5000, abs=600)


class TestTwoChargers:
    """Two chargers share the sun."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """Two of them."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]

    async def test_the_sun_is_not_given_twice(
        self, hass: HomeAssistant, world: World, connect: Connect
    ) -> None:
        async with connected(hass, connect, "CP2") as other:
            other_car = Car(wake_up_s=2.0)
            await other.plug_in(other_car)
            await other.start_session()
            for _ in range(120):
                other.advance(1)
                await world.pass_time(1, 9000 - other_car.power_w)
                if world.elapsed_s % METER_EVERY_S == 0:
                    await other.meter()
                await other.heartbeat()
            assert 7000 < world.car_w + other_car.power_w < 9300


async def test_a_clock_that_was_wrong_for_a_moment_holds_nothing_up(
    hass: HomeAssistant, world: World
) -> None:
    today = dt_util.utcnow()
    await world.select("pv_only")
    world.wall_clock.move_to(today.replace(year=2041))
    await world.pass_time(60, -9000)
    world.wall_clock.move_to(today + timedelta(minutes=2))
    await world.pass_time(600, 9000)
    assert world.car_w > LEAST_W
