"""The least cost of a goal by a linear program that knows nothing of power steps.

In each slot a car spends parts of the time at some powers: its minimum, its maximum, and that of the sun in between. Before
the forecast is settled these parts are the same for all suns, and after that they are free for each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import highspy

from custom_components.ocpp.surplus.planning.outlook import Outlook, Series, Slot
from custom_components.ocpp.surplus.planning.plan import ChargingGoal
from custom_components.ocpp.surplus.planning.planner import RESERVE_S, needed_wh
from custom_components.ocpp.surplus.planning.supply import SUN_YIELD, PowerRange
from custom_components.ocpp.surplus.planning.two_stage import forecast_settled_s

MISSING_PER_KWH = 100.0


@dataclass(frozen=True, slots=True)
class LeastCost:
    """The expected cost, and the energy that is missing on average."""

    cost: float
    missing_wh: float

    def is_as_good_as(self, other: LeastCost, tolerance: float) -> bool:
        """Return True if it neither misses nor costs more."""
        return (
            self.missing_wh < other.missing_wh + 5
            and self.cost < other.cost + tolerance
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    """All of a slot at one power."""

    slot: int
    energy_wh: float
    cost: float


def least_cost(
    goal: ChargingGoal, outlook: Outlook, now_s: float, begun_wh: float | None = None
) -> LeastCost:
    """Return the least expected cost; `begun_wh` is the energy until the forecast is settled, if that is decided."""
    assert goal.departure_s is not None
    end_s = goal.departure_s - RESERVE_S
    settled_s = forecast_settled_s(outlook, now_s, end_s)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    share = 1 / len(outlook.sun_factors)
    begun = _charged(highs, outlook.slots(now_s, settled_s), goal.power_range, 1.0)
    if begun_wh is not None:
        highs.addConstr(begun <= begun_wh)
        highs.addConstr(begun >= begun_wh - 0.01)
    missing = []
    for factor in outlook.sun_factors:
        sun_w = Series(
            replace(span, value=span.value * factor) for span in outlook.sun_w.spans
        )
        slots = replace(outlook, sun_w=sun_w).slots(settled_s, end_s)
        later = _charged(highs, slots, goal.power_range, share)
        missed = highs.addVariable(0, highspy.kHighsInf, share * MISSING_PER_KWH / 1000)
        highs.addConstr(begun + later + missed == needed_wh(goal))
        missing.append(missed)
    highs.run()
    missing_wh = share * sum(highs.variableValue(missed) for missed in missing)
    cost = highs.getObjectiveValue() - missing_wh * MISSING_PER_KWH / 1000
    return LeastCost(cost, missing_wh)


def _charged(
    highs: highspy.Highs, slots: Sequence[Slot], power_range: PowerRange, weight: float
) -> highspy.highs.highs_linear_expression:
    """Return the energy of a car in some slots, whose cost counts with a weight."""
    energy = highs.expr()
    parts: dict[int, highspy.highs.highs_linear_expression] = {}
    for choice in _choices(slots, power_range):
        part = highs.addVariable(0, 1, weight * choice.cost)
        energy += choice.energy_wh * part
        parts[choice.slot] = parts.get(choice.slot, highs.expr()) + part
    for time in parts.values():
        highs.addConstr(time <= 1)
    return energy


def _choices(slots: Sequence[Slot], power_range: PowerRange) -> Iterator[_Choice]:
    for index, slot in enumerate(slots):
        sun_w = slot.sun_w * SUN_YIELD
        between = min(power_range.max_w, max(power_range.min_w, sun_w))
        for power_w in {power_range.min_w, between, power_range.max_w}:
            own_w = min(power_w, sun_w)
            cost = own_w * slot.feed_in_per_kwh + (power_w - own_w) * slot.price_per_kwh
            yield _Choice(index, power_w * slot.hours, cost * slot.hours / 1000)
