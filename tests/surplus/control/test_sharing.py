"""Several cars share the sun: everyone the least first, then fairly or one after the other; few are moved at a time."""

from dataclasses import replace
from itertools import pairwise
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.control.sharing import (
    CUT_INTERVAL_S,
    RAISE_INTERVAL_S,
    SPACING_S,
    Claim,
    moves,
    shares,
)
from custom_components.ocpp.surplus.model import Estimate, Sharing, SiteSettings
from tests.simulator.car import Car
from tests.surplus.park import Place, house

LEAST_W, MOST_W = 1380.0, 3680.0


def _claim(key: str, present_w: float = LEAST_W, **changes: float) -> Claim:
    claim = Claim(key, 0, LEAST_W, MOST_W, present_w)
    return replace(claim, **changes)  # type: ignore[arg-type]


def _places(count: int, **options: object) -> list[Place]:
    return [
        Place(car=Car(phases=1), **options)  # type: ignore[arg-type]
        for _ in range(count)
    ]


def test_what_is_left_above_the_least_is_spread_alike() -> None:
    given_w = shares(4000, [_claim("a"), _claim("b")], Sharing.FAIR)
    assert given_w == {"a": 2000, "b": 2000}


def test_strict_sharing_serves_one_after_the_other() -> None:
    claims = [_claim("a"), _claim("b"), _claim("c")]
    given_w = shares(7000, claims, Sharing.STRICT)
    assert given_w["a"] >= MOST_W
    assert (given_w["b"], given_w["c"]) == (7000 - MOST_W - LEAST_W, LEAST_W)


def test_the_higher_priority_gets_all_that_it_can_use_beyond_the_least_of_others() -> (
    None
):
    claims = [_claim("a", rank=1), _claim("b"), _claim("c")]
    given_w = shares(8000, claims, Sharing.FAIR)
    assert given_w["a"] >= MOST_W
    assert given_w["b"] == given_w["c"] == (8000 - MOST_W) / 2


def test_what_one_cannot_use_goes_to_the_others() -> None:
    claims = [_claim("a", most_w=1500.0), _claim("b")]
    assert shares(4500, claims, Sharing.FAIR)["b"] == 3000


def test_everybody_keeps_the_least_even_where_there_is_less() -> None:
    """Who may run at all is decided before."""
    given_w = shares(-2000, [_claim("a"), _claim("b")], Sharing.FAIR)
    assert given_w == {"a": LEAST_W, "b": LEAST_W}


_powers = st.floats(0, 11_000)


@st.composite
def _claims(draw: st.DrawFn) -> list[Claim]:
    ranks = sorted(draw(st.lists(st.integers(0, 2), min_size=1, max_size=6)))
    claims = []
    for number, rank in enumerate(ranks):
        least_w, most_w = sorted((draw(_powers), draw(_powers)))
        claims.append(
            Claim(
                str(number),
                rank,
                least_w,
                most_w,
                present_w=draw(st.floats(least_w, most_w)),
                weight=draw(st.sampled_from([0.5, 1.0, 1.0, 40.0])),
                idle_s=draw(st.sampled_from([0.0, 3.0, 9.0, 70.0, math.inf])),
            )
        )
    return claims


_sharings = st.sampled_from(Sharing)


@given(st.floats(-10_000, 80_000), _claims(), _sharings)
def test_no_more_is_given_than_is_there_but_for_the_least(
    total_w: float, claims: list[Claim], sharing: Sharing
) -> None:
    given_w = shares(total_w, claims, sharing)
    assert set(given_w) == {claim.key for claim in claims}
    assert all(given_w[claim.key] >= claim.least_w for claim in claims)
    used_w = sum(min(claim.most_w, given_w[claim.key]) for claim in claims)
    least_w = sum(claim.least_w for claim in claims)
    most_w = sum(claim.most_w for claim in claims)
    assert used_w == pytest.approx(min(most_w, max(least_w, total_w)), abs=1e-3)


@given(st.floats(-10_000, 80_000), _claims())
def test_nobody_has_more_than_his_fair_share_while_another_wants_more(
    total_w: float, claims: list[Claim]
) -> None:
    given_w = shares(total_w, claims, Sharing.FAIR)
    for one in claims:
        for other in claims:
            more = given_w[one.key] / one.weight > given_w[other.key] / other.weight
            wants = given_w[other.key] < other.most_w - 1e-3
            if one.rank == other.rank and more and wants:
                # It has no more than it needs at least.
                assert given_w[one.key] <= max(
                    one.least_w, one.weight * given_w[other.key] / other.weight + 1e-3
                )


@given(st.floats(-10_000, 80_000), _claims())
def test_in_strict_sharing_nobody_is_served_before_those_ahead_have_all(
    total_w: float, claims: list[Claim]
) -> None:
    given_w = shares(total_w, claims, Sharing.STRICT)
    for ahead, behind in pairwise(claims):
        if given_w[behind.key] > behind.least_w + 1e-3:
            assert given_w[ahead.key] >= ahead.most_w - 1e-3


_totals = st.lists(st.floats(-10_000, 60_000), min_size=3, max_size=3).map(
    lambda watts: Estimate(*sorted(watts))
)


@given(_totals, _claims(), _sharings)
def test_a_change_of_the_sun_is_answered_within_all_bounds(
    total_w: Estimate, claims: list[Claim], sharing: Sharing
) -> None:
    """Raised is what is certainly there, cut what is certainly too much, and each within what the car can draw."""
    moved_w = moves(total_w, claims, sharing)
    before_w = sum(claim.present_w for claim in claims)
    after_w = 0.0
    for claim in claims:
        to_w = moved_w.get(claim.key, claim.present_w)
        assert to_w >= claim.least_w - 1e-6
        after_w += min(to_w, claim.most_w)
    if before_w < total_w.low:
        assert before_w - 1e-3 <= after_w <= total_w.low + 1e-3
    elif before_w > total_w.high:
        assert total_w.high - 1e-3 <= after_w <= before_w + 1e-3
    else:
        assert after_w == pytest.approx(before_w, abs=1e-3)


@given(_totals, _claims(), _sharings)
def test_nobody_is_moved_again_at_once(
    total_w: Estimate, claims: list[Claim], sharing: Sharing
) -> None:
    alone_s = min(RAISE_INTERVAL_S, CUT_INTERVAL_S)
    spacing_s = SPACING_S if len(claims) > 1 else alone_s
    moved_w = moves(total_w, claims, sharing)
    for claim in claims:
        if claim.idle_s < spacing_s:
            assert claim.key not in moved_w


def test_a_small_change_among_many_is_answered_by_one() -> None:
    claims = [_claim(str(number), present_w=2500.0) for number in range(20)]
    for total_w in (20 * 2500 + 200.0, 20 * 2500 - 200.0):
        assert len(moves(Estimate.exactly(total_w), claims, Sharing.FAIR)) == 1


def test_who_is_furthest_from_the_fair_share_moves_first() -> None:
    claims = [_claim("poor", 1400.0), _claim("rich", 3000.0)]
    assert set(moves(Estimate.exactly(4600), claims, Sharing.FAIR)) == {"poor"}
    assert set(moves(Estimate.exactly(4200), claims, Sharing.FAIR)) == {"rich"}


def test_shares_are_evened_out_when_nothing_else_happens() -> None:
    claims = [_claim("poor", 1400.0), _claim("rich", 3000.0)]
    moved_w = moves(Estimate(4000, 4400, 4800), claims, Sharing.FAIR)
    assert moved_w == {"poor": 2200, "rich": 2200}
    busy = [replace(claim, idle_s=30.0) for claim in claims]
    assert moves(Estimate(4000, 4400, 4800), busy, Sharing.FAIR) == {}


def test_two_cars_share_alike_and_do_not_play_ping_pong() -> None:
    """Acceptance case N14."""
    places = _places(2)
    park = house(4000, *places)
    park.run(60)
    assert [place.car.power_w for place in places] == pytest.approx([2000] * 2, abs=250)
    assert park.cars_w == pytest.approx(4000, abs=100)
    park.settle(60)
    park.run(240)
    assert sum(len(place.told) - 1 for place in places) <= 2
    assert [place.car.power_w for place in places] == pytest.approx([2000] * 2, abs=150)


def test_in_strict_sharing_the_first_gets_what_it_can_use() -> None:
    places = _places(2)
    places[1].wishes["departs_s"] = 7200.0
    park = house(6000, *places, site=SiteSettings(Sharing.STRICT))
    park.run(240)
    assert places[1].car.power_w == pytest.approx(15.6 * 230, abs=60)
    assert places[0].car.power_w == pytest.approx(6000 - 15.6 * 230, abs=120)


def test_a_cloud_is_borne_by_the_lower_priority() -> None:
    """What a charger of lower priority could give up is there for the higher; its least is not."""
    places = _places(2)
    places[0].wishes["priority"] = 1
    park = house(5500, *places)
    park.settle(180)
    assert places[0].car.power_w > places[1].car.power_w + 1000
    park.surplus_w = lambda _: 4800
    park.run(60)
    assert places[0].car.power_w > 3300
    assert places[1].car.power_w == pytest.approx(1340, abs=150)
