"""The verdicts on the cars of the demo, in figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import override

from tests.simulator.car import MIN_CURRENT_A, NOMINAL_VOLTAGE_V
from tests.simulator.demo import FUSE_A, Drawn, Moment, grid_currents_a

LEAST_W = MIN_CURRENT_A * NOMINAL_VOLTAGE_V
"""The least power of a car, as both can charge on one phase."""
MOST_A = 16.0
METER_A, FUSE_BEARS_S = 0.5, 12.0
"""The negligible excess above the fuse, and the time for which a fuse bears more while cars take their time to answer."""
ANSWER_S = 15.0
"""The longest time that a change of the sun may take to reach the cars."""
ENOUGH_W, SETTLED_S = 5_000.0, 60.0
"""The surplus, and its duration, from which both cars are expected to charge: the least of each, and as much
again for the car that already charges, to follow the clouds with."""
LEAST_TOGETHER, MOST_DEPRIVED = 0.4, 0.25
MOST_ERROR_W = 2_000.0
MOST_FROM_BATTERY = 0.35
"""The largest share of the cars' energy that may come from the battery, which fills in before they can answer; a cloud
that passes so fast is over when they have."""
NEGLIGIBLE_WH = 5.0
ROUNDING_WH = 2.0
"""Meters tell whole watt-hours."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was to be shown, whether it was, and the figures that tell."""

    claim: str
    holds: bool
    figures: str

    @override
    def __str__(self) -> str:
        """Return it as it is printed."""
        return f"{self.claim}: {'yes' if self.holds else 'NO'} ({self.figures})"


def judge_night(
    moments: Sequence[Moment], wanted_wh: float, departs_in_s: float
) -> list[Finding]:
    """Judge a night in which the first car is to be ready at its departure, and electricity becomes cheap some time.

    Args:
        moments: what happened.
        wanted_wh: what the first car was to have charged.
        departs_in_s: its departure, counted as the moments are.
    """
    begin_wh = moments[0].cars[0].energy_wh
    charged_wh = moments[-1].cars[0].energy_wh - begin_wh
    ready_s = next(
        (
            moment.at_s
            for moment in moments
            if moment.cars[0].energy_wh - begin_wh >= wanted_wh - ROUNDING_WH
        ),
        None,
    )
    *cheap, dear = sorted({moment.price for moment in moments})
    dear_wh = _wh(
        [moment for moment in moments if moment.price == dear],
        lambda moment: moment.cars[0].power_w,
    )
    sun_wh = _wh(moments, lambda at: max(0.0, at.flows.surplus_w))
    others_wh = _wh(moments, lambda at: sum(car.power_w for car in at.cars[1:]))
    reasons = list(dict.fromkeys(_reasons(moments)))
    return [
        Finding(
            "Ready before its departure",
            ready_s is not None and ready_s < departs_in_s,
            f"{charged_wh:.0f} Wh of the {wanted_wh:.0f} Wh wanted, "
            + (
                "never all of it"
                if ready_s is None
                else f"after {ready_s:.0f} s, {(departs_in_s - ready_s) / 60:.0f} min ahead"
            ),
        ),
        Finding(
            "The sun alone would not have sufficed",
            sun_wh < wanted_wh,
            f"it gave {sun_wh:.0f} Wh",
        ),
        Finding(
            "Nothing was bought while electricity was dear",
            bool(cheap) and dear_wh <= NEGLIGIBLE_WH,
            f"{dear_wh:.0f} Wh at {dear:.2f} EUR/kWh, {charged_wh - dear_wh:.0f} Wh at {' and '.join(f'{price:.2f}' for price in cheap)}",
        ),
        Finding(
            "It said why",
            "waiting_for_cheap_price" in reasons and "planned" in reasons,
            ", ".join(reasons),
        ),
        Finding(
            "The car without a departure waited for the sun",
            others_wh <= NEGLIGIBLE_WH,
            f"{others_wh:.0f} Wh",
        ),
        _within_limits(moments),
        _battery_kept(moments),
    ]


def judge_dusk(moments: Sequence[Moment]) -> Finding:
    """Judge whether all cars have paused once the sun was gone."""
    last = moments[-1]
    return Finding(
        "Paused when the sun had set",
        all(car.offered_a == 0 for car in last.cars),
        f"after {last.at_s:.0f} s, {_wh(moments, lambda moment: moment.flows.car_w):.0f} Wh later",
    )


def _reasons(moments: Sequence[Moment]) -> Iterator[str]:
    for moment in moments:
        if reason := moment.states.get("sensor.charger_reason"):
            yield reason


def judge_day(moments: Sequence[Moment]) -> list[Finding]:
    """Judge a day on which both cars share a sun that comes and goes."""
    return [
        _followed(moments),
        *_paused_and_resumed(moments),
        _shared(moments),
        _within_limits(moments),
        _battery_kept(moments),
    ]


def _followed(moments: Sequence[Moment]) -> Finding:
    """Compare what the cars drew together with what the sun gave."""
    errors_w = [
        abs(moment.flows.car_w - _ideal_w(recent))
        for moment in moments
        if (recent := _recent(moments, moment, ANSWER_S))
        and all(each.flows.car_w > 0 for each in recent)
    ]
    error_w = sum(errors_w) / len(errors_w) if errors_w else float("inf")
    return Finding(
        "Together they followed the surplus",
        len(errors_w) > 30 and error_w < MOST_ERROR_W,
        f"{error_w:.0f} W off on average",
    )


def _ideal_w(recent: Sequence[Moment]) -> float:
    """Return what the cars that are to charge should draw: the sun as it was over the time that an answer takes."""
    mean_w = sum(moment.flows.surplus_w for moment in recent) / len(recent)
    phases = sum(car.phases for car in recent[-1].cars if car.offered_a > 0)
    return min(phases * MOST_A * NOMINAL_VOLTAGE_V, max(LEAST_W, mean_w))


def _recent(moments: Sequence[Moment], now: Moment, seconds: float) -> Sequence[Moment]:
    """Return the moments up to one; none where they do not go back for so long."""
    recent = [
        moment for moment in moments if now.at_s - seconds <= moment.at_s <= now.at_s
    ]
    return recent if now.at_s - moments[0].at_s >= seconds else ()


def _paused_and_resumed(moments: Sequence[Moment]) -> Iterator[Finding]:
    paused = resumed = None
    for before, now in pairwise(moments):
        for was, is_ in zip(before.cars, now.cars, strict=True):
            short = now.flows.surplus_w < LEAST_W * len(now.cars)
            if was.offered_a > 0 and is_.offered_a == 0 and short and paused is None:
                paused = now, is_
            elif (
                paused is not None
                and resumed is None
                and is_.name == paused[1].name
                and was.power_w == 0 < is_.power_w
            ):
                resumed = now, is_
    yield _turn("Paused when it was too little for both", paused)
    yield _turn("Started again", resumed)


def _turn(claim: str, turn: tuple[Moment, Drawn] | None) -> Finding:
    if turn is None:
        return Finding(claim, holds=False, figures="never")
    moment, car = turn
    return Finding(
        claim,
        holds=True,
        figures=f"{car.name}, after {moment.at_s:.0f} s, at a surplus of {moment.flows.surplus_w:.0f} W",
    )


def _shared(moments: Sequence[Moment]) -> Finding:
    """Judge if each car had its minimum before either had more."""
    both = [moment for moment in moments if all(car.power_w > 0 for car in moment.cars)]
    enough = [
        moment
        for moment in moments
        if (recent := _recent(moments, moment, SETTLED_S))
        and all(each.flows.surplus_w >= ENOUGH_W for each in recent)
    ]
    deprived = [
        moment for moment in enough if any(car.offered_a == 0 for car in moment.cars)
    ]
    means = " and ".join(
        f"{car.name} {sum(moment.cars[n].power_w for moment in both) / len(both):.0f} W"
        for n, car in enumerate(moments[0].cars)
        if both
    )
    return Finding(
        "They shared it, each had its minimum before either had more",
        len(both) >= LEAST_TOGETHER * len(moments)
        and len(deprived) <= MOST_DEPRIVED * len(enough),
        f"both charged for {len(both)} s of {len(moments)}, on average {means}; "
        f"one got nothing for {len(deprived)} s of {len(enough)} with sun enough for both",
    )


def _within_limits(moments: Sequence[Moment]) -> Finding:
    """Judge if the chargers kept to their maximum, and the house to its main fuse."""
    car_a = max(car.current_a for moment in moments for car in moment.cars)
    fuse_a = [max(grid_currents_a(moment.flows, moment.cars)) for moment in moments]
    above_s = _longest_s(
        moments, [current_a > FUSE_A + METER_A for current_a in fuse_a]
    )
    return Finding(
        "Neither a charger's maximum nor the main fuse was exceeded",
        car_a <= MOST_A and above_s <= FUSE_BEARS_S,
        f"at most {car_a:.1f} of {MOST_A:.0f} A, and {max(fuse_a):.1f} of {FUSE_A:.0f} A on a phase of the house, "
        f"above it for {above_s:.0f} s at the most",
    )


def _longest_s(moments: Sequence[Moment], condition: Sequence[bool]) -> float:
    """Return for how long a condition held at the most without a break."""
    longest_s = since_s = 0.0
    for (before, now), holds in zip(pairwise(moments), condition[1:], strict=True):
        since_s = since_s + now.at_s - before.at_s if holds else 0.0
        longest_s = max(longest_s, since_s)
    return longest_s


def _battery_kept(moments: Sequence[Moment]) -> Finding:
    drawn_wh = _wh(moments, lambda moment: moment.flows.car_w)
    battery_wh = _wh(moments, _from_battery_w)
    share = battery_wh / drawn_wh if drawn_wh else 0.0
    first, last = moments[0].battery_charge * 100, moments[-1].battery_charge * 100
    return Finding(
        "The cars left the battery alone",
        share <= MOST_FROM_BATTERY,
        f"{battery_wh:.0f} of {drawn_wh:.0f} Wh came from it, {share:.0%}; its charge went from {first:.1f} to {last:.1f} %",
    )


def _from_battery_w(moment: Moment) -> float:
    """Return what the battery gives the cars: what it gives beyond what the house lacks."""
    flows = moment.flows
    to_house_w = max(0.0, flows.house_w - flows.pv_w)
    return min(flows.car_w, max(0.0, flows.battery_w - to_house_w))


def _wh(moments: Sequence[Moment], power_w: Callable[[Moment], float]) -> float:
    """Return the energy that a power amounts to."""
    return sum(
        power_w(now) * (now.at_s - before.at_s) / 3600
        for before, now in pairwise(moments)
    )
