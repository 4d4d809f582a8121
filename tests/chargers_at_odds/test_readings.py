"""Sessions of chargers that obey, and whose readings say otherwise, or nothing."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.behaviour import Behaviour, Limits, Metering
from tests.simulator.car import Car

from .stage import SAFE_A, Stage

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

OWNER = StationSettings(safe_current_a=SAFE_A, max_current_a=16.0)
SUN_A = (16.0, 6.0, 9.0, 0.0, 7.0, 13.0, 6.0)
"""The limits of a partly cloudy hour."""


def _volts(l1: float, l2: float, l3: float) -> tuple[dict[str, str], ...]:
    return tuple(
        {"measurand": "Voltage", "unit": "V", "phase": f"{line}-N", "value": str(volts)}
        for line, volts in (("L1", l1), ("L2", l2), ("L3", l3))
    )


ENERGY, POWER, CURRENT = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
)
KINDS = {
    "volts on dead phases": (
        Behaviour(
            phases=1,
            metering=Metering(
                measurands=frozenset({ENERGY, POWER, CURRENT}),
                odd=_volts(232.0, 24.2, 0.0),
            ),
        ),
        Car(phases=1),
    ),
    "energy alone": (
        Behaviour(metering=Metering(measurands=frozenset({ENERGY}))),
        Car(),
    ),
    "power, but no current": (
        Behaviour(metering=Metering(measurands=frozenset({ENERGY, POWER}))),
        Car(),
    ),
    "the same offer for ever": (
        Behaviour(
            metering=Metering(
                measurands=frozenset({ENERGY, CURRENT}),
                odd=({"measurand": "Current.Offered", "unit": "A", "value": "6.0"},),
            )
        ),
        Car(),
    ),
    "the current of all phases together": (
        Behaviour(
            metering=Metering(
                measurands=frozenset({ENERGY, CURRENT}), current_divisor=1 / 3
            )
        ),
        Car(),
    ),
    "a car with a least current of its own": (Behaviour(), Car(least_a=7.3)),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_obedient_charger_is_believed(stage: OnStage, kind: str) -> None:
    behaviour, car = KINDS[kind]
    async with stage(behaviour, settings=OWNER) as at:
        await at.begins(car=replace(car))
        for limit_a in SUN_A * 2:
            assert await at.limited(limit_a)
            await at.lasts(90)
            assert not at.evse().ignores_limits
            in_force = at.station.limits.in_force(1)
            assert in_force is not None
            assert in_force.variant.lifetime is not None
            drawn_a = max(limit_a - car.offset_a, car.least_a) if limit_a else 0.0
            assert at.drawn_a() == pytest.approx(drawn_a, abs=0.01)
        assert not at.station.limits.learned_compliance.found_ignored
        await at.ends()
        ended = at.evse().transaction
        assert ended is not None
        assert ended.energy_wh == pytest.approx(at.charged_wh(), abs=1)


@pytest.mark.parametrize(
    "measurands", [(ENERGY,), (ENERGY, POWER), (ENERGY, CURRENT)], ids=" and ".join
)
async def test_a_charger_that_ignores_its_limit_is_found_out_by_whatever_it_tells(
    stage: OnStage, measurands: tuple[str, ...]
) -> None:
    behaviour = Behaviour(
        limits=Limits(ignored_purposes=frozenset({"TxProfile"})),
        metering=Metering(measurands=frozenset(measurands)),
    )
    async with stage(behaviour, settings=replace(OWNER, safe_current_a=16.0)) as at:
        await at.begins()
        assert await at.limited(7)
        await at.lasts(600)
        assert at.drawn_a() <= 7
        assert not at.evse().ignores_limits
        await at.ends()
        ended = at.evse().transaction
        assert ended is not None
        assert ended.energy_wh == pytest.approx(at.charged_wh(), abs=1)


@pytest.mark.parametrize("measurands", [(ENERGY,), (ENERGY, POWER)], ids=" and ".join)
async def test_the_owner_is_told_of_a_charger_that_ignores_everything(
    stage: OnStage, measurands: tuple[str, ...]
) -> None:
    purposes = {"TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"}
    behaviour = Behaviour(
        limits=Limits(ignored_purposes=frozenset(purposes)),
        metering=Metering(measurands=frozenset(measurands)),
    )
    async with stage(behaviour, settings=OWNER) as at:
        await at.begins()
        assert await at.limited(7)
        await at.lasts(1800)
        assert at.evse().ignores_limits


async def test_a_charger_that_ignores_everything_is_stopped_for_a_pause(
    stage: OnStage,
) -> None:
    purposes = {"TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"}
    behaviour = Behaviour(
        limits=Limits(ignored_purposes=frozenset(purposes)),
        metering=Metering(measurands=frozenset({ENERGY})),
    )
    async with stage(behaviour, settings=OWNER) as at:
        await at.begins()
        assert await at.limited(0)
        await at.lasts(240)
        assert at.drawn_a() == 0
