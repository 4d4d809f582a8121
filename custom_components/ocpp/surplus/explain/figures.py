"""Figures that go with a reason: what there is and what it takes, when it begins and at what price."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..control.restart_costs import restart_costs
from ..model import ChargerReading, Estimate
from ..planning.plan import Plan, PlannedSlot
from ..planning.power_range import power_range_of
from ..state import ChargerState, Outcome
from .explanation import next_from_grid
from .reasons import Reason

_AVAILABLE: Mapping[Reason, Callable[[Outcome], Estimate | None]] = {
    Reason.WAITING_FOR_SUN: lambda outcome: outcome.surplus_w,
    Reason.LEFT_AT_GRID: lambda outcome: outcome.left_w,
    Reason.BATTERY_FIRST: lambda outcome: outcome.cars_w,
    Reason.OTHERS_FIRST: lambda outcome: outcome.cars_w,
}
"""The power that a charger waits for more of, by its reason to wait."""
_PLANNED = frozenset({Reason.PLANNED, Reason.CHEAP_PRICE, Reason.NOT_REACHABLE_IN_TIME})


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a reason; None for those that do not belong to it, or are unknown.

    Attributes:
        available_w: power that there is for the car.
        needed_w: power from which the car would start.
        starts_s: start of the charge that is waited for.
        price_per_kwh: published price of the charge from the grid.
        ready_s: instant at which the car will have its energy.
    """

    available_w: float | None = None
    needed_w: float | None = None
    starts_s: float | None = None
    price_per_kwh: float | None = None
    ready_s: float | None = None


def figures_of(
    reason: Reason,
    reading: ChargerReading,
    charger: ChargerState,
    outcome: Outcome,
    plan: Plan | None,
    now_s: float,
) -> Figures:
    """Return the figures of a charger's reason.

    Args:
        reason: the reason for its state.
        reading: its reading.
        charger: its memory.
        outcome: the decisions on all chargers.
        plan: its plan; None without one.
        now_s: the present instant.
    """
    if (available := _AVAILABLE.get(reason)) is not None:
        return Figures(
            available_w=_likely(available(outcome)),
            needed_w=_needed_w(reading, charger),
        )
    if plan is None:
        return Figures()
    if reason is Reason.WAITING_FOR_CHEAP_PRICE:
        slot = next_from_grid(plan, now_s)
        starts_s = None if slot is None else slot.start_s
        return Figures(
            starts_s=starts_s, price_per_kwh=_price(slot), ready_s=plan.ready_s
        )
    if reason in _PLANNED:
        price = _price(plan.slot_at(now_s))
        return Figures(price_per_kwh=price, ready_s=plan.ready_s)
    return Figures()


def _needed_w(reading: ChargerReading, charger: ChargerState) -> float:
    """Return the power of the sun from which the car would start."""
    least_w = power_range_of(reading.settings, charger.car).min_w
    margin = restart_costs(charger.car.return_s).start_margin
    return least_w * reading.solar_policy.start_share(margin)


def _likely(power_w: Estimate | None) -> float | None:
    return None if power_w is None else power_w.likely


def _price(slot: PlannedSlot | None) -> float | None:
    return None if slot is None or slot.guessed else slot.price_per_kwh
