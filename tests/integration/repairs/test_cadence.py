"""A grid meter that is slow is said to be: when it is chosen, and when it is in use."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.conftest import GRID, choose_meters

WATTS = {"unit_of_measurement": "W"}


def _slow(hass: HomeAssistant) -> list[dict[str, str] | None]:
    return [
        issue.translation_placeholders
        for issue in ir.async_get(hass).issues.values()
        if issue.translation_key == "slow_meter"
    ]


async def _report(
    hass: HomeAssistant, clock: FrozenDateTimeFactory, each_s: int, seconds: int
) -> None:
    """Have the meter report at an interval for a while, the same value as often as not."""
    for second in range(0, seconds, 10):
        if second % each_s == 0:
            hass.states.async_set(GRID, str(second // 500), WATTS)
        clock.tick(timedelta(seconds=10))
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
        await hass.async_block_till_done()


@pytest.mark.parametrize("each_s", [60, 180])
async def test_a_slow_meter_is_said_until_it_is_quick(
    hass: HomeAssistant,
    running: MockConfigEntry,
    wall_clock: FrozenDateTimeFactory,
    each_s: int,
) -> None:
    await _report(hass, wall_clock, each_s, 1000)
    assert _slow(hass) == [{"entity": GRID, "seconds": str(each_s)}]
    await _report(hass, wall_clock, 10, 100)
    assert _slow(hass) == []


async def test_a_slow_meter_is_said_when_it_is_chosen(
    recorder_mock: Recorder, hass: HomeAssistant, running: MockConfigEntry
) -> None:
    now_s = dt_util.utcnow().timestamp()
    for number in range(12, 0, -1):
        for entity_id, each_s in (("sensor.slow", 300), ("sensor.quick", 5)):
            at_s = now_s - number * each_s
            hass.states.async_set(entity_id, str(number), WATTS, timestamp=at_s)
    await async_wait_recording_done(hass)
    chosen = ["sensor.quick", "sensor.slow"]
    result = await choose_meters(hass, running, "one_sensor", grid_power=chosen)
    assert result["step_id"] == "slow"
    assert result["description_placeholders"] == {"sensors": "sensor.slow (300 s)"}
    result = await hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["type"] == "create_entry"
    assert running.options["grid_power"] == chosen
