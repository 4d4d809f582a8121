"""The plan of a connector as its card shows it."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from tests.integration.planning.test_planner import NIGHT, Evening, show_prices
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger

from .conftest import Viewer

MODE = "select.charger_charging_mode"


@pytest.fixture
def options() -> dict[str, Any]:
    """A tariff is set up."""
    return {
        "grid_power": "sensor.grid_power",
        "tariff": {"price_entities": ["sensor.electricity_price"]},
    }


@pytest.fixture
async def evening(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    viewer: Viewer,
    wall_clock: FrozenDateTimeFactory,
) -> Evening:
    """A car that wants 11 kWh by the morning; the price is lowest from the fourth hour on.

    Its owner has logged in before the clock is set.
    """
    wall_clock.move_to(NIGHT)
    evening = Evening(hass, charger, wall_clock)
    show_prices(hass, NIGHT, 0.4, 0.35, 0.3, 0.1, 0.1, 0.3, 0.4, 0.4)
    await charger.plug_in(Car(wake_up_s=2.0))
    await charger.start_session()
    await evening.wish(11.0, NIGHT + timedelta(hours=8))
    await evening.minute()
    return evening


async def test_a_plan_for_the_night(evening: Evening, viewer: Viewer) -> None:
    await viewer.ask("ocpp/plan", entity_id=MODE)
    view = await viewer.look()
    assert view["available"]
    assert view["plans"]
    assert view["departure_s"] == (NIGHT + timedelta(hours=8)).timestamp()
    assert view["energy_needed_kwh"] == pytest.approx(11.0, abs=0.2)
    assert view["energy_done_kwh"] < 0.2
    assert not view["at_risk"]
    assert view["cost"] == pytest.approx(1.1, abs=0.1)
    (slot, *_) = view["slots"]
    assert slot["source"] == "grid"
    assert slot["price_per_kwh"] == 0.1
    assert slot["start_s"] >= (NIGHT + timedelta(hours=3)).timestamp()
    assert view["ready_s"] <= view["departure_s"]
    assert [span["value"] for span in view["prices"]][:4] == [0.4, 0.35, 0.3, 0.1]
    assert view["ends_s"] - view["begins_s"] == 24 * 3600
    assert view["entities"]["departure"] == "datetime.charger_departure"


async def test_a_reason_with_its_start_and_price(
    evening: Evening, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/site")
    (connector,) = (await viewer.look())["connectors"]
    assert connector["reason"] == "waiting_for_cheap_price"
    figures = connector["figures"]
    assert figures["price_per_kwh"] == 0.1
    assert figures["starts_s"] >= (NIGHT + timedelta(hours=3)).timestamp()
    assert figures["ready_s"] > figures["starts_s"]


async def test_a_plan_that_is_not_needed(
    charger: SimulatedCharger, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/plan", entity_id="sensor.charger_reason")
    view = await viewer.look()
    assert view["available"]
    assert not view["plans"]
    assert (view["slots"], view["departure_s"]) == ([], None)
    assert view["energy_needed_kwh"] is None


@pytest.mark.parametrize("entity_id", ["light.kitchen", "sensor.ocpp_solar_surplus"])
async def test_entities_of_no_connector_have_no_plan(
    charger: SimulatedCharger, viewer: Viewer, entity_id: str
) -> None:
    await viewer.ask("ocpp/plan", entity_id=entity_id)
    assert not (await viewer.look())["available"]


async def test_what_is_no_entity_is_refused(
    charger: SimulatedCharger, viewer: Viewer
) -> None:
    assert (await viewer.ask("ocpp/plan", entity_id=7))["code"] == "invalid_format"
