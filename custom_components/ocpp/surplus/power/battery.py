"""Home battery: its share of the surplus, and the power that cars may draw from it.

A battery regulates the grid to zero by itself, so that a lack of export does not mean a lack of sun: its charging power is
surplus, too. The owner decides on how much of that is left to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
import math

from ..model import BatteryOrder, BatterySettings, ChargerReading, Estimate
from ..modes import Control
from ..sensing.sensing import Surplus

MIN_RESERVE_W = 100.0
"""Surplus always left to a battery that comes first, since it charges more only when it sees export."""
CHARGED_HYSTERESIS_PERCENT = 5.0
"""Discharge after which a charged battery comes first again."""
SUPPLY_HYSTERESIS_PERCENT = 3.0
"""Charge above its mark from which a battery supplies cars again."""
FULL_PERCENT = 98.0
"""State of charge of a full battery; many never report 100 %."""
EXPORT_W = 150.0
"""Export that a battery does not leave if it could charge more."""
SOC_KEPT_S = 7200.0
"""Time for which a battery counts as charged, and supplies cars, as before while its state of charge is unknown."""
SATISFIED_S = 30.0
"""Time within which a battery that leaves export counts as satisfied. Less gives cars more, and mistakes a slow battery for a
satisfied one."""
SHORTFALL_W = 150.0
"""Shortfall of the house and the cars from which it shows how much of it the battery covers."""
COVERED_S = 60.0
"""Time within which it is learned how much of a shortfall the battery covers."""


@dataclass(frozen=True, slots=True)
class Battery:
    """Memory of the battery.

    Attributes:
        charged: it counts as charged.
        supplies_cars: cars may draw from it.
        wanted_w: power with which it charges if it can.
        covers: share of a shortfall that it covers, so that the grid gives the rest.
        observed_s: the instant of the last sample.
        soc_at_s: the instant until which its state of charge was known; None after a restart.
    """

    charged: bool = False
    supplies_cars: bool = False
    wanted_w: float = 0.0
    covers: float = 0.0
    observed_s: float = -math.inf
    soc_at_s: float | None = None


def observed_battery(
    battery: Battery,
    settings: BatterySettings,
    soc_percent: float | None,
    surplus: Surplus,
) -> Battery:
    """Return the battery after a sample."""
    charging_w = max(0.0, -surplus.battery_w)
    wanted_w = max(battery.wanted_w, charging_w)
    seconds = surplus.at_s - battery.observed_s
    if surplus.grid_w < -EXPORT_W:
        wanted_w += min(1.0, seconds / SATISFIED_S) * (charging_w - wanted_w)
    battery = replace(
        battery,
        wanted_w=wanted_w,
        covers=_learned_cover(battery.covers, surplus, seconds),
        observed_s=surplus.at_s,
    )
    if soc_percent is None:
        return _without_soc(battery, settings)
    return replace(
        battery,
        charged=_is_charged(battery, settings, soc_percent),
        supplies_cars=_supplies_cars(battery, settings, soc_percent),
        soc_at_s=surplus.at_s,
    )


def _learned_cover(covers: float, surplus: Surplus, seconds: float) -> float:
    discharging_w = max(0.0, surplus.battery_w)
    shortfall_w = discharging_w + max(0.0, surplus.grid_w)
    if shortfall_w < SHORTFALL_W:
        return covers
    return covers + min(1.0, seconds / COVERED_S) * (
        discharging_w / shortfall_w - covers
    )


def _without_soc(battery: Battery, settings: BatterySettings) -> Battery:
    """Return the battery without a state of charge, which does not change what was known of it a while ago."""
    if battery.soc_at_s is None:
        battery = replace(battery, soc_at_s=battery.observed_s)
    known = battery.observed_s - (battery.soc_at_s or 0.0) <= SOC_KEPT_S
    may_supply = settings.discharge_above_percent is not None
    return replace(
        battery,
        charged=battery.charged and known,
        supplies_cars=battery.supplies_cars and known and may_supply,
    )


def _is_charged(
    battery: Battery, settings: BatterySettings, soc_percent: float
) -> bool:
    mark_percent = min(FULL_PERCENT, settings.charged_percent)
    below_percent = CHARGED_HYSTERESIS_PERCENT if battery.charged else 0.0
    return soc_percent >= mark_percent - below_percent


def _supplies_cars(
    battery: Battery, settings: BatterySettings, soc_percent: float
) -> bool:
    mark_percent = settings.discharge_above_percent
    if mark_percent is None:
        return False
    above_percent = 0.0 if battery.supplies_cars else SUPPLY_HYSTERESIS_PERCENT
    return soc_percent >= mark_percent + above_percent


def power_for_cars_w(
    sun_w: Estimate, battery: Battery, settings: BatterySettings
) -> Estimate:
    """Return the part of the surplus that is left to the cars, with their supply from the battery."""
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


def shortfall_aversion(
    import_aversion: float, battery: Battery, settings: BatterySettings
) -> float:
    """Return how many watt-hours of sun make up for one that is missing, from the battery or else from the grid.

    What a battery gives has its owner's price where cars come before it, and above the reserve that is left to the house. A
    battery that comes first takes it back from the next sun.
    """
    comes_first = settings.order is not BatteryOrder.CARS_FIRST
    is_reserve = settings.discharge_above_percent is not None
    if (
        settings.weight is None
        or comes_first
        or (is_reserve and not battery.supplies_cars)
    ):
        return import_aversion
    weight = min(settings.weight, import_aversion)
    return import_aversion + battery.covers * (weight - import_aversion)


def must_hold(settings: BatterySettings, chargers: Iterable[ChargerReading]) -> bool:
    """Return True if the battery must not discharge, since cars charge from the grid."""
    return settings.hold and any(
        reading.charging
        and (
            reading.mode.policy.control is Control.FULL_POWER or reading.allowance_w > 0
        )
        for reading in chargers
    )
