"""Decision between buying energy now and waiting for the sun.

Energy bought at night is wasted if the day turns out bright; energy left for the day may have to be bought dearly. A plan for
the mean forecast sees neither. Therefore several scenarios of the sun are considered, and the actual one is assumed to be
known once the sun has shone for a while. Until then, a kWh is worth its expected price in the later scenarios, and is bought
as long as it costs less: a two-stage stochastic program with recourse, which comparing marginal prices solves exactly for
convex costs.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from .outlook import QUARTER_S, Outlook, Series, Slot
from .supply import PowerRange, power_steps

REVEAL_S = QUARTER_S
"""Time of sunshine after which the actual scenario is assumed to be known."""
MIN_FORECAST_W = 300.0
SHORTAGE_PENALTY = 10.0
"""Price of missing energy, as a multiple of the highest price."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Price of energy in one scenario.

    Attributes:
        up_to_wh: the energy up to which each price applies.
        prices: the prices, the lowest first.
        shortage_per_kwh: the price of energy that cannot be had.
    """

    up_to_wh: Sequence[float]
    prices: Sequence[float]
    shortage_per_kwh: float

    def price_per_kwh(self, wh: float) -> float:
        """Return the marginal price at an energy."""
        index = bisect_left(self.up_to_wh, wh - 1e-9)
        if index < len(self.prices):
            return self.prices[index]
        return self.shortage_per_kwh

    def lower_bound_wh(self, wh: float) -> float:
        """Return the energy down to which that price applies."""
        index = bisect_left(self.up_to_wh, wh - 1e-9)
        return self.up_to_wh[index - 1] if index else 0.0


@dataclass(frozen=True, slots=True)
class ExpectedMarginalPrice:
    """Expected price of later energy over all scenarios."""

    scenarios: Sequence[Scenario]

    def price_per_kwh(self, wh: float) -> float:
        """Return the expected marginal price at an energy."""
        return fmean(scenario.price_per_kwh(wh) for scenario in self.scenarios)

    def worth_buying_wh(self, wh: float, price_per_kwh: float) -> float:
        """Return the part of a needed energy that is cheaper at a price now than later."""
        remaining_wh = wh
        while remaining_wh > 0 and self.price_per_kwh(remaining_wh) > price_per_kwh:
            remaining_wh = max(
                scenario.lower_bound_wh(remaining_wh) for scenario in self.scenarios
            )
        return wh - remaining_wh


def forecast_settled_s(outlook: Outlook, now_s: float, end_s: float) -> float:
    """Return the instant at which the actual scenario is known; the end if there is no sun before."""
    for span in outlook.sun_w.spans:
        if span.value >= MIN_FORECAST_W and now_s < span.end_s and span.start_s < end_s:
            return min(end_s, max(now_s, span.start_s) + REVEAL_S)
    return end_s


def expected_marginal_price(
    outlook: Outlook,
    power_range: PowerRange,
    times: tuple[float, float],
    dearest_per_kwh: float,
) -> ExpectedMarginalPrice:
    """Return the expected price of energy between two instants.

    Args:
        outlook: the outlook.
        power_range: powers at which the car can charge.
        times: the two instants.
        dearest_per_kwh: the highest price at any time, which energy that is missing exceeds by far.
    """
    shortage_per_kwh = SHORTAGE_PENALTY * max(0.0, dearest_per_kwh) + 1.0
    return ExpectedMarginalPrice(
        [
            _scenario(
                _scaled(outlook, factor).slots(*times), power_range, shortage_per_kwh
            )
            for factor in outlook.sun_factors
        ]
    )


def _scaled(outlook: Outlook, factor: float) -> Outlook:
    spans = (replace(span, value=span.value * factor) for span in outlook.sun_w.spans)
    return replace(outlook, sun_w=Series(spans))


def _scenario(
    slots: Iterable[Slot], power_range: PowerRange, shortage_per_kwh: float
) -> Scenario:
    steps = [
        (power_step, power_step.power_w * slot.hours)
        for slot in slots
        for power_step in power_steps(slot, power_range)
    ]
    steps.sort(key=lambda step: step[0].price_per_kwh)
    up_to_wh, sum_wh = [], 0.0
    for _, energy_wh in steps:
        sum_wh += energy_wh
        up_to_wh.append(sum_wh)
    prices = [power_step.price_per_kwh for power_step, _ in steps]
    return Scenario(up_to_wh, prices, shortage_per_kwh)
