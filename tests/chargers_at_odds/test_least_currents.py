"""Cars that do not go below a current of their own, and chargers that do not obey: neither is taken for the other."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import override

import pytest

from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.behaviour import Behaviour, Limits, Metering
from tests.simulator.car import Car

from .stage import SAFE_A, Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

OWNER = StationSettings(safe_current_a=SAFE_A, max_current_a=16.0)
ENERGY = "Energy.Active.Import.Register"
CLOUDY_A = (16.0, 6.0, 7.0, 6.0, 12.0, 7.0, 13.0, 6.0)
CLEARING_A = (6.0, 7.0, 6.0, 8.0, 13.0, 7.0, 16.0, 0.0, 6.0)


@dataclass(slots=True)
class DeafCar(Car):
    """A car at a charger that offers it the same whatever the limit is."""

    @override
    def step(self, offered_a: float, seconds: float, offered_phases: int = 3) -> None:
        Car.step(self, 16.0, seconds, 3)


@pytest.mark.parametrize("limits_a", [CLOUDY_A, CLEARING_A], ids=["cloudy", "clearing"])
@pytest.mark.parametrize("least_a", [7.3, 8.0, 10.0, 10.3])
@pytest.mark.parametrize(
    "metering", [Metering(), Metering(measurands=frozenset({ENERGY}))]
)
async def test_a_least_current_of_a_car_convicts_no_charger(
    stage: Staging, metering: Metering, least_a: float, limits_a: tuple[float, ...]
) -> None:
    async with stage(Behaviour(metering=metering), settings=OWNER) as at:
        await at.begins(car=Car(least_a=least_a))
        for limit_a in limits_a:
            assert await at.limited(limit_a)
            await at.lasts(120)
            assert not at.evse().ignores_limits
            assert not at.station.limits.learned_compliance.found_ignored


def _least_a(at: Stage) -> dict[int, float]:
    known = at.station.learned.least.at(at.clock())
    return {evse_id: each.current_a for evse_id, each in known.items()}


async def _charges(at: Stage, car: Car, *limits_a: float) -> None:
    await at.begins(car=car)
    for limit_a in limits_a:
        assert await at.limited(limit_a)
        await at.lasts(120)
    await at.ends()


@pytest.mark.parametrize("least_a", [7.3, 8.0, 10.0])
async def test_a_least_current_is_shown_until_a_car_goes_below(
    stage: Staging, least_a: float
) -> None:
    async with stage(settings=OWNER) as at:
        await _charges(at, Car(), 16, 6, 8)
        assert _least_a(at) == {}
        await _charges(at, Car(least_a=least_a), 16, 6, 13)
        assert _least_a(at) == {1: least_a}
        learned_at = at.station.learned.least.draws[1].finding.since
        await _charges(at, Car(least_a=least_a), 6, 16)
        assert at.station.memory.learned_least.draws[1].finding.since == learned_at
        # One that is nearly full draws little at any limit.
        await _charges(at, Car(max_current_a=6), 16)
        assert _least_a(at) == {1: least_a}
        await _charges(at, Car(), 6)
        assert _least_a(at) == {}


async def test_a_least_current_of_a_charger_can_be_forgotten(stage: Staging) -> None:
    limits = Limits(least_a=8)
    async with stage(Behaviour(limits=limits), settings=OWNER) as at:
        await _charges(at, Car(), 16, 6)
        assert _least_a(at) == {1: 7.6}
        at.station.forget_learned()
        assert _least_a(at) == {}


@pytest.mark.parametrize("limits_a", [CLOUDY_A, CLEARING_A], ids=["cloudy", "clearing"])
@pytest.mark.parametrize("drawn_a", [8.0, 10.0, 16.0])
async def test_a_charger_that_ignores_limits_is_found_out_with_any_car(
    stage: Staging, drawn_a: float, limits_a: tuple[float, ...]
) -> None:
    async with stage(settings=OWNER) as at:
        await at.begins(car=DeafCar(max_current_a=drawn_a))
        for limit_a in limits_a:
            await at.limited(limit_a)
            await at.lasts(120)
        assert at.station.limits.learned_compliance.found_ignored


@pytest.mark.parametrize("safe_a", [8.0, 10.0])
async def test_a_charger_that_stays_at_its_default_is_not_taken_for_a_car(
    stage: Staging, safe_a: float
) -> None:
    behaviour = Behaviour(limits=Limits(ignored_purposes=frozenset({"TxProfile"})))
    async with stage(behaviour, settings=replace(OWNER, safe_current_a=safe_a)) as at:
        await at.begins()
        await at.limited(6)
        await at.lasts(300)
        assert at.drawn_a() <= 6
