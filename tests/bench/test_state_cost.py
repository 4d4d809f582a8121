"""The cost of a message from the socket to Home Assistant's states, with few and with many chargers.

scripts/bench messages
"""

import asyncio
import gc
import logging
import sys
import time

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.entity import Entity

MESSAGES = 1000
MOST_EACH = 200
"""More at once would be a flood, which the server slows down."""
CHARGERS = (1, 10, 50)


@pytest.fixture(autouse=True)
def _real(
    enable_custom_integrations: None,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let Home Assistant find the integration and enable all its sensors, and chargers reach it."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


async def _set_up(hass: HomeAssistant, port: int, chargers: int) -> MockConfigEntry:
    """Set up a central system."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=3,
        data={"host": "127.0.0.1", "port": port},
        options={},
        subentries_data=[
            ConfigSubentryData(
                subentry_type=SUBENTRY_CHARGER,
                unique_id=f"CP{n}",
                title=f"Charger {n}",
                data={},
            )
            for n in range(1, chargers + 1)
        ],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def _cost_ms(
    hass: HomeAssistant, port: int, chargers: int
) -> tuple[float, float]:
    """Return the processor time of a message, and how many states it changed."""
    entry = await _set_up(hass, port, chargers)
    messages = min(MESSAGES, MOST_EACH * chargers)
    changes = 0

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        nonlocal changes
        changes += event.data["entity_id"].startswith("sensor.")

    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.chargers"),
        *(f"ws://127.0.0.1:{port}", str(chargers), str(messages)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert client.stdin is not None
    assert client.stdout is not None
    assert await client.stdout.readline() == b"ready\n"
    unsubscribe = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    gc.collect()
    begin = time.process_time()
    client.stdin.write(b"\n")
    assert await client.stdout.readline() == b"done\n"
    seconds = time.process_time() - begin
    unsubscribe()
    client.stdin.write(b"\n")
    await client.wait()
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    return seconds / messages * 1000, changes / messages


async def test_the_cost_of_a_message_up_to_the_states(
    hass: HomeAssistant, unused_tcp_port_factory: object
) -> None:
    """Print the processor time for few chargers and for many."""
    logging.getLogger().setLevel(logging.ERROR)
    hass.loop.set_debug(False)
    assert callable(unused_tcp_port_factory)
    for chargers in CHARGERS:
        cost_ms, changes = await _cost_ms(hass, unused_tcp_port_factory(), chargers)
        print(
            f"\n{chargers:4} chargers: {cost_ms:.2f} ms a message, {changes:.1f} states changed"
        )
        # Only what changes as it is shown is written.
        assert changes > 1
