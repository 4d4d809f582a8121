"""Shortfall: cars that draw more than grid, battery and sun give, although nobody can draw power from nowhere.

The least draw of some minutes is compared with the greatest supply in them, so that meters may be late.
"""

from dataclasses import dataclass, replace

from .draw import TotalDraw
from .findings import KEPT_S, Basis, Fault, Finding
from .flows import FlowLog, MeterForm
from .samples import MeterSample

WINDOW_S = 180.0
"""Time for which the draw is compared with the supply."""
MIN_SAMPLES = 3
MIN_S = 120.0
"""Time for which the shortfall must last beyond that."""
MAX_GAP_S = 60.0
"""Longest time that a sample stands for."""
MIN_W = 250.0
MIN_SHARE = 0.1
"""Shortfall that is no error of the meters, in watts and as a share of the draw."""
HELD_W = 150.0
"""Power within which the grid stands still at zero."""
DARK_BELOW_DEG = -4.0
"""Elevation of the sun below which a solar power of zero need not change to be believed."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Powers at an instant."""

    at_s: float
    cars_w: float
    grid_w: float
    battery_w: float
    solar_w: float


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Supplies of the last minutes, and the shortfall in them.

    Attributes:
        supplies: the supplies, oldest first.
        seconds: time for which power came from nowhere.
        finding: finding that follows from it; None while it is not certain, or nothing has confirmed it for long.
        found_s: instant at which it was last confirmed.
    """

    supplies: tuple[Supply, ...] = ()
    seconds: float = 0.0
    finding: Finding | None = None
    found_s: float = 0.0


def with_supply(
    shortfall: Shortfall, sample: MeterSample, draw: TotalDraw | None, log: FlowLog
) -> Shortfall:
    """Return the shortfall after a sample of the meters and the draw of the cars then."""
    flow = sample.flow
    if flow.at_s > shortfall.found_s + KEPT_S:
        shortfall = replace(shortfall, finding=None)
    is_net = sample.meters.form is MeterForm.NET
    if not is_net or draw is None or flow.solar_w is None or flow.solar_w < 0:
        return replace(shortfall, supplies=())
    if flow.at_s - draw.oldest_s > WINDOW_S / 2:
        return replace(shortfall, supplies=())
    supply = Supply(flow.at_s, draw.watts, flow.grid_w, flow.battery_w, flow.solar_w)
    before = shortfall.supplies
    gap_s = supply.at_s - before[-1].at_s if before else 0.0
    recent = [each for each in before if each.at_s > supply.at_s - WINDOW_S]
    shortfall = replace(shortfall, supplies=(*recent, supply))
    is_dark = sample.sun_deg is not None and sample.sun_deg < DARK_BELOW_DEG
    missing_w = _missing_w(shortfall.supplies, is_dark=is_dark)
    has_battery = flow.battery_at_s is not None
    fault = _fault(shortfall.supplies, log, has_battery=has_battery)
    if missing_w is None or fault is None:
        return replace(shortfall, seconds=0.0)
    seconds = shortfall.seconds + min(gap_s, MAX_GAP_S)
    if seconds < MIN_S:
        return replace(shortfall, seconds=seconds)
    cars_w, minutes = supply.cars_w, round((seconds + WINDOW_S) / 60)
    finding = Finding(fault, Basis.FLOW, cars_w, cars_w - missing_w, minutes)
    return replace(shortfall, seconds=seconds, finding=finding, found_s=supply.at_s)


def _missing_w(supplies: tuple[Supply, ...], *, is_dark: bool) -> float | None:
    """Return the power that came from nowhere; None if there may be none."""
    if len(supplies) < MIN_SAMPLES:
        return None
    if supplies[-1].at_s - supplies[0].at_s < WINDOW_S / 2:
        return None
    if not is_dark and len({each.solar_w for each in supplies}) == 1:
        # A sensor that hangs.
        return None
    drawn_w = min(each.cars_w for each in supplies)
    solar_w = max(each.solar_w for each in supplies)
    missing_w = (
        drawn_w
        - solar_w
        - max(each.grid_w for each in supplies)
        - max(each.battery_w for each in supplies)
    )
    # An inverter without a sensor may give as much as the others.
    least_w = solar_w + max(MIN_W, MIN_SHARE * drawn_w)
    return missing_w if missing_w > least_w else None


def _fault(
    supplies: tuple[Supply, ...], log: FlowLog, *, has_battery: bool
) -> Fault | None:
    """Return the fault that leaves the grid at zero meanwhile; None if it is not there, or hangs."""
    if max(abs(each.grid_w) for each in supplies) > HELD_W:
        return None
    if log.sees_export and not log.sees_import:
        return Fault.IMPORT_UNSEEN
    if len({each.grid_w for each in supplies}) == 1:
        return None
    # A consumer alone would export nothing at all.
    return Fault.BATTERY_UNSEEN if log.dips or has_battery else Fault.NOT_THE_GRID
