"""A clock that is set while chargers are connected, and one that was wrong for a moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.devices.capabilities import Capabilities
from custom_components.ocpp.csms.evses.transaction import Transaction
from custom_components.ocpp.csms.limits.compliance import InForce
from custom_components.ocpp.csms.limits.patience.backoff import Backoff
from custom_components.ocpp.csms.limits.profile_variants import transaction_variants
from custom_components.ocpp.csms.model import Evse, Limit, Snapshot
from custom_components.ocpp.csms.tokens.state import PresentedToken
from custom_components.ocpp.csms.transactions.clock_steps import (
    ClockStep,
    ClockWatch,
    corrected,
)
from tests.csms.bench import Bench

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOON = timedelta(minutes=5)


def years_until(year: int) -> timedelta:
    """Return how far a clock is ahead that shows a year."""
    return NOON.replace(year=year) - NOON


async def test_a_session_that_began_before_the_clock_was_set_lasts_no_decades(
    bench: Bench,
) -> None:
    bench.clock.ahead = years_until(1970)
    async with bench.in_session() as charger:
        begun = bench.station.snapshot.evse(1).running_transaction
        assert begun is not None
        assert begun.started_at.year < 1975
        bench.clock.ahead = timedelta()
        await charger.heartbeat()
        now = bench.clock()
        running = bench.station.snapshot.evse(1).running_transaction
        assert running is not None
        assert running.id == begun.id
        assert timedelta() <= now - running.started_at < SOON
        connected_at = bench.station.snapshot.connected_at
        assert connected_at is not None
        assert timedelta() <= now - connected_at < SOON


@pytest.mark.parametrize("year", [2041, 2099])
async def test_a_clock_that_was_ahead_when_a_charger_connected_makes_nothing_late(
    bench: Bench, year: int
) -> None:
    bench.clock.ahead = years_until(year)
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        bench.clock.ahead = timedelta()
        await charger.plug_in()
        await charger.start_session()
        evse = bench.station.snapshot.evse(1)
        assert evse.unsettled_since is None
        assert evse.limitable
        transaction = evse.running_transaction
        assert transaction is not None
        assert timedelta() <= bench.clock() - transaction.started_at < SOON


@pytest.mark.parametrize("ahead", [2 * HOUR, years_until(1970), years_until(2041)])
async def test_what_was_metered_before_the_clock_was_set_is_shown_as_before(
    bench: Bench, ahead: timedelta
) -> None:
    bench.clock.ahead = ahead
    async with bench.in_session() as charger:
        charger.advance(60)
        await charger.meter()
        metered = bench.station.snapshot.evse(1).meter
        assert metered.power_w
        bench.clock.ahead = timedelta()
        await charger.heartbeat()
        meter = bench.station.snapshot.evse(1).meter
        assert meter.power_w == metered.power_w
        assert meter.current_a == metered.current_a
        sampled_at = meter.current_sampled_at
        assert sampled_at is not None
        assert timedelta() <= bench.clock() - sampled_at < SOON


@pytest.mark.parametrize("year", [1970, 2041])
async def test_what_was_right_stays_as_it_is(bench: Bench, year: int) -> None:
    async with bench.in_session() as charger:
        before = bench.station.snapshot.evse(1).transaction
        bench.clock.ahead = years_until(year)
        await charger.heartbeat()
        bench.clock.ahead = timedelta()
        await charger.heartbeat()
        assert bench.station.snapshot.evse(1).transaction == before


class Clock:
    """A clock and a counter of seconds."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.now = NOON
        self.seconds = 100.0

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def go_on(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span
        self.seconds += span.total_seconds()


@given(
    st.lists(st.timedeltas(timedelta(), timedelta(days=30)), max_size=5),
    st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000)),
)
def test_only_a_clock_that_is_set_makes_a_step(
    spans: list[timedelta], by: timedelta
) -> None:
    clock = Clock()
    watch = ClockWatch(clock, lambda: clock.seconds)
    for span in spans:
        clock.go_on(span)
        assert watch.step() is None
    clock.go_on(HOUR)
    until, clock.now = clock.now, clock.now + by
    step = watch.step()
    if abs(by) <= timedelta(minutes=1):
        assert step is None
    else:
        assert step is not None
        assert (step.since, step.now) == (NOON, clock.now)
        assert abs(step.until - until) < timedelta(milliseconds=1)
    assert watch.step() is None


def test_what_was_moved_along_comes_back() -> None:
    clock = Clock()
    watch = ClockWatch(clock, lambda: clock.seconds)
    noted = Snapshot("CP1", connected_at=NOON)
    seen = noted
    for by in (-20_000, 20_000):
        clock.go_on(HOUR)
        assert watch.step() is None
        clock.now += timedelta(days=by)
        step = watch.step()
        assert step is not None
        seen = corrected(seen, step)
    assert seen == noted


def test_only_what_the_wrong_clock_has_noted_is_moved() -> None:
    wrong = NOON.replace(year=2041)
    step = ClockStep(wrong, wrong + HOUR, NOON + HOUR)
    told = Transaction("1", 1, None, NOON - HOUR)
    noted = replace(told, started_at=wrong + HOUR / 2)
    planned = PresentedToken("TAG", wrong + 2 * HOUR)
    before = Snapshot("CP1", connected_at=wrong, evses={1: Evse(1, transaction=told)})
    after = corrected(before, step)
    assert after.connected_at == NOON
    assert after.evses is before.evses
    second = before.with_evse(Evse(2, transaction=noted))
    moved = corrected(second, step).evse(2).transaction
    assert moved is not None
    assert moved.started_at == NOON + HOUR / 2
    assert step.moved(planned.at) == planned.at


# Waiting for a time that a wrong clock has named.


def test_a_refusal_of_the_future_holds_nothing_up() -> None:
    backoff, limit = Backoff(), Limit(6.0)
    backoff.note_refused(1, limit, "7", NOON.replace(year=2041))
    assert not backoff.holds(1, limit, "7", NOON)


def test_a_limit_that_was_accepted_in_the_future_is_renewed() -> None:
    (variant, *_) = [
        each for each in transaction_variants(Capabilities()) if each.lifetime
    ]
    in_force = InForce(Limit(6.0), variant, "7", NOON.replace(year=2041))
    assert in_force.renewal_due(NOON)
    assert not InForce(Limit(6.0), variant, "7", NOON).renewal_due(NOON)


def test_a_token_of_the_future_starts_no_session() -> None:
    token = PresentedToken("TAG", NOON.replace(year=2041))
    assert not token.holds("TAG", NOON)
    assert PresentedToken("TAG", NOON).holds("tag", NOON)
