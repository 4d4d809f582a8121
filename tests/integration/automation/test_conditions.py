"""Conditions on chargers in automations."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    async_from_config,
    async_validate_condition_config,
)
from tests.integration.conftest import charger_subentry, state
from tests.integration.world import World, world
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .listening import device_of

__all__ = ["world"]

STATUS = "sensor.charger_status"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and another one that is away."""
    return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]


async def _is(
    hass: HomeAssistant, key: str, target: dict[str, str], **options: Any
) -> bool | None:
    """Test a condition once, as an automation does."""
    config: dict[str, Any] = {"condition": f"ocpp.{key}", "target": target}
    if options:
        config["options"] = options
    valid = await async_validate_condition_config(hass, config)
    checker = await async_from_config(hass, valid)
    try:
        return checker.async_check()
    finally:
        checker.async_unload()


async def test_whether_a_car_is_plugged_in_and_charges(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    target = device_of(hass, STATUS)

    async def held() -> list[str]:
        keys = ("is_plugged_in", "is_unplugged", "is_charging", "is_not_charging")
        return [key for key in keys if await _is(hass, key, target)]

    assert await held() == ["is_unplugged", "is_not_charging"]
    await charger.plug_in()
    await until(lambda: state(hass, STATUS) == "preparing")
    assert await held() == ["is_plugged_in", "is_not_charging"]
    await charger.start_session()
    await until(lambda: state(hass, STATUS) == "charging")
    assert await held() == ["is_plugged_in", "is_charging"]


async def test_nothing_is_known_of_a_charger_that_is_away(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    away = device_of(hass, "sensor.carport_status")
    for key in ("is_plugged_in", "is_unplugged", "is_charging", "is_not_charging"):
        assert await _is(hass, key, away) is False


async def test_the_surplus(hass: HomeAssistant, world: World) -> None:
    target = device_of(hass, "sensor.ocpp_solar_surplus")

    async def above(number: float, unit: str) -> bool | None:
        value = {"number": number, "unit_of_measurement": unit}
        threshold = {"type": "above", "value": value}
        return await _is(hass, "is_surplus", target, threshold=threshold)

    await world.pass_time(30, 3000)
    assert await above(2, "kW")
    assert await above(2900, "W")
    assert await above(3200, "W") is False
