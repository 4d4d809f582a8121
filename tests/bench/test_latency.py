"""Latency from the grid meter's state to the charger's frame, and cost of a step of the surplus controller.

scripts/bench latency
"""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import gc
import json
import logging
import math
import os
from statistics import median, quantiles
import sys
import time

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER
from custom_components.ocpp.hub import Hub
from custom_components.ocpp.surplus.controller import step
from custom_components.ocpp.surplus.model import (
    ChargerReading,
    ChargerSettings,
    Decision,
    SiteReading,
)
from custom_components.ocpp.surplus.modes import Mode
from custom_components.ocpp.surplus.state import State
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

GRID = "sensor.grid_power"
VOLTAGE_V = 230.0
CHARGERS = (1, 20, 100)
FRAMES = int(os.environ.get("BENCH_FRAMES", "40"))
"""Number of frames for each number of chargers; `scripts/bench` has more of them."""
WARM_UP = 5
"""Number of samples that do not count, since a new session gets its first limit with care."""
SAMPLE_S = 30
"""Interval of the meter's samples on the controller's clock, so that each leads to new limits."""
PACE_S = 0.05
"""Pause of the machine between two samples, and in addition for each charger."""
PACE_PER_CHARGER_S = 0.005

STEPS = 200
STEP_CHARGERS = (1, 10, 20, 100, 200)
REQUIRED_MS = 10.0


def _print(text: str) -> None:
    """Print a row of the table."""
    print(f"\n| {text} |", end="")


def _percentile_99(values: list[float]) -> float:
    return quantiles(values, n=100)[-1] if len(values) > 1 else values[0]


# From the grid meter to the frame.


@dataclass
class Clock:
    """Wall clock that runs ahead of the machine's."""

    ahead_s: float = 0.0

    def utcnow(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)


@pytest.fixture
def clock(
    enable_custom_integrations: None,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Clock:
    """The controller's clock, in a Home Assistant that finds the integration and that chargers reach."""
    clock = Clock()
    monkeypatch.setattr(dt_util, "utcnow", clock.utcnow)
    return clock


async def _set_up(hass: HomeAssistant, port: int, chargers: int) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=3,
        data={"host": "127.0.0.1", "port": port},
        options={"grid_power": GRID},
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


def _drawn_w(hub: Hub) -> float:
    """Return the power of cars that follow their limits."""
    limits = [charger.evse(1).limit for charger in hub.chargers.values()]
    return sum(3 * VOLTAGE_V * limit.current_a for limit in limits if limit)


async def _watch_the_sun(
    hass: HomeAssistant, hub: Hub, clock: Clock, chargers: int
) -> tuple[list[float], list[float]]:
    """Have the meter show many different suns; return the instant of each sample, and the processor time of its decisions.

    Each sun is shown twice, since a single sample that differs by far from the one before is not believed.
    """
    shown_s, busy_ms = [], []
    pace_s = PACE_S + PACE_PER_CHARGER_S * chargers
    for number in range(2 * (WARM_UP + max(FRAMES // 5, FRAMES // chargers))):
        sun_w = chargers * 3 * VOLTAGE_V * (11 + 3 * math.sin(number // 2 * 1.3))
        clock.ahead_s += SAMPLE_S
        grid_w = _drawn_w(hub) - sun_w
        shown_s.append(time.monotonic())
        begin = time.process_time()
        hass.states.async_set(
            GRID,
            f"{grid_w:.0f}",
            {"unit_of_measurement": "W"},
            timestamp=clock.utcnow().timestamp(),
        )
        busy_ms.append((time.process_time() - begin) * 1000)
        await asyncio.sleep(pace_s)
    return shown_s[2 * WARM_UP :], busy_ms[2 * WARM_UP :]


def _latencies_ms(
    shown_s: list[float], told: list[tuple[int, float, float]]
) -> Iterator[float]:
    """Yield the time from the meter's state to each new limit; a renewed limit does not count."""
    latest: dict[int, float] = {}
    for number, at_s, limit in told:
        changed = latest.get(number) != limit
        latest[number] = limit
        if changed and at_s > shown_s[0]:
            yield (at_s - max(s for s in shown_s if s <= at_s)) * 1000


async def _measure(
    hass: HomeAssistant, port: int, clock: Clock, chargers: int
) -> tuple[list[float], list[float]]:
    entry = await _set_up(hass, port, chargers)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.sessions"),
        *(f"ws://127.0.0.1:{port}", str(chargers)),
        stdin=PIPE,
        stdout=PIPE,
        limit=2**24,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    # Until all have been asked and set up, they have other things to be told.
    await asyncio.sleep(1 + 0.05 * chargers)
    gc.collect()
    shown_s, busy_ms = await _watch_the_sun(hass, entry.runtime_data, clock, chargers)
    process.stdin.write(b"\n")
    told = json.loads(await process.stdout.readline())
    process.stdin.write(b"\n")
    await process.wait()
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    return list(_latencies_ms(shown_s, told)), busy_ms


@pytest.mark.timeout(300)
async def test_the_latency_from_meter_to_frame(
    hass: HomeAssistant, unused_tcp_port_factory: object, clock: Clock
) -> None:
    """Print the latencies for few chargers and for many."""
    logging.getLogger().setLevel(logging.ERROR)
    hass.loop.set_debug(False)
    assert callable(unused_tcp_port_factory)
    _print(
        "Chargers | Frames | Meter to frame, median | 99th percentile | Event loop busy"
    )
    for chargers in CHARGERS:
        port = unused_tcp_port_factory()
        latencies_ms, busy_ms = await _measure(hass, port, clock, chargers)
        assert len(latencies_ms) > FRAMES / 4
        _print(
            f"{chargers} | {len(latencies_ms)} | {median(latencies_ms):.1f} ms | {_percentile_99(latencies_ms):.1f} ms"
            f" | {median(busy_ms):.1f} ms"
        )


# What a step costs.


def _reading(decision: Decision, measured_at_s: float) -> ChargerReading:
    """Return the reading of a charger whose car draws what it is offered."""
    charging = decision.current_a > 0
    return ChargerReading(
        settings=ChargerSettings(switches_phases=True, switch_pause_s=10.0),
        mode=Mode.PV_PRIORITY,
        ready=True,
        charging=charging,
        current_a=decision.current_a,
        phases_in_use=(decision.phases or 3) if charging else None,
        voltage_v=VOLTAGE_V,
        measured_at_s=measured_at_s,
    )


def _step_costs_ms(chargers: int) -> list[float]:
    """Return the processor time of each of many steps: a sample of the grid every 2 s, meter values every 10 s."""
    keys = [f"CP{number}/1" for number in range(1, chargers + 1)]
    decisions: Mapping[str, Decision] = dict.fromkeys(keys, Decision(8.0, 3))
    state = State()
    readings: Mapping[str, ChargerReading] = {}
    costs_ms = []
    for number in range(STEPS):
        now_s = 1e9 + 2 * number
        if number % 5 == 0:
            readings = {key: _reading(decisions[key], now_s) for key in keys}
        drawn_w = sum(
            decision.current_a * (decision.phases or 3) * VOLTAGE_V
            for decision in decisions.values()
        )
        sun_w = chargers * 3 * VOLTAGE_V * (10 + 4 * math.sin(number / 9))
        site = SiteReading(drawn_w - sun_w, now_s)
        begin = time.process_time()
        outcome = step(state, site, readings, now_s)
        costs_ms.append((time.process_time() - begin) * 1000)
        state = outcome.state
        decisions = {**decisions, **outcome.decisions}
    return costs_ms


def test_the_cost_of_a_step() -> None:
    """Print the cost for few chargers and for many; its growth is counted among the tests of the controller."""
    medians_ms = {}
    _print("Chargers | One step, median | 99th percentile | at most")
    for chargers in STEP_CHARGERS:
        gc.collect()
        costs_ms = _step_costs_ms(chargers)
        medians_ms[chargers] = median(costs_ms)
        _print(
            f"{chargers} | {medians_ms[chargers]:.2f} ms | {_percentile_99(costs_ms):.2f} ms | {max(costs_ms):.2f} ms"
        )
    verdict = "under" if medians_ms[100] < REQUIRED_MS else "NOT under"
    _print(f"at 100 chargers {verdict} {REQUIRED_MS:.0f} ms")
