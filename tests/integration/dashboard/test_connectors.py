"""Connectors as their cards show them."""

import pytest

from tests.integration.world import LEAST_W, World, world

from .conftest import Viewer

__all__ = ["world"]


async def test_a_connector_with_the_figures_of_its_reason(
    world: World, viewer: Viewer
) -> None:
    await world.pass_time(20, 1300)
    await viewer.ask("ocpp/site")
    (connector,) = (await viewer.look())["connectors"]
    assert connector["charger"] == "Charger"
    assert connector["connector"] is None
    assert connector["mode"] == "pv_only"
    assert connector["reason"] == "waiting_for_sun"
    assert connector["figures"]["needed_w"] == LEAST_W
    assert 1000 <= connector["figures"]["available_w"] <= 1600
    assert connector["session"]["running"]
    for domain, key in (("select", "charging_mode"), ("switch", "charge_control")):
        assert connector["entities"][key] == f"{domain}.charger_{key}"


async def test_a_session_with_the_origin_of_its_energy(
    world: World, viewer: Viewer
) -> None:
    await world.select("fast")
    await world.pass_time(120, 5000)
    # Whoever asks for the sessions has everything posted up to now.
    await viewer.ask("ocpp/sessions")
    await viewer.ask("ocpp/site")
    (connector,) = (await viewer.look())["connectors"]
    session = connector["session"]
    parts = [session[f"{origin}_kwh"] for origin in ("solar", "battery", "grid")]
    assert sum(parts) == pytest.approx(session["energy_kwh"], abs=0.03)
    assert connector["power_w"] == pytest.approx(world.car_w, abs=100)
    assert connector["phases"] == 3
