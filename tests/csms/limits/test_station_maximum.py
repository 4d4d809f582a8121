"""Chargers that limit their connectors only together, over a real socket: nobody gets more than he may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    PauseBy,
    PhaseSwitching,
    Purpose,
    Traits,
)
from custom_components.ocpp.csms.evses.status import Connector, ConnectorStatus
from custom_components.ocpp.csms.limits.station_maximum import lowest_limit
from custom_components.ocpp.csms.model import Evse, Limit
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import Payload, SimulatedCharger
from tests.waiting import until

from .two_cars import start_session, two_cars, two_connectors

SAFE_A = 8.0
PAUSE, SIX, TEN, TWELVE, SIXTEEN = (Limit(amps) for amps in (0, 6, 10, 12, 16))


def _configure(bench: Bench, pause_by: PauseBy = PauseBy.ZERO_CURRENT) -> None:
    traits = Traits.of(purposes=(Purpose.CHARGE_POINT_MAX,), pause_by=pause_by)
    bench.station.configure(StationSettings(safe_current_a=SAFE_A, traits=traits))


@asynccontextmanager
async def _charging(
    bench: Bench, pause_by: PauseBy = PauseBy.ZERO_CURRENT
) -> AsyncIterator[SimulatedCharger]:
    """Have two cars charge at a charger that takes nothing but a maximum."""
    async with two_cars(bench) as charger:
        for connector in charger.connectors.values():
            connector.profiles.clear()
        _configure(bench, pause_by)
        yield charger


def _offered_a(charger: SimulatedCharger) -> tuple[float, float]:
    return charger.offered_a(1), charger.offered_a(2)


def _is_no_maximum(profile: Payload) -> bool:
    return bool(profile["charging_profile_purpose"] != "ChargePointMaxProfile")


def _maxima_a(charger: SimulatedCharger) -> list[float]:
    """Return the maxima that came; they replace each other, and are for the charger as a whole."""
    profiles = [
        (payload["connector_id"], payload["profile"]["charging_profile_id"])
        for action, payload in charger.received
        if action == "SetChargingProfile"
    ]
    assert set(profiles) <= {(0, 300)}
    return [limit_a for _, _, limit_a in charger.received_limits]


@pytest.mark.parametrize("first", [1, 2])
async def test_no_car_is_offered_more_than_the_lowest_limit(
    quiet_bench: Bench, first: int
) -> None:
    async with _charging(quiet_bench) as charger:
        requests = {1: SIX, 2: SIXTEEN}
        for evse_id in (first, 3 - first):
            in_force = await quiet_bench.station.limits.set(evse_id, requests[evse_id])
        assert in_force is not None
        assert in_force.limit == SIX
        assert _offered_a(charger) == (6, 6)
        assert max(_maxima_a(charger)) <= SAFE_A
        assert not quiet_bench.station.limits.pending


async def test_the_maximum_rises_with_the_lowest_limit(quiet_bench: Bench) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, SIX)
        await limits.set(2, SIXTEEN)
        await limits.set(1, TWELVE)
        assert _offered_a(charger) == (12, 12)
        assert _maxima_a(charger) == [6, 12]


async def test_the_maximum_rises_when_the_session_with_the_lowest_limit_ends(
    quiet_bench: Bench,
) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, SIX)
        await limits.set(2, SIXTEEN)
        await charger.stop_session(connector_id=1)
        assert limits.pending
        await limits.uphold()
        assert charger.offered_a(2) == 16


async def test_a_car_without_a_limit_of_its_own_counts_with_the_safe_current(
    quiet_bench: Bench,
) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(2, SIXTEEN)
        assert _offered_a(charger) == (SAFE_A, SAFE_A)


async def test_the_maximum_rises_when_the_lowest_limit_is_cleared(
    quiet_bench: Bench,
) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, SIX)
        await limits.set(2, SIXTEEN)
        await limits.clear(1)
        assert _offered_a(charger) == (6, 6)
        await limits.uphold()
        assert _offered_a(charger) == (SAFE_A, SAFE_A)


async def test_a_maximum_that_may_have_been_cleared_along_is_sent_again(
    quiet_bench: Bench,
) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, Limit(SAFE_A))
        await limits.set(2, SIXTEEN)
        for connector in charger.connectors.values():
            connector.profiles.clear()
        await limits.clear(1)
        await limits.uphold()
        assert _offered_a(charger) == (SAFE_A, SAFE_A)


@pytest.mark.parametrize("is_known_beforehand", [True, False])
async def test_the_maximum_is_cleared_with_the_last_limit(
    quiet_bench: Bench, is_known_beforehand: bool
) -> None:
    async with _charging(quiet_bench) as charger:
        if not is_known_beforehand:
            quiet_bench.configure()
            charger.refuse_profile = _is_no_maximum
        limits = quiet_bench.station.limits
        for evse_id in (1, 2):
            await limits.set(evse_id, TEN)
        for evse_id in (1, 2):
            await limits.clear(evse_id)
        assert _offered_a(charger) == (charger.max_current_a, charger.max_current_a)
        assert not limits.pending


async def test_a_maximum_of_an_earlier_run_is_cleared(quiet_bench: Bench) -> None:
    async with _charging(quiet_bench) as charger:
        maximum = {
            "charging_schedule": {
                "charging_rate_unit": "A",
                "charging_schedule_period": [{"start_period": 0, "limit": 10}],
            }
        }
        for connector in charger.connectors.values():
            connector.profiles["ChargePointMaxProfile", 0] = maximum
        assert _offered_a(charger) == (10, 10)
        await quiet_bench.station.limits.clear(1)
        assert _offered_a(charger) == (charger.max_current_a, charger.max_current_a)


async def test_a_limit_counts_once_its_session_starts(quiet_bench: Bench) -> None:
    async with two_connectors(quiet_bench) as charger:
        for connector in charger.connectors.values():
            connector.profiles.clear()
        _configure(quiet_bench)
        charger.received.clear()
        limits = quiet_bench.station.limits
        for evse_id, limit in ((1, SIX), (2, SIXTEEN)):
            assert await limits.set(evse_id, limit) is None
        assert charger.received == []
        await start_session(quiet_bench, charger, 2)
        await until(lambda: charger.offered_a(2) == 16)
        await start_session(quiet_bench, charger, 1)
        await until(lambda: _offered_a(charger) == (6, 6))
        assert _maxima_a(charger) == [16, 6]


async def test_a_maximum_is_sent_once_for_all_that_share_it(quiet_bench: Bench) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        for evse_id in (1, 2):
            await limits.set(evse_id, TEN)
        limits.forget()
        charger.received.clear()
        await limits.uphold()
        assert _maxima_a(charger) == [10]


async def test_the_pause_of_one_car_pauses_all(quiet_bench: Bench) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, SIXTEEN)
        await limits.set(2, PAUSE)
        assert _offered_a(charger) == (0, 0)
        await limits.set(2, TEN)
        assert _offered_a(charger) == (10, 10)


async def test_others_go_on_where_a_pause_stops_the_session(quiet_bench: Bench) -> None:
    async with _charging(quiet_bench, PauseBy.STOP_TRANSACTION) as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, SIXTEEN)
        await limits.set(2, PAUSE)
        await until(
            lambda: (
                quiet_bench.station.snapshot.evse(2).status is ConnectorStatus.FINISHING
            )
        )
        await limits.uphold()
        assert charger.offered_a(1) == 16


async def test_a_car_that_follows_the_others_limit_is_not_taken_for_disobedient(
    quiet_bench: Bench,
) -> None:
    async with _charging(quiet_bench) as charger:
        limits = quiet_bench.station.limits
        await limits.set(2, SIXTEEN)
        await limits.set(1, SIXTEEN)
        await limits.set(2, Limit(SAFE_A))
        for _ in range(6):
            quiet_bench.clock.ahead += MINUTE / 6
            offered = {"measurand": "Current.Offered", "value": f"{SAFE_A}"}
            await charger.meter([offered | {"unit": "A"}])
            limits.verify()
        assert not limits.learned_compliance.ignored
        assert not limits.pending


async def test_a_charger_that_turns_out_to_take_nothing_else_gets_one_maximum(
    quiet_bench: Bench,
) -> None:
    async with two_cars(quiet_bench) as charger:
        for connector in charger.connectors.values():
            connector.profiles.clear()
        charger.refuse_profile = _is_no_maximum
        limits = quiet_bench.station.limits
        await limits.set(1, SIX)
        await limits.set(2, SIXTEEN)
        assert _offered_a(charger) == (6, 6)
        charger.received.clear()
        await limits.uphold()
        assert charger.received == []


LIMITS = st.one_of(
    st.none(),
    st.builds(
        Limit,
        st.floats(0, 32).map(lambda amps: round(amps, 1)),
        st.sampled_from([None, 1, 3]),
    ),
)
EVSES = st.builds(
    Evse,
    st.integers(1, 9),
    limit=LIMITS,
    connectors=st.sampled_from(ConnectorStatus).map(
        lambda status: {1: Connector(1, status)}
    ),
)


@given(limit=LIMITS.filter(lambda limit: limit is not None), others=st.lists(EVSES))
def test_no_car_may_draw_more_than_its_own_limit(
    limit: Limit, others: list[Evse]
) -> None:
    capabilities = Capabilities(phase_switching=PhaseSwitching.PROFILE)
    lowest = lowest_limit(limit, others, capabilities, SAFE_A)
    charging = [evse for evse in others if evse.status is ConnectorStatus.CHARGING]
    for each in [limit, *(evse.limit or Limit(SAFE_A) for evse in charging)]:
        assert lowest.current_a <= each.current_a
        assert each.phases is None or (lowest.phases or 3) <= each.phases


def test_a_car_with_an_external_profile_does_not_count() -> None:
    external = Evse(
        2,
        connectors={1: Connector(1, ConnectorStatus.CHARGING)},
        external_profile=True,
    )
    assert lowest_limit(SIXTEEN, [external], Capabilities(), SAFE_A) == SIXTEEN


def test_a_charger_that_cannot_pause_is_never_given_less_than_its_least() -> None:
    stopping = Capabilities(pause_by=PauseBy.STOP_TRANSACTION, minimum_current_a=7)
    paused = Evse(
        2, connectors={1: Connector(1, ConnectorStatus.CHARGING)}, limit=PAUSE
    )
    assert lowest_limit(SIXTEEN, [paused], stopping, SAFE_A) == Limit(7)
