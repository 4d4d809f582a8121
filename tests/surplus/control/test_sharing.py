"""Sharing of the surplus: minimums first, then fairly or in order, with few changes at a time."""

from dataclasses import replace
from itertools import pairwise
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.control.sharing import (
    CUT_INTERVAL_S,
    RAISE_INTERVAL_S,
    SPACING_S,
    PowerRequest,
    moves,
    shares,
)
from custom_components.ocpp.surplus.model import Estimate, Sharing, SiteSettings
from tests.simulator.car import Car
from tests.surplus.simulation.charger import SimulatedCharger
from tests.surplus.simulation.multi_car import steady

MIN_W, MAX_W = 1380.0, 3680.0


def _request(key: str, present_w: float = MIN_W, **changes: float) -> PowerRequest:
    request = PowerRequest(key, 0, MIN_W, MAX_W, present_w)
    return replace(request, **changes)  # type: ignore[arg-type]


def _chargers(count: int, **options: object) -> list[SimulatedCharger]:
    return [
        SimulatedCharger(car=Car(phases=1), **options)  # type: ignore[arg-type]
        for _ in range(count)
    ]


def test_power_beyond_the_minimums_is_spread_evenly() -> None:
    given_w = shares(4000, [_request("a"), _request("b")], Sharing.FAIR)
    assert given_w == {"a": 2000, "b": 2000}


def test_strict_sharing_serves_one_after_the_other() -> None:
    requests = [_request("a"), _request("b"), _request("c")]
    given_w = shares(7000, requests, Sharing.STRICT)
    assert given_w["a"] >= MAX_W
    assert (given_w["b"], given_w["c"]) == (7000 - MAX_W - MIN_W, MIN_W)


def test_the_higher_priority_gets_all_it_can_use_beyond_the_minimums_of_others() -> (
    None
):
    requests = [_request("a", rank=1), _request("b"), _request("c")]
    given_w = shares(8000, requests, Sharing.FAIR)
    assert given_w["a"] >= MAX_W
    assert given_w["b"] == given_w["c"] == (8000 - MAX_W) / 2


def test_power_that_one_cannot_use_goes_to_the_others() -> None:
    requests = [_request("a", max_w=1500.0), _request("b")]
    assert shares(4500, requests, Sharing.FAIR)["b"] == 3000


def test_each_car_keeps_its_minimum_even_without_enough_power() -> None:
    """Admission is decided before."""
    given_w = shares(-2000, [_request("a"), _request("b")], Sharing.FAIR)
    assert given_w == {"a": MIN_W, "b": MIN_W}


_powers = st.floats(0, 11_000)


@st.composite
def _requests(draw: st.DrawFn) -> list[PowerRequest]:
    ranks = sorted(draw(st.lists(st.integers(0, 2), min_size=1, max_size=6)))
    requests = []
    for number, rank in enumerate(ranks):
        min_w, max_w = sorted((draw(_powers), draw(_powers)))
        requests.append(
            PowerRequest(
                str(number),
                rank,
                min_w,
                max_w,
                present_w=draw(st.floats(min_w, max_w)),
                weight=draw(st.sampled_from([0.5, 1.0, 1.0, 40.0])),
                idle_s=draw(st.sampled_from([0.0, 3.0, 9.0, 70.0, math.inf])),
            )
        )
    return requests


_sharings = st.sampled_from(Sharing)


@given(st.floats(-10_000, 80_000), _requests(), _sharings)
def test_no_more_is_given_than_available_except_for_minimums(
    total_w: float, requests: list[PowerRequest], sharing: Sharing
) -> None:
    given_w = shares(total_w, requests, sharing)
    assert set(given_w) == {request.key for request in requests}
    assert all(given_w[request.key] >= request.min_w for request in requests)
    used_w = sum(min(request.max_w, given_w[request.key]) for request in requests)
    min_w = sum(request.min_w for request in requests)
    max_w = sum(request.max_w for request in requests)
    assert used_w == pytest.approx(min(max_w, max(min_w, total_w)), abs=1e-3)


@given(st.floats(-10_000, 80_000), _requests())
def test_no_car_exceeds_its_fair_share_while_another_could_use_more(
    total_w: float, requests: list[PowerRequest]
) -> None:
    given_w = shares(total_w, requests, Sharing.FAIR)
    for one in requests:
        for other in requests:
            more = given_w[one.key] / one.weight > given_w[other.key] / other.weight
            wants = given_w[other.key] < other.max_w - 1e-3
            if one.rank == other.rank and more and wants:
                # It has no more than its minimum.
                assert given_w[one.key] <= max(
                    one.min_w, one.weight * given_w[other.key] / other.weight + 1e-3
                )


@given(st.floats(-10_000, 80_000), _requests())
def test_in_strict_sharing_no_car_is_served_before_those_ahead_have_all(
    total_w: float, requests: list[PowerRequest]
) -> None:
    given_w = shares(total_w, requests, Sharing.STRICT)
    for ahead, behind in pairwise(requests):
        if given_w[behind.key] > behind.min_w + 1e-3:
            assert given_w[ahead.key] >= ahead.max_w - 1e-3


_totals = st.lists(st.floats(-10_000, 60_000), min_size=3, max_size=3).map(
    lambda watts: Estimate(*sorted(watts))
)


@given(_totals, _requests(), _sharings)
def test_a_change_of_the_sun_is_answered_within_all_bounds(
    total_w: Estimate, requests: list[PowerRequest], sharing: Sharing
) -> None:
    """Cars are raised by what is certainly available, cut by what is certainly too much, and stay within their ranges."""
    moved_w = moves(total_w, requests, sharing)
    before_w = sum(request.present_w for request in requests)
    after_w = 0.0
    for request in requests:
        to_w = moved_w.get(request.key, request.present_w)
        assert to_w >= request.min_w - 1e-6
        after_w += min(to_w, request.max_w)
    if before_w < total_w.low:
        assert before_w - 1e-3 <= after_w <= total_w.low + 1e-3
    elif before_w > total_w.high:
        assert total_w.high - 1e-3 <= after_w <= before_w + 1e-3
    else:
        assert after_w == pytest.approx(before_w, abs=1e-3)


@given(_totals, _requests(), _sharings)
def test_no_car_is_moved_again_at_once(
    total_w: Estimate, requests: list[PowerRequest], sharing: Sharing
) -> None:
    alone_s = min(RAISE_INTERVAL_S, CUT_INTERVAL_S)
    spacing_s = SPACING_S if len(requests) > 1 else alone_s
    moved_w = moves(total_w, requests, sharing)
    for request in requests:
        if request.idle_s < spacing_s:
            assert request.key not in moved_w


def test_a_small_change_among_many_is_answered_by_one() -> None:
    requests = [_request(str(number), present_w=2500.0) for number in range(20)]
    for total_w in (20 * 2500 + 200.0, 20 * 2500 - 200.0):
        assert len(moves(Estimate.exactly(total_w), requests, Sharing.FAIR)) == 1


def test_the_car_furthest_from_its_fair_share_moves_first() -> None:
    requests = [_request("poor", 1400.0), _request("rich", 3000.0)]
    assert set(moves(Estimate.exactly(4600), requests, Sharing.FAIR)) == {"poor"}
    assert set(moves(Estimate.exactly(4200), requests, Sharing.FAIR)) == {"rich"}


def test_shares_are_evened_out_when_nothing_else_happens() -> None:
    requests = [_request("poor", 1400.0), _request("rich", 3000.0)]
    moved_w = moves(Estimate(4000, 4400, 4800), requests, Sharing.FAIR)
    assert moved_w == {"poor": 2200, "rich": 2200}
    busy = [replace(request, idle_s=30.0) for request in requests]
    assert moves(Estimate(4000, 4400, 4800), busy, Sharing.FAIR) == {}


def test_two_cars_share_alike_and_do_not_play_ping_pong() -> None:
    """Their limits settle."""
    chargers = _chargers(2)
    simulation = steady(4000, *chargers)
    simulation.run(60)
    assert [charger.car.power_w for charger in chargers] == pytest.approx(
        [2000] * 2, abs=300
    )
    assert simulation.cars_w == pytest.approx(4000, abs=100)
    simulation.settle(60)
    simulation.run(240)
    assert sum(len(charger.decisions) - 1 for charger in chargers) <= 2
    assert [charger.car.power_w for charger in chargers] == pytest.approx(
        [2000] * 2, abs=150
    )


def test_in_strict_sharing_the_first_gets_all_it_can_use() -> None:
    chargers = _chargers(2)
    chargers[1].overrides["departs_s"] = 7200.0
    simulation = steady(6000, *chargers, settings=SiteSettings(Sharing.STRICT))
    simulation.run(240)
    assert chargers[1].car.power_w == pytest.approx(15.6 * 230, abs=60)
    assert chargers[0].car.power_w == pytest.approx(6000 - 15.6 * 230, abs=120)


def test_a_cloud_is_borne_by_the_lower_priority() -> None:
    """Power beyond the minimum of the lower priority is available to the higher one."""
    chargers = _chargers(2)
    chargers[0].overrides["priority"] = 1
    simulation = steady(5500, *chargers)
    simulation.settle(180)
    assert chargers[0].car.power_w > chargers[1].car.power_w + 1000
    simulation.surplus_w = lambda _: 4800
    simulation.run(60)
    assert chargers[0].car.power_w > 3300
    assert chargers[1].car.power_w == pytest.approx(1340, abs=150)
