"""Where energy came from, held against the flows that there were."""

from collections.abc import Sequence

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.accounts.accounts import (
    Account,
    entered,
    fitted,
    total,
)
from custom_components.ocpp.surplus.accounts.origins import (
    LONGEST_S,
    SILENT_AFTER_S,
    Flows,
    Gain,
    Tariff,
    Timeline,
    portions,
)

MOST_W = 11_040.0
MINUTE_S = 60.0
TARIFF = Tariff(price_per_kwh=0.30, feed_in_per_kwh=0.08)


def timeline(*flows: Flows) -> Timeline:
    """Return what the flows were."""
    line = Timeline()
    for each in flows:
        line.add(each)
    return line


def account(gain: Gain, *flows: Flows) -> Account:
    """Return the account of a gain."""
    return entered(gain.energy_wh, portions(gain, timeline(*flows)))


def minute(power_w: float, drawn_w: float | None = None) -> Gain:
    """Return what a car gains in a minute in which it draws a power, as it did before."""
    drawn_w = power_w if drawn_w is None else drawn_w
    return Gain(power_w / 60, 0.0, MINUTE_S, MOST_W, drawn_w)


def parts(account: Account) -> tuple[float, float, float]:
    """Return what came from sun, battery and grid, in W over the minute."""
    energies = (account.sun_wh, account.battery_wh, account.grid_wh)
    sun_w, battery_w, grid_w = [round(energy_wh * 60) for energy_wh in energies]
    return sun_w, battery_w, grid_w


@pytest.mark.parametrize(
    ("grid_w", "battery_w", "expected"),
    [
        # What is exported would be, too, without the car.
        (-1000, 0, (6000, 0, 0)),
        (0, 0, (6000, 0, 0)),
        (2000, 0, (4000, 0, 2000)),
        (6000, 0, (0, 0, 6000)),
        # The house has nothing but the grid either.
        (7000, 0, (0, 0, 6000)),
        (0, 2000, (4000, 2000, 0)),
        (1000, 2000, (3000, 2000, 1000)),
        # The house needs 2 kW more than the sun gives, and the battery serves it first.
        (1000, 7000, (0, 5000, 1000)),
        (7000, 1000, (0, 0, 6000)),
        # The car takes the sun before the battery is charged.
        (0, -3000, (6000, 0, 0)),
        (3000, -3000, (6000, 0, 0)),
        (4000, -3000, (5000, 0, 1000)),
        # The battery feeds into the grid, and the car draws what of it is there.
        (-1000, 3000, (4000, 2000, 0)),
    ],
)
def test_sun_then_battery_then_grid(
    grid_w: float, battery_w: float, expected: tuple[float, float, float]
) -> None:
    flows = Flows(0.0, grid_w, battery_w, cars_w=6000)
    assert parts(account(minute(6000), flows)) == expected


def test_cars_that_charge_together_share_in_proportion() -> None:
    flows = Flows(0.0, grid_w=4500, cars_w=9000)
    assert parts(account(minute(6000), flows)) == (3000, 0, 3000)
    assert parts(account(minute(3000), flows)) == (1500, 0, 1500)


def test_what_a_car_has_drawn_counts_more_than_what_was_known_of_it() -> None:
    """It has just begun, and its first value comes after a minute."""
    flows = Flows(0.0, grid_w=2000, cars_w=0)
    assert parts(account(minute(6000, drawn_w=0), flows)) == (4000, 0, 2000)


def test_each_part_of_the_time_counts_by_its_length() -> None:
    flows = [Flows(-5.0, 0, cars_w=6000), Flows(20.0, 6000, cars_w=6000)]
    assert parts(account(minute(6000), *flows)) == (2000, 0, 4000)


def unknown_parts(gain: Gain, *flows: Flows) -> tuple[float, float, float]:
    """Return sun, grid and what of the latter is of unknown origin, in Wh."""
    told = account(gain, *flows)
    return (told.sun_wh, told.grid_wh, told.unknown_wh)


def test_without_a_meter_it_counts_as_the_grids() -> None:
    assert unknown_parts(minute(6000)) == (0, 100, 100)
    assert unknown_parts(minute(6000), Flows(0.0, None)) == (0, 100, 100)


def test_a_meter_that_falls_silent_is_believed_for_a_while() -> None:
    gain = Gain(400.0, 0.0, 2 * SILENT_AFTER_S, MOST_W, 6000)
    assert unknown_parts(gain, Flows(0.0, -1000, cars_w=6000)) == (200, 200, 200)


def test_time_that_nobody_has_seen_is_unknown() -> None:
    flows = Flows(45.0, -1000, cars_w=6000)
    assert unknown_parts(minute(6000), flows) == (25, 75, 75)
    gain = Gain(100.0, 0.0, 60.0, MOST_W, 6000, seen_from_s=30.0)
    assert unknown_parts(gain, Flows(0.0, -1000, cars_w=6000)) == (50, 50, 50)


@pytest.mark.parametrize(
    "gain",
    [
        # An hour's energy within a second.
        Gain(6000.0, 59.0, 60.0, MOST_W, 6000),
        # A backlog, sample by sample.
        Gain(17.0, 59.99, 60.0, MOST_W, 6000),
        Gain(5.0, 60.0, 60.0, MOST_W, 6000),
        Gain(100.0, 0.0, 60.0, MOST_W, 6000, late=True),
    ],
)
def test_what_is_told_late_is_not_the_suns_of_now(gain: Gain) -> None:
    told = account(gain, Flows(0.0, -9000, cars_w=6000, tariff=TARIFF))
    assert (told.sun_wh, told.unknown_wh) == (0, gain.energy_wh)
    assert told.cost == pytest.approx(gain.energy_wh * 0.30 / 1000)
    assert told.savings == 0


def test_money() -> None:
    flows = Flows(0.0, grid_w=1500, battery_w=1500, cars_w=6000, tariff=TARIFF)
    gain = Gain(1000.0, 0.0, 600.0, MOST_W, 6000)
    told = account(gain, *[_at(flows, at_s) for at_s in range(0, 600, 10)])
    assert (told.sun_wh, told.battery_wh, told.grid_wh) == (500, 250, 250)
    assert told.known_cost == pytest.approx(0.25 * 0.30 + 0.75 * 0.08)
    assert told.known_savings == pytest.approx(0.75 * (0.30 - 0.08))
    # What it cost, and what was saved, is what it would have cost from the grid.
    assert told.cost + told.savings == pytest.approx(0.30)
    assert told.price_per_kwh == pytest.approx(told.cost)


def _at(flows: Flows, at_s: float) -> Flows:
    return Flows(at_s, flows.grid_w, flows.battery_w, flows.cars_w, flows.tariff)


def test_each_price_counts_for_its_time() -> None:
    cheap, dear = Tariff(0.10), Tariff(0.40)
    flows = [
        Flows(0.0, 9000, cars_w=6000, tariff=cheap),
        Flows(45.0, 9000, cars_w=6000, tariff=dear),
    ]
    assert account(minute(6000), *flows).cost == pytest.approx(
        0.075 * 0.10 + 0.025 * 0.40
    )


def test_without_a_price_there_is_no_cost() -> None:
    told = account(minute(6000), Flows(0.0, 9000, cars_w=6000))
    assert told.known_cost is told.known_savings is told.price_per_kwh is None


def test_a_price_for_some_of_the_time_says_for_how_much() -> None:
    flows = [Flows(0.0, 9000), Flows(15.0, 9000, tariff=TARIFF)]
    told = account(minute(6000, drawn_w=0), *flows)
    assert (told.energy_wh, told.priced_wh) == (100, 75)
    assert told.price_per_kwh == pytest.approx(0.30)


def test_only_so_much_is_remembered() -> None:
    line = timeline(*[Flows(float(at_s), -1000.0) for at_s in range(0, 9000, 10)])
    spans = list(line.between(0.0, 9000.0))
    known_s = sum(seconds for flows, seconds in spans if flows is not None)
    assert LONGEST_S <= known_s <= LONGEST_S + 20
    assert sum(seconds for _, seconds in spans) == 9000


def test_a_clock_that_is_set_back_costs_only_what_was_before() -> None:
    line = timeline(Flows(1000.0, -1000.0), Flows(500.0, -2000.0))
    assert [seconds for _, seconds in line.between(400.0, 510.0)] == [10.0, 100.0]


POWERS_W = st.floats(-20_000, 20_000)
TARIFFS = st.none() | st.builds(Tariff, st.floats(-0.5, 2.0), st.floats(0.0, 0.5))
FLOWS = st.lists(
    st.builds(
        Flows,
        st.floats(0, 1500),
        st.none() | POWERS_W,
        POWERS_W,
        st.floats(0, 50_000),
        TARIFFS,
    ),
    max_size=12,
)
GAINS = st.builds(
    Gain,
    st.floats(0.001, 50_000).map(lambda energy_wh: round(energy_wh, 3)),
    st.floats(0, 1500),
    st.floats(0, 1500),
    st.floats(1000, 22_000),
    st.floats(0, 22_000),
    st.floats(0, 1500),
    st.booleans(),
)


def is_sound(told: Account) -> bool:
    """Whether no part is negative, and all of them are as much as the whole."""
    parts_wh = (told.sun_wh, told.battery_wh, told.grid_wh)
    return (
        min(parts_wh) >= 0
        and round(sum(parts_wh), 3) == told.energy_wh
        and 0 <= told.unknown_wh <= told.grid_wh
        and 0 <= told.priced_wh <= told.energy_wh
    )


@given(GAINS, FLOWS)
def test_the_parts_are_as_much_as_the_whole(gain: Gain, flows: Sequence[Flows]) -> None:
    told = account(gain, *sorted(flows, key=lambda each: each.at_s))
    assert is_sound(told)
    assert told.energy_wh == gain.energy_wh


@given(st.lists(st.tuples(GAINS, FLOWS), max_size=8), st.floats(0, 100_000))
def test_sums_stay_exact(
    gains: Sequence[tuple[Gain, Sequence[Flows]]], fit_wh: float
) -> None:
    accounts = [
        account(gain, *sorted(flows, key=lambda each: each.at_s))
        for gain, flows in gains
    ]
    summed = total(accounts)
    assert is_sound(summed)
    assert summed.energy_wh == round(sum(told.energy_wh for told in accounts), 3)
    before = Account()
    for told in accounts:
        after = before + told
        assert after.sun_wh >= before.sun_wh
        assert after.battery_wh >= before.battery_wh
        assert after.grid_wh >= before.grid_wh
        assert is_sound(after - before)
        before = after
    fit = fitted(summed, fit_wh, TARIFF)
    assert is_sound(fit)
    assert fit.energy_wh == round(fit_wh, 3)
