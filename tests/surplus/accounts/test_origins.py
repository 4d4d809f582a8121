"""Origin of energy, compared with the power flows of the site."""

from collections.abc import Sequence

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.accounts.accounts import (
    Account,
    account_for,
    corrected_to,
    total,
)
from custom_components.ocpp.surplus.accounts.origins import (
    HISTORY_S,
    SILENT_AFTER_S,
    EnergyIncrement,
    Flows,
    Tariff,
    Timeline,
    portions,
)

MAX_W = 11_040.0
MINUTE_S = 60.0
TARIFF = Tariff(price_per_kwh=0.30, feed_in_per_kwh=0.08)


def timeline_of(*flows: Flows) -> Timeline:
    """Return a timeline of flows."""
    timeline = Timeline()
    for each in flows:
        timeline.add(each)
    return timeline


def account(increment: EnergyIncrement, *flows: Flows) -> Account:
    """Return the account of an energy increment."""
    return account_for(increment.energy_wh, portions(increment, timeline_of(*flows)))


def minute(power_w: float, drawn_w: float | None = None) -> EnergyIncrement:
    """Return the increment of a minute at a power, with the power known before."""
    drawn_w = power_w if drawn_w is None else drawn_w
    return EnergyIncrement(power_w / 60, 0.0, MINUTE_S, MAX_W, drawn_w)


def parts(account: Account) -> tuple[float, float, float]:
    """Return the mean power from sun, battery and grid over the minute."""
    energies = (account.sun_wh, account.battery_wh, account.grid_wh)
    sun_w, battery_w, grid_w = [round(energy_wh * 60) for energy_wh in energies]
    return sun_w, battery_w, grid_w


@pytest.mark.parametrize(
    ("grid_w", "battery_w", "expected"),
    [
        # The export would be there without the car, too.
        (-1000, 0, (6000, 0, 0)),
        (0, 0, (6000, 0, 0)),
        (2000, 0, (4000, 0, 2000)),
        (6000, 0, (0, 0, 6000)),
        # The house itself lives on the grid alone.
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
        # The battery feeds into the grid, and the car draws part of that.
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


def test_the_measured_energy_outweighs_the_power_known_before() -> None:
    """A car that has just begun, and reports for the first time after a minute."""
    flows = Flows(0.0, grid_w=2000, cars_w=0)
    assert parts(account(minute(6000, drawn_w=0), flows)) == (4000, 0, 2000)


def test_each_part_of_the_time_counts_by_its_length() -> None:
    flows = [Flows(-5.0, 0, cars_w=6000), Flows(20.0, 6000, cars_w=6000)]
    assert parts(account(minute(6000), *flows)) == (2000, 0, 4000)


def unknown_parts(
    increment: EnergyIncrement, *flows: Flows
) -> tuple[float, float, float]:
    """Return the energy from the sun, from the grid, and of unknown origin."""
    reported = account(increment, *flows)
    return (reported.sun_wh, reported.grid_wh, reported.unknown_wh)


def test_without_a_meter_it_counts_as_the_grids() -> None:
    assert unknown_parts(minute(6000)) == (0, 100, 100)
    assert unknown_parts(minute(6000), Flows(0.0, None)) == (0, 100, 100)


def test_a_meter_that_falls_silent_is_believed_for_a_while() -> None:
    increment = EnergyIncrement(400.0, 0.0, 2 * SILENT_AFTER_S, MAX_W, 6000)
    assert unknown_parts(increment, Flows(0.0, -1000, cars_w=6000)) == (200, 200, 200)


def test_unobserved_time_is_of_unknown_origin() -> None:
    flows = Flows(45.0, -1000, cars_w=6000)
    assert unknown_parts(minute(6000), flows) == (25, 75, 75)
    increment = EnergyIncrement(100.0, 0.0, 60.0, MAX_W, 6000, observed_from_s=30.0)
    assert unknown_parts(increment, Flows(0.0, -1000, cars_w=6000)) == (50, 50, 50)


@pytest.mark.parametrize(
    "increment",
    [
        # An hour's energy within a second.
        EnergyIncrement(6000.0, 59.0, 60.0, MAX_W, 6000),
        # A backlog, sample by sample.
        EnergyIncrement(17.0, 59.99, 60.0, MAX_W, 6000),
        EnergyIncrement(5.0, 60.0, 60.0, MAX_W, 6000),
        EnergyIncrement(100.0, 0.0, 60.0, MAX_W, 6000, late=True),
    ],
)
def test_energy_reported_late_is_not_solar_energy_of_now(
    increment: EnergyIncrement,
) -> None:
    reported = account(increment, Flows(0.0, -9000, cars_w=6000, tariff=TARIFF))
    assert (reported.sun_wh, reported.unknown_wh) == (0, increment.energy_wh)
    assert reported.cost == pytest.approx(increment.energy_wh * 0.30 / 1000)
    assert reported.savings == 0


def test_money() -> None:
    flows = Flows(0.0, grid_w=1500, battery_w=1500, cars_w=6000, tariff=TARIFF)
    increment = EnergyIncrement(1000.0, 0.0, 600.0, MAX_W, 6000)
    reported = account(increment, *[_at(flows, at_s) for at_s in range(0, 600, 10)])
    assert (reported.sun_wh, reported.battery_wh, reported.grid_wh) == (500, 250, 250)
    assert reported.known_cost == pytest.approx(0.25 * 0.30 + 0.75 * 0.08)
    assert reported.known_savings == pytest.approx(0.75 * (0.30 - 0.08))
    # Cost and savings add up to the cost from the grid.
    assert reported.cost + reported.savings == pytest.approx(0.30)
    assert reported.price_per_kwh == pytest.approx(reported.cost)


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
    reported = account(minute(6000), Flows(0.0, 9000, cars_w=6000))
    assert (
        reported.known_cost is reported.known_savings is reported.price_per_kwh is None
    )


def test_a_price_for_some_of_the_time_says_for_how_much() -> None:
    flows = [Flows(0.0, 9000), Flows(15.0, 9000, tariff=TARIFF)]
    reported = account(minute(6000, drawn_w=0), *flows)
    assert (reported.energy_wh, reported.priced_wh) == (100, 75)
    assert reported.price_per_kwh == pytest.approx(0.30)


def test_only_so_much_is_remembered() -> None:
    timeline = timeline_of(
        *[Flows(float(at_s), -1000.0) for at_s in range(0, 9000, 10)]
    )
    spans = list(timeline.between(0.0, 9000.0))
    known_s = sum(seconds for flows, seconds in spans if flows is not None)
    assert HISTORY_S <= known_s <= HISTORY_S + 20
    assert sum(seconds for _, seconds in spans) == 9000


def test_a_clock_that_is_set_back_discards_only_older_flows() -> None:
    timeline = timeline_of(Flows(1000.0, -1000.0), Flows(500.0, -2000.0))
    assert [seconds for _, seconds in timeline.between(400.0, 510.0)] == [10.0, 100.0]


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
INCREMENTS = st.builds(
    EnergyIncrement,
    st.floats(0.001, 50_000).map(lambda energy_wh: round(energy_wh, 3)),
    st.floats(0, 1500),
    st.floats(0, 1500),
    st.floats(1000, 22_000),
    st.floats(0, 22_000),
    st.floats(0, 1500),
    st.booleans(),
)


def is_sound(reported: Account) -> bool:
    """Return True if no part is negative and the parts add up to the whole."""
    parts_wh = (reported.sun_wh, reported.battery_wh, reported.grid_wh)
    return (
        min(parts_wh) >= 0
        and round(sum(parts_wh), 3) == reported.energy_wh
        and 0 <= reported.unknown_wh <= reported.grid_wh
        and 0 <= reported.priced_wh <= reported.energy_wh
    )


@given(INCREMENTS, FLOWS)
def test_the_parts_add_up_to_the_whole(
    increment: EnergyIncrement, flows: Sequence[Flows]
) -> None:
    reported = account(increment, *sorted(flows, key=lambda each: each.at_s))
    assert is_sound(reported)
    assert reported.energy_wh == increment.energy_wh


@given(st.lists(st.tuples(INCREMENTS, FLOWS), max_size=8), st.floats(0, 100_000))
def test_sums_stay_exact(
    increments: Sequence[tuple[EnergyIncrement, Sequence[Flows]]], corrected_wh: float
) -> None:
    accounts = [
        account(increment, *sorted(flows, key=lambda each: each.at_s))
        for increment, flows in increments
    ]
    summed = total(accounts)
    assert is_sound(summed)
    assert summed.energy_wh == round(
        sum(reported.energy_wh for reported in accounts), 3
    )
    before = Account()
    for reported in accounts:
        after = before + reported
        assert after.sun_wh >= before.sun_wh
        assert after.battery_wh >= before.battery_wh
        assert after.grid_wh >= before.grid_wh
        assert is_sound(after - before)
        before = after
    corrected = corrected_to(summed, corrected_wh, TARIFF)
    assert is_sound(corrected)
    assert corrected.energy_wh == round(corrected_wh, 3)
