"""The rows that the recorder keeps of a charger in an hour, beside a grid meter that shows its value each second."""

from collections import Counter
from collections.abc import Iterator
import math
import random

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ocpp.const import DOMAIN
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from tests.integration.actions import ask
from tests.integration.conftest import (
    charger_subentry,
    circuit_subentry,
    show_grid,
    state,
)
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

pytestmark = pytest.mark.as_set_up

HOUR_S = 3600
MOST_IDLE, MOST_CHARGING = 60, 600
CHARGER_METERS_EVERY_S = 10
PRICED = {
    "grid_power": "sensor.grid_power",
    "tariff": {"price_entities": ["sensor.price"]},
}
FUSED = PRICED | {f"grid_current_l{phase}": f"sensor.l{phase}" for phase in (1, 2, 3)}


class House:
    """A house under clouds, whose hours pass for the event loop, too."""

    def __init__(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        wall_clock: FrozenDateTimeFactory,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Initialize with what shows the time."""
        self._hass = hass
        self._charger = charger
        self._wall_clock = wall_clock
        self._noise = random.Random(1)
        self._elapsed_s = 0
        loop_time = hass.loop.time
        monkeypatch.setattr(
            hass.loop, "time", lambda: loop_time() + float(self._elapsed_s)
        )

    async def pass_time(self, seconds: int) -> None:
        """Let time pass in which nothing stays the same for a second."""
        for _ in range(seconds):
            self._elapsed_s += 1
            self._wall_clock.tick(1)
            car = self._charger.connectors[1].car
            if car is not None:
                car.offset_a = 0.4 + self._noise.gauss(0, 0.02)
            self._charger.advance(1)
            self._show_meters(0.0 if car is None else car.power_w)
            session = self._charger.connectors[1].transaction_id
            if session is not None and self._elapsed_s % CHARGER_METERS_EVERY_S == 0:
                await self._charger.meter()
            # Its answer comes after what this second has brought.
            await self._charger.heartbeat()

    def _show_meters(self, car_w: float) -> None:
        clouds = math.sin(self._elapsed_s / 47) + math.sin(self._elapsed_s / 310)
        sun_w = 6500 + 1500 * clouds
        house_w = 700 + self._noise.gauss(0, 80)
        grid_w = round(house_w + car_w - sun_w, 1)
        show_grid(self._hass, grid_w)
        amperes = {"unit_of_measurement": "A"}
        for phase in (1, 2, 3):
            current_a = f"{grid_w / 690:.2f}"
            self._hass.states.async_set(f"sensor.l{phase}", current_a, amperes)


@pytest.fixture
def house(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> House:
    """A house with a charger, and a price for its energy."""
    price = {"unit_of_measurement": f"{hass.config.currency}/kWh"}
    hass.states.async_set("sensor.price", "0.3", price)
    return House(hass, charger, wall_clock, monkeypatch)


@pytest.fixture
def rows(hass: HomeAssistant) -> Iterator[Counter[str]]:
    """The states that the recorder would keep, counted by entity."""
    rows: Counter[str] = Counter()

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        entity = er.async_get(hass).async_get(event.data["entity_id"])
        if entity is not None and entity.platform == DOMAIN:
            rows[entity.entity_id] += 1

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    yield rows
    stop()


@pytest.mark.parametrize(
    ("chargers", "options"),
    [
        ([charger_subentry("CP1", "Charger")], PRICED),
        (
            [
                circuit_subentry("fuse", "Main fuse"),
                charger_subentry("CP1", "Charger", circuit="fuse"),
            ],
            FUSED,
        ),
    ],
    ids=["alone", "behind_a_fuse"],
)
async def test_an_hour_takes_few_rows(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    house: House,
    rows: Counter[str],
) -> None:
    await house.pass_time(60)
    rows.clear()
    await house.pass_time(HOUR_S)
    assert 10 < rows.total() <= MOST_IDLE, rows

    await charger.plug_in(Car())
    await charger.start_session()
    await house.pass_time(60)
    rows.clear()
    await house.pass_time(HOUR_S)
    assert 200 < rows.total() <= MOST_CHARGING, rows


@pytest.mark.parametrize("options", [PRICED])
async def test_what_a_session_ends_with_is_exact(
    hass: HomeAssistant, charger: SimulatedCharger, house: House
) -> None:
    def shown(key: str) -> float:
        return float(state(hass, f"sensor.charger_{key}"))

    await charger.plug_in(Car())
    await charger.start_session()
    # It ends in the middle of a minute.
    await house.pass_time(300 + 35)
    await charger.stop_session()
    await until(lambda: state(hass, "switch.charger_charge_control") == "off")
    charged_kwh = charger.connectors[1].energy_wh / 1000
    (session,) = (await ask(hass, "get_sessions"))["sessions"]
    assert session["energy_kwh"] == pytest.approx(charged_kwh, abs=0.001)
    assert shown("session_energy") == pytest.approx(charged_kwh, abs=0.001)
    assert shown("energy") == pytest.approx(charged_kwh, abs=0.001)
    assert shown("session_cost") == pytest.approx(session["cost"], abs=0.01)
    assert shown("solar_share") == pytest.approx(
        100 * session["solar_kwh"] / charged_kwh, abs=0.2
    )
