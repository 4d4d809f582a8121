"""Model of planning: charging goals, plans, and the grid allowance that follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
import math

from .outlook import HOUR_S
from .supply import PowerRange, Source

NEGLIGIBLE_WH = 1.0


@dataclass(frozen=True, slots=True)
class Preconditioning:
    """Time before a departure in which the car is heated or cooled."""

    begins_s: float
    ends_s: float

    def holds(self, at_s: float) -> bool:
        """Return True if an instant is in it."""
        return self.begins_s <= at_s < self.ends_s


@dataclass(frozen=True, slots=True)
class ChargingGoal:
    """Goal for a charger.

    Without a departure, only the sun and cheap slots are used.

    Attributes:
        energy_wh: the energy still to be charged; inf for as much as the car takes.
        departure_s: the departure; None without one.
        power_range: powers at which the car can charge.
        price_limit: price per kWh up to which to charge in any case; None without one.
        delivered_wh: energy of the session so far.
        preconditioning: time in which it may draw from the grid whatever it needs; None without a wish for it.
    """

    energy_wh: float
    departure_s: float | None
    power_range: PowerRange
    price_limit: float | None = None
    delivered_wh: float = 0.0
    preconditioning: Preconditioning | None = None


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """Time in which a car is to charge.

    Attributes:
        start_s: start of the slot.
        end_s: end of the slot.
        source: source of the energy.
        power_w: expected power.
        sun_w: part of the power that the sun gives.
        price_per_kwh: price of grid energy.
        cost: cost of all energy in the slot.
        guessed: the price is an estimate, since none has been published yet.
    """

    start_s: float
    end_s: float
    source: Source
    power_w: float
    sun_w: float
    price_per_kwh: float
    cost: float
    guessed: bool = False

    @property
    def hours(self) -> float:
        """Duration in hours."""
        return (self.end_s - self.start_s) / HOUR_S

    @property
    def energy_wh(self) -> float:
        """Energy for the car."""
        return self.power_w * self.hours

    @property
    def grid_w(self) -> float:
        """Power from the grid."""
        return self.power_w - self.sun_w

    @property
    def marginal_price_per_kwh(self) -> float:
        """Price of its dearest energy."""
        mean = self.cost / self.energy_wh * 1000
        if self.source in {Source.GRID, Source.CHEAP}:
            return max(mean, self.price_per_kwh)
        return mean


@dataclass(frozen=True, slots=True)
class Plan:
    """Charging times of a car, and the energy that will be missing at its departure all the same.

    `preconditioning` are the times beside them in which it may draw from the grid.
    """

    goal: ChargingGoal
    slots: Sequence[PlannedSlot] = ()
    missing_wh: float = 0.0
    preconditioning: Sequence[PlannedSlot] = ()

    @property
    def all_slots(self) -> Sequence[PlannedSlot]:
        """All times in which the car may draw."""
        both = (*self.slots, *self.preconditioning)
        return tuple(sorted(both, key=lambda slot: slot.start_s))

    @property
    def feasible(self) -> bool:
        """True if the car can be ready in time."""
        return self.missing_wh <= NEGLIGIBLE_WH

    @property
    def cost(self) -> float:
        """Cost, with solar energy at the feed-in tariff."""
        return math.fsum(slot.cost for slot in self.slots)

    @property
    def energy_wh(self) -> float:
        """Energy of all slots."""
        return math.fsum(slot.energy_wh for slot in self.slots)

    @property
    def ready_s(self) -> float | None:
        """Instant at which the goal will be reached; None without a departure."""
        goal = self.goal
        if goal.departure_s is None:
            return None
        if not self.feasible:
            return goal.departure_s + self.missing_wh / goal.power_range.max_w * HOUR_S
        return self.slots[-1].end_s if self.slots else None

    def slot_at(self, at_s: float) -> PlannedSlot | None:
        """Return the slot of an instant; None between slots."""
        return next(
            (slot for slot in self.slots if slot.start_s <= at_s < slot.end_s), None
        )

    def preconditions(self, at_s: float) -> bool:
        """Return True if the car may draw from the grid at an instant to be heated or cooled."""
        window = self.goal.preconditioning
        return window is not None and window.holds(at_s)

    def fulfilled(self, delivered_wh: float) -> bool:
        """Return True if the goal is reached once the session has come to an energy."""
        return delivered_wh - self.goal.delivered_wh >= self.goal.energy_wh


def grid_allowance_w(plan: Plan | None, now_s: float, delivered_wh: float) -> float:
    """Return the power that a charger may draw from the grid now on top of the surplus; inf for as much as it can.

    Args:
        plan: the charger's plan; None without one.
        now_s: the present instant.
        delivered_wh: energy of the session so far.
    """
    if plan is None:
        return 0.0
    if plan.preconditions(now_s):
        return math.inf
    if plan.fulfilled(delivered_wh):
        return 0.0
    match plan.slot_at(now_s):
        case PlannedSlot(source=Source.GRID | Source.CHEAP):
            return math.inf
        case PlannedSlot(source=Source.TOP_UP) as slot:
            return slot.grid_w
        case _:
            return 0.0
