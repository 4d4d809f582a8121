"""When cars charge so that they are ready at their departure, for as little money as possible.

What a slot's energy costs is a convex function of it (see `supply`), and the costs of slots add up. To spread a fixed
energy over such slots, it is optimal to buy the cheapest step first, whichever slot it is in, until there is enough:
were a dearer step bought while a cheaper one is left, moving some energy from that to this would save money; and where
none is left, no move does. The order within a slot keeps itself, as its steps become dearer. So a sort solves the
linear program exactly for one car. Several that share the sun or a limit are coupled, and planned in `joint`.
"""

from collections.abc import Iterable, Mapping
import math

from .outlook import DAY_S, HOUR_S, Outlook, Slot
from .plan import ChargingGoal, Plan
from .planned_energy import EnergyStep, PlannedEnergy
from .supply import Source, full_power_step, power_steps
from .two_stage import expected_marginal_price, forecast_settled_s

RESERVE_S = 240.0
"""How long before the departure a car shall be ready."""
URGENT_S = 600.0
"""How long before it shall be ready a car no longer waits for anything: too much can come between."""
RESERVE_SHARE = 0.02
"""How much more energy than wanted is planned: cars draw less than they are offered."""


def plan_all(
    goals: Mapping[str, ChargingGoal],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    """Return the cheapest plans for all cars of a site.

    Args:
        wishes: what is wanted of each charger.
        outlook: what is expected.
        now_s: the present instant.
        previous: the plans up to now; a slot that one has begun is gone on with.
    """
    coupled = {
        key: goal
        for key, goal in goals.items()
        if goal.departure_s is not None
        and math.isfinite(goal.energy_wh)
        and not is_urgent(goal, now_s)
    }
    if not _are_coupled(coupled, outlook, now_s):
        coupled = {}
    plans = {
        key: plan_one(goal, outlook, now_s, previous.get(key))
        for key, goal in goals.items()
        if key not in coupled
    }
    return {**plans, **_plan_together(coupled, outlook, now_s, previous)}


def _are_coupled(
    goals: Mapping[str, ChargingGoal], outlook: Outlook, now_s: float
) -> bool:
    """Whether cars have anything to share."""
    return len(goals) > 1 and (
        bool(outlook.sun_w) or math.isfinite(outlook.site_limit_w)
    )


def _plan_together(
    goals: Mapping[str, ChargingGoal],
    outlook: Outlook,
    now_s: float,
    previous: Mapping[str, Plan],
) -> Mapping[str, Plan]:
    if not goals:
        return {}
    # HiGHS and numpy take a second and some megabytes; who has but one car needs neither.
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
        # Then each is planned for as if it were alone: better than none.
        return {
            key: plan_one(goal, outlook, now_s, previous.get(key))
            for key, goal in goals.items()
        }
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
    steps = [
        EnergyStep(index, slot, power_step)
        for index, slot in enumerate(slots)
        for power_step in power_steps(slot, goal.power_range, goal.price_limit)
    ]
    begun_until_s = grid_until_s(previous, now_s)
    planned = PlannedEnergy(needed_wh(goal), running=begun_until_s > now_s)
    if goal.departure_s is None:
        planned.add_automatic(steps)
    elif is_urgent(goal, now_s):
        planned = _at_once(goal, slots)
    else:
        first = [step for step in steps if step.slot.start_s < settled_s]
        rest = [step for step in steps if step.slot.start_s >= settled_s]
        planned.add_automatic(first)
        for step in first:
            if step.slot.end_s <= begun_until_s:
                planned.add(step)
        if rest:
            planned.add_below_expected_price(
                first,
                expected_marginal_price(
                    outlook, goal.power_range, goal.price_limit, (settled_s, end_s)
                ),
            )
        planned.add_automatic(rest)
        planned.add_cheapest(rest or first)
    return Plan(goal, planned.slots(), missing_wh(goal, now_s, planned.remaining_wh))


def _at_once(goal: ChargingGoal, slots: Iterable[Slot]) -> PlannedEnergy:
    """Return what a car gets that charges as fast as it can from now on."""
    planned = PlannedEnergy(needed_wh(goal), running=True)
    for index, slot in enumerate(slots):
        if (power_step := full_power_step(slot, goal.power_range)) is not None:
            planned.add(EnergyStep(index, slot, power_step))
    return planned


def is_urgent(goal: ChargingGoal, now_s: float) -> bool:
    """Whether the car must be ready so soon that it waits for nothing."""
    return (
        goal.departure_s is not None
        and now_s >= goal.departure_s - RESERVE_S - URGENT_S
    )


def horizon_s(goal: ChargingGoal, now_s: float) -> float:
    """Return until when to plan: until shortly before the departure, as long as that is ahead."""
    if goal.departure_s is None:
        return now_s + DAY_S
    ready_s = goal.departure_s - RESERVE_S
    return ready_s if ready_s > now_s else goal.departure_s


def needed_wh(goal: ChargingGoal) -> float:
    """Return what to plan for: a little more than is wanted."""
    return goal.energy_wh * (1 + RESERVE_SHARE)


def missing_wh(goal: ChargingGoal, now_s: float, remaining_wh: float) -> float:
    """Return what will be missing at the departure, the reserves used up, if so much could not be planned."""
    if goal.departure_s is None:
        return 0.0
    late_s = goal.departure_s - horizon_s(goal, now_s)
    reserve_wh = (
        goal.energy_wh * RESERVE_SHARE + goal.power_range.max_w * late_s / HOUR_S
    )
    return max(0.0, remaining_wh - reserve_wh)


def grid_until_s(previous: Plan | None, now_s: float) -> float:
    """Return until when a plan has the car draw from the grid now; the present instant where it does not."""
    slot = None if previous is None else previous.slot_at(now_s)
    return now_s if slot is None or slot.source is not Source.GRID else slot.end_s
