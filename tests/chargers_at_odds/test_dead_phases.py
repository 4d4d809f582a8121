"""A car on one phase of three; the others are dead, and tell noise."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from itertools import cycle

import pytest

from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.behaviour import Behaviour, Metering
from tests.simulator.car import Car

from .stage import SAFE_A, Stage
from .truth import energy_is_exact

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

OWNER = StationSettings(safe_current_a=SAFE_A, max_current_a=16.0)
ENERGY, POWER, CURRENT = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
)
NOISE_A = ((0.0, 0.4), (0.4, 0.1), (0.2, 0.3), (0.4, 0.4), (0.0, 0.0))
LIMITS_A = (6.0, 16.0, 8.0, 6.0, 11.0, 7.0, 0.0, 6.0)


def _sample(measurand: str, unit: str, phase: str, value: float) -> dict[str, str]:
    return {
        "measurand": measurand,
        "unit": unit,
        "phase": phase,
        "value": f"{value:.1f}",
    }


def _noise(noise_a: tuple[float, float], volts: bool) -> tuple[dict[str, str], ...]:
    currents = [
        _sample(CURRENT, "A", line, value)
        for line, value in zip(("L2", "L3"), noise_a, strict=True)
    ]
    voltages = [
        _sample("Voltage", "V", f"{line}-N", value)
        for line, value in (("L1", 229.6), ("L2", 3.4), ("L3", 1.2 + noise_a[0]))
    ]
    return tuple(currents + voltages if volts else currents)


@pytest.mark.parametrize("volts", [True, False])
@pytest.mark.parametrize(
    "measurands",
    [(ENERGY, POWER, CURRENT), (ENERGY, CURRENT)],
    ids=" and ".join,
)
async def test_noise_on_dead_phases(
    stage: OnStage, measurands: tuple[str, ...], volts: bool
) -> None:
    metering = Metering(measurands=frozenset(measurands))
    settings = {"MeterValuesSampledData": ",".join(measurands)}
    behaviour = Behaviour(phases=1, metering=metering, settings=settings)
    async with stage(behaviour, settings=OWNER) as at:
        noise = cycle(NOISE_A)

        async def lasts(steps: int) -> None:
            for _ in range(steps):
                told = replace(metering, odd=_noise(next(noise), volts))
                at.charger.behaviour = replace(at.charger.behaviour, metering=told)
                await at.lasts(10)

        await at.begins(car=Car(phases=1))
        for limit_a in LIMITS_A:
            assert await at.limited(limit_a)
            await lasts(9)
            drawn_a = at.drawn_a()
            assert drawn_a == pytest.approx(limit_a - 0.4 if limit_a else 0, abs=0.01)
            meter = at.evse().meter
            assert meter.phases_in_use == (1 if limit_a else 0)
            assert meter.current_a == pytest.approx(
                drawn_a, abs=0.1 if limit_a else 0.4
            )
            assert not at.evse().ignores_limits
        assert not at.station.limits.learned_compliance.found_ignored
        energy_is_exact(at)
        await at.ends()
        energy_is_exact(at)
