"""What a plan means for a charger just now: how it follows the sun, and what it may take from the grid."""

from dataclasses import replace
import math

from ..model import ChargerReading
from .outlook import Outlook
from .plan import Plan, grid_allowance_w
from .supply import Source

MIN_SOLAR_SHARE_PERCENT = 40.0
"""Even where the grid costs no more than it will later, the sun must give this much of what a car draws: it may turn out to
give more than was expected."""
_PRIORITY_STEP = 2
"""Between two of the owner's priorities, whether a car can wait makes the difference."""


def guided(
    reading: ChargerReading, plan: Plan | None, outlook: Outlook, now_s: float
) -> ChargerReading:
    """Return what is wanted of a charger once its plan has its say.

    Args:
        reading: what is wanted without any plan.
        plan: the charger's plan; None without any.
        outlook: what is expected.
        now_s: the present instant.
    """
    if plan is None:
        return replace(reading, priority=_PRIORITY_STEP * reading.priority)
    solar_share_percent = reading.solar_share_percent
    if solar_share_percent is None and reading.mode.policy.weighs_prices:
        solar_share_percent = _solar_share_percent(plan, outlook, now_s)
    return replace(
        reading,
        grid_allowance_w=grid_allowance_w(plan, now_s, reading.charged_wh),
        solar_share_percent=solar_share_percent,
        priority=_PRIORITY_STEP * reading.priority
        - _can_wait(plan, reading.charged_wh, now_s),
    )


def _can_wait(plan: Plan, charged_wh: float, now_s: float) -> bool:
    """Whether a car will be ready in time without charging now, so that others may have the sun."""
    if not math.isfinite(plan.goal.energy_wh) or not plan.feasible:
        return False
    return plan.fulfilled(charged_wh) or plan.slot_at(now_s) is None


def _solar_share_percent(plan: Plan, outlook: Outlook, now_s: float) -> float | None:
    """Return how much of what a car charges must come from the sun for that to be worth it; None where none says so.

    A Wh from the grid costs what is paid now, and saves what the dearest Wh would cost that is planned for later; one
    from the sun saves as much, and costs what the grid would have paid for it. The share is that at which both come to
    the same.
    """
    worth_per_kwh = _worth_per_kwh(plan)
    if worth_per_kwh is None:
        return None
    now = outlook.at(now_s)
    dearness = now.price_per_kwh - now.feed_in_per_kwh
    loss = now.price_per_kwh - worth_per_kwh
    share = loss / dearness if dearness > 0 else 0.0
    return max(MIN_SOLAR_SHARE_PERCENT, min(100.0, 100 * share))


def _worth_per_kwh(plan: Plan) -> float | None:
    """Return what the dearest energy costs that is planned; None where the sun alone will do, or nobody departs."""
    if not math.isfinite(plan.goal.energy_wh):
        return None
    return max(
        (
            slot.price_per_kwh
            if slot.source is Source.GRID
            else slot.cost / slot.energy_wh * 1000
            for slot in plan.slots
            if slot.source in {Source.GRID, Source.TOP_UP}
        ),
        default=None,
    )
