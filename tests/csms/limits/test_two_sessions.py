"""Limits of two sessions at one charger, over a real socket: neither waits for the other, nor undoes it."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.model import Limit
from tests.csms.bench import MINUTE, Bench
from tests.csms.conftest import GRACE_S
from tests.simulator.charger import Payload, SimulatedCharger
from tests.waiting import until

from .two_cars import start_session, two_cars, two_connectors

SIX, TEN, SIXTEEN = Limit(6), Limit(10), Limit(16)


def _is_for_session(profile: Payload) -> bool:
    return bool(profile["charging_profile_purpose"] == "TxProfile")


def _is_for_first(profile: Payload) -> bool:
    """Return whether a profile is for the first connector, or for the charger as a whole."""
    return profile["charging_profile_id"] in {101, 201, 300, 401}


def _defaults(charger: SimulatedCharger) -> list[tuple[int, float]]:
    """Return the defaults that were written to the charger's flash: connector and limit."""
    return [
        (connector_id, limit_a)
        for connector_id, purpose, limit_a in charger.received_limits
        if purpose == "TxDefaultProfile"
    ]


async def test_only_a_new_session_is_given_time(patient_bench: Bench) -> None:
    async with two_cars(patient_bench) as charger:
        async with asyncio.timeout(GRACE_S / 3):
            for limit in (SIX, TEN, SIXTEEN):
                for evse_id in (1, 2):
                    await patient_bench.station.limits.set(evse_id, limit)
        assert charger.offered_a(1) == charger.offered_a(2) == 16


async def test_the_limit_of_one_session_does_not_wait_for_a_new_one(
    patient_bench: Bench,
) -> None:
    async with two_connectors(patient_bench) as charger:
        await start_session(patient_bench, charger, 1)
        patient_bench.clock.ahead += MINUTE
        await start_session(patient_bench, charger, 2)
        limits = patient_bench.station.limits
        of_new_session = asyncio.create_task(limits.set(2, TEN))
        async with asyncio.timeout(GRACE_S / 3):
            await until(lambda: patient_bench.station.snapshot.evse(2).limit == TEN)
            await limits.set(1, TEN)
        assert charger.offered_a(1) == 10
        assert not of_new_session.done()
        of_new_session.cancel()


async def test_unchanged_limits_are_not_written_again_where_only_defaults_are_taken(
    quiet_bench: Bench,
) -> None:
    async with two_cars(quiet_bench) as charger:
        charger.refuse_profile = _is_for_session
        limits = quiet_bench.station.limits
        for evse_id in (1, 2):
            await limits.set(evse_id, TEN)
        assert charger.offered_a(1) == charger.offered_a(2) == 10
        for _ in range(30):
            quiet_bench.clock.ahead += timedelta(seconds=10)
            await limits.uphold()
        assert _defaults(charger) == [(1, 10), (2, 10)]


async def test_a_session_whose_limit_is_refused_does_not_hold_the_other_up(
    quiet_bench: Bench,
) -> None:
    async with two_cars(quiet_bench) as charger:
        charger.refuse_profile = _is_for_first
        limits = quiet_bench.station.limits
        results = await asyncio.gather(
            limits.set(1, TEN), limits.set(2, TEN), return_exceptions=True
        )
        assert isinstance(results[0], RejectedError)
        assert charger.offered_a(2) == 10
        # A charger has one call at a time, but the calls for both take turns.
        connector_ids = [connector_id for connector_id, _, _ in charger.received_limits]
        assert connector_ids.index(2) == 1


async def test_upkeep_goes_on_after_a_refusal(quiet_bench: Bench) -> None:
    async with two_cars(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        for evse_id in (1, 2):
            await limits.set(evse_id, TEN)
        charger.refuse_profile = _is_for_first
        charger.received.clear()
        quiet_bench.clock.ahead += 3 * MINUTE
        with pytest.raises(RejectedError):
            await limits.uphold()
        assert (2, "TxProfile", 10) in charger.received_limits
