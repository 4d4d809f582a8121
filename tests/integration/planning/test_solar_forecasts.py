"""Solar forecasts, as integrations show them, and as the Energy dashboard has them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
    mock_platform,
)

from custom_components.ocpp.planning.forecast_inputs import ForecastInputs
from custom_components.ocpp.planning.solar_forecasts import (
    SolarForecast,
    added,
    energy_of,
    power_of,
)
from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

TEN = datetime(2026, 6, 10, 10, tzinfo=dt_util.UTC)


def _at(hours: float) -> str:
    return (TEN + timedelta(hours=hours)).isoformat()


SOLCAST = {
    "detailedForecast": [
        {"period_start": TEN, "pv_estimate": 2.0, "pv_estimate10": 1.0},
        {"period_start": TEN + timedelta(hours=0.5), "pv_estimate": 3.0},
    ]
}
OPEN_METEO = {
    "watts": {_at(0): 2000, _at(0.25): 2000, _at(0.5): 3000, _at(0.75): 3000},
    "wh_period": {_at(0): 2500},
}
OPEN_METEO_ENERGY = {"wh_period": {_at(0): 1000, _at(0.5): 1500}}


@pytest.mark.parametrize("attributes", [SOLCAST, OPEN_METEO, OPEN_METEO_ENERGY])
def test_every_shape_says_the_same(attributes: Mapping[str, object]) -> None:
    series = power_of(attributes, dt_util.UTC)
    assert series.at(TEN.timestamp() + 600) == pytest.approx(2000)
    assert series.at(TEN.timestamp() + 2400) == pytest.approx(3000)
    assert series.at(TEN.timestamp() - 1) is None


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"watts": 7},
        {"watts": {"noon": 1}},
        {"detailedForecast": [None, {}, {"period_start": "x", "pv_estimate": 1}]},
        {"wh_period": {_at(0): None}},
    ],
)
def test_what_is_unusable_is_left_out(attributes: Mapping[str, object]) -> None:
    assert not power_of(attributes, dt_util.UTC)


def test_energy_holds_for_no_longer_than_an_hour() -> None:
    series = energy_of({_at(0): 500, _at(12): 600}, dt_util.UTC)
    assert series.at(TEN.timestamp()) == 500
    assert series.at(TEN.timestamp() + 3700) is None
    assert series.at(TEN.timestamp() + 12.5 * 3600) == 600


def test_several_sets_of_panels_add_up() -> None:
    east = energy_of({_at(0): 500, _at(1): 600}, dt_util.UTC)
    west = energy_of({_at(1): 100, _at(2): 200}, dt_util.UTC)
    both = added([east, west])
    values = [both.at(TEN.timestamp() + hour * 3600) for hour in range(3)]
    assert values == [500, 700, 200]


async def test_entities_of_the_users(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    freezer.move_to(TEN)
    forecast = SolarForecast(hass, entry)
    forecast.async_follow(["sensor.solcast", "sensor.odd"])
    hass.states.async_set("sensor.solcast", "20", SOLCAST)
    for word in ("a", "b"):
        hass.states.async_set("sensor.odd", word)
    await hass.async_block_till_done()
    assert forecast.latest.at(TEN.timestamp()) == pytest.approx(2000)
    assert caplog.text.count("no solar forecast from sensor.odd") == 1
    forecast.async_stop()


async def test_forecasts_once_told_stay_known(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(TEN)
    forecast = SolarForecast(hass, entry)
    hass.states.async_set("sensor.east", "20", OPEN_METEO)
    hass.states.async_set("sensor.west", "20", OPEN_METEO)
    forecast.async_follow(["sensor.east", "sensor.west"])
    before = forecast.latest
    hass.states.async_set("sensor.west", "unavailable")
    await hass.async_block_till_done()
    assert forecast.latest == before
    # What is told anew replaces what was told for the same time only.
    hass.states.async_set("sensor.west", "20", {"watts": {_at(0.5): 1000}})
    await hass.async_block_till_done()
    assert forecast.latest.at(TEN.timestamp() + 600) == pytest.approx(4000)
    assert forecast.latest.at(TEN.timestamp() + 2400) == pytest.approx(4000)
    forecast.async_follow(["sensor.west"])
    assert forecast.latest.at(TEN.timestamp() + 600) is None
    forecast.async_stop()


async def test_the_energy_dashboard_knows_the_forecasts(
    recorder_mock: Any,
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(TEN)
    sunny = MockConfigEntry(domain="sunny", title="Sunny")
    sunny.add_to_hass(hass)

    answers: list[dict[str, Any]] = [{"wh_hours": {_at(0): 1200}}] * 2

    async def solar_forecast(_: HomeAssistant, entry_id: str) -> dict[str, Any] | None:
        assert entry_id == sunny.entry_id
        return answers.pop() if answers else None

    mock_integration(hass, MockModule("sunny"))
    module = type(
        "Energy", (), {"async_get_solar_forecast": staticmethod(solar_forecast)}
    )
    mock_platform(hass, "sunny.energy", module)
    assert await async_setup_component(hass, "sunny", {})
    assert await async_setup_component(hass, "energy", {})
    manager = await async_get_manager(hass)
    source = {
        "type": "solar",
        "stat_energy_from": "sensor.solar",
        "stat_rate": "sensor.roof",
        "config_entry_solar_forecast": [sunny.entry_id, "gone"],
    }
    await manager.async_update({"energy_sources": [source]})  # type: ignore[typeddict-item]
    forecast = SolarForecast(hass, entry)
    forecast.async_follow([])
    await hass.async_block_till_done(wait_background_tasks=True)
    assert forecast.latest.at(TEN.timestamp()) == pytest.approx(1200)
    assert forecast.inverters == {"sensor.roof"}
    # The other inverter is none of its business.
    for entity_id, watts in (("sensor.roof", "1200"), ("sensor.shed", "5000")):
        hass.states.async_set(entity_id, watts, {"unit_of_measurement": "W"})
    inputs = ForecastInputs(hass, entry)
    inputs.async_start({"pv_power": ["sensor.roof", "sensor.shed"]})
    await hass.async_block_till_done(wait_background_tasks=True)
    for minute in range(50):
        inputs.async_learn(TEN + timedelta(minutes=minute), 0.0)
    outlook = inputs.outlook(TEN, TEN.timestamp() + 3600)
    assert outlook.sun_w.at(TEN.timestamp() + 3000) == pytest.approx(1200)
    inputs.async_stop()
    # It has none for a moment.
    forecast.async_follow([])
    await hass.async_block_till_done(wait_background_tasks=True)
    assert forecast.latest.at(TEN.timestamp()) == pytest.approx(1200)
    forecast.async_stop()
