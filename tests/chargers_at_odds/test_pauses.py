"""Sessions of chargers whose pauses turn out otherwise."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from custom_components.ocpp.csms.devices.capabilities import PauseBy
from tests.simulator.behaviour import Behaviour, Sessions

from .stage import Stage

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]


async def test_a_session_that_ends_at_0_a_goes_on_with_the_sun(stage: OnStage) -> None:
    async with stage(Behaviour()) as at:
        await at.begins()
        await at.limited(10)
        await at.lasts(120)
        await at.limited(0)
        await at.lasts(20)
        first_wh = at.charged_wh()
        await at.charger.stop_session("Other")
        await at.settled()
        ended = at.evse().transaction
        assert ended is not None
        assert ended.energy_wh == pytest.approx(first_wh, abs=1)
        await at.lasts(300)
        assert at.charger.received_names.count("RemoteStartTransaction") == 0
        await at.limited(10)
        await at.lasts(120)
        assert at.drawn_a() == pytest.approx(9.6)
        # From now on, its sessions are stopped for a pause.
        assert at.station.capabilities.pause_by is PauseBy.STOP_TRANSACTION
        await at.limited(0)
        await at.lasts(60)
        assert at.drawn_a() == 0
        assert at.charger.received_names.count("RemoteStopTransaction") == 1
        assert at.excess_s() <= 10


async def test_the_owner_is_told_of_a_session_that_cannot_be_started_again(
    stage: OnStage,
) -> None:
    async with stage(Behaviour(sessions=Sessions(restarts=False))) as at:
        await at.begins()
        await at.limited(0)
        await at.charger.stop_session("Other")
        await at.settled()
        await at.lasts(60)
        await at.limited(10)
        await at.lasts(3600)
        assert at.charger.received_names.count("RemoteStartTransaction") <= 5
        assert at.evse().stays_stopped
        await at.ends()
        assert not at.evse().stays_stopped
