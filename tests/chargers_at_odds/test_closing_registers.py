"""Registers that come with the end of a session, and nowhere else."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from custom_components.ocpp.csms.events import Event, TransactionEnded
from tests.simulator.behaviour import Behaviour, Metering, Sessions

from .stage import Stage
from .truth import energy_is_exact

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

MOMENTARY = frozenset(
    {"Power.Active.Import", "Current.Import", "Current.Offered", "Voltage"}
)
METERINGS = {
    "no register": Metering(measurands=MOMENTARY),
    "nothing": Metering(measurands=frozenset(), periodic=False),
    "everything": Metering(),
}


@pytest.mark.parametrize("tells_zero", [False, True])
@pytest.mark.parametrize("kind", METERINGS)
async def test_registers_at_the_end(
    stage: OnStage, kind: str, tells_zero: bool
) -> None:
    sessions = Sessions(closing_registers=True, tells_zero=tells_zero)
    async with stage(Behaviour(metering=METERINGS[kind], sessions=sessions)) as at:
        events: list[Event] = []
        at.station.subscribe_events(events.append)
        for limit_a in (13, 9, 0, 16):
            await at.begins()
            await at.limited(limit_a)
            await at.lasts(180)
            await at.ends()
            await at.lasts(60)
            energy_is_exact(at)
            ended = [each for each in events if isinstance(each, TransactionEnded)]
            assert ended[-1].transaction == at.evse().transaction
            assert not at.evse().meter.power_w
            assert not at.evse().meter.current_a
