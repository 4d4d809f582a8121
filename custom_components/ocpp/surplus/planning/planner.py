"""Cheapest plans with which cars are ready at their departure.

The cost of a slot is a convex function of its energy (see `supply`), and the costs of slots add up. To spread a fixed energy
over such slots, picking the cheapest step first is optimal, whichever slot it is in: as long as a cheaper step is left,
moving energy to it from a dearer one saves money, and once none is left, no move does. Steps of a slot are picked in their
order, since their prices increase. So a sort solves the linear program exactly for one car. Several cars that share the sun
or a limit are coupled, and planned in `joint`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
import math

from .outlook import DAY_S, HOUR_S, Outlook, Slot
from .plan import ChargingGoal, Plan
from .planned_energy import EnergyStep, PlannedEnergy
from .precedence import beside
from .preconditioning import preconditioned
from .supply import Source, full_power_step, power_steps
from .two_stage import expected_marginal_price, forecast_settled_s

RESERVE_S = 240.0
"""Time before the departure at which a car should be ready."""
URGENT_S = 600.0
"""Time before it should be ready from which a car no longer waits: too much can interfere."""
RESERVE_SHARE = 0.02
"""Reserve of planned energy, since cars draw less than they are offered."""


def plan_all(
    goals: Mapping[str, ChargingGoal],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    """Return the cheapest plans for all cars of a site, with the times in which they are preconditioned.

    Args:
        goals: the goal of each charger.
        outlook: the outlook.
        now_s: the present instant.
        previous: the plans so far; a slot that has begun is continued.
    """
    return {
        key: preconditioned(plan, outlook.for_charger(key), now_s)
        for key, plan in _cheapest(goals, outlook, now_s, previous).items()
    }


def _cheapest(
    goals: Mapping[str, ChargingGoal],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    urgent = {key: goal for key, goal in goals.items() if is_urgent(goal, now_s)}
    at_once = _plan_apart(urgent, outlook, now_s, previous)
    others = {key: goal for key, goal in goals.items() if key not in urgent}
    outlook = beside(outlook, at_once)
    coupled = {
        key: goal
        for key, goal in others.items()
        if goal.departure_s is not None and math.isfinite(goal.energy_wh)
    }
    if not _are_coupled(coupled, outlook):
        coupled = {}
    apart = {key: goal for key, goal in others.items() if key not in coupled}
    return {
        **at_once,
        **_plan_apart(apart, outlook, now_s, previous),
        **_plan_together(coupled, outlook, now_s, previous),
    }


def _plan_apart(
    goals: Mapping[str, ChargingGoal],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    return {
        key: plan_one(goal, outlook.for_charger(key), now_s, previous.get(key))
        for key, goal in goals.items()
    }


def _are_coupled(goals: Mapping[str, ChargingGoal], outlook: Outlook) -> bool:
    """Return True if cars have anything to share."""
    return len(goals) > 1 and (
        bool(outlook.sun_w)
        or bool(outlook.import_limits_w)
        or any(
            len(bottleneck.chargers & goals.keys()) > 1
            for bottleneck in outlook.bottlenecks
        )
    )


def _plan_together(
    goals: Mapping[str, ChargingGoal],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    if not goals:
        return {}
    # HiGHS and numpy take a second and some megabytes, which a single car does not need.
    from .joint import Demand, UnsolvedError, plan_jointly  # noqa: PLC0415

    demands = {
        key: Demand(
            goal,
            needed_wh(goal),
            horizon_s(goal, now_s),
            grid_until_s(previous.get(key), now_s),
        )
        for key, goal in goals.items()
    }
    try:
        planned_by_car = plan_jointly(demands, outlook, now_s)
    except UnsolvedError:
        # A plan for each car alone is better than none.
        return _plan_apart(goals, outlook, now_s, previous)
    return {
        key: Plan(
            goals[key],
            planned.slots(),
            missing_wh(goals[key], now_s, planned.remaining_wh),
        )
        for key, planned in planned_by_car.items()
    }


def plan_one(
    goal: ChargingGoal, outlook: Outlook, now_s: float, previous: Plan | None = None
) -> Plan:
    """Return the cheapest plan for one car; the arguments are those of `plan_all`."""
    end_s = horizon_s(goal, now_s)
    settled_s = forecast_settled_s(outlook, now_s, end_s)
    slots = outlook.slots(now_s, end_s, (settled_s,))
    if goal.departure_s is None and _always_pays_to_sell(slots):
        slots = [replace(slot, feed_in_per_kwh=0.0) for slot in slots]
    steps = [
        EnergyStep(index, slot, power_step)
        for index, slot in enumerate(slots)
        for power_step in power_steps(slot, goal.power_range, goal.price_limit)
    ]
    begun_until_s = grid_until_s(previous, now_s)
    planned = PlannedEnergy(needed_wh(goal), running=begun_until_s > now_s)
    if goal.departure_s is None:
        planned.add_welcome(steps)
    elif is_urgent(goal, now_s):
        planned = _at_once(goal, slots)
    else:
        first = [step for step in steps if step.slot.start_s < settled_s]
        rest = [step for step in steps if step.slot.start_s >= settled_s]
        for step in first:
            if step.slot.end_s <= begun_until_s:
                planned.add(step)
        if rest:
            dearest = max(step.power_step.price_per_kwh for step in steps)
            price = expected_marginal_price(
                outlook, goal.power_range, (settled_s, end_s), dearest
            )
            planned.add_below_expected_price(first, price)
        planned.add_cheapest(rest or first)
    return Plan(goal, planned.slots(), missing_wh(goal, now_s, planned.remaining_wh))


def _always_pays_to_sell(slots: Iterable[Slot]) -> bool:
    """Return True if feeding in pays more than the grid costs at all times.

    No hour is an occasion then: a car that nobody waits for would charge from the grid day and night.
    """
    return all(slot.price_per_kwh < slot.feed_in_per_kwh for slot in slots)


def _at_once(goal: ChargingGoal, slots: Iterable[Slot]) -> PlannedEnergy:
    """Return the energy of a car that charges as fast as it can from now on."""
    planned = PlannedEnergy(needed_wh(goal), running=True)
    for index, slot in enumerate(slots):
        if (power_step := full_power_step(slot, goal.power_range)) is not None:
            planned.add(EnergyStep(index, slot, power_step))
    return planned


def is_urgent(goal: ChargingGoal, now_s: float) -> bool:
    """Return True if the car must be ready so soon that it waits for nothing."""
    return (
        goal.departure_s is not None
        and now_s >= goal.departure_s - RESERVE_S - URGENT_S
    )


def horizon_s(goal: ChargingGoal, now_s: float) -> float:
    """Return the end of planning: shortly before the departure, as long as that is ahead."""
    if goal.departure_s is None:
        return now_s + DAY_S
    ready_s = goal.departure_s - RESERVE_S
    return ready_s if ready_s > now_s else goal.departure_s


def needed_wh(goal: ChargingGoal) -> float:
    """Return the energy to plan for, with a reserve."""
    return goal.energy_wh * (1 + RESERVE_SHARE)


def missing_wh(goal: ChargingGoal, now_s: float, remaining_wh: float) -> float:
    """Return the energy that will be missing at the departure after the reserves are used up."""
    if goal.departure_s is None:
        return 0.0
    late_s = goal.departure_s - horizon_s(goal, now_s)
    reserve_wh = (
        goal.energy_wh * RESERVE_SHARE + goal.power_range.max_w * late_s / HOUR_S
    )
    return max(0.0, remaining_wh - reserve_wh)


def grid_until_s(previous: Plan | None, now_s: float) -> float:
    """Return the end of the present slot of a plan that uses the grid; the present instant without one."""
    slot = None if previous is None else previous.slot_at(now_s)
    return now_s if slot is None or slot.source is not Source.GRID else slot.end_s
