"""Guidance of a plan for a charger at the present instant: solar share, grid allowance and priority."""

from dataclasses import replace
import math

from ..model import ChargerReading
from .outlook import Outlook
from .plan import Plan, grid_allowance_w
from .supply import Source

MIN_SOLAR_SHARE_PERCENT = 20.0
"""Least solar share even if the grid costs no more than later: the sun may yield more than expected."""
SELLING_MARGIN = 0.02
"""Share by which feeding in must pay more than charging at another time costs, so that the sun is sold."""
_PRIORITY_STEP = 2
"""Distance between two of the owner's priorities; in between, a car that can wait yields to one that cannot."""


def guided(
    reading: ChargerReading, plan: Plan | None, outlook: Outlook, now_s: float
) -> ChargerReading:
    """Return a charger's reading adjusted to its plan.

    Args:
        reading: the reading without a plan.
        plan: the charger's plan; None without one.
        outlook: the expected prices.
        now_s: the present instant.
    """
    if plan is None:
        return replace(reading, priority=_PRIORITY_STEP * reading.priority)
    solar_share_percent = reading.solar_share_percent
    weighs = reading.mode.policy.weighs_prices and not plan.fulfilled(
        reading.charged_wh
    )
    if solar_share_percent is None and weighs:
        solar_share_percent = _solar_share_percent(plan, outlook, now_s)
    return replace(
        reading,
        grid_allowance_w=grid_allowance_w(plan, now_s, reading.charged_wh),
        solar_share_percent=solar_share_percent,
        sells_sun=_sells_sun(plan, outlook, reading.charged_wh, now_s),
        priority=_PRIORITY_STEP * reading.priority
        - _can_wait(plan, reading.charged_wh, now_s),
    )


def _can_wait(plan: Plan, charged_wh: float, now_s: float) -> bool:
    """Return True if a car will be ready in time without charging now, so that others may have the sun."""
    if plan.goal.departure_s is None or not plan.feasible:
        return False
    return plan.fulfilled(charged_wh) or plan.slot_at(now_s) is None


def _sells_sun(plan: Plan, outlook: Outlook, charged_wh: float, now_s: float) -> bool:
    """Return True if a plan does not charge now, and the sun is paid better than the dearest energy of the plan costs."""
    if not _can_wait(plan, charged_wh, now_s) or plan.fulfilled(charged_wh):
        return False
    prices = [slot.marginal_price_per_kwh for slot in plan.slots if slot.end_s > now_s]
    feed_in = outlook.at(now_s).feed_in_per_kwh
    return bool(prices) and max(prices) < feed_in * (1 - SELLING_MARGIN)


def _solar_share_percent(plan: Plan, outlook: Outlook, now_s: float) -> float | None:
    """Return the solar share from which charging now pays off; None if the plan does not depend on it.

    A Wh from the grid costs the present price and saves the dearest planned Wh; a Wh from the sun saves the same and costs the
    feed-in revenue. At the share returned, the two balance.
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
    """Return the cost of the dearest planned energy; None if the sun alone suffices or without a departure."""
    if not math.isfinite(plan.goal.energy_wh):
        return None
    return max(
        (
            slot.marginal_price_per_kwh
            for slot in plan.slots
            if slot.source is not Source.SUN
        ),
        default=None,
    )
