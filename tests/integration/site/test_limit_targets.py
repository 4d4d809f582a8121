"""The central system that a site limit is for: its own device, one of its chargers, or the only one."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.actions import act, ask, refused
from tests.integration.conftest import charger_subentry, state

LIMITED = "binary_sensor.ocpp_site_limit"


@pytest.fixture
async def other(
    hass: HomeAssistant, running: MockConfigEntry, unused_tcp_port_factory: Any
) -> Any:
    """Another central system."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Barn",
        version=3,
        data={"host": "127.0.0.1", "port": unused_tcp_port_factory()},
        subentries_data=[charger_subentry("CP9", "Barn charger")],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def _device_id(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, name), entry.entry_id
    )
    assert device is not None
    return device.id


async def test_the_only_one_needs_no_target(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    answer = await ask(
        hass, "set_site_limit", limit_watts="4200", applies_to="chargers"
    )
    assert answer == {
        "limit_amps": None,
        "limit_watts": 4200,
        "applies_to": "chargers",
        "until": None,
    }
    assert state(hass, LIMITED) == "on"
    await act(hass, "clear_site_limit")
    assert state(hass, LIMITED) == "off"


async def test_of_several_one_is_meant(
    hass: HomeAssistant, running: MockConfigEntry, other: MockConfigEntry
) -> None:
    text = await refused(hass, "set_site_limit", limit_amps=10)
    assert text == "There are several central systems. Specify one"
    hub = _device_id(hass, running, running.entry_id)
    await act(hass, "set_site_limit", limit_amps=10, device_id=hub)
    assert running.runtime_data.site.circuits.limits.all != ()
    assert other.runtime_data.site.circuits.limits.all == ()
    await act(hass, "clear_site_limit", entity_id=LIMITED)
    assert running.runtime_data.site.circuits.limits.all == ()
    charger = _device_id(hass, other, "CP9")
    await act(hass, "set_site_limit", limit_amps=10, device_id=[charger])
    assert running.runtime_data.site.circuits.limits.all == ()
    assert other.runtime_data.site.circuits.limits.all != ()
    both = await refused(
        hass, "set_site_limit", limit_amps=10, device_id=[charger, hub]
    )
    assert both == "There are several central systems. Specify one"


async def test_what_belongs_to_none(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    text = await refused(hass, "set_site_limit", limit_amps=10, device_id="nowhere")
    assert text.startswith("The target does not belong to a central system")
    hass.states.async_set("sensor.foreign", "1")
    text = await refused(
        hass, "set_site_limit", limit_amps=10, entity_id="sensor.foreign"
    )
    assert text == "The entity sensor.foreign does not belong to a charger"
    assert state(hass, LIMITED) == "off"
