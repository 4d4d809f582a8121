"""Sessions that a limit of 0 ends, and cars that know no small currents."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.simulator.behaviour import Behaviour, Limits, Sessions
from tests.simulator.car import Car

from .stage import Stage
from .truth import energy_is_exact, shown_and_true

type OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

LEAST_A = 7.3
PURPOSES = {
    "every way": None,
    "by default": frozenset({"TxDefaultProfile"}),
    "by maximum": frozenset({"ChargePointMaxProfile"}),
}


def _starts(at: Stage) -> list[str]:
    """Return the tags of the sessions that it was asked to start."""
    return [
        payload["id_tag"] if "id_tag" in payload else payload["idTag"]
        for action, payload in at.charger.received
        if action == "RemoteStartTransaction"
    ]


@pytest.mark.parametrize("kind", PURPOSES)
async def test_a_session_that_a_pause_has_ended_is_begun_anew_with_a_tag(
    stage: OnStage, kind: str
) -> None:
    behaviour = Behaviour(
        limits=Limits(purposes=PURPOSES[kind]),
        sessions=Sessions(starts_itself=False, tag_setting="FreeTag", ends_paused=True),
        settings={"FreeTag": "sesame"},
    )
    async with stage(behaviour) as at:
        at.configure(id_token="sesame")
        await at.begins()
        for limit_a in (10, 8):
            assert await at.limited(limit_a)
            await at.lasts(90)
            assert at.drawn_a() == pytest.approx(limit_a - 0.4)
            await at.limited(0)
            await at.lasts(120)
            assert at.drawn_a() == 0
            assert at.evse().running_transaction is None
            at.charger.received.clear()
            await at.limited(limit_a)
            await at.lasts(120)
            assert _starts(at) == ["sesame"]
            assert at.evse().running_transaction is not None
            assert at.drawn_a() == pytest.approx(limit_a - 0.4)
            shown_and_true(at)
            energy_is_exact(at)
        assert at.excess_s() <= 20
        assert not at.evse().ignores_limits


@pytest.mark.parametrize("kind", PURPOSES)
async def test_a_car_that_knows_no_small_currents_pauses_and_comes_back(
    stage: OnStage, kind: str
) -> None:
    async with stage(Behaviour(limits=Limits(purposes=PURPOSES[kind]))) as at:
        await at.begins(car=Car(least_a=LEAST_A))
        for limit_a in (9.0, 0.0, 6.0, 0.0, 13.0, 7.0, 0.0, 8.0):
            assert await at.limited(limit_a)
            await at.lasts(120)
            drawn_a = max(limit_a - 0.4, LEAST_A) if limit_a else 0.0
            assert at.drawn_a() == pytest.approx(drawn_a)
            assert at.charger.offered_a() == limit_a
            assert at.evse().running_transaction is not None
            assert not at.evse().ignores_limits
            shown_and_true(at)
            energy_is_exact(at)
        assert not at.station.limits.learned_compliance.found_ignored
