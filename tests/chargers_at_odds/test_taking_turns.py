"""Two EVSEs that only one maximum of the charger limits: one pauses while the other charges, and the other way round."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from custom_components.ocpp.csms.devices.capabilities import PauseBy
from tests.simulator.behaviour import Behaviour, Limits

from .stage import Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

MAXIMUM = Behaviour(limits=Limits(purposes=frozenset({"ChargePointMaxProfile"})))


@pytest.mark.parametrize("pause_by", [PauseBy.ZERO_CURRENT, PauseBy.STOP_TRANSACTION])
async def test_two_cars_take_turns(stage: OnStage, pause_by: PauseBy) -> None:
    async with stage(MAXIMUM, connectors=2) as at:
        at.configure(pause_by=pause_by)
        for evse_id in (1, 2):
            await at.begins(evse_id)
        await at.lasts(30)
        for paused, charging, limit_a in ((1, 2, 10.0), (2, 1, 13.0), (1, 2, 7.0)):
            await at.limited(0, paused)
            await at.limited(limit_a, charging)
            await at.lasts(180)
            assert at.drawn_a(paused) == 0
            # A limit of 0 is one for both; a session that is stopped holds nobody back.
            shared = pause_by is PauseBy.ZERO_CURRENT
            assert at.drawn_a(charging) == pytest.approx(0 if shared else limit_a - 0.4)
            _check(at)
        for evse_id in (1, 2):
            await at.limited(9, evse_id)
        await at.lasts(120)
        for evse_id in (1, 2):
            assert at.drawn_a(evse_id) == pytest.approx(8.6)
        _check(at)


def _check(at: Stage) -> None:
    for evse_id in (1, 2):
        shown_and_true(at, evse_id)
        energy_is_exact(at, evse_id)
        assert at.excess_s(evse_id) <= 20
        assert not at.evse(evse_id).ignores_limits
