"""Statuses that change each two seconds while the car charges on."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from itertools import cycle

import pytest

from custom_components.ocpp.csms.events import Event
from tests.simulator.behaviour import Behaviour, Metering

from .stage import Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

STATUSES = ("Charging", "SuspendedEV", "SuspendedEVSE")
EACH_S = 2
SETTLES_S = 20
"""The time until what flaps is not believed any more: the next reading and the change after that."""


@pytest.mark.parametrize("interval_s", [10, 60])
async def test_statuses_that_flap_while_power_flows(
    stage: OnStage, interval_s: int
) -> None:
    behaviour = Behaviour(
        metering=Metering(least_interval_s=interval_s),
        settings={"MeterValueSampleInterval": str(interval_s)},
    )
    async with stage(behaviour) as at:
        await at.begins()
        await at.limited(11)
        await at.lasts(60)
        events: list[Event] = []
        at.station.subscribe_events(events.append)
        flapping = cycle(STATUSES)
        for limit_a in (11, 7):
            await at.limited(limit_a)
            for passed_s in range(0, 60 + interval_s, EACH_S):
                await _tells(at, next(flapping))
                await at.lasts(EACH_S, step_s=EACH_S)
                if passed_s >= SETTLES_S + interval_s:
                    shown_and_true(at)
            await at.charger.meter()
            energy_is_exact(at)
            assert at.charger.offered_a() == limit_a
        assert not events
        assert at.excess_s() <= 20
        assert not at.evse().ignores_limits
        # A pause that stays is one.
        await at.limited(0)
        await _tells(at, "SuspendedEVSE")
        await at.lasts(60)
        shown_and_true(at)
        await at.ends()
        energy_is_exact(at)
        shown_and_true(at)


async def _tells(at: Stage, status: str) -> None:
    manners = replace(at.charger.behaviour.manners, status_in_session=status)
    at.charger.behaviour = replace(at.charger.behaviour, manners=manners)
    await at.charger.report_status()
