"""Chargers that refuse limits in a session, or never answer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ocpp.csms.errors import CallTimeoutError, RejectedError
from custom_components.ocpp.csms.limits.patience.unmet import REFUSES_AFTER, UnmetLimits
from custom_components.ocpp.csms.model import Limit
from tests.csms.bench import MINUTE, PATIENT, Bench
from tests.waiting import until

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def refuses(bench: Bench) -> bool:
    """Return whether the charger is known to refuse its limit."""
    return bench.station.snapshot.evse(1).refuses_limits


async def housekeeping_comes_round(bench: Bench) -> None:
    """Let housekeeping look at the limits."""
    bench.timers.elapse(PATIENT.housekeeping_s)
    bench.station.limits.verify()


async def test_a_charger_that_refuses_each_limit_is_found_out_within_two_minutes(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        charger.refuse_profile = lambda _: True
        with pytest.raises(RejectedError):
            await bench.station.limits.set(1, Limit(0.0))
        await housekeeping_comes_round(bench)
        assert not refuses(bench)
        bench.clock.ahead += MINUTE
        await housekeeping_comes_round(bench)
        assert not refuses(bench)
        bench.clock.ahead += 40 * SECOND
        await housekeeping_comes_round(bench)
        assert refuses(bench)
        charger.refuse_profile = lambda _: False
        await bench.station.limits.set(1, Limit(0.0))
        await housekeeping_comes_round(bench)
        assert not refuses(bench)


async def test_a_charger_that_never_answers_is_found_out(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.unanswered.add("SetChargingProfile")
        setting = asyncio.ensure_future(bench.station.limits.set(1, Limit(0.0)))
        await bench.ignored(charger, setting.done)
        with pytest.raises(CallTimeoutError):
            await setting
        await housekeeping_comes_round(bench)
        bench.clock.ahead += 2 * MINUTE
        await housekeeping_comes_round(bench)
        assert refuses(bench)
        # The end of the session ends it, whatever the charger thinks of limits.
        await charger.unplug()
        await until(lambda: bench.station.snapshot.evse(1).running_transaction is None)
        await housekeeping_comes_round(bench)
        assert not refuses(bench)


async def test_a_charger_that_takes_limits_is_not_accused(bench: Bench) -> None:
    async with bench.in_session() as charger:
        for current_a in (6.0, 0.0, 16.0, 10.0):
            await bench.station.limits.set(1, Limit(current_a))
            bench.clock.ahead += 2 * MINUTE
            await housekeeping_comes_round(bench)
            await charger.heartbeat()
            assert not refuses(bench)


def test_what_is_accepted_in_between_counts() -> None:
    unmet = UnmetLimits()
    for seconds in range(0, 600, 10):
        now = NOON + seconds * SECOND
        accepted_at = NOON + (seconds // 60) * 60 * SECOND
        assert not unmet.is_refused(1, accepted_at, now)


def test_a_clock_that_is_set_accuses_nobody_for_ever() -> None:
    unmet = UnmetLimits()
    assert not unmet.is_refused(1, None, NOON.replace(year=2041))
    assert not unmet.is_refused(1, None, NOON)
    assert unmet.is_refused(1, None, NOON + REFUSES_AFTER)
    unmet.end(1)
    assert not unmet.is_refused(1, None, NOON + REFUSES_AFTER)
