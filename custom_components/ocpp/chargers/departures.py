"""The departures of a car, and the energy that it needs by then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TypedDict

from ..config.vehicle import Vehicle
from ..csms.evses.needs import ChargingNeeds

CHARGING_EFFICIENCY = 0.9
"""The part of the drawn energy that reaches the battery."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal of the owner for one connector; kept in storage.

    `departure` is a single one, which overrules the weekly ones and the calendar until it has passed. By each
    departure, `energy_wh` should be charged, or the car be charged to `soc_percent`. Up to a price per kWh, the car
    charges regardless of the departure. In the minutes of preconditioning before it, the car may draw from the grid.
    """

    departure: datetime | None = None
    energy_wh: float | None = None
    soc_percent: float | None = None
    price_limit_per_kwh: float | None = None
    preconditioning_minutes: float = 0.0


class GoalChanges(TypedDict, total=False):
    """Changes of a goal."""

    departure: datetime | None
    energy_wh: float | None
    soc_percent: float | None
    price_limit_per_kwh: float | None
    preconditioning_minutes: float


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a session.

    `since_wh` is the energy of the session at the last departure that has passed, `soc_at_wh` that at the last change of
    the car's state of charge.
    """

    session: str | None = None
    delivered_wh: float = 0.0
    since_wh: float = 0.0
    soc_percent: float | None = None
    soc_at_wh: float = 0.0
    departure: datetime | None = None


def next_departure(
    goal: Goal, vehicle: Vehicle, in_calendar: datetime | None, now: datetime
) -> datetime | None:
    """Return the next departure; `now` is in local time, as the weekly departures are."""
    if goal.departure is not None and goal.departure > now:
        return goal.departure.astimezone(now.tzinfo)
    candidates = [*_weekly(vehicle.weekly, now), in_calendar]
    return min((at for at in candidates if at is not None and at > now), default=None)


def own_departure(needs: ChargingNeeds | None, now: datetime) -> datetime | None:
    """Return the departure that a car has told by itself, in local time like `now`; None without one to come."""
    if needs is None or needs.departs_at is None or needs.departs_at <= now:
        return None
    return needs.departs_at.astimezone(now.tzinfo)


def with_needs(goal: Goal, vehicle: Vehicle, needs: ChargingNeeds | None) -> Goal:
    """Return a goal with the energy that the car has told it needs, unless its owner wants something of it."""
    if needs is None or needs.energy_wh is None or goal.energy_wh is not None:
        return goal
    if goal.soc_percent is not None or vehicle.weekly:
        return goal
    return replace(goal, energy_wh=needs.charged_wh + needs.energy_wh)


def _weekly(weekly: Mapping[int, time], now: datetime) -> list[datetime]:
    days = (now.date() + timedelta(days=ahead) for ahead in range(8))
    return [
        datetime.combine(day, weekly[day.weekday()], now.tzinfo)
        for day in days
        if day.weekday() in weekly
    ]


def progressed(
    progress: Progress,
    session: str | None,
    delivered_wh: float,
    departure: datetime | None,
    now: datetime,
) -> Progress:
    """Return the progress by now; a new session starts anew, and so does the energy for the next departure."""
    if session != progress.session:
        return Progress(session, delivered_wh, departure=departure)
    progress = replace(progress, delivered_wh=delivered_wh)
    if progress.departure is not None and progress.departure <= now:
        progress = replace(progress, since_wh=delivered_wh)
    return replace(progress, departure=departure)


def charged_to(
    progress: Progress, soc_percent: float | None, at_wh: float | None = None
) -> Progress:
    """Return the progress after the car's state of charge was read; one that is unknown for a while is the last one.

    It is that of when `at_wh` was delivered, or else of now.
    """
    if soc_percent is None or soc_percent == progress.soc_percent:
        return progress
    soc_at_wh = progress.delivered_wh if at_wh is None else at_wh
    return replace(progress, soc_percent=soc_percent, soc_at_wh=soc_at_wh)


def exchanged(progress: Progress) -> Progress:
    """Return the progress of a session that is another vehicle's than it seemed to be."""
    return replace(progress, soc_percent=None, soc_at_wh=0.0)


LIMIT_HYSTERESIS_PERCENT = 2.0
"""The loss after which a vehicle that was charged to its limit is charged again."""


def is_at_limit(
    vehicle: Vehicle, soc_percent: float | None, was_at_limit: bool
) -> bool:
    """Return whether a vehicle is charged to its limit; it stays so until it has lost a little."""
    if vehicle.limit_percent is None or soc_percent is None:
        return False
    margin = LIMIT_HYSTERESIS_PERCENT if was_at_limit else 0.0
    return soc_percent >= vehicle.limit_percent - margin


def target_percent(
    goal: Goal, vehicle: Vehicle, departure: datetime | None
) -> float | None:
    """Return the state of charge that is needed at a departure, in local time: the goal's, or else the weekly one.

    It is never more than the limit of the vehicle.
    """
    target = goal.soc_percent
    if target is None:
        target = vehicle.target_at(departure)
    if target is None or vehicle.limit_percent is None:
        return target
    return min(target, vehicle.limit_percent)


def needed_wh(goal: Goal, vehicle: Vehicle, progress: Progress) -> float | None:
    """Return the energy that is still needed by the departure; None without a goal.

    A goal for the state of charge overrules one for energy, as long as the state of charge is known. Energy that was
    charged since its last change is subtracted.
    """
    soc = progress.soc_percent
    target = target_percent(goal, vehicle, progress.departure)
    if target is not None and soc is not None and vehicle.capacity_wh is not None:
        gap_wh = (target - soc) / 100 * vehicle.capacity_wh / CHARGING_EFFICIENCY
        return max(0.0, gap_wh - (progress.delivered_wh - progress.soc_at_wh))
    if goal.energy_wh is not None:
        charged_wh = progress.delivered_wh - progress.since_wh
        return max(0.0, goal.energy_wh - charged_wh)
    return None
