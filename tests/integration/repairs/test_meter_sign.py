"""A meter whose sign lies is told of, and mended with a click."""

from http import HTTPStatus
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.conftest import GRID
from tests.integration.world import World, world

__all__ = ["world"]

WATTS = {"unit_of_measurement": "W"}


def _issues(hass: HomeAssistant) -> set[str]:
    return {
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "ocpp"
    }


async def _charge_on_and_off(world: World, times: int) -> None:
    """Have the car charge and pause, for half a minute each."""
    for _ in range(times):
        await world.select("fast")
        await world.pass_time(45, 500)
        await world.select("off")
        await world.pass_time(45, 500)


async def test_an_honest_meter_is_not_accused(world: World) -> None:
    await _charge_on_and_off(world, 4)
    assert _issues(world.hass) == set()


async def test_a_meter_that_lies_is_mended(
    world: World, running: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    hass = world.hass
    assert await async_setup_component(hass, "repairs", {})
    world.sign = -1
    await _charge_on_and_off(world, 2)
    assert _issues(hass) == set()
    await _charge_on_and_off(world, 2)
    assert _issues(hass) == {"grid_sign"}
    client = await hass_client()
    issue_id = f"grid_sign_{running.entry_id}"
    flow = await client.post(
        "/api/repairs/issues/fix", json={"handler": "ocpp", "issue_id": issue_id}
    )
    assert flow.status == HTTPStatus.OK
    shown = await flow.json()
    assert shown["description_placeholders"] == {"entity": GRID}
    done = await client.post(f"/api/repairs/issues/fix/{shown['flow_id']}", json={})
    assert (await done.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert running.options["grid_power_inverted"] is True
    assert _issues(hass) == set()
    # From now on the car follows the sun.
    await world.select("pv_only")
    await world.pass_time(90, 8000)
    assert 7000 < world.car_w < 8200


class TestFlowsApart:
    """Sensors for import and export that were taken for each other."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """The wrong way round."""
        return {
            "grid_import_power": "sensor.export",
            "grid_export_power": "sensor.import",
        }

    async def test_they_are_swapped(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        assert await async_setup_component(hass, "repairs", {})
        world.shown = False
        for second in range(8 * 45):
            if second % 45 == 0:
                await world.select("off" if second % 90 else "fast")
            grid_w = world.car_w - 500
            hass.states.async_set("sensor.import", str(max(0.0, grid_w)), WATTS)
            hass.states.async_set("sensor.export", str(max(0.0, -grid_w)), WATTS)
            await world.pass_time(1, 0)
        assert _issues(hass) == {"grid_sign"}
        client = await hass_client()
        issue_id = f"grid_sign_{running.entry_id}"
        flow = await client.post(
            "/api/repairs/issues/fix", json={"handler": "ocpp", "issue_id": issue_id}
        )
        flow_id = (await flow.json())["flow_id"]
        await client.post(f"/api/repairs/issues/fix/{flow_id}", json={})
        await hass.async_block_till_done()
        assert running.options["grid_import_power"] == "sensor.import"
        assert running.options["grid_export_power"] == "sensor.export"
