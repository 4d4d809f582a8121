"""Sensors of the connection to a charger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from tests.integration.conftest import state
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

LATENCY = "sensor.charger_latency"
RECONNECTIONS = "sensor.charger_reconnections"
LAST_HEARD = "sensor.charger_last_heard"
HOUR_S, HEARTBEAT_EVERY_S = 3600, 10


@pytest.fixture
def rows(hass: HomeAssistant) -> Iterator[list[str]]:
    """The entities of the connection whose states were written, one after the other."""
    rows: list[str] = []

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] in (LATENCY, RECONNECTIONS, LAST_HEARD):
            rows.append(event.data["entity_id"])

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    yield rows
    stop()


@dataclass
class Hours:
    """Time that passes for the event loop, too, while a charger tells of itself."""

    charger: SimulatedCharger
    wall_clock: FrozenDateTimeFactory
    elapsed_s: int = 0

    async def pass_time(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(0, seconds, HEARTBEAT_EVERY_S):
            self.elapsed_s += HEARTBEAT_EVERY_S
            self.wall_clock.tick(HEARTBEAT_EVERY_S)
            await self.charger.heartbeat()


@pytest.fixture
def hours(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Hours:
    """Time that passes."""
    hours = Hours(charger, wall_clock)
    loop_time = hass.loop.time
    monkeypatch.setattr(hass.loop, "time", lambda: loop_time() + float(hours.elapsed_s))
    return hours


async def test_an_hour_of_messages_takes_few_rows(
    hass: HomeAssistant, hours: Hours, rows: list[str]
) -> None:
    await hours.pass_time(310)
    rows.clear()
    await hours.pass_time(HOUR_S)
    assert 10 <= rows.count(LAST_HEARD) <= 13
    assert len(rows) <= 26
    heard_at = datetime.fromisoformat(state(hass, LAST_HEARD))
    assert timedelta() <= dt_util.utcnow() - heard_at <= timedelta(minutes=5)


async def test_the_latency_is_that_of_its_answers(
    hass: HomeAssistant, hours: Hours
) -> None:
    # It was asked for a few things when it connected.
    await hours.pass_time(310)
    latency = hass.states.get(LATENCY)
    assert latency is not None
    assert float(latency.state) >= 0
    assert latency.attributes["unit_of_measurement"] == "ms"


async def test_a_connection_that_was_lost_is_counted(
    hass: HomeAssistant, charger: SimulatedCharger, running: MockConfigEntry
) -> None:
    assert state(hass, RECONNECTIONS) == "0"
    url = f"ws://127.0.0.1:{running.data['port']}"
    async with reconnected(charger, url):
        await until(lambda: state(hass, RECONNECTIONS) == "1")
        await charger.heartbeat()
    await until(lambda: state(hass, LATENCY) == "unavailable")
    assert state(hass, RECONNECTIONS) == "1"
    assert state(hass, LAST_HEARD) not in ("unknown", "unavailable")
