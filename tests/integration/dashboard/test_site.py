"""The site and its connectors as cards show them."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from tests.integration.conftest import GRID, charger_subentry, show_grid, state
from tests.simulator.charger import SimulatedCharger

from .conftest import Log, Viewer


@pytest.fixture
def options() -> dict[str, Any]:
    """A house with a sun, and a battery."""
    return {
        "grid_power": GRID,
        "pv_power": "sensor.sun",
        "battery_power": "sensor.battery",
        "battery_soc": "sensor.battery_charge",
    }


@pytest.fixture(autouse=True)
def sources(hass: HomeAssistant) -> None:
    """The sun gives 2 kW, the battery 500 W, and 300 W come from the grid."""
    watts = {"unit_of_measurement": "W"}
    hass.states.async_set("sensor.sun", "2000", watts)
    hass.states.async_set("sensor.battery", "500", watts)
    hass.states.async_set("sensor.battery_charge", "64", {"unit_of_measurement": "%"})
    show_grid(hass, 300)


async def test_the_flows_of_power(
    hass: HomeAssistant, charger: SimulatedCharger, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/site")
    view = await viewer.look()
    assert view["available"]
    assert view["flows"] == {
        "grid_w": 300,
        "sun_w": 2000,
        "house_w": 2800,
        "cars_w": 0,
        "has_battery": True,
        "battery_w": 500,
        "battery_soc_percent": 64,
        "surplus_w": -800,
        "price_per_kwh": None,
    }


async def test_without_a_solar_sensor_nobody_knows_what_the_house_takes(
    hass: HomeAssistant, charger: SimulatedCharger, viewer: Viewer
) -> None:
    hass.states.async_set("sensor.sun", "unavailable")
    await viewer.ask("ocpp/site")
    flows = (await viewer.look())["flows"]
    assert (flows["sun_w"], flows["house_w"], flows["grid_w"]) == (None, None, 300)


async def test_a_view_is_sent_once_until_it_changes(
    hass: HomeAssistant, charger: SimulatedCharger, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/site")
    await viewer.look()
    sent = len(viewer.views)
    for _ in range(5):
        await viewer.look()
    assert len(viewer.views) == sent
    hass.states.async_set("sensor.sun", "2500", {"unit_of_measurement": "W"})
    await hass.async_block_till_done()
    assert (await viewer.look())["flows"]["sun_w"] == 2500
    assert len(viewer.views) == sent + 1


async def test_a_view_outlives_a_reload(
    hass: HomeAssistant, running: MockConfigEntry, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/site")
    assert (await viewer.look())["available"]
    await hass.config_entries.async_unload(running.entry_id)
    assert await viewer.look() == {
        "available": False,
        "currency": "EUR",
        "entry_id": None,
        "flows": None,
        "connectors": [],
    }
    await hass.config_entries.async_setup(running.entry_id)
    await hass.async_block_till_done()
    assert (await viewer.look())["available"]


async def test_a_viewer_who_leaves_is_sent_nothing(
    hass: HomeAssistant, charger: SimulatedCharger, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/site")
    subscription = 1
    await viewer.look()
    await viewer.ask("unsubscribe_events", subscription=subscription)
    sent = len(viewer.views)
    hass.states.async_set("sensor.sun", "2500", {"unit_of_measurement": "W"})
    await hass.async_block_till_done()
    await viewer.look()
    assert len(viewer.views) == sent


class TestSeveralConnectors:
    """A charger with two connectors."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger with two connectors."""
        return [charger_subentry("CP1", "Charger", connectors=2)]

    async def test_they_have_numbers(
        self, running: MockConfigEntry, viewer: Viewer
    ) -> None:
        await viewer.ask("ocpp/site")
        connectors = (await viewer.look())["connectors"]
        assert [each["connector"] for each in connectors] == [1, 2]
        assert [each["online"] for each in connectors] == [False, False]


async def test_connectors_of_two_central_systems(
    hass: HomeAssistant,
    running: MockConfigEntry,
    unused_tcp_port_factory: Callable[[], int],
    viewer: Viewer,
) -> None:
    other = MockConfigEntry(
        domain="ocpp",
        title="Barn",
        version=3,
        data={"host": "127.0.0.1", "port": unused_tcp_port_factory()},
        subentries_data=[charger_subentry("CP9", "Barn")],
    )
    other.add_to_hass(hass)
    await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()
    await viewer.ask("ocpp/site")
    view = await viewer.look()
    assert view["entry_id"] == running.entry_id
    assert [each["charger"] for each in view["connectors"]] == ["Charger", "Barn"]
    await viewer.ask("ocpp/site", entry_id=other.entry_id)
    view = await viewer.look()
    assert [each["charger"] for each in view["connectors"]] == ["Barn"]
    await hass.config_entries.async_unload(other.entry_id)


class TestPermissions:
    """Users who may not read everything."""

    async def test_nothing_is_shown_to_those_who_may_read_nothing(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        log_in: Log,
        hass_admin_user: MockUser,
        hass_access_token: str,
    ) -> None:
        hass_admin_user.groups = []
        hass_admin_user.mock_policy({"entities": {"entity_ids": {}}})
        viewer = await log_in(hass_access_token)
        await viewer.ask("ocpp/site")
        view = await viewer.look()
        assert (view["flows"], view["connectors"]) == (None, [])

    async def test_one_connector_is_shown_to_those_who_may_read_it(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        viewer: Viewer,
        log_in: Log,
        hass_admin_user: MockUser,
        hass_access_token: str,
    ) -> None:
        await viewer.ask("ocpp/site")
        (connector,) = (await viewer.look())["connectors"]
        readable = {id_: {"read": True} for id_ in connector["entities"].values()}
        hass_admin_user.groups = []
        hass_admin_user.mock_policy({"entities": {"entity_ids": readable}})
        other = await log_in(hass_access_token)
        await other.ask("ocpp/site")
        view = await other.look()
        assert view["flows"] is None
        assert [each["key"] for each in view["connectors"]] == ["CP1/1"]

    async def test_those_who_may_only_read_see_everything(
        self,
        charger: SimulatedCharger,
        log_in: Log,
        hass_read_only_access_token: str,
    ) -> None:
        viewer = await log_in(hass_read_only_access_token)
        await viewer.ask("ocpp/site")
        view = await viewer.look()
        assert view["flows"] is not None
        assert len(view["connectors"]) == 1


async def test_the_noise_of_a_meter_is_no_change(
    hass: HomeAssistant, charger: SimulatedCharger, viewer: Viewer
) -> None:
    await viewer.ask("ocpp/site")
    await viewer.look()
    sent = len(viewer.views)
    show_grid(hass, 302)
    await hass.async_block_till_done()
    await viewer.look()
    assert len(viewer.views) == sent
    assert state(hass, GRID) == "302"
