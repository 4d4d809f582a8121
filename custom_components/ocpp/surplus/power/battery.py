"""The home battery: how much of the sun it is to have, and whether cars may draw from it.

A battery regulates the grid to zero by itself, so no export does not mean that there is no sun: what it charges with
is sun, too. How much of that is left to it is the owner's choice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import math

from ..model import BatteryOrder, BatterySettings, ChargerReading, Estimate
from ..modes import Control
from .available_power import Balance

MIN_RESERVE_W = 100.0
"""What is always left for a battery that comes first: it charges more only when it sees export."""
CHARGED_HYSTERESIS_PERCENT = 5.0
"""How far a battery that was charged must have been discharged before it comes first again."""
SUPPLY_HYSTERESIS_PERCENT = 3.0
"""How far above the mark at which it stops to give a battery must be charged before it gives again."""
FULL_PERCENT = 98.0
"""A battery that has come to this is full; many never tell of 100 %."""
EXPORT_W = 150.0
"""Export that no battery leaves which could charge more."""
SATISFIED_S = 30.0
"""How soon a battery that leaves export is believed to want no more. Sooner gives cars more, and takes the battery's
slowness for content."""


@dataclass(frozen=True, slots=True)
class Battery:
    """What is remembered of the battery: whether it counts as charged, whether it gives, what it charges with if it can."""

    charged: bool = False
    supplies_cars: bool = False
    wanted_w: float = 0.0
    observed_s: float = -math.inf


def observed_battery(
    battery: Battery,
    settings: BatterySettings,
    soc_percent: float | None,
    balance: Balance,
) -> Battery:
    """Return what is known of the battery after a new sample."""
    charging_w = max(0.0, -balance.battery_w.likely)
    wanted_w = max(battery.wanted_w, charging_w)
    if balance.grid_w.likely < -EXPORT_W:
        seconds = balance.at_s - battery.observed_s
        wanted_w += min(1.0, seconds / SATISFIED_S) * (charging_w - wanted_w)
    return Battery(
        charged=_has_reached(
            soc_percent,
            min(FULL_PERCENT, settings.charged_percent),
            CHARGED_HYSTERESIS_PERCENT if battery.charged else 0.0,
        ),
        supplies_cars=settings.discharge_above_percent is not None
        and _has_reached(
            soc_percent,
            settings.discharge_above_percent,
            0.0 if battery.supplies_cars else -SUPPLY_HYSTERESIS_PERCENT,
        ),
        wanted_w=wanted_w,
        observed_s=balance.at_s,
    )


def _has_reached(
    soc_percent: float | None, mark_percent: float, below_percent: float
) -> bool:
    return soc_percent is not None and soc_percent >= mark_percent - below_percent


def power_for_cars_w(
    sun_w: Estimate, battery: Battery, settings: BatterySettings
) -> Estimate:
    """Return what the cars may draw of the sun that the house leaves, and of the battery."""
    if battery.supplies_cars:
        sun_w += Estimate.exactly(settings.discharge_w)
    if battery.charged or settings.order is BatteryOrder.CARS_FIRST:
        return sun_w
    wanted_w = battery.wanted_w if settings.charge_w is None else settings.charge_w
    left_w = sun_w - (wanted_w + MIN_RESERVE_W)
    if settings.order is BatteryOrder.BATTERY_FIRST:
        return left_w
    half_w = sun_w * 0.5
    return Estimate(
        max(left_w.low, half_w.low),
        max(left_w.likely, half_w.likely),
        max(left_w.high, half_w.high),
    )


def must_hold(settings: BatterySettings, chargers: Iterable[ChargerReading]) -> bool:
    """Whether the battery shall not discharge, since it would into cars that are to charge from the grid."""
    return settings.hold and any(
        reading.charging
        and (
            reading.mode.policy.control is Control.FULL_POWER or reading.allowance_w > 0
        )
        for reading in chargers
    )
