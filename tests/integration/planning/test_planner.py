"""The plan at work: prices, forecasts and wishes on one side, what the charger is told on the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
from tests.integration.conftest import GRID, charger_subentry, show_grid, state
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger, reconnected

PRICES = "sensor.electricity_price"
STEP_S, STRIDE_S = 10, 120
NIGHT = datetime(2026, 6, 10, 20, 0, tzinfo=UTC)


@pytest.fixture
def options() -> dict[str, Any]:
    """A tariff is set up."""
    return {
        "grid_power": GRID,
        "tariff": {"price_entities": [PRICES], "feed_in_tariff": 0.08},
    }


def show_prices(
    hass: HomeAssistant, begin: datetime, *prices: float, **attributes: Any
) -> None:
    """Have the tariff's entity show prices, one for each hour."""
    rows = [
        {"start": begin + timedelta(hours=index), "value": price}
        for index, price in enumerate(prices)
    ]
    attributes = {"unit_of_measurement": "EUR/kWh", "raw_today": rows, **attributes}
    hass.states.async_set(PRICES, str(prices[0]), attributes)


@dataclass
class Evening:
    """A car that is plugged in in the evening; the sun does not shine, unless a test has it shine."""

    hass: HomeAssistant
    charger: SimulatedCharger
    wall_clock: FrozenDateTimeFactory
    sun_w: float = 0.0

    @property
    def offered_a(self) -> float | None:
        """The current that the charger offers the car."""
        return self.charger.offered_a()

    async def wish(
        self, kwh: float, departure: datetime, mode: str = "eco_plus"
    ) -> None:
        """Want energy until a departure."""
        await self.call("select", "select_option", "charging_mode", option=mode)
        await self.call("number", "set_value", "energy_wanted", value=kwh)
        await self.call("datetime", "set_value", "departure", datetime=departure)

    async def call(self, domain: str, action: str, entity: str, **data: Any) -> None:
        """Do something with one of the charger's entities."""
        await self.hass.services.async_call(
            domain,
            action,
            {"entity_id": f"{domain}.charger_{entity}", **data},
            blocking=True,
        )

    async def at(self, at: datetime) -> None:
        """Let it become some time of day: in steps that no charger's silence lasts, and none of its calls."""
        while (left_s := (at - dt_util.utcnow()).total_seconds()) > 0:
            await self._pass(min(STRIDE_S, left_s), ahead_s=STRIDE_S)
        await self.minute()

    async def minute(self, minutes: int = 1) -> None:
        """Let time pass while the car draws what it is offered."""
        for step in range(minutes * 60 // STEP_S):
            await self._pass(STEP_S, ahead_s=STRIDE_S if step == 0 else STEP_S)

    async def _pass(self, seconds: float, ahead_s: float) -> None:
        self.wall_clock.tick(seconds)
        self.charger.advance(seconds)
        car = self.charger.connectors[1].car
        drawn_w = car.power_w if car else 0.0
        show_grid(self.hass, 400.0 - self.sun_w + drawn_w)
        # All that waits for the event loop's own clock, which this runs ahead of.
        later = dt_util.utcnow() + timedelta(seconds=ahead_s)
        async_fire_time_changed(self.hass, later)
        await self.charger.meter()
        await self.settled()

    async def settled(self) -> None:
        """Wait until everybody has answered, and nobody has anything more to say."""
        quiet = 0
        while quiet < 2:
            heard = len(self.charger.received)
            await self.hass.async_block_till_done()
            await self.charger.heartbeat()
            quiet = quiet + 1 if len(self.charger.received) == heard else 0

    def attributes(self, entity_id: str) -> Mapping[str, Any]:
        """Return an entity's attributes."""
        found = self.hass.states.get(entity_id)
        assert found is not None
        return found.attributes


@pytest.fixture
async def evening(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
) -> Evening:
    """A car is plugged in and has a session; nothing is wanted of it yet."""
    wall_clock.move_to(NIGHT)
    show_prices(hass, NIGHT, 0.40, 0.20, 0.30, 0.35, 0.30, 0.35, 0.40, 0.40)
    await charger.plug_in(Car(wake_up_s=2.0))
    await charger.start_session()
    evening = Evening(hass, charger, wall_clock)
    await evening.minute()
    return evening


async def test_the_car_charges_in_the_cheapest_hour_and_no_other(
    evening: Evening,
) -> None:
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    assert evening.offered_a == 0
    assert state(evening.hass, "sensor.charger_reason") == "waiting_for_cheap_price"
    start = datetime.fromisoformat(state(evening.hass, "sensor.charger_planned_start"))
    assert timedelta(hours=1) <= start - NIGHT < timedelta(hours=2)
    (slot,) = evening.attributes("sensor.charger_planned_start")["slots"]
    assert (slot["source"], slot["price"]) == ("grid", 0.20)
    assert slot["reason"] == "planned"

    await evening.at(start + timedelta(minutes=1))
    await evening.minute(2)
    assert evening.offered_a == 16
    assert state(evening.hass, "sensor.charger_reason") == "planned"
    assert state(evening.hass, "sensor.charger_planned_start") == start.isoformat()


async def test_the_prices_are_known_after_a_restart_whose_source_is_silent(
    hass_storage: dict[str, Any], evening: Evening, running: MockConfigEntry
) -> None:
    hass, charger = evening.hass, evening.charger
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    start = state(hass, "sensor.charger_planned_start")

    await hass.config_entries.async_unload(running.entry_id)
    hass.states.async_set(PRICES, "unavailable")
    assert await hass.config_entries.async_setup(running.entry_id)
    url = f"ws://127.0.0.1:{running.data['port']}"
    async with reconnected(charger, url):
        await evening.minute()
        assert state(hass, "sensor.charger_planned_start") == start
        (slot,) = evening.attributes("sensor.charger_planned_start")["slots"]
        assert (slot["source"], slot["price"]) == ("grid", 0.20)
        assert evening.offered_a == 0

    file = f"ocpp.{running.entry_id}.forecasts"
    assert file in hass_storage
    await hass.config_entries.async_remove(running.entry_id)
    assert file not in hass_storage


async def test_once_the_car_has_what_was_wanted_it_waits_for_the_sun(
    evening: Evening,
) -> None:
    await evening.wish(1.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    start = datetime.fromisoformat(state(evening.hass, "sensor.charger_planned_start"))
    await evening.at(start)
    await evening.minute(10)
    assert evening.offered_a == 0
    assert state(evening.hass, "sensor.charger_reason") == "target_reached"
    assert 1.0 <= float(state(evening.hass, "sensor.charger_session_energy")) < 1.2


async def test_new_prices_make_a_new_plan(evening: Evening) -> None:
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.minute()
    show_prices(evening.hass, NIGHT, 0.40, 0.20, 0.30, 0.05, 0.30, 0.35)
    await evening.settled()
    (slot,) = evening.attributes("sensor.charger_planned_start")["slots"]
    assert slot["price"] == 0.05


async def test_a_departure_that_cannot_be_met_is_known_hours_before(
    evening: Evening,
) -> None:
    departure = NIGHT + timedelta(hours=3)
    await evening.wish(60.0, departure)
    await evening.minute()
    assert state(evening.hass, "binary_sensor.charger_departure_at_risk") == "on"
    risk = evening.attributes("binary_sensor.charger_departure_at_risk")
    assert 25 < risk["missing_energy"] < 30
    ready = datetime.fromisoformat(risk["ready_at"])
    assert timedelta(hours=2) < ready - departure < timedelta(hours=3)
    # As far as possible.
    await evening.minute(2)
    assert evening.offered_a == 16
    assert state(evening.hass, "sensor.charger_reason") == "not_reachable_in_time"

    await evening.call("number", "set_value", "energy_wanted", value=5)
    await evening.settled()
    assert state(evening.hass, "binary_sensor.charger_departure_at_risk") == "off"


async def test_what_the_grid_operator_allows_counts_in_the_plan(
    evening: Evening,
) -> None:
    await evening.wish(20.0, NIGHT + timedelta(hours=3))
    await evening.minute()
    assert state(evening.hass, "binary_sensor.charger_departure_at_risk") == "off"
    limit = {"limit_watts": 4200}
    await evening.hass.services.async_call(
        "ocpp", "set_site_limit", limit, blocking=True
    )
    await evening.settled()
    assert state(evening.hass, "binary_sensor.charger_departure_at_risk") == "on"
    risk = evening.attributes("binary_sensor.charger_departure_at_risk")
    assert risk["missing_energy"] == pytest.approx(20 - 3 * 4.2, abs=0.8)
    await evening.hass.services.async_call(
        "ocpp", "clear_site_limit", {}, blocking=True
    )
    await evening.settled()
    assert state(evening.hass, "binary_sensor.charger_departure_at_risk") == "off"


class TestALimitThatAnEntityShows:
    """A limit of the moment is not one for ever."""

    @pytest.fixture(params=["sensor.dimmed", "input_number.contract"])
    def limit(self, request: pytest.FixtureRequest) -> str:
        """The entity with the limit."""
        return str(request.param)

    @pytest.fixture
    def options(self, options: dict[str, Any], limit: str) -> dict[str, Any]:
        """The limit is set up."""
        return {**options, "site_limit": limit}

    async def test_it_is_expected_to_end_unless_the_owner_sets_it(
        self, evening: Evening, limit: str
    ) -> None:
        evening.hass.states.async_set(limit, "4.2", {"unit_of_measurement": "kW"})
        await evening.wish(60.0, NIGHT + timedelta(hours=10))
        await evening.minute()
        for_ever = limit.startswith("input_number")
        risk = state(evening.hass, "binary_sensor.charger_departure_at_risk")
        assert risk == ("on" if for_ever else "off")


async def test_below_the_price_limit_it_charges_without_any_departure(
    evening: Evening,
) -> None:
    await evening.call("select", "select_option", "charging_mode", option="eco_plus")
    await evening.call("number", "set_value", "price_limit", value=0.25)
    await evening.minute()
    assert evening.offered_a == 0
    await evening.at(NIGHT + timedelta(hours=1, minutes=5))
    await evening.minute(2)
    assert evening.offered_a == 16
    assert state(evening.hass, "sensor.charger_reason") == "cheap_price"
    await evening.at(NIGHT + timedelta(hours=2, minutes=5))
    await evening.minute(2)
    assert evening.offered_a == 0


async def test_solar_only_buys_nothing_whatever_is_wanted(evening: Evening) -> None:
    await evening.wish(60.0, NIGHT + timedelta(hours=3), mode="pv_only")
    await evening.minute(2)
    assert evening.offered_a == 0
    assert state(evening.hass, "sensor.charger_reason") == "waiting_for_sun"
    # There has never been a plan to show.
    assert evening.hass.states.get("sensor.charger_planned_start") is None


async def test_a_schedule_of_somebody_elses_comes_before_the_plan(
    evening: Evening,
) -> None:
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    period = {"start_period": NIGHT.isoformat(), "limit": 6900}
    profile = {"charger_id": "CP1", "tx_profile": {"schedule": [period]}}
    await evening.hass.services.async_call(
        "ocpp", "set_tx_profile", profile, blocking=True
    )
    await evening.minute()
    assert evening.offered_a == 10
    assert state(evening.hass, "sensor.charger_reason") == "schedule"


async def test_a_departure_that_has_passed_counts_as_none(evening: Evening) -> None:
    await evening.wish(5.0, NIGHT + timedelta(hours=1))
    await evening.settled()
    assert state(evening.hass, "datetime.charger_departure") != "unknown"
    await evening.call(
        "datetime", "set_value", "departure", datetime=NIGHT - timedelta(hours=1)
    )
    await evening.settled()
    assert state(evening.hass, "datetime.charger_departure") == "unknown"
    assert state(evening.hass, "sensor.charger_planned_start") == "unknown"


async def test_wishes_outlast_a_restart(
    hass: HomeAssistant, evening: Evening, entry: MockConfigEntry
) -> None:
    await evening.wish(8.0, NIGHT + timedelta(hours=6))
    await evening.call("number", "set_value", "price_limit", value=0.1)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass, "number.charger_energy_wanted") == "8.0"
    assert state(hass, "number.charger_price_limit") == "0.1"
    departure = datetime.fromisoformat(state(hass, "datetime.charger_departure"))
    assert departure == NIGHT + timedelta(hours=6)


class TestTheCarsOwnBattery:
    """The car's own integration tells how full it is."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """The charger knows the car."""
        vehicle = {
            "soc_entity": "sensor.car_battery",
            "battery_capacity": 50.0,
            "wednesday": "22:30:00",
            "thursday": "06:30:00",
        }
        return [charger_subentry("CP1", "Charger", vehicle=vehicle)]

    async def test_the_target_is_a_state_of_charge(
        self, hass: HomeAssistant, evening: Evening
    ) -> None:
        hass.states.async_set("sensor.car_battery", "50")
        await evening.call(
            "select", "select_option", "charging_mode", option="eco_plus"
        )
        await evening.call("number", "set_value", "charge_target", value=60)
        await evening.call(
            "datetime", "set_value", "departure", datetime=NIGHT + timedelta(hours=6)
        )
        await evening.minute()
        slots = evening.attributes("sensor.charger_planned_start")["slots"]
        planned_wh = sum(
            slot["power"]
            * (
                datetime.fromisoformat(slot["end"])
                - datetime.fromisoformat(slot["start"])
            ).total_seconds()
            / 3600
            for slot in slots
        )
        # Ten percent of 50 kWh, what is lost in between, and a little more.
        assert planned_wh == pytest.approx(5000 / 0.9 * 1.02, rel=0.05)

        hass.states.async_set("sensor.car_battery", "60")
        await evening.settled()
        assert state(hass, "sensor.charger_reason") == "target_reached"

    async def test_weekly_departures(
        self, hass: HomeAssistant, evening: Evening
    ) -> None:
        """It is Wednesday noon in California; today's departure comes before tomorrow's."""
        await evening.wish(5.0, NIGHT - timedelta(hours=1))
        await evening.minute()
        departure = evening.attributes("sensor.charger_planned_start")["departure"]
        local = dt_util.as_local(datetime.fromisoformat(departure))
        assert (local.weekday(), local.hour, local.minute) == (2, 22, 30)


class TestTheCarsCalendar:
    """Every event in a calendar is a departure."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """The charger knows the calendar."""
        vehicle = {"calendar": "calendar.trips"}
        return [charger_subentry("CP1", "Charger", vehicle=vehicle)]

    async def test_departures_from_a_calendar(
        self, hass: HomeAssistant, evening: Evening
    ) -> None:
        begins = [NIGHT + timedelta(hours=30), NIGHT + timedelta(hours=5)]

        async def events(call: ServiceCall) -> ServiceResponse:
            listed: list[JsonValueType] = [
                {"start": begin.isoformat(), "summary": "Trip"} for begin in begins
            ]
            listed.append({"start": "2026-06-10", "summary": "A holiday"})
            return {call.data["entity_id"]: {"events": listed}}

        hass.services.async_register(
            "calendar", "get_events", events, supports_response=SupportsResponse.ONLY
        )
        await evening.wish(5.0, NIGHT - timedelta(hours=1))
        hass.states.async_set("calendar.trips", "off")
        await evening.settled()
        departure = evening.attributes("sensor.charger_planned_start")["departure"]
        assert datetime.fromisoformat(departure) == begins[1]

        del begins[1]
        hass.states.async_set("calendar.trips", "on")
        await evening.settled()
        departure = evening.attributes("sensor.charger_planned_start")["departure"]
        assert datetime.fromisoformat(departure) == begins[0]

        # A calendar that is away for a while has the events that it had.
        for gone in ("unavailable", "removed", "fails"):
            if gone == "removed":
                hass.states.async_remove("calendar.trips")
            elif gone == "fails":
                hass.services.async_remove("calendar", "get_events")
                hass.states.async_set("calendar.trips", "off")
            else:
                hass.states.async_set("calendar.trips", gone)
            await evening.settled()
            departure = evening.attributes("sensor.charger_planned_start")["departure"]
            assert datetime.fromisoformat(departure) == begins[0]
