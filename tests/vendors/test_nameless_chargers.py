"""Chargers of makes that nobody has heard of find their way, too, however odd they are."""

from dataclasses import replace

import pytest

from tests.simulator.behaviour import (
    Behaviour,
    Limits,
    Metering,
    Numbering,
    Register,
    Sessions,
)
from tests.simulator.makes import MAKES, Make
from tests.timers import Timers

from .matrix import bench, charge, problems

ODDITIES = {
    "tells no unit": Behaviour(metering=Metering(unit=None)),
    "tells each phase and no total": Behaviour(metering=Metering(by_phase=True)),
    "tells values when asked alone": Behaviour(metering=Metering(periodic=False)),
    "counts each session from zero": Behaviour(
        metering=Metering(register=Register.SESSION)
    ),
    "takes watts alone, and does not say so": Behaviour(
        limits=Limits(units=frozenset({"W"}))
    ),
    "numbers sessions as it likes": Behaviour(
        sessions=Sessions(numbering=Numbering.NEGATIVE)
    ),
}


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """Let the tests use the loopback interface."""


def _nameless(name: str) -> Make:
    return replace(MAKES[name], vendor="Nobody", model="Knows")


@pytest.mark.parametrize("oddity", ODDITIES)
async def test_an_odd_charger_is_charged_from_the_sun(oddity: str) -> None:
    make = Make("Nobody", "Knows", behaviour=ODDITIES[oddity])
    row = await charge(oddity, make)
    assert problems(make, row) == ["it was not recognised"]


async def test_a_charger_that_ignores_the_limit_of_a_session_is_told_a_default() -> (
    None
):
    limits = Limits(ignored_purposes=frozenset({"TxProfile"}))
    make = Make("Nobody", "Knows", behaviour=Behaviour(limits=limits))
    async with bench(make) as at:
        assert await at.limit(13)
        assert await at.begin(by_itself=True)
        assert await at.pass_time(120) > 12
        assert await at.limit(8)
        assert 7 < await at.pass_time(60) <= 8


async def test_a_charger_that_does_not_answer_one_kind_of_profile_is_told_another(
    timers: Timers,
) -> None:
    async with bench(_nameless("timxon"), timers) as at:
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
