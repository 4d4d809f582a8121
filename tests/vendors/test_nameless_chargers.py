"""Chargers of makes that nobody has heard of find their way, too, however odd they are."""

from dataclasses import replace

import pytest

from custom_components.ocpp.csms.capabilities import Traits
from custom_components.ocpp.csms.station import StationSettings
from tests.simulator.makes import MAKES, Make

from .matrix import bench


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


def _nameless(name: str) -> Make:
    return replace(MAKES[name], vendor="Nobody", model="Knows")


async def test_a_charger_that_does_not_answer_one_kind_of_profile_is_told_another() -> (
    None
):
    impatient = StationSettings(traits=Traits(call_timeout_s=0.2))
    async with bench(_nameless("timxon"), impatient) as at:
        assert at.station.known_model is None
        assert await at.begin(by_itself=True)
        assert await at.limit(10)
        assert 0 < await at.pass_time(60) <= 10


async def test_a_charger_that_takes_no_limits_is_left_alone_for_a_while() -> None:
    async with bench(_nameless("siemens")) as at:
        assert await at.begin(by_itself=True)
        assert not await at.limit(10)
        told = len(at.charger.received)
        await at.pass_time(50)
        assert len(at.charger.received) == told
