"""The surplus around a car in Home Assistant, with a fixture for it."""

from dataclasses import dataclass
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import GRID, state
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger

LEAST_W = 3 * 6 * 230.0
METER_EVERY_S = 10


@dataclass
class World:
    """A house whose meter shows what the sun leaves of the car's draw, second by second."""

    hass: HomeAssistant
    charger: SimulatedCharger
    wall_clock: FrozenDateTimeFactory
    unit: str = "W"
    sign: int = 1
    shown: bool = True
    elapsed_s: int = 0

    @property
    def car_w(self) -> float:
        """The power that the car draws."""
        car = self.charger.connectors[1].car
        return 0.0 if car is None else car.power_w

    @property
    def shown_surplus_w(self) -> float:
        """The value of the surplus sensor."""
        return float(state(self.hass, "sensor.ocpp_solar_surplus"))

    async def pass_time(self, seconds: int, surplus_w: float) -> None:
        """Let the sun shine so that `surplus_w` are left for the car."""
        for _ in range(seconds):
            self.elapsed_s += 1
            self.wall_clock.tick(1)
            self.charger.advance(1)
            if self.shown:
                self.show(self.car_w - surplus_w)
            if self.elapsed_s % METER_EVERY_S == 0:
                # All that waits for the event loop's own clock, which this runs ahead of.
                later = dt_util.utcnow() + timedelta(seconds=METER_EVERY_S)
                async_fire_time_changed(self.hass, later)
                if self.charger.connectors[1].transaction_id is not None:
                    await self.charger.meter()
            # Its answer comes after the limit that this second may have brought.
            await self.charger.heartbeat()

    async def pass_time_for_two(
        self, other: SimulatedCharger | None, seconds: int, surplus_w: float
    ) -> None:
        """Let the sun shine so that `surplus_w` are left for this car and the one of another charger."""
        for _ in range(seconds):
            car = None if other is None else other.connectors[1].car
            await self.pass_time(1, surplus_w - (car.power_w if car else 0.0))
            if other is not None:
                other.advance(1)
                if self.elapsed_s % METER_EVERY_S == 0:
                    await other.meter()
                await other.heartbeat()

    def show(self, grid_w: float) -> None:
        """Have the grid meter show its power."""
        value = self.sign * grid_w / (1000 if self.unit == "kW" else 1)
        attributes = {"unit_of_measurement": self.unit}
        self.hass.states.async_set(GRID, f"{value:.3f}", attributes)

    async def select(self, mode: str) -> None:
        """Choose a charging mode."""
        await self.hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": "select.charger_charging_mode", "option": mode},
            blocking=True,
        )


@pytest.fixture
async def world(
    hass: HomeAssistant, charger: SimulatedCharger, wall_clock: FrozenDateTimeFactory
) -> World:
    """A house with a car that is plugged in and has a session."""
    world = World(hass, charger, wall_clock)
    await charger.plug_in(Car(wake_up_s=2.0))
    await charger.start_session()
    return world
