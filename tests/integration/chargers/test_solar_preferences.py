"""Solar preferences of each connector: its share of the sun, and its priority."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import Connect, charger_subentry, connected, state
from tests.integration.world import LEAST_W, World, world
from tests.simulator.car import Car

__all__ = ["world"]

SHARE = "number.charger_least_solar_share"


async def _set(hass: HomeAssistant, entity_id: str, value: float) -> None:
    await hass.services.async_call(
        "number", "set_value", {"entity_id": entity_id, "value": value}, blocking=True
    )


async def _select(hass: HomeAssistant, mode: str) -> None:
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": "select.charger_charging_mode", "option": mode},
        blocking=True,
    )


async def test_the_share_of_the_sun_is_the_modes_until_it_is_set(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert float(state(hass, SHARE)) == 100
    await _set(hass, SHARE, 80)
    assert float(state(hass, SHARE)) == 80
    # Another mode brings its own along, and so does this one when it comes back.
    await _select(hass, "pv_priority")
    assert float(state(hass, SHARE)) == 50
    await _select(hass, "pv_only")
    assert float(state(hass, SHARE)) == 100


async def test_the_same_mode_again_keeps_the_share(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    await _set(hass, SHARE, 80)
    await _select(hass, "pv_only")
    assert float(state(hass, SHARE)) == 80


@pytest.mark.parametrize("mode", ["fast", "off", "manual"])
async def test_without_the_sun_there_is_no_share_of_it(
    hass: HomeAssistant, running: MockConfigEntry, mode: str
) -> None:
    await _select(hass, mode)
    assert state(hass, SHARE) == "unavailable"


@pytest.mark.parametrize(
    "chargers",
    [[charger_subentry("CP1", "Charger", vehicle={"soc_entity": "sensor.car"})]],
)
async def test_terms_survive_a_reload(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    await _set(hass, SHARE, 70)
    await _set(hass, "number.charger_priority", 3)
    await _set(hass, "number.charger_minimum_charge", 35)
    assert await hass.config_entries.async_reload(running.entry_id)
    await hass.async_block_till_done()
    assert float(state(hass, SHARE)) == 70
    assert float(state(hass, "number.charger_priority")) == 3
    assert float(state(hass, "number.charger_minimum_charge")) == 35


async def test_the_less_sun_is_wanted_the_more_the_grid_fills_in(world: World) -> None:
    sun_w = LEAST_W * 0.7
    await world.pass_time(300, sun_w)
    assert world.charger.offered_a() == 0
    await _set(world.hass, SHARE, 40)
    await world.pass_time(300, sun_w)
    assert world.charger.offered_a() == 6
    await _set(world.hass, SHARE, 100)
    await world.pass_time(300, sun_w)
    assert world.charger.offered_a() == 0


class TestTwoCars:
    """Two cars, and sun for one."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """Two chargers."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]

    @pytest.mark.parametrize("first", ["charger", "carport"])
    async def test_the_more_important_one_has_the_sun(
        self, hass: HomeAssistant, world: World, connect: Connect, first: str
    ) -> None:
        await _set(hass, f"number.{first}_priority", 5)
        async with connected(hass, connect, "CP2") as other:
            await other.plug_in(Car(wake_up_s=2.0))
            await other.start_session()
            await world.pass_time_for_two(other, 300, LEAST_W * 1.4)
            offered = {
                "charger": world.charger.offered_a(),
                "carport": other.offered_a(),
            }
        assert offered.pop(first) >= 6
        assert list(offered.values()) == [0]

    async def test_one_after_the_other_the_one_that_came_first_has_the_sun(
        self, hass: HomeAssistant, world: World, connect: Connect
    ) -> None:
        await hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": "select.ocpp_sharing", "option": "strict"},
            blocking=True,
        )
        await world.pass_time_for_two(None, 120, 0)
        async with connected(hass, connect, "CP2") as other:
            await other.plug_in(Car(wake_up_s=2.0))
            await other.start_session()
            # Sun for both, so that it is known what they need; then none, and then some.
            for seconds, sun_w in ((120, 4 * LEAST_W), (300, 0), (240, 1.4 * LEAST_W)):
                await world.pass_time_for_two(other, seconds, sun_w)
            assert world.charger.offered_a() >= 6
            assert other.offered_a() == 0
