"""A Home Assistant with a central system, and chargers that connect to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from tests.simulator.charger import SimulatedCharger, simulated_charger

GRID = "sensor.grid_power"

type Connect = Callable[..., AbstractAsyncContextManager[SimulatedCharger]]


@pytest.fixture(autouse=True)
def _custom_integration(enable_custom_integrations: None, socket_enabled: None) -> None:
    """Let Home Assistant find the integration, and chargers reach it."""


@pytest.fixture
def port(unused_tcp_port: int) -> int:
    """The port that chargers connect to."""
    return unused_tcp_port


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """The chargers that are set up; tests replace it."""
    return [charger_subentry("CP1", "Charger")]


def charger_subentry(identity: str, name: str, **data: Any) -> ConfigSubentryData:
    """Return a charger as it is set up."""
    return ConfigSubentryData(
        subentry_type=SUBENTRY_CHARGER, unique_id=identity, title=name, data=data
    )


@pytest.fixture
def entry(
    hass: HomeAssistant, port: int, chargers: list[ConfigSubentryData]
) -> MockConfigEntry:
    """A central system that is set up but does not run yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="OCPP",
        version=3,
        data={"host": "127.0.0.1", "port": port},
        options={"grid_power": GRID},
        subentries_data=chargers,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def running(
    hass: HomeAssistant, entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    """A central system that runs."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    if entry.state.recoverable:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def connect(port: int) -> Connect:
    """Connects simulated chargers to the central system."""

    def connect(
        identity: str = "CP1", **options: Any
    ) -> AbstractAsyncContextManager[SimulatedCharger]:
        return simulated_charger(f"ws://127.0.0.1:{port}", identity, **options)

    return connect
