"""Messages on the screens of chargers."""

from collections.abc import AsyncIterator

import pytest

from homeassistant.core import HomeAssistant
from tests.simulator.station2 import SimulatedStation, simulated_station
from tests.waiting import until

from .actions import act, failed, refused
from .conftest import Connect, connected, state

TARGET = {"entity_id": "sensor.charger_status"}


@pytest.fixture
async def station(
    hass: HomeAssistant, running: object, port: int
) -> AsyncIterator[SimulatedStation]:
    """A charger with a screen."""
    async with simulated_station(f"ws://127.0.0.1:{port}", "CP1", "2.1") as station:
        await station.boot()
        await until(lambda: state(hass, "sensor.charger_status") == "available")
        yield station
        assert station.violations == []


async def test_a_message_is_shown_and_cleared(
    hass: HomeAssistant, station: SimulatedStation
) -> None:
    messages = station.services.display.messages
    await act(hass, "show_message", message="Hello", **TARGET)
    await act(
        hass,
        "show_message",
        message="Waiting for the sun",
        priority="in_front",
        state="charging",
        end="2099-01-01 12:00:00+00:00",
        **TARGET,
    )
    assert messages == {
        1: {
            "id": 1,
            "priority": "InFront",
            "state": "Charging",
            "endDateTime": "2099-01-01T12:00:00Z",
            "message": {
                "format": "UTF8",
                "language": "en",
                "content": "Waiting for the sun",
            },
        }
    }
    for _ in range(2):
        # The second time there is none, which is what was asked for.
        await act(hass, "clear_message", **TARGET)
        assert messages == {}


async def test_a_text_that_is_too_long_is_refused(
    hass: HomeAssistant, station: SimulatedStation
) -> None:
    told = await refused(hass, "show_message", message="x" * 2000, **TARGET)
    assert "1024" in told


async def test_a_charger_without_a_screen_says_so(
    hass: HomeAssistant, running: object, connect: Connect
) -> None:
    async with connected(hass, connect, "CP1"):
        told = await failed(hass, "show_message", message="x", **TARGET)
        assert "Charger cannot show messages" in told
        assert told == await failed(hass, "clear_message", **TARGET)
